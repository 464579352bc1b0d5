# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a scorecard is counted, as plain arithmetic with exact decimals.

Only what people see is rounded: percents and scores to two decimals, half up.
"""

from decimal import ROUND_HALF_UP, Decimal

from . import tables

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
# Coefficients are multiplied with an amount of money: two more decimals.
FINE = Decimal("0.0001")


def to_decimal(number):
    """A number as it is written, without the tail of its binary form."""
    return number if isinstance(number, Decimal) else Decimal(str(number))


def round_half_up(number, step=CENT):
    """A decimal as people read it.

    :return: float
    """
    return float(to_decimal(number).quantize(step, ROUND_HALF_UP))


def get_share(days, whole):
    """Which part of the days somebody was there; the whole where there are none.

    :return: Decimal, 0 to 1
    """
    return Decimal(days) / Decimal(whole) if whole else Decimal(1)


def get_percent(actual, goal, higher_is_better=True, table=()):
    """How much of a goal is fulfilled.

    Where less is better the goal is a ceiling: 100 while it is kept, and the less so
    the more it is exceeded; nothing divided by nothing is a ceiling that is kept.

    :param actual: what was counted; None where there was nothing to count
    :param goal: None where there is none; ignored where there is a table
    :param table: rows of :mod:`tables`, by what was counted
    :return: Decimal, or None where nothing can be said
    """
    if actual is None:
        return None
    if table:
        value = tables.look_up(table, actual)
        return None if value is None else to_decimal(value)
    if goal is None:
        return None
    actual, goal = to_decimal(actual), to_decimal(goal)
    if higher_is_better:
        return HUNDRED * actual / goal if goal > 0 else None
    if actual <= goal:
        return HUNDRED
    return HUNDRED * goal / actual if goal > 0 else Decimal(0)


def limit(percent, floor=0, cap=None):
    """A percent within its bounds.

    :return: Decimal
    """
    percent = max(percent, to_decimal(floor or 0))
    return min(percent, to_decimal(cap)) if cap else percent


def redistribute(weights, counts):
    """The weights of what cannot be judged go to the rest, in proportion.

    :param list weights: numbers
    :param list counts: bools, whether there is something to judge
    :return: list of Decimals with the same sum, all zero where nothing is left
    """
    weights = [to_decimal(weight) for weight in weights]
    whole = sum(weights, Decimal(0))
    left = sum(
        (weight for weight, is_there in zip(weights, counts, strict=True) if is_there),
        Decimal(0),
    )
    return [
        weight * whole / left if is_there and left else Decimal(0)
        for weight, is_there in zip(weights, counts, strict=True)
    ]


def get_deduction(points, each, most=0):
    """What points take away.

    :param points: what was counted, None or less than zero for nothing
    :param each: score for each point
    :param most: what they take away at most; 0: no limit
    :return: Decimal, not negative
    """
    taken = max(to_decimal(points or 0), Decimal(0)) * to_decimal(each)
    return min(taken, to_decimal(most)) if most else taken


def contribute(weight, percent):
    """What a line gives: its weight times what is fulfilled of it.

    Rounded as it is shown, so that the lines add up to the score.

    :return: Decimal
    """
    value = to_decimal(weight) * to_decimal(percent) / HUNDRED
    return value.quantize(CENT, ROUND_HALF_UP)


def add_up(contributions, deductions=(), floor=0):
    """The score of a segment.

    :param contributions: what the lines give that can be judged
    :param deductions: what points take away
    :param floor: the score is not lower than this
    :return: tuple of the score, None where nothing can be judged, and whether it was
        lifted to the floor
    """
    contributions = list(contributions)
    if not contributions:
        return None, False
    score = sum(contributions, Decimal(0)) - sum(deductions, Decimal(0))
    lowest = to_decimal(floor)
    return (lowest, True) if score < lowest else (score, False)


def multiply(personal, team, floor=0):
    """Both coefficients together.

    :param floor: they are not lower than this
    :return: float
    """
    product = to_decimal(personal) * to_decimal(team)
    return round_half_up(max(product, to_decimal(floor)), FINE)


def average(values):
    """The mean of values by their weights.

    :param values: pairs of weight and value; without value they do not count
    :return: Decimal, None where nothing is left
    """
    values = [
        (to_decimal(weight), to_decimal(value))
        for weight, value in values
        if value is not None
    ]
    if not values:
        return None
    whole = sum((weight for weight, _value in values), Decimal(0))
    if not whole:
        values = [(Decimal(1), value) for _weight, value in values]
        whole = Decimal(len(values))
    return sum((weight * value for weight, value in values), Decimal(0)) / whole
