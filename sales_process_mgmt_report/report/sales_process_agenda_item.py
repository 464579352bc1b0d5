# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_team import RECENT

MODEL = "sales.process.work.report"


class SalesProcessAgendaItem(models.Model):
    """Reports that are missing, for as long as somebody still asks for them."""

    _inherit = "sales.process.agenda.item"
    _depends = {
        MODEL: [
            "company_id",
            "date_due",
            "date_submitted",
            "kind",
            "period",
            "state",
            "team_id",
            "user_id",
        ],
    }

    kind = fields.Selection(
        selection_add=[
            ("report_missing", "Missing Reports"),
            ("report_unread", "Reports to Read"),
        ]
    )

    def _get_agenda_queries(self):
        query = SQL(
            """
            SELECT id, user_id, team_id, company_id, period AS name,
                   date_due AS date_since, NULL AS date_due
              FROM sales_process_work_report
             WHERE kind != 'urgent' AND state IN ('draft', 'missing')
               AND date_due < %s AND date_due >= %s
            """,
            self.env[MODEL]._get_now(),
            self.env.cr.now() - RECENT,
        )
        unread = SQL(
            """
            SELECT id, user_id, team_id, company_id, period AS name,
                   date_submitted AS date_since, NULL AS date_due
              FROM sales_process_work_report
             WHERE state = 'submitted'
            """
        )
        return {
            **super()._get_agenda_queries(),
            "report_missing": (MODEL, query),
            "report_unread": (MODEL, unread),
        }
