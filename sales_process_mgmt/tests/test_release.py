# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.models import sales_process_ownership_release

from .common import SalesProcessCommon


class ReleaseCommon(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Ownership = cls.env["sales.process.ownership"]
        cls.team_east.date_release_from = False
        cls.team_east.release_ceiling_percent = 0
        cls.number = 0

    @classmethod
    def _customer(cls, user, team=None, **values):
        cls.number += 1
        lead = cls._create_lead(
            user, team, phone=f"139{cls.number:08d}", name=f"No {cls.number}", **values
        )
        return lead.ownership_id

    @classmethod
    def _expire(cls, ownerships, seconds=1):
        """Let the deadlines have passed ``seconds`` ago (or lie ahead)."""
        ownerships.write(
            {"date_deadline": fields.Datetime.now() - timedelta(seconds=seconds)}
        )
        cls.env.flush_all()

    @classmethod
    def _put_on_duty(cls, *users, team=None):
        now = fields.Datetime.now()
        return cls.env["sales.process.duty"].create(
            [
                {
                    "team_id": (team or cls.team_east).id,
                    "user_id": user.id,
                    "date_start": now - timedelta(hours=1),
                    "date_end": now + timedelta(hours=8),
                    "state": "confirmed",
                }
                for user in users
            ]
        )

    def _run(self, name="ir_cron_release"):
        with self.enter_registry_test_mode():
            self.env.ref(f"sales_process_mgmt.{name}").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestRelease(ReleaseCommon):
    """More than N days without contact: the salesperson on duty receives it."""

    def test_due_goes_to_duty(self):
        self._put_on_duty(self.salesperson_a, self.salesperson_b)
        ownership = self._customer(self.salesperson_a)
        lead = ownership.lead_ids
        self._expire(ownership)
        self._run()
        self.assertEqual((ownership.state, ownership.end_reason), ("ended", "expired"))
        successor = lead.ownership_id
        self.assertEqual(successor.user_id, self.salesperson_b)
        self.assertEqual(successor.origin, "release")
        self.assertEqual(successor.previous_id, ownership)
        self.assertEqual(lead.user_id, self.salesperson_b)
        self.assertGreater(successor.date_deadline, fields.Datetime.now())
        self.assertIn("Salesperson B", lead.message_ids[0].body)
        self._run()
        self.assertEqual(successor.state, "open", "A second run changes nothing")
        self.assertEqual(len(ownership.next_ids), 1)

    def test_not_a_second_early(self):
        self._put_on_duty(self.salesperson_b)
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership, seconds=-60)
        self._run()
        self.assertEqual(ownership.state, "open")

    def test_only_the_owner_on_duty(self):
        """The previous owner does not get it back: it waits in the pool."""
        self._put_on_duty(self.salesperson_a)
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        self._run()
        self.assertEqual(ownership.next_ids.state, "pool")
        self.assertTrue(ownership.next_ids.awaits_duty)

    def test_nobody_on_duty_waits_for_the_next_shift(self):
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        self._run()
        pooled = ownership.next_ids
        self.assertEqual((pooled.state, pooled.awaits_duty), ("pool", True))
        self.assertFalse(pooled.lead_ids.user_id)
        self.assertTrue(pooled.lead_ids.is_pooled)
        self._put_on_duty(self.salesperson_b)
        self._run()
        self.assertEqual(pooled.next_ids.user_id, self.salesperson_b)
        self.assertFalse(pooled.next_ids.lead_ids.is_pooled)

    def test_fair_and_within_limits(self):
        self._put_on_duty(self.salesperson_b, self.salesperson_c)
        self.salesperson_c.customer_limit = 1
        ownerships = self.Ownership.union(
            *(self._customer(self.salesperson_a) for _row in range(4))
        )
        self._expire(ownerships)
        self._run()
        owners = ownerships.next_ids.mapped("user_id.login")
        users = [row.user_id for row in ownerships.next_ids]
        self.assertEqual(users.count(self.salesperson_c), 1)
        self.assertEqual(users.count(self.salesperson_b), 3)
        self.assertEqual(len(owners), 2)

    def test_one_message_per_person_and_run(self):
        self._put_on_duty(self.salesperson_b)
        ownerships = self.Ownership.union(
            *(self._customer(self.salesperson_a) for _row in range(5))
        )
        self._expire(ownerships)
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        self._run()
        messages = self.env["mail.message"].search(
            [("id", ">", before), ("message_type", "=", "user_notification")]
        )
        for user in (self.salesperson_a, self.salesperson_b):
            own = messages.filtered(lambda row: user.partner_id in row.partner_ids)
            self.assertEqual(len(own), 1)
            self.assertEqual(own.body.count("<li>"), 5)

    def test_won_and_lost_stay(self):
        self._put_on_duty(self.salesperson_b)
        ownership = self._customer(self.salesperson_a)
        phone = ownership.lead_ids.phone
        won = self._create_lead(self.salesperson_a, phone=phone)
        won.action_set_won()
        lost = self._create_lead(self.salesperson_a, phone=phone)
        lost.action_set_lost()
        self._expire(ownership)
        self._run()
        self.assertEqual(won.user_id, self.salesperson_a)
        self.assertEqual(won.ownership_id, ownership)
        self.assertEqual(lost.user_id, self.salesperson_a)

    def test_handover_takes_plans(self):
        self._put_on_duty(self.salesperson_b)
        ownership = self._customer(self.salesperson_a)
        lead = ownership.lead_ids
        activity = (
            lead.with_user(self.salesperson_a)
            .activity_schedule(
                "mail.mail_activity_data_call", user_id=self.salesperson_a.id
            )
            .with_env(self.env)
        )
        start = fields.Datetime.now() + timedelta(days=1)
        meeting = (
            self.env["calendar.event"]
            .with_user(self.salesperson_a)
            .create(
                {
                    "name": "Visit",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "opportunity_id": lead.id,
                }
            )
            .with_env(self.env)
        )
        self._expire(ownership)
        self._run()
        self.assertEqual(activity.user_id, self.salesperson_b)
        self.assertEqual(meeting.user_id, self.salesperson_b)
        self.assertIn(self.salesperson_b.partner_id, meeting.partner_ids)
        self.assertNotIn(self.salesperson_a.partner_id, lead.message_partner_ids)
        self.assertIn(self.salesperson_b.partner_id, lead.message_partner_ids)

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

    def test_carousel_rests(self):
        self.team_east.carousel_limit = 2
        self._put_on_duty(self.salesperson_b, self.salesperson_c)
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        self._run()
        second = ownership.next_ids
        self.assertEqual(second.lapse_count, 1)
        self._expire(second)
        self._run()
        third = second.next_ids
        self.assertEqual((third.state, third.is_dormant), ("pool", True))
        self.assertFalse(third.awaits_duty)
        self._run()
        self.assertFalse(third.next_ids)

    def test_cooldown_holds_for_all_former_owners(self):
        ownership = self._customer(self.salesperson_a)
        self._put_on_duty(self.salesperson_a, self.salesperson_b)
        self._expire(ownership)
        self._run()
        second = ownership.next_ids
        self.assertEqual(second.user_id, self.salesperson_b)
        self._expire(second)
        self._run()
        self.assertEqual(second.next_ids.state, "pool")

    def test_owner_leaves(self):
        self._put_on_duty(self.salesperson_b)
        ownership = self._customer(self.salesperson_a)
        self.salesperson_a.active = False
        self._run()
        self.assertEqual(ownership.end_reason, "owner_archived")
        self.assertEqual(ownership.next_ids.user_id, self.salesperson_b)

    def test_owner_leaves_the_team(self):
        self._put_on_duty(self.salesperson_b)
        ownership = self._customer(self.salesperson_a)
        self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == self.salesperson_a
        ).active = False
        self._run()
        self.assertEqual(ownership.end_reason, "owner_archived")

    def test_frozen_has_no_timer(self):
        ownership = self._customer(self.salesperson_a)
        with self.assertRaises(AccessError):
            ownership.with_user(self.salesperson_a).action_freeze()
        ownership.with_user(self.leader_east).action_freeze()
        self.assertFalse(ownership.date_deadline)
        ownership.with_user(self.leader_east).action_unfreeze()
        self.assertTrue(ownership.date_deadline)

    def test_maximum_holding_time(self):
        self.team_east.hold_days_max = 10
        ownership = self._customer(self.salesperson_a)
        ownership.date_start = fields.Datetime.now() - timedelta(days=8)
        ownership._register_contacts({ownership: fields.Datetime.now()})
        self.assertEqual(ownership.deadline_kind, "max_hold")

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

    def test_query_count(self):
        """The queries of a release do not grow with the customers."""
        self._put_on_duty(self.salesperson_b)

        def count(number):
            ownerships = self.Ownership.union(
                *(self._customer(self.salesperson_a) for _row in range(number))
            )
            self._expire(ownerships)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            ownerships._process_release()
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(1)
        few, many = count(5), count(60)
        self.assertLessEqual(many, few + 12, f"{few} queries for 5")

    def test_pool_customers_are_kept_from_odoos_assignment(self):
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        self._run()
        domain = self.team_east._get_lead_to_assign_domain()
        self.assertNotIn(
            ownership.next_ids.lead_ids, self.env["crm.lead"].search(domain)
        )


@tagged("post_install", "-at_install")
class TestPool(ReleaseCommon):
    """The pool keeps identity; whoever takes a customer has its whole history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._customer(cls.salesperson_a)
        cls.lead = cls.first.lead_ids
        cls.env["sales.process.followup"].with_user(cls.salesperson_a).create(
            {"lead_id": cls.lead.id, "subject": "Asked for a price"}
        )
        cls.first.with_user(cls.salesperson_a)._give_up("No need this year")
        cls.pooled = cls.first.next_ids

    def test_give_up(self):
        self.assertEqual(
            (self.first.end_reason, self.first.end_note),
            ("released", "No need this year"),
        )
        self.assertEqual(self.pooled.state, "pool")
        self.assertFalse(self.pooled.awaits_duty)
        with self.assertRaises(UserError):
            self.first.with_user(self.director)._give_up("Again")

    def test_take_and_read_the_history(self):
        pooled = self.pooled.with_user(self.salesperson_b)
        self.assertFalse(self.lead.with_user(self.salesperson_b).has_access("read"))
        self.assertFalse(self.lead.with_user(self.salesperson_c).has_access("read"))
        self.assertIn("****", pooled.masked_contact)
        self.assertFalse(
            pooled.key_ids.with_user(self.salesperson_b)._filtered_access("read")
        )
        pooled.action_take()
        taken = self.lead.ownership_id
        self.assertEqual((taken.user_id, taken.origin), (self.salesperson_b, "pool"))
        self.assertTrue(self.lead.with_user(self.salesperson_b).has_access("write"))
        history = taken.with_user(self.salesperson_b).chain_ids
        self.assertEqual(len(history), 3)
        self.assertEqual(
            history.followup_ids.with_user(self.salesperson_b).mapped("subject"),
            ["Asked for a price"],
        )

    def test_second_take_gets_the_sentence(self):
        self.pooled.with_user(self.salesperson_b).action_take()
        with self.assertRaises(UserError):
            self.pooled.with_user(self.salesperson_c).action_take()

    def test_cooldown(self):
        with self.assertRaises(UserError) as refusal:
            self.pooled.with_user(self.salesperson_a).action_take()
        self.assertIn("again from", str(refusal.exception))
        self.first.date_end -= timedelta(days=8)
        self.pooled.with_user(self.salesperson_a).action_take()

    def test_strangers_do_not_take(self):
        for user in (self.salesperson_d, self.office_user, self.salesperson_x):
            with self.assertRaises(AccessError):
                self.pooled.with_user(user).action_take()

    def test_daily_limit_is_not_refunded(self):
        self.team_east.pool_take_limit = 1
        self.pooled.with_user(self.salesperson_b).action_take()
        self.lead.ownership_id.with_user(self.salesperson_b)._give_up("Changed my mind")
        other = self._customer(self.salesperson_c)
        other.with_user(self.salesperson_c)._give_up("Busy")
        with self.assertRaises(UserError) as refusal:
            other.next_ids.with_user(self.salesperson_b).action_take()
        self.assertIn("limit", str(refusal.exception))

    def test_customer_limit(self):
        self.team_east.customer_limit = 1
        self._customer(self.salesperson_b)
        with self.assertRaises(UserError):
            self.pooled.with_user(self.salesperson_b).action_take()

    def test_dormant_and_frozen(self):
        self.pooled.is_dormant = True
        with self.assertRaises(UserError):
            self.pooled.with_user(self.salesperson_b).action_take()
        with self.assertRaises(AccessError):
            self.pooled.with_user(self.salesperson_b).action_wake()
        self.pooled.with_user(self.leader_east).action_wake()
        self.pooled.with_user(self.leader_east).action_freeze()
        with self.assertRaises(UserError):
            self.pooled.with_user(self.salesperson_b).action_take()

    def test_viewing_limit(self):
        """So many customers of the pool may be opened in a day, each counted once."""
        self.team_east.pool_view_limit = 1
        other = self._customer(self.salesperson_c)
        other.with_user(self.salesperson_c)._give_up("Busy")
        fields_read = {"name": {}, "masked_contact": {}}
        pooled = self.pooled.with_user(self.salesperson_b)
        for _row in range(2):
            self.assertTrue(pooled.web_read(fields_read))
        with self.assertRaises(UserError):
            other.next_ids.with_user(self.salesperson_b).web_read(fields_read)
        other.next_ids.with_user(self.leader_east).web_read(fields_read)
        lookups = self.env["sales.process.lookup"].search([("kind", "=", "pool")])
        self.assertEqual(lookups.user_id, self.salesperson_b)
        self.assertEqual(len(lookups), 1)

    def test_choose_the_pool(self):
        ownership = self._customer(self.salesperson_a)
        wizard = (
            self.env["sales.process.pool.return"]
            .with_user(self.salesperson_a)
            .create(
                {
                    "ownership_ids": [(6, 0, ownership.ids)],
                    "reason": "Better in the west",
                    "pool_team_id": self.team_west.id,
                }
            )
        )
        wizard.action_give_up()
        self.assertEqual(ownership.next_ids.team_id, self.team_west)


@tagged("post_install", "-at_install")
class TestWarning(ReleaseCommon):
    """Warnings climb: first the owner, then the owner and the leader."""

    def _warnings(self, lead):
        warning = self.env.ref("sales_process_mgmt.mail_activity_type_warning")
        return lead.activity_ids.filtered(lambda row: row.activity_type_id == warning)

    def test_climbing_warnings(self):
        ownership = self._customer(self.salesperson_a)
        lead = ownership.lead_ids
        self._run("ir_cron_warn")
        self.assertFalse(self._warnings(lead))
        self._expire(ownership, seconds=-47 * 3600)
        self._run("ir_cron_warn")
        self._run("ir_cron_warn")
        self.assertEqual(self._warnings(lead).user_id, self.salesperson_a)
        self._expire(ownership, seconds=-23 * 3600)
        ownership.date_warned = ownership.date_deadline
        self._run("ir_cron_warn")
        self._run("ir_cron_warn")
        self.assertEqual(
            self._warnings(lead).user_id, self.salesperson_a | self.leader_east
        )
        self.assertEqual(len(self._warnings(lead)), 2)
        self.env["sales.process.followup"].with_user(self.salesperson_a).create(
            {"lead_id": lead.id, "subject": "Called at last"}
        )
        self.assertFalse(self._warnings(lead))
        self.assertFalse(ownership.warning_level)

    def test_no_warning_in_a_team_that_observes(self):
        ownership = self._customer(self.salesperson_d)
        self._expire(ownership, seconds=-3600)
        self._run("ir_cron_warn")
        self.assertFalse(self._warnings(ownership.lead_ids))

    def test_revisit(self):
        ownership = self._customer(self.salesperson_a)
        lead = ownership.lead_ids
        lead.action_set_won()
        ownership.date_revisit = fields.Date.today()
        self._run("ir_cron_warn")
        visit = self.env.ref("sales_process_mgmt.mail_activity_type_visit")
        self.assertEqual(lead.activity_ids.activity_type_id, visit)

    def test_served_time_ends(self):
        self.team_east.write({"served_policy": "limited", "served_days": 30})
        ownership = self._customer(self.salesperson_a)
        ownership.lead_ids.action_set_won()
        self.assertTrue(ownership.date_served_until)
        self._run()
        self.assertEqual(ownership.state, "open")
        ownership.date_served_until = fields.Date.today() - timedelta(days=2)
        self._run()
        self.assertEqual((ownership.state, ownership.end_reason), ("ended", "paid"))
