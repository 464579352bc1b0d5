# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tables of half-open intervals: every number stands in exactly one row.

A row is ``(from, below, value)``: it holds for numbers from its first one up to, and
without, its second one. None is no bound. So 89.5 stands in the row "89 to below 90",
and no number falls between two rows or into both.
"""

from itertools import pairwise

EMPTY, START, END, ORDER, HOLE, OVERLAP = (
    "empty",
    "start",
    "end",
    "order",
    "hole",
    "overlap",
)


def find_problem(rows):
    """What is wrong with a table.

    :param rows: iterable of ``(from, below, value)`` in any order
    :return: None, or a pair of the kind of the problem and the number where it is
    """
    ordered = sort(rows)
    if not ordered:
        return EMPTY, None
    if ordered[0][0] is not None:
        return START, ordered[0][0]
    for first, below, _value in ordered:
        if first is not None and below is not None and first >= below:
            return ORDER, first
    for before, after in pairwise(ordered):
        if before[1] is None or after[0] is None or before[1] > after[0]:
            return OVERLAP, after[0]
        if before[1] < after[0]:
            return HOLE, before[1]
    if ordered[-1][1] is not None:
        return END, ordered[-1][1]
    return None


def sort(rows):
    """The rows of a table from the lowest numbers up."""
    return sorted(rows, key=lambda row: (row[0] is not None, row[0] or 0))


def look_up(rows, number):
    """The value of the row in which a number stands.

    :param rows: a table without problem
    :param number: int or float
    :return: the value, None where no row holds the number
    """
    for first, below, value in rows:
        if (first is None or number >= first) and (below is None or number < below):
            return value
    return None
