# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo.tests import BaseCase, tagged

from ..tools.money import Match, share, split_match


@tagged("post_install", "-at_install")
class TestMoneyTools(BaseCase):
    """What a reconciliation has brought, in numbers alone."""

    def _split(self, **values):
        match = Match(100, True, "entry", False, 100, 0, 100)
        split = split_match(match._replace(**values), 2)
        return {kind: round(amount, 2) for kind, amount in split.items() if amount}

    def test_money_that_has_arrived(self):
        self.assertEqual(self._split(), {"collected": 100})

    def test_payment_in_draft(self):
        self.assertEqual(self._split(is_arrived=False), {"open": 100})

    def test_write_off_and_discount(self):
        self.assertEqual(self._split(liquid=60), {"collected": 60, "written_off": 40})
        self.assertEqual(
            self._split(liquid=98, discount=2), {"collected": 98, "settled": 2}
        )
        self.assertEqual(self._split(liquid=0), {"written_off": 100})
        self.assertEqual(self._split(liquid=0, total=0), {"written_off": 100})

    def test_an_entry_that_brings_more_than_it_takes(self):
        """Never more than the part of the invoice, never less than nothing."""
        for values, split in (
            ({"liquid": 150}, {"collected": 100}),
            ({"liquid": -10}, {"written_off": 100}),
            ({"liquid": 0, "discount": 150}, {"settled": 100}),
            ({"liquid": 40, "discount": -5}, {"collected": 40, "written_off": 60}),
            ({"liquid": 80, "discount": 50}, {"collected": 80, "settled": 20}),
            (
                {"liquid": 40, "discount": 20, "total": 200},
                {"collected": 20, "settled": 10, "written_off": 70},
            ),
        ):
            with self.subTest(values):
                self.assertEqual(self._split(**values), split)

    def test_part_of_an_entry(self):
        split = self._split(amount=50, liquid=60, total=100)
        self.assertEqual(split, {"collected": 30, "written_off": 20})

    def test_more_than_was_owed(self):
        self.assertEqual(self._split(liquid=250, total=250), {"collected": 100})

    def test_parts_of_an_entry_are_the_entry(self):
        """A transfer of 100 for 100.02: no cent is lost between three invoices."""
        parts = [
            self._split(amount=33.34, liquid=100, total=100.02, before=before)
            for before in (0, 33.34, 66.68)
        ]
        self.assertEqual(sum(round(part["collected"] * 100) for part in parts), 10000)
        self.assertEqual(
            sum(round(part.get("written_off", 0) * 100) for part in parts), 2
        )

    def test_parts_add_up(self):
        """Whatever is matched in whatever parts: never below nothing, all together."""
        chance = random.Random(5)
        for _round in range(300):
            amounts = [chance.randint(1, 5000) for _part in range(chance.randint(1, 6))]
            total = sum(amounts)
            liquid = chance.randint(0, total)
            discount = chance.randint(0, total - liquid)
            before, found = 0, {"collected": 0, "settled": 0, "written_off": 0}
            for amount in amounts:
                values = {
                    "amount": amount / 100,
                    "before": before / 100,
                    "liquid": liquid / 100,
                    "discount": discount / 100,
                    "total": total / 100,
                }
                before += amount
                for kind, value in self._split(**values).items():
                    if kind != "settled":
                        self.assertGreaterEqual(value, 0)
                    found[kind] += round(value * 100)
            self.assertEqual(found["collected"], liquid)
            self.assertEqual(found["settled"], discount)
            self.assertEqual(found["written_off"], total - liquid - discount)

    def test_credit_note_and_exchange(self):
        self.assertEqual(self._split(move_type="out_refund"), {"settled": 100})
        self.assertEqual(self._split(is_exchange=True), {"settled": 100})

    def test_who_receives_what_is_left(self):
        for amount, weights, digits, parts in (
            # the largest remainder
            (10, {"a": 1, "b": 2}, 0, {"a": 3, "b": 7}),
            (-10, {"a": 1, "b": 2}, 0, {"a": -3, "b": -7}),
            (0.02, {"a": 1, "b": 1, "c": 1}, 2, {"a": 0.01, "b": 0.01, "c": 0}),
            # nothing to go by: the first one
            (5, {"a": 0, "b": 0}, 2, {"a": 5, "b": 0}),
            (5, {"a": 1, "b": -1}, 2, {"a": 5, "b": 0}),
            # less than zero as above: a refund leaves nothing of half a cent
            (1.01, {"a": 1, "b": 1}, 2, {"a": 0.51, "b": 0.5}),
            (-1.01, {"a": 1, "b": 1}, 2, {"a": -0.51, "b": -0.5}),
            # one takes from the other
            (4, {"a": -100, "b": 500}, 2, {"a": -1, "b": 5}),
            (-4, {"a": -100, "b": 500}, 2, {"a": 1, "b": -5}),
            (-4, {"a": 100, "b": -500}, 2, {"a": 1, "b": -5}),
            (0.01, {"a": -1, "b": 3}, 2, {"a": 0, "b": 0.01}),
            # alone, as it is
            (1.239, {"a": 3}, 2, {"a": 1.239}),
        ):
            with self.subTest(amount=amount, weights=weights):
                self.assertEqual(share([amount], weights, digits), [parts])

    def test_shares_add_up(self):
        chance = random.Random(7)
        for _round in range(500):
            amount = round(chance.uniform(-1000, 1000), 2)
            weights = {
                key: chance.choice([0, 1, 3.33, 100])
                for key in range(chance.randint(1, 5))
            }
            [parts] = share([amount], weights, 2)
            self.assertEqual(round(sum(parts.values()), 2), amount)
            total = sum(weights.values())
            if total:
                for key, part in parts.items():
                    exact = amount * weights[key] / total
                    self.assertLess(abs(part - exact), 0.0101)

    def test_what_comes_in_parts(self):
        """Parts are divided as their sum, so that it may go as a whole."""
        self.assertEqual(
            share([33.33, 0.01, 66.66, -100], {"a": 1, "b": 1}, 2),
            [
                {"a": 16.67, "b": 16.66},
                {"a": 0, "b": 0.01},
                {"a": 33.33, "b": 33.33},
                {"a": -50, "b": -50},
            ],
        )
