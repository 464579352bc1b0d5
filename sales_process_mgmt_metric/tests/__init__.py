# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access_matrix
from . import test_demo
from . import test_guard
from . import test_guard_reading
from . import test_guard_rules
from . import test_home_goals
from . import test_metric
from . import test_metric_numbers
from . import test_metric_query
from . import test_metric_rules
from . import test_plan
from . import test_plan_report
from . import test_plan_rules
from . import test_plan_spread
from . import test_poison
from . import test_spread
from . import test_view_queries
