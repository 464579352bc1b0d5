# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a violation counts, and how heavily.

Pure arithmetic: moments are naive UTC datetimes, days are dates in a pytz zone.
"""

from dateutil.relativedelta import relativedelta

from odoo.addons.sales_process_mgmt.tools import clock
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools


def is_away(day, absences, tz):
    """Whether somebody was away on a day; half a day is a day of work.

    :param day: date where the person works
    :param absences: list of naive UTC ``(start, end)``
    :param tz: pytz zone of the person
    :return: bool
    """
    start = deadline_tools.local_moment_utc(day, clock.CORE_FROM, tz)
    end = deadline_tools.local_moment_utc(day, clock.CORE_TO, tz)
    return any(first <= start and end <= last for first, last in absences)


def expiry(day, months):
    """The last day on which the points of a violation count.

    :param day: date of the fact
    :param int months: for how long they count, 0: for ever
    :return: date, or None
    """
    if not months:
        return None
    return day + relativedelta(months=months, days=-1)


def count_repeats(days):
    """How many times the same was upheld before, while it had not expired.

    :param days: list of ``(date of the fact, last day that counts or None)``, in the
        order of the dates
    :return: list of integers, 1 for the first time
    """
    return [
        1 + sum(1 for _day, last in days[:place] if last is None or last >= day)
        for place, (day, _last) in enumerate(days)
    ]
