# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import account_move
from . import account_payment
from . import crm_lead
from . import crm_team
from . import ir_ui_menu
from . import payment_transaction
from . import sale_order
from . import sale_order_line
from . import sales_process_credit_question
from . import sales_process_forecast_snapshot
from . import sales_process_grade_rule
from . import sales_process_money
from . import sales_process_ownership
from . import sales_process_timeline
