# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import sales_process_agenda_item
from . import sales_process_fact
from . import sales_process_owed_item
from . import sales_process_receivable
from . import sales_process_timeline
