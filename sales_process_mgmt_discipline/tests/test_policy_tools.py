# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

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
