# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

COMPLAINT = "sales.process.complaint"


class SalesProcessFact(models.Model):
    """Complaints that were justified, once closed, and that were late.

    Who complained is not told. It was late for who worked on it when the promised time
    was over, else for who decided.
    """

    _inherit = "sales.process.fact"
    _depends = {
        COMPLAINT: [
            "against_id",
            "code",
            "company_id",
            "date_closed",
            "date_late",
            "late_by_id",
            "state",
            "team_id",
            "weighs_on_id",
        ],
    }

    kind = fields.Selection(
        selection_add=[
            ("complaint_justified", "Complaint That Was Justified"),
            ("complaint_late", "Complaint Answered Late"),
        ]
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
        late = SQL(
            """
            SELECT id, late_by_id AS user_id, team_id, company_id, code AS name,
                   date_late AS moment
              FROM sales_process_complaint
             WHERE late_by_id IS NOT NULL AND date_late IS NOT NULL
               AND late_by_id IS DISTINCT FROM against_id
            """
        )
        return {
            **super()._get_fact_queries(),
            "complaint_late": (COMPLAINT, late),
            "complaint_justified": (COMPLAINT, query),
        }
