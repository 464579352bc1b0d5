# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# One model, one file, named like the model.
# others inherit them
from . import sales_process_violation_course  # isort: skip
from . import sales_process_violation_record  # isort: skip
from . import crm_team
from . import crm_team_member
from . import ir_attachment
from . import ir_ui_menu
from . import sales_process_absence
from . import sales_process_policy
from . import sales_process_policy_acknowledgement
from . import sales_process_policy_version
from . import sales_process_violation
from . import sales_process_violation_type
