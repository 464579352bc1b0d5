# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date, datetime, time, timedelta

import pytz

from odoo.tests import BaseCase, tagged

from ..tools.deadline import (
    LAST_DATE,
    MAX_IDLE_DAYS,
    add_days,
    agree_next,
    agreed_deadline,
    end_of_day_utc,
    followup_deadline,
    local_date,
    local_moment_utc,
    max_hold_deadline,
    reminder_moments,
    start_of_day_utc,
    warning_span,
)

SHANGHAI = pytz.timezone("Asia/Shanghai")
NEW_YORK = pytz.timezone("America/New_York")
ONE_SECOND = timedelta(seconds=1)


def utc(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")


def is_weekday(day):
    return day.weekday() < 5


@tagged("at_install")
class TestDeadline(BaseCase):
    def assertIsLastSecond(self, moment, day, zone):
        """Nothing of the date comes after the moment, and it is of the date."""
        self.assertEqual(local_date(moment, zone), day)
        for seconds in (1, 60, 3600, 2 * 3600, 12 * 3600):
            later = local_date(moment + timedelta(seconds=seconds), zone)
            self.assertGreater(later, day)

    def test_seven_days_after_monday(self):
        """Contact on Monday, N = 7: the next Monday, 23:59:59 local."""
        for zone, contact, deadline in (
            # the first and the last second of Monday 2 November
            ("Asia/Shanghai", "2026-11-01 16:00:00", "2026-11-09 15:59:59"),
            ("Asia/Shanghai", "2026-11-02 15:59:59", "2026-11-09 15:59:59"),
            # a second more, and it is Tuesday
            ("Asia/Shanghai", "2026-11-02 16:00:00", "2026-11-10 15:59:59"),
            # the same moment is of another day elsewhere
            ("Pacific/Honolulu", "2026-11-02 09:59:59", "2026-11-09 09:59:59"),
            ("Pacific/Honolulu", "2026-11-02 10:00:00", "2026-11-10 09:59:59"),
            ("Pacific/Kiritimati", "2026-11-02 09:59:59", "2026-11-09 09:59:59"),
            ("Pacific/Kiritimati", "2026-11-02 10:00:00", "2026-11-10 09:59:59"),
            ("Asia/Kathmandu", "2026-11-02 18:14:59", "2026-11-09 18:14:59"),
            ("UTC", "2026-11-02 23:59:59", "2026-11-09 23:59:59"),
            # a day longer or shorter by an hour between them
            ("America/New_York", "2026-10-29 12:00:00", "2026-11-06 04:59:59"),
            ("America/New_York", "2026-03-05 12:00:00", "2026-03-13 03:59:59"),
            ("Europe/Brussels", "2026-10-20 12:00:00", "2026-10-27 22:59:59"),
            # ends of months and years, 29 February
            ("Asia/Shanghai", "2026-01-28 04:00:00", "2026-02-04 15:59:59"),
            ("Asia/Shanghai", "2028-02-22 04:00:00", "2028-02-29 15:59:59"),
            ("Asia/Shanghai", "2026-12-28 04:00:00", "2027-01-04 15:59:59"),
        ):
            with self.subTest(zone=zone, contact=contact):
                self.assertEqual(
                    followup_deadline(utc(contact), 7, pytz.timezone(zone)),
                    utc(deadline),
                )

    def test_number_of_days(self):
        """From the day of the contact to the end of the calendar."""
        contact = utc("2026-11-02 04:00:00")
        for days, deadline in (
            (-5, "2026-11-02 15:59:59"),
            (0, "2026-11-02 15:59:59"),
            (1, "2026-11-03 15:59:59"),
            (365, "2027-11-02 15:59:59"),
            (3650, "2036-10-30 15:59:59"),
            (10_000, "2054-03-20 15:59:59"),
        ):
            with self.subTest(days=days):
                self.assertEqual(
                    followup_deadline(contact, days, SHANGHAI), utc(deadline)
                )
        for zone in ("Pacific/Honolulu", "Asia/Shanghai", "Pacific/Kiritimati"):
            zone = pytz.timezone(zone)
            for last in (contact, datetime.max, utc("9999-12-28 00:00:00")):
                for days in (10_000_000, 10**12):
                    moment = followup_deadline(last, days, zone)
                    self.assertEqual(local_date(moment, zone), LAST_DATE)
                    # everybody else can show it too
                    for other in ("Pacific/Pago_Pago", "Pacific/Kiritimati"):
                        pytz.utc.localize(moment).astimezone(pytz.timezone(other))
            followup_deadline(datetime.min, 7, zone)

    def test_working_days(self):
        """Working days after the day of the contact are counted."""
        for contact, days, deadline in (
            # Monday and five working days: the next Monday
            ("2026-11-02", 5, "2026-11-09"),
            ("2026-11-02", 4, "2026-11-06"),
            ("2026-11-02", 0, "2026-11-02"),
            # Friday, Saturday and Sunday are one
            ("2026-11-06", 1, "2026-11-09"),
            ("2026-11-07", 1, "2026-11-09"),
            ("2026-11-08", 1, "2026-11-09"),
            ("2026-11-09", 1, "2026-11-10"),
            ("2026-11-02", 250, "2027-10-18"),
        ):
            with self.subTest(contact=contact, days=days):
                self.assertEqual(
                    followup_deadline(
                        utc(f"{contact} 04:00:00"), days, SHANGHAI, is_weekday
                    ),
                    utc(f"{deadline} 15:59:59"),
                )

    def test_holidays(self):
        """A week without work is skipped, a make-up Saturday counts."""
        golden_week = {date(2026, 10, day) for day in range(1, 9)}

        def is_working_day(day):
            return day == date(2026, 10, 10) or (
                is_weekday(day) and day not in golden_week
            )

        self.assertEqual(
            followup_deadline(utc("2026-09-30 04:00:00"), 2, SHANGHAI, is_working_day),
            utc("2026-10-10 15:59:59"),
        )

    def test_nobody_ever_works(self):
        """After three years without work calendar days count; shorter gaps do not."""
        contact = utc("2026-11-02 04:00:00")
        first_day = date(2026, 11, 2) + timedelta(days=MAX_IDLE_DAYS)
        self.assertEqual(
            followup_deadline(contact, 7, SHANGHAI, lambda day: False),
            utc("2026-11-09 15:59:59"),
        )
        self.assertEqual(
            local_date(
                followup_deadline(contact, 1, SHANGHAI, lambda day: day >= first_day),
                SHANGHAI,
            ),
            first_day,
        )
        # a day more without work is one too many
        self.assertEqual(
            followup_deadline(
                contact, 1, SHANGHAI, lambda day: day > first_day + timedelta(days=1)
            ),
            utc("2026-11-03 15:59:59"),
        )
        # counted anew from each working day: one in two years is enough
        self.assertEqual(
            followup_deadline(
                contact,
                3,
                SHANGHAI,
                lambda day: day.year % 2 == 0 and (day.month, day.day) == (1, 1),
            ),
            utc("2032-01-01 15:59:59"),
        )
        self.assertEqual(MAX_IDLE_DAYS, 1098)
        asked = []
        self.assertEqual(
            followup_deadline(
                contact,
                10_000,
                SHANGHAI,
                lambda day: asked.append(day) or len(asked) < 9,
            ),
            utc("2054-03-20 15:59:59"),
        )
        self.assertLess(len(asked), MAX_IDLE_DAYS + 20)
        self.assertEqual(
            local_date(
                followup_deadline(
                    utc("9999-12-20 04:00:00"), 100, SHANGHAI, lambda day: True
                ),
                SHANGHAI,
            ),
            LAST_DATE,
        )

    def test_last_second_of_a_day(self):
        """Where clocks change at midnight, the last instant of the date is meant."""
        for zone, day, expected in (
            ("Asia/Shanghai", date(2026, 11, 2), "2026-11-02 15:59:59"),
            # 24:00 becomes 23:00: 23:59:59 comes twice, the second counts
            ("America/Sao_Paulo", date(2018, 2, 17), "2018-02-18 02:59:59"),
            ("Africa/Cairo", date(2026, 10, 29), "2026-10-29 21:59:59"),
            ("Asia/Beirut", date(2026, 10, 24), "2026-10-24 21:59:59"),
            # 00:30 became 23:30 for good, without summer time
            ("Asia/Pyongyang", date(2015, 8, 14), "2015-08-14 15:29:59"),
            # summer was the normal time of that country, winter the other one
            ("Africa/Windhoek", date(1994, 3, 20), "1994-03-20 22:59:59"),
            # a minute after midnight the clocks went back into the day before
            ("America/St_Johns", date(2010, 11, 6), "2010-11-07 03:29:59"),
            # the day after lacks its first hour, this one is complete
            ("America/Sao_Paulo", date(2018, 11, 3), "2018-11-04 02:59:59"),
            ("America/Havana", date(2026, 3, 7), "2026-03-08 04:59:59"),
            ("America/Havana", date(2026, 10, 31), "2026-11-01 03:59:59"),
            ("Africa/Cairo", date(2026, 4, 23), "2026-04-23 21:59:59"),
            ("Asia/Beirut", date(2026, 3, 28), "2026-03-28 21:59:59"),
            # 23:00 became midnight: the day ends at 22:59:59
            ("America/Nuuk", date(2024, 3, 30), "2024-03-31 00:59:59"),
            # that Friday did not exist: the day before ends
            ("Pacific/Apia", date(2011, 12, 29), "2011-12-30 09:59:59"),
            ("Pacific/Apia", date(2011, 12, 30), "2011-12-30 09:59:59"),
            ("Pacific/Apia", date(2011, 12, 31), "2011-12-31 09:59:59"),
            # one that came twice
            ("Pacific/Kwajalein", date(1993, 8, 20), "1993-08-21 11:59:59"),
        ):
            with self.subTest(zone=zone, day=day):
                tz = pytz.timezone(zone)
                moment = end_of_day_utc(day, tz)
                self.assertEqual(moment, utc(expected))
                if (zone, day) != ("Pacific/Apia", date(2011, 12, 30)):
                    self.assertIsLastSecond(moment, day, tz)

    def test_contact_before_a_skipped_day(self):
        """Seven days in Samoa, one of which was skipped."""
        zone = pytz.timezone("Pacific/Apia")
        contact = utc("2011-12-28 12:00:00")
        self.assertEqual(local_date(contact, zone), date(2011, 12, 28))
        moment = followup_deadline(contact, 7, zone)
        self.assertEqual(moment, utc("2012-01-04 09:59:59"))
        self.assertEqual(local_date(moment, zone), date(2012, 1, 4))

    def test_start_of_day(self):
        """Days follow each other without a gap, whatever the clocks do."""
        for zone, day, expected in (
            ("Asia/Shanghai", date(2026, 11, 2), "2026-11-01 16:00:00"),
            # midnight does not exist: the day starts at 01:00
            ("America/Havana", date(2026, 3, 8), "2026-03-08 05:00:00"),
            ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04 03:00:00"),
            # midnight comes twice: the day starts with the first
            ("America/Havana", date(2026, 11, 1), "2026-11-01 04:00:00"),
        ):
            with self.subTest(zone=zone, day=day):
                self.assertEqual(
                    start_of_day_utc(day, pytz.timezone(zone)), utc(expected)
                )

    def test_every_day_of_many_zones(self):
        """At random days of random zones, the last second is the last second."""
        rng = random.Random(20261123)
        zones = rng.sample(pytz.all_timezones, 60)
        for name in zones:
            zone = pytz.timezone(name)
            for _number in range(40):
                day = date(1975, 1, 1) + timedelta(days=rng.randrange(25_000))
                end = end_of_day_utc(day, zone)
                if local_date(end, zone) != day:
                    continue  # skipped by the zone
                self.assertIsLastSecond(end, day, zone)
                days = rng.randrange(1, 400)
                contact = end - timedelta(seconds=rng.randrange(60_000))
                base = local_date(contact, zone)
                deadline = followup_deadline(contact, days, zone)
                self.assertEqual(
                    deadline + ONE_SECOND,
                    start_of_day_utc(base + timedelta(days + 1), zone),
                    f"{days} days from {day} in {name}",
                )
                self.assertGreater(deadline, contact)
                self.assertGreaterEqual(
                    followup_deadline(contact, days, zone, is_weekday), deadline
                )
                self.assertGreater(followup_deadline(contact, days + 2, zone), deadline)

    def test_later_contact_is_never_worse(self):
        """A later contact never gives an earlier deadline, over all clock changes."""
        rng = random.Random(7)
        for name in ("America/Havana", "Africa/Cairo", "America/Nuuk", "Asia/Tehran"):
            zone = pytz.timezone(name)
            contacts = sorted(
                utc("2023-01-01 00:00:00") + timedelta(seconds=rng.randrange(10**8))
                for _number in range(300)
            )
            for is_working_day in (None, is_weekday):
                deadlines = [
                    followup_deadline(contact, 7, zone, is_working_day)
                    for contact in contacts
                ]
                self.assertEqual(deadlines, sorted(deadlines))

    def test_agreed_date(self):
        """The agreed date counts when it is later, up to the limit."""
        normal = utc("2026-11-09 15:59:59")
        for agreed, max_days, expected in (
            (None, 30, "2026-11-09 15:59:59"),
            (False, 30, "2026-11-09 15:59:59"),
            # earlier, or the same day: no change
            (date(2026, 11, 5), 30, "2026-11-09 15:59:59"),
            (date(2026, 11, 9), 30, "2026-11-09 15:59:59"),
            (date(2026, 11, 10), 30, "2026-11-10 15:59:59"),
            # both sides of the limit
            (date(2026, 12, 9), 30, "2026-12-09 15:59:59"),
            (date(2026, 12, 10), 30, "2026-12-09 15:59:59"),
            (date(9999, 12, 31), 30, "2026-12-09 15:59:59"),
            # no extension allowed
            (date(2026, 11, 10), 0, "2026-11-09 15:59:59"),
            (date(2026, 11, 10), -3, "2026-11-09 15:59:59"),
        ):
            with self.subTest(agreed=agreed, max_days=max_days):
                self.assertEqual(
                    agreed_deadline(normal, agreed, SHANGHAI, max_days), utc(expected)
                )

    def test_agree_next(self):
        """Both sides of the days, of the times, and of a day that is agreed already."""
        day, normal = date(2026, 3, 2), date(2026, 3, 9)
        march, limit = date(2026, 3, 12), date(2026, 4, 8)
        beyond = date(2026, 4, 9)
        for before, date_next, is_approved, expected in (
            # nothing is agreed: what was agreed stands until its day, and not on it
            ((march, 1), False, False, (march, 1, None)),
            ((day, 1), False, False, (False, 0, False)),
            ((False, 0), False, False, (False, 0, False)),
            # within the normal days nothing is needed
            ((march, 1), normal, False, (False, 0, False)),
            ((False, 0), march, False, (march, 1, False)),
            ((False, 0), limit, False, (limit, 1, False)),
            ((False, 0), beyond, False, (limit, 1, limit)),
            ((False, 0), beyond, True, (beyond, 1, False)),
            # an earlier day takes nothing more, a later one does
            ((limit, 1), march, False, (march, 1, False)),
            ((march, 1), limit, False, (limit, 2, False)),
            ((march, 2), limit, False, (march, 2, march)),
            ((False, 2), march, False, (False, 2, normal)),
            ((march, 2), march, False, (march, 2, False)),
        ):
            with self.subTest(before=before, date_next=date_next):
                self.assertEqual(
                    agree_next(before, day, date_next, normal, is_approved, 30, 2),
                    expected,
                )

    def test_agreed_date_over_a_clock_change(self):
        """The limit is the end of a day too, not a number of hours."""
        normal = end_of_day_utc(date(2026, 10, 30), NEW_YORK)
        self.assertEqual(
            agreed_deadline(normal, date(2026, 11, 30), NEW_YORK, 7),
            end_of_day_utc(date(2026, 11, 6), NEW_YORK),
        )
        self.assertEqual(
            agreed_deadline(datetime.max, date(9999, 12, 31), NEW_YORK, 10**9),
            datetime.max,
        )

    def test_maximum_holding_time(self):
        """Counted in days from the start, contact or not."""
        self.assertEqual(
            max_hold_deadline(utc("2026-11-02 04:00:00"), 90, SHANGHAI),
            utc("2027-01-31 15:59:59"),
        )

    def test_reminders(self):
        """Warned on the days before the deadline's day."""
        deadline = utc("2026-11-09 15:59:59")
        self.assertEqual(
            reminder_moments(deadline, SHANGHAI, (2, 1, 0)),
            [
                utc("2026-11-06 16:00:00"),
                utc("2026-11-07 16:00:00"),
                utc("2026-11-08 16:00:00"),
            ],
        )
        self.assertEqual(
            reminder_moments(deadline, SHANGHAI, [2], hour=8.5),
            [utc("2026-11-07 00:30:00")],
        )
        # never after the deadline, never on another day
        self.assertEqual(
            reminder_moments(deadline, SHANGHAI, [0, -4], hour=24), [deadline] * 2
        )
        self.assertEqual(reminder_moments(deadline, SHANGHAI, []), [])
        self.assertEqual(
            reminder_moments(deadline, SHANGHAI, [-4]), [utc("2026-11-08 16:00:00")]
        )
        havana = pytz.timezone("America/Havana")
        # midnight comes twice: from the first one on
        self.assertEqual(
            reminder_moments(end_of_day_utc(date(2026, 11, 1), havana), havana, [0]),
            [utc("2026-11-01 04:00:00")],
        )
        self.assertEqual(
            reminder_moments(end_of_day_utc(date(2026, 3, 9), havana), havana, [1]),
            [utc("2026-03-08 05:00:00")],
        )

    def test_warned_without_a_zone(self):
        """From the first second of the day on that is so many days before."""
        deadline = utc("2026-11-09 15:59:59")
        self.assertEqual(warning_span(0), timedelta())
        for days in (1, 2, 7):
            self.assertEqual(
                deadline - warning_span(days),
                *reminder_moments(deadline, SHANGHAI, [days]),
            )

    def test_hours_of_a_day(self):
        """Of an hour that comes twice the second is meant."""
        self.assertEqual(
            local_moment_utc(date(2026, 11, 1), 1.5, NEW_YORK),
            utc("2026-11-01 06:30:00"),
        )
        self.assertEqual(
            local_moment_utc(date(2026, 11, 1), 0.5, NEW_YORK),
            utc("2026-11-01 04:30:00"),
        )

    def test_ends_of_the_calendar(self):
        """Dates stay within what every zone can show."""
        self.assertEqual(add_days(date.max, 1), LAST_DATE)
        self.assertEqual(add_days(date(2026, 1, 31), 1), date(2026, 2, 1))
        self.assertEqual(add_days(date.min, -1), date(1, 1, 3))
        kiritimati = pytz.timezone("Pacific/Kiritimati")
        self.assertEqual(
            end_of_day_utc(date.min, kiritimati),
            end_of_day_utc(date(1, 1, 3), kiritimati),
        )
        self.assertEqual(add_days(date(2026, 1, 1), 10**15), LAST_DATE)
        for zone in map(pytz.timezone, ("Pacific/Honolulu", "Pacific/Kiritimati")):
            for day in (date.min, date.max):
                end_of_day_utc(day, zone)
                start_of_day_utc(day, zone)
            for moment in (datetime.min, datetime.max):
                local_date(moment, zone)
        self.assertEqual(
            datetime.combine(LAST_DATE, time(23, 59, 59)),
            end_of_day_utc(date.max, pytz.utc),
        )
