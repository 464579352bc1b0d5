# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common_off import SwitchedOff

from .common import ScorecardCommon


@tagged("post_install", "-at_install")
class TestScorecardSwitchedOff(SwitchedOff, ScorecardCommon):
    """A template for everybody: a team without the process is not judged."""

    def _feed(self):
        version = self._create_version(
            [{"kind": "mark", "name": "Attitude", "weight": 100, "cap": 100}]
        )
        version.template_id.team_ids = False

    def test_nothing_follows(self):
        self._assert_nothing_follows()
