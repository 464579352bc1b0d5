# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import fields, models

from odoo.addons.sales_process_mgmt_account.tools import money as money_tools


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

    def _get_process_order_setoffs(self):
        """What an invoice takes from one order for another.

        On one that comes to nothing all orders are set off against each other; on
        others those of a period that come to nothing together: no money is theirs.

        :return: ``{sale.order: amount}`` in the currency of the company, that come to
            nothing together; empty for other invoices
        """
        self.ensure_one()
        units = defaultdict(int)
        for line in self.invoice_line_ids:
            orders = line.sale_line_ids.order_id.filtered("ownership_id")
            for order in orders:
                value = -self.direction_sign * line.price_total
                units[order] += round(
                    value * 10**self.currency_id.decimal_places
                ) // len(orders)
        if self._is_process_nothing():
            return self._set_off_orders(units)
        periods = defaultdict(dict)
        for order, value in units.items():
            periods[order.ownership_id][order] = value
        found = {}
        for parts in periods.values():
            if not sum(parts.values()):
                found.update(self._set_off_orders(parts))
        return found

    def _set_off_orders(self, units):
        """See :meth:`_get_process_order_setoffs`.

        :param dict units: of orders, in the smallest units of the invoice's currency
        :return: ``{sale.order: amount}`` in the currency of the company
        """
        gains = {order: value for order, value in units.items() if value > 0}
        losses = {order: -value for order, value in units.items() if value < 0}
        company = self.company_id.currency_id
        total = min(sum(gains.values()), sum(losses.values()))
        cents = round(
            total
            / 10**self.currency_id.decimal_places
            / (self.invoice_currency_rate or 1)
            * 10**company.decimal_places
        )
        return {
            order: company.round(sign * value / 10**company.decimal_places)
            for sign, part in ((1, gains), (-1, losses))
            for order, value in money_tools.split(cents, part).items()
            if cents
        }

    def _get_process_setoffs(self):
        """Orders are signed in the periods of their customers."""
        found = defaultdict(float)
        for order, amount in self._get_process_order_setoffs().items():
            found[order.ownership_id] += amount
        return {
            **super()._get_process_setoffs(),
            **{
                ownership: self.company_currency_id.round(amount)
                for ownership, amount in found.items()
            },
        }

    def _get_process_sellers(self):
        """Who has signed the orders stands on their invoices, too."""
        orders = self.invoice_line_ids.sale_line_ids.order_id
        return super()._get_process_sellers() | orders.ownership_id.user_id
