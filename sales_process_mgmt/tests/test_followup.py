# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_followup import FollowupCommon

# The tests of Odoo switch tracking off; the web client does not.
TRACKING = {"tracking_disable": False, "mail_notrack": False}


@tagged("post_install", "-at_install")
class TestFollowup(FollowupCommon):
    """The follow-up is the only thing that resets the timer."""

    # ------------------------------------------------------------
    # THE CLOCK
    # ------------------------------------------------------------

    def test_contact_resets_the_clock_of_the_customer(self):
        """A contact on one lead moves the deadline of all leads of the customer."""
        before = self.ownership.date_deadline
        followup = self._log()
        self.assertTrue(followup.counts)
        self.assertFalse(followup.void_reason)
        self.assertEqual(followup.ownership_id, self.ownership)
        self.assertEqual(followup.team_id, self.team_east)
        self.assertEqual(followup.company_id, self.company)
        self.assertEqual(self.ownership.date_last_contact, followup.date)
        self.assertGreater(self.ownership.date_deadline, before)
        self.assertEqual(
            self.other_lead.followup_deadline, self.ownership.date_deadline
        )
        self.assertEqual(self.other_lead.date_last_contact, followup.date)
        self.assertEqual(self.other_lead.process_followup_count, 1)

    def test_last_second_across_month_end(self):
        """Contact on 28 January, seven days: until 4 February 23:59:59 local."""
        self._age(self.ownership, start=datetime(2025, 1, 1))
        self._record(datetime(2025, 1, 28, 2, 0))
        self.assertEqual(
            fields.Datetime.to_string(self.ownership.date_deadline),
            "2025-02-04 15:59:59",
        )

    def test_day_of_the_owner_not_of_the_server(self):
        """17:00 UTC is already the next day in Shanghai."""
        self._age(self.ownership, start=datetime(2025, 3, 1))
        self._record(datetime(2025, 3, 3, 15, 59))
        self.assertEqual(
            self.ownership.date_deadline, datetime(2025, 3, 10, 15, 59, 59)
        )
        self._record(datetime(2025, 3, 3, 16, 0))
        self.assertEqual(
            self.ownership.date_deadline, datetime(2025, 3, 11, 15, 59, 59)
        )

    def test_daylight_saving_in_another_zone(self):
        """New York moves the clock on 9 March 2025: the last moment is local."""
        lead = self._create_lead(self.salesperson_x, email_from="x@example.com")
        self._age(lead.ownership_id, start=datetime(2025, 3, 1))
        self._record(datetime(2025, 3, 5, 15, 0), lead=lead, user=self.salesperson_x)
        self.assertEqual(
            lead.ownership_id.date_deadline, datetime(2025, 3, 13, 3, 59, 59)
        )

    def test_older_contact_does_not_move_the_clock_back(self):
        self._log()
        deadline = self.ownership.date_deadline
        late = self._log(subject="Prices of yesterday", date=self._days_ago(1))
        self.assertTrue(late.counts)
        self.assertEqual(self.ownership.date_deadline, deadline)

    def test_editing_an_old_one_leaves_the_clock(self):
        old = self._log(subject="Two days ago", date=self._days_ago(2))
        new = self._log(subject="Talked just now about steel")
        deadline = self.ownership.date_deadline
        old.with_user(self.salesperson_a).write(
            {"solution": "Sent the offer", "subject": "Two days ago, at the fair"}
        )
        old.with_user(self.salesperson_a).date = self._days_ago(3)
        self.assertEqual(self.ownership.date_last_contact, new.date)
        self.assertEqual(self.ownership.date_deadline, deadline)

    def test_editing_the_last_one_moves_the_clock_back(self):
        old = self._log(subject="Two days ago", date=self._days_ago(2))
        new = self._log(subject="Now")
        new.with_user(self.salesperson_a).date = self._days_ago(3)
        self.assertEqual(self.ownership.date_last_contact, old.date)
        new.with_user(self.salesperson_a).subject = "x"
        self.assertEqual(new.void_reason, "short")
        old.with_user(self.salesperson_a).subject = ""
        self.assertFalse(self.ownership.date_last_contact)

    def test_deleting_moves_the_clock_back(self):
        old = self._log(subject="Two days ago", date=self._days_ago(2))
        new = self._log(subject="Now")
        for user in (self.salesperson_a, self.leader_east):
            with self.assertRaises(AccessError):
                new.with_user(user).unlink()
        new.with_user(self.director).unlink()
        self.assertEqual(self.ownership.date_last_contact, old.date)

    def test_change_of_lead_moves_both_clocks(self):
        """A contact entered on the wrong customer is put right."""
        wrong = self._create_lead(self.salesperson_a, phone="13900000009")
        self._age(wrong.ownership_id, days=10)
        before = wrong.followup_deadline
        followup = self._log(lead=wrong)
        self.assertGreater(wrong.followup_deadline, before)
        followup.with_user(self.salesperson_a).lead_id = self.lead
        self.assertEqual(wrong.followup_deadline, before)
        self.assertEqual(followup.ownership_id, self.ownership)
        self.assertEqual(self.ownership.date_last_contact, followup.date)

    def test_writing_the_lead_is_no_contact(self):
        deadline = self.ownership.date_deadline
        lead = self.lead.with_user(self.salesperson_a)
        lead.write({"priority": "3", "description": "Thought about it"})
        lead.stage_id = self.env["crm.stage"].search([("is_won", "=", False)])[-1]
        self.assertFalse(self.lead.process_followup_ids)
        self.assertEqual(self.ownership.date_deadline, deadline)

    def test_second_in_which_the_period_starts(self):
        """Contacts are told to the second: one in the second of the start counts."""
        new = self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )[self.ownership]
        new.date_start = new.date_start.replace(microsecond=999999)
        self.env.flush_all()
        second = new.date_start.replace(microsecond=0)
        for subject, moment, reason in (
            ("Asked for the price", second - timedelta(seconds=1), "before_period"),
            ("Promised a sample", second, False),
        ):
            with self.subTest(subject):
                contact = self._log(self.salesperson_b, subject=subject, date=moment)
                self.assertEqual(contact.void_reason, reason)

    def test_transfer_starts_with_the_new_owner(self):
        """The old owner's contact of before does not count for the new period."""
        self._log()
        new = self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )[self.ownership]
        deadline = new.date_deadline
        late = self._log(
            self.salesperson_b, subject="Last week", date=self._days_ago(2)
        )
        self.assertEqual(late.void_reason, "before_period")
        self.assertEqual(new.date_deadline, deadline)
        readable = self.env["sales.process.followup"].with_user(self.salesperson_b)
        self.assertEqual(
            readable.search_count([("lead_id", "=", self.lead.id)]),
            2,
            "The new owner reads the history",
        )

    def test_merged_leads_keep_their_contacts(self):
        followup = self._log(lead=self.other_lead)
        leads = (self.lead | self.other_lead).with_user(self.director)
        head = leads.merge_opportunity().with_env(self.env)
        self.assertTrue(followup.exists())
        self.assertEqual(followup.lead_id, head)
        self.assertEqual(head.ownership_id.date_last_contact, followup.date)

    def test_merged_customers_keep_the_last_contact(self):
        second = self._create_lead(self.salesperson_a, phone="13900000008")
        followup = self._log(lead=second)
        self.ownership._absorb(second.ownership_id)
        self.assertEqual(followup.ownership_id, self.ownership)
        self.ownership._recompute_last_contact()
        self.assertEqual(self.ownership.date_last_contact, followup.date)

    # ------------------------------------------------------------
    # FORM
    # ------------------------------------------------------------

    def test_quick_form(self):
        action = self.lead.with_user(self.salesperson_a).action_log_followup()
        with Form(
            self.env["sales.process.followup"]
            .with_user(self.salesperson_a)
            .with_context(**action["context"]),
            view="sales_process_mgmt.sales_process_followup_view_form_quick",
        ) as form:
            form.subject = "Wants ten pumps"
            form.next_step = "Send the offer"
        self.assertEqual(form.record.lead_id.id, self.lead.id)
        self.assertTrue(form.record.counts)
        action = self.lead.with_user(self.salesperson_a).action_view_followups()
        self.assertIn(
            form.record.with_env(self.env),
            self.env["sales.process.followup"].search(action["domain"]),
        )

    def test_next_step_is_shown_on_the_customer(self):
        day = self._today(self.salesperson_a) + timedelta(days=2)
        self._log(next_step="Send the offer", date_next=day, plan_next=False)
        self.assertEqual(self.ownership.next_step, "Send the offer")
        self.assertEqual(self.ownership.date_next_step, day)
        self.assertEqual(self.ownership.followup_count, 1)

    def test_next_step_is_the_one_of_the_last_contact(self):
        """What was entered late says nothing about what comes next."""
        self._log(subject="First", next_step="Send the offer", plan_next=False)
        late = self._log(subject="Second", next_step="Call back", plan_next=False)
        self.env["sales.process.followup"].flush_model()
        self.env.cr.execute(
            "UPDATE sales_process_followup SET date = date - INTERVAL '1 hour'"
            " WHERE id = %s",
            [late.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.ownership.next_step, "Send the offer")

    # ------------------------------------------------------------
    # LIMITS OF WHAT IS ENTERED
    # ------------------------------------------------------------

    def test_future_is_an_error(self):
        self._log(date=self.env.cr.now() + timedelta(seconds=55))
        with self.assertRaises(ValidationError):
            self._log(date=self.env.cr.now() + timedelta(seconds=90))
        with self.assertRaises(ValidationError):
            self.env["sales.process.followup"].create(
                {
                    "lead_id": self.lead.id,
                    "date": self.env.cr.now() + timedelta(days=400),
                }
            )

    def test_a_contact_is_not_put_off(self):
        """One contact is not moved forward for days; the leader may correct it."""
        followup = self._log(date=self._days_ago(1))
        deadline = self.ownership.date_deadline
        later = self.env.cr.now() + timedelta(days=2)
        with self._at(later):
            with self.assertRaises(ValidationError):
                followup.with_user(self.salesperson_a).date = later
            self.assertEqual(self.ownership.date_deadline, deadline)
            followup.with_user(self.salesperson_a).date = self._days_ago(2)
            self.assertEqual(followup.date, self._days_ago(2))
            followup.with_user(self.leader_east).date = later

    def test_late_entry_is_bounded_and_logged(self):
        """Three days later is possible, four are not: counted in local days."""
        late = self._log(subject="Late entry", date=self._days_ago(3))
        self.assertTrue(late.counts)
        self.assertTrue(late.is_backdated)
        self.assertIn("days: 3", late.message_ids[:1].body)
        today = self._log(subject="Today", date=self._days_ago(0))
        self.assertFalse(today.is_backdated)
        with self.assertRaises(ValidationError) as refusal:
            self._log(subject="Too late", date=self._days_ago(4))
        self.assertIn("days allowed: 3", str(refusal.exception))
        with self.assertRaises(ValidationError):
            late.with_user(self.salesperson_a).date = self._days_ago(4)
        old = self._log(
            self.leader_east,
            subject="By the leader",
            date=self._days_ago(6),
            user_id=self.salesperson_a.id,
        )
        self.assertTrue(old.counts)

    def test_before_the_customer_existed(self):
        self._age(self.ownership, days=1)
        self.assertTrue(self._log(date=self._days_ago(3)).counts)
        for user in (self.salesperson_a, self.leader_east):
            with self.assertRaises(ValidationError):
                self._log(user, subject="Before", date=self._days_ago(6))

    def test_next_contact_lies_after_this_one(self):
        today = self._today(self.salesperson_a)
        for wrong in (today - timedelta(days=3), date(9999, 12, 31)):
            with self.assertRaises(ValidationError):
                self._log(date_next=wrong)
        self._log(date_next=today + timedelta(days=1))

    def test_text_sizes(self):
        long = ("Price and delivery of pumps. " * 4000)[:100_000]
        self.assertTrue(self._log(subject=long[:1000], solution=long).counts)
        for name, size in (("subject", 1001), ("solution", 100_001)):
            with self.assertRaises(ValidationError) as refusal:
                self._log(**{name: "x" * size})
            self.assertIn("too long", str(refusal.exception))

    def test_database_refuses_nonsense(self):
        self._log(latitude=90, longitude=-180, duration=1000)
        for values in (
            {"latitude": 90.1},
            {"latitude": -90.1},
            {"longitude": 180.1},
            {"longitude": -180.1},
            {"duration": -0.1},
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self._log(subject=str(values), **values)
        followup = self._log(subject="Two truths")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            followup.void_reason = "short"
            followup.flush_recordset()

    def test_correction_has_an_end(self):
        followup = self._log()
        for days, allowed in ((2.9, True), (3.1, False)):
            self.env.cr.execute(
                "UPDATE sales_process_followup SET create_date = %s WHERE id = %s",
                (self.env.cr.now() - timedelta(days=days), followup.id),
            )
            followup.invalidate_recordset()
            if allowed:
                followup.with_user(self.salesperson_a).subject = "Other words"
            else:
                with self.assertRaises(UserError):
                    followup.with_user(self.salesperson_a).solution = "More words"
        followup.with_user(self.leader_east).subject = "The leader's words"
        self.assertTrue(followup.counts)
        followup.with_user(self.salesperson_a).message_post(body="A remark")

    def test_remark_reaches_the_person(self):
        """Nobody follows contacts, yet a remark of the leader is heard."""
        followup = self._log()
        logged = self._log(
            user=self.leader_east, user_id=self.salesperson_a.id, subject="They called"
        )
        self.assertFalse((followup | logged).message_follower_ids)
        remark = followup.with_user(self.leader_east).message_post(
            body="Well done", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(remark.notified_partner_ids, self.salesperson_a.partner_id)
        answer = followup.with_user(self.salesperson_a).message_post(
            body="Thanks", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(answer.notified_partner_ids & self.salesperson_a.partner_id)
        note = followup.with_user(self.leader_east).message_post(
            body="For the file", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertFalse(note.notified_partner_ids)

    def test_changes_are_tracked(self):
        followup = self._log().with_context(**TRACKING)
        self.env.cr.precommit.run()
        followup.with_user(self.leader_east).write({"date": self._days_ago(1)})
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        tracked = followup.message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("date", tracked)

    # ------------------------------------------------------------
    # AGREED NEXT CONTACT
    # ------------------------------------------------------------

    def _day(self, days):
        """A day from today, where salesperson_a is."""
        now = fields.Datetime.context_timestamp(
            self.lead.with_context(tz="Asia/Shanghai"), fields.Datetime.now()
        )
        return now.date() + timedelta(days=days)

    def test_agreed_day_extends(self):
        """“Call me in a month”: the agreed day is the deadline."""
        followup = self._log(date_next=self._day(30), next_step="Call again")
        self.assertEqual(self.ownership.deadline_kind, "agreed")
        self.assertEqual(self.ownership.date_agreed, self._day(30))
        self.assertFalse(followup.date_extension_cut)
        activity = self.lead.activity_ids
        self.assertEqual(
            (activity.date_deadline, activity.summary, activity.user_id),
            (self._day(30), "Call again", self.salesperson_a),
        )
        deadline = self.ownership.date_deadline
        self._log(subject="Confirmed by phone")
        self.assertEqual(self.ownership.date_deadline, deadline, "The day stands")

    def test_agreed_day_is_cut_to_the_limit(self):
        """Normal period 7 days, 30 more at most: the 37th is the last."""
        last = self._log(subject="To the limit", date_next=self._day(37))
        self.assertFalse(last.date_extension_cut)
        over = self._log(subject="Beyond", date_next=self._day(38))
        self.assertTrue(over.counts, "The contact is kept")
        self.assertEqual(over.date_extension_cut, self._day(37))
        self.assertEqual(self.ownership.date_agreed, self._day(37))

    def test_agreed_days_in_a_row(self):
        self._log(subject="First", date_next=self._day(10))
        self._log(subject="Second", date_next=self._day(12))
        self.assertEqual(self.ownership.extension_count, 2)
        third = self._log(subject="Third", date_next=self._day(14))
        self.assertEqual(third.date_extension_cut, self._day(12))
        self.assertEqual(self.ownership.date_agreed, self._day(12))
        earlier = self._log(subject="Earlier", date_next=self._day(9))
        self.assertFalse(earlier.date_extension_cut, "An earlier day takes nothing")
        self.assertEqual(self.ownership.date_agreed, self._day(9))
        within = self._log(subject="Within", date_next=self._day(7))
        self.assertFalse(within.date_extension_cut)
        self.assertEqual(self.ownership.extension_count, 0)
        self.assertEqual(self.ownership.deadline_kind, "contact")

    def test_contact_after_the_agreed_day_begins_again(self):
        self._age(self.ownership, start=datetime(2025, 1, 1))
        self._record(datetime(2025, 1, 2), date_next=date(2025, 1, 20))
        self._record(datetime(2025, 1, 19))
        self.assertEqual(self.ownership.extension_count, 1, "A day before it")
        self._record(datetime(2025, 1, 20))
        self.assertEqual(self.ownership.extension_count, 0)
        self.assertFalse(self.ownership.date_agreed)

    def test_leader_approves_more(self):
        followup = self._log(date_next=self._day(60))
        self.assertEqual(self.ownership.date_agreed, self._day(37))
        with self.assertRaises(AccessError):
            followup.with_user(self.salesperson_a).action_approve_extension()
        with self.assertRaises(AccessError, msg="Not even over RPC"):
            followup.with_user(self.salesperson_a).write({"extension_approved": True})
        followup.with_user(self.leader_east).action_approve_extension()
        self.assertFalse(followup.date_extension_cut)
        self.assertEqual(self.ownership.date_agreed, self._day(60))
        self.assertEqual(
            fields.Datetime.context_timestamp(
                self.lead.with_context(tz="Asia/Shanghai"),
                self.ownership.date_deadline,
            ).date(),
            self._day(60),
        )

    def test_deleting_an_agreement_takes_it_back(self):
        before = self._log(subject="Before")
        deadline = self.ownership.date_deadline
        followup = self._log(subject="Agreed", date_next=self._day(20))
        self.assertGreater(self.ownership.date_deadline, deadline)
        followup.with_user(self.director).unlink()
        self.assertFalse(self.ownership.date_agreed)
        self.assertEqual(self.ownership.date_deadline, deadline)
        before.with_user(self.salesperson_a).date_next = self._day(15)
        self.assertEqual(self.ownership.date_agreed, self._day(15))

    def test_what_does_not_count_agrees_nothing(self):
        self._log(subject="x", date_next=self._day(20))
        self.assertFalse(self.ownership.date_agreed)

    def test_plan_only_once_and_only_if_wanted(self):
        self._log(subject="No plan", date_next=self._day(5), plan_next=False)
        self.assertFalse(self.lead.activity_ids)
        self._log(subject="Plan", date_next=self._day(5))
        self._log(subject="The same day", date_next=self._day(5))
        self.assertEqual(len(self.lead.activity_ids), 1)

    # ------------------------------------------------------------
    # SPEED
    # ------------------------------------------------------------

    def test_hundred_follow_ups(self):
        """A hundred contacts on fifty customers: a fixed number of queries."""
        leads = (
            self.env["crm.lead"]
            .with_user(self.salesperson_a)
            .create(
                [
                    {
                        "name": f"Inquiry {number}",
                        "type": "opportunity",
                        "user_id": self.salesperson_a.id,
                        "team_id": self.team_east.id,
                        "email_from": f"customer{number}@example.com",
                    }
                    for number in range(50)
                ]
            )
        )
        Followup = (
            self.env["sales.process.followup"]
            .with_user(self.salesperson_a)
            .with_context(**TRACKING)
        )

        def create(lead_set, text):
            Followup.create(
                [
                    {"lead_id": lead.id, "subject": f"{text} {word}"}
                    for lead in lead_set
                    for word in ("of the pumps", "and the delivery")
                ]
            )

        create(leads[:1], "Warm")
        self.env.flush_all()
        with self.assertQueryCount(45):
            create(leads, "Price")
            self.env.flush_all()
        self.assertEqual(len(leads.process_followup_ids.filtered("counts")), 102)

    def test_lock_is_taken_before_the_rules_are_asked(self):
        """A contact and a release of the same customer never both win."""
        calls = []
        Ownership = type(self.env["sales.process.ownership"])
        lock_rows = Ownership._lock_rows

        def spy(ownerships):
            calls.append(ownerships)
            return lock_rows(ownerships)

        with patch.object(Ownership, "_lock_rows", spy):
            self._log()
        self.assertEqual(calls[0], self.ownership)
