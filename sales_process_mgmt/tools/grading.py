# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which grade a customer reaches by its numbers, and when it loses the one it has."""

from typing import NamedTuple

# Growth where there was nothing before.
FROM_NOTHING = 100.0


class Numbers(NamedTuple):
    """What is known of a customer; None where something never happened."""

    turnover: float = 0.0
    growth: float = 0.0
    contact_days: int | None = None
    order_days: int | None = None
    potential: float = 0.0


class Criteria(NamedTuple):
    """What a grade asks for; 0 is not asked.

    The first numbers of days and amounts are compared by :func:`meets`.
    """

    turnover: float = 0.0
    growth: float = 0.0
    contact_days: int = 0
    order_days: int = 0
    potential: float = 0.0


LEAST = ("turnover", "growth", "potential")
MOST = ("contact_days", "order_days")


def get_growth(turnover, before):
    """By how many percent the turnover has grown against the period before.

    :param float turnover: of the period, refunds taken off
    :param float before: of the period before
    :return: float; 100 where there was nothing before, 0 where there never was any
    """
    if before > 0:
        return round((turnover - before) * 100 / before, 2)
    return FROM_NOTHING if turnover > 0 else 0.0


def meets(criteria, numbers, slack=0.0):
    """Tell whether numbers reach all that a grade asks for.

    :param Criteria criteria: of the grade
    :param Numbers numbers: of the customer
    :param float slack: by which share the limits are eased, 0.1 for 10 percent
    :return: bool
    """
    for name in LEAST:
        limit = getattr(criteria, name)
        # what is eased is easier, below zero, too
        if limit and getattr(numbers, name) < limit - abs(limit) * slack:
            return False
    for name in MOST:
        limit, days = getattr(criteria, name), getattr(numbers, name)
        if limit and (days is None or days > limit * (1 + slack)):
            return False
    return True


def find_level(levels, numbers):
    """The best grade that the numbers reach.

    :param levels: list of :class:`Criteria`, the best grade first
    :return: int, its place; ``len(levels)`` where there is none
    """
    for place, criteria in enumerate(levels):
        if meets(criteria, numbers):
            return place
    return len(levels)


def judge(levels, numbers, current, below=0, slack=0.0, patience=1):
    """Which grade a customer has after an evaluation.

    It goes up at once. It goes down where the eased limits of its grade are missed,
    too, or the limits themselves in several evaluations one after the other.

    :param levels: list of :class:`Criteria`, the best grade first
    :param Numbers numbers: of the customer
    :param current: int, place of the grade it has; None without one
    :param int below: in how many evaluations until now the limits were missed
    :param float slack: by which share the limits are eased
    :param int patience: in how many evaluations in a row the limits may be missed
        before the grade goes
    :return: ``(place, below)``
    """
    reached = find_level(levels, numbers)
    if current is None or reached <= current:
        return reached, 0
    if not meets(levels[current], numbers, slack):
        return reached, 0
    if below + 1 >= patience:
        return reached, 0
    return current, below + 1
