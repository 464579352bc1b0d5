# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date, datetime, timedelta

import pytz

from odoo.tests import BaseCase, tagged

from ..tools.deadline import local_date
from ..tools.period import (
    KINDS,
    dates_to_utc,
    period_dates,
    period_utc,
    shift_period,
    submission_deadline,
)

SHANGHAI = pytz.timezone("Asia/Shanghai")
NEW_YORK = pytz.timezone("America/New_York")
HAVANA = pytz.timezone("America/Havana")
ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)


def utc(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")


@tagged("at_install")
class TestPeriod(BaseCase):
    def test_dates(self):
        """Weeks go from Monday to Sunday, months have their own length."""
        for kind, day, first, last in (
            ("daily", date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 23)),
            # Monday, Sunday, and the Monday after
            ("weekly", date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 29)),
            ("weekly", date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 29)),
            ("weekly", date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 6)),
            # over New Year: week 53 of 2026, week 1 of 2025
            ("weekly", date(2027, 1, 3), date(2026, 12, 28), date(2027, 1, 3)),
            ("weekly", date(2024, 12, 30), date(2024, 12, 30), date(2025, 1, 5)),
            ("monthly", date(2026, 11, 30), date(2026, 11, 1), date(2026, 11, 30)),
            ("monthly", date(2026, 12, 1), date(2026, 12, 1), date(2026, 12, 31)),
            ("monthly", date(2026, 2, 14), date(2026, 2, 1), date(2026, 2, 28)),
            ("monthly", date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
            ("monthly", date(2100, 2, 1), date(2100, 2, 1), date(2100, 2, 28)),
            # the ends of the calendar
            ("monthly", date(1, 1, 15), date(1, 1, 3), date(1, 1, 31)),
            ("weekly", date(1, 1, 4), date(1, 1, 3), date(1, 1, 7)),
            ("daily", date.max, date(9999, 12, 31), date(9999, 12, 29)),
            ("monthly", date.max, date(9999, 12, 1), date(9999, 12, 29)),
        ):
            with self.subTest(kind=kind, day=day):
                if kind == "daily" and day == date.max:
                    self.assertEqual(period_dates(kind, day)[1], last)
                else:
                    self.assertEqual(period_dates(kind, day), (first, last))

    def test_unknown_kind(self):
        """A report that is urgent has no period."""
        for function in (period_dates, shift_period):
            with self.assertRaises(ValueError):
                function("urgent", date(2026, 11, 23))

    def test_shift(self):
        """The period before and after, over the ends of months and years."""
        for kind, day, count, first, last in (
            ("daily", date(2026, 3, 1), -1, date(2026, 2, 28), date(2026, 2, 28)),
            ("daily", date(2026, 12, 31), 1, date(2027, 1, 1), date(2027, 1, 1)),
            ("weekly", date(2027, 1, 1), 1, date(2027, 1, 4), date(2027, 1, 10)),
            ("weekly", date(2027, 1, 10), -1, date(2026, 12, 28), date(2027, 1, 3)),
            ("monthly", date(2026, 1, 31), 1, date(2026, 2, 1), date(2026, 2, 28)),
            ("monthly", date(2026, 1, 31), -1, date(2025, 12, 1), date(2025, 12, 31)),
            ("monthly", date(2026, 1, 31), -13, date(2024, 12, 1), date(2024, 12, 31)),
            ("monthly", date(2026, 11, 1), 0, date(2026, 11, 1), date(2026, 11, 30)),
            ("monthly", date.max, 1, date(9999, 12, 1), date(9999, 12, 29)),
            ("monthly", date(2, 1, 1), -99, date(1, 1, 3), date(1, 1, 31)),
        ):
            with self.subTest(kind=kind, day=day, count=count):
                self.assertEqual(shift_period(kind, day, count), (first, last))
        for kind in KINDS:
            for count in (10**9, -(10**9)):
                shift_period(kind, date(2026, 11, 23), count)

    def test_moments(self):
        """Half-open, in the zone, whatever the clocks do."""
        for kind, day, zone, start, end in (
            (
                *("daily", date(2026, 11, 23), "Asia/Shanghai"),
                *("2026-11-22 16:00:00", "2026-11-23 16:00:00"),
            ),
            (
                *("daily", date(2026, 11, 23), "Pacific/Honolulu"),
                *("2026-11-23 10:00:00", "2026-11-24 10:00:00"),
            ),
            (
                *("daily", date(2026, 11, 23), "Pacific/Kiritimati"),
                *("2026-11-22 10:00:00", "2026-11-23 10:00:00"),
            ),
            # 23 and 25 hours
            (
                *("daily", date(2026, 3, 8), "America/New_York"),
                *("2026-03-08 05:00:00", "2026-03-09 04:00:00"),
            ),
            (
                *("daily", date(2026, 11, 1), "America/New_York"),
                *("2026-11-01 04:00:00", "2026-11-02 05:00:00"),
            ),
            # the day starts at 01:00
            (
                *("daily", date(2026, 3, 8), "America/Havana"),
                *("2026-03-08 05:00:00", "2026-03-09 04:00:00"),
            ),
            # the day ends at 23:00
            (
                *("daily", date(2024, 3, 30), "America/Nuuk"),
                *("2024-03-30 02:00:00", "2024-03-31 01:00:00"),
            ),
            # a day that never was
            (
                *("daily", date(2011, 12, 30), "Pacific/Apia"),
                *("2011-12-30 10:00:00", "2011-12-30 10:00:00"),
            ),
            (
                *("weekly", date(2027, 1, 1), "Asia/Shanghai"),
                *("2026-12-27 16:00:00", "2027-01-03 16:00:00"),
            ),
            (
                *("weekly", date(2026, 3, 29), "Europe/Brussels"),
                *("2026-03-22 23:00:00", "2026-03-29 22:00:00"),
            ),
            (
                *("monthly", date(2028, 2, 1), "Asia/Shanghai"),
                *("2028-01-31 16:00:00", "2028-02-29 16:00:00"),
            ),
            (
                *("monthly", date(2026, 3, 5), "America/New_York"),
                *("2026-03-01 05:00:00", "2026-04-01 04:00:00"),
            ),
        ):
            with self.subTest(kind=kind, day=day, zone=zone):
                self.assertEqual(
                    period_utc(kind, day, pytz.timezone(zone)), (utc(start), utc(end))
                )

    def test_end_day_of_a_range_counts(self):
        """The last day belongs to a range; a range of one day is a day."""
        self.assertEqual(
            dates_to_utc(date(2026, 11, 2), date(2026, 11, 8), SHANGHAI),
            (utc("2026-11-01 16:00:00"), utc("2026-11-08 16:00:00")),
        )
        self.assertEqual(
            dates_to_utc(date(2026, 11, 2), date(2026, 11, 2), SHANGHAI),
            period_utc("daily", date(2026, 11, 2), SHANGHAI),
        )

    def test_no_gap_and_no_overlap(self):
        """Periods follow each other to the second in every zone."""
        rng = random.Random(20261123)
        for name in [*rng.sample(pytz.all_timezones, 40), "America/Havana"]:
            zone = pytz.timezone(name)
            for kind in KINDS:
                for _number in range(15):
                    day = date(1975, 1, 1) + timedelta(days=rng.randrange(25_000))
                    message = f"{kind} {day} {name}"
                    start, end = period_utc(kind, day, zone)
                    following = shift_period(kind, day)[0]
                    self.assertEqual(period_utc(kind, following, zone)[0], end, message)
                    self.assertEqual(
                        shift_period(kind, following, -1)[0],
                        period_dates(kind, day)[0],
                        message,
                    )
                    if start == end:
                        continue  # skipped by the zone
                    moment = start + timedelta(
                        seconds=rng.randrange(int((end - start).total_seconds()))
                    )
                    first, last = period_dates(kind, day)
                    self.assertLessEqual(first, local_date(moment, zone), message)
                    self.assertLessEqual(local_date(moment, zone), last, message)
                    due = submission_deadline(kind, day, zone)
                    self.assertEqual(local_date(due, zone), last, message)
                    self.assertTrue(start < due < end, message)

    def test_submission(self):
        """Daily the same evening, weekly Sunday 17:00, monthly the last day 17:00."""
        for kind, day, hour, expected in (
            ("daily", date(2026, 11, 23), None, "2026-11-23 12:00:00"),
            ("daily", date(2026, 11, 23), 18.25, "2026-11-23 10:15:00"),
            ("daily", date(2026, 11, 23), 0, "2026-11-22 16:00:00"),
            ("daily", date(2026, 11, 23), 24, "2026-11-23 16:00:00"),
            ("daily", date(2026, 11, 23), 99, "2026-11-23 16:00:00"),
            ("daily", date(2026, 11, 23), -1, "2026-11-22 16:00:00"),
            ("weekly", date(2026, 11, 23), None, "2026-11-29 09:00:00"),
            ("weekly", date(2026, 11, 29), None, "2026-11-29 09:00:00"),
            ("weekly", date(2026, 11, 30), None, "2026-12-06 09:00:00"),
            ("weekly", date(2026, 12, 31), None, "2027-01-03 09:00:00"),
            ("monthly", date(2026, 11, 1), None, "2026-11-30 09:00:00"),
            ("monthly", date(2026, 12, 31), None, "2026-12-31 09:00:00"),
            ("monthly", date(2028, 2, 5), 23.5, "2028-02-29 15:30:00"),
        ):
            with self.subTest(kind=kind, day=day, hour=hour):
                self.assertEqual(
                    submission_deadline(kind, day, SHANGHAI, hour), utc(expected)
                )

    def test_submission_over_a_clock_change(self):
        """A skipped hour is the moment after it, a double one the second of the two."""
        for day, hour, zone, expected in (
            (date(2026, 3, 8), 2.5, NEW_YORK, "2026-03-08 07:30:00"),
            (date(2026, 11, 1), 1.5, NEW_YORK, "2026-11-01 06:30:00"),
            (date(2026, 3, 8), 0.0, HAVANA, "2026-03-08 05:00:00"),
            (date(2026, 3, 7), 24.0, HAVANA, "2026-03-08 05:00:00"),
            (date(2018, 2, 17), 23.5, "America/Sao_Paulo", "2018-02-18 02:30:00"),
            # still within the day, although it is cut short
            (date(2024, 3, 30), 23.5, "America/Nuuk", "2024-03-31 01:00:00"),
        ):
            zone = pytz.timezone(zone) if isinstance(zone, str) else zone
            with self.subTest(day=day, hour=hour, zone=zone.zone):
                self.assertEqual(
                    submission_deadline("daily", day, zone, hour), utc(expected)
                )

    def test_end_of_the_calendar(self):
        """The last year does not overflow in any zone."""
        for zone in map(pytz.timezone, ("Pacific/Honolulu", "Pacific/Kiritimati")):
            for kind in KINDS:
                for day in (date.max, date.max - ONE_DAY, date.min):
                    first, last = period_utc(kind, day, zone)
                    self.assertLessEqual(first, last)
                    shift_period(kind, day)
                    submission_deadline(kind, day, zone)
