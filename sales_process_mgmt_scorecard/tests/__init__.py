# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_access_matrix,
    test_closing,
    test_guard,
    test_menus,
    test_oracle,
    test_team_goal,
    test_words,
    test_month,
    test_payroll,
    test_praise,
    test_rating,
    test_rules,
    test_scorecard_tools,
)
from . import test_view_queries
