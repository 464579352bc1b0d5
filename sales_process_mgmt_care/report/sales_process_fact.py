# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

COMPLAINT = "sales.process.complaint"


class SalesProcessFact(models.Model):
    """Complaints that were justified, once closed; who complained is not told."""

    _inherit = "sales.process.fact"
    _depends = {
        COMPLAINT: [
            "code",
            "company_id",
            "date_closed",
            "state",
            "team_id",
            "weighs_on_id",
        ],
    }

    kind = fields.Selection(
        selection_add=[("complaint_justified", "Complaint That Was Justified")]
    )

    def _get_fact_queries(self):
        query = SQL(
            """
            SELECT id, weighs_on_id AS user_id, team_id, company_id, code AS name,
                   date_closed AS moment
              FROM sales_process_complaint
             WHERE weighs_on_id IS NOT NULL AND state = 'closed'
            """
        )
        return {
            **super()._get_fact_queries(),
            "complaint_justified": (COMPLAINT, query),
        }
