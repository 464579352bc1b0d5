# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.mail.tests.common import MockEmail

from .common_followup import FollowupCommon

PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    b"AAAABJRU5ErkJggg=="
)


class EvidenceCommon(FollowupCommon, MockEmail):
    """The customer has a contact with an address and a number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com", "phone": "13812345678"}
        )
        (cls.lead | cls.other_lead).with_user(cls.salesperson_a).write(
            {"partner_id": cls.customer.id}
        )
        cls.calls = cls.env.ref("mail.mail_activity_data_call")

    def _meet(self, hours=-2, is_early=True, **values):
        start = fields.Datetime.now() + timedelta(hours=hours)
        event = (
            self.env["calendar.event"]
            .with_user(self.salesperson_a)
            .with_context(dont_notify=True, no_mail_to_attendees=True)
            .create(
                {
                    "name": "Demonstration",
                    "opportunity_id": self.lead.id,
                    "partner_ids": [
                        Command.set((self.salesperson_a.partner_id | self.customer).ids)
                    ],
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    **values,
                }
            )
        )
        if is_early:
            self._enter_early(event)
        return event.with_env(self.env)

    def _hold(self, *args, **values):
        event = self._meet(*args, **values)
        event._process_meetings()
        return event

    def _finish(self, feedback=False, **values):
        activity = self.lead.with_user(self.salesperson_a).activity_schedule(
            activity_type_id=self.calls.id, user_id=self.salesperson_a.id, **values
        )
        before = self.lead.process_followup_ids
        activity.action_feedback(feedback=feedback)
        return self.lead.process_followup_ids - before


@tagged("post_install", "-at_install")
class TestFollowupEvidence(EvidenceCommon):
    """How good the evidence is, and which the team asks for."""

    def test_ranks(self):
        place = {"latitude": 30.2, "longitude": 120.1}
        cases = [
            ({"channel": "call"}, "stated", "words"),
            ({"channel": "visit"}, "stated", "words"),
            ({"channel": "visit", **place}, "proven", "position"),
            ({"channel": "visit", "photo": PIXEL}, "proven", "photo"),
            ({"channel": "call", **place}, "stated", "words"),
            ({"channel": "visit", "subject": "ok", **place}, "machine", "silent"),
        ]
        for number, (values, rank, reason) in enumerate(cases):
            with self.subTest(values):
                followup = self._log(**{"subject": self._say(number), **values})
                self.assertEqual(
                    (followup.rank, followup.rank_reason, followup.counts),
                    (rank, reason, rank != "machine"),
                )

    def test_solution_has_words_too(self):
        followup = self._log(subject="ok", solution="Offered ten per cent")
        self.assertTrue(followup.counts)
        again = self._log(subject="OK!", solution="Offered ten per cent!")
        self.assertEqual(again.void_reason, "repeated")

    def test_team_asks_for_proof(self):
        self.team_east.process_followup_rank_min = "proven"
        self.assertEqual(self._log().void_reason, "unproven")
        visit = self._log(
            channel="visit", subject="Saw the site", latitude=30.2, longitude=120.1
        )
        self.assertTrue(visit.counts)
        event = self._hold()
        self.assertTrue(event.process_followup_ids.counts)

    def test_channels_need_more(self):
        self.team_east.write(
            {
                "process_followup_visit_needs": "place",
                "process_followup_call_needs": "duration",
            }
        )
        call = self._log(subject="About the price")
        self.assertEqual(call.void_reason, "duration")
        call.with_user(self.salesperson_a).duration = 0.1
        self.assertTrue(call.counts)
        visit = self._log(subject="Saw the site", channel="visit")
        self.assertEqual(visit.void_reason, "place")
        visit.with_user(self.salesperson_a).location = "Hangzhou, Wenyi Road"
        self.assertTrue(visit.counts)
        self.team_east.process_followup_visit_needs = "position"
        bare = self._log(subject="Measured all the rooms", channel="visit")
        self.assertEqual(bare.void_reason, "position")
        bare.with_user(self.salesperson_a).photo = PIXEL
        self.assertTrue(bare.counts)

    def test_form_of_the_team(self):
        with Form(self.team_east.with_user(self.director)) as form:
            form.process_followup_rank_min = "proven"
            form.process_followup_day_limit = 50
        self.assertEqual(self.team_east.process_followup_rank_min, "proven")

    def test_client_claims_no_evidence(self):
        claims = {
            "rank": "proven",
            "rank_reason": "before",
            "is_same_day": False,
            "is_named_by_system": False,
            "counts": True,
        }
        defaults = {f"default_{name}": value for name, value in claims.items()}
        Followup = (
            self.env["sales.process.followup"]
            .with_user(self.salesperson_a)
            .with_context(**defaults)
        )
        followup = Followup.create({"lead_id": self.lead.id, "subject": "ok"})
        for name, value in claims.items():
            with self.subTest(name), self.assertRaises(AccessError):
                Followup.create(
                    {"lead_id": self.lead.id, "subject": "Hello there", name: value}
                )
            with self.subTest(name), self.assertRaises(AccessError):
                followup.write({name: value})
        self.assertEqual(
            (followup.rank, followup.rank_reason, followup.counts),
            ("machine", "silent", False),
        )
        event = self._meet(hours=-24, is_early=False)
        with self.assertRaises(AccessError):
            event.with_user(self.salesperson_a).date_process_moved = False
        event.with_user(self.salesperson_a).write({"start": event.start})
        self.assertTrue(event.date_process_moved)

    def test_words_are_asked_for(self):
        """A finished call without a word counts when the words are there."""
        deadline = self.ownership.date_deadline
        call = self._finish()
        self.assertEqual((call.rank, call.void_reason), ("machine", "silent"))
        self.assertEqual(self.ownership.date_deadline, deadline)
        todo = call.activity_ids
        self.assertEqual(todo.user_id, self.salesperson_a)
        self.assertEqual(
            todo.activity_type_id,
            self.env.ref("sales_process_mgmt.mail_activity_type_followup_words"),
        )
        call.with_user(self.salesperson_a).subject = "ok"
        self.assertFalse(call.counts)
        self.assertTrue(call.activity_ids)
        call.with_user(self.salesperson_a).subject = "Wants three pumps"
        self.assertEqual((call.rank, call.counts), ("stated", True))
        self.assertFalse(call.activity_ids)
        self.assertEqual(self.ownership.date_last_contact, call.date)

    def test_words_as_feedback_of_the_to_do(self):
        call = self._finish()
        todo = call.activity_ids.with_user(self.salesperson_a)
        todo.action_feedback(feedback="Wants three pumps")
        self.assertEqual((call.subject, call.counts), ("Wants three pumps", True))
        self.assertFalse(todo.active)

    def test_words_after_the_bound(self):
        call = self._finish()
        later = fields.Datetime.now() + timedelta(days=4)
        with self._at(later), self.assertRaisesRegex(UserError, "days allowed: 3"):
            call.with_user(self.salesperson_a).subject = "Wants three pumps"

    def test_held_customer_stays_held(self):
        """Nothing that is entered afterwards lets a held customer stay."""
        call = self._finish()
        short = self._log(subject="x")
        self.ownership.is_held = True
        contact = self.ownership.date_last_contact
        for followup in call | short:
            followup.with_user(self.salesperson_a).subject = self._say(followup.id)
            self.assertEqual(followup.void_reason, "held")
        self.assertEqual(self.ownership.date_last_contact, contact)

    def test_one_without_words_a_day(self):
        self.team_east.process_followup_rank_min = "machine"
        self.assertTrue(self._finish().counts)
        self.assertEqual(self._finish().void_reason, "same_day")
        self.assertTrue(self._finish("Wants three pumps").counts)
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        with self._at(tomorrow):
            self.assertTrue(self._finish().counts)

    def test_old_ones_stay_as_they_are(self):
        old = self._log(subject="Price of the pumps")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_process_followup SET rank_reason = 'before', subject = 'ok'"
            " WHERE id = %s",
            (old.id,),
        )
        self.env.invalidate_all()
        old._judge()
        self.assertTrue(old.counts)


@tagged("post_install", "-at_install")
class TestFollowupBrake(EvidenceCommon):
    """A thousand contacts in a request are not a thousand contacts."""

    def test_same_day_counts_once_in_numbers(self):
        calls = self._log(subject="Price") | self._log(subject="Delivery")
        visit = self._log(subject="Saw the site", channel="visit")
        self.assertEqual(calls.mapped("counts"), [True, True])
        self.assertEqual(calls.mapped("is_same_day"), [False, True])
        self.assertFalse(visit.is_same_day)
        self.env.flush_all()
        report = self.env["sales.process.followup.report"].search(
            [("lead_id", "=", self.lead.id), ("is_contact", "=", True)]
        )
        self.assertEqual(report.followup_id, calls[0] | visit)
        calls[0].with_user(self.director).unlink()
        self.assertFalse(calls[1].is_same_day, "Now it is the one of the day")
        calls[1].with_user(self.salesperson_a).subject = "Delivery and price"
        self.assertFalse(calls[1].is_same_day)

    def test_thousand_in_a_request(self):
        self.team_east.process_followup_day_limit = 40
        values = [
            {"lead_id": self.lead.id, "subject": self._say(number)}
            for number in range(300)
        ]
        followups = (
            self.env["sales.process.followup"]
            .with_user(self.salesperson_a)
            .create(values)
        )
        self.assertEqual(len(followups.filtered("counts")), 40)
        self.assertEqual(set(followups.mapped("void_reason")), {False, "limit"})
        self.env.flush_all()
        self.assertEqual(
            self.env["sales.process.followup.report"].search_count(
                [("lead_id", "=", self.lead.id), ("is_contact", "=", True)]
            ),
            1,
        )
        self.assertEqual(self._log(subject="One more of them").void_reason, "limit")
        late = self._log(subject="Yesterday's visit to Rome", date=self._days_ago(1))
        self.assertTrue(late.counts)
        lines = self.lead.message_ids.filtered(lambda row: "Talked" in row.body)
        self.assertLessEqual(len(lines), 1)


@tagged("post_install", "-at_install")
class TestFollowupHeld(EvidenceCommon):
    """Meetings that took place, and those that did not."""

    def _assert_contact(self, event):
        self.assertTrue(event.process_followup_ids.counts)
        self.assertEqual(event.process_followup_ids.rank_reason, "attended")
        self.assertEqual(self.ownership.date_last_contact, event.stop)

    def test_declined_by_the_customer(self):
        event = self._meet()
        row = event.attendee_ids.filtered(lambda row: row.partner_id == self.customer)
        row.state = "declined"
        event._process_meetings()
        self.assertFalse(event.process_followup_ids)
        row.state = "accepted"
        event._process_meetings()
        self._assert_contact(event)
        row.state = "declined"
        self.assertEqual(event.process_followup_ids.void_reason, "not_held")
        self.assertFalse(self.ownership.date_last_contact)
        row.state = "accepted"
        self._assert_contact(event)

    def test_declined_by_the_salesperson(self):
        event = self._hold()
        event.attendee_ids.filtered(
            lambda row: row.partner_id == self.salesperson_a.partner_id
        ).state = "declined"
        self.assertEqual(event.process_followup_ids.void_reason, "not_held")

    def test_put_off(self):
        event = self._hold()
        self._assert_contact(event)
        followup = event.process_followup_ids
        start = fields.Datetime.now() + timedelta(days=3)
        event.with_user(self.salesperson_a).write(
            {"start": start, "stop": start + timedelta(hours=1)}
        )
        self.assertEqual(followup.void_reason, "not_held")
        self.assertFalse(self.ownership.date_last_contact)
        with self._at(start + timedelta(hours=2)):
            events = self.env["calendar.event"]._get_held_meetings()
            self.assertIn(event, events)
            event._process_meetings()
        self.assertTrue(event.process_followup_ids.counts)
        self.assertFalse(followup.counts)

    def test_deleted_and_archived(self):
        event = self._hold()
        followup = event.process_followup_ids
        event.with_user(self.salesperson_a).active = False
        self.assertEqual(followup.void_reason, "not_held")
        event.with_user(self.salesperson_a).active = True
        self._assert_contact(event)
        event.with_user(self.salesperson_a).unlink()
        self.assertEqual(followup.void_reason, "not_held")
        followup.with_user(self.salesperson_a).subject = "But we did meet them"
        self.assertEqual(followup.void_reason, "not_held")
        self.assertFalse(self.ownership.date_last_contact)

    def test_without_the_customer(self):
        """Only colleagues were invited: the words are asked for."""
        event = self._hold(partner_ids=[Command.set(self.salesperson_a.partner_id.ids)])
        followup = event.process_followup_ids
        self.assertEqual(followup.void_reason, "silent")
        event.with_user(self.salesperson_a).partner_ids = [
            Command.link(self.customer.id)
        ]
        followup.with_user(self.salesperson_a).location = "Their office"
        self.assertEqual(followup.void_reason, "silent", "Invited afterwards")
        followup.with_user(self.salesperson_a).subject = "Showed them the machine"
        self.assertTrue(followup.counts)

    def test_series_made_in_advance(self):
        """An occurrence counts with words, or where the customer accepted."""
        series = self._meet(
            hours=-24 * 15,
            recurrency=True,
            rrule_type="daily",
            interval=5,
            end_type="count",
            count=3,
            event_tz="Asia/Shanghai",
        )
        events = series.recurrence_id.calendar_event_ids.sorted("start")
        self._enter_early(events)
        self.assertEqual(len(events), 3)
        events[:2]._process_meetings()
        self.assertEqual(
            set(events.process_followup_ids.mapped("rank")),
            {"machine"},
            "Made in advance",
        )
        self.assertFalse(any(events.process_followup_ids.mapped("counts")))
        last = events[2]
        row = last.attendee_ids.filtered(lambda row: row.partner_id == self.customer)
        row.with_user(self.salesperson_a).state = "accepted"
        last._process_meetings()
        self.assertEqual(
            last.process_followup_ids.rank, "machine", "Accepted by our own"
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._log()
            last.process_followup_ids.with_user(self.salesperson_a).rank = "proven"
        last.process_followup_ids.unlink()
        portal = self.env["res.users"].create(
            {
                "name": "Wang",
                "login": "wang_portal",
                "partner_id": self.customer.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        customers = events.attendee_ids.filtered(
            lambda row: row.partner_id == self.customer
        )
        for answered, rows, rank in (
            # the organiser can read the link, too
            (self.env.ref("base.public_user"), row, "machine"),
            # one click for the whole series
            (portal, customers, "machine"),
            (portal, row, "proven"),
        ):
            with self.subTest(answered.name, rows=len(rows)):
                customers.state = "needsAction"
                rows.with_user(answered).sudo().do_accept()
                last._process_meetings()
                self.assertEqual(last.process_followup_ids.rank, rank)
                last.process_followup_ids.unlink()

    def test_invited_without_an_email(self):
        """Who was told on the telephone has been met; who invited oneself has not."""
        event = self._meet()
        row = event.attendee_ids.filtered(lambda row: row.partner_id == self.customer)
        row.process_invited_email = False
        event._process_meetings()
        self.assertEqual(event.process_followup_ids.rank, "proven")
        self.assertTrue(event.process_followup_ids.counts)
        # invited was the salesperson, at the customer's contact
        event = self._meet(hours=-30)
        row = event.attendee_ids.filtered(lambda row: row.partner_id == self.customer)
        row.process_invited_email = self.salesperson_a.email_normalized
        event._process_meetings()
        self.assertEqual(event.process_followup_ids.rank, "machine")

    def test_invitation_that_went_out(self):
        """Only what has really been sent is an invitation."""
        start = fields.Datetime.now() + timedelta(days=1)
        with self.mock_mail_gateway():
            event = (
                self.env["calendar.event"]
                .with_user(self.salesperson_a)
                .create(
                    {
                        "name": "Demonstration",
                        "opportunity_id": self.lead.id,
                        "partner_ids": [Command.link(self.customer.id)],
                        "start": start,
                        "stop": start + timedelta(hours=1),
                    }
                )
            )
            row = event.sudo().attendee_ids.filtered(
                lambda row: row.partner_id == self.customer
            )
            self.assertEqual(row.process_invited_email, "wang@example.com")
        quiet = self._meet(hours=24, is_early=False)
        self.assertFalse(any(quiet.attendee_ids.mapped("process_invited_email")))
        with self.assertRaises(AccessError):
            quiet.attendee_ids.with_user(self.salesperson_a).write(
                {"process_invited_email": "wang@example.com"}
            )

    def test_entered_at_once_is_a_series(self):
        """Single meetings that were entered together are a series, too."""
        events = self._meet(hours=-50) | self._meet(hours=-26)
        events.flush_recordset()
        self.env.cr.execute(
            "UPDATE calendar_event SET create_date = now() - interval '9 days'"
            " WHERE id IN %s",
            (events._ids,),
        )
        self.env.invalidate_all()
        events._process_meetings()
        self.assertEqual(
            set(events.process_followup_ids.mapped("void_reason")), {"silent"}
        )

    def test_series_in_one_batch(self):
        few = self._hold(hours=-30)
        many = self.env["calendar.event"].union(
            *(self._meet(hours=-3 - number / 60) for number in range(30))
        )
        many._process_meetings()
        one = self._count_queries(lambda: few.with_context(dont_notify=True).unlink())
        all_of_them = self._count_queries(
            lambda: many.with_context(dont_notify=True).unlink()
        )
        self.assertLessEqual(all_of_them - one, 60)
        self.assertFalse(self.ownership.date_last_contact)


@tagged("post_install", "-at_install")
class TestFollowupVoid(EvidenceCommon):
    """A leader samples, and takes one back with a reason."""

    def _void(self, followups, user, reason="They know of no call"):
        wizard = (
            self.env["sales.process.followup.void"]
            .with_user(user)
            .create({"followup_ids": [Command.set(followups.ids)], "reason": reason})
        )
        return wizard.action_void()

    def test_leader_takes_one_back(self):
        first = self._log(subject="Price", date=self._days_ago(2))
        followup = self._log(subject="Delivery")
        self.assertEqual(self.ownership.date_last_contact, followup.date)
        self._void(followup, self.leader_east)
        self.assertEqual((followup.counts, followup.void_reason), (False, "leader"))
        self.assertEqual(self.ownership.date_last_contact, first.date)
        message = self.env["mail.message"].search(
            [
                ("model", "=", "sales.process.followup"),
                ("res_id", "=", followup.id),
                ("partner_ids", "in", self.salesperson_a.partner_id.ids),
            ]
        )
        self.assertIn("They know of no call", message.body)
        self.env.flush_all()
        self.assertFalse(
            self.env["sales.process.followup.report"].search(
                [("followup_id", "=", followup.id), ("is_contact", "=", True)]
            )
        )
        again = self._log(subject="Delivery!")
        self.assertEqual(again.void_reason, "repeated", "Voided words stay voided")
        followup.with_user(self.leader_east).action_unvoid()
        self.assertTrue(followup.counts)
        self.assertEqual(self.ownership.date_last_contact, followup.date)

    def test_who_may(self):
        followup = self._log(subject="Delivery")
        for user in (
            self.salesperson_a,
            self.salesperson_c,
            self.leader_west,
            self.office_user,
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._void(followup, user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                followup.with_user(user).action_checked()
        self._void(followup, self.leader_east)
        for user in (self.salesperson_a, self.leader_west):
            with self.subTest(user.login), self.assertRaises(AccessError):
                followup.with_user(user).action_unvoid()
        with self.assertRaises(AccessError):
            followup.with_user(self.salesperson_a).is_voided = False
        followup.with_user(self.salesperson_a).subject = "Delivery and price"
        self.assertEqual(followup.void_reason, "leader")

    def test_nobody_judges_their_own(self):
        self.team_east.user_id = self.salesperson_a
        followup = self._log(subject="Delivery")
        with self.assertRaisesRegex(AccessError, "their own"):
            self._void(followup, self.salesperson_a)
        self._void(followup, self.director)
        with self.assertRaisesRegex(AccessError, "their own"):
            followup.with_user(self.salesperson_a).action_unvoid()

    def test_reason_is_asked_for(self):
        with self.assertRaises(UserError):
            self._log()._void("  ")
        followup = self._log(subject="Delivery")
        with self.assertRaises(UserError):
            self._void(followup, self.leader_east, "  ")
        self.assertTrue(followup.counts)

    def test_sample(self):
        followups = self._log(subject="Price") | self._log(subject="Delivery")
        void = self._log(subject="x")
        action = (
            self.env["sales.process.followup"]
            .with_user(self.leader_east)
            .action_sample()
        )
        chosen = self.env["sales.process.followup"].search(action["domain"])
        self.assertFalse(followups - chosen)
        self.assertNotIn(void, chosen)
        self.assertTrue(all(row.team_id == self.team_east for row in chosen))
        self.assertLessEqual(len(chosen), 10)
        followups[0].with_user(self.leader_east).action_checked()
        self.assertEqual(followups[0].checked_by_id, self.leader_east)
        action = (
            self.env["sales.process.followup"]
            .with_user(self.leader_east)
            .action_sample()
        )
        self.assertNotIn(
            followups[0], self.env["sales.process.followup"].search(action["domain"])
        )
        with self.assertRaises(AccessError):
            self.env["sales.process.followup"].with_user(
                self.salesperson_a
            ).action_sample()

    def test_line_in_the_chatter(self):
        self._log(subject="Delivery")
        self._log(subject="ok")
        bodies = "".join(self.lead.message_ids.mapped("body"))
        self.assertIn("Salesperson A: Delivery (Counts)", bodies)
        self.assertIn("ok (The text does not say what was discussed)", bodies)

    def test_feedback_after_saving(self):
        for subject, kind in (("Delivery", "success"), ("ok", "warning")):
            followup = self._log(subject=subject).with_user(self.salesperson_a)
            self.assertEqual(followup.action_saved()["params"]["type"], kind)


@tagged("post_install", "-at_install")
class TestNoContact(EvidenceCommon):
    """A table of acts, and whether each is a contact."""

    def test_meeting_with_oneself_under_another_name(self):
        """Nobody meets the customer by inviting a contact with the own address."""
        contact = self.env["res.partner"].create(
            {
                "name": "Buyer",
                "parent_id": self.customer.id,
                "email": self.salesperson_a.email,
            }
        )
        attendees = self.salesperson_a.partner_id | contact
        self._hold(partner_ids=[Command.set(attendees.ids)])
        followup = self.lead.process_followup_ids
        self.assertEqual((followup.rank, followup.counts), ("machine", False))

    def _mail(self, to, **values):
        return self.lead.with_user(self.salesperson_a).message_post(
            **{
                "body": "Our offer",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                "partner_ids": to.ids,
                **values,
            }
        )

    def _get_acts(self):
        """Acts of the owner, and whether they are a contact with the customer."""
        lead = self.lead.with_user(self.salesperson_a)
        outsider = self.env["res.partner"].create(
            {"name": "Forwarder", "email": "me.at.home@example.com"}
        )
        own = [Command.set(self.salesperson_a.partner_id.ids)]
        stages = self.env["crm.stage"].search([("is_won", "=", False)])
        place = {"latitude": 30.2, "longitude": 120.1}
        return {
            "call with words": (lambda: self._finish("Wants three pumps"), True),
            "mail to the customer": (lambda: self._mail(self.customer), True),
            "meeting with the customer": (self._hold, True),
            "follow-up with words": (lambda: self._log(subject="Prices"), True),
            "visit with position": (
                lambda: self._log(subject="Saw it", channel="visit", **place),
                True,
            ),
            "call without words": (self._finish, False),
            "call with a tick": (lambda: self._finish("ok"), False),
            "mail to oneself": (
                lambda: self._mail(self.salesperson_a.partner_id),
                False,
            ),
            "mail to a colleague": (
                lambda: self._mail(self.salesperson_b.partner_id),
                False,
            ),
            "mail to any address": (lambda: self._mail(outsider), False),
            "mail to a typed address": (
                lambda: self._mail(
                    self.env["res.partner"], outgoing_email_to="me@home.example"
                ),
                False,
            ),
            "automatic answer": (
                lambda: self._mail(self.customer, message_type="auto_comment"),
                False,
            ),
            "internal note": (
                lambda: self._mail(self.customer, subtype_xmlid="mail.mt_note"),
                False,
            ),
            "meeting among ourselves": (lambda: self._hold(partner_ids=own), False),
            "meeting entered afterwards": (
                lambda: self._hold(is_early=False),
                False,
            ),
            "meeting later": (lambda: self._meet(hours=5, is_early=False), False),
            "stage": (lambda: lead.write({"stage_id": stages[-1].id}), False),
            "priority": (lambda: lead.write({"priority": "3"}), False),
            "name": (lambda: lead.write({"name": "Renamed"}), False),
            "to-do": (
                lambda: lead.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=self.salesperson_a.id
                ).action_feedback("Wrote the offer"),
                False,
            ),
            "moved activity": (
                lambda: lead.activity_schedule(
                    "mail.mail_activity_data_call", user_id=self.salesperson_a.id
                ).write(
                    {
                        "date_deadline": self._today(self.salesperson_a)
                        + timedelta(days=9)
                    }
                ),
                False,
            ),
            "follow-up without words": (lambda: self._log(subject="11"), False),
            "import without words": (
                lambda: (
                    self.env["sales.process.followup"]
                    .with_user(self.salesperson_a)
                    .with_context(import_file=True, default_rank="proven")
                    .load(
                        ["lead_id/.id", "subject", "channel"],
                        [[str(self.lead.id), "。。", "call"]],
                    )
                ),
                False,
            ),
        }

    def test_table_of_acts(self):
        for name in self._get_acts():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                act, is_contact = self._get_acts()[name]
                before = self.ownership.date_deadline
                act()
                self.env.flush_all()
                moved = self.ownership.date_deadline > before
                self.assertEqual(moved, is_contact)
                self.assertEqual(bool(self.ownership.date_last_contact), is_contact)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_random_acts_that_are_no_contact(self):
        """After whatever is no contact, no deadline is later."""
        seed = 20261125
        chance = random.Random(seed)
        before = self.ownership.date_deadline
        for _turn in range(40):
            name, (act, is_contact) = chance.choice([*self._get_acts().items()])
            if is_contact:
                continue
            act()
            self.env.flush_all()
            self.assertLessEqual(
                self.ownership.date_deadline, before, f"{name}, seed {seed}"
            )


@tagged("post_install", "-at_install")
class TestActivityTypesOffered(FollowupCommon):
    """What the system schedules by itself is not offered to people."""

    def test_types(self):
        data = self.env["ir.model.data"].search(
            [
                ("model", "=", "mail.activity.type"),
                ("module", "=like", "sales_process_mgmt%"),
            ]
        )
        types = self.env["mail.activity.type"].browse(data.mapped("res_id"))
        self.assertEqual(
            types.filtered(lambda row: not row.is_process_internal),
            self.env.ref("sales_process_mgmt.mail_activity_type_visit"),
        )
        for model in ("mail.activity", "mail.activity.schedule"):
            domain = self.env[model]._fields["activity_type_id"].domain
            offered = self.env["mail.activity.type"].search(
                safe_eval(domain, {"res_model": "crm.lead"})
            )
            self.assertFalse(offered & types.filtered("is_process_internal"))
            self.assertIn(self.env.ref("mail.mail_activity_data_call"), offered)


@tagged("post_install", "-at_install")
class TestNotice(FollowupCommon):
    """People are told in the language in which they read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.salesperson_a.lang = "zh_CN"

    def test_language_of_the_reader(self):
        gone = self.salesperson_c
        gone.active = False
        readers = self.salesperson_a | self.salesperson_b | self.leader_east | gone
        asked = []

        def render(env):
            asked.append(env.lang)
            return f"Subject {env.lang}", "Body"

        self.env["sales.process.notice"]._tell(readers, render, self.lead)
        self.assertEqual(sorted(asked), ["en_US", "zh_CN"])
        messages = self.env["mail.message"].search([("subject", "=like", "Subject %")])
        self.assertEqual(
            {message.subject: message.partner_ids for message in messages},
            {
                "Subject zh_CN": self.salesperson_a.partner_id,
                "Subject en_US": (self.salesperson_b | self.leader_east).partner_id,
            },
        )
