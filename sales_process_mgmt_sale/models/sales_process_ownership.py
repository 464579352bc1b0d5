# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    order_ids = fields.One2many("sale.order", "ownership_id", string="Signed Orders")
    order_count = fields.Integer(compute="_compute_order_data")
    currency_id = fields.Many2one("res.currency", compute="_compute_order_data")
    amount_signed = fields.Monetary(
        compute="_compute_order_data",
        help="Untaxed total of the confirmed orders of this period, in the currency "
        "of the company.",
    )

    @api.depends("order_ids.state", "order_ids.amount_untaxed", "company_id")
    def _compute_order_data(self):
        for ownership in self:
            # sudo: the owner may not read orders that a colleague has entered
            orders = ownership.sudo().order_ids.filtered(
                lambda order: order.state == "sale"
            )
            company = ownership.company_id or self.env.company
            ownership.currency_id = company.currency_id
            ownership.order_count = len(orders)
            ownership.amount_signed = sum(
                order.currency_id._convert(
                    order.amount_untaxed,
                    company.currency_id,
                    company,
                    order.date_order,
                )
                for order in orders
            )

    def _filter_signed(self):
        """A confirmed order is a signature, also where nobody moved the lead."""
        signed = super()._filter_signed()
        with_orders = self.sudo().filtered(
            lambda row: row.order_ids.filtered(lambda order: order.state == "sale")
        )
        open_leads = with_orders._get_open_leads()
        unsigned = open_leads.filtered(
            lambda lead: (
                not lead.order_ids.filtered(lambda order: order.state == "sale")
            )
        )
        return signed | (with_orders - unsigned.ownership_id).with_env(self.env)

    def _absorb(self, others, *args, **kwargs):
        """Orders of a merged customer come along, where the salesperson is the same.

        What somebody else has signed stays with that person.
        """
        result = super()._absorb(others, *args, **kwargs)
        # sudo: the owner may not read orders that a colleague has entered
        orders = (
            others.sudo()
            .filtered(lambda row: row.end_reason == "merged")
            .filtered(lambda row: row.user_id == self.user_id)
            .order_ids
        )
        orders.ownership_id = self
        return result

    def action_view_orders(self):
        """Open the confirmed orders of the period.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        action["domain"] = [("ownership_id", "=", self.id)]
        action["context"] = {"create": False}
        return action
