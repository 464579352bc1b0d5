# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date, datetime, timedelta

import pytz

from odoo.tests import BaseCase, tagged

from odoo.addons.sales_process_mgmt.tools import clock
from odoo.addons.sales_process_mgmt.tools.deadline import local_moment_utc

from ..tools.violations import count_repeats, expiry, is_away

SHANGHAI = pytz.timezone("Asia/Shanghai")


@tagged("post_install", "-at_install")
class TestViolationTools(BaseCase):
    """Pure arithmetic."""

    def test_away(self):
        day = date(2027, 3, 2)
        whole = [(datetime(2027, 3, 1, 16), datetime(2027, 3, 2, 15, 59, 59))]
        self.assertTrue(is_away(day, whole, SHANGHAI))
        self.assertFalse(is_away(date(2027, 3, 3), whole, SHANGHAI))
        morning = [(datetime(2027, 3, 2), datetime(2027, 3, 2, 4))]
        self.assertFalse(is_away(day, morning, SHANGHAI))
        self.assertFalse(is_away(day, (), SHANGHAI))

    def test_expiry(self):
        self.assertEqual(expiry(date(2027, 3, 9), 12), date(2028, 3, 8))
        self.assertEqual(expiry(date(2027, 1, 31), 1), date(2027, 2, 27))
        self.assertIsNone(expiry(date(2027, 3, 9), 0))

    def test_repeats(self):
        """Two in March, one a year later on the last day of the first, one after."""
        first, second = date(2027, 3, 1), date(2027, 3, 15)
        days = [
            (first, date(2028, 2, 29)),
            (second, date(2028, 3, 14)),
            (date(2028, 2, 29), date(2029, 2, 27)),
            (date(2028, 3, 1), None),
        ]
        self.assertEqual(count_repeats(days), [1, 2, 3, 3])
        self.assertEqual(count_repeats([]), [])

    def test_away_by_table(self):
        """The hours in which people work are what counts, in one piece."""
        day = date(2027, 3, 2)
        midnight = datetime(2027, 3, 1, 16)
        starts = local_moment_utc(day, clock.CORE_FROM, SHANGHAI)
        ends = local_moment_utc(day, clock.CORE_TO, SHANGHAI)
        second = timedelta(seconds=1)
        noon = datetime(2027, 3, 2, 4)
        for absences, away in (
            ([(starts, ends)], True),
            ([(starts + second, ends)], False),
            ([(starts, ends - second)], False),
            ([(starts - second, ends + second)], True),
            ([(midnight - timedelta(days=9), ends)], True),
            ([(starts, datetime.max)], True),
            ([(datetime.min, starts)], False),
            ([(ends, datetime.max)], False),
            # two halves are two days of work
            ([(starts, noon), (noon, ends)], False),
            ([(starts, noon), (starts, ends)], True),
        ):
            with self.subTest(absences=absences):
                self.assertIs(is_away(day, absences, SHANGHAI), away)
        # the same hours are another day elsewhere
        far = pytz.timezone("America/New_York")
        self.assertFalse(is_away(day, [(starts, ends)], far))

    def test_expiry_by_table(self):
        for day, months, last in (
            ((2027, 1, 1), 1, (2027, 1, 31)),
            ((2027, 1, 29), 1, (2027, 2, 27)),
            ((2027, 1, 30), 1, (2027, 2, 27)),
            ((2028, 1, 31), 1, (2028, 2, 28)),
            ((2027, 3, 1), 12, (2028, 2, 29)),
            ((2028, 2, 29), 12, (2029, 2, 27)),
            ((2027, 12, 31), 2, (2028, 2, 28)),
            ((2027, 3, 9), 1200, (2127, 3, 8)),
        ):
            with self.subTest(day=day, months=months):
                self.assertEqual(expiry(date(*day), months), date(*last))

    def test_repeats_at_random(self):
        """Against the slow way: who counts how many were there, and still counted."""
        rng = random.Random(41)
        for _case in range(100):
            days = []
            for _number in range(rng.randrange(9)):
                day = date(2027, 1, 1) + timedelta(days=rng.randrange(90))
                days.append((day, expiry(day, rng.choice((0, 1, 2)))))
            days.sort(key=lambda item: item[0])
            expected = []
            for place, (day, _last) in enumerate(days):
                times = 1
                for _day, last in days[:place]:
                    times += not (last and last < day)
                expected.append(times)
            with self.subTest(days=days):
                self.assertEqual(count_repeats(days), expected)

    def test_repeats_on_one_day(self):
        """Twice on a day is twice; on the last day it counts, after it not."""
        day = date(2027, 3, 1)
        self.assertEqual(count_repeats([(day, day), (day, day)]), [1, 2])
        after = day + timedelta(days=1)
        self.assertEqual(count_repeats([(day, day), (after, after)]), [1, 1])
        self.assertEqual(count_repeats([(day, None), (after, after)]), [1, 2])
