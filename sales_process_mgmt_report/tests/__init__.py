# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access_matrix
from . import test_clock
from . import test_demo
from . import test_guard
from . import test_guard_reading
from . import test_guard_rules
from . import test_home_reports
from . import test_intelligence
from . import test_intelligence_duty
from . import test_poison
from . import test_public_actions
from . import test_report_content
from . import test_report_fact
from . import test_report_form
from . import test_report_judge
from . import test_report_levels
from . import test_report_notice
from . import test_report_numbers
from . import test_report_readers
from . import test_team_sheet
from . import test_tours_work_report
from . import test_work_report
from . import test_work_report_cron
from . import test_work_report_owed
from . import test_work_report_race
from . import test_work_report_rules
