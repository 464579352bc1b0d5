# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_access_matrix,
    test_closing,
    test_doors,
    test_guard,
    test_limits,
    test_menus,
    test_month,
    test_month_of_all,
    test_oracle,
    test_payroll,
    test_praise,
    test_praise_keyboard,
    test_praise_race,
    test_rating,
    test_rules,
    test_scorecard_tools,
    test_switched_off,
    test_team_goal,
    test_view_queries,
    test_words,
)
