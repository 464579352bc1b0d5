# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import FRIDAY_BEFORE, MONDAY, MeetingCommon


@tagged("post_install", "-at_install")
class TestCalendar(MeetingCommon):
    """The appointment comes and goes, the meeting stays."""

    def test_appointment_says_nothing(self):
        """Time, place and people; neither agenda nor public."""
        self._start()
        event = self.meeting.event_id
        self.assertEqual(event.user_id, self.leader_east)
        self.assertEqual(event.partner_ids, self.people.partner_id)
        self.assertEqual(event.privacy, "private")
        # Odoo lists people there, nothing else
        self.assertNotIn("Overdue", event.description or "")

    def test_deleted_appointment(self):
        """Minutes and attendance survive, and so does the plan of what is ahead."""
        self._start()
        self._mark(self.salesperson_a)
        self.meeting.with_user(self.leader_east).minutes = "<p>We agreed</p>"
        self.meeting.event_id.with_user(self.leader_east).unlink()
        self.env.invalidate_all()
        self.assertTrue(self.meeting.exists())
        self.assertFalse(self.meeting.event_id)
        self.assertIn("We agreed", self.meeting.minutes)
        self.assertEqual(self._row(self.salesperson_a).state, "present")

    def test_appointment_that_is_moved(self):
        """Who leads moves the meeting in the calendar; a member does not."""
        with self._at(FRIDAY_BEFORE):
            self.meeting.event_id.with_user(self.leader_east).write(
                {"start": "2027-03-08 03:00:00", "stop": "2027-03-08 05:00:00"}
            )
            self.env.flush_all()
        self.assertEqual(str(self.meeting.date_start), "2027-03-08 03:00:00")
        self.assertEqual(self.meeting.duration, 2)
        other = self._get_meeting("2027-03-15")
        Event = self.env["calendar.event"].with_user(self.salesperson_a)
        values = {"start": "2027-03-15 09:00:00", "stop": "2027-03-15 10:00:00"}
        own = Event.create({"name": "Mine", **values})
        for attack in (
            # one that claims to be the leader's
            lambda: Event.create(
                {
                    "name": "Mine",
                    "process_series_id": self.series.id,
                    "user_id": self.leader_east.id,
                    **values,
                }
            ),
            lambda: own.write({"process_series_id": self.series.id}),
            # whoever is invited
            lambda: other.event_id.with_user(self.salesperson_a).write(values),
            lambda: other.event_id.with_user(self.salesperson_a).action_archive(),
        ):
            with (
                self._at(FRIDAY_BEFORE),
                self.assertRaisesRegex(AccessError, "Only the leader"),
                self.env.cr.savepoint(),
            ):
                attack()
        self.assertEqual(str(other.date_start), "2027-03-15 01:00:00")

    def test_whole_series_changes(self):
        """Case 42: Odoo deletes and makes appointments anew; meetings find them."""
        with self._at(FRIDAY_BEFORE):
            event = (
                self.env["calendar.event"]
                .with_user(self.leader_east)
                .with_context(no_mail_to_attendees=True)
                .create(
                    {
                        "name": "Monday",
                        "start": "2027-03-08 01:00:00",
                        "stop": "2027-03-08 02:00:00",
                        "recurrency": True,
                        "rrule_type": "weekly",
                        "mon": True,
                        "interval": 1,
                        "end_type": "count",
                        "count": 4,
                        "event_tz": "Asia/Shanghai",
                    }
                )
            )
            self.env.flush_all()
            self.series.with_user(self.leader_east).event_id = event
            self.env.flush_all()
        self._start()
        self._mark(self.salesperson_a)
        self.meeting.with_user(self.leader_east).minutes = "<p>We agreed</p>"
        other = self._get_meeting("2027-03-15")
        with self._at(MONDAY):
            last = event.recurrence_id.calendar_event_ids.sorted("start")[-1]
            event.with_user(self.leader_east).write(
                {
                    "recurrence_update": "all_events",
                    "start": "2027-03-08 06:00:00",
                    "stop": "2027-03-08 07:30:00",
                }
            )
            self.env.flush_all()
        self.env.invalidate_all()
        # Odoo has thrown the appointments away
        self.assertFalse(last.exists().filtered("active"))
        self.assertIn("We agreed", self.meeting.minutes)
        self.assertEqual(self._row(self.salesperson_a).state, "present")
        self.assertEqual(str(self.meeting.date_start), MONDAY)
        # what lies ahead has found its new appointment by the day, and its hour
        self.assertTrue(other.event_id.active)
        self.assertEqual(str(other.event_id.start), "2027-03-15 06:00:00")
        self.assertEqual(str(other.date_start), "2027-03-15 06:00:00")
        self.assertEqual(other.duration, 1.5)

    def test_no_series_by_context(self):
        """A default of the client puts no appointment into a series of others."""
        Event = self.env["calendar.event"].with_user(self.salesperson_a)
        values = {
            "name": "Mine",
            "start": "2027-03-09 01:00:00",
            "stop": "2027-03-09 02:00:00",
        }
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            Event.with_context(default_process_series_id=self.series.id).create(values)
        self.assertFalse(Event.create(values).sudo().process_series_id)

    def test_without_calendar(self):
        with self._at(FRIDAY_BEFORE):
            self.team_west.process_meeting = True
            series = (
                self.env["sales.process.meeting.series"]
                .with_user(self.leader_west)
                .create({"team_id": self.team_west.id, "in_calendar": False})
            )
        meetings = self.env["sales.process.meeting"].search(
            [("series_id", "=", series.id)]
        )
        self.assertTrue(meetings)
        self.assertFalse(meetings.event_id)
