# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from fractions import Fraction

from odoo import api, models

from ..tools import commission as commission_tools


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

    def _is_between_companies(self):
        """Tell whether one of our own companies pays: nobody earns by that.

        :return: bool
        """
        self.ensure_one()
        document = self.order_id or self.move_id
        return bool(document.partner_id.commercial_partner_id.ref_company_ids)

    def _get_commission_ratio(self, document):
        """Which part of the money is without taxes.

        :param document: sale.order or account.move that it earns for
        :return: Fraction
        """
        self.ensure_one()
        if self.order_id:
            amounts = self.order_id.amount_untaxed, self.order_id.amount_total
        elif self.display_kind == "set_off":
            # each order by its own taxes: no payment comes in between
            lines = self.move_id.invoice_line_ids.filtered(
                lambda line: document in line.sale_line_ids.order_id
            )
            amounts = (
                sum(lines.mapped("price_subtotal")),
                sum(lines.mapped("price_total")),
            )
        else:
            move = self.move_id
            amounts = move.amount_untaxed_signed, move.amount_total_signed
        digits = self.currency_id.decimal_places
        untaxed, total = (
            abs(commission_tools.to_cents(amount, digits)) for amount in amounts
        )
        return Fraction(untaxed, total) if total else Fraction(0)

    @api.model
    def _date_commissions(self, events):
        """Where a plan says so, money counts no sooner than it was matched.

        :param dict events: ``{agreement: {source: (Event, money)}}``
        :return: the same, by the day on which each counts
        """
        found = [
            places
            for agreement, places in events.items()
            if agreement.version_id._counts_by_match()
        ]
        if not found:
            return events
        rows = self.union(*(row for places in found for _event, row in places.values()))
        days = rows._get_commission_match_days()
        for places in found:
            for source, (event, row) in places.items():
                day = max(event.day, days.get(row, event.day))
                places[source] = event._replace(day=day), row
        return events

    def _get_commission_match_days(self):
        """When money was matched with its invoice, on the wall of the company.

        :return: ``{sales.process.money: date}``, without what nobody matches
        """
        Month = self.env["sales.process.commission.month"]
        prefix = "account.partial.reconcile:"
        matches = {
            row: int(row.source.removeprefix(prefix))
            for row in self
            if row.source.startswith(prefix)
        }
        known = self.env["account.partial.reconcile"].browse(set(matches.values()))
        moments = {match.id: match.create_date for match in known.exists()}
        return {
            row: Month._get_day(row.company_id, moments[match_id])
            for row, match_id in matches.items()
            if match_id in moments
        }

    def _get_commission_payments(self):
        """The names of what has brought the money: payments, invoices, orders.

        The number of queries does not depend on the number of rows.

        :return: ``{sales.process.money: str}``
        """
        places, ids = {}, defaultdict(set)
        for row in self:
            model, record_id, *_rest = row.source.split(":")
            places[row] = model, int(record_id)
            ids[model].add(int(record_id))
        records = {
            (model, record.id): record
            for model in ids
            for record in self.env[model].browse(ids[model]).exists()
        }
        return {
            row: row._name_commission_payment(records[place])
            if place in records
            else ""
            for row, place in places.items()
        }

    def _name_commission_payment(self, record):
        """The name of what has brought this money.

        :param record: where its source is
        :return: str
        """
        if record._name != "account.partial.reconcile":
            return record.name or ""
        # one after the other: what is joined is not read together with other rows
        for side in (record.debit_move_id, record.credit_move_id):
            move = side.move_id
            if move != self.move_id:
                return move.origin_payment_id.name or move.name or ""
        return ""
