# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

import pytz

from odoo.tests import BaseCase, tagged

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
