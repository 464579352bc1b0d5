# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Days of regular meetings and codes for the room, without an environment."""

import secrets
from datetime import timedelta

# Nothing that is read or heard as something else: no 0 and O, no 1, I and L
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 6
WEEK = 7


def find_slots(first, weekday, count):
    """The regular days of a series.

    :param first: date from which on they are wanted
    :param int weekday: 0 for Monday
    :param int count: how many
    :return: list of dates
    """
    ahead = (weekday - first.weekday()) % WEEK
    return [first + timedelta(days=ahead + WEEK * number) for number in range(count)]


def find_day(slot, is_working):
    """The day on which the meeting of a regular day takes place.

    The regular day, else the next day on which the team works, before the next
    regular one.

    :param slot: date
    :param is_working: ``callable(date) -> bool``, or None where every day counts
    :return: date, None where the team works on none of them
    """
    for number in range(WEEK):
        day = slot + timedelta(days=number)
        if is_working is None or is_working(day):
            return day
    return None


def make_code():
    """A code that nobody guesses: one of some 900 million.

    :return: str
    """
    return "".join(secrets.choice(ALPHABET) for _number in range(CODE_LENGTH))


def clean_code(text):
    """A code as people type it: small letters, blanks and hyphens do not matter.

    :return: str
    """
    return "".join(str(text or "").upper().replace("-", " ").split())[:64]


def find_close_day(day, close_day):
    """The last day on which the attendance of a month may be corrected.

    :param day: date of the meeting
    :param int close_day: day of the following month, 1 to 28
    :return: date
    """
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following.replace(day=close_day)


def is_away(start, stop, intervals):
    """Whether somebody is away at the beginning of a meeting, or for half of it.

    :param start: moment at which the meeting begins
    :param stop: moment at which it ends
    :param intervals: list of ``(start, end)`` of absences
    :return: bool
    """
    covered = timedelta()
    for begin, end in intervals:
        if begin <= start < end:
            return True
        covered += max(min(end, stop) - max(begin, start), timedelta())
    return bool(covered) and covered * 2 >= stop - start
