# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common_off import SwitchedOff

from ..models.sales_process_complaint_intake import ComplaintIntake

COMPLAINT = "sales.process.complaint"


@tagged("post_install", "-at_install")
class TestCareSwitchedOff(SwitchedOff):
    """A complaint is never lost, and is not the team's; nobody is asked how it was."""

    fed = frozenset(("sales.process.complaint",))

    def _feed(self):
        row = ComplaintIntake(self.env, self.team_off).run(
            {
                "channel": "email",
                "name": "Broken",
                "description": "On arrival.",
                "contact_phone": "13812345678",
            }
        )[0]
        self.assertEqual(row.team_id, self.team_off)
        self.assertTrue(row.decider_id.has_group("sales_team.group_sale_manager"))

    def test_nothing_follows(self):
        self._assert_nothing_follows()
