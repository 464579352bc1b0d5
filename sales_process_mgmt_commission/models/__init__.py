# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# One model, one file, named like the model.
from . import sales_process_commission_plan
from . import sales_process_commission_version
from . import sales_process_commission_rate
from . import sales_process_commission_tier
from . import sales_process_commission_agreement
from . import sales_process_commission_share
from . import sales_process_commission_month
from . import sales_process_commission_statement
from . import sales_process_commission_line
from . import sales_process_commission_dispute
from . import sales_process_commission_split
from . import sales_process_commission_ledger
from . import sales_process_ownership
from . import sales_process_money
from . import sale_order
from . import account_move
from . import res_users
from . import ir_ui_menu
