# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from .sales_process_forecast import CATEGORIES


class SalesProcessForecastChange(models.Model):
    """What has become of the opportunities of a Monday until now, and what is new."""

    _name = "sales.process.forecast.change"
    _inherit = "sales.process.report.mixin"
    _description = "Change of the Forecast"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "active",
            "date_deadline",
            "expected_revenue",
            "probability",
            "team_id",
            "user_id",
            "won_status",
        ],
        "crm.team": ["process_forecast_date", "process_parent_id"],
        "sales.process.forecast.snapshot": [
            "amount",
            "category",
            "company_id",
            "date",
            "date_deadline",
            "date_taken",
            "lead_id",
            "month",
            "team_id",
            "user_id",
        ],
    }

    date = fields.Date(string="Since", readonly=True, help="The Monday of before.")
    is_last = fields.Boolean(
        string="Last Monday", readonly=True, help="The newest snapshot of the team."
    )
    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Salesperson", readonly=True, help="Who it was with then."
    )
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("1_new", "New"),
            ("2_won", "Won"),
            ("3_lost", "Lost"),
            ("4_slipped", "Slipped"),
            ("5_later", "Later"),
            ("6_earlier", "Earlier"),
            ("7_smaller", "Smaller"),
            ("8_larger", "Larger"),
            ("9_certainty", "Other Certainty"),
            ("a_same", "Unchanged"),
        ],
        string="What Changed",
        readonly=True,
        help="The first of these that is true. Slipped: its expected closing has "
        "passed meanwhile.",
    )
    amount_then = fields.Monetary(string="Then", readonly=True)
    amount_now = fields.Monetary(
        string="Now", readonly=True, help="Nothing where it is won or lost."
    )
    difference = fields.Monetary(readonly=True)
    amount_slipped = fields.Monetary(
        string="Slipped", readonly=True, help="What has slipped since."
    )
    amount_won = fields.Monetary(string="Won", readonly=True)
    month_then = fields.Date(readonly=True)
    month_now = fields.Date(readonly=True)
    category_then = fields.Selection(CATEGORIES, string="Certainty Then", readonly=True)
    category_now = fields.Selection(CATEGORIES, string="Certainty Now", readonly=True)

    @property
    def _table_query(self):
        today = self.env["crm.team"]._get_process_today(self.env.user)
        return SQL(
            """
            WITH deal AS (%(deals)s), pair AS (
                SELECT snap.id::int8 * 2 AS id, snap.date, snap.lead_id, snap.user_id,
                       snap.team_id, snap.company_id, snap.amount AS amount_then,
                       deal.amount AS amount_now, snap.month AS month_then,
                       deal.date AS month_now, snap.category AS category_then,
                       deal.category AS category_now, lead.won_status, lead.active,
                       lead.expected_revenue, snap.date_deadline AS deadline_then,
                       deal.date_deadline AS deadline_now
                  FROM sales_process_forecast_snapshot snap
                  JOIN crm_lead lead ON lead.id = snap.lead_id
             LEFT JOIN deal ON deal.lead_id = snap.lead_id
                 UNION ALL
                SELECT -(row_number() OVER (ORDER BY taken.date, deal.lead_id)) * 2 - 1,
                       taken.date, deal.lead_id, deal.user_id, deal.team_id,
                       deal.company_id, NULL, deal.amount, NULL, deal.date, NULL,
                       deal.category, 'new', TRUE, deal.amount, NULL,
                       deal.date_deadline
                  FROM deal
                  JOIN (SELECT DISTINCT team_id, date
                          FROM sales_process_forecast_snapshot) taken
                    ON taken.team_id = deal.team_id
                 WHERE NOT EXISTS (SELECT FROM sales_process_forecast_snapshot own
                                    WHERE own.date = taken.date
                                      AND own.lead_id = deal.lead_id)
            ), judged AS (
                SELECT pair.*,
                       CASE WHEN won_status = 'new' THEN '1_new'
                            WHEN won_status = 'won' THEN '2_won'
                            WHEN won_status = 'lost' OR NOT active
                                 OR category_now IS NULL THEN '3_lost'
                            WHEN category_now = 'slipped'
                                 AND category_then != 'slipped' THEN '4_slipped'
                            WHEN month_then IS DISTINCT FROM month_now
                                 AND deadline_then IS DISTINCT FROM deadline_now
                                 THEN CASE WHEN COALESCE(month_now, 'infinity')
                                           > COALESCE(month_then, 'infinity')
                                           THEN '5_later' ELSE '6_earlier' END
                            WHEN amount_now < amount_then THEN '7_smaller'
                            WHEN amount_now > amount_then THEN '8_larger'
                            WHEN category_now != category_then THEN '9_certainty'
                            ELSE 'a_same' END AS kind
                  FROM pair
            )
            SELECT judged.id, judged.date, judged.lead_id, judged.user_id,
                   judged.team_id, judged.company_id,
                   team.process_parent_id AS region_id,
                   COALESCE(judged.date = team.process_forecast_date, FALSE)
                       AS is_last,
                   judged.kind, judged.amount_then, judged.amount_now,
                   COALESCE(judged.amount_now, 0) - COALESCE(judged.amount_then, 0)
                       AS difference,
                   CASE judged.kind WHEN '4_slipped' THEN judged.amount_now END
                       AS amount_slipped,
                   CASE judged.kind WHEN '2_won' THEN judged.expected_revenue END
                       AS amount_won,
                   judged.month_then, judged.month_now, judged.category_then,
                   judged.category_now
              FROM judged
         LEFT JOIN crm_team team ON team.id = judged.team_id
            """,
            deals=self.env["sales.process.forecast"]._get_deals(today),
        )
