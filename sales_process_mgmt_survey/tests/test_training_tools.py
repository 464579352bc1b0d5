# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

import pytz

from odoo.tests import BaseCase, tagged

from ..tools import training

SHANGHAI = pytz.timezone("Asia/Shanghai")
NEW_YORK = pytz.timezone("America/New_York")


def is_weekday(day):
    return day.weekday() < 5


@tagged("post_install", "-at_install")
class TestTrainingTools(BaseCase):
    """Until when, and how long: arithmetic without a database."""

    def _deadline(self, assigned, days, checker=is_weekday, away=(), tz=SHANGHAI):
        return training.step_deadline(
            datetime.fromisoformat(assigned), days, tz, checker, away
        )

    def test_working_days(self):
        """Monday and five working days: the next Monday, to its last second."""
        self.assertEqual(
            self._deadline("2027-03-01 01:00", 5), datetime(2027, 3, 8, 15, 59, 59)
        )

    def test_all_days_count_without_a_calendar(self):
        self.assertEqual(
            self._deadline("2027-03-01 01:00", 5, None),
            datetime(2027, 3, 6, 15, 59, 59),
        )

    def test_weekend_does_not_count(self):
        """Friday and one working day: Monday."""
        self.assertEqual(
            self._deadline("2027-03-05 01:00", 1), datetime(2027, 3, 8, 15, 59, 59)
        )

    def test_absence_moves_it(self):
        """Two days away on Tuesday and Wednesday: two working days later."""
        away = {date(2027, 3, 2), date(2027, 3, 3)}
        self.assertEqual(
            self._deadline("2027-03-01 01:00", 5, away=away),
            datetime(2027, 3, 10, 15, 59, 59),
        )

    def test_leave_on_a_weekend_moves_nothing(self):
        away = {date(2027, 3, 6), date(2027, 3, 7)}
        self.assertEqual(
            self._deadline("2027-03-01 01:00", 5, away=away),
            self._deadline("2027-03-01 01:00", 5),
        )

    def test_no_days(self):
        """Nothing to wait for: the end of the day itself."""
        self.assertEqual(
            self._deadline("2027-03-01 01:00", 0), datetime(2027, 3, 1, 15, 59, 59)
        )

    def test_the_day_is_the_persons(self):
        """At 17:00 UTC it is Tuesday in Shanghai, and Monday in New York."""
        moment = "2027-03-01 17:00"
        self.assertEqual(self._deadline(moment, 1), datetime(2027, 3, 3, 15, 59, 59))
        self.assertEqual(
            self._deadline(moment, 1, tz=NEW_YORK), datetime(2027, 3, 3, 4, 59, 59)
        )

    def test_later_never_earlier(self):
        """More days, or more absence, never make a step due earlier."""
        start = datetime(2027, 3, 1, 1)
        for days in range(1, 20):
            plain = training.step_deadline(start, days, SHANGHAI, is_weekday)
            self.assertLessEqual(
                plain, training.step_deadline(start, days + 1, SHANGHAI, is_weekday)
            )
            away = {date(2027, 3, 1) + timedelta(days=n) for n in range(days)}
            self.assertLessEqual(
                plain, training.step_deadline(start, days, SHANGHAI, is_weekday, away)
            )

    def test_expiry(self):
        """Twelve months after the day where the person works; 0 is for ever."""
        passed = datetime(2027, 3, 1, 17)
        self.assertEqual(training.expiry_day(passed, 12, SHANGHAI), date(2028, 3, 2))
        self.assertEqual(training.expiry_day(passed, 12, NEW_YORK), date(2028, 3, 1))
        self.assertIsNone(training.expiry_day(passed, 0, SHANGHAI))

    def test_expiry_at_the_end_of_february(self):
        leap = datetime(2028, 2, 29, 3)
        self.assertEqual(training.expiry_day(leap, 12, SHANGHAI), date(2029, 2, 28))

    def test_valid_until(self):
        """Leave on the last day gives days after the return, and only then."""
        end = date(2027, 6, 10)
        away = {end + timedelta(days=number) for number in range(3)}
        self.assertEqual(training.valid_until(end, 5), end)
        self.assertEqual(
            # back on the 13th, which is the first of five days
            training.valid_until(end, 5, away),
            date(2027, 6, 17),
        )
        self.assertEqual(
            training.valid_until(end, 5, away - {end}), end, "present on the last day"
        )
        self.assertEqual(training.valid_until(end, 0, away), date(2027, 6, 13))

    def test_hash(self):
        """The same content has the same checksum, any other another one."""
        self.assertEqual(training.make_hash([1, "a"]), training.make_hash([1, "a"]))
        self.assertNotEqual(training.make_hash([1, "a"]), training.make_hash([1, "b"]))
        self.assertEqual(len(training.make_hash([])), 64)
