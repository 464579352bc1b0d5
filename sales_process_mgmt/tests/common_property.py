# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What holds for any input: settings of Hypothesis, and what it chooses from.

The same examples in every run and on every machine: nothing is remembered between
runs, and a busy machine fails no test.
"""

from datetime import date, datetime, timedelta

import pytz
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

settings.register_profile(
    "sales_process",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("sales_process")

# No zone has skipped a whole day since.
FIRST_MOMENT, LAST_MOMENT = datetime(2013, 1, 1), datetime(2060, 1, 1)

zones = st.sampled_from(pytz.common_timezones).map(pytz.timezone)
moments = st.datetimes(FIRST_MOMENT, LAST_MOMENT).map(
    lambda moment: moment.replace(microsecond=0)
)
days = st.dates(date(2013, 1, 1), date(2060, 1, 1))


@st.composite
def changing_moments(draw):
    """A zone, and a moment within two days of a change of its clocks if it has any.

    :return: ``(zone, naive UTC datetime)``
    """
    zone = draw(zones)
    changes = [
        change
        for change in getattr(zone, "_utc_transition_times", ())
        if FIRST_MOMENT < change < LAST_MOMENT
    ]
    if not changes:
        return zone, draw(moments)
    seconds = st.integers(-2 * 86400, 2 * 86400)
    return zone, draw(st.sampled_from(changes)) + timedelta(seconds=draw(seconds))


@st.composite
def calendars(draw):
    """Which days are worked on: some of a week, but for holidays and make-up days.

    :return: ``callable(date) -> bool``
    """
    weekdays = draw(st.sets(st.integers(0, 6), min_size=1))
    exceptions = draw(st.sets(days, max_size=6))
    return lambda day: (day.weekday() in weekdays) != (day in exceptions)
