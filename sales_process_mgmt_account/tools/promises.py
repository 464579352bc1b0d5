# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which money keeps which promise to pay, as plain arithmetic."""

from datetime import date
from typing import NamedTuple


class Promise(NamedTuple):
    """What a customer said: an amount from the day of the word until the agreed day.

    ``before`` had arrived on the day of the word before it was given. ``invoice`` is
    the invoice that is meant, or nothing: then any money of the customer counts.
    """

    key: int
    said: date
    due: date
    amount: float
    before: float
    invoice: int | bool


class Payment(NamedTuple):
    """Money that has arrived for an invoice, by the day on which it did."""

    day: date
    invoice: int | bool
    amount: float


def fulfil(promises, payments):
    """Give money to the promises that it keeps: the one that is due first is first.

    No money keeps two promises, and none that comes after the day keeps any.

    :param promises: list of Promise
    :param payments: list of Payment; what is paid back is none
    :return: ``{key: amount that has arrived in time}``
    """
    promises = sorted(promises, key=lambda promise: (promise.due, promise.key))
    arrived = {promise.key: 0.0 for promise in promises}
    before = {promise.key: promise.before for promise in promises}
    for payment in sorted(payments, key=lambda payment: payment.day):
        rest = payment.amount
        for promise in promises:
            if not promise.said <= payment.day <= promise.due:
                continue
            if promise.invoice and promise.invoice != payment.invoice:
                continue
            known = 0.0
            if payment.day == promise.said:
                known = min(max(rest, 0), before[promise.key])
                before[promise.key] -= known
            used = min(rest - known, promise.amount - arrived[promise.key])
            if used > 0:
                arrived[promise.key] += used
                rest -= used
    return arrived


def get_state(amount, arrived, due, today, unit):
    """What has become of a promise.

    :param float amount: what was promised
    :param float arrived: what has arrived in time
    :param due: date that was agreed
    :param today: date where the person works who was told
    :param float unit: the smallest amount of the currency
    :return: ``open``, ``kept``, ``partly`` or ``broken``
    """
    if arrived > amount - unit / 2:
        return "kept"
    if today <= due:
        return "open"
    return "partly" if arrived >= unit / 2 else "broken"
