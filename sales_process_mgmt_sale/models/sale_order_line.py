# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models, tools
from odoo.exceptions import UserError

from odoo.addons.sales_process_mgmt.tools import orm

from .reckoned import find_reckoned, refuse_reckoned

# What the customer is offered.
GUARDED_FIELDS = frozenset(
    ["order_id", "product_id", "product_uom_qty", "price_unit", "discount"]
)
# Whoever makes an invoice links it, and makes the lines of a down payment: what a
# client says here would be money of another order.
LINKED_FIELDS = frozenset(["invoice_lines", "is_downpayment"])


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sales.process.counted", "sale.order.line"]

    _counted_fields = frozenset(("discount", "price_unit", "product_uom_qty"))

    @tools.ormcache()
    def _get_reckoned_fields(self):
        """What no client says: it follows from prices, quantities and invoices.

        :return: frozenset of names
        """
        return find_reckoned(self)

    def _refuse_reckoned(self, vals_list):
        """Refuse another word for what Odoo works out, or links by itself.

        :param list vals_list: values that somebody writes
        :raise AccessError: one sentence that names the fields
        """
        reckoned = self._get_reckoned_fields()
        said = {
            name
            for vals in vals_list
            for name, value in vals.items()
            if name in reckoned or (name in LINKED_FIELDS and value)
        }
        refuse_reckoned(self, said)

    @api.model_create_multi
    def create(self, vals_list):
        defaults = {
            key[8:]: value
            for key, value in self.env.context.items()
            if key.startswith("default_")
        }
        self._refuse_reckoned([*vals_list, defaults])
        lines = super().create(vals_list)
        lines.order_id._check_process_customer()
        return lines

    def write(self, vals):
        self._refuse_reckoned([vals])
        if GUARDED_FIELDS & vals.keys():
            self.order_id._check_process_customer()
        if "order_id" in vals:
            self.filtered(
                lambda line: line.order_id.id != vals["order_id"]
            )._check_stays()
        return super().write(vals)

    def unlink(self):
        return super(SaleOrderLine, orm.without_uninstall(self)).unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_others_customer(self):
        self.order_id._check_process_customer()
        self._check_stays()

    def _check_stays(self):
        """What has been invoiced stays on its order, also where this is cancelled.

        Whose money it is, and who earns by it, follows from the order: without it the
        same money would be that of another order, or of none.

        :raise UserError: one sentence that names the order
        """
        if self.env.su or not self.env["sales.process.money"]._is_listening():
            return
        # sudo: whoever sells reads no invoices, and no money of others
        lines = self.sudo()
        moves = lines.invoice_lines.move_id
        counted = moves and self.env["sales.process.money"].sudo().search(
            [("move_id", "in", moves.ids)]
        )
        if not counted:
            return
        stays = lines.filtered(
            lambda line: line.invoice_lines.move_id & counted.move_id
        )
        raise UserError(
            self.env._(
                "%(order)s has been invoiced: its lines stay on it, also where it is "
                "cancelled.",
                order=stays.order_id[:1].name,
            )
        )
