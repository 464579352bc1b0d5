# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date, timedelta
from unittest import TestCase

from ..tools.promises import Payment, Promise, fulfil, get_state

FIRST = date(2026, 3, 1)


def day(number):
    return FIRST + timedelta(days=number)


def promise(key, due, amount, said=0, before=0.0, invoice=False):
    return Promise(key, day(said), day(due), amount, before, invoice)


def paid(at, amount, invoice=1):
    return Payment(day(at), invoice, amount)


class TestFulfil(TestCase):
    def test_both_sides_of_the_days(self):
        for at, expected in ((-1, 0), (0, 100), (5, 100), (6, 0)):
            with self.subTest(at=at):
                self.assertEqual(
                    fulfil([promise(1, 5, 100)], [paid(at, 100)]), {1: expected}
                )

    def test_no_money_keeps_two_promises(self):
        promises = [promise(2, 9, 60), promise(1, 5, 100)]
        self.assertEqual(fulfil(promises, [paid(4, 120)]), {1: 100, 2: 20})
        self.assertEqual(fulfil(promises, [paid(7, 120)]), {1: 0, 2: 60})
        self.assertEqual(fulfil(promises, [paid(4, 50), paid(6, 90)]), {1: 50, 2: 60})

    def test_another_invoice(self):
        promises = [promise(1, 5, 100, invoice=7), promise(2, 6, 100)]
        self.assertEqual(fulfil(promises, [paid(1, 80, 8)]), {1: 0, 2: 80})

    def test_what_came_before_the_word(self):
        """In the morning 600 came, in the afternoon the other 400 were promised."""
        promises = [promise(1, 5, 400, before=600)]
        self.assertEqual(fulfil(promises, [paid(0, 600)]), {1: 0})
        self.assertEqual(fulfil(promises, [paid(0, 600), paid(0, 100)]), {1: 100})
        # taken back: what comes on another day is not what came before
        self.assertEqual(fulfil(promises, [paid(3, 400)]), {1: 400})

    def test_money_that_goes_back_is_none(self):
        self.assertEqual(
            fulfil([promise(1, 5, 100)], [paid(1, 50), paid(2, -50)]), {1: 50}
        )

    def test_never_more_than_there_is(self):
        """Random promises and payments: nothing is used twice, or too late."""
        rng = random.Random(2606)
        for number in range(400):
            promises = [
                promise(
                    key,
                    rng.randint(3, 9),
                    rng.randint(1, 200),
                    rng.randint(0, 3),
                    rng.choice((0, 0, 50)),
                    rng.choice((False, 1, 2)),
                )
                for key in range(rng.randint(1, 5))
            ]
            payments = [
                paid(rng.randint(-1, 11), rng.randint(1, 200), rng.choice((1, 2)))
                for _payment in range(rng.randint(0, 6))
            ]
            arrived = fulfil(promises, payments)
            with self.subTest(number=number):
                self.assertLessEqual(
                    sum(arrived.values()), sum(row.amount for row in payments)
                )
                for row in promises:
                    in_time = sum(
                        payment.amount
                        for payment in payments
                        if row.said <= payment.day <= row.due
                        and row.invoice in (False, payment.invoice)
                    )
                    self.assertLessEqual(arrived[row.key], min(row.amount, in_time))

    def test_states(self):
        for arrived, today, expected in (
            (100, 0, "kept"),
            (99.99, 5, "open"),
            (99.99, 6, "partly"),
            (0.01, 6, "partly"),
            (0, 5, "open"),
            (0, 6, "broken"),
            (100, 6, "kept"),
        ):
            with self.subTest(arrived=arrived, today=today):
                self.assertEqual(
                    get_state(100, arrived, day(5), day(today), 0.01), expected
                )
