# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import sales_process_commission_version
from . import sales_process_commission_statement
from . import sales_process_commission_line
from . import sales_process_commission_ledger
from . import sales_process_scorecard
