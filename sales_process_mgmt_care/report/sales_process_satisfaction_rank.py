# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# Answers of so many days are compared.
SPAN = timedelta(days=365)


class SalesProcessSatisfactionRank(models.Model):
    """People of a team side by side, by what their customers have answered in a year.

    Whoever has too few answers stands there without a rank: one angry customer is no
    comparison.
    """

    _name = "sales.process.satisfaction.rank"
    _description = "Satisfaction Compared"
    _auto = False
    _is_private = True
    _rec_names_search = ["user_id", "team_id"]
    _order = "team_id, rank, answers desc, id"
    _depends = {
        "sales.process.satisfaction": [
            "company_id",
            "date_answered",
            "is_counted",
            "score",
            "team_id",
            "user_id",
        ],
        "crm.team": ["process_satisfaction_fewest"],
    }

    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    team_id = fields.Many2one("crm.team", string="Team Then", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    answers = fields.Integer(
        readonly=True, help="How many customers have answered in the last 365 days."
    )
    average = fields.Float(
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="From 1, not satisfied, to 5, very satisfied.",
    )
    fewest = fields.Integer(
        string="Fewest Answers", readonly=True, aggregator=None, help="By the team."
    )
    has_rank = fields.Boolean(string="Enough Answers", readonly=True)
    rank = fields.Integer(
        readonly=True,
        aggregator=None,
        help="In the team, among those with enough answers; equal averages share a "
        "rank. Empty: too few answers.",
    )
    standing = fields.Char(compute="_compute_standing", help="The rank, or why none.")

    @api.depends("rank", "has_rank", "answers", "fewest")
    @api.depends_context("lang")
    def _compute_standing(self):
        for row in self:
            row.standing = (
                str(row.rank)
                if row.has_rank
                else self.env._(
                    "Too few answers (%(answers)s of %(fewest)s)",
                    answers=row.answers,
                    fewest=row.fewest,
                )
            )

    @api.depends("user_id", "team_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            # sudo: whoever reads the row reads whom it is about
            row.display_name = row.sudo().user_id.name or ""

    @property
    def _table_query(self):
        since = self.env.cr.now() - SPAN
        return SQL(
            """
            SELECT found.*,
                   CASE WHEN has_rank THEN RANK() OVER (
                        PARTITION BY team_id, company_id, has_rank
                            ORDER BY average DESC) END AS rank
              FROM (SELECT MIN(answer.id) AS id,
                           answer.user_id,
                           answer.team_id,
                           answer.company_id,
                           COUNT(*) AS answers,
                           ROUND(AVG(answer.score), 2) AS average,
                           team.process_satisfaction_fewest AS fewest,
                           COUNT(*) >= team.process_satisfaction_fewest AS has_rank
                      FROM sales_process_satisfaction answer
                      JOIN crm_team team ON team.id = answer.team_id
                     WHERE answer.is_counted
                       AND answer.user_id IS NOT NULL
                       AND answer.date_answered > %s
                  GROUP BY answer.user_id, answer.team_id, answer.company_id, team.id
                   ) found
            """,
            since,
        )
