# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from odoo.tests import BaseCase, tagged

from ..tools import commission as tools

FULL = Fraction(1)
ONE = {"a": Fraction(100)}
DAY = date(2026, 3, 5)


def event(key, cents, day=DAY, ratio=FULL):
    return tools.Event(key, day, cents, ratio)


def close(bookings, booked=None):
    """What closed months hold after bookings have been closed."""
    booked = dict(booked or {})
    for row in bookings:
        before = booked.get(row.key, tools.Booked(0, 0, {}))
        amounts = dict(before.amounts)
        for person, amount in row.amounts.items():
            amounts[person] = amounts.get(person, 0) + amount
        booked[row.key] = tools.Booked(
            before.cents + row.cents, before.base + row.base, amounts
        )
    return booked


def total(booked):
    amounts = {}
    for row in booked.values():
        for person, amount in row.amounts.items():
            amounts[person] = amounts.get(person, 0) + amount
    return {person: amount for person, amount in amounts.items() if amount}


@tagged("post_install", "-at_install")
class TestCommissionTools(BaseCase):
    def test_cents(self):
        """Amounts become whole units, halves away from zero."""
        for amount, digits, cents in (
            (0, 2, 0),
            (1.005, 2, 101),
            (-1.005, 2, -101),
            (0.1 + 0.2, 2, 30),
            (1234567.89, 2, 123456789),
            (120.0, 0, 120),
            (1.2345, 3, 1235),
        ):
            with self.subTest(amount=amount):
                self.assertEqual(tools.to_cents(amount, digits), cents)
                self.assertEqual(
                    tools.to_cents(tools.from_cents(cents, digits), digits), cents
                )

    def test_half(self):
        for number, whole in ((1, 1), ("1/2", 1), ("-1/2", -1), ("49/100", 0)):
            self.assertEqual(tools.round_half_up(Fraction(number)), whole)

    def test_split(self):
        """Largest remainders get the rest; less than zero as above."""
        thirds = {"a": 1, "b": 1, "c": 1}
        for cents, weights, parts in (
            (100, thirds, [34, 33, 33]),
            (-100, thirds, [-34, -33, -33]),
            (10, {"a": 70, "b": 30}, [7, 3]),
            (1, {"a": 30, "b": 70}, [0, 1]),
            (5, {"a": 0, "b": 0}, [5, 0]),
            (0, thirds, [0, 0, 0]),
            (7, {}, []),
        ):
            with self.subTest(cents=cents, weights=weights):
                self.assertEqual(list(tools.split(cents, weights).values()), parts)

    def test_mix(self):
        """Rates of products in proportion to what was signed."""
        for parts, default, mixed in (
            ([(70000, 5), (30000, 2)], 1, "4.1"),
            ([], 3, "3"),
            ([(100, 5), (-100, 2)], 3, "3"),
            ([(1, 1), (2, 2)], 0, "1.6666666667"),
            ([(100, 0)], 4, "0"),
            # a line that takes off: of its own rate as far as there is some
            ([(100, 5), (100, 2), (-50, 5)], 9, "3"),
            # and no rate goes up or down by what earns less, or more
            ([(100000, 5), (-99000, 0)], 9, "5"),
            ([(1000, 2), (-900, 5)], 9, "2"),
            ([(1000, 2), (1, 5), (-900, 0)], 9, "2.0029970030"),
            ([(50, 5), (-100, 5), (100, 2)], 9, "2"),
            ([(100, 5), (-100, 0)], 9, "9"),
        ):
            self.assertEqual(tools.mix_rates(parts, default), Decimal(mixed))

    def test_book_rounding_never_adds_up(self):
        """Hundred payments of a cent at one percent are one cent, not none."""
        events = [event(f"p{n:03}", 1) for n in range(100)]
        bookings = tools.book(events, {}, Fraction(1), ONE)
        self.assertEqual(len(bookings), 100)
        self.assertEqual(sum(row.amounts["a"] for row in bookings), 1)
        self.assertEqual(sum(row.base for row in bookings), 100)

    def test_book_nothing_new(self):
        """What is closed and has not changed is not booked again."""
        events = [event("p1", 10000), event("p2", 5000)]
        booked = close(tools.book(events, {}, Fraction(5), ONE))
        self.assertEqual(tools.book(events, booked, Fraction(5), ONE), [])

    def test_book_takes_back_what_it_earned(self):
        """Money that has gone is taken back as it was booked."""
        events = [event("p1", 10000), event("p2", 5000)]
        booked = close(tools.book(events, {}, Fraction(5), ONE))
        [row] = tools.book(events[:1], booked, Fraction(5), ONE)
        self.assertEqual(
            (row.key, row.cents, row.base, row.amounts, row.is_takeback),
            ("p2", -5000, -5000, {"a": -250}, True),
        )

    def test_book_less(self):
        """Money that has become less takes back the difference."""
        booked = close(tools.book([event("p1", 10000)], {}, Fraction(5), ONE))
        [row] = tools.book([event("p1", 4000)], booked, Fraction(5), ONE)
        self.assertEqual(row.amounts, {"a": -300})
        self.assertTrue(row.is_takeback)
        [row] = tools.book([event("p1", 14000)], booked, Fraction(5), ONE)
        self.assertEqual(row.amounts, {"a": 200})
        self.assertFalse(row.is_takeback)

    def test_book_other_taxes(self):
        """An invoice whose taxes were other ones after the month: only the rest."""
        booked = close(
            tools.book([event("p1", 11300, ratio=Fraction(100, 113))], {}, 5, ONE)
        )
        self.assertEqual(total(booked), {"a": 500})
        [row] = tools.book([event("p1", 11300)], booked, Fraction(5), ONE)
        self.assertEqual((row.cents, row.base, row.amounts), (0, 1300, {"a": 65}))

    def test_book_without_taxes(self):
        """Three parts of an invoice with taxes earn what the whole earns."""
        ratio = Fraction(10000, 11300)
        events = [
            event(f"p{n}", cents, ratio=ratio)
            for n, cents in enumerate((3767, 3767, 3766))
        ]
        bookings = tools.book(events, {}, Fraction(3), ONE)
        self.assertEqual(sum(row.base for row in bookings), 10000)
        self.assertEqual(sum(row.amounts["a"] for row in bookings), 300)

    def test_random_order(self):
        """Whatever comes, goes and is closed, in any order: rate × what is there."""
        chance = random.Random(12)
        for _round in range(300):
            rate = Fraction(chance.randrange(1, 2000), 100)
            shares = {"a": Fraction(60), "b": Fraction(25), "c": Fraction(15)}
            ratio = chance.choice([FULL, Fraction(100, 113), Fraction(10, 11)])
            events, booked = {}, {}
            for _number in range(chance.randrange(1, 15)):
                key = f"p{chance.randrange(6)}"
                if key in events and chance.random() < 0.4:
                    del events[key]
                else:
                    day = DAY.replace(day=chance.randrange(1, 28))
                    cents = chance.choice([1, -1]) * chance.randrange(1, 999999)
                    events[key] = event(key, cents, day, ratio)
                if chance.random() < 0.5:
                    rows = tools.book(list(events.values()), booked, rate, shares)
                    booked = close(rows, booked)
            rows = tools.book(list(events.values()), booked, rate, shares)
            booked = close(rows, booked)
            base = sum(row.cents for row in events.values()) * ratio
            wanted = tools.earn([(base, tools.Terms(shares))], rate)
            self.assertEqual(
                total(booked), {key: value for key, value in wanted.items() if value}
            )
            self.assertEqual(
                sum(row.base for row in booked.values()), tools.round_half_up(base)
            )
            self.assertEqual(
                {key: row.cents for key, row in booked.items() if row.cents},
                {row.key: row.cents for row in events.values()},
            )

    def test_who_has_left(self):
        """On the last day the share is still earned; a day later it is not."""
        shares = {"a": Fraction(70), "b": Fraction(30)}
        left = {"b": DAY}
        late = DAY + timedelta(days=11)
        for day, to_owner, wanted in (
            (DAY + timedelta(days=10), True, tools.Terms(shares)),
            (DAY + timedelta(days=10), False, tools.Terms(shares)),
            (late, True, tools.Terms({"a": Fraction(100)})),
            (late, False, tools.Terms(shares, frozenset("b"))),
        ):
            with self.subTest(day=day, to_owner=to_owner):
                self.assertEqual(
                    tools.get_terms(shares, "a", day, left, 10, to_owner), wanted
                )
        # whoever left last turns off the light
        kept = tools.Terms(shares, frozenset("ab"))
        left["a"] = DAY
        self.assertEqual(tools.get_terms(shares, "a", late, left, 10, True), kept)
        self.assertEqual(
            tools.get_terms(shares, "a", late, left, None, True), tools.Terms(shares)
        )

    def test_random_leaving(self):
        """Some leave and come back, months are closed: the company keeps the rest."""
        chance = random.Random(31)
        shares = {"a": Fraction(60), "b": Fraction(40)}
        agreed = tools.Terms(shares)
        choices = [
            None,
            agreed,
            tools.Terms({"a": Fraction(100)}),
            tools.Terms(shares, frozenset("b")),
            tools.Terms(shares, frozenset("ab")),
        ]
        for _round in range(300):
            rate = Fraction(chance.randrange(1, 2000), 100)
            events, booked, terms = {}, {}, {}
            for _number in range(chance.randrange(1, 15)):
                key = f"p{chance.randrange(6)}"
                if key in events and chance.random() < 0.4:
                    del events[key]
                else:
                    day = DAY.replace(day=chance.randrange(1, 28))
                    terms.setdefault(key, chance.choice(choices))
                    cents = chance.randrange(1, 999999)
                    events[key] = event(key, cents, day)._replace(terms=terms[key])
                if chance.random() < 0.5:
                    rows = tools.book(list(events.values()), booked, rate, shares)
                    booked = close(rows, booked)
            rows = tools.book(list(events.values()), booked, rate, shares)
            booked = close(rows, booked)
            earned, whole, lost = total(booked), Fraction(0), Fraction(0)
            for row in events.values():
                whole += row.cents * rate / 100
                held = row.terms or agreed
                lost += row.cents * rate / 100 * sum(held.shares[p] for p in held.kept)
            self.assertLessEqual(
                abs(sum(earned.values()) - (whole - lost / 100)), len(choices)
            )
            if not lost:
                self.assertEqual(sum(earned.values()), tools.round_half_up(whole))

    def test_tiers(self):
        """Marginal: what is above; retroactive: all of it; at the limit: not yet."""
        tiers = [(100000, 150), (200000, 200)]
        for base, marginal, retroactive in (
            (0, 1, 1),
            (100000, 1, 1),
            (100001, Fraction(200003, 200002), Fraction(3, 2)),
            (200000, Fraction(5, 4), Fraction(3, 2)),
            (300000, Fraction(3, 2), 2),
            (-5, 1, 1),
        ):
            with self.subTest(base=base):
                self.assertEqual(
                    tools.get_factor(base, tiers, tools.MARGINAL), marginal
                )
                self.assertEqual(
                    tools.get_factor(base, tiers, tools.RETROACTIVE), retroactive
                )

    def test_adjust(self):
        """Tiers and a limit are spread over the rows, to the cent."""
        rows = {"p1": (100000, 5000), "p2": (200000, 10000)}
        tiers = [(100000, 150), (200000, 200)]
        for mode, cap, added in (
            (tools.MARGINAL, 0, {"p1": 2500, "p2": 5000}),
            (tools.RETROACTIVE, 0, {"p1": 5000, "p2": 10000}),
            (tools.RETROACTIVE, 20000, {"p1": 1667, "p2": 3333}),
            (tools.MARGINAL, 6000, {"p1": -3000, "p2": -6000}),
        ):
            with self.subTest(mode=mode, cap=cap):
                self.assertEqual(tools.adjust(rows, tiers, mode, cap), added)
        # what was paid back is multiplied like the rest, and no cent more
        rows = {"paid": (100000, 5000), "back": (-20000, -1000)}
        tiers = [(50000, 150)]
        for mode, cap, added in (
            (tools.RETROACTIVE, 0, {"paid": 2500, "back": -500}),
            (tools.MARGINAL, 0, {"paid": 938, "back": -188}),
            (tools.RETROACTIVE, 3000, {"paid": -1250, "back": 250}),
        ):
            with self.subTest("paid back", mode=mode, cap=cap):
                self.assertEqual(tools.adjust(rows, tiers, mode, cap), added)
        rows = {"paid": (100000, 5000), "back": (-10000, -4999)}
        self.assertEqual(
            tools.adjust(rows, tiers, tools.RETROACTIVE, 0),
            {"paid": 2500, "back": -2499},
        )
        self.assertEqual(tools.adjust({}, tiers, tools.MARGINAL, 5), {})
        self.assertEqual(tools.adjust({"p1": (0, 0)}, [], tools.MARGINAL, 5), {"p1": 0})

    def test_taken_adjustment(self):
        """In two steps or in one, nothing is left of what a tier has added."""
        self.assertEqual(tools.take_back(10000, 333, -10000), -333)
        first = tools.take_back(10000, 333, -5000)
        self.assertEqual(first, -166)
        self.assertEqual(tools.take_back(5000, 333 + first, -5000), -167)
        self.assertEqual(tools.take_back(0, 5, 0), -5)

    def test_carry(self):
        """No month is paid below zero; what is owed goes on."""
        for earned, owed, paid, rest in (
            (100, 0, 100, 0),
            (-30, 0, 0, -30),
            (100, -30, 70, 0),
            (10, -30, 0, -20),
        ):
            self.assertEqual(tools.carry(earned, owed), (paid, rest))

    def test_months(self):
        self.assertEqual(tools.month_of(date(2026, 2, 28)), date(2026, 2, 1))
        self.assertEqual(tools.next_month(date(2026, 12, 31)), date(2027, 1, 1))
        self.assertEqual(tools.next_month(date(2026, 1, 1)), date(2026, 2, 1))
