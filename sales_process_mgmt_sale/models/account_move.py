# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    # On the form of an invoice that a salesperson may read, who reads no payments.
    payment_count = fields.Integer(compute_sudo=True)

    def _get_process_weights(self):
        """An invoice of several orders was earned in the periods of all of them."""
        weights = super()._get_process_weights()
        totals = defaultdict(lambda: defaultdict(int))
        for line in self.invoice_line_ids:
            orders = line.sale_line_ids.order_id
            units = round(line.price_total * 10**line.currency_id.decimal_places)
            for order in orders:
                if order.ownership_id:
                    # without the fraction of a unit that several orders would share
                    totals[line.move_id][order.ownership_id] += units // len(orders)
        for move, by_ownership in totals.items():
            # a down payment that is taken off again may leave nothing
            if not sum(by_ownership.values()):
                by_ownership = dict.fromkeys(by_ownership, 1)
            weights[move] = dict(by_ownership)
        return weights

    def _get_process_sellers(self):
        """Who has signed the orders stands on their invoices, too."""
        orders = self.invoice_line_ids.sale_line_ids.order_id
        return super()._get_process_sellers() | orders.ownership_id.user_id
