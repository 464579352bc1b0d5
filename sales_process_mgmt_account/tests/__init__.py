# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access
from . import test_access_matrix
from . import test_chase
from . import test_chase_rules
from . import test_arrived
from . import test_collection
from . import test_debts
from . import test_guard
from . import test_home
from . import test_money_tools
from . import test_oracle
from . import test_payments
from . import test_promise
from . import test_promise_tools
from . import test_receivable
from . import test_receivable_keyboard
from . import test_rows
from . import test_search_groups
from . import test_statement
from . import test_timeline
from . import test_turnover
from . import test_view_queries
