# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# others inherit them
from . import sales_process_timeline_words  # isort: skip
from . import sales_process_register
from . import sales_process_report_mixin
from . import sales_process_evidence_mixin
from . import sales_process_agenda_item
from . import sales_process_customer_sheet
from . import sales_process_fact
from . import sales_process_followup_report
from . import sales_process_owed_item
from . import sales_process_ownership_report
from . import sales_process_timeline
