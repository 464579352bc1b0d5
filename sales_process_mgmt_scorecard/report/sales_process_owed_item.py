# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

MODEL = "sales.process.scorecard"


class SalesProcessOwedItem(models.Model):
    """My scorecard of a month that is over, until it has been discussed with me."""

    _inherit = "sales.process.owed.item"
    _depends = {
        MODEL: [
            "company_id",
            "date_from",
            "date_to",
            "is_replaced",
            "state",
            "team_id",
            "user_id",
        ],
    }

    kind = fields.Selection(selection_add=[("scorecard_mine", "Scorecard to Discuss")])

    @api.model
    def _get_owed_queries(self):
        query = SQL(
            """
            SELECT id, user_id, team_id, company_id,
                   TO_CHAR(date_from, 'YYYY-MM') AS name,
                   date_to + INTERVAL '1 day' AS date_since, NULL AS date_due
              FROM sales_process_scorecard
             WHERE state = 'draft' AND is_replaced IS NOT TRUE AND date_to < %s
            """,
            self.env["crm.team"]._get_process_today(self.env.user),
        )
        return {**super()._get_owed_queries(), "scorecard_mine": (MODEL, query)}
