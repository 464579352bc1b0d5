# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_commission_parts(self):
        """What was invoiced, by the category of its products.

        :return: list of ``(amount without taxes, product.category)``
        """
        self.ensure_one()
        return [
            (line.price_subtotal, line.product_id.categ_id)
            for line in self.invoice_line_ids
            if line.display_type == "product"
        ]

    def _get_commission_weights(self):
        """Of which orders an invoice is, in which proportion.

        :return: ``{sale.order: whole number}``
        """
        self.ensure_one()
        weights = defaultdict(int)
        digits = self.currency_id.decimal_places
        for line in self.invoice_line_ids:
            orders = line.sale_line_ids.order_id
            for order in orders:
                # without the fraction of a unit that several orders would share
                weights[order] += round(line.price_subtotal * 10**digits) // len(orders)
        return dict(weights)
