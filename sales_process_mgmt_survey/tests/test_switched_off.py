# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common_off import SwitchedOff


@tagged("post_install", "-at_install")
class TestTrainingSwitchedOff(SwitchedOff):
    """A plan for everybody: nobody of the team learns by it."""

    def _feed(self):
        self.env["sales.process.training.plan"].with_user(self.director).create(
            {
                "name": "Prices",
                "company_id": self.company.id,
                "date_from": self._today(self.director),
                "step_ids": [(0, 0, {"name": "Read the list", "days": 2})],
            }
        )

    def test_nothing_follows(self):
        self._assert_nothing_follows()
