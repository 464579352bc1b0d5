# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import account_account
from . import account_move
from . import account_move_line
from . import account_partial_reconcile
from . import account_payment
from . import crm_team
from . import ir_ui_menu
from . import mail_activity
from . import sales_process_chase
from . import sales_process_chase_step
from . import sales_process_collection
from . import sales_process_debt_entry
from . import sales_process_dispute
from . import sales_process_grade_rule
from . import sales_process_home
from . import sales_process_money
from . import sales_process_ownership
from . import sales_process_promise
from . import sales_process_statement
