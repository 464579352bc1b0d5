# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

from ..models.sales_process_complaint_intake import SOURCE_LIMIT, ComplaintIntake
from .common import COMPLAINT

AT_ONCE = SOURCE_LIMIT + 3
SOURCE = "a source that races"


@tagged("post_install", "-at_install")
class TestComplaintRace(SalesProcessRaceCase):
    """Many of one source at the same instant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._environment() as env:
            env["crm.team"].browse(cls.team_id).process_complaint = True

    @classmethod
    def _remove_records(cls):
        with cls._environment() as env:
            env[COMPLAINT].search([("team_id", "=", cls.team_id)]).unlink()
        return super()._remove_records()

    def _send(self, number):
        def work(env):
            intake = ComplaintIntake(env, env["crm.team"].browse(self.team_id))
            if intake.is_too_much(origin_hash=SOURCE):
                return False
            intake.run(
                {
                    "channel": "public",
                    "description": f"Not the same words: {number}",
                    "origin_hash": SOURCE,
                }
            )
            env.flush_all()
            return True

        return work

    def _count(self):
        with self._environment() as env:
            return env[COMPLAINT].search_count([("origin_hash", "=", SOURCE)])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_limit_holds_at_the_same_instant(self):
        """What comes in at once does not slip through between count and row."""
        user_id = self.user_ids[0]
        kept = 0
        for number in range(SOURCE_LIMIT):
            outcomes = self._race(
                *(
                    (user_id, self._send(f"{number} {place}"))
                    for place in range(AT_ONCE)
                )
            )
            self.assertLessEqual(set(outcomes), {True, False}, outcomes)
            kept += outcomes.count(True)
            self.assertEqual(self._count(), kept)
        # each time one at least was kept, and never one too many
        self.assertEqual(kept, SOURCE_LIMIT)
