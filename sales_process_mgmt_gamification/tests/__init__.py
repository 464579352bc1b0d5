# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_badge_doors
from . import test_badge_race
from . import test_badge_rules
from . import test_gamification
