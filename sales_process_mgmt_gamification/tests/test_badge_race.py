# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt_scorecard.tests.praise_race_common import (
    PraiseRaceCase,
)

BADGE = "gamification.badge.user"
ROUNDS = 5


@tagged("post_install", "-at_install")
class TestBadgeRace(PraiseRaceCase):
    """Two who praise each other at the same instant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._environment() as env:
            env["crm.team"].browse(cls.team_id).write(
                {"process_badge": True, "process_praise_shown": True}
            )

    def _count(self):
        with self._environment() as env:
            return env[BADGE].search_count([("user_id", "in", self.user_ids)])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_badge_for_a_pair(self):
        first, second = self.user_ids[:2]
        for _number in range(ROUNDS):
            self._forget()
            self.assertEqual(self._count(), 0)
            outcomes = self._race(
                (first, self._praise(second)), (second, self._praise(first))
            )
            self.assertEqual(outcomes, [True, True])
            self.assertEqual(self._count(), 1)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_badge_for_praise_in_two_windows(self):
        first, second = self.user_ids[:2]
        self._forget()
        outcomes = self._race(*[(first, self._praise(second))] * 2)
        self.assertEqual(outcomes.count(True), 1, outcomes)
        self.assertEqual(self._count(), 1)
