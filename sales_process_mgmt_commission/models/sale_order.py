# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_commission_parts(self):
        """What was signed, by the category of its products.

        :return: list of ``(amount without taxes, product.category)``
        """
        self.ensure_one()
        return [
            (line.price_subtotal, line.product_id.categ_id)
            for line in self.order_line
            if not line.display_type
        ]
