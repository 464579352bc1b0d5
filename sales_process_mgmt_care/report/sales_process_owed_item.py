# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

COMPLAINT = "sales.process.complaint"


class SalesProcessOwedItem(models.Model):
    """Complaints that I handle for whoever answers for them.

    Never one against oneself: nobody handles that one.
    """

    _inherit = "sales.process.owed.item"
    _depends = {
        COMPLAINT: [
            "against_id",
            "code",
            "company_id",
            "date",
            "date_due",
            "decider_id",
            "handler_id",
            "name",
            "state",
            "team_id",
        ],
    }

    kind = fields.Selection(selection_add=[("complaint_todo", "Complaint to Handle")])

    @api.model
    def _get_owed_queries(self):
        query = SQL(
            """
            SELECT id, handler_id AS user_id, team_id, company_id,
                   CONCAT_WS(' ', code, name) AS name, date AS date_since, date_due
              FROM sales_process_complaint
             WHERE state <> 'closed' AND handler_id IS DISTINCT FROM decider_id
               AND handler_id IS DISTINCT FROM against_id
            """
        )
        return {**super()._get_owed_queries(), "complaint_todo": (COMPLAINT, query)}
