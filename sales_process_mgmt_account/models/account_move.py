# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        # sudo: the bookkeeper reads no ownership, and nobody writes it
        orders = self.sudo().invoice_line_ids.sale_line_ids.order_id
        orders.ownership_id._check_paid()
        return result
