# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.models import sales_process_retry

from .common_release import ReleaseCommon


@tagged("post_install", "-at_install")
class TestReleaseBrakes(ReleaseCommon):
    """Nothing is lost by mistake: observe, ceiling, undo, changes of the rules."""

    def test_observe_takes_nothing(self):
        ownership = self._customer(self.salesperson_d)
        self._expire(ownership)
        self._run()
        self._run()
        self.assertEqual(ownership.state, "open")
        run = self.env["sales.process.release.run"].search(
            [("team_id", "=", self.team_west.id)]
        )
        self.assertEqual(len(run), 1, "Once for each deadline")
        self.assertEqual(run.line_ids.outcome, "observed")

    def test_ceiling_holds_for_the_leader(self):
        self.team_east.process_release_ceiling_percent = 10
        self._put_on_duty(self.salesperson_b)
        ownerships = self.Ownership.union(
            *(self._customer(self.salesperson_a) for _row in range(20))
        )
        self._expire(ownerships[:5])
        self._run()
        self._run()
        ended = ownerships.filtered(lambda row: row.state == "ended")
        self.assertEqual(len(ended), 2)
        held = ownerships.filtered("is_held")
        self.assertEqual(len(held), 3)
        run = self.env["sales.process.release.run"].search([("state", "=", "held")])
        with self.assertRaises(AccessError):
            run.with_user(self.salesperson_a).action_release_held()
        run.with_user(self.leader_east).action_release_held()
        self.assertEqual(set(held.mapped("state")), {"ended"})
        self.assertEqual(run.state, "done")

    def test_ceiling_holds_over_the_batches_of_a_night(self):
        """What one batch hands on within the team makes no room for the next one."""
        self.team_east.process_release_ceiling_percent = 40
        self._put_on_duty(self.salesperson_b)
        ownerships = self._many(self.salesperson_a, 20)
        self._expire(ownerships)
        with patch.object(sales_process_retry, "BATCH_SIZE", 5):
            self._run()
            self._run()
        self.assertEqual(ownerships.mapped("state").count("ended"), 8)
        self.assertEqual(len(ownerships.filtered("is_held")), 12)

    def test_held_goes_out_on_the_next_nights(self):
        """Oldest first, within the share, each counted once; then the run closes."""
        self.team_east.process_release_ceiling_percent = 20
        start = datetime(2027, 3, 9, 2)
        with self._at(datetime(2027, 3, 1, 2)):
            ownerships = self._many(self.salesperson_a, 10)
            others = self._many(self.salesperson_b, 5)
        for number, row in enumerate(ownerships):
            row.date_deadline = start - timedelta(hours=20 - number)
        others.write({"date_deadline": start + timedelta(days=400)})
        self.env.flush_all()

        def night(moment):
            with self._at(moment):
                due = self.Release._lock_due(1000)
                self.Release._release(due)
                self.env.flush_all()
            self.env.invalidate_all()
            return ownerships.filtered(lambda row: row.state == "ended")

        # 20 % of fifteen
        self.assertEqual(night(start), ownerships[:3])
        self.assertTrue(all(ownerships[3:].mapped("is_held")))
        run = self._runs()
        self.assertEqual((run.state, run.line_count), ("held", 10))
        # the same night nothing more, one second before the next neither
        self.assertEqual(night(start + timedelta(hours=1)), ownerships[:3])
        self.assertEqual(night(datetime(2027, 3, 9, 15, 59, 59)), ownerships[:3])
        run.is_told = True
        # a late contact lets nobody stay
        with self._at(start + timedelta(hours=2)):
            followup = (
                self.env["sales.process.followup"]
                .with_user(self.salesperson_a)
                .create({"lead_id": ownerships[3].lead_ids.id, "subject": "Too late"})
            )
        self.assertEqual(followup.void_reason, "held")
        # of the twelve that are left
        self.assertEqual(night(datetime(2027, 3, 9, 16)), ownerships[:5])
        night(datetime(2027, 3, 10, 16))
        night(datetime(2027, 3, 11, 16))
        night(datetime(2027, 3, 12, 16))
        self.assertEqual(night(datetime(2027, 3, 13, 16)), ownerships)
        self.assertEqual(run.state, "done")
        self.assertEqual(sum(self._runs().mapped("line_count")), 10)

    def test_contact_does_not_free_what_is_held(self):
        """The leader does: a run in which nobody waits is closed by itself."""
        self.team_east.process_release_ceiling_percent = 10
        ownerships = self._many(self.salesperson_a, 3)
        self._expire(ownerships)
        self._run()
        held = ownerships.filtered("is_held")
        self.assertEqual(len(held), 2)
        held[0]._register_contacts({held[0]: fields.Datetime.now()})
        self.assertEqual(held.mapped("is_held"), [True, True])
        run = self.env["sales.process.release.run"].search([("state", "=", "held")])
        held[0]._give_fresh_period()
        self.assertEqual(held.mapped("is_held"), [False, True])
        self.assertEqual((run.state, run.held_count), ("held", 1))
        held[1]._end("lost")
        self.assertEqual((run.state, run.held_count), ("done", 0))

    def test_hand_out_of_waiting_is_counted_once(self):
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        self._run()
        self._put_on_duty(self.salesperson_b)
        self._run()
        lines = self._runs().line_ids
        self.assertEqual(set(lines.mapped("outcome")), {"waiting", "assigned"})
        self.assertEqual(sum(self._runs().mapped("line_count")), 1)
        self.assertEqual(sum(self._runs().mapped("released_count")), 1)

    def test_leader_gives_a_fresh_period(self):
        self.team_east.process_release_ceiling_percent = 10
        ownerships = self.Ownership.union(
            *(self._customer(self.salesperson_a) for _row in range(3))
        )
        self._expire(ownerships)
        self._run()
        run = self.env["sales.process.release.run"].search([("state", "=", "held")])
        run.with_user(self.leader_east).action_fresh_period()
        running = ownerships.filtered(lambda row: row.state == "open")
        self.assertEqual(len(running), 2)
        self.assertFalse(any(running.mapped("is_held")))
        for row in running:
            self.assertGreater(row.date_deadline, fields.Datetime.now())

    def test_undo(self):
        self._put_on_duty(self.salesperson_b)
        ownerships = self._customer(self.salesperson_a) | self._customer(
            self.salesperson_a
        )
        self._expire(ownerships)
        self._run()
        run = self.env["sales.process.release.run"].search(
            [("team_id", "=", self.team_east.id)]
        )
        run.with_user(self.leader_east).action_undo()
        self.assertEqual(run.state, "undone")
        for row in ownerships:
            self.assertEqual(row.next_ids.next_ids.user_id, self.salesperson_a)
        with self.assertRaises(UserError):
            run.with_user(self.leader_east).action_undo()

    def test_undo_refused_after_work(self):
        self._put_on_duty(self.salesperson_b)
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        self._run()
        self.env["sales.process.followup"].with_user(self.salesperson_b).create(
            {"lead_id": ownership.next_ids.lead_ids.id, "subject": "First call"}
        )
        run = self.env["sales.process.release.run"].search(
            [("team_id", "=", self.team_east.id)]
        )
        with self.assertRaises(UserError):
            run.with_user(self.leader_east).action_undo()

    def test_switch_to_enforce_takes_effect_the_next_day(self):
        ownership = self._customer(self.salesperson_d)
        self._expire(ownership, seconds=3600)
        self.team_west.process_mode = "enforce"
        self.assertGreater(
            self.team_west.process_date_release_from, fields.Datetime.now()
        )
        self._run()
        self.assertEqual(ownership.state, "open")
        action = self.team_west.with_user(self.leader_west).action_preview_release()
        run = self.env["sales.process.release.run"].browse(action["res_id"])
        self.assertEqual(run.line_ids.ownership_id, ownership)
        self.team_west.process_date_release_from = fields.Datetime.now()
        self._run()
        self.assertEqual(ownership.state, "ended")

    def test_paused_action_shows_first(self):
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        self.team_east.process_date_last_release = fields.Datetime.now() - timedelta(
            hours=25
        )
        self._run()
        self.assertEqual(ownership.state, "open")
        run = self.env["sales.process.release.run"].search(
            [("team_id", "=", self.team_east.id)]
        )
        self.assertEqual(run.mode, "preview")
        self.team_east.process_date_release_from = fields.Datetime.now()
        self._run()
        self.assertEqual(ownership.state, "ended")

    def test_poisoned_customer_never_stops_the_rest(self):
        self._put_on_duty(self.salesperson_b)
        poisoned, healthy = (
            self._customer(self.salesperson_a),
            self._customer(self.salesperson_a),
        )
        self._expire(poisoned | healthy)
        release_team = type(self.Release)._release_team

        def fail(release, rows, team, ceiling=True):
            if poisoned in rows:
                raise ValueError("poison")
            return release_team(release, rows, team, ceiling)

        logger = sales_process_retry.__name__
        with (
            patch.object(type(self.Release), "_release_team", fail),
            mute_logger(logger),
        ):
            for _row in range(4):
                self._run()
        self.assertEqual(healthy.state, "ended")
        self.assertEqual(poisoned.state, "open")
        self.assertEqual(poisoned.release_failure_count, 3)
        failed = self.env["sales.process.release.line"].search(
            [("outcome", "=", "failed")]
        )
        self.assertEqual(failed.ownership_id, poisoned)
