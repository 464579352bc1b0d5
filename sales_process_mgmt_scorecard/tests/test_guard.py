# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_guard import GuardCommon, GuardWalk

from .test_access_matrix import ScorecardRecords


class ScorecardGuardCommon(GuardCommon, ScorecardRecords):
    pass


@tagged("post_install", "-at_install")
class TestScorecardGuard(GuardWalk, ScorecardGuardCommon):
    least_values = 5
    least_commands = -1
    # administrators correct it; it says where somebody was
    kept = frozenset(("sales.process.scorecard.stay",))

    def _get_real_rows(self):
        return {}
