# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Marks in the context that only our own code can set.

A context comes from the client too. What it sends is text, numbers and lists: never a
Python class, so that nobody goes past the rules by naming a mark.
"""


class SkipSync:
    """``sales_process_skip``: the ledger is written by the caller."""


class RowsLocked:
    """``followup_rows``: the caller has locked the customers of the contacts."""


class MovesAlong:
    """``followup_rows``: contacts follow their customer, nothing of them changes."""


class Merging:
    """``sales_process_merging``: leads are being merged, all but one will be deleted.

    The customers are joined just before, while what Odoo has read for the merge is
    still in memory: deleting empties it.

    :param leads: crm.lead, those that are merged
    :param join: function of the lead that stays
    """

    def __init__(self, leads, join):
        self.leads = leads
        self.join = join
        self.is_joined = False

    def before_deletion(self, leads):
        """Join the customers, once, if these leads are all but one.

        :param leads: crm.lead, about to be deleted
        """
        rest = self.leads - leads
        if not self.is_joined and len(rest) == 1:
            self.is_joined = True
            self.join(rest)


def get_merging(env):
    """The merge that is going on.

    :return: :class:`Merging`, or None
    """
    merging = env.context.get("sales_process_merging")
    return merging if isinstance(merging, Merging) else None


def skips_sync(env):
    """Tell whether whoever writes the lead writes the ledger, too.

    :return: bool
    """
    return env.context.get("sales_process_skip") is SkipSync


def rows_locked(env):
    """Tell whether the customers of the contacts that are made are locked already.

    :return: bool
    """
    return env.context.get("followup_rows") is RowsLocked


def moves_along(env):
    """Tell whether contacts are only moved, with their customer.

    :return: bool
    """
    return env.context.get("followup_rows") is MovesAlong
