# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# One model, one file, named like the model.
from . import sales_process_notice
from . import sales_process_ownership
from . import sales_process_robot_listener
from . import sales_process_robot
from . import sales_process_robot_event
from . import sales_process_robot_message
