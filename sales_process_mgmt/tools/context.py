# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Marks in the context that only our own code can set.

A context comes from the client too. What it sends is text, numbers and lists: never a
Python class, so that nobody goes past the rules by naming a mark.
"""


class SkipSync:
    """``sales_process_skip``: the ledger is written by the caller."""


class MovesAlong:
    """``followup_rows``: contacts follow their customer, nothing of them changes."""


def skips_sync(env):
    """Tell whether whoever writes the lead writes the ledger, too.

    :return: bool
    """
    return env.context.get("sales_process_skip") is SkipSync


def moves_along(env):
    """Tell whether contacts are only moved, with their customer.

    :return: bool
    """
    return env.context.get("followup_rows") is MovesAlong
