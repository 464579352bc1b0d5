# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A month of a person, cut where the person changes teams.

Segments are half-open: ``(team, from, end)`` holds the days from the first one up to,
and without, the second one. Each day is in one team at most, so that segments neither
overlap nor leave a gap within the time that somebody belongs to a team.
"""

from datetime import timedelta
from itertools import pairwise

ONE_DAY = timedelta(days=1)


def cut(stays, first, end):
    """The segments of a span.

    Where somebody is in two teams on a day, the team joined last holds: whoever changes
    on the 15th is in the new team on the 15th.

    :param stays: iterable of ``(team, first day, end)``; the end is the first day
        without the team, None while it lasts
    :param date first: first day of the span
    :param date end: the first day after it
    :return: list of ``(team, from, end)`` in the order of their days
    """
    order = sorted(enumerate(stays), key=lambda item: (item[1][1], item[0]))
    bounds = {first, end}
    for _place, (_team, start, stop) in order:
        bounds.add(min(max(start, first), end))
        if stop is not None:
            bounds.add(min(max(stop, first), end))
    marks = sorted(bounds)
    segments = []
    for start, stop in pairwise(marks):
        holding = [
            team
            for _place, (team, since, until) in order
            if since <= start and (until is None or until > start)
        ]
        if not holding:
            continue
        team = holding[-1]
        if segments and segments[-1][0] == team and segments[-1][2] == start:
            segments[-1] = (team, segments[-1][1], stop)
        else:
            segments.append((team, start, stop))
    return segments


def iterate_days(first, end):
    """The days of a half-open span.

    :return: generator of dates
    """
    while first < end:
        yield first
        first += ONE_DAY


def count_days(first, end, is_working=None, away=()):
    """How many days of a span somebody works.

    :param is_working: ``callable(date) -> bool``, None where all days count
    :param away: dates that do not count
    :return: int
    """
    return sum(
        1
        for day in iterate_days(first, end)
        if day not in away and (is_working is None or is_working(day))
    )
