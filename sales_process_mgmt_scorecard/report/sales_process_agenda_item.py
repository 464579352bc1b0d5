# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

MODEL = "sales.process.scorecard"
LINE = "sales.process.scorecard.line"


class SalesProcessAgendaItem(models.Model):
    """Scorecards of months that are over, for who closes them and nobody else.

    And marks of an earlier part of such a month, for who led the team then.
    """

    _inherit = "sales.process.agenda.item"
    _depends = {
        MODEL: [
            "company_id",
            "date_to",
            "decider_id",
            "is_replaced",
            "state",
            "user_id",
        ],
        LINE: ["is_marked", "kind", "marker_id", "scorecard_id", "user_id"],
        "res.users": ["partner_id"],
        "res.partner": ["name"],
    }

    kind = fields.Selection(
        selection_add=[
            ("scorecard_open", "Scorecard to Close"),
            ("scorecard_mark", "Mark to Give"),
        ]
    )

    @api.model
    def _get_asked_kinds(self):
        return super()._get_asked_kinds() | {"scorecard_open", "scorecard_mark"}

    def _get_agenda_queries(self):
        query = SQL(
            """
            SELECT card.id, card.decider_id AS user_id, NULL AS team_id,
                   card.company_id, partner.name,
                   card.date_to + INTERVAL '1 day' AS date_since, NULL AS date_due
              FROM sales_process_scorecard card
              JOIN res_users person ON person.id = card.user_id
              JOIN res_partner partner ON partner.id = person.partner_id
             WHERE card.state <> 'closed' AND card.date_to < %s
            """,
            self.env.cr.now().date(),
        )
        marks = SQL(
            """
            SELECT line.id, line.marker_id AS user_id, NULL AS team_id,
                   line.company_id, partner.name,
                   card.date_to + INTERVAL '1 day' AS date_since, NULL AS date_due
              FROM sales_process_scorecard_line line
              JOIN sales_process_scorecard card ON card.id = line.scorecard_id
              JOIN res_users person ON person.id = line.user_id
              JOIN res_partner partner ON partner.id = person.partner_id
             WHERE line.kind = 'mark' AND line.is_marked IS NOT TRUE
               AND line.marker_id IS DISTINCT FROM card.decider_id
               AND card.state <> 'closed' AND card.date_to < %s
            """,
            self.env.cr.now().date(),
        )
        return {
            **super()._get_agenda_queries(),
            "scorecard_open": (MODEL, query),
            "scorecard_mark": (LINE, marks),
        }
