# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A total shared out so that the parts add up to it again."""

from decimal import ROUND_DOWN, Decimal


def spread(total, weights, step=1):
    """Share a total out by weights, in whole steps.

    What rounding leaves over goes, step by step, to those who lost most by it, the
    first ones first. Without any weight everybody gets the same.

    :param total: number, not negative
    :param list weights: numbers, not negative
    :param step: the smallest amount, such as 1 or 0.01
    :return: list of floats in the order of the weights; their sum is the total
    """
    total, step = Decimal(str(total)), Decimal(str(step))
    shares = [Decimal(str(max(weight, 0))) for weight in weights]
    whole = sum(shares)
    if not whole:
        shares = [Decimal(1)] * len(shares)
        whole = Decimal(len(shares))
    exact = [total * share / whole for share in shares]
    parts = [(value / step).to_integral_value(ROUND_DOWN) * step for value in exact]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    rest = total - sum(parts)
    # Nobody lost a whole step, so that one round is enough.
    for at in order:
        # the last bit of a total that is no multiple of the step
        more = min(step, rest)
        parts[at] += more
        rest -= more
    return [float(part) for part in parts]
