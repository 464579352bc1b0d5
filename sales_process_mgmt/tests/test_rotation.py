# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from collections import Counter
from datetime import date, datetime

import pytz

from odoo.tests import BaseCase, tagged

from ..tools.deadline import local_moment_utc
from ..tools.rotation import (
    MAX_CATCH_UP,
    Slot,
    cut_hours,
    make_slots,
    rotate,
    spread,
)

SHANGHAI = pytz.timezone("Asia/Shanghai")
NEW_YORK = pytz.timezone("America/New_York")
SANTIAGO = pytz.timezone("America/Santiago")


def office_hours(day):
    return [(9, 12), (13, 17.5)] if day.weekday() < 5 else []


def make_plain_slots(count, group_size=1):
    return [
        Slot(datetime(2026, 1, 1, number), datetime(2026, 1, 1, number + 1), index)
        for number in range(count)
        for index in [number // group_size]
    ]


@tagged("at_install")
class TestRotation(BaseCase):
    def test_hours_are_cut_into_shifts(self):
        """Closing at or before the hour of opening is closing on the next day."""
        for hour_from, hour_to, count, expected in (
            (9, 18, 1, [(9, 18)]),
            (9, 18, 2, [(9, 13.5), (13.5, 18)]),
            (8, 8, 2, [(8, 20), (20, 32)]),
            (22, 6, 1, [(22, 30)]),
            (0, 24, 3, [(0, 8), (8, 16), (16, 24)]),
        ):
            with self.subTest(hour_from=hour_from, hour_to=hour_to, count=count):
                self.assertEqual(cut_hours(hour_from, hour_to, count), expected)

    def test_moments_in_a_zone(self):
        """Hours of a day are told in the zone, on both sides of a change of clocks."""
        for day, hour, zone, expected in (
            (date(2026, 6, 1), 0, SHANGHAI, datetime(2026, 5, 31, 16)),
            (date(2026, 6, 1), 24, SHANGHAI, datetime(2026, 6, 1, 16)),
            (date(2026, 6, 1), 8.5, SHANGHAI, datetime(2026, 6, 1, 0, 30)),
            # one minute is not lost to binary fractions
            (date(2026, 6, 1), 8 + 20 / 60, pytz.utc, datetime(2026, 6, 1, 8, 20)),
            (date(2026, 3, 7), 9, NEW_YORK, datetime(2026, 3, 7, 14)),
            (date(2026, 3, 8), 9, NEW_YORK, datetime(2026, 3, 8, 13)),
            (date(2026, 11, 1), 9, NEW_YORK, datetime(2026, 11, 1, 14)),
            # 02:30 does not exist: the same moment as 03:30 after the jump
            (date(2026, 3, 8), 2.5, NEW_YORK, datetime(2026, 3, 8, 7, 30)),
            # neither does this midnight: the day starts at 01:00
            (date(2026, 9, 6), 0, SANTIAGO, datetime(2026, 9, 6, 4)),
        ):
            with self.subTest(day=day, hour=hour, zone=zone.zone):
                self.assertEqual(local_moment_utc(day, hour, zone), expected)

    def test_slots_by_shift_and_day(self):
        """A shift ends at noon, a day goes on through the break."""
        day = date(2026, 6, 1)
        shifts = make_slots(day, day, "shift", office_hours, SHANGHAI)
        self.assertEqual(
            [(slot.start, slot.end) for slot in shifts],
            [
                (datetime(2026, 6, 1, 1), datetime(2026, 6, 1, 4)),
                (datetime(2026, 6, 1, 5), datetime(2026, 6, 1, 9, 30)),
            ],
        )
        self.assertNotEqual(shifts[0].group, shifts[1].group)
        days = make_slots(day, day, "day", office_hours, SHANGHAI)
        self.assertEqual(
            [(slot.start, slot.end) for slot in days],
            [(datetime(2026, 6, 1, 1), datetime(2026, 6, 1, 9, 30))],
        )

    def test_last_day_belongs_to_the_period(self):
        """From Friday to Monday there are two working days."""
        slots = make_slots(
            date(2026, 5, 29), date(2026, 6, 1), "day", office_hours, SHANGHAI
        )
        self.assertEqual([slot.start.day for slot in slots], [29, 1])
        self.assertFalse(
            make_slots(
                date(2026, 6, 2), date(2026, 6, 1), "day", office_hours, SHANGHAI
            )
        )

    def test_days_of_a_week_belong_together(self):
        """Also the week around New Year is one week."""
        slots = make_slots(
            date(2026, 12, 28), date(2027, 1, 8), "week", office_hours, SHANGHAI
        )
        self.assertEqual(
            Counter(slot.group for slot in slots), {(2026, 53): 5, (2027, 1): 5}
        )

    def test_holidays_and_make_up_days(self):
        """A holiday has no slot; a make-up Sunday has hours of Friday."""
        holiday, make_up = date(2026, 6, 3), date(2026, 6, 7)

        def is_working_day(day):
            return day == make_up or (day != holiday and day.weekday() < 5)

        slots = make_slots(
            date(2026, 6, 1),
            date(2026, 6, 7),
            "day",
            lambda day: [(8, 11)] if day.weekday() == 4 else office_hours(day),
            SHANGHAI,
            is_working_day,
        )
        self.assertEqual([slot.start.day for slot in slots], [1, 2, 4, 5, 7])
        self.assertEqual(slots[-1].end, datetime(2026, 6, 7, 3))
        # whoever usually works that day keeps the hours of that day
        self.assertEqual(slots[2].end, datetime(2026, 6, 4, 9, 30))
        self.assertEqual(slots[3].end, datetime(2026, 6, 5, 3))

    def test_make_up_day_looks_back(self):
        """From yesterday on, for two weeks."""
        day = date(2026, 6, 20)
        for days, ends in ((1, [3]), (2, [3]), (14, [3]), (15, [])):
            with self.subTest(days=days):
                slots = make_slots(
                    *(day, day, "day"),
                    lambda at, days=days: [(8, 11)] if (day - at).days == days else [],
                    *(SHANGHAI, lambda at: True),
                )
                self.assertEqual([slot.end.hour for slot in slots], ends)
        # the nearest day counts
        (slot,) = make_slots(
            *(day, day, "day"),
            lambda at: [(8, 8 + (day - at).days)] if at < day else [],
            *(SHANGHAI, lambda at: True),
        )
        self.assertEqual(slot.end, datetime(2026, 6, 20, 1))

    def test_no_time_is_no_slot(self):
        day = date(2026, 6, 1)
        for hours in ([(9, 9)], [(9, 8)]):
            for unit in ("shift", "day"):
                self.assertFalse(
                    make_slots(day, day, unit, lambda day, got=hours: got, SHANGHAI)
                )

    def test_no_hours_at_all(self):
        """A calendar without hours has no slots, it does not fail."""
        self.assertFalse(
            make_slots(
                date(2026, 6, 1),
                date(2026, 6, 30),
                "day",
                lambda day: [],
                SHANGHAI,
                lambda day: True,
            )
        )

    def test_turns_are_fair(self):
        """Whatever the numbers, two people differ by one shift at most."""
        for people, count, needed in ((3, 7, 1), (5, 23, 2), (4, 12, 3), (1, 4, 1)):
            with self.subTest(people=people, count=count, needed=needed):
                turns = rotate(range(people), make_plain_slots(count), needed=needed)
                self.assertEqual(len(turns), count * needed)
                numbers = Counter(user for _slot, user in turns)
                self.assertLessEqual(max(numbers.values()) - min(numbers.values()), 1)
                self.assertEqual(len(set(turns)), len(turns), "nobody twice in a slot")

    def test_order_of_turns(self):
        """In the given order, round after round."""
        turns = rotate("ABC", make_plain_slots(7))
        self.assertEqual("".join(user for _slot, user in turns), "ABCABCA")

    def test_recent_shifts_count(self):
        """Fewer shifts lately: first. A newcomer catches up a little, not for weeks."""
        turns = rotate("AB", make_plain_slots(4), load={"A": 2})
        self.assertEqual("".join(user for _slot, user in turns), "BBAB")
        # what counts is who had more than the others, not how many all had
        for load in ({"A": 12, "B": 10}, {"A": 12, "B": 10, "gone": 0}):
            turns = rotate("AB", make_plain_slots(4), load=load)
            self.assertEqual("".join(user for _slot, user in turns), "BBAB")
        self.assertEqual(MAX_CATCH_UP, 3)
        turns = rotate("AB", make_plain_slots(20), load={"A": 40})
        users = [user for _slot, user in turns]
        self.assertEqual(users[: MAX_CATCH_UP + 1], ["B"] * MAX_CATCH_UP + ["A"])
        self.assertLessEqual(users.count("B") - users.count("A"), MAX_CATCH_UP)

    def test_who_is_not_free_is_left_out(self):
        """An absent person has no turn; where nobody is free the slot stays empty."""
        slots = make_plain_slots(6)
        turns = rotate(
            "AB",
            slots,
            is_free=lambda user, slot: (
                slot.start.hour != 4 and (user != "A" or slot.start.hour > 1)
            ),
        )
        self.assertEqual(
            [(slot.start.hour, user) for slot, user in turns],
            [(0, "B"), (1, "B"), (2, "A"), (3, "A"), (5, "B")],
        )

    def test_week_goes_to_one_person(self):
        """The same person all week; an absent day goes to somebody else."""
        slots = make_plain_slots(10, group_size=5)
        turns = rotate("AB", slots)
        self.assertEqual("".join(user for _slot, user in turns), "AAAAABBBBB")
        turns = rotate("A", slots, is_free=lambda user, slot: slot.start.hour != 2)
        self.assertEqual(len(turns), 9)
        turns = rotate(
            "AB",
            slots,
            is_free=lambda user, slot: (
                slot.start.hour not in (2, 7) or (user == "A") == (slot.start.hour == 7)
            ),
        )
        self.assertEqual("".join(user for _slot, user in turns), "BBBBBAAAAA")

    def test_filled_places(self):
        """Only the places that are still empty are given out."""
        turns = rotate("ABC", make_plain_slots(3), needed=lambda slot: slot.start.hour)
        self.assertEqual([slot.start.hour for slot, _user in turns], [1, 2, 2])

    def test_nobody(self):
        """Without people there are no turns."""
        self.assertFalse(rotate([], make_plain_slots(3)))
        self.assertFalse(rotate("AB", []))


@tagged("at_install")
class TestSpread(BaseCase):
    """Who receives each of several customers: evenly, in turn, within the limits."""

    def _spread(self, queue, count=None, barred=None, before=None, room=None):
        barred = [()] * count if barred is None else barred
        room = {person: float("inf") for person in queue} | (room or {})
        return spread(queue, room, barred, before)

    def test_in_turn(self):
        self.assertEqual(self._spread("abc", 5), [*"abcab"])
        self.assertEqual(self._spread("", 2), [None, None])
        self.assertEqual(self._spread("a", barred=[]), [])

    def test_room(self):
        room = {"a": 1, "b": 0, "c": -1}
        self.assertEqual(self._spread("abcd", 4, room=room), [*"addd"])
        self.assertEqual(self._spread("ab", 3, room={"a": 1, "b": 1}), ["a", "b", None])

    def test_barred(self):
        self.assertEqual(
            self._spread("ab", barred=["a", "a", "", "ab"]), [*"bba", None]
        )

    def test_before(self):
        """Not to the owner before, unless alone on duty; the others may be barred."""
        self.assertEqual(self._spread("ab", 2, before=["a", None]), ["b", "a"])
        self.assertEqual(self._spread("a", 1, before=["a"]), ["a"])
        self.assertEqual(self._spread("ab", barred=["b"], before=["a"]), [None])

    def test_random(self):
        """Nobody above the room or barred; nobody who could have got one less is two
        behind whoever received it."""
        dice = random.Random(14)
        for _round in range(500):
            queue = list(range(dice.randint(0, 5)))
            room = {person: dice.choice([0, 1, 3, 9]) for person in queue}
            count = dice.randint(0, 12)
            barred = [{p for p in queue if dice.random() < 0.2} for _n in range(count)]
            before = [dice.choice([None, *queue]) for _n in range(count)]
            receivers = spread(queue, room, barred, before)
            self.assertEqual(len(receivers), count)
            given = Counter()
            for person, refused, last in zip(receivers, barred, before, strict=True):
                free = [
                    other
                    for other in queue
                    if other not in refused
                    and given[other] < room[other]
                    and (other != last or len(queue) == 1)
                ]
                self.assertEqual(person is None, not free)
                if free:
                    self.assertIn(person, free)
                    self.assertEqual(given[person], min(given[p] for p in free))
                    given[person] += 1
