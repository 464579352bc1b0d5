# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When somebody may be told something: hours of the day on the wall of the reader.

Pure arithmetic: moments are naive UTC datetimes, hours are numbers like 8.5.
"""

from datetime import timedelta

import pytz

from .deadline import add_days, local_date, local_moment_utc


def get_hour(moment, tz):
    """The time on the wall, in hours.

    :param moment: naive UTC datetime
    :param tz: pytz zone
    :return: float, 0 up to 24
    """
    wall = pytz.utc.localize(moment).astimezone(tz)
    return wall.hour + wall.minute / 60 + wall.second / 3600


def quiet_until(moment, tz, quiet_from, quiet_to):
    """When the quiet hours end in which a moment lies.

    They may go over midnight. From and to the same hour: there are none.

    :param moment: naive UTC datetime
    :param tz: pytz zone
    :param float quiet_from: 0 to 24
    :param float quiet_to: 0 to 24
    :return: naive UTC datetime, None outside of quiet hours
    """
    hour = get_hour(moment, tz)
    over_midnight = quiet_from > quiet_to
    if over_midnight:
        is_quiet = hour >= quiet_from or hour < quiet_to
    else:
        is_quiet = quiet_from <= hour < quiet_to
    if not is_quiet:
        return None
    today = local_date(moment, tz)
    day = add_days(today, 1) if over_midnight and hour >= quiet_from else today
    # the hour that comes twice when the clocks go back must not lie behind
    return max(local_moment_utc(day, quiet_to, tz), moment + timedelta(seconds=1))


def next_hour(moment, tz, hour):
    """The next moment at which it is this hour, after ``moment``.

    :param moment: naive UTC datetime
    :param tz: pytz zone
    :param float hour: 0 to 24
    :return: naive UTC datetime
    """
    today = local_date(moment, tz)
    due = local_moment_utc(today, hour, tz)
    return due if due > moment else local_moment_utc(add_days(today, 1), hour, tz)
