# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is first: equal scores share a rank, and the next rank is left out (1, 1, 3)."""


def rank(scores):
    """The rank of each, by what is seen: scores are rounded before they are compared.

    :param dict scores: ``{key: number or None}``
    :return: ``{key: rank}`` without those that have no score
    """
    values = {
        key: round(value, 2) for key, value in scores.items() if value is not None
    }
    ordered = sorted(values.values(), reverse=True)
    first = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
    return {key: first[value] for key, value in values.items()}


def get_gains(now, before):
    """By how much each has improved.

    :param dict now: ``{key: number or None}``
    :param dict before: the same of the period before
    :return: ``{key: difference}`` of those who have both
    """
    return {
        key: round(value - before[key], 2)
        for key, value in now.items()
        if value is not None and before.get(key) is not None
    }
