# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# others inherit them
from . import sales_process_work_report_card  # isort: skip
from . import sales_process_work_report_reader  # isort: skip
from . import crm_team
from . import ir_ui_menu
from . import sales_process_home
from . import sales_process_intelligence
from . import sales_process_intelligence_duty
from . import sales_process_onboarding
from . import sales_process_report_form
from . import sales_process_report_question
from . import sales_process_work_report
from . import sales_process_work_report_answer
from . import sales_process_work_report_line
from . import sales_process_work_report_value
