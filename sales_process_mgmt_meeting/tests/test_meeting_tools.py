# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest import TestCase

from ..tools import meetings


class TestMeetingTools(TestCase):
    """Days and codes, without a database."""

    def test_slots(self):
        friday = date(2027, 3, 5)
        self.assertEqual(
            meetings.find_slots(friday, 0, 3),
            [date(2027, 3, 8), date(2027, 3, 15), date(2027, 3, 22)],
        )
        # on the day itself, that day
        self.assertEqual(meetings.find_slots(friday, 4, 1), [friday])

    def test_day_moves_forward_within_the_week(self):
        monday = date(2027, 3, 8)
        self.assertEqual(meetings.find_day(monday, None), monday)
        for working in range(7):
            day = monday + timedelta(days=working)
            with self.subTest(day=day):
                self.assertEqual(
                    meetings.find_day(monday, lambda asked, day=day: asked >= day), day
                )
        # the next Monday is a meeting of its own
        self.assertIsNone(
            meetings.find_day(monday, lambda asked: asked >= date(2027, 3, 15))
        )

    def test_codes_are_not_guessed(self):
        codes = {meetings.make_code() for _number in range(200)}
        self.assertGreater(len(codes), 195)
        for code in codes:
            self.assertEqual(len(code), 6)
            self.assertLessEqual(set(code), set(meetings.ALPHABET))
        self.assertGreater(len(meetings.ALPHABET) ** 6, 8 * 10**8)

    def test_code_as_typed(self):
        self.assertEqual(meetings.clean_code(" abc-23 4 "), "ABC234")
        for empty in (None, False, "", " - "):
            self.assertEqual(meetings.clean_code(empty), "")
        self.assertEqual(len(meetings.clean_code("x" * 5000)), 64)

    def test_close_day(self):
        for day, close in (
            (date(2027, 3, 1), date(2027, 4, 5)),
            (date(2027, 3, 31), date(2027, 4, 5)),
            (date(2027, 12, 31), date(2028, 1, 5)),
            (date(2028, 1, 31), date(2028, 2, 5)),
        ):
            self.assertEqual(meetings.find_close_day(day, 5), close)
        self.assertEqual(
            meetings.find_close_day(date(2027, 1, 31), 28), date(2027, 2, 28)
        )

    def test_who_is_away(self):
        start, stop = datetime(2027, 3, 8, 1), datetime(2027, 3, 8, 2)

        def minutes(first, last):
            return (
                start + timedelta(minutes=first),
                start + timedelta(minutes=last),
            )

        for intervals, away in (
            ([], False),
            # when it begins
            ([minutes(-60, 1)], True),
            ([minutes(0, 1)], True),
            # until it begins, after it has ended
            ([minutes(-60, 0)], False),
            ([minutes(60, 90)], False),
            # the half of it, and less
            ([minutes(30, 90)], True),
            ([minutes(31, 90)], False),
            ([minutes(5, 20), minutes(40, 55)], True),
            ([minutes(-600, 600)], True),
        ):
            with self.subTest(intervals=intervals):
                self.assertIs(meetings.is_away(start, stop, intervals), away)
