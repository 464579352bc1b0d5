# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Arithmetic of complaints: working hours, and what is the same complaint."""

import hashlib
import re
from datetime import timedelta

from odoo.addons.sales_process_mgmt.tools.deadline import (
    add_days,
    local_date,
    local_moment_utc,
)

# A working day whose hours nobody has said.
USUAL_HOURS = ((9.0, 17.0),)
# So many days ahead a deadline is looked for.
MOST_DAYS = 400

_REPLY = re.compile(
    r"^\s*((re|fw|fwd|aw|wg|回复|答复|转发|转寄)\s*[:：]\s*)+", re.IGNORECASE
)
_SPACES = re.compile(r"\s+")


def iterate_spans(moment, tz, is_working_day=None, get_hours=None):
    """The working time from a moment on.

    :param moment: naive UTC datetime
    :param tz: pytz zone of the calendar
    :param is_working_day: ``callable(date) -> bool``; without it all days count
    :param get_hours: ``callable(date) -> [(hour from, hour to)]`` in the zone
    :return: iterator of ``(start, end)``, naive UTC datetimes
    """
    first = local_date(moment, tz)
    for number in range(MOST_DAYS):
        day = add_days(first, number)
        if is_working_day and not is_working_day(day):
            continue
        hours = (get_hours(day) if get_hours else ()) or USUAL_HOURS
        for hour_from, hour_to in sorted(hours):
            start = max(moment, local_moment_utc(day, hour_from, tz))
            end = local_moment_utc(day, hour_to, tz)
            if start < end:
                yield start, end


def add_hours(moment, hours, tz, is_working_day=None, get_hours=None):
    """The moment after so many working hours.

    A make-up working day on a Sunday has the usual hours. See :func:`iterate_spans`.

    :param float hours: from 0 on
    :return: naive UTC datetime
    """
    left = timedelta(hours=max(hours, 0))
    if not left:
        return moment
    for start, end in iterate_spans(moment, tz, is_working_day, get_hours):
        if left <= end - start:
            return start + left
        left -= end - start
    # a calendar that works on no day at all: the hours of the clock
    return moment + timedelta(hours=hours)


def count_hours(start, end, tz, is_working_day=None, get_hours=None):
    """How many working hours lie between two moments.

    See :func:`iterate_spans`.

    :return: float, 0 where the second is not after the first
    """
    total = timedelta()
    if start >= end:
        return 0.0
    for span_start, span_end in iterate_spans(start, tz, is_working_day, get_hours):
        if span_start >= end:
            break
        total += min(span_end, end) - span_start
    return total.total_seconds() / 3600


def clean_subject(subject):
    """A subject without what mail programs put before it.

    :param str subject: may be empty
    :return: str
    """
    return _SPACES.sub(" ", _REPLY.sub("", subject or "")).strip()


def make_fingerprint(sender, subject, text):
    """What is alike for a complaint that comes once more.

    :param str sender: address or number
    :return: str, hexadecimal
    """
    parts = (sender or "", clean_subject(subject), text or "")
    told = "\n".join(_SPACES.sub(" ", part).strip().casefold() for part in parts)
    return hashlib.sha256(told.encode()).hexdigest()


def find_names(text, names):
    """The names that stand in a text; one within a longer one of them does not count.

    :param str text: as somebody wrote it
    :param names: iterable of str
    :return: set of str
    """
    said = " ".join((text or "").casefold().split())
    found = {
        name
        for name in names
        if len(name or "") > 1 and _stands_in(" ".join(name.casefold().split()), said)
    }
    return {
        name
        for name in found
        if not any(
            name != longer and name.casefold() in longer.casefold() for longer in found
        )
    }


def _stands_in(name, said):
    # letters have words between spaces, Chinese has none
    if name.isascii():
        return bool(re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", said))
    return name in said
