# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access_duty
from . import test_access_ownership
from . import test_backfill
from . import test_duty
from . import test_duty_rotation
from . import test_duty_swap
from . import test_followup
from . import test_followup_mail
from . import test_followup_meeting
from . import test_followup_rules
from . import test_invitation
from . import test_lookup
from . import test_ownership
from . import test_ownership_doors
from . import test_ownership_race
from . import test_ownership_report
from . import test_registration
from . import test_release
from . import test_rotation
from . import test_registration_race
from . import test_registration_ui
from . import test_settings
from . import test_team_change
from . import test_tours
from . import test_transfer
from . import test_views
