# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo.tests import BaseCase, tagged

from ..tools.spread import spread


@tagged("post_install", "-at_install")
class TestSpread(BaseCase):
    def test_known(self):
        self.assertEqual(spread(10, [1, 1, 1]), [4, 3, 3])
        self.assertEqual(spread(10, [0, 0, 0]), [4, 3, 3])
        self.assertEqual(spread(10, [3, 1]), [8, 2])
        self.assertEqual(spread(10, [0, 5]), [0, 10])
        self.assertEqual(spread(100, [1, 1, 1], 0.01), [33.34, 33.33, 33.33])
        self.assertEqual(spread(0, [1, 2]), [0, 0])
        self.assertEqual(spread(5, []), [])
        self.assertEqual(spread(2, [1] * 4), [1, 1, 0, 0])
        self.assertEqual(spread(2.5, [1, 1]), [1.5, 1])
        # a weight below nothing is none
        self.assertEqual(spread(10, [-1, 1]), [0, 10])
        self.assertEqual(spread(10, [-1, -9]), [5, 5])

    def test_sum(self):
        """Whatever the weights, the parts add up and nobody is off by a step."""
        chance = random.Random(7)
        for step in (1, 0.01, 0.05, 1000):
            for _turn in range(200):
                weights = [
                    chance.choice([0, chance.random() * 100])
                    for _person in range(chance.randint(1, 40))
                ]
                total = round(chance.randint(0, 10_000) * step, 2)
                parts = spread(total, weights, step)
                self.assertAlmostEqual(sum(parts), total, 6)
                whole = sum(weights)
                for part, weight in zip(parts, weights, strict=True):
                    exact = total * weight / whole if whole else total / len(parts)
                    self.assertGreaterEqual(part, 0)
                    self.assertLess(abs(part - exact), step + 1e-9)
