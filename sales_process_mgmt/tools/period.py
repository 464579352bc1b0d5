# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Days, weeks and months as people think of them, and as moments to search for.

A period has a first and a last date, both belong to it. As moments it is half-open:
from the first second of its first date up to, and without, the first second after its
last date, so that periods neither overlap nor leave a gap. Weeks are those of ISO 8601,
Monday to Sunday. Moments are naive UTC datetimes, zones are those of pytz.
"""

from calendar import monthrange
from datetime import date, timedelta

from .deadline import (
    FIRST_DATE,
    LAST_DATE,
    add_days,
    end_of_day_utc,
    local_moment_utc,
    start_of_day_utc,
)

KINDS = ("daily", "weekly", "monthly")
# When a report is due on the last day of its period, unless the team says otherwise
DUE_HOURS = {"daily": 20.0, "weekly": 17.0, "monthly": 17.0}

_ONE_SECOND = timedelta(seconds=1)


def _check_kind(kind):
    if kind not in KINDS:
        raise ValueError(f"Unknown kind of period: {kind!r}")


def period_dates(kind, day):
    """The period in which a day lies.

    :param str kind: ``daily``, ``weekly`` or ``monthly``
    :param day: date
    :return: ``(first date, last date)``
    """
    _check_kind(kind)
    first = last = day
    if kind == "weekly":
        first = add_days(day, -day.weekday())
        last = add_days(day, 6 - day.weekday())
    elif kind == "monthly":
        first = day.replace(day=1)
        last = day.replace(day=monthrange(day.year, day.month)[1])
    return max(first, FIRST_DATE), min(last, LAST_DATE)


def shift_period(kind, day, count=1):
    """The period so many periods later, earlier if ``count`` is negative.

    :return: ``(first date, last date)``
    """
    first, _last = period_dates(kind, day)
    if kind == "monthly":
        month = first.year * 12 + first.month - 1 + count
        month = min(max(month, 12), 9999 * 12 + 11)
        return period_dates(kind, date(month // 12, month % 12 + 1, 1))
    return period_dates(kind, add_days(first, count * (7 if kind == "weekly" else 1)))


def dates_to_utc(date_from, date_to, tz):
    """The moments of a range of dates, the last date included.

    :return: ``(from, to)``, ``from <= moment < to``
    """
    return start_of_day_utc(date_from, tz), end_of_day_utc(date_to, tz) + _ONE_SECOND


def period_utc(kind, day, tz):
    """The moments of the period in which a day lies.

    :return: ``(from, to)``, ``from <= moment < to``
    """
    return dates_to_utc(*period_dates(kind, day), tz)


def submission_deadline(kind, day, tz, hour=None):
    """Until when the report of a period has to be handed in.

    At an hour of the period's last day: Sunday for a week, the last day of a month.
    An hour that the clocks skip is the moment after it, of one that comes twice it is
    the second; 24 is the end of the day.

    :param str kind: ``daily``, ``weekly`` or ``monthly``
    :param day: a date of the period
    :param tz: pytz zone of the reporter
    :param float hour: 0 to 24, by default :data:`DUE_HOURS`
    :return: naive UTC datetime
    """
    _first, last = period_dates(kind, day)
    if hour is None:
        hour = DUE_HOURS[kind]
    moment = local_moment_utc(last, min(max(hour, 0), 24), tz)
    start, end = dates_to_utc(last, last, tz)
    return min(max(moment, start), end)
