# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Days on which somebody is away, as the clock of a customer counts them.

Pure arithmetic: moments are naive UTC datetimes, days are dates in a pytz zone. See
:mod:`deadline` for the ends of days.
"""

from datetime import datetime, timedelta

from .deadline import (
    add_days,
    end_of_day_utc,
    local_date,
    local_moment_utc,
    start_of_day_utc,
)

# Who is away from ten to four is away that day: leave is entered by working hours,
# half a day is work.
CORE_FROM, CORE_TO = 10, 16
_ONE_SECOND = timedelta(seconds=1)
# An absence without an end is looked at so far ahead.
LONGEST = 3660


def touched_days(start, end, tz):
    """The dates of which an interval holds any moment.

    :return: set of dates
    """
    first, last = local_date(start, tz), local_date(max(start, end - _ONE_SECOND), tz)
    return {
        add_days(first, number)
        for number in range(min((last - first).days, LONGEST) + 1)
    }


def away_days(intervals, after, count, tz):
    """The first dates after a day on which somebody is away, in their order.

    :param intervals: list of ``(start, end)``
    :param after: date that is not looked at any more
    :param int count: how many at most
    :param tz: pytz zone
    :return: set of dates
    """
    days = set()
    for start, end in sorted(intervals):
        day = max(add_days(after, 1), local_date(start, tz))
        last = local_date(end, tz) if end != datetime.max else add_days(day, LONGEST)
        found = 0
        while day <= last and found < count:
            if (
                start <= local_moment_utc(day, CORE_FROM, tz)
                and local_moment_utc(day, CORE_TO, tz) <= end
            ):
                days.add(day)
                found += 1
            day = add_days(day, 1)
    return set(sorted(days)[:count])


def without_days(interval, days, tz):
    """An interval without the dates on which somebody worked after all.

    :param interval: ``(start, end)``
    :param days: dates
    :param tz: pytz zone
    :return: list of ``(start, end)``
    """
    parts = [interval]
    for day in sorted(days):
        first, last = start_of_day_utc(day, tz), end_of_day_utc(day, tz) + _ONE_SECOND
        split = []
        for start, end in parts:
            if last <= start or first >= end:
                split.append((start, end))
                continue
            if start < first:
                split.append((start, first - _ONE_SECOND))
            if last < end:
                split.append((last, end))
        parts = split
    return parts
