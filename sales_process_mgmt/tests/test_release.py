# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.models import sales_process_retry

from .common_release import ReleaseCommon

POST_OWN = Path(__file__).parents[1] / "migrations" / "19.0.2.0.0" / "post-own.py"


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
        self.assertTrue(pooled.lead_ids.process_is_pooled)
        self._put_on_duty(self.salesperson_b)
        self._run()
        self.assertEqual(pooled.next_ids.user_id, self.salesperson_b)
        self.assertFalse(pooled.next_ids.lead_ids.process_is_pooled)

    def test_fair_and_within_limits(self):
        self._put_on_duty(self.salesperson_b, self.salesperson_c)
        self.salesperson_c.process_customer_limit = 1
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
            own = messages.filtered_domain([("partner_ids", "in", user.partner_id.ids)])
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

    def test_carousel_rests(self):
        self.team_east.process_carousel_limit = 2
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
        self.team_east.process_hold_days_max = 10
        ownership = self._customer(self.salesperson_a)
        ownership.date_start = fields.Datetime.now() - timedelta(days=8)
        ownership._register_contacts({ownership: fields.Datetime.now()})
        self.assertEqual(ownership.deadline_kind, "max_hold")

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
            self.Release._release(ownerships)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(1)
        few, many = count(5), count(60)
        self.assertLessEqual(many, few + 12, f"{few} queries for 5")

    def test_leads_are_not_read_whole(self):
        """A release reads few columns of each lead, Odoo on its own all of them."""
        self._put_on_duty(self.salesperson_b)
        ownerships = self._many(self.salesperson_a, 25)
        self._expire(ownerships)
        self.env.invalidate_all()
        model = type(self.env["crm.lead"])
        fetch, read = model._fetch_query, []

        def spy(leads, query, fields_to_fetch):
            read.extend(field.name for field in fields_to_fetch)
            return fetch(leads, query, fields_to_fetch)

        with patch.object(model, "_fetch_query", spy):
            self.Release._release(ownerships)
            self.env.flush_all()
            self.assertNotIn("description", read)
            self.env.invalidate_all()
            leads = ownerships.next_ids.lead_ids
            self.assertEqual(leads.user_id, self.salesperson_b)
        self.assertIn("description", read, "the spy sees what Odoo reads")

    def test_pool_customers_are_kept_from_odoos_assignment(self):
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        self._run()
        domain = self.team_east._get_lead_to_assign_domain()
        self.assertNotIn(
            ownership.next_ids.lead_ids, self.env["crm.lead"].search(domain)
        )

    # ------------------------------------------------------------
    # THE SECOND OF THE DEADLINE
    # ------------------------------------------------------------

    def _contact(self, ownership, moment):
        """The last contact was at ``moment``; the period is older."""
        ownership.write({"date_start": fields.Datetime.to_datetime(moment)})
        ownership.date_timer_start = False
        ownership._register_contacts({ownership: fields.Datetime.to_datetime(moment)})
        self.env.flush_all()

    def _assert_last_second(self, ownership, last_second):
        last_second = fields.Datetime.to_datetime(last_second)
        self.assertEqual(ownership.date_deadline, last_second)
        with self._at(last_second):
            self.assertNotIn(ownership, self._release())
        with self._at(last_second + timedelta(seconds=1)):
            self.assertIn(ownership, self._release())
        self.assertEqual(ownership.end_reason, "expired")

    def test_monday_to_next_monday_midnight(self):
        """Contact on Monday, N = 7: the next Monday 23:59:59 local is the last."""
        ownership = self._customer(self.salesperson_a)
        self._contact(ownership, "2026-03-02 03:00:00")
        self._assert_last_second(ownership, "2026-03-09 15:59:59")

    def test_over_a_month_end(self):
        ownership = self._customer(self.salesperson_a)
        self._contact(ownership, "2026-01-30 15:30:00")
        self._assert_last_second(ownership, "2026-02-06 15:59:59")

    def test_over_the_change_to_summer_time(self):
        """New York changes on 8 March 2026: the day ends an hour earlier."""
        self.team_c2.write(
            {"process_date_release_from": False, "process_release_ceiling_percent": 0}
        )
        ownership = self._customer(self.salesperson_x)
        self._contact(ownership, "2026-03-05 20:00:00")
        self._assert_last_second(ownership, "2026-03-13 03:59:59")

    def test_working_days(self):
        """Two working days after Friday is Tuesday."""
        self.team_east.write(
            {"process_followup_working_days": True, "process_followup_days": 2}
        )
        ownership = self._customer(self.salesperson_a)
        self._contact(ownership, "2026-03-06 03:00:00")
        self._assert_last_second(ownership, "2026-03-10 15:59:59")

    def test_new_customer_is_not_released_in_its_first_night(self):
        ownership = self._customer(self.salesperson_a)
        with self._at(fields.Datetime.now() + timedelta(days=1)):
            self.assertFalse(self._release())
        self.assertEqual(ownership.state, "open")

    # ------------------------------------------------------------
    # WHO RECEIVES
    # ------------------------------------------------------------

    def test_longest_ago_first_then_evenly(self):
        self._put_on_duty(self.salesperson_b, self.salesperson_c)
        self._customer(self.salesperson_b)
        ownerships = self._many(self.salesperson_a, 5)
        self._expire(ownerships)
        self._release()
        users = [row.next_ids.user_id for row in ownerships]
        self.assertEqual(users[0], self.salesperson_c, "B was given one last")
        self.assertEqual(users.count(self.salesperson_c), 3)
        self.assertEqual(users.count(self.salesperson_b), 2)

    def test_owner_alone_on_duty_without_cooldown(self):
        """Without cool-down the owner gets it again, if nobody else is on duty."""
        self.team_east.process_cooldown_days = 0
        self._put_on_duty(self.salesperson_a)
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        self._release()
        self.assertEqual(ownership.next_ids.user_id, self.salesperson_a)
        second = self._customer(self.salesperson_a)
        self._put_on_duty(self.salesperson_b)
        self._expire(second)
        self._release()
        self.assertEqual(second.next_ids.user_id, self.salesperson_b)

    def test_cooldown_ends(self):
        """Both sides of the cool-down of 7 days."""
        self._put_on_duty(self.salesperson_a, self.salesperson_b)
        for days, receives in ((6, False), (8, True)):
            first = self._customer(self.salesperson_a)
            self._expire(first)
            self._release()
            second = first.next_ids
            self.assertEqual(second.user_id, self.salesperson_b)
            first.date_end = fields.Datetime.now() - timedelta(days=days)
            self._expire(second)
            self._release()
            self.assertEqual(bool(second.next_ids.user_id), receives)

    def test_where_it_goes_with_a_common_pool(self):
        """Waiting stays in its team; what rests goes to the common pool."""
        self.team_east.process_pool_team_id = self.team_west
        self.team_east.process_carousel_limit = 2
        waiting, resting = self._many(self.salesperson_a, 2)
        resting.lapse_count = 1
        self._expire(waiting | resting)
        self._release()
        self.assertEqual(waiting.next_ids.team_id, self.team_east)
        self.assertTrue(waiting.next_ids.awaits_duty)
        self.assertEqual(resting.next_ids.team_id, self.team_west)
        self.assertTrue(resting.next_ids.is_dormant)
        self.assertFalse(resting.next_ids.awaits_duty)
        self.team_east.process_release_to = "pool"
        self._put_on_duty(self.salesperson_b)
        third = self._customer(self.salesperson_a)
        self._expire(third)
        self._release()
        self.assertEqual(third.next_ids.team_id, self.team_west)
        self.assertEqual(third.next_ids.state, "pool")

    # ------------------------------------------------------------
    # OWNERS THAT LEAVE
    # ------------------------------------------------------------

    def test_leaving_is_no_lapse_of_the_customer(self):
        self.team_east.process_carousel_limit = 1
        self._put_on_duty(self.salesperson_b)
        ownership = self._customer(self.salesperson_a)
        self.salesperson_a.active = False
        self._release()
        self.assertEqual(ownership.next_ids.user_id, self.salesperson_b)
        self.assertEqual(ownership.next_ids.lapse_count, 0)

    def test_frozen_customer_of_a_leaver_goes_to_the_pool(self):
        self._put_on_duty(self.salesperson_b)
        ownership = self._customer(self.salesperson_a)
        ownership.with_user(self.leader_east).action_freeze()
        self.salesperson_a.active = False
        self._release()
        self.assertEqual(ownership.next_ids.state, "pool")
        self.assertTrue(ownership.next_ids.is_frozen)
        self.assertFalse(ownership.next_ids.awaits_duty)

    def test_who_comes_back_in_time_keeps_the_customers(self):
        ownership = self._customer(self.salesperson_a)
        self.salesperson_a.active = False
        self.assertTrue(ownership.has_owner_left)
        self.salesperson_a.active = True
        self.assertFalse(ownership.has_owner_left)
        member = self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == self.salesperson_a
        )
        member.active = False
        self.assertTrue(ownership.has_owner_left)
        member.active = True
        self.assertFalse(ownership.has_owner_left)

    # ------------------------------------------------------------
    # RUNS, BATCHES, MESSAGES
    # ------------------------------------------------------------

    def test_batches_make_one_run_and_one_message(self):
        self._put_on_duty(self.salesperson_b)
        ownerships = self._many(self.salesperson_a, 5)
        self._expire(ownerships)
        before = len(self._messages_to(self.salesperson_b))
        with patch.object(sales_process_retry, "BATCH_SIZE", 2):
            self._run()
        self.assertEqual(set(ownerships.mapped("state")), {"ended"})
        self.assertEqual(self._runs().released_count, 5)
        messages = self._messages_to(self.salesperson_b)
        self.assertEqual(len(messages) - before, 1)
        for row in ownerships.next_ids:
            self.assertIn(f'data-oe-id="{row.id}"', messages[0].body)

    def test_killed_before_telling(self):
        """A run that dies before it tells people is told by the next one, once."""
        self._put_on_duty(self.salesperson_b)
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        before = len(self._messages_to(self.salesperson_b))
        Run = type(self.env["sales.process.release.run"])
        with (
            patch.object(Run, "_process_untold", side_effect=ZeroDivisionError),
            mute_logger("odoo.addons.base.models.ir_cron"),
            suppress(ZeroDivisionError),
        ):
            self._run()
        self.env.invalidate_all()
        self.assertEqual(len(ownership.next_ids), 1)
        self.assertEqual(len(self._messages_to(self.salesperson_b)), before)
        self._run()
        self._run()
        self.assertEqual(len(ownership.next_ids), 1)
        self.assertEqual(len(self._messages_to(self.salesperson_b)), before + 1)
        self.assertEqual(len(self._runs()), 1)

    def test_leader_is_told_when_nobody_was_on_duty(self):
        ownership = self._customer(self.salesperson_a)
        self._expire(ownership)
        self._run()
        message = self._messages_to(self.leader_east)[0]
        self.assertIn("Nobody on duty", message.body)
        self.assertIn("sales.process.release.run", message.body)

    def test_a_database_of_before_calls_the_release_where_it_is(self):
        cron = self.env.ref("sales_process_mgmt.ir_cron_release")
        self.assertEqual(cron.model_id.model, "sales.process.release")
        cron.model_id = self.env["ir.model"]._get("sales.process.ownership")
        self.env.flush_all()
        spec = importlib.util.spec_from_file_location("post_own", POST_OWN)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.1.0")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(cron.model_id.model, "sales.process.release")
