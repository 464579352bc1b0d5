# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SalesProcessMoney(models.Model):
    _inherit = "sales.process.money"

    @api.model
    def _refresh(self, invoices):
        touched = super()._refresh(invoices)
        self.env["sales.process.commission.ledger"]._refresh(invoices=invoices)
        return touched

    @api.model
    def _refresh_orders(self, orders):
        result = super()._refresh_orders(orders)
        self.env["sales.process.commission.ledger"]._refresh(orders=orders)
        return result

    def _get_commission_payment(self):
        """The name of what has brought the money: a payment, an invoice, an order.

        :return: str
        """
        self.ensure_one()
        model, ids = self.source.split(":", 1)
        record = self.env[model].browse(int(ids.split(":")[0])).exists()
        if model != "account.partial.reconcile":
            return record.display_name or ""
        sides = record.debit_move_id | record.credit_move_id
        other = sides.move_id - self.move_id
        return other[:1].origin_payment_id.name or other[:1].name or ""
