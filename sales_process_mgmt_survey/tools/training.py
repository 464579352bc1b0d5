# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Until when a step of a training is due, and how long a certificate holds.

Pure arithmetic: moments are naive UTC datetimes, days are dates in a pytz zone.
"""

import hashlib
import json

from dateutil.relativedelta import relativedelta

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools

# Submitting takes a moment: what arrives so long after the end is taken.
SUBMIT_SECONDS = 10


def step_deadline(assigned, days, tz, is_working_day, away=()):
    """The end of the N-th working day of presence after somebody joined.

    :param assigned: naive UTC datetime at which the training began for the person
    :param int days: working days that there are
    :param tz: pytz zone of the person
    :param is_working_day: ``callable(date) -> bool``, or None: all days count
    :param away: dates on which the person is absent
    :return: naive UTC datetime
    """

    def counts(day):
        return day not in away and (is_working_day is None or is_working_day(day))

    return deadline_tools.followup_deadline(assigned, days, tz, counts)


def expiry_day(passed, months, tz):
    """The last day on which a certificate holds.

    :param passed: naive UTC datetime
    :param int months: how long it holds; 0: for ever
    :param tz: pytz zone of the person
    :return: date, or None
    """
    if not months:
        return None
    return deadline_tools.local_date(passed, tz) + relativedelta(months=months)


def valid_until(expiry, grace, away=()):
    """The last day, where leave on it gives some days after the return.

    :param expiry: date
    :param int grace: days after the return
    :param away: dates on which the person is absent
    :return: date
    """
    if expiry not in away:
        return expiry
    day = expiry
    while day in away:
        day = deadline_tools.add_days(day, 1)
    # the day of the return is the first of them
    return deadline_tools.add_days(day, max(grace, 1) - 1)


def make_hash(content):
    """By what a set of questions is recognised.

    :param content: what JSON holds
    :return: str, SHA-256 in hexadecimal digits
    """
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
