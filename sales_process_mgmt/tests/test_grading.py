# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Grades from numbers, without a database."""

import random
from unittest import TestCase

from ..tools.grading import Criteria, Numbers, find_level, get_growth, judge, meets

LEVELS = [Criteria(turnover=100_000), Criteria(turnover=20_000), Criteria()]


def turnover(amount):
    return Numbers(turnover=amount)


class TestGrading(TestCase):
    def test_growth(self):
        for now, before, expected in (
            (110, 100, 10),
            (50, 100, -50),
            (100, 300, -66.67),
            (10, 0, 100),
            (0, 0, 0),
            (-5, 0, 0),
            (10, -5, 100),
        ):
            with self.subTest(now=now, before=before):
                self.assertEqual(get_growth(now, before), expected)

    def test_each_limit(self):
        """Both sides of each limit, as it is and eased by a tenth."""
        for criteria, name, good, eased, bad in (
            (Criteria(turnover=100), "turnover", 100, 90, 89.99),
            (Criteria(growth=10), "growth", 10, 9, 8.99),
            (Criteria(growth=-10), "growth", -10, -11, -11.01),
            (Criteria(potential=100), "potential", 100, 90, 89.99),
            (Criteria(contact_days=30), "contact_days", 30, 33, 34),
            (Criteria(order_days=30), "order_days", 30, 33, 34),
        ):
            with self.subTest(name=name, criteria=criteria):
                self.assertTrue(meets(criteria, Numbers(**{name: good})))
                self.assertFalse(meets(criteria, Numbers(**{name: eased})))
                self.assertTrue(meets(criteria, Numbers(**{name: eased}), 0.1))
                self.assertFalse(meets(criteria, Numbers(**{name: bad}), 0.1))
        self.assertFalse(meets(Criteria(order_days=30), Numbers()))
        self.assertTrue(meets(Criteria(), Numbers()))

    def test_up_at_once_down_slowly(self):
        """Case 55: around the limit nothing bounces."""
        self.assertEqual(judge(LEVELS, turnover(100_000), 1, 1, 0.1, 2), (0, 0))
        # a little below: the second evaluation in a row takes the grade
        self.assertEqual(judge(LEVELS, turnover(99_999), 0, 0, 0.1, 2), (0, 1))
        self.assertEqual(judge(LEVELS, turnover(99_999), 0, 1, 0.1, 2), (1, 0))
        # one that is good again forgets the first
        self.assertEqual(judge(LEVELS, turnover(100_000), 0, 1, 0.1, 2), (0, 0))
        # a tenth below it goes at once, as far as the numbers reach
        self.assertEqual(judge(LEVELS, turnover(90_000), 0, 0, 0.1, 2), (0, 1))
        self.assertEqual(judge(LEVELS, turnover(89_999), 0, 0, 0.1, 2), (1, 0))
        self.assertEqual(judge(LEVELS, turnover(0), 0, 0, 0.1, 2), (2, 0))

    def test_no_grade_before_and_none_reached(self):
        self.assertEqual(judge(LEVELS, turnover(20_000), None), (1, 0))
        self.assertEqual(find_level(LEVELS[:2], turnover(1)), 2)
        self.assertEqual(judge(LEVELS[:2], turnover(1), 1), (2, 0))

    def test_random_walks(self):
        """Whatever the numbers do, by a second way of counting.

        Up is never late, down never early: a grade goes only where a limit was missed
        by a tenth, or ``patience`` times in a row; and then to what is reached.
        """
        rng = random.Random(20261126)
        for _walk in range(300):
            limits = sorted(rng.sample(range(1, 500), rng.randint(1, 4)), reverse=True)
            levels = [Criteria(turnover=limit) for limit in limits]
            patience, slack = rng.randint(1, 4), rng.choice((0, 0.1, 0.25))
            current, below, misses = rng.choice((None, 0)), 0, 0
            for _step in range(40):
                amount = rng.choice(
                    (rng.randint(0, 500), rng.choice(limits) - rng.randint(-1, 1))
                )
                reached = next(
                    (n for n, limit in enumerate(limits) if amount >= limit),
                    len(limits),
                )
                before = current
                known = before is not None and before < len(limits)
                place, below = judge(
                    levels,
                    turnover(amount),
                    before if known else None,
                    below,
                    slack,
                    patience,
                )
                if not known or reached <= before:
                    self.assertEqual((place, below), (reached, 0))
                    misses = 0
                else:
                    misses += 1
                    far = amount < limits[before] - limits[before] * slack
                    if far or misses >= patience:
                        self.assertEqual((place, below), (reached, 0))
                        misses = 0
                    else:
                        self.assertEqual((place, below), (before, misses))
                current = place
