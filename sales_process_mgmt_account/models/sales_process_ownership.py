# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

PAID_STATES = ("paid", "in_payment", "reversed")


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    amount_due = fields.Monetary(
        compute="_compute_amount_due",
        help="What the customer still owes on posted invoices of this period's "
        "orders, in the currency of the company.",
    )

    @api.depends("order_ids.invoice_ids.amount_residual_signed")
    def _compute_amount_due(self):
        for ownership in self:
            # sudo: salespeople read no invoices, but are responsible for the money
            invoices = ownership.sudo().order_ids.invoice_ids.filtered(
                lambda move: move.state == "posted"
            )
            ownership.amount_due = sum(invoices.mapped("amount_residual_signed"))

    def _sign(self):
        """Signed is not paid: the owner stays responsible until the money is in.

        A won customer without any order has nothing to collect.
        """
        # sudo: the owner may not read the orders of an earlier one
        collecting = self.filtered(lambda row: row.sudo().chain_ids.order_ids)
        result = super(SalesProcessOwnership, self - collecting)._sign()
        # sudo: the ledger is written by its own methods only
        collecting.sudo().write({"phase": "signed"})
        collecting._update_deadlines()
        collecting._check_paid()
        return result

    def _check_paid(self):
        """Signed customers whose orders are all invoiced and paid are served.

        A customer that was handed on after it had signed is served for the owner of
        now: the orders stay with the period in which they were signed.
        """
        # sudo: whoever records the payment reads no ownership
        signed = self.sudo().chain_ids.filtered(
            lambda row: row.state == "open" and row.phase == "signed"
        )
        signed.filtered(lambda row: row._is_paid()).with_env(self.env)._serve("paid")

    def _is_paid(self):
        """Tell whether the orders of the customer are fully invoiced and paid.

        :return: bool
        """
        self.ensure_one()
        # sudo: nobody reads all invoices of all periods
        orders = self.sudo().chain_ids.order_ids.filtered(
            lambda order: order.state == "sale"
        )
        invoices = orders.invoice_ids.filtered(lambda move: move.state == "posted")
        return (
            bool(invoices)
            and all(
                order.invoice_status in ("invoiced", "upselling") for order in orders
            )
            and all(move.payment_state in PAID_STATES for move in invoices)
        )
