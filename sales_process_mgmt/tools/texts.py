# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long texts may be: what people write once is read in many lists and messages."""

from markupsafe import Markup

# The name of a customer, a contact detail as typed
NAME_LENGTH = 256
# Why something was done, in a sentence or two
REASON_LENGTH = 1000
# Notes of a conversation
NOTE_LENGTH = 100_000


def find_long(vals, limits):
    """The texts that are longer than they may be.

    :param dict vals: values of fields
    :param dict limits: ``{name of a field: characters}``
    :return: list of ``(name, limit)``
    """
    return [
        (name, limit)
        for name, limit in limits.items()
        if len(str(vals.get(name) or "")) > limit
    ]


def paragraph(text):
    """Plain text as HTML, for notes and messages; nothing in it becomes a link.

    :return: Markup
    """
    return Markup("<p>%s</p>") % text
