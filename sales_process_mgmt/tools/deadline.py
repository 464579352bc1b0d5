# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Until when a customer belongs to its owner.

Pure arithmetic: moments are naive UTC datetimes, days are dates in a pytz zone. A day
ends with its last second, 23:59:59 on nearly every day of nearly every zone; where the
clocks change at midnight, that second does not exist or exists twice, and the last
instant of the date is meant.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import pytz

# Two days off the calendar's ends: every zone can show these dates.
FIRST_DATE = date(1, 1, 3)
LAST_DATE = date(9999, 12, 29)
# After so many days on which nobody works, calendar days count.
MAX_IDLE_DAYS = 3 * 366

_LAST_SECOND = time(23, 59, 59)
_ONE_SECOND = timedelta(seconds=1)
# No zone was ever further from UTC.
_MAX_OFFSET = timedelta(hours=16)


def add_days(day, days):
    """Add days to a date, staying within the calendar."""
    days = max(FIRST_DATE.toordinal() - day.toordinal(), days)
    return day + timedelta(days=min(days, LAST_DATE.toordinal() - day.toordinal()))


def local_date(moment, tz):
    """The date on the wall in a zone.

    :param moment: naive UTC datetime
    :param tz: pytz zone
    :return: date
    """
    moment = max(moment, datetime.combine(FIRST_DATE, time()))
    moment = min(moment, datetime.combine(LAST_DATE, _LAST_SECOND))
    return pytz.utc.localize(moment).astimezone(tz).date()


@lru_cache(maxsize=1024)
def end_of_day_utc(day, tz):
    """The last second of a date in a zone; kept, everybody asks for the same days.

    A date that a zone skipped (Samoa, 30 December 2011) ends with the date before it.

    :param day: date
    :param tz: pytz zone
    :return: naive UTC datetime
    """
    wall = datetime.combine(min(max(day, FIRST_DATE), LAST_DATE), _LAST_SECOND)
    moments = []
    for is_dst in (False, True):
        moment = tz.localize(wall, is_dst=is_dst).astimezone(pytz.utc)
        if moment.astimezone(tz).replace(tzinfo=None) == wall:
            moments.append(moment.replace(tzinfo=None))
    if moments:
        return max(moments)
    # This second was skipped: look for the last one before the jump.
    low, high = wall - _MAX_OFFSET, wall + _MAX_OFFSET
    while high - low > _ONE_SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if local_date(middle, tz) <= day:
            low = middle
        else:
            high = middle
    return low


def start_of_day_utc(day, tz):
    """The first second of a date in a zone: the one after the end of the day before.

    :param day: date
    :param tz: pytz zone
    :return: naive UTC datetime
    """
    return end_of_day_utc(add_days(day, -1), tz) + _ONE_SECOND


def local_moment_utc(day, hour, tz):
    """The moment at which it is ``hour`` o'clock on ``day``.

    An hour that is skipped when the clocks go forward is the moment after the jump;
    of an hour that comes twice it is the second.

    :param day: date
    :param float hour: 0 to 24, for example 8.5
    :param tz: pytz zone
    :return: naive UTC datetime
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=round(hour * 60))
    return tz.localize(wall, is_dst=False).astimezone(pytz.utc).replace(tzinfo=None)


def followup_deadline(last_contact, days, tz, is_working_day=None):
    """The end of the N-th day after the last contact.

    Contact on Monday, seven days: the next Monday, 23:59:59 local. Of working days,
    those after the day of the contact are counted. Where nobody works for three years
    the calendar cannot be meant, and calendar days count.

    :param last_contact: naive UTC datetime
    :param int days: how many days follow the day of the contact
    :param tz: pytz zone of the owner
    :param is_working_day: ``callable(date) -> bool``; None: calendar days
    :return: naive UTC datetime
    """
    start = local_date(last_contact, tz)
    days = max(days, 0)
    end = None
    if is_working_day:
        end = _find_working_day(start, days, is_working_day)
    return end_of_day_utc(end or add_days(start, days), tz)


def _find_working_day(start, count, is_working_day):
    """The ``count``-th working day after ``start``, None if there is none."""
    day, idle = start, 0
    while count and day < LAST_DATE:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
            idle = 0
        else:
            idle += 1
            if idle > MAX_IDLE_DAYS:
                return None
    return day


def agreed_deadline(normal_deadline, agreed_date, tz, max_days):
    """The deadline after customer and owner agreed on a date ("call me in a month").

    :param normal_deadline: naive UTC datetime, the deadline without it
    :param agreed_date: date in the owner's zone, may be empty
    :param tz: pytz zone of the owner
    :param int max_days: how many days the deadline may move at most
    :return: naive UTC datetime: the end of the agreed date, but not before the normal
        deadline and not more than ``max_days`` beyond it
    """
    if not agreed_date:
        return normal_deadline
    latest = add_days(local_date(normal_deadline, tz), max_days)
    return max(normal_deadline, end_of_day_utc(min(agreed_date, latest), tz))


def agree_next(before, day, date_next, normal_day, is_approved, max_days, max_times):
    """What is agreed with a customer after a contact.

    An agreed day may move the deadline beyond the normal one, so many days and so many
    times in a row, unless the leader has let it stand.

    :param tuple before: ``(agreed day or False, how many in a row moved the deadline)``
    :param date day: the day of the contact; all days are in the owner's zone
    :param date date_next: the day that is agreed now, or False
    :param date normal_day: the last day that the contact alone would give
    :param bool is_approved: the leader lets ``date_next`` stand
    :param int max_days: how far beyond the normal day
    :param int max_times: how many times in a row
    :return: ``(agreed day or False, count, last possible day where the agreed one is
        beyond it)``; the last is None for an intermediate contact that decides nothing
    """
    agreed, count = before
    if not date_next:
        # an intermediate contact leaves the agreement as it is
        return (agreed, count, None) if agreed and day < agreed else (False, 0, False)
    if date_next <= normal_day:
        return False, 0, False
    if is_approved:
        return date_next, count + 1, False
    if agreed and date_next <= agreed:
        # an earlier day takes nothing more
        return date_next, count, False
    if count >= max_times:
        return agreed, count, max(filter(None, (agreed, normal_day)))
    limit = normal_day + timedelta(days=max_days)
    return min(date_next, limit), count + 1, limit < date_next and limit


def max_hold_deadline(date_start, days, tz):
    """The end of the longest time for which a customer may be held.

    :param date_start: naive UTC datetime, when the ownership began
    :param int days: how many days follow that day
    :param tz: pytz zone of the owner
    :return: naive UTC datetime
    """
    return followup_deadline(date_start, days, tz)


def warning_span(days):
    """How long before the end of a day it is "so many days before", where no zone is
    known: the same days as :func:`reminder_moments`, but for the hour of a change of
    the clocks.

    :param int days: 0 means never
    :return: timedelta
    """
    return timedelta(days=days + 1) - _ONE_SECOND if days else timedelta()


def reminder_moments(deadline, tz, days, hour=0):
    """When to warn of a deadline.

    One day before a deadline on Monday 23:59:59 is Sunday, from its first second on
    or from a given hour.

    :param deadline: naive UTC datetime
    :param tz: pytz zone of who is warned
    :param days: how many days before, one number for each warning
    :param float hour: from which hour of the day
    :return: list of naive UTC datetimes, in the order of ``days``
    """
    last_day = local_date(deadline, tz)
    moments = []
    for number in days:
        day = add_days(last_day, -max(number, 0))
        start = start_of_day_utc(day, tz)
        moment = local_moment_utc(day, hour, tz) if hour else start
        moments.append(min(max(start, moment), deadline))
    return moments
