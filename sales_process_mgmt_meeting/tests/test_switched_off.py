# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common_off import SwitchedOff


@tagged("post_install", "-at_install")
class TestMeetingSwitchedOff(SwitchedOff):
    """A team that has met before meets no more."""

    def _feed(self):
        self.env["sales.process.experience"].with_user(self.salesperson_a).create(
            {"name": "Trade fair", "story": "Go early."}
        )

    def test_nothing_follows(self):
        self._assert_nothing_follows()
