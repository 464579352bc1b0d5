# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access_matrix
from . import test_care_attack
from . import test_care_limits
from . import test_complaint
from . import test_complaint_against
from . import test_complaint_days
from . import test_complaint_life
from . import test_complaint_machines
from . import test_complaint_mail
from . import test_complaint_public
from . import test_complaint_tools
from . import test_guard
from . import test_satisfaction
from . import test_satisfaction_page
from . import test_satisfaction_race
from . import test_satisfaction_tools
from . import test_switched_off
from . import test_view_queries
