# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from .race_common import SalesProcessRaceCase

CUSTOMERS = 40


@tagged("post_install", "-at_install")
class TestReleaseRace(SalesProcessRaceCase):
    """The share of one night holds when two runs work side by side."""

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_share_holds_side_by_side(self):
        owner = self.user_ids[0]
        with self._environment() as env:
            team = env["crm.team"].browse(self.team_id)
            team.write(
                {
                    "process_release_ceiling_percent": 10,
                    "process_date_release_from": False,
                }
            )
            leads = env["crm.lead"].create(
                [
                    {
                        "name": f"Due {number}",
                        "phone": f"+86136{number:08d}",
                        "user_id": owner,
                        "team_id": self.team_id,
                    }
                    for number in range(CUSTOMERS)
                ]
            )
            env.flush_all()
            env.cr.execute(
                "UPDATE sales_process_ownership"
                "   SET date_deadline = now() AT TIME ZONE 'UTC' - interval '1 day'"
                " WHERE id IN %s",
                (leads.ownership_id._ids,),
            )
            period_ids = leads.ownership_id.ids

        def release(env):
            # one batch of a small limit for each: both find customers that are due
            Release = env["sales.process.release"]
            rows = Release._lock_due(CUSTOMERS // 2)
            Release._release(rows.filtered(lambda row: row.id in period_ids))
            env.flush_all()
            return True

        outcomes = self._race((1, release), (1, release))
        self.assertEqual(outcomes, [True, True])
        with self._environment() as env:
            periods = env["sales.process.ownership"].browse(period_ids)
            ended = periods.filtered(lambda row: row.state == "ended")
            self.assertEqual(len(ended), CUSTOMERS // 10)
            self.assertTrue(all((periods - ended).mapped("is_held")))
