# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access
from . import test_arrived
from . import test_collection
from . import test_debts
from . import test_money_tools
from . import test_payments
from . import test_rows
