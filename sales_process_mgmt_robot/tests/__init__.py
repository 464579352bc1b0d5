# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access_matrix
from . import test_guard
from . import test_robot
from . import test_robot_hostile
from . import test_robot_rules
from . import test_view_queries
from . import test_webhook
