# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access_matrix
from . import test_discipline_race
from . import test_guard
from . import test_no_metric
from . import test_policy
from . import test_policy_audience
from . import test_policy_keyboard
from . import test_policy_life
from . import test_policy_portal
from . import test_policy_tools
from . import test_switched_off
from . import test_view_queries
from . import test_violation
from . import test_violation_life
from . import test_violation_limits
from . import test_violation_proposal
from . import test_violation_tools
