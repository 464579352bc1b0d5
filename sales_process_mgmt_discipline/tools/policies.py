# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The checksum of a policy's text, and until when somebody has to have read it.

Pure arithmetic: moments are naive UTC datetimes, days are dates in a pytz zone.
"""

import hashlib
import json
from itertools import count

from odoo.addons.sales_process_mgmt.tools import clock
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools

# Nobody is waited for longer than so many days of absence.
MOST_DAYS_AWAY = 400


def make_content_hash(content):
    """What a text and its files are recognised by.

    :param dict content: what JSON holds
    :return: str, SHA-256 in hexadecimal digits
    """
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def reading_deadline(assigned, days, tz, absences=(), effect=None):
    """The end of the N-th day of presence after somebody was asked to read.

    Whoever is away on the day on which it is asked is asked on the first day back.
    Days away do not count; half a day is a day of work.

    :param assigned: naive UTC datetime at which it was asked
    :param int days: how many days there are to read
    :param tz: pytz zone of the person
    :param absences: list of naive UTC ``(start, end)``
    :param effect: date from which the policy holds; before it nobody is late
    :return: naive UTC datetime
    """
    asked = deadline_tools.local_date(assigned, tz)
    before = deadline_tools.add_days(asked, -1)
    away = clock.away_days(absences, before, MOST_DAYS_AWAY, tz)
    first = next(
        day
        for day in (deadline_tools.add_days(asked, number) for number in count())
        if day not in away
    )
    deadline = deadline_tools.followup_deadline(
        deadline_tools.start_of_day_utc(first, tz),
        days,
        tz,
        (lambda day: day not in away) if away else None,
    )
    if effect:
        return max(deadline, deadline_tools.start_of_day_utc(effect, tz))
    return deadline


def keep_time(deadline, before, now, tz):
    """Leave that is called off makes nobody late at once: today is left.

    :param deadline: naive UTC datetime that has been reckoned anew
    :param before: naive UTC datetime until which there was time so far
    :param now: naive UTC datetime
    :param tz: pytz zone of the person
    :return: naive UTC datetime
    """
    if deadline < now <= before:
        today = deadline_tools.local_date(now, tz)
        return min(before, deadline_tools.end_of_day_utc(today, tz))
    return deadline
