# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date, datetime, time, timedelta

import pytz

from odoo.tests import BaseCase, tagged

from ..tools.policies import keep_time, make_content_hash, reading_deadline

SHANGHAI = pytz.timezone("Asia/Shanghai")
MONDAY = datetime(2027, 3, 1, 2)


@tagged("post_install", "-at_install")
class TestPolicyTools(BaseCase):
    """Pure arithmetic: see the cases of the module."""

    def test_hash(self):
        one = make_content_hash({"text": "五", "files": [["a", "b", 1]]})
        self.assertEqual(
            one, make_content_hash({"files": [["a", "b", 1]], "text": "五"})
        )
        self.assertEqual(len(one), 64)
        for other in (
            {"text": "六", "files": [["a", "b", 1]]},
            {"text": "五", "files": []},
            {"text": "五", "files": [["a", "c", 1]]},
        ):
            self.assertNotEqual(one, make_content_hash(other))

    def test_deadline(self):
        day = reading_deadline(MONDAY, 7, SHANGHAI)
        self.assertEqual(day, datetime(2027, 3, 8, 15, 59, 59))
        self.assertEqual(
            reading_deadline(MONDAY, 0, SHANGHAI), datetime(2027, 3, 1, 15, 59, 59)
        )
        # asked at half past eleven in the evening, and half past midnight
        self.assertEqual(
            reading_deadline(datetime(2027, 3, 1, 15, 30), 1, SHANGHAI),
            datetime(2027, 3, 2, 15, 59, 59),
        )
        self.assertEqual(
            reading_deadline(datetime(2027, 3, 1, 16, 30), 1, SHANGHAI),
            datetime(2027, 3, 3, 15, 59, 59),
        )

    def test_absences(self):
        whole = [(datetime(2027, 2, 20), datetime(2027, 3, 15, 15, 59, 59))]
        self.assertEqual(
            reading_deadline(MONDAY, 7, SHANGHAI, whole),
            datetime(2027, 3, 23, 15, 59, 59),
        )
        # the third and the fourth in between
        some = [(datetime(2027, 3, 2, 16), datetime(2027, 3, 4, 15, 59, 59))]
        self.assertEqual(
            reading_deadline(MONDAY, 7, SHANGHAI, some),
            datetime(2027, 3, 10, 15, 59, 59),
        )
        endless = [(datetime(2027, 2, 20), datetime.max)]
        self.assertEqual(reading_deadline(MONDAY, 7, SHANGHAI, endless).year, 2028)

    def test_time_that_was_left(self):
        """Leave that is called off: today is left, and never more than there was."""
        now = datetime(2027, 3, 5, 2)
        today, before = datetime(2027, 3, 5, 15, 59, 59), datetime(2027, 3, 9, 15)
        for deadline, kept, until in (
            # it is still to come
            (now, before, now),
            # it would be over
            (MONDAY, before, today),
            (MONDAY, datetime(2027, 3, 5, 4), datetime(2027, 3, 5, 4)),
            # it was over before
            (MONDAY, datetime(2027, 3, 4), MONDAY),
        ):
            with self.subTest(deadline=deadline, kept=kept):
                self.assertEqual(keep_time(deadline, kept, now, SHANGHAI), until)

    def test_effect(self):
        later = reading_deadline(MONDAY, 7, SHANGHAI, (), date(2027, 4, 1))
        self.assertEqual(later, datetime(2027, 3, 31, 16))
        sooner = reading_deadline(MONDAY, 7, SHANGHAI, (), date(2027, 3, 2))
        self.assertEqual(sooner, datetime(2027, 3, 8, 15, 59, 59))

    def test_hash_by_table(self):
        """The order of keys says nothing, the order of a list and each sign does."""
        content = {"title": "T", "number": 1, "text": "<p>x</p>", "files": []}
        known = make_content_hash(content)
        self.assertEqual(known, make_content_hash(dict(reversed(content.items()))))
        seen = {known}
        for name, value in (
            ("title", "T "),
            ("number", 2),
            ("number", "1"),
            ("text", "<p>X</p>"),
            ("text", "<p>x</p>\n"),
            ("effect", None),
            ("effect", "2027-03-01"),
            ("files", [["a", "h", 1], ["b", "h", 1]]),
            ("files", [["b", "h", 1], ["a", "h", 1]]),
        ):
            with self.subTest(name=name, value=value):
                other = make_content_hash({**content, name: value})
                self.assertNotIn(other, seen)
                seen.add(other)

    def test_zones_by_table(self):
        """The last second of the day where the person works, of whatever length."""
        for zone, asked, days, until in (
            ("Asia/Shanghai", (2027, 3, 1, 15, 59), 1, (2027, 3, 2, 15, 59, 59)),
            ("Asia/Shanghai", (2027, 3, 1, 16, 0), 1, (2027, 3, 3, 15, 59, 59)),
            ("UTC", (2027, 3, 1, 23, 59), 1, (2027, 3, 2, 23, 59, 59)),
            ("America/New_York", (2027, 3, 1, 4, 59), 1, (2027, 3, 2, 4, 59, 59)),
            ("America/New_York", (2027, 3, 1, 5, 0), 1, (2027, 3, 3, 4, 59, 59)),
            # summer time begins on the fourteenth of March, ends on the seventh of
            # November
            ("America/New_York", (2027, 3, 13, 12), 1, (2027, 3, 15, 3, 59, 59)),
            ("America/New_York", (2027, 11, 6, 12), 1, (2027, 11, 8, 4, 59, 59)),
            ("Pacific/Kiritimati", (2027, 3, 1, 10), 0, (2027, 3, 2, 9, 59, 59)),
            ("Pacific/Pago_Pago", (2027, 3, 1, 10), 0, (2027, 3, 1, 10, 59, 59)),
            # the end of a year, and of February in a leap year
            ("Asia/Shanghai", (2027, 12, 31, 2), 1, (2028, 1, 1, 15, 59, 59)),
            ("Asia/Shanghai", (2028, 2, 28, 2), 1, (2028, 2, 29, 15, 59, 59)),
            ("Asia/Shanghai", (2027, 3, 1, 2), 365, (2028, 2, 29, 15, 59, 59)),
        ):
            with self.subTest(zone=zone, asked=asked, days=days):
                deadline = reading_deadline(datetime(*asked), days, pytz.timezone(zone))
                self.assertEqual(deadline, datetime(*until))

    def test_effect_at_its_limit(self):
        """The later one of the two: at the same moment, a second before and after."""
        for effect, until in (
            (date(2027, 3, 8), datetime(2027, 3, 8, 15, 59, 59)),
            # the ninth begins a second later
            (date(2027, 3, 9), datetime(2027, 3, 8, 16)),
            (None, datetime(2027, 3, 8, 15, 59, 59)),
        ):
            with self.subTest(effect=effect):
                self.assertEqual(
                    reading_deadline(MONDAY, 7, SHANGHAI, (), effect), until
                )

    def test_away_at_random(self):
        """Counted day by day, as a child would: days away neither begin nor count."""
        rng = random.Random(31)
        hours = timedelta(hours=8)
        for _case in range(150):
            asked = datetime(2027, 3, 1, rng.randrange(24)) + timedelta(
                days=rng.randrange(30)
            )
            today = (asked + hours).date()
            away = {
                today + timedelta(days=number)
                for number in range(-3, 30)
                if rng.random() < 0.4
            }
            absences = [
                (
                    datetime.combine(day, time()) - hours,
                    datetime.combine(day, time(23, 59, 59)) - hours,
                )
                for day in away
            ]
            days = rng.randrange(12)
            day = today
            while day in away:
                day += timedelta(days=1)
            left = days
            while left:
                day += timedelta(days=1)
                left -= day not in away
            expected = datetime.combine(day, time(23, 59, 59)) - hours
            with self.subTest(asked=asked, days=days, away=sorted(away)):
                self.assertEqual(
                    reading_deadline(asked, days, SHANGHAI, absences), expected
                )

    def test_kept_time_by_table(self):
        """Both sides of now, of the end of today, and of what there was before."""
        now = datetime(2027, 3, 5, 2)
        second, end = timedelta(seconds=1), datetime(2027, 3, 5, 15, 59, 59)
        for deadline, before, until in (
            (now - second, now - second, now - second),
            (now - second, now, now),
            (now - second, now + second, now + second),
            (now - second, end, end),
            (now - second, end + second, end),
            (now, end + second, now),
            (now + second, end + second, now + second),
            (end + second, end, end + second),
        ):
            with self.subTest(deadline=deadline, before=before):
                self.assertEqual(keep_time(deadline, before, now, SHANGHAI), until)
