# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def find_reckoned(records):
    """What Odoo works out of the rest of a record and stores: offered to nobody.

    Odoo takes another word for it, until it is worked out again. What follows from a
    linked record is not among them: that one says it.

    :param records: of a model of Odoo's
    :return: frozenset of names
    """
    return frozenset(
        name
        for name, field in records._fields.items()
        if field.store and field.compute and field.readonly and not field.related
    )


def is_accountant(env):
    """Whether a person keeps the accounts, and may correct what follows from them.

    Whoever posts invoices and payments says with these what an order comes to.

    :param env: an environment
    :return: bool
    """
    return env.user.has_group("account.group_account_invoice")
