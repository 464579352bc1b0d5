# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is earned, as plain arithmetic: whole cents and exact fractions, no floats.

*Cents* are the smallest units of a currency, whatever their size.
"""

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from odoo.addons.sales_process_mgmt_account.tools.money import split

RATE_DIGITS = 10
MARGINAL = "marginal"
RETROACTIVE = "retroactive"


class Terms(NamedTuple):
    """Who has which share of some money, and of whom the company keeps it."""

    shares: dict
    kept: frozenset = frozenset()


class Event(NamedTuple):
    """Money that earns: how much it is, and which part of it is without taxes.

    Its terms are given where others hold than for the rest of the order.
    """

    key: str
    day: date
    cents: int
    ratio: Fraction
    terms: Terms | None = None


class Booked(NamedTuple):
    """What the closed months hold of one event: for each person what was paid."""

    cents: int
    base: int
    amounts: dict


class Booking(NamedTuple):
    """A change that is to be booked: for each person what it earns or takes back."""

    key: str
    cents: int
    base: int
    amounts: dict
    is_takeback: bool


def to_fraction(number):
    """A number of a field, as the decimal number that people read.

    :param float number: for example 4.1
    :return: Fraction, 41/10
    """
    return Fraction(Decimal(repr(round(number or 0, RATE_DIGITS))))


def to_cents(amount, digits):
    """An amount in the smallest units of its currency.

    :param float amount: amount
    :param int digits: decimals of the currency
    :return: int
    """
    return round_half_up(Fraction(Decimal(repr(amount or 0.0))) * 10**digits)


def from_cents(cents, digits):
    """See :func:`to_cents`.

    :return: float
    """
    return round(cents / 10**digits, digits)


def round_half_up(number):
    """Round to a whole number, halves away from zero.

    :param Fraction number: number
    :return: int
    """
    sign = -1 if number < 0 else 1
    return sign * int((abs(number) * 2 + 1) // 2)


def mix_rates(parts, default):
    """The one rate of an order whose products have several.

    A line below zero takes off what is sold at its own rate. Where it takes off more,
    as a discount of a rate of its own does, there is less money of everything else and
    the rate of that stays: nobody earns more by giving a discount.

    :param list parts: ``(cents, percent)`` of each line
    :param percent default: where the lines come to nothing
    :return: Decimal, percent, not above the highest and not below the lowest rate
    """
    by_rate = defaultdict(int)
    for cents, rate in parts:
        by_rate[to_fraction(rate)] += cents
    sold = {rate: cents for rate, cents in by_rate.items() if cents > 0}
    if sum(by_rate.values()) <= 0:
        mixed = to_fraction(default)
    else:
        mixed = sum(cents * rate for rate, cents in sold.items()) / sum(sold.values())
    exact = Decimal(mixed.numerator) / Decimal(mixed.denominator)
    return exact.quantize(Decimal(1).scaleb(-RATE_DIGITS), ROUND_HALF_UP)


def earn(bases, rate):
    """What everybody has earned of all money together.

    Where several terms hold, one after the other: the cents of all of them together
    are those of the whole.

    :param list bases: ``(cents without taxes, Terms)``
    :param Fraction rate: percent
    :return: ``{person: cents}``
    """
    earned, whole, before = defaultdict(int), Fraction(), 0
    for base, terms in bases:
        whole += base
        total = round_half_up(whole * rate / 100)
        for person, cents in split(total - before, terms.shares).items():
            earned[person] += 0 if person in terms.kept else cents
        before = total
    return earned


def get_terms(shares, owner, day, left, days, to_owner):
    """Who has which share of money that comes when some have left.

    :param dict shares: ``{person: percent}``, as it was agreed
    :param owner: the person who takes over the shares of those who left
    :param date day: the day of the money
    :param dict left: ``{person: day on which the person left}``
    :param days: so many days longer they earn, None for always
    :param bool to_owner: whether the owner takes over, who is still there
    :return: Terms
    """
    if days is None:
        return Terms(shares)
    gone = {
        person
        for person in shares
        if person in left and (day - left[person]).days > days
    }
    if not gone:
        return Terms(shares)
    if not to_owner or owner in gone or owner not in shares:
        return Terms(shares, frozenset(gone))
    held = {person: part for person, part in shares.items() if person not in gone}
    held[owner] += sum(shares[person] for person in gone)
    return Terms(held)


def book(events, booked, rate, shares):
    """What is to be booked, so that everything together is what has been earned.

    Closed months stay as they are. What has gone since is taken back as it was earned;
    what has come earns the difference between what all money earns after it and
    before it: so rounding never adds up, whatever comes first.

    :param list events: Event, the money as it is now
    :param dict booked: ``{key: Booked}``, what closed months hold
    :param Fraction rate: percent, the same for the whole life of an order
    :param dict shares: ``{person: percent}``
    :return: list of Booking
    """
    now = {event.key: event for event in events if event.cents}
    agreed = Terms(shares)
    running, base = defaultdict(int), 0
    for row in booked.values():
        base += row.base
        for person, amount in row.amounts.items():
            running[person] += amount
    bookings = []
    for key, row in booked.items():
        if key in now or not (row.cents or row.base or any(row.amounts.values())):
            continue
        amounts = {person: -amount for person, amount in row.amounts.items()}
        for person, amount in amounts.items():
            running[person] += amount
        base -= row.base
        bookings.append(Booking(key, -row.cents, -row.base, amounts, True))
    state = {key: booked[key].cents for key in now if key in booked}
    for event in sorted(now.values(), key=lambda event: (event.day, event.key)):
        before = state.get(event.key, 0)
        if event.cents == before:
            continue
        state[event.key] = event.cents
        bases = _get_bases(state, now, agreed)
        exact = sum((part for part, _terms in bases), Fraction())
        target = {**dict.fromkeys(shares, 0), **earn(bases, rate)}
        is_takeback = before != 0 and abs(event.cents) < abs(before)
        bookings.append(
            Booking(
                event.key,
                event.cents - before,
                round_half_up(exact) - base,
                {person: target[person] - running[person] for person in target},
                is_takeback,
            )
        )
        base = round_half_up(exact)
        running.update(target)
    bases = _get_bases({key: event.cents for key, event in now.items()}, now, agreed)
    exact = sum((part for part, _terms in bases), Fraction())
    return _settle(bookings, booked, earn(bases, rate), running, exact - base)


def _get_bases(state, now, agreed):
    """The money without taxes, by the terms under which it came.

    :param dict state: cents by key
    :param dict now: ``{key: Event}``
    :param agreed: Terms of what has no terms of its own; they come first
    :return: list of ``(Fraction, Terms)``
    """
    bases = {}
    for key, cents in state.items():
        terms = now[key].terms or agreed
        name = (terms.shares != agreed.shares, bool(terms.kept), _name_terms(terms))
        base, _terms = bases.get(name, (Fraction(), terms))
        bases[name] = base + cents * now[key].ratio, terms
    return [bases[name] for name in sorted(bases)]


def _name_terms(terms):
    """Terms as something that can be compared and sorted."""
    return (
        sorted((str(person), part) for person, part in terms.shares.items()),
        sorted(map(str, terms.kept)),
    ).__repr__()


def _settle(bookings, booked, target, running, base_rest):
    """The last booking makes the whole right, to the last cent."""
    rest = {
        person: target.get(person, 0) - running[person]
        for person in {**target, **running}
    }
    base_rest = round_half_up(Fraction(base_rest))
    if not base_rest and not any(rest.values()):
        return bookings
    if bookings:
        last = bookings.pop()
        amounts = {
            person: last.amounts.get(person, 0) + rest.get(person, 0)
            for person in {**last.amounts, **rest}
        }
        last = last._replace(amounts=amounts, base=last.base + base_rest)
        return [*bookings, last]
    key = max(booked)
    return [Booking(key, 0, base_rest, rest, False)]


def take_back(cents, adjustment, change):
    """How much of what tiers and caps have added or cut off goes with taken money.

    :param int cents: the money of which the adjustment was made
    :param int adjustment: cents that tiers and caps have added
    :param int change: by how much the money changes
    :return: int, nothing is left when nothing of the money is left
    """
    if not cents:
        return -adjustment
    return round_half_up(Fraction(adjustment) * (cents + change) / cents) - adjustment


def get_factor(base, tiers, mode):
    """By which factor commission is multiplied, for what a month comes to.

    :param int base: cents of the month
    :param list tiers: ``(cents from which on, percent)``, ascending
    :param str mode: ``marginal``: each part of the base has the factor of its tier;
        ``retroactive``: all of it has the factor of the tier that was reached
    :return: Fraction
    """
    reached = [(start, percent) for start, percent in tiers if base > start]
    if not reached:
        return Fraction(1)
    if mode == RETROACTIVE:
        return to_fraction(reached[-1][1]) / 100
    total = Fraction(min(base, reached[0][0]))
    ends = [start for start, _percent in reached[1:]] + [base]
    for (start, percent), end in zip(reached, ends, strict=True):
        total += (end - start) * to_fraction(percent) / 100
    return total / base


def adjust(rows, tiers, mode, cap, factor=1):
    """What tiers and a factor add to the commission of a month, and a cap cuts off.

    Each row is multiplied as the month is, also one of money that was paid back: so it
    takes along what it was part of.

    :param dict rows: ``{key: (base in cents, commission in cents)}`` of a person
    :param list tiers: see :func:`get_factor`
    :param str mode: see :func:`get_factor`
    :param int cap: cents a month at most, 0 for no limit
    :param factor: Fraction by which the whole month is multiplied
    :return: ``{key: cents}``, how much more or less each row earns
    """
    base = sum(row[0] for row in rows.values())
    plain = sum(row[1] for row in rows.values())
    times = get_factor(base, tiers, mode) * factor if base > 0 else Fraction(1)
    if cap and plain * times > cap:
        times = Fraction(cap, plain)
    exact = {key: row[1] * (times - 1) for key, row in rows.items()}
    added = {key: int(part // 1) for key, part in exact.items()}
    rest = round_half_up(plain * times) - plain - sum(added.values())
    by_remainder = sorted(rows, key=lambda key: added[key] - exact[key])
    for key in by_remainder[:rest]:
        added[key] += 1
    return added


def carry(total, carried_in):
    """What is paid of a month, and what is owed into the next one.

    :param int total: cents that the month has earned, maybe less than zero
    :param int carried_in: cents, zero or less, that the month before has left
    :return: ``(paid, carried out)``
    """
    balance = total + carried_in
    return max(balance, 0), min(balance, 0)


def month_of(day):
    """The first day of the month.

    :param date day: day
    :return: date
    """
    return day.replace(day=1)


def next_month(day):
    """The first day of the month after.

    :param date day: day
    :return: date
    """
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
