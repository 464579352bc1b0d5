# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is going on in this transaction; a client's context says nothing of it."""

from contextlib import contextmanager
from weakref import WeakKeyDictionary

_mirroring = WeakKeyDictionary()


@contextmanager
def mirroring(env):
    """While the system writes appointments after its meetings.

    :return: context manager
    """
    outer = _mirroring.get(env.cr, False)
    _mirroring[env.cr] = True
    try:
        yield
    finally:
        _mirroring[env.cr] = outer


def is_mirroring(env):
    """Whether appointments are written after meetings, not the other way round.

    :return: bool
    """
    return _mirroring.get(env.cr, False)
