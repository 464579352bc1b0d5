# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.tools import orm

# What the customer is offered.
GUARDED_FIELDS = frozenset(
    ["order_id", "product_id", "product_uom_qty", "price_unit", "discount"]
)


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sales.process.counted", "sale.order.line"]

    _counted_fields = frozenset(("discount", "price_unit", "product_uom_qty"))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._check_process_customer()
        return lines

    def write(self, vals):
        if GUARDED_FIELDS & vals.keys():
            self.order_id._check_process_customer()
        return super().write(vals)

    def unlink(self):
        return super(SaleOrderLine, orm.without_uninstall(self)).unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_others_customer(self):
        self.order_id._check_process_customer()
