# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
import unittest
from datetime import date, datetime, timedelta

import pytz

from ..tools import complaints

SHANGHAI = pytz.timezone("Asia/Shanghai")
HOURS = [(8.0, 12.0), (13.0, 17.0)]


def is_weekday(day):
    return day.weekday() < 5


def get_hours(day):
    return HOURS if day.weekday() < 5 else []


class TestComplaintTools(unittest.TestCase):
    """Working hours, and what is the same complaint: no database is asked."""

    def _add(self, moment, hours, is_working_day=is_weekday):
        return complaints.add_hours(
            datetime.fromisoformat(moment), hours, SHANGHAI, is_working_day, get_hours
        )

    def test_add_hours(self):
        for moment, hours, expected in (
            # Monday 10:00 in Shanghai is 02:00 UTC
            ("2027-03-01 02:00", 1, "2027-03-01 03:00"),
            # two hours until lunch, two after it
            ("2027-03-01 02:00", 2, "2027-03-01 04:00"),
            ("2027-03-01 02:00", 4, "2027-03-01 07:00"),
            # to Tuesday: six on Monday, two from eight o'clock on
            ("2027-03-01 02:00", 8, "2027-03-02 02:00"),
            # Friday 16:00: one hour, then Monday
            ("2027-03-05 08:00", 2, "2027-03-08 01:00"),
            # at night, and on a Sunday
            ("2027-03-01 15:00", 1, "2027-03-02 01:00"),
            ("2027-03-07 03:00", 4, "2027-03-08 04:00"),
            ("2027-03-01 02:00", 0, "2027-03-01 02:00"),
            ("2027-03-01 02:00", -3, "2027-03-01 02:00"),
            # a leap day is a day like others
            ("2028-02-28 09:00", 8, "2028-02-29 09:00"),
        ):
            with self.subTest(moment=moment, hours=hours):
                self.assertEqual(
                    self._add(moment, hours), datetime.fromisoformat(expected)
                )

    def test_make_up_sunday_has_usual_hours(self):
        sunday = date(2027, 3, 7)
        moment = self._add("2027-03-07 00:00", 3, lambda day: day == sunday)
        # nine o'clock and three hours
        self.assertEqual(moment, datetime(2027, 3, 7, 4))

    def test_calendar_that_never_works(self):
        moment = self._add("2027-03-01 02:00", 5, lambda day: False)
        self.assertEqual(moment, datetime(2027, 3, 1, 7))

    def test_count_is_the_way_back(self):
        """Random moments: so many hours on, and as many counted; seed 7."""
        chance = random.Random(7)
        for _number in range(200):
            start = datetime(2027, 1, 1) + timedelta(
                minutes=chance.randrange(500 * 24 * 60)
            )
            hours = chance.randrange(1, 400) / 4
            end = complaints.add_hours(start, hours, SHANGHAI, is_weekday, get_hours)
            counted = complaints.count_hours(
                start, end, SHANGHAI, is_weekday, get_hours
            )
            self.assertAlmostEqual(counted, hours, 6)
            self.assertTrue(start < end)
        self.assertEqual(complaints.count_hours(end, start, SHANGHAI), 0)

    def test_same_complaint(self):
        make = complaints.make_fingerprint
        first = make("a@example.com", "Late", "Two weeks late\n\nRegards")
        for same in (
            ("A@EXAMPLE.COM", "Re: Late", "Two weeks  late Regards"),
            ("a@example.com", "回复：late ", "two weeks late\r\nregards"),
            ("a@example.com", "Fwd: RE: Late", "Two weeks late\n\nRegards "),
        ):
            self.assertEqual(make(*same), first)
        for other in (
            ("b@example.com", "Late", "Two weeks late\n\nRegards"),
            ("a@example.com", "Late again", "Two weeks late\n\nRegards"),
            ("a@example.com", "Late", "Three weeks late\n\nRegards"),
            # a number is what makes the difference
            ("a@example.com", "Late", "Two weeks late 2\n\nRegards"),
        ):
            self.assertNotEqual(make(*other), first)
        self.assertEqual(
            complaints.clean_subject("AW: Re: Broken\n lamp"), "Broken lamp"
        )
        self.assertEqual(complaints.clean_subject(None), "")
