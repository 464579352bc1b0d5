# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access_matrix
from . import test_agreed
from . import test_closing
from . import test_closing_race
from . import test_collected
from . import test_commission_tools
from . import test_guard
from . import test_late_answer
from . import test_left
from . import test_life
from . import test_limits
from . import test_menus
from . import test_metric
from . import test_oracle
from . import test_oracle_companies
from . import test_oracle_tiers
from . import test_orders
from . import test_paper
from . import test_payment_race
from . import test_plan_rules
from . import test_privacy
from . import test_search_groups
from . import test_split_race
from . import test_view_queries
from . import test_walk
from . import test_who_decides
