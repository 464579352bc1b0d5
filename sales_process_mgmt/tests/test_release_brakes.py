# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.models import sales_process_ownership_release

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
        self.team_east.release_ceiling_percent = 10
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

    def test_contact_in_time_frees_what_is_held(self):
        """Held for the leader, but contacted: it is as due as any other later."""
        self.team_east.release_ceiling_percent = 10
        ownerships = self.Ownership.union(
            *(self._customer(self.salesperson_a) for _row in range(3))
        )
        self._expire(ownerships)
        self._run()
        held = ownerships.filtered("is_held")
        self.assertEqual(len(held), 2)
        held[0]._register_contacts({held[0]: fields.Datetime.now()})
        self.assertEqual(held.mapped("is_held"), [False, True])
        self._expire(held[0])
        self._run()
        self.assertTrue(held[0].state == "ended" or held[0].is_held)

    def test_leader_gives_a_fresh_period(self):
        self.team_east.release_ceiling_percent = 10
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
        self.assertGreater(self.team_west.date_release_from, fields.Datetime.now())
        self._run()
        self.assertEqual(ownership.state, "open")
        action = self.team_west.with_user(self.leader_west).action_preview_release()
        run = self.env["sales.process.release.run"].browse(action["res_id"])
        self.assertEqual(run.line_ids.ownership_id, ownership)
        self.team_west.date_release_from = fields.Datetime.now()
        self._run()
        self.assertEqual(ownership.state, "ended")

    def test_paused_action_shows_first(self):
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        self.team_east.date_last_release = fields.Datetime.now() - timedelta(hours=25)
        self._run()
        self.assertEqual(ownership.state, "open")
        run = self.env["sales.process.release.run"].search(
            [("team_id", "=", self.team_east.id)]
        )
        self.assertEqual(run.mode, "preview")
        self.team_east.date_release_from = fields.Datetime.now()
        self._run()
        self.assertEqual(ownership.state, "ended")

    def test_poisoned_customer_never_stops_the_rest(self):
        self._put_on_duty(self.salesperson_b)
        poisoned, healthy = (
            self._customer(self.salesperson_a),
            self._customer(self.salesperson_a),
        )
        self._expire(poisoned | healthy)
        release_team = type(self.Ownership)._release_team

        def fail(rows, team, ceiling=True):
            if poisoned in rows:
                raise ValueError("poison")
            return release_team(rows, team, ceiling)

        logger = sales_process_ownership_release.__name__
        with (
            patch.object(type(self.Ownership), "_release_team", fail),
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
