# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access_matrix
from . import test_attendance
from . import test_attendance_days
from . import test_calendar
from . import test_decision
from . import test_decision_people
from . import test_experience
from . import test_guard
from . import test_meeting
from . import test_meeting_queries
from . import test_meeting_race
from . import test_meeting_roles
from . import test_meeting_tools
from . import test_menus
from . import test_plan
from . import test_plan_days
from . import test_switched_off
