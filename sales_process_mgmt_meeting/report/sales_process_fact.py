# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

MODEL = "sales.process.meeting.attendance"


class SalesProcessFact(models.Model):
    """Meetings that somebody missed without an excuse."""

    _inherit = "sales.process.fact"
    _depends = {
        MODEL: ["company_id", "date_start", "name", "state", "team_id", "user_id"]
    }

    kind = fields.Selection(selection_add=[("meeting_missed", "Meeting Missed")])

    def _get_fact_queries(self):
        query = SQL(
            """
            SELECT id, user_id, team_id, company_id, name, date_start AS moment
              FROM sales_process_meeting_attendance
             WHERE state = 'missed'
            """
        )
        return {**super()._get_fact_queries(), "meeting_missed": (MODEL, query)}
