# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# One model, one file, named like the model.
# others inherit them
from . import sales_process_meeting_calendar  # isort: skip
from . import sales_process_meeting_course  # isort: skip
from . import crm_team
from . import crm_team_member
from . import sales_process_meeting_series
from . import sales_process_meeting
from . import sales_process_meeting_line
from . import sales_process_meeting_decision
from . import sales_process_meeting_attendance
from . import sales_process_experience
from . import sales_process_experience_thank
from . import calendar_event
from . import ir_ui_menu
from . import mail_activity
from . import sales_process_absence
