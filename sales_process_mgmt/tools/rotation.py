# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is on duty when: slots from working hours, and a fair rotation over them.

Pure arithmetic. People are whatever the caller uses to name them, days are days in one
time zone, moments are naive UTC datetimes.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .deadline import local_moment_utc

# Whoever had fewer shifts lately catches up with so many at most: somebody new, or
# back after a month, is not on duty every day.
MAX_CATCH_UP = 3
# So far back a day without usual hours looks for a day that has them.
USUAL_HOURS_DAYS = 14


class Slot(NamedTuple):
    """A time to be covered. Slots of one group go to the same person if possible."""

    start: datetime
    end: datetime
    group: Any


def cut_hours(hour_from, hour_to, count):
    """Cut opening hours into shifts of the same length.

    Who closes at the hour of opening, or before it, closes on the next day.

    :param float hour_from: 0 to 24
    :param float hour_to: 0 to 24
    :param int count: how many shifts
    :return: list of ``(hour from, hour to)``; an hour above 24 is on the next day
    """
    if hour_to <= hour_from:
        hour_to += 24
    length = (hour_to - hour_from) / count
    return [
        (hour_from + number * length, hour_from + (number + 1) * length)
        for number in range(count)
    ]


def make_slots(date_from, date_to, unit, get_hours, tz, is_working_day=None):
    """Cut the working hours of a period into slots.

    Unit ``shift``: every stretch of working hours is a turn of its own. Unit ``day``:
    one slot from the first to the last working hour, the break included, so that
    somebody is there at noon. Unit ``week``: the same for each day, the days of a week
    belong together.

    A make-up working day on which nobody usually works has the hours of the last day
    before it that has any.

    :param date_from: first date
    :param date_to: last date, it belongs to the period
    :param str unit: ``shift``, ``day`` or ``week``
    :param get_hours: ``callable(date) -> [(hour from, hour to)]``, the usual hours
    :param tz: pytz zone of these hours
    :param is_working_day: ``callable(date) -> bool``; None: where there are hours
    :return: list of :class:`Slot`, in order
    """
    slots = []
    for number in range((date_to - date_from).days + 1):
        day = date_from + timedelta(days=number)
        if is_working_day and not is_working_day(day):
            continue
        hours = sorted(get_hours(day))
        if not hours and is_working_day:
            hours = _usual_hours_before(day, get_hours)
        if not hours:
            continue
        if unit != "shift":
            hours = [(hours[0][0], max(end for _start, end in hours))]
        for hour_from, hour_to in hours:
            start = local_moment_utc(day, hour_from, tz)
            end = local_moment_utc(day, hour_to, tz)
            if start < end:
                group = day.isocalendar()[:2] if unit == "week" else start
                slots.append(Slot(start, end, group))
    return slots


def _usual_hours_before(day, get_hours):
    for number in range(1, USUAL_HOURS_DAYS + 1):
        hours = sorted(get_hours(day - timedelta(days=number)))
        if hours:
            return hours
    return []


def rotate(user_ids, slots, load=None, needed=1, is_free=None):
    """Share the slots out fairly.

    A turn goes to whoever has had the fewest shifts, then to whoever was not on duty
    for longest, then in the given order. Nobody is chosen for a time at which the
    person is not free; a slot for which nobody is free stays without a person.

    :param user_ids: people, in their order
    :param slots: list of :class:`Slot`, in order
    :param dict load: shifts that people had lately, ``{user: number}``
    :param needed: how many people a slot needs, or ``callable(slot) -> int``
    :param is_free: ``callable(user, slot) -> bool``
    :return: list of ``(slot, user)``
    """
    need = needed if callable(needed) else lambda slot: needed
    free = is_free or (lambda user, slot: True)
    lightest = min((load.get(user, 0) for user in user_ids), default=0) if load else 0
    turns = {
        user: min((load or {}).get(user, 0) - lightest, MAX_CATCH_UP)
        for user in user_ids
    }
    last_turn = dict.fromkeys(user_ids, -1)
    position = {user: index for index, user in enumerate(user_ids)}
    result = []
    groups = {}
    for slot in slots:
        groups.setdefault(slot.group, []).append(slot)

    def get_order(group):
        hindered = {
            user: sum(not free(user, slot) for slot in group) for user in user_ids
        }
        return sorted(
            user_ids,
            key=lambda user: (
                hindered[user],
                turns[user],
                last_turn[user],
                position[user],
            ),
        )

    for number, group in enumerate(groups.values()):
        # Ordered once: during a group it must not change with every day.
        order = get_order(group)
        for slot in group:
            chosen = [user for user in order if free(user, slot)][: need(slot)]
            for user in chosen:
                turns[user] += 1
                last_turn[user] = number
                result.append((slot, user))
    return result


def spread(queue, room, barred, before=None):
    """Decide who receives each of several customers, in memory.

    Evenly, beginning with the first of the queue; to nobody who has no room or may not
    receive the customer; not to whoever had it before while anybody else is in the
    queue.

    :param queue: people, whoever was given a customer longest ago first
    :param dict room: how many more each of them may hold, ``{person: number}``
    :param barred: for each customer a container of people who may not receive it
    :param before: for each customer whoever had it, or None
    :return: list in the order of the customers, None where nobody receives one
    """
    queue = list(queue)
    left = {person: room[person] for person in queue}
    given = dict.fromkeys(queue, 0)
    receivers = []
    for number, refused in enumerate(barred):
        last = before[number] if before else None
        others = [person for person in queue if person != last]
        eligible = [
            person
            for person in others or queue
            if left[person] > 0 and person not in refused
        ]
        # the first of those who were given the fewest: the queue is in order
        person = min(eligible, key=given.get, default=None)
        if person is not None:
            given[person] += 1
            left[person] -= 1
        receivers.append(person)
    return receivers


def count_covering(slot, shifts, kind):
    """How many people are on duty for most of a slot, for the same customers.

    Morning and afternoon together fill a day, although nobody is there at noon; one of
    them does not.

    :param Slot slot: a time to be covered
    :param shifts: list of ``(kind, start, end, user id)``
    :param str kind: which customers are received; ``all`` covers each kind
    :return: int
    """
    covered = sum(
        (min(end, slot.end) - max(start, slot.start)).total_seconds()
        for shift_kind, start, end, _user_id in shifts
        if start < slot.end and end > slot.start and shift_kind in ("all", kind)
    )
    return int(covered / (slot.end - slot.start).total_seconds() + 0.5)
