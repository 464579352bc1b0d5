# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FRIDAY_BEFORE, MEETING, MONDAY, MeetingCommon


@tagged("post_install", "-at_install")
class TestPlan(MeetingCommon):
    """When a team meets: its series, its own days, its zone."""

    def _meetings(self):
        return self.env[MEETING].search(
            [("series_id", "=", self.series.id)], order="date_slot"
        )

    def _exception(self, day, is_working, moment=FRIDAY_BEFORE):
        with self._at(moment):
            row = (
                self.env["sales.process.calendar.exception"]
                .with_user(self.leader_east)
                .create(
                    {
                        "name": "Holiday",
                        "team_id": self.team_east.id,
                        "date": day,
                        "is_working": is_working,
                    }
                )
            )
            self.env.flush_all()
        self.env.invalidate_all()
        return row

    def test_four_weeks_ahead(self):
        """Mondays at nine on the wall in Shanghai, and what is over is not planned."""
        self.assertEqual(
            [str(row.date_start) for row in self._meetings()],
            [f"2027-03-{day} 01:00:00" for day in ("08", "15", "22", "29")],
        )
        self.assertEqual(self.meeting.chair_id, self.leader_east)
        self.assertEqual(self.meeting.place, "Room 3")
        self._run_cron(FRIDAY_BEFORE)
        self.assertEqual(len(self._meetings()), 4)
        self._run_cron("2027-03-12 02:00:00")
        self.assertEqual(str(self._meetings()[-1].date), "2027-04-05")

    def test_holiday_moves_it(self):
        """Case 41: a free Monday moves it to Tuesday, and back when it works again."""
        row = self._exception("2027-03-08", False)
        self.assertEqual(str(self.meeting.date_start), "2027-03-09 01:00:00")
        self.assertEqual(str(self.meeting.date), "2027-03-09")
        self.assertEqual(str(self.meeting.event_id.start), "2027-03-09 01:00:00")
        with self._at(FRIDAY_BEFORE):
            row.with_user(self.leader_east).is_working = True
            self.env.flush_all()
        self.assertEqual(str(self.meeting.date_start), MONDAY)
        self.assertEqual(len(self._meetings()), 4)

    def test_make_up_day(self):
        """Case 41: a week that is free but for a Saturday meets on that Saturday."""
        for day in ("08", "09", "10", "11", "12"):
            row = self._exception(f"2027-03-{day}", False)
        self.assertEqual(self.meeting.state, "cancelled")
        self.assertEqual(self.meeting.cancel_reason, "free")
        self.assertFalse(self.meeting.event_id)
        self._exception("2027-03-13", True)
        self.assertEqual(self.meeting.state, "planned")
        self.assertFalse(self.meeting.cancel_reason)
        self.assertEqual(str(self.meeting.date_start), "2027-03-13 01:00:00")
        self.assertEqual(str(self.meeting.event_id.start), "2027-03-13 01:00:00")
        # a Friday that works after all comes first
        with self._at(FRIDAY_BEFORE):
            row.with_user(self.leader_east).unlink()
        self.assertEqual(str(self.meeting.date), "2027-03-12")

    def test_moved_by_hand_stays(self):
        with self._at(FRIDAY_BEFORE):
            mine = self.meeting.with_user(self.leader_east)
            mine.date_start = "2027-03-10 06:00:00"
            self.env.flush_all()
        self._exception("2027-03-10", False)
        self.assertEqual(str(self.meeting.date_start), "2027-03-10 06:00:00")
        self.assertTrue(self.meeting.is_moved)
        with self._at(FRIDAY_BEFORE):
            self.series.with_user(self.leader_east).hour = 14
        self.assertEqual(str(self.meeting.date_start), "2027-03-10 06:00:00")
        other = self._get_meeting("2027-03-15")
        self.assertEqual(str(other.date_start), "2027-03-15 06:00:00")
        self.assertEqual(other.event_id.start, other.date_start)

    def test_called_off_stays_so(self):
        with self._at(FRIDAY_BEFORE):
            self.meeting.with_user(self.leader_east).action_cancel()
        self._run_cron(FRIDAY_BEFORE)
        self.assertEqual(self.meeting.cancel_reason, "hand")
        self.assertFalse(self.meeting.event_id)
        with self._at(MONDAY), self.assertRaisesRegex(UserError, "Not Held"):
            self.meeting.with_user(self.leader_east).action_start()

    def test_one_that_fails_stops_no_other_one(self):
        """A team whose meetings cannot be planned; the rest of the night goes on."""
        with self._at(FRIDAY_BEFORE):
            self.team_west.process_meeting = True
            other = self.series.copy({"team_id": self.team_west.id})
            self.env[MEETING].search([("series_id", "=", other.id)]).unlink()
        find = type(other)._find_moments

        def fail(series):
            if series == self.series:
                raise ValueError("poison")
            return find(series)

        self.patch(type(other), "_find_moments", fail)
        forgotten = self._get_meeting("2027-03-08")
        with mute_logger("odoo.addons.sales_process_mgmt.models.sales_process_retry"):
            self._run_cron("2027-03-12 02:00:00")
        meetings = self.env[MEETING].search([("series_id", "=", other.id)])
        self.assertEqual(str(max(meetings.mapped("date"))), "2027-04-05")
        self.assertEqual(str(max(self._meetings().mapped("date"))), "2027-03-29")
        self.assertEqual(forgotten.cancel_reason, "forgotten")

    def test_another_weekday(self):
        with self._at(FRIDAY_BEFORE):
            self.series.with_user(self.leader_east).weekday = "2"
        self.assertEqual(self.meeting.state, "cancelled")
        planned = self._meetings().filtered(lambda row: row.state == "planned")
        self.assertEqual(str(planned[0].date), "2027-03-10")

    def test_off(self):
        """Switched off nothing is planned, begun or made by hand; what was stays."""
        self._start()
        with self._at(MONDAY):
            self.team_east.with_user(self.director).process_meeting = False
        self._run_cron(MONDAY)
        later = self._meetings() - self.meeting
        self.assertEqual(set(later.mapped("state")), {"cancelled"})
        self.assertEqual(self.meeting.state, "running")
        Meeting = self.env[MEETING].with_user(self.leader_east)
        with self.assertRaisesRegex(ValidationError, "no regular meetings"):
            Meeting.create({"team_id": self.team_east.id, "date_start": MONDAY})
        with self._at(MONDAY):
            self.team_east.with_user(self.director).process_meeting = True
        self.assertEqual(set(later.mapped("state")), {"planned"})

    def test_archived_series(self):
        with self._at(FRIDAY_BEFORE):
            self.series.with_user(self.leader_east).active = False
        self.assertEqual(set(self._meetings().mapped("state")), {"cancelled"})

    def test_who_plans(self):
        """A salesperson plans nothing, nor does the leader of another team."""
        for user in (self.salesperson_a, self.leader_west):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.series.with_user(user).hour = 10
                with self.assertRaises(AccessError):
                    self.env[MEETING].with_user(user).create(
                        {"team_id": self.team_east.id, "date_start": MONDAY}
                    )
                with self.assertRaises(AccessError):
                    self.meeting.with_user(user).date_start = "2027-03-10 06:00:00"

    def test_chair_belongs_to_the_team(self):
        with self.assertRaisesRegex(UserError, "chair is a"):
            self.meeting.with_user(self.leader_east).chair_id = self.salesperson_d
        self.meeting.with_user(self.leader_east).chair_id = self.salesperson_a
        self._start(user=self.salesperson_a)
        self.assertEqual(self.meeting.state, "running")

    def test_one_series_a_team(self):
        with (
            self.assertRaisesRegex(Exception, "(?i)regular meeting|team_uniq"),
            self.env.cr.savepoint(),
        ):
            self._create_series()

    def test_nobody_began_or_ended(self):
        """What nobody begins is not held; what nobody ends blames nobody."""
        with self._at("2027-03-11 00:59:00"):
            self.env[MEETING]._tidy_up()
        self.assertEqual(self.meeting.state, "planned")
        with self._at("2027-03-11 01:01:00"):
            self.env[MEETING]._tidy_up()
        self.assertEqual(self.meeting.cancel_reason, "forgotten")
        other = self._start(self._get_meeting("2027-03-15"), "2027-03-15 01:00:00")
        with self._at("2027-03-16 01:01:00"):
            self.env[MEETING]._tidy_up()
        self.assertEqual(other.state, "held")
        self.assertFalse(self._facts())

    def test_everyday_work_asks_nothing(self):
        """Where nobody meets, absences and appointments cost no query more."""
        self.team_east.process_meeting = False
        self.env.flush_all()
        self.env["crm.team"]._get_meeting_team_ids()
        with self.assertQueryCount(0):
            self.env["sales.process.meeting.attendance"]._follow_absences(
                self.salesperson_a
            )
