# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common_off import SwitchedOff


@tagged("post_install", "-at_install")
class TestDisciplineSwitchedOff(SwitchedOff):
    """A policy for everybody, and facts of the team: nobody of it is asked."""

    def _feed(self):
        policy = (
            self.env["sales.process.policy"]
            .with_user(self.director)
            .create({"name": "Discounts", "company_id": self.company.id})
        )
        self.env["sales.process.policy.version"].with_user(self.director).create(
            {
                "policy_id": policy.id,
                "text": "<p>At most five percent.</p>",
                "lang": "en_US",
                "reading_days": 1,
            }
        ).action_publish()
        # whoever is in a team that asks is asked
        asked = self.env["sales.process.policy.acknowledgement"].search(
            [("policy_id", "=", policy.id)]
        )
        self.assertIn(self.salesperson_a, asked.user_id)

    def test_nothing_follows(self):
        self._assert_nothing_follows()
