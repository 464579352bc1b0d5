# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long texts may be: what people write once is read in many lists and messages."""

from odoo.exceptions import ValidationError

# The name of a customer, a contact detail as typed
NAME_LENGTH = 256
# Why something was done, in a sentence or two
REASON_LENGTH = 1000
# Notes of a conversation
NOTE_LENGTH = 100_000


def check_lengths(records, limits):
    """Refuse texts that are too long.

    :param dict limits: ``{name of a field: characters}``
    :raise ValidationError: one sentence that names the field
    """
    for record in records:
        for name, limit in limits.items():
            if len(record[name] or "") > limit:
                raise ValidationError(
                    record.env._(
                        "“%(field)s” is too long: at most %(limit)s characters.",
                        field=record._fields[name]._description_string(record.env),
                        limit=limit,
                    )
                )
