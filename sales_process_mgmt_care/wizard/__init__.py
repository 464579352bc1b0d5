# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import sales_process_complaint_answer
from . import sales_process_complaint_entry
from . import sales_process_satisfaction_show
