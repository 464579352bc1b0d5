# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_release import ReleaseCommon

NIGHT = datetime(2027, 3, 9, 2)


@tagged("post_install", "-at_install")
class TestReleaseWaits(ReleaseCommon):
    """What an addon says is to be settled first is let go by the leader alone."""

    def setUp(self):
        super().setUp()
        with self._at(NIGHT - timedelta(days=8)):
            self.waiting, self.plain = self._many(self.salesperson_a, 2)
        self.unsettled = self.waiting
        self.patch(
            self.env.registry["sales.process.ownership"],
            "_filter_awaiting_leader",
            lambda rows: rows.filtered(lambda row: row in self.unsettled),
        )
        (self.waiting | self.plain).date_deadline = NIGHT - timedelta(hours=1)
        self.env.flush_all()

    def _night(self, moment):
        with self._at(moment):
            self.Release._release(self.Release._lock_due(1000))
            self.env.flush_all()
        self.env.invalidate_all()

    def test_held_night_after_night(self):
        self._night(NIGHT)
        self.assertEqual(self.plain.state, "ended")
        self.assertEqual((self.waiting.state, self.waiting.is_held), ("open", True))
        run = self.env["sales.process.release.run"].search(
            [("team_id", "=", self.team_east.id), ("state", "=", "held")]
        )
        self.assertEqual(run.line_ids.ownership_id, self.waiting | self.plain)
        run.is_told = True
        self._night(NIGHT + timedelta(days=1))
        self.assertEqual(self.waiting.state, "open")
        # the leader was told of it once
        self.assertEqual(len(run.line_ids.search([("outcome", "=", "held")])), 1)
        # settled: it goes out by itself, in the night after
        self.unsettled = self.Ownership
        self._night(NIGHT + timedelta(days=1, hours=1))
        self.assertEqual(self.waiting.state, "open")
        self._night(NIGHT + timedelta(days=2))
        self.assertEqual(self.waiting.state, "ended")
        self.assertEqual(run.state, "done")

    def test_leader_decides_sooner(self):
        self._night(NIGHT)
        run = self.waiting.env["sales.process.release.run"].search(
            [("team_id", "=", self.team_east.id), ("state", "=", "held")]
        )
        with self._at(NIGHT + timedelta(hours=2)):
            run.with_user(self.leader_east).action_release_held()
        self.assertEqual(self.waiting.state, "ended")

    def test_it_takes_no_room_of_the_night(self):
        """Nobody else is held because of it."""
        self.team_east.process_release_ceiling_percent = 50
        self._night(NIGHT)
        self.assertEqual(self.plain.state, "ended")
        self.assertEqual(self.waiting.state, "open")

    def test_owner_does_not_give_it_up(self):
        mine = self.waiting.with_user(self.salesperson_a)
        with self.assertRaisesRegex(UserError, "to be settled first"):
            mine._give_up("No need")
        self.assertEqual(self.waiting.state, "open")
        self.plain.with_user(self.salesperson_a)._give_up("No need")
        self.assertEqual(self.plain.state, "ended")
        self.waiting.with_user(self.leader_east)._give_up("Settled")
        self.assertEqual(self.waiting.state, "ended")

    def test_served_customers_are_not_freed(self):
        with patch.object(
            type(self.Release), "_is_served_time_over", lambda _self, _row: True
        ):
            self.Release._end_served(self.waiting | self.plain)
        self.assertEqual(self.waiting.state, "open")
        self.assertEqual(self.plain.state, "ended")
