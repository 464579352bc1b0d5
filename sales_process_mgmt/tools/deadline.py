# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

import pytz


def local_date(dt, tz):
    return pytz.utc.localize(dt).astimezone(tz).date()


def end_of_day_utc(d, tz):
    return (
        tz.localize(datetime.combine(d, time(23, 59, 59)))
        .astimezone(pytz.utc)
        .replace(tzinfo=None)
    )


def followup_deadline(last, days, tz, is_working_day=None):
    return end_of_day_utc(local_date(last, tz) + timedelta(days=days), tz)


def agreed_deadline(normal, agreed, tz, max_days):
    return min(
        max(normal, end_of_day_utc(agreed, tz)), normal + timedelta(days=max_days)
    )


def max_hold_deadline(start, days, tz):
    return followup_deadline(start, days, tz)
