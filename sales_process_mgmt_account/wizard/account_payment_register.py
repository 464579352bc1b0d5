# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.models.sales_process_guard import check_counted

from ..models.sales_process_money import acting


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    _counted_fields = frozenset(("amount",))

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse amounts that are out of this world, before Odoo rounds them."""
        check_counted(self, self._counted_fields, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        check_counted(self, self._counted_fields, [vals])
        return super().write(vals)

    @acting
    def _create_payments(self):
        return super()._create_payments()
