# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestFollowup(SalesProcessCommon):
    """The follow-up is the only thing that resets the timer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(cls.salesperson_a, phone="13812345678")
        cls.other_lead = cls._create_lead(cls.salesperson_a, phone="13812345678")
        cls.ownership = cls.lead.ownership_id
        cls._age(cls.ownership, days=5)

    @classmethod
    def _age(cls, ownership, days):
        """Let the period have begun ``days`` ago."""
        start = cls.env.cr.now() - timedelta(days=days)
        ownership.date_start = start
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE ownership_id = %s",
            (start, ownership.id),
        )
        cls.env.invalidate_all()
        ownership._update_deadlines()

    def _log(self, user=None, lead=None, **values):
        return (
            self.env["sales.process.followup"]
            .with_user(user or self.salesperson_a)
            .create(
                {
                    "lead_id": (lead or self.lead).id,
                    "subject": "Talked about the price",
                    "channel": "call",
                    **values,
                }
            )
            .with_env(self.env)
        )

    def test_contact_resets_the_clock_of_the_customer(self):
        """A contact on one lead moves the deadline of all leads of the customer."""
        before = self.ownership.date_deadline
        followup = self._log()
        self.assertTrue(followup.counts)
        self.assertFalse(followup.void_reason)
        self.assertEqual(followup.ownership_id, self.ownership)
        self.assertEqual(self.ownership.date_last_contact, followup.date)
        self.assertGreater(self.ownership.date_deadline, before)
        self.assertEqual(
            self.other_lead.followup_deadline, self.ownership.date_deadline
        )
        self.assertEqual(self.other_lead.date_last_contact, followup.date)

    def test_monday_to_monday(self):
        """Contact on Monday, seven days: the last moment is next Monday 23:59:59."""
        self._age(self.ownership, days=60)
        monday = datetime(2026, 3, 2, 2, 0)
        self.ownership.date_start = monday - timedelta(days=1)
        self.ownership._register_contacts({self.ownership: monday})
        self.assertEqual(
            fields.Datetime.to_string(self.ownership.date_deadline),
            "2026-03-09 15:59:59",
        )

    def test_older_contact_does_not_move_the_clock_back(self):
        self._log()
        deadline = self.ownership.date_deadline
        self._log(subject="Yesterday", date=fields.Datetime.now() - timedelta(days=1))
        self.assertEqual(self.ownership.date_deadline, deadline)

    def test_editing_an_old_one_and_deleting(self):
        now = fields.Datetime.now()
        old = self._log(subject="Two days ago", date=now - timedelta(days=2))
        new = self._log(subject="Now", date=now)
        deadline = self.ownership.date_deadline
        old.with_user(self.salesperson_a).solution = "Sent the offer"
        self.assertEqual(self.ownership.date_deadline, deadline)
        old.with_user(self.salesperson_a).date = now - timedelta(days=3)
        self.assertEqual(self.ownership.date_last_contact, new.date)
        with self.assertRaises(AccessError):
            new.with_user(self.salesperson_a).unlink()
        new.with_user(self.director).unlink()
        self.assertEqual(self.ownership.date_last_contact, old.date)
        self.assertLess(self.ownership.date_deadline, deadline)

    def test_future_and_far_past_are_errors(self):
        now = fields.Datetime.now()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._log(date=now + timedelta(minutes=5))
        self._log(date=now + timedelta(minutes=1), subject="Clock skew")
        self._log(date=now - timedelta(days=2), subject="Late entry")
        with self.assertRaises(ValidationError):
            self._log(date=now - timedelta(days=5), subject="Too late")
        by_leader = self._log(
            self.leader_east, date=now - timedelta(days=5), subject="By the leader"
        )
        self.assertEqual(by_leader.void_reason, "stranger")

    def test_what_does_not_count(self):
        self.assertEqual(self._log(subject="x").void_reason, "short")
        self.assertEqual(self._log(subject=" ").void_reason, "short")
        self.assertTrue(self._log(subject="Same text").counts)
        for _number in range(3):
            self.assertEqual(self._log(subject="Same text").void_reason, "repeated")
        other = self._log(subject="Same text", lead=self.other_lead)
        self.assertEqual(other.void_reason, "repeated", "The same customer")
        self.team_east.followup_refuse_repeated = False
        self.assertTrue(self._log(subject="Same text").counts)

    def test_stranger_is_refused_with_the_sentence(self):
        with self.assertRaises(AccessError) as refusal:
            self._log(self.salesperson_c)
        self.assertIn("Salesperson A", str(refusal.exception))

    def test_helper_counts(self):
        self.ownership.collaborator_ids = self.salesperson_b
        self.assertTrue(self._log(self.salesperson_b).counts)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_claims_that_it_counts(self):
        """What the system decides is not written by people."""
        followup = self._log(subject="x", counts=True, source="mail")
        self.assertFalse(followup.counts)
        self.assertEqual(followup.source, "manual")
        followup.with_user(self.salesperson_a).write({"counts": True})
        self.assertFalse(followup.counts)
        with self.assertRaises(AccessError):
            followup.with_user(self.salesperson_b).write({"subject": "Mine"})

    def test_correction_has_an_end(self):
        followup = self._log()
        self.env.cr.execute(
            "UPDATE sales_process_followup SET create_date = %s WHERE id = %s",
            (self.env.cr.now() - timedelta(days=4), followup.id),
        )
        followup.invalidate_recordset()
        with self.assertRaises(UserError):
            followup.with_user(self.salesperson_a).subject = "Other words"
        followup.with_user(self.leader_east).subject = "Other words"

    def test_agreed_date_extends(self):
        """“Call me in a month”: the agreed day is the deadline, within limits."""
        day = fields.Date.today() + timedelta(days=20)
        self._log(date_next=day, next_step="Call again")
        self.assertEqual(self.ownership.deadline_kind, "agreed")
        self.assertEqual(self.ownership.date_agreed, day)
        deadline = self.ownership.date_deadline
        activity = self.lead.activity_ids
        self.assertEqual(
            (activity.date_deadline, activity.summary), (day, "Call again")
        )
        self._log(subject="Confirmed by phone")
        self.assertEqual(self.ownership.date_deadline, deadline, "The day stands")
        self._log(subject="Later", date_next=day + timedelta(days=5))
        self.assertEqual(self.ownership.extension_count, 2)
        third = self._log(subject="Much later", date_next=day + timedelta(days=9))
        self.assertTrue(third.date_extension_cut)
        self.assertEqual(self.ownership.date_agreed, day + timedelta(days=5))

    def test_agreed_date_is_cut_to_the_limit(self):
        far = self._log(date_next=fields.Date.today() + timedelta(days=300))
        self.assertTrue(far.counts)
        self.assertEqual(self.ownership.date_agreed, far.date_extension_cut)
        self.assertLess(self.ownership.date_agreed, far.date_next)

    def test_agreed_date_before_the_deadline_changes_nothing(self):
        self._log(date_next=fields.Date.today() + timedelta(days=2))
        self.assertEqual(self.ownership.deadline_kind, "contact")
        self.assertFalse(self.ownership.date_agreed)

    def test_too_long_text(self):
        with self.assertRaises(ValidationError):
            self._log(subject="x" * 1_000_000)

    def test_call_done_is_contact(self):
        activity = self.lead.with_user(self.salesperson_a).activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson_a.id
        )
        activity.with_user(self.salesperson_a).action_feedback(feedback="Wants a visit")
        followup = self.lead.followup_ids
        self.assertEqual(
            (followup.channel, followup.source, followup.subject, followup.counts),
            ("call", "activity", "Wants a visit", True),
        )

    def test_visit_done_is_contact_todo_is_not(self):
        for xmlid in (
            "mail.mail_activity_data_todo",
            "sales_process_mgmt.mail_activity_type_visit",
        ):
            self.lead.with_user(self.salesperson_a).activity_schedule(
                xmlid, user_id=self.salesperson_a.id
            ).with_user(self.salesperson_a).action_done()
        self.assertEqual(self.lead.followup_ids.mapped("channel"), ["visit"])

    def test_meeting_that_took_place(self):
        now = fields.Datetime.now()
        values = {
            "opportunity_id": self.lead.id,
            "user_id": self.salesperson_a.id,
            "partner_ids": [(6, 0, self.salesperson_a.partner_id.ids)],
        }
        held, future = self.env["calendar.event"].create(
            [
                {
                    "name": "Held",
                    "start": now - timedelta(hours=2),
                    "stop": now - timedelta(hours=1),
                    **values,
                },
                {
                    "name": "Future",
                    "start": now + timedelta(hours=2),
                    "stop": now + timedelta(hours=3),
                    **values,
                },
            ]
        )
        for _run in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "sales_process_mgmt.ir_cron_create_followups"
                ).method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(len(held.followup_ids), 1)
            self.assertFalse(future.followup_ids)
        self.assertEqual(held.followup_ids.channel, "meeting")
        self.assertTrue(held.followup_ids.counts)

    def test_mail_to_the_customer(self):
        customer = self.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )
        lead = self.lead.with_user(self.salesperson_a)
        lead.message_post(body="Internal thought", subtype_xmlid="mail.mt_note")
        self.assertFalse(self.lead.followup_ids)
        message = lead.message_post(
            body="Our offer",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=customer.ids,
        )
        followup = self.lead.followup_ids
        self.assertEqual((followup.channel, followup.counts), ("email", True))
        deadline = self.ownership.date_deadline
        message.sudo().notification_ids.write({"notification_status": "bounce"})
        self.env.cr.precommit.run()
        self.assertFalse(followup.counts)
        self.assertEqual(followup.void_reason, "undelivered")
        self.assertLess(self.ownership.date_deadline, deadline)

    def test_writing_the_lead_is_no_contact(self):
        deadline = self.ownership.date_deadline
        lead = self.lead.with_user(self.salesperson_a)
        lead.write({"priority": "3", "description": "Thought about it"})
        lead.stage_id = self.env["crm.stage"].search([("is_won", "=", False)])[-1]
        self.assertFalse(self.lead.followup_ids)
        self.assertEqual(self.ownership.date_deadline, deadline)

    def test_team_that_is_off(self):
        lead = self._create_lead(self.salesperson_e, phone="13900000001")
        activity = lead.with_user(self.salesperson_e).activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson_e.id
        )
        activity.with_user(self.salesperson_e).action_done()
        self.assertFalse(lead.followup_ids)

    def test_query_count(self):
        """A hundred follow-ups cost no more queries than ten."""

        def count(number, subject):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["sales.process.followup"].with_user(self.salesperson_a).create(
                [
                    {
                        "lead_id": self.lead.id,
                        "channel": "call",
                        "subject": f"{subject} {row}",
                    }
                    for row in range(number)
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(1, "warm")
        few, many = count(10, "few"), count(100, "many")
        self.assertLessEqual(many, few + 5)
