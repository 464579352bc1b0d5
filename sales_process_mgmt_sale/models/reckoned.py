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


def refuse_reckoned(records, said):
    """Refuse another word for what Odoo works out; who keeps the accounts corrects it.

    Whoever posts invoices and payments says with these what an order comes to.

    :param records: of a model of Odoo's that somebody writes
    :param said: names of fields that Odoo works out, and somebody writes
    :raise AccessError: one sentence that names the fields
    """
    if said and not records.env.user.has_group("account.group_account_invoice"):
        records.env["sales.process.money"]._refuse_computed(records, said, said)
