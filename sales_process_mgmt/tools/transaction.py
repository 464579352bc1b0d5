# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is going on in this transaction.

Kept with the cursor. In the context, an object that is another one each time would
make environments of its own for every call, and Odoo searches through all of them.
"""

from contextlib import contextmanager

MERGING = "sales_process_merging"
CUSTOMERS_LOCKED = "sales_process_customers_locked"


@contextmanager
def _going_on(env, name, value):
    outer = env.cr.cache.get(name)
    env.cr.cache[name] = value
    try:
        yield
    finally:
        env.cr.cache[name] = outer


def customers_locked(env):
    """While contacts are made of customers whose rows the caller has locked.

    :return: context manager
    """
    return _going_on(env, CUSTOMERS_LOCKED, True)


def are_customers_locked(env):
    """Tell whether the customers of the contacts that are made are locked already.

    :return: bool
    """
    return bool(env.cr.cache.get(CUSTOMERS_LOCKED))


class Merging:
    """Leads are being merged, all but one will be deleted.

    The customers are joined just before, while what Odoo has read for the merge is
    still in memory: deleting empties it.

    :param leads: crm.lead, those that are merged
    :param join: function of the lead that stays
    """

    def __init__(self, leads, join):
        self.leads = leads
        self.join = join
        self.is_joined = False

    def going_on(self, env):
        """While Odoo merges: deletions ask :func:`get_merging`.

        :return: context manager
        """
        return _going_on(env, MERGING, self)

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
    return env.cr.cache.get(MERGING)
