# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
import unittest
from datetime import date, datetime, timedelta

import pytz

from odoo.tests import tagged

from ..tools import complaints
from .common import COMPLAINT, MONDAY, CareCommon

SHANGHAI = pytz.timezone("Asia/Shanghai")
BERLIN = pytz.timezone("Europe/Berlin")
NEW_YORK = pytz.timezone("America/New_York")
HOURS = [(8.0, 12.0), (13.0, 17.0)]
NIGHT = [(0.0, 8.0)]
FREE = {
    # New Year, and a long holiday
    date(2028, 1, 3),
    *(date(2028, 1, day) for day in range(24, 29)),
}


def is_weekday(day):
    return day.weekday() < 5 and day not in FREE


def get_hours(_day):
    return HOURS


class TestDeadlineTable(unittest.TestCase):
    """Working hours at the edges of days, weeks, years and of summer time."""

    def test_table(self):
        """Each row: zone, beginning and end in UTC, and the hours between."""
        for zone, start, hours, end in (
            # before the first hour, in the break, at and after the last one
            (SHANGHAI, "2027-02-28 22:00:00", 1, "2027-03-01 01:00:00"),
            (SHANGHAI, "2027-03-01 00:00:00", 1, "2027-03-01 01:00:00"),
            (SHANGHAI, "2027-03-01 04:30:00", 1, "2027-03-01 06:00:00"),
            (SHANGHAI, "2027-03-01 08:59:59", 1, "2027-03-02 00:59:59"),
            (SHANGHAI, "2027-03-01 09:00:00", 1, "2027-03-02 01:00:00"),
            (SHANGHAI, "2027-03-01 08:00:00", 1, "2027-03-01 09:00:00"),
            # a quarter of an hour
            (SHANGHAI, "2027-03-01 03:50:00", 0.25, "2027-03-01 05:05:00"),
            # across a weekend
            (SHANGHAI, "2027-03-05 08:00:00", 9, "2027-03-08 09:00:00"),
            (SHANGHAI, "2027-03-06 02:00:00", 8, "2027-03-08 09:00:00"),
            # a leap day, and a February without one
            (SHANGHAI, "2028-02-29 08:30:00", 1, "2028-03-01 00:30:00"),
            (SHANGHAI, "2027-02-26 08:30:00", 1, "2027-03-01 00:30:00"),
            # the end of the year; Monday the 3rd is a holiday
            (SHANGHAI, "2027-12-31 08:00:00", 2, "2028-01-04 01:00:00"),
            # a week that is free: from Friday to the Monday after it
            (SHANGHAI, "2028-01-21 08:00:00", 2, "2028-01-31 01:00:00"),
            # the clocks change over the weekend: eight o'clock on the wall
            (BERLIN, "2027-03-26 15:00:00", 2, "2027-03-29 07:00:00"),
            (BERLIN, "2027-10-29 14:00:00", 2, "2027-11-01 08:00:00"),
            (NEW_YORK, "2027-03-12 21:00:00", 2, "2027-03-15 13:00:00"),
            (NEW_YORK, "2027-11-05 20:00:00", 2, "2027-11-08 14:00:00"),
        ):
            with self.subTest(zone=str(zone), start=start, hours=hours):
                begin = datetime.fromisoformat(start)
                found = complaints.add_hours(begin, hours, zone, is_weekday, get_hours)
                self.assertEqual(str(found), end)
                self.assertAlmostEqual(
                    complaints.count_hours(begin, found, zone, is_weekday, get_hours),
                    hours,
                )

    def test_night_in_which_the_clocks_change(self):
        """Who works from midnight to eight works seven hours, or nine."""
        for start, hours, end in (
            ("2027-03-27 23:00:00", 7, "2027-03-28 06:00:00"),
            ("2027-03-27 23:00:00", 8, "2027-03-28 23:00:00"),
            ("2027-10-30 22:00:00", 9, "2027-10-31 07:00:00"),
            ("2027-10-30 22:00:00", 10, "2027-11-01 00:00:00"),
        ):
            with self.subTest(start=start, hours=hours):
                found = complaints.add_hours(
                    datetime.fromisoformat(start),
                    hours,
                    BERLIN,
                    None,
                    lambda _day: NIGHT,
                )
                self.assertEqual(str(found), end)

    def test_later_never_ends_sooner(self):
        """Random moments around both changes of the clocks; seed 11."""
        chance = random.Random(11)
        for first in (datetime(2027, 3, 25), datetime(2027, 10, 28)):
            for _number in range(60):
                start = first + timedelta(minutes=chance.randrange(7 * 24 * 60))
                later = start + timedelta(minutes=chance.randrange(1, 600))
                hours = chance.randrange(1, 100) / 4
                ends = [
                    complaints.add_hours(moment, hours, BERLIN, is_weekday, get_hours)
                    for moment in (start, later)
                ]
                self.assertLessEqual(*ends)
                more = complaints.add_hours(
                    start, hours + 0.25, BERLIN, is_weekday, get_hours
                )
                self.assertLess(ends[0], more)

    def test_longest(self):
        """More hours than a year of work has end somewhere all the same."""
        start = datetime(2027, 3, 1)
        for hours in (1000, 4000, 10**5):
            found = complaints.add_hours(start, hours, SHANGHAI, is_weekday, get_hours)
            self.assertGreaterEqual(found, start + timedelta(hours=hours))


@tagged("post_install", "-at_install")
class TestComplaintClock(CareCommon):
    """The promise of a complaint: by severity, days of the team, and once reopened."""

    def _except(self, day, is_working):
        self.env["sales.process.calendar.exception"].create(
            {
                "name": "Day",
                "team_id": self.team_east.id,
                "date": day,
                "is_working": is_working,
            }
        )

    def test_promise_by_severity(self):
        """Monday, ten o'clock: 4, 16 and 40 working hours."""
        for severity, due in (
            ("grave", "2027-03-01 07:00:00"),
            ("serious", "2027-03-03 02:00:00"),
            ("minor", "2027-03-08 02:00:00"),
        ):
            with self.subTest(severity=severity):
                row = self._complain(severity=severity, description=severity)
                self.assertEqual(str(row.date_due), due)
                self.assertEqual(row.date_escalate, row.date_due)

    def test_days_of_the_team(self):
        """A free Tuesday and a Saturday that works; another team's do not matter."""
        self._except("2027-03-02", False)
        self._except("2027-03-06", True)
        west = self._complain(
            team=self.team_west, contact_phone="13800000001", severity="serious"
        )
        self.assertEqual(str(west.date_due), "2027-03-03 02:00:00")
        serious = self._complain(severity="serious")
        self.assertEqual(str(serious.date_due), "2027-03-04 02:00:00")
        # Friday at 16:00 and four hours: one, then from nine o'clock on Saturday
        grave = self._complain(
            "2027-03-05 08:00:00", severity="grave", description="Grave"
        )
        saturday = grave.date_due.date()
        self.assertEqual(saturday, date(2027, 3, 6))

    def test_late_to_the_second(self):
        row = self._complain(severity="grave")
        for seconds, is_late in ((-1, False), (0, False), (1, True)):
            moment = row.date_due + timedelta(seconds=seconds)
            with self.subTest(seconds=seconds), self._at(moment):
                self.env.invalidate_all()
                self.assertIs(row.is_late, is_late)
                found = self.env[COMPLAINT].search([("is_late", "=", True)])
                self.assertEqual(row in found, is_late)

    def test_reopened_clock(self):
        """Serious, Monday 10:00, due on Wednesday 10:00: what is left goes on."""
        for closed, reopened, left, due in (
            # after an hour; on a Saturday
            (
                "2027-03-01 03:00:00",
                "2027-03-06 02:00:00",
                15,
                "2027-03-09 08:00:00",
            ),
            # at night nothing of it goes
            (
                "2027-03-01 14:00:00",
                "2027-03-04 00:00:00",
                10,
                "2027-03-05 02:00:00",
            ),
            # in the last second there is none left, and later neither
            (
                "2027-03-03 02:00:00",
                "2027-03-04 00:00:00",
                0,
                "2027-03-04 00:00:00",
            ),
            (
                "2027-03-05 02:00:00",
                "2027-03-08 01:30:00",
                0,
                "2027-03-08 01:30:00",
            ),
        ):
            with self.subTest(closed=closed):
                row = self._complain(MONDAY, description=closed)
                self._settle(row, moment=closed)
                self.assertEqual(row.hours_left, left)
                self._answer(self.leader_east, row, "reopen", reopened, text="Not yet")
                self.assertEqual(str(row.date_due), due)
                self.assertEqual(row.reopen_count, 1)

    def test_reopened_twice(self):
        """Each time what was left of the first promise, never a new one."""
        row = self._complain()
        for closed, reopened, left in (
            ("2027-03-01 03:00:00", "2027-03-02 00:00:00", 15),
            ("2027-03-02 02:00:00", "2027-03-03 00:00:00", 13),
            ("2027-03-03 09:00:00", "2027-03-04 00:00:00", 5),
        ):
            self._settle(row, moment=closed)
            self.assertEqual(row.hours_left, left)
            self._answer(self.leader_east, row, "reopen", reopened, text="Not yet")
        self.assertEqual(row.reopen_count, 3)
        self.assertEqual(str(row.date_due), "2027-03-04 06:00:00")


@tagged("post_install", "-at_install")
class TestComplaintLine(CareCommon):
    """What is late goes up: each in the line once, and nobody whom it is against."""

    def _night(self, moment):
        with self._at(moment):
            self.env[COMPLAINT]._process_late()
            self.env.flush_all()
        self.env.invalidate_all()

    def _climb(self, row, times):
        deciders = [row.decider_id]
        for _number in range(times):
            self._night(row.date_escalate + timedelta(seconds=1))
            deciders.append(row.decider_id)
        return deciders

    def test_up_to_the_director(self):
        region = self._create_region(self.team_east)
        team = self.env["crm.team"].search([("user_id", "=", region.id)])
        country = self._create_region(team)
        row = self._complain()
        deciders = self._climb(row, 3)
        self.assertEqual(deciders[:3], [self.leader_east, region, country])
        self.assertIn(deciders[3], self.managers)
        self.assertEqual(row.escalation, 3)
        # there is nobody above: it stays there
        self.assertIn(self._climb(row, 2)[-1], self.managers)

    def test_against_who_leads(self):
        """It begins above whom it is against, and never comes to that person."""
        region = self._create_region(self.team_east)
        row = self._complain(against_id=self.leader_east.id)
        deciders = self._climb(row, 2)
        self.assertEqual(deciders[0], region)
        self.assertNotIn(self.leader_east, deciders)
        against_region = self._complain(against_id=region.id, description="Region")
        deciders = self._climb(against_region, 1)
        self.assertFalse((self.leader_east | region) & deciders[0])
        self.assertTrue(deciders[0])

    def test_who_has_left(self):
        """Whoever is archived is asked no more; the next one above is, and told."""
        region = self._create_region(self.team_east)
        row = self._complain()
        self.leader_east.active = False
        before = self._max_message()
        self._night("2027-03-01 02:30:00")
        self.assertEqual((row.decider_id, row.escalation), (region, 0))
        self.assertEqual(len(self._messages(region, before)), 1)
        self._night("2027-03-01 02:40:00")
        self.assertEqual(len(self._messages(region, before)), 1)

    def test_closed_goes_nowhere(self):
        row = self._complain()
        due = row.date_escalate
        self._settle(row, moment="2027-03-01 03:00:00")
        self._night(due + timedelta(days=30))
        self.assertEqual((row.escalation, row.decider_id), (0, self.leader_east))
        self._answer(
            self.leader_east, row, "reopen", "2027-03-10 00:00:00", text="Not yet"
        )
        self.assertEqual(row.escalation, 0)
        self._night(row.date_escalate)
        self.assertEqual(row.escalation, 0)
        self._night(row.date_escalate + timedelta(seconds=1))
        self.assertEqual(row.escalation, 1)

    def test_other_company(self):
        """Nobody of another company decides, reads or is told, however late it is."""
        row = self._complain()
        self._climb(row, 4)
        self.assertNotEqual(row.decider_id, self.salesperson_x)
        mine = row.with_user(self.salesperson_x)
        self.assertFalse(mine.has_access("read"))
        self.assertFalse(mine.search([("id", "=", row.id)]))
        self.assertFalse(mine._may_decide(self.salesperson_x))

    def test_another_leader(self):
        """Who leads now is asked about each; ten cost about as many queries as two."""
        old, new = self.leader_east, self.salesperson_c
        rows, counts = self.env[COMPLAINT], []
        for number in (2, 10):
            for place in range(len(rows), number):
                rows |= self._complain(description=f"Number {place}")
            for leader in (new, old):
                before = self._max_message()
                with self._at("2027-03-01 02:30:00"):
                    self.env.invalidate_all()
                    start = self.env.cr.sql_log_count
                    self.team_east.user_id = leader
                    self.env.flush_all()
                    counts.append(self.env.cr.sql_log_count - start)
                self.assertEqual(rows.mapped("decider_id"), leader)
                self.assertEqual(len(self._messages(leader, before)), 1)
        # eight more cost at least eight where each is asked about by itself
        self.assertLess(max(counts[2:]), min(counts[:2]) + 6)


@tagged("post_install", "-at_install")
class TestComplaintLateFact(CareCommon):
    """The fact “late”: once, for whoever had it when the promised time was over."""

    def _night(self, moment):
        with self._at(moment):
            self.env[COMPLAINT]._process_late()
            self.env.flush_all()
        self.env.invalidate_all()

    def _find(self, row, user=None):
        Fact = self.env["sales.process.fact"].with_user(user or self.env.user)
        return Fact.search([("kind", "=", "complaint_late"), ("res_id", "=", row.id)])

    def test_both_sides_and_once(self):
        region = self._create_region(self.team_east)
        row = self._complain()
        due = row.date_due
        self._night(due)
        self.assertFalse(self._find(row))
        self._night(due + timedelta(seconds=1))
        fact = self._find(row)
        self.assertEqual((fact.user_id, fact.name), (self.leader_east, row.code))
        self.assertEqual((fact.moment, fact.team_id), (due, self.team_east))
        self.assertEqual(fact.date, due.date())
        # it goes on up, and is late no second time
        self._night(row.date_escalate + timedelta(seconds=1))
        self._settle(row, moment="2027-04-01 03:00:00", by=self.director)
        fact = self._find(row)
        self.assertEqual((fact.user_id, fact.moment), (self.leader_east, due))
        for user, is_shown in (
            (self.leader_east, True),
            (self.director, True),
            (region, True),
            (self.salesperson_a, False),
            (self.leader_west, False),
            (self.salesperson_x, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(bool(self._find(row, user)), is_shown)

    def test_who_works_on_it(self):
        row = self._complain()
        with self._at("2027-03-01 02:30:00"):
            row.with_user(self.leader_east).handler_id = self.salesperson_b
            self.env.flush_all()
        self._night(row.date_due + timedelta(seconds=1))
        self.assertEqual(self._find(row).user_id, self.salesperson_b)

    def test_answered_between_two_nights(self):
        """Also where it is closed before anybody looks; not where it was in time."""
        late, timely = self._complain(), self._complain(description="Another one")
        self._settle(late, moment=late.date_due + timedelta(seconds=1))
        self._settle(timely, moment=timely.date_due)
        self._night(late.date_due + timedelta(days=30))
        self.assertEqual(self._find(late).user_id, self.leader_east)
        self.assertFalse(self._find(timely))

    def test_more_time(self):
        """Less grave than was thought: there is time left, and it is not late."""
        row = self._complain(severity="grave")
        moment = row.date_due + timedelta(seconds=1)
        self._night(moment)
        self.assertTrue(self._find(row))
        with self._at(moment):
            row.with_user(row.decider_id).severity = "minor"
            self.env.flush_all()
        self.assertFalse(self._find(row))
        self._night(row.date_due + timedelta(seconds=1))
        self.assertEqual(self._find(row).moment, row.date_due)

    def test_against_whom_it_was_late(self):
        """Whom it turns out to be against learns nothing of it by the fact."""
        self._create_region(self.team_east)
        row = self._complain()
        self._night(row.date_due + timedelta(seconds=1))
        with self._at(row.date_due + timedelta(hours=1)):
            row.with_user(self.director).against_id = self.leader_east
            self.env.flush_all()
        self.assertFalse(self._find(row))

    def test_team_that_takes_none(self):
        row = self._complain()
        self.team_east.process_complaint = False
        self._night(row.date_due + timedelta(seconds=1))
        self.assertFalse(row.late_by_id or self._find(row))
