# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from odoo.tests import BaseCase, tagged

from ..tools import ranking, scoring, segments, tables


@tagged("post_install", "-at_install")
class TestTables(BaseCase):
    def test_no_hole_between_rows(self):
        """89.5 stands in the row to below 90."""
        rows = [(None, 90, 0.9), (90, None, 1.1)]
        self.assertIsNone(tables.find_problem(rows))
        for number, value in ((89, 0.9), (89.5, 0.9), (89.99, 0.9), (90, 1.1)):
            self.assertEqual(tables.look_up(rows, number), value)

    def test_problems(self):
        for rows, kind, number in (
            ([], tables.EMPTY, None),
            ([(0, None, 1)], tables.START, 0),
            ([(None, 5, 1)], tables.END, 5),
            ([(None, 89, 1), (90, None, 2)], tables.HOLE, 89),
            ([(None, 91, 1), (90, None, 2)], tables.OVERLAP, 90),
            ([(None, 5, 1), (5, 5, 2), (5, None, 3)], tables.ORDER, 5),
            ([(None, 5, 1), (6, 4, 2), (4, None, 3)], tables.ORDER, 6),
            ([(None, None, 1), (None, 5, 2)], tables.OVERLAP, None),
            ([(None, None, 1), (5, None, 2)], tables.OVERLAP, 5),
        ):
            with self.subTest(rows=rows):
                self.assertEqual(tables.find_problem(rows), (kind, number))

    def test_any_order(self):
        rows = [(90, None, 3), (None, 60, 1), (60, 90, 2)]
        self.assertIsNone(tables.find_problem(rows))
        self.assertEqual(tables.look_up(rows, -5), 1)

    def test_random_tables(self):
        """Each number is in one row exactly, when nothing is found to be wrong."""
        dice = random.Random(13)
        for _turn in range(300):
            marks = sorted(dice.sample(range(-50, 150), dice.randint(1, 6)))
            bounds = [None, *marks, None]
            rows = [
                (first, below, place)
                for place, (first, below) in enumerate(pairwise(bounds))
            ]
            dice.shuffle(rows)
            self.assertIsNone(tables.find_problem(rows))
            if len(rows) > 2:
                broken = list(rows)
                broken.pop()
                self.assertIsNotNone(tables.find_problem(broken))
            for _number in range(10):
                number = dice.choice((*marks, dice.uniform(-60, 160)))
                holding = [
                    value
                    for first, below, value in rows
                    if (first is None or first <= number)
                    and (below is None or number < below)
                ]
                self.assertEqual([tables.look_up(rows, number)], holding)


@tagged("post_install", "-at_install")
class TestSegments(BaseCase):
    FIRST, END = date(2026, 6, 1), date(2026, 7, 1)

    def _cut(self, *stays):
        return segments.cut(stays, self.FIRST, self.END)

    def test_change_on_the_15th(self):
        """Left on the 15th and joined on the 15th: the day is the new team's."""
        day = date(2026, 6, 15)
        self.assertEqual(
            self._cut(
                ("west", date(2026, 1, 1), day + timedelta(1)), ("east", day, None)
            ),
            [("west", self.FIRST, day), ("east", day, self.END)],
        )

    def test_joins_and_leaves(self):
        self.assertEqual(
            self._cut(("east", date(2026, 6, 20), date(2026, 6, 25))),
            [("east", date(2026, 6, 20), date(2026, 6, 25))],
        )
        self.assertEqual(self._cut(("east", self.END, None)), [])
        self.assertEqual(self._cut(("east", date(2026, 1, 1), self.FIRST)), [])
        self.assertEqual(self._cut(), [])

    def test_back_again(self):
        """A second team for some days, then the first one again."""
        self.assertEqual(
            [
                (team, first.day, end.day)
                for team, first, end in self._cut(
                    ("east", date(2026, 1, 1), None),
                    ("west", date(2026, 6, 10), date(2026, 6, 12)),
                )
            ],
            [("east", 1, 10), ("west", 10, 12), ("east", 12, 1)],
        )

    def test_random_days(self):
        """Day by day, by an oracle that knows no segments."""
        dice = random.Random(25)
        for _turn in range(300):
            stays = []
            for team in range(dice.randint(0, 4)):
                first = self.FIRST + timedelta(dice.randint(-20, 35))
                length = dice.choice((None, dice.randint(1, 40)))
                stays.append(
                    (team, first, None if length is None else first + timedelta(length))
                )
            parts = self._cut(*stays)
            by_day = [
                (day, team)
                for team, first, end in parts
                for day in segments.iterate_days(first, end)
            ]
            expected = []
            for day in segments.iterate_days(self.FIRST, self.END):
                there = [
                    (since, place, team)
                    for place, (team, since, until) in enumerate(stays)
                    if since <= day and (until is None or day < until)
                ]
                if there:
                    expected.append((day, max(there)[2]))
            self.assertEqual(by_day, expected)

    def test_working_days(self):
        def is_working(day):
            return day.weekday() < 5

        self.assertEqual(segments.count_days(self.FIRST, self.END, is_working), 22)
        self.assertEqual(segments.count_days(self.FIRST, self.END), 30)
        away = {date(2026, 6, 1), date(2026, 6, 6)}
        self.assertEqual(
            segments.count_days(self.FIRST, self.END, is_working, away), 21
        )


@tagged("post_install", "-at_install")
class TestScoring(BaseCase):
    def test_percent(self):
        """Actual, goal, direction, percent."""
        for actual, goal, higher, percent in (
            (120, 100, True, 120),
            (0, 100, True, 0),
            (5, 0, True, None),
            (5, None, True, None),
            (None, 100, True, None),
            (0, 0, False, 100),
            (3, 0, False, 0),
            (3, 4, False, 100),
            (5, 4, False, 80),
            (None, 4, False, None),
            (5, None, False, None),
        ):
            with self.subTest(actual=actual, goal=goal, higher=higher):
                self.assertEqual(scoring.get_percent(actual, goal, higher), percent)

    def test_percent_by_table(self):
        """Less is better, goal 0: 0 is 100 %, 3 is what the table says."""
        table = [(None, 1, 100), (1, 3, 60), (3, None, 20)]
        for actual, percent in ((0, 100), (1, 60), (2, 60), (3, 20), (50, 20)):
            self.assertEqual(scoring.get_percent(actual, 0, False, table), percent)
        self.assertIsNone(scoring.get_percent(None, 0, False, table))

    def test_limit(self):
        for percent, floor, cap, limited in (
            (200, 0, 150, 150),
            (-5, 0, 150, 0),
            (30, 50, 150, 50),
            (900, 0, 0, 900),
        ):
            self.assertEqual(scoring.limit(percent, floor, cap), limited)

    def test_redistribute(self):
        self.assertEqual(
            scoring.redistribute([40, 30, 30], [False, True, True]), [0, 50, 50]
        )
        self.assertEqual(scoring.redistribute([40, 60], [False, False]), [0, 0])
        self.assertEqual(scoring.redistribute([], []), [])

    def test_deduction(self):
        for points, each, most, taken in (
            (4, 2, 10, 8),
            (6, 2, 10, 10),
            (6, 2, 0, 12),
            (None, 2, 10, 0),
            (-3, 2, 10, 0),
            (3, 0.1, 0, scoring.to_decimal("0.3")),
        ):
            self.assertEqual(scoring.get_deduction(points, each, most), taken)

    def test_floor(self):
        """-12 becomes the floor, and it is said; exactly the floor is none."""
        self.assertEqual(scoring.add_up([8], [20], 0), (0, True))
        self.assertEqual(scoring.add_up([8], [8], 0), (0, False))
        self.assertEqual(scoring.add_up([8], [20], -5), (-5, True))
        self.assertEqual(scoring.add_up([], [20], 0), (None, False))

    def test_average(self):
        self.assertEqual(scoring.average([(10, 110), (12, None)]), 110)
        self.assertEqual(scoring.average([(0, 50), (0, 70)]), 60)
        self.assertIsNone(scoring.average([(10, None)]))

    def test_half_up(self):
        """2.675 is 2.68, whatever its binary form is."""
        self.assertEqual(scoring.round_half_up(2.675), 2.68)
        self.assertEqual(scoring.round_half_up(-0.005), -0.01)

    def test_random_scores(self):
        """By fractions, in another order of steps: equal to half a cent a line."""
        dice = random.Random(31)
        for _turn in range(500):
            lines = [
                (
                    dice.randint(1, 60),
                    dice.choice((None, dice.randint(0, 30000) / 100)),
                    dice.choice((0, 100, 150)),
                )
                for _line in range(dice.randint(1, 6))
            ]
            weights = scoring.redistribute(
                [weight for weight, _percent, _cap in lines],
                [percent is not None for _weight, percent, _cap in lines],
            )
            given = [
                scoring.contribute(weight, scoring.limit(percent, 0, cap))
                for weight, (_weight, percent, cap) in zip(weights, lines, strict=True)
                if percent is not None
            ]
            points = dice.randint(0, 20)
            taken = scoring.get_deduction(points, 2.5, 30)
            score, _lifted = scoring.add_up(given, [taken], 0)
            judged = [line for line in lines if line[1] is not None]
            if not judged:
                self.assertIsNone(score)
                continue
            whole = Fraction(sum(line[0] for line in lines))
            left = sum(line[0] for line in judged)
            exact = sum(
                Fraction(weight)
                / left
                * whole
                * min(Fraction(str(percent)), Fraction(cap or 10**9))
                / 100
                for weight, percent, cap in judged
            )
            exact = max(exact - min(points * Fraction(5, 2), 30), 0)
            self.assertLessEqual(
                abs(Fraction(score) - exact), Fraction(len(judged), 200)
            )

    def test_shares_add_up(self):
        """The goals of the parts of a month are the goal of the month."""
        dice = random.Random(26)
        for _turn in range(200):
            days = [dice.randint(0, 12) for _part in range(dice.randint(1, 4))]
            whole = sum(days)
            if whole:
                shares = sum(scoring.get_share(part, whole) for part in days)
                self.assertAlmostEqual(shares, 1)
        self.assertEqual(scoring.get_share(0, 0), 1)


@tagged("post_install", "-at_install")
class TestRanking(BaseCase):
    def test_ties(self):
        """Equal scores share a rank, the next one is left out."""
        self.assertEqual(
            ranking.rank({"a": 90, "b": 95, "c": 95, "d": 10, "e": None}),
            {"b": 1, "c": 1, "a": 3, "d": 4},
        )

    def test_equal_only_after_rounding(self):
        self.assertEqual(ranking.rank({"a": 90.001, "b": 90.002}), {"a": 1, "b": 1})
        self.assertEqual(ranking.rank({"a": 90.01, "b": 90.02}), {"b": 1, "a": 2})
        self.assertEqual(ranking.rank({}), {})

    def test_random_ranks(self):
        """One more than there are better ones."""
        dice = random.Random(34)
        for _turn in range(200):
            scores = {key: dice.randint(0, 9) for key in range(dice.randint(1, 12))}
            self.assertEqual(
                ranking.rank(scores),
                {
                    key: 1 + sum(other > value for other in scores.values())
                    for key, value in scores.items()
                },
            )

    def test_gains(self):
        self.assertEqual(
            ranking.get_gains({"a": 90, "b": 50, "c": None}, {"a": 80.5, "c": 1}),
            {"a": 9.5},
        )
