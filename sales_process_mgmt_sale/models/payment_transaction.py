# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.constrains("state", "amount", "sale_order_ids", "payment_id")
    def _tell_sales_process(self):
        """What is paid online is the money of an order, with or without an invoice."""
        # no refusal: every change is only told
        Money = self.env["sales.process.money"]
        if not Money._is_listening():
            return
        # sudo: whoever pays reads no order
        rows = self.sudo()
        # refunds hang on the transaction that they give back
        orders = (rows | rows.source_transaction_id).sale_order_ids
        if orders:
            Money._hear(orders=orders, ownerships=orders.ownership_id)
