# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is going on in this transaction; a client's context says nothing of it."""

from contextlib import contextmanager
from weakref import WeakKeyDictionary

# Words of a machine: RFC 3834, and what programs wrote before it.
_AUTOMATIC_PRECEDENCE = ("auto_reply", "bulk", "junk", "list")

_machines = WeakKeyDictionary()


def is_automatic(message):
    """Whether nobody wrote a mail, as its header says.

    :param message: email.message.Message
    :return: bool
    """
    submitted = str(message.get("Auto-Submitted") or "no").split(";")[0]
    precedence = str(message.get("Precedence") or "")
    return (
        submitted.strip().lower() not in ("", "no")
        or precedence.strip().lower() in _AUTOMATIC_PRECEDENCE
        or bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
    )


@contextmanager
def reading_mail(env, message):
    """While a mail is brought to where it belongs.

    :param message: email.message.Message
    :return: context manager
    """
    outer = _machines.get(env.cr, False)
    _machines[env.cr] = is_automatic(message)
    try:
        yield
    finally:
        _machines[env.cr] = outer


def is_written_by_machine(env):
    """Whether the mail that is read now was written by nobody.

    :return: bool
    """
    return _machines.get(env.cr, False)
