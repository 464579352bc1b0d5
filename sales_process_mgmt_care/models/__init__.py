# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# others inherit them
from . import sales_process_complaint_reader  # isort: skip
from . import sales_process_complaint_mail  # isort: skip
from . import sales_process_complaint_course  # isort: skip
from . import sales_process_complaint_deadline  # isort: skip
from . import crm_lead
from . import crm_team
from . import ir_ui_menu
from . import mail_activity
from . import mail_mail
from . import mail_thread
from . import sales_process_complaint
from . import sales_process_ownership
from . import sales_process_satisfaction
