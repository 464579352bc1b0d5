# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class SalesProcessGradeRule(models.Model):
    _inherit = "sales.process.grade.rule"

    @api.model
    def _get_trade_queries(self, contacts):
        """What was invoiced, refunds taken off, each at its own rate.

        Odoo keeps the amount in the currency of the company, at the rate of the
        invoice.
        """
        self.env["account.move"].flush_model(
            [
                "amount_untaxed_signed",
                "company_id",
                "invoice_date",
                "move_type",
                "partner_id",
                "state",
            ]
        )
        invoiced = SQL(
            """
            SELECT move.partner_id, move.company_id, move.invoice_date AS date,
                   move.amount_untaxed_signed AS amount
              FROM account_move AS move
             WHERE move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND move.partner_id IN %s
            """,
            contacts,
        )
        return {**super()._get_trade_queries(contacts), "invoice": invoiced}
