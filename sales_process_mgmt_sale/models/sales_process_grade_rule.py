# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class SalesProcessGradeRule(models.Model):
    _inherit = "sales.process.grade.rule"

    @api.model
    def _get_trade_queries(self, contacts):
        """The days of confirmed orders; what they bring is counted when invoiced."""
        self.env["sale.order"].flush_model(
            ["company_id", "date_order", "partner_id", "state"]
        )
        ordered = SQL(
            """
            SELECT partner_id, company_id, date_order AS date, 0 AS amount
              FROM sale_order
             WHERE state = 'sale' AND partner_id IN %s
            """,
            contacts,
        )
        return {**super()._get_trade_queries(contacts), "order": ordered}
