# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

MODEL = "sales.process.meeting.decision"


class SalesProcessAgendaItem(models.Model):
    """What a meeting has decided and nobody has done in time."""

    _inherit = "sales.process.agenda.item"
    _depends = {
        MODEL: [
            "company_id",
            "date_decided",
            "date_due_end",
            "name",
            "state",
            "team_id",
            "user_id",
        ]
    }

    kind = fields.Selection(
        selection_add=[("decision_overdue", "Decisions Not Carried Out")]
    )

    def _get_agenda_queries(self):
        query = SQL(
            """
            SELECT id, user_id, team_id, company_id, name,
                   date_decided AS date_since, date_due_end AS date_due
              FROM sales_process_meeting_decision
             WHERE state = 'open' AND date_due_end < %s
            """,
            self.env.cr.now(),
        )
        return {**super()._get_agenda_queries(), "decision_overdue": (MODEL, query)}
