# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.tools.transaction import reckoning

from .sales_process_money import acting

# Odoo works these out from what is matched, and would take another word for it.
COMPUTED_FIELDS = frozenset(
    [
        "amount_residual",
        "amount_residual_currency",
        "price_subtotal",
        "price_total",
        "reconciled",
    ]
)


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["sales.process.counted", "account.move.line"]

    _counted_fields = frozenset(
        (
            "amount_currency",
            "balance",
            "credit",
            "debit",
            "discount",
            "price_unit",
            "quantity",
        )
    )

    @api.model_create_multi
    def create(self, vals_list):
        said = {name for vals in vals_list for name in vals}
        self.env["sales.process.money"]._refuse_computed(self, COMPUTED_FIELDS, said)
        return super().create(vals_list)

    def write(self, vals):
        self.env["sales.process.money"]._refuse_computed(self, COMPUTED_FIELDS, vals)
        return super().write(vals)

    def _compute_amount_residual(self):
        # whoever calls it takes nobody's word
        with reckoning(self.env):
            return super()._compute_amount_residual()

    def _compute_totals(self):
        with reckoning(self.env):
            return super()._compute_totals()

    @acting
    def reconcile(self):
        return super().reconcile()

    @acting
    def remove_move_reconcile(self):
        return super().remove_move_reconcile()
