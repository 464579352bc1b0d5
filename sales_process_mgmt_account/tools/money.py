# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a reconciliation has brought, as plain arithmetic."""

from fractions import Fraction
from typing import NamedTuple

COLLECTED = "collected"
WRITTEN_OFF = "written_off"
OPEN = "open"
SETTLED = "settled"

INVOICES = ("out_invoice", "out_refund", "out_receipt")


class Match(NamedTuple):
    """Part of an invoice that is reconciled with a line of another entry.

    ``amount`` is positive. ``liquid`` and ``discount`` are what the other entry
    brings to the bank and grants as an agreed discount, out of ``total`` that it takes
    off what customers owe; all in the currency of the company. ``before`` is how much
    of the entry had been matched before this part.
    """

    amount: float
    is_arrived: bool
    move_type: str
    is_exchange: bool
    liquid: float
    discount: float
    total: float
    before: float = 0.0


def split_match(match, digits):
    """What has become of the part of an invoice.

    Money counts where it has arrived. A credit note, a difference of rates and a
    discount that was agreed when the invoice was made settle it without money. What
    remains has been written off.

    All parts of an entry together have brought what the entry has brought, to the last
    unit: each has what it adds to those before.

    :param int digits: decimals of the currency of the company
    :return: dict of amounts by kind, that add up to the amount
    """
    amount = match.amount
    if not match.is_arrived:
        return {OPEN: amount}
    if match.move_type != "entry" or match.is_exchange:
        return {SETTLED: amount}
    if not match.total:
        return {WRITTEN_OFF: amount}
    total, first, units = (
        _to_units(value, digits) for value in (match.total, match.before, amount)
    )
    liquid = min(max(Fraction(_to_units(match.liquid, digits), total), 0), 1)
    discount = min(max(Fraction(_to_units(match.discount, digits), total), 0), 1)
    last = first + units
    collected, gone = (
        _round_half_up(last * part) - _round_half_up(first * part)
        for part in (liquid, min(liquid + discount, 1))
    )
    return {
        COLLECTED: _from_units(collected, digits),
        SETTLED: _from_units(gone - collected, digits),
        WRITTEN_OFF: _from_units(units - gone, digits),
    }


def _to_units(amount, digits):
    return round(amount * 10**digits)


def _from_units(units, digits):
    return round(units / 10**digits, digits)


def _round_half_up(number):
    """Round what is not below zero to a whole number."""
    return int((number * 2 + 1) // 2)


def split(units, weights):
    """Divide whole units in proportion to weights.

    The largest remainders get what rounding leaves over. What is less than zero is
    divided as what is above: twice the opposite is nothing. A weight below zero takes
    from the others, as a down payment does that is taken off again.

    :param int units: what is divided
    :param dict weights: ``{key: number}``, in the order in which equal remainders are
        served; where they add up to nothing, the first key receives all
    :return: ``{key: int}``, that add up to the units
    """
    exact = {key: Fraction(weight) for key, weight in weights.items()}
    total = sum(exact.values())
    if not total:
        first = next(iter(weights), None)
        return {key: units if key == first else 0 for key in weights}
    sign = -1 if units < 0 else 1
    exact = {key: abs(units) * weight / total for key, weight in exact.items()}
    parts = {key: int(part // 1) for key, part in exact.items()}
    rest = abs(units) - sum(parts.values())
    by_remainder = sorted(weights, key=lambda key: parts[key] - exact[key])
    for key in by_remainder[:rest]:
        parts[key] += 1
    return {key: sign * part for key, part in parts.items()}


def share(amounts, weights, digits):
    """Divide amounts one after the other, to the last unit; see :func:`split`.

    Together they are divided as their sum would be: each has what it adds to those
    before. So what comes in parts and goes as a whole leaves nothing.

    :param list amounts: floats
    :param dict weights: ``{key: number}``
    :param int digits: decimals of the currency
    :return: list of ``{key: amount}``
    """
    if len(weights) == 1:
        return [dict.fromkeys(weights, amount) for amount in amounts]
    found, total, before = [], 0, dict.fromkeys(weights, 0)
    for amount in amounts:
        total += _to_units(amount, digits)
        now = split(total, weights)
        found.append(
            {key: _from_units(now[key] - before[key], digits) for key in weights}
        )
        before = now
    return found
