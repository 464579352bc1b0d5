# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When orders are a signature, as plain arithmetic."""


def least_order(amount, percent, expected):
    """From which total on orders of an inquiry sign it.

    :param float amount: the least amount of the team
    :param float percent: the least share of what is expected
    :param float expected: what the inquiry is expected to bring
    :return: float, in the currency of the three
    """
    return max(amount, expected * percent / 100, 0)


def is_signature(total, least, unit):
    """Whether orders of this total sign; nothing at all never does.

    :param float total: total of the confirmed orders
    :param float least: see :func:`least_order`
    :param float unit: smallest amount of the currency
    :return: bool
    """
    return total >= unit / 2 and total > least - unit / 2
