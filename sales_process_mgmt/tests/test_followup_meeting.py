# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_followup import FollowupCommon


@tagged("post_install", "-at_install")
class TestFollowupActivity(FollowupCommon):
    """Activities that are done."""

    def _schedule(self, xmlid="mail.mail_activity_data_call", lead=None, user=None):
        user = user or self.salesperson_a
        return (
            (lead or self.lead)
            .with_user(user)
            .activity_schedule(xmlid, user_id=user.id)
        )

    def test_call_done_is_contact(self):
        deadline = self.ownership.date_deadline
        self._schedule().action_feedback(feedback="Wants a visit")
        followup = self.lead.process_followup_ids
        self.assertEqual(
            (followup.channel, followup.source, followup.subject, followup.counts),
            ("call", "activity", "Wants a visit", True),
        )
        self.assertGreater(self.ownership.date_deadline, deadline)

    def test_types(self):
        for xmlid, channel in (
            ("mail.mail_activity_data_todo", False),
            ("mail.mail_activity_data_upload_document", False),
            ("mail.mail_activity_data_call", "call"),
            ("mail.mail_activity_data_email", "email"),
            ("mail.mail_activity_data_meeting", "meeting"),
            ("sales_process_mgmt.mail_activity_type_visit", "visit"),
        ):
            with self.subTest(xmlid):
                before = self.lead.process_followup_ids
                self._schedule(xmlid).action_done()
                self.assertEqual(
                    (self.lead.process_followup_ids - before).channel or False, channel
                )

    def test_rescheduled_or_cancelled_is_no_contact(self):
        activity = self._schedule()
        activity.date_deadline = self._today(self.salesperson_a) + timedelta(days=9)
        activity.action_cancel()
        self._schedule().action_archive()
        self.assertFalse(self.lead.process_followup_ids)

    def test_done_twice(self):
        activity = self._schedule()
        activity.action_done()
        activity.with_context(active_test=False).action_done()
        self.assertEqual(len(self.lead.process_followup_ids), 1)

    def test_calls_without_feedback_ask_for_words(self):
        """Their name comes from the system: nobody said what was discussed."""
        self._schedule().action_done()
        self._schedule().action_done()
        self.assertEqual(
            self.lead.process_followup_ids.mapped("void_reason"), ["silent", "silent"]
        )
        for _number in range(2):
            self._schedule().action_feedback(feedback="Not reached")
        self.assertEqual(
            self.lead.process_followup_ids.mapped("void_reason").count("repeated"), 1
        )

    def test_long_feedback(self):
        self._schedule().action_feedback(feedback="word " * 300)
        followup = self.lead.process_followup_ids
        self.assertEqual(len(followup.subject), 200)
        self.assertEqual(len(followup.solution), 1500)

    def test_who_did_it(self):
        self._schedule().with_user(self.leader_east).action_feedback("Wants a visit")
        first = self.lead.process_followup_ids
        self.assertEqual(first.user_id, self.salesperson_a)
        self.assertTrue(first.counts)
        self._schedule().with_user(self.salesperson_c).sudo().action_done()
        self.assertEqual(
            (self.lead.process_followup_ids - first).void_reason, "stranger"
        )

    def test_other_models_and_teams_that_are_off(self):
        lead = self._create_lead(self.salesperson_e, phone="13900000001")
        self._schedule(lead=lead, user=self.salesperson_e).action_done()
        self.assertFalse(lead.process_followup_ids)
        partner = self.env["res.partner"].create({"name": "Wang"})
        partner.activity_schedule("mail.mail_activity_data_call").action_done()

    @mute_logger("odoo.addons.sales_process_mgmt.models.mail_activity")
    def test_our_failure_does_not_break_finishing(self):
        activity = self._schedule()
        Followup = type(self.env["sales.process.followup"])
        with patch.object(Followup, "_judge", side_effect=ValueError("broken")):
            activity.action_done()
        self.assertFalse(activity.active)
        self.assertFalse(self.lead.process_followup_ids)

    def test_fifty_calls(self):
        """Fifty calls done together cost a fixed number of queries more."""

        def activities():
            return self.env["mail.activity"].union(
                *(self._schedule() for _number in range(50))
            )

        activities().action_done()
        without_rows, with_rows = activities(), activities()
        Activity = type(self.env["mail.activity"])
        with patch.object(Activity, "_log_contacts", lambda *args: None):
            without = self._count_queries(without_rows.action_done)
        extra = self._count_queries(with_rows.action_done) - without
        self.assertLessEqual(extra, 45)


@tagged("post_install", "-at_install")
class TestFollowupMeeting(FollowupCommon):
    """Meetings on the lead that took place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Wang", "phone": "13812345678", "email": "wang@example.com"}
        )
        cls.lead.with_user(cls.salesperson_a).partner_id = cls.customer

    def _meet(self, hours=-2, length=1, is_early=True, **values):
        start = fields.Datetime.now() + timedelta(hours=hours)
        event = self.env["calendar.event"].create(
            {
                "name": "Visit at the factory",
                "opportunity_id": self.lead.id,
                "user_id": self.salesperson_a.id,
                "partner_ids": [
                    Command.set((self.salesperson_a.partner_id | self.customer).ids)
                ],
                "start": start,
                "stop": start + timedelta(hours=length),
                **values,
            }
        )
        if is_early:
            self._enter_early(event)
        return event

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "sales_process_mgmt.ir_cron_create_followups"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_meeting_that_took_place(self):
        held, running, future = self._meet(), self._meet(-1, 2), self._meet(2)
        for _run in range(2):
            self._run_cron()
            self.assertEqual(len(held.process_followup_ids), 1)
            self.assertFalse((running | future).process_followup_ids)
        followup = held.process_followup_ids
        self.assertEqual(
            (followup.channel, followup.source, followup.counts, followup.duration),
            ("meeting", "meeting", True, 1),
        )
        self.assertEqual(followup.date, held.stop)
        self.assertEqual(followup.user_id, self.salesperson_a)
        self.assertEqual(self.ownership.date_last_contact, held.stop)

    def test_cancelled_and_other_meetings(self):
        events = self._meet(active=False) | self._meet(opportunity_id=False)
        self._run_cron()
        self.assertFalse(events.process_followup_ids)

    def test_declined(self):
        declined = self._meet(hours=-5)
        declined.attendee_ids.state = "declined"
        by_helper = self._meet(
            partner_ids=[
                Command.set(
                    [
                        *(self.salesperson_a | self.salesperson_b).partner_id.ids,
                        self.customer.id,
                    ]
                )
            ]
        )
        self.ownership.collaborator_ids = self.salesperson_b
        by_helper.attendee_ids.filtered(
            lambda row: row.partner_id == self.salesperson_a.partner_id
        ).state = "declined"
        self._run_cron()
        self.assertFalse(declined.process_followup_ids)
        self.assertEqual(by_helper.process_followup_ids.user_id, self.salesperson_b)
        self.assertTrue(by_helper.process_followup_ids.counts)

    def test_meeting_of_a_stranger(self):
        event = self._meet(
            user_id=self.salesperson_c.id,
            partner_ids=[Command.set(self.salesperson_c.partner_id.ids)],
        )
        self._run_cron()
        self.assertEqual(event.process_followup_ids.void_reason, "stranger")

    def test_meeting_invented_afterwards(self):
        """A meeting entered long after its day is kept and does not count."""
        late = self._meet(hours=-24 * 6, is_early=False)
        in_time = self._meet(hours=-24 * 2, is_early=False)
        events = late | in_time
        events._process_meetings()
        self.assertEqual(late.process_followup_ids.void_reason, "late")
        self.assertEqual(in_time.process_followup_ids.void_reason, "silent")
        in_time.process_followup_ids.with_user(
            self.salesperson_a
        ).subject = "Saw the pumps"
        self.assertTrue(in_time.process_followup_ids.counts)

    def test_whole_day_lies_on_its_day(self):
        """Odoo stores 18:00 UTC: in Shanghai that would be the next day."""
        self._age(self.ownership, start=datetime(2025, 3, 1))
        event = self._meet(allday=True, start_date="2025-03-03", stop_date="2025-03-03")
        event._process_meetings()
        self.assertEqual(event.process_followup_ids.date, datetime(2025, 3, 3, 4, 0))

    def test_activity_and_calendar_do_not_double(self):
        activity_type = self.env.ref("mail.mail_activity_data_meeting")

        def planned(hours):
            event = self._meet(hours)
            activity = self.lead.with_user(self.salesperson_a).activity_schedule(
                activity_type_id=activity_type.id, user_id=self.salesperson_a.id
            )
            activity.calendar_event_id = event
            return event, activity

        first, activity = planned(-3)
        activity.action_feedback(feedback="They liked it")
        self.assertEqual(first.process_followup_ids.subject, "They liked it")
        self.assertEqual(first.process_followup_ids.date, first.stop)
        _second, later = planned(-3)
        self._run_cron()
        later.action_done()
        self.assertEqual(len(self.lead.process_followup_ids), 2)
        third, early = planned(5)
        early.action_done()
        self.assertFalse(third.process_followup_ids, "It has not taken place")

    def test_broken_meeting_does_not_stop_the_others(self):
        events = self._meet() | self._meet(name="Broken") | self._meet()
        Event = type(self.env["calendar.event"])
        prepare = Event._prepare_followup_values

        def broken(event):
            values = prepare(event)
            return (
                {**values, "channel": "no such"} if "Broken" in event.name else values
            )

        with (
            patch.object(Event, "_prepare_followup_values", broken),
            mute_logger("odoo.addons.sales_process_mgmt.models.sales_process_retry"),
        ):
            failed = self.env["sales.process.failure"]._work_on_each(
                events, Event._process_meetings, lambda event: (event, self.env.user)
            )
        self.assertEqual(failed.mapped("name"), ["Broken"])
        self.assertEqual(events.process_followup_ids.calendar_event_id, events - failed)

    def test_team_that_is_off(self):
        lead = self._create_lead(self.salesperson_e, phone="13900000007")
        event = self._meet(opportunity_id=lead.id)
        self._run_cron()
        self.assertFalse(event.process_followup_ids)

    def test_hundred_meetings(self):
        few = self._meet()
        many = self.env["calendar.event"].union(
            *(self._meet(hours=-3 - number / 60) for number in range(60))
        )
        few._process_meetings()
        self.assertLessEqual(self._count_queries(many._process_meetings), 60)
