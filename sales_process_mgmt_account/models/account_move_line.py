# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.sales_process_mgmt.tools import labels

from .sales_process_money import acting

# Odoo works these out from what is matched, and would take another word for it.
COMPUTED_FIELDS = frozenset(
    ["amount_residual", "amount_residual_currency", "reconciled"]
)


def refuse_computed(records, computed, names):
    """What a customer owes serves it: it follows from the entries alone.

    :param records: account.move or account.move.line
    :param frozenset computed: names of fields that Odoo works out
    :param names: names of fields that somebody writes
    :raise AccessError: one sentence that names the fields
    """
    said = computed.intersection(names)
    if not said or records.env.su:
        return
    if records.env["sales.process.money"]._is_listening():
        raise AccessError(
            records.env._(
                "%(fields)s: Odoo works it out from the entries. Leave it out, and "
                "record the payment.",
                fields=", ".join(
                    sorted(labels.get_label(records, name) for name in said)
                ),
            )
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        refuse_computed(
            self, COMPUTED_FIELDS, {name for vals in vals_list for name in vals}
        )
        return super().create(vals_list)

    def write(self, vals):
        refuse_computed(self, COMPUTED_FIELDS, vals)
        return super().write(vals)

    @acting
    def reconcile(self):
        return super().reconcile()

    @acting
    def remove_move_reconcile(self):
        return super().remove_move_reconcile()
