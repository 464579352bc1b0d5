# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import crm_team
from . import gamification_badge
from . import gamification_badge_user
from . import gamification_challenge
from . import sales_process_praise
from . import sales_process_scorecard
