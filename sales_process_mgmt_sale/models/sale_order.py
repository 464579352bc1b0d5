# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    ownership_id = fields.Many2one(
        "sales.process.ownership",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
        help="The period of responsibility in which the order was signed. It stays "
        "with that salesperson when the customer is handed on.",
    )

    def _action_confirm(self):
        result = super()._action_confirm()
        self._sign_ownership()
        return result

    def _action_cancel(self):
        ownerships = self.sudo().ownership_id
        result = super()._action_cancel()
        # sudo: whoever cancels may be no salesperson
        self.sudo().ownership_id = False
        ownerships._sync_phase()
        return result

    def _find_ownership(self):
        """Who owns the customer of the order now: by its lead, else its contact.

        :return: sales.process.ownership, may be empty
        """
        self.ensure_one()
        running = self.opportunity_id.ownership_id
        if running.state not in ("open", "pool"):
            customer = self.partner_id | self.partner_id.commercial_partner_id
            running = (
                self.env["sales.process.ownership"]
                ._find_by_partners(customer)
                .filtered(lambda row: row.company_id.id in (self.company_id.id, False))
            )
        return running[:1]

    def _sign_ownership(self):
        """The customers of the orders have signed."""
        # sudo: whoever confirms may not read the ledger, and nobody writes it
        orders = self.sudo()
        for order in orders:
            order.ownership_id = order._find_ownership()
        ownerships = orders.ownership_id
        served = ownerships.filtered(lambda row: row.phase == "served")
        ownerships._sync_phase()
        # a further order of a served customer: there is money to collect again
        served._sign()
