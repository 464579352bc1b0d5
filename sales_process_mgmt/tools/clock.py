# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The days of one person and of a team: zone, working days, hours, absence, warnings.

Pure arithmetic: moments are naive UTC datetimes, days are dates in a pytz zone. See
:mod:`deadline` for the ends of days.
"""

from datetime import date, datetime, time, timedelta

import pytz

from .deadline import (
    add_days,
    end_of_day_utc,
    local_date,
    local_moment_utc,
    reminder_moments,
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


def find_zone(names):
    """The first zone that has a name and exists.

    :param names: names of zones, may be empty or unknown; no more are read than needed
    :return: a pytz zone, or None
    """
    for name in filter(None, names):
        try:
            return pytz.timezone(name)
        except pytz.UnknownTimeZoneError:
            continue
    return None


def working_day_checker(exceptions, read_days_off, tz, days_off=None):
    """A function that tells whether somebody works on a day.

    Days off are read year by year as they are asked for.

    :param dict exceptions: ``{date: bool}``, they stand above the days off
    :param read_days_off: ``callable(first, last) -> dates``, both datetimes with zone
    :param tz: pytz zone of the calendar
    :param dict days_off: ``{year: dates}``, what has been read; kept between callers
    :return: ``callable(date) -> bool``
    """
    days_off = {} if days_off is None else days_off

    def is_working_day(day):
        if day in exceptions:
            return exceptions[day]
        if day.year not in days_off:
            first = tz.localize(datetime(day.year, 1, 1))
            last = tz.localize(datetime.combine(date(day.year, 12, 31), time.max))
            days_off[day.year] = read_days_off(first, last)
        return day not in days_off[day.year]

    return is_working_day


def usual_hours_getter(attendances, get_week_type=None):
    """A function that gives the usual hours of a day.

    :param attendances: list of ``(day of the week as a str, Monday is "0", week type,
        hour from, hour to)``
    :param get_week_type: ``callable(date) -> int`` of calendars of two weeks
    :return: ``callable(date) -> [(hour from, hour to)]``
    """

    def get_hours(day):
        week_types = {False, str(get_week_type(day))} if get_week_type else None
        return [
            (hour_from, hour_to)
            for weekday, week_type, hour_from, hour_to in attendances
            if weekday == str(day.weekday())
            and (week_types is None or week_type in week_types)
        ]

    return get_hours


def warning_level(deadline, tz, numbers, now):
    """Which warning of a deadline is to be given by now.

    :param deadline: naive UTC datetime
    :param tz: pytz zone of who is warned
    :param numbers: so many days before each warning comes, 0 is no warning
    :param now: naive UTC datetime
    :return: int, 0: none yet, 1: the first, and so on
    """
    moments = reminder_moments(deadline, tz, numbers)
    levels = [
        level
        for level, (days, moment) in enumerate(
            zip(numbers, moments, strict=True), start=1
        )
        if days and moment <= now
    ]
    return max(levels, default=0)
