# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much of a goal is fulfilled, as plain arithmetic."""


def fulfilled(amount, goal, higher_is_better=True):
    """What has been reached, in percent of a goal.

    Where less is better the goal is a ceiling: fulfilled while it is kept, and the less
    so the more it is exceeded.

    :param amount: what was counted; None where there was nothing to average
    :param float goal: what was agreed; nothing is no goal
    :param bool higher_is_better: the direction of the number
    :return: float, 0 without goal
    """
    if not goal or amount is None:
        return 0.0
    if higher_is_better:
        return 100.0 * amount / goal
    return 100.0 if amount <= goal else 100.0 * goal / amount
