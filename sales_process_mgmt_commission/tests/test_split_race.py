# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase


@tagged("post_install", "-at_install")
class TestSplitRace(SalesProcessRaceCase):
    """Nobody gives away more than all of a commission, in two windows either."""

    @classmethod
    def _remove_records(cls):
        cls._delete_rows(("sales_process_commission_split", "team_id", cls.team_id))
        return super()._remove_records()

    def _give(self, ownership_id, user_id, percent):
        def work(env):
            split = env["sales.process.commission.split"].create(
                {
                    "ownership_id": ownership_id,
                    "user_id": user_id,
                    "percent": percent,
                }
            )
            env.flush_all()
            return split.id

        return work

    def test_two_windows(self):
        giver, colleague, leader = self.user_ids
        for number, (percent, given) in enumerate(((60, 60), (50, 100))):
            with self.subTest(percent=percent):
                with self._environment(giver) as env:
                    lead = env["crm.lead"].create(
                        {
                            "name": "Pumps",
                            "phone": f"1391234567{number}",
                            "team_id": self.team_id,
                        }
                    )
                    ownership_id = lead.ownership_id.id
                outcomes = self._race(
                    (giver, self._give(ownership_id, colleague, percent)),
                    (giver, self._give(ownership_id, leader, percent)),
                )
                refused = [row for row in outcomes if isinstance(row, Exception)]
                self.assertEqual(len(refused), percent > 50)
                for refusal in refused:
                    self.assertIsInstance(refusal, ValidationError)
                with self._environment() as env:
                    splits = env["sales.process.commission.split"].search(
                        [("ownership_id", "=", ownership_id)]
                    )
                    self.assertEqual(sum(splits.mapped("percent")), given)
