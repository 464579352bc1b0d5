# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FRIDAY_BEFORE, MEETING, MONDAY, MeetingCommon

SERIES = "sales.process.meeting.series"


@tagged("post_install", "-at_install")
class TestPlanDays(MeetingCommon):
    """Regular days at the edges of years, months and of summer time."""

    def _plan_west(self, moment, **values):
        """Team West meets from then on.

        :return: ``{regular day: beginning in UTC}``, in order
        """
        team = self.team_west
        team.process_meeting = True
        with self._at(moment):
            series = (
                self.env[SERIES]
                .with_user(self.leader_west)
                .create({"team_id": team.id, "in_calendar": False, **values})
            )
            self.env.flush_all()
        meetings = self.env[MEETING].search(
            [("series_id", "=", series.id)], order="date_slot"
        )
        self.assertEqual(meetings.mapped("state"), ["planned"] * len(meetings))
        found = {str(row.date_slot): str(row.date_start)[:16] for row in meetings}
        with self._at(moment):
            series.with_user(self.leader_west).active = False
            self.env.flush_all()
        return found

    def test_days(self):
        """Each row: now, weekday, hour and zone, and when the team meets (UTC)."""
        for moment, weekday, hour, tz, expected in (
            # across the end of the year, and of a leap February
            (
                "2027-12-20 00:00:00",
                "4",
                9,
                "Asia/Shanghai",
                "2027-12-24 01:00|2027-12-31 01:00|2028-01-07 01:00|2028-01-14 01:00",
            ),
            (
                "2028-02-21 00:00:00",
                "1",
                9,
                "Asia/Shanghai",
                "2028-02-22 01:00|2028-02-29 01:00|2028-03-07 01:00|2028-03-14 01:00",
            ),
            # no leap year: February ends on the 28th
            (
                "2027-02-22 00:00:00",
                "0",
                9,
                "Asia/Shanghai",
                "2027-02-22 01:00|2027-03-01 01:00|2027-03-08 01:00|2027-03-15 01:00",
            ),
            # nine o'clock on the wall, in winter and in summer time
            (
                "2027-03-16 00:00:00",
                "2",
                9,
                "Europe/Berlin",
                "2027-03-17 08:00|2027-03-24 08:00|2027-03-31 07:00|2027-04-07 07:00",
            ),
            (
                "2027-10-18 00:00:00",
                "2",
                9,
                "Europe/Berlin",
                "2027-10-20 07:00|2027-10-27 07:00|2027-11-03 08:00|2027-11-10 08:00",
            ),
            # the other half of the world, where October is spring
            (
                "2027-09-27 00:00:00",
                "1",
                9.5,
                "Australia/Sydney",
                "2027-09-27 23:30|2027-10-04 22:30|2027-10-11 22:30|2027-10-18 22:30",
            ),
            # a Monday there is a Sunday in UTC, and the other way round
            (
                "2027-03-07 00:00:00",
                "0",
                7,
                "Asia/Shanghai",
                "2027-03-07 23:00|2027-03-14 23:00|2027-03-21 23:00|2027-03-28 23:00",
            ),
            (
                "2027-01-03 00:00:00",
                "4",
                23.75,
                "America/New_York",
                "2027-01-09 04:45|2027-01-16 04:45|2027-01-23 04:45|2027-01-30 04:45",
            ),
        ):
            with self.subTest(moment=moment, tz=tz):
                found = self._plan_west(moment, weekday=weekday, hour=hour, tz=tz)
                self.assertEqual(list(found.values())[:4], expected.split("|"))

    def test_hour_that_is_skipped_or_comes_twice(self):
        """Where the team works at that hour: after the jump, and the second one."""
        days = self.env["sales.process.calendar.exception"]
        for moment, day, begins in (
            ("2027-03-22 00:00:00", "2027-03-28", "2027-03-28 01:30"),
            ("2027-10-25 00:00:00", "2027-10-31", "2027-10-31 01:30"),
        ):
            with self.subTest(day=day):
                with self._at(moment):
                    days.with_user(self.leader_west).create(
                        {
                            "name": "Works",
                            "team_id": self.team_west.id,
                            "date": day,
                            "is_working": True,
                        }
                    )
                found = self._plan_west(
                    moment, weekday="6", hour=2.5, tz="Europe/Berlin"
                )
                self.assertEqual(found[day], begins)

    def test_today_until_its_hour(self):
        """The meeting of today is planned until it would begin, not afterwards."""
        for moment, first in (
            ("2027-03-08 00:59:59", "2027-03-08 01:00"),
            ("2027-03-08 01:00:00", "2027-03-15 01:00"),
        ):
            with self.subTest(moment=moment):
                found = self._plan_west(moment, weekday="0", hour=9, tz="Asia/Shanghai")
                self.assertEqual(next(iter(found.values())), first)

    def test_years_go_by(self):
        """One meeting a week, none twice, through the end of a year and a leap day."""
        for moment in (
            "2027-12-20 00:00:00",
            "2028-01-10 00:00:00",
            "2028-02-07 00:00:00",
            "2028-02-29 15:59:59",
            "2028-02-29 16:00:00",
        ):
            for _twice in range(2):
                self._run_cron(moment)
        meetings = self.env[MEETING].search(
            [("series_id", "=", self.series.id), ("date_slot", ">=", "2027-12-20")],
            order="date_slot",
        )
        slots = meetings.mapped("date_slot")
        self.assertEqual({(b - a).days for a, b in itertools.pairwise(slots)}, {7})
        self.assertEqual(str(slots[-1]), "2028-03-27")


@tagged("post_install", "-at_install")
class TestPlanPeople(MeetingCommon):
    """The series, its team and its people change while meetings are planned."""

    def _ahead(self):
        return self.env[MEETING].search(
            [("series_id", "=", self.series.id), ("state", "=", "planned")],
            order="date_start",
        )

    def _leave(self, user, moment=FRIDAY_BEFORE):
        with self._at(moment):
            self.team_east.crm_team_member_ids.filtered(
                lambda row: row.user_id == user
            ).active = False
            self.env.flush_all()
        self.env.invalidate_all()

    def test_series_changes_while_a_meeting_runs(self):
        """What has begun stays as it is; what lies ahead follows."""
        self._start()
        with self._at("2027-03-08 01:30:00"):
            self.series.with_user(self.leader_east).write(
                {"weekday": "3", "hour": 15, "place": "Room 4", "duration": 2}
            )
            self.env.flush_all()
        self.assertEqual(str(self.meeting.date_start), MONDAY)
        self.assertEqual(
            (self.meeting.state, self.meeting.place), ("running", "Room 3")
        )
        ahead = self._ahead()
        self.assertEqual(str(ahead[0].date_start), "2027-03-11 07:00:00")
        self.assertEqual(set(ahead.mapped("place")), {"Room 4"})
        self.assertEqual(set(ahead.mapped("duration")), {2.0})
        self._mark(self.salesperson_a)
        self._end()
        self.assertEqual(self.meeting.state, "held")

    def test_series_is_archived_while_a_meeting_runs(self):
        """It is held to its end, and comes back with all that lies ahead."""
        self._start()
        mine = self.series.with_user(self.leader_east)
        with self._at("2027-03-08 01:30:00"):
            mine.active = False
            self.env.flush_all()
        self.assertFalse(self._ahead())
        self._mark(self.salesperson_a)
        self._end()
        self.meeting.with_user(self.leader_east).minutes = "<p>Agreed</p>"
        with self._at("2027-03-08 03:00:00"):
            self.meeting.with_user(self.leader_east).action_send()
            mine.active = True
            self.env.flush_all()
        self.assertEqual(self.meeting.state, "closed")
        self.assertEqual(str(self._ahead()[0].date), "2027-03-15")

    def test_team_is_archived(self):
        """Nothing ahead is held; what was stays readable to who was there."""
        self._start()
        with self._at(MONDAY):
            self.team_east.active = False
            self.env.flush_all()
        self._run_cron("2027-03-10 01:00:00")
        self.assertFalse(self._ahead())
        self.assertEqual(self.meeting.state, "held")
        self.assertFalse(self._facts())
        self.assertTrue(
            self._row(self.salesperson_a).with_user(self.salesperson_a).read(["state"])
        )
        with self._at("2027-03-10 01:00:00"):
            self.team_east.active = True
            self.env.flush_all()
        self.assertEqual(str(self._ahead()[0].date), "2027-03-15")

    def test_chair_is_absent(self):
        """The leader begins it instead; the chair is excused like everybody."""
        self.meeting.with_user(self.leader_east).chair_id = self.salesperson_a
        self._absent(
            self.salesperson_a,
            "2027-03-07 16:00:00",
            "2027-03-08 16:00:00",
            moment=FRIDAY_BEFORE,
        )
        self._start()
        self.assertEqual(self._row(self.salesperson_a).state, "excused")
        self.assertEqual(self._row(self.leader_east).state, "present")
        self._mark(self.salesperson_b)
        self._end()
        self.assertEqual(self._row(self.salesperson_a).state, "excused")

    def test_chair_leaves_the_team(self):
        """Whoever belongs to the team no more conducts and reads no meeting ahead."""
        self.meeting.with_user(self.leader_east).chair_id = self.salesperson_a
        self._leave(self.salesperson_a)
        with self._at(MONDAY), self.assertRaises(AccessError):
            self.meeting.with_user(self.salesperson_a).action_start()
        self._run_cron(FRIDAY_BEFORE)
        self.assertEqual(self.meeting.chair_id, self.leader_east)
        with self.assertRaises(AccessError):
            self.meeting.with_user(self.salesperson_a).read(["place"])
        self._start()
        with self.assertRaises(AccessError):
            self.meeting.line_ids.with_user(self.salesperson_a).read(["name"])

    def test_chair_leaves_while_it_runs(self):
        """The leader ends it; whoever left does nothing with it any more."""
        self.meeting.with_user(self.leader_east).chair_id = self.salesperson_a
        self._start(user=self.salesperson_a)
        self._leave(self.salesperson_a, MONDAY)
        mine = self.meeting.with_user(self.salesperson_a)
        row = self._row(self.salesperson_b).with_user(self.salesperson_a)
        with self._at(MONDAY):
            for attack in (
                mine.action_show_code,
                mine.action_end,
                row.action_missed,
                lambda: mine.write({"minutes": "<p>Mine</p>"}),
                lambda: self._decide(self.salesperson_b, by=self.salesperson_a),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    attack()
        self._mark(self.salesperson_b)
        self._end()
        self.assertEqual(self.meeting.state, "held")

    def test_another_leader(self):
        """Meetings ahead are conducted by who leads now, not by who led."""
        with self._at(FRIDAY_BEFORE):
            self.team_east.user_id = self.salesperson_b
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._ahead().chair_id, self.salesperson_b)
        with self.assertRaises(AccessError):
            self.meeting.with_user(self.leader_east).read(["place"])
        self._start(user=self.salesperson_b)
        self.assertEqual(self._row(self.salesperson_b).state, "present")
        self.assertFalse(self._row(self.leader_east))
        with self._at(MONDAY), self.assertRaises(AccessError):
            self.series.with_user(self.leader_east).hour = 10

    def test_chair_of_ones_choice_stays(self):
        """A member whom the leader has chosen conducts it, whatever else is planned."""
        self.meeting.with_user(self.leader_east).chair_id = self.salesperson_a
        with self._at(FRIDAY_BEFORE):
            self.series.with_user(self.leader_east).hour = 10
        self._run_cron(FRIDAY_BEFORE)
        self.assertEqual(self.meeting.chair_id, self.salesperson_a)

    def test_leader_is_archived(self):
        """Planning goes on; the next one above conducts it."""
        region = self._create_region(self.team_east)
        with self._at(FRIDAY_BEFORE):
            self.leader_east.active = False
            self.env.flush_all()
        self._run_cron("2027-03-12 02:00:00")
        meeting = self._get_meeting("2027-03-15")
        self._start(meeting, "2027-03-15 01:00:00", region)
        self.assertEqual(self._row(region, meeting).state, "present")
        self.assertFalse(self._row(self.leader_east, meeting))
        self.assertEqual(str(self._ahead()[-1].date), "2027-04-05")

    def test_nobody_leads(self):
        """Where nobody leads, meetings are planned without a chair."""
        with self._at(FRIDAY_BEFORE):
            self.team_east.user_id = False
            self.env.flush_all()
        self._run_cron("2027-03-12 02:00:00")
        self.assertFalse(self._get_meeting("2027-04-05").chair_id)
        meeting = self._get_meeting("2027-03-15")
        self._start(meeting, "2027-03-15 01:00:00", self.director)
        self.assertEqual(meeting.state, "running")

    def test_who_joins_and_leaves(self):
        """Expected is who belongs to the team when it begins."""
        self._leave(self.salesperson_a)
        with self._at(FRIDAY_BEFORE):
            self.env["crm.team.member"].create(
                {"crm_team_id": self.team_east.id, "user_id": self.salesperson_e.id}
            )
            self.salesperson_c.active = False
            self.env.flush_all()
        self._start()
        self.assertEqual(
            self.meeting.attendance_ids.user_id,
            self.leader_east | self.salesperson_b | self.salesperson_e,
        )
        # whoever leaves afterwards was expected
        self._leave(self.salesperson_b, MONDAY)
        self._mark(self.salesperson_e)
        self._end()
        self.assertEqual(self._facts().user_id, self.salesperson_b)

    def test_moved_to_a_closed_day(self):
        """A meeting that was moved into another month closes with that month."""
        with self._at(FRIDAY_BEFORE):
            self.meeting.with_user(self.leader_east).date_start = "2027-04-01 01:00:00"
            self.env.flush_all()
        self._start(moment="2027-04-01 01:00:00")
        self._mark(self.salesperson_a, moment="2027-04-01 01:00:00")
        self._end("2027-04-01 02:00:00")
        row = self._row(self.salesperson_b).with_user(self.leader_east)
        with self._at("2027-05-05 15:59:59"):
            row.action_present()
        with (
            self._at("2027-05-05 16:00:00"),
            self.assertRaisesRegex(UserError, "closed"),
        ):
            row.action_missed()
        self.assertEqual(row.state, "present")
