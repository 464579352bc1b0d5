# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access_matrix
from . import test_credit
from . import test_forecast
from . import test_guard
from . import test_metric_currency
from . import test_money_costs
from . import test_order_guard
from . import test_order_sellers
from . import test_paid
from . import test_random_money
from . import test_reckoned
from . import test_register
from . import test_signature_race
from . import test_signed
from . import test_small_orders
from . import test_timeline
from . import test_view_queries
from . import test_quotation_sent
