# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a reconciliation has brought, as plain arithmetic."""

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
    off what customers owe; all in the currency of the company.
    """

    amount: float
    is_arrived: bool
    move_type: str
    is_exchange: bool
    liquid: float
    discount: float
    total: float


def split_match(match):
    """What has become of the part of an invoice.

    Money counts where it has arrived. A credit note, a difference of rates and a
    discount that was agreed when the invoice was made settle it without money. What
    remains has been written off.

    :return: dict of amounts by kind, that add up to the amount
    """
    amount = match.amount
    if not match.is_arrived:
        return {OPEN: amount}
    if match.move_type != "entry" or match.is_exchange:
        return {SETTLED: amount}
    if not match.total:
        return {WRITTEN_OFF: amount}
    collected = amount * min(max(match.liquid / match.total, 0), 1)
    settled = min(
        amount * min(max(match.discount / match.total, 0), 1), amount - collected
    )
    return {
        COLLECTED: collected,
        SETTLED: settled,
        WRITTEN_OFF: amount - collected - settled,
    }


def share(amount, weights, digits):
    """Divide an amount, to the last unit, in proportion to weights.

    The largest remainders receive what rounding leaves over.

    :param float amount: what is divided
    :param dict weights: ``{key: number}``; where they add up to nothing, the first
        key receives all
    :param int digits: decimals of the currency
    :return: ``{key: amount}``
    """
    keys = list(weights)
    total = sum(weights.values())
    if len(keys) == 1 or not total:
        return {key: amount if key == keys[0] else 0.0 for key in keys}
    unit = 10**-digits
    units = round(amount / unit)
    exact = {key: units * weights[key] / total for key in keys}
    parts = {key: int(exact[key] // 1) for key in keys}
    rest = units - sum(parts.values())
    by_remainder = sorted(keys, key=lambda key: parts[key] - exact[key])
    for key in by_remainder[:rest]:
        parts[key] += 1
    return {key: round(parts[key] * unit, digits) for key in keys}
