# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

CATEGORIES = [
    # from the most certain one
    ("commit", "Commit"),
    ("best", "Best Case"),
    ("pipeline", "Pipeline"),
    ("slipped", "Slipped"),
    ("undated", "Without a Date"),
]


class SalesProcessForecast(models.Model):
    """What is expected by owner and month, beside the goal and what was signed.

    A row is an open opportunity, a signed amount or a goal of a plan: each stands in
    one column, so columns add up. Of which day today is, the reader's zone decides.
    """

    _name = "sales.process.forecast"
    _inherit = "sales.process.report.mixin"
    _description = "Sales Forecast"
    _auto = False
    _order = "date, id"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "active",
            "company_id",
            "date_deadline",
            "expected_revenue",
            "probability",
            "team_id",
            "type",
            "user_id",
            "won_status",
        ],
        "crm.team": [
            "process_best_percent",
            "process_commit_percent",
            "process_mode",
            "process_parent_id",
        ],
        "sales.process.metric": ["code"],
        "sales.process.money": [
            "amount",
            "company_id",
            "date",
            "kind",
            "team_id",
            "user_id",
        ],
        "sales.process.plan": [
            "company_id",
            "date_from",
            "kind",
            "person_team_id",
            "user_id",
        ],
        "sales.process.plan.line": ["goal", "metric_id", "plan_id"],
    }

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Forecast Month",
        readonly=True,
        help="The first day of the month of the expected closing, of the signature or "
        "of the plan. What has slipped stands in the present month, in a column of its "
        "own.",
    )
    date_deadline = fields.Date(string="Expected Closing", readonly=True)
    category = fields.Selection(
        CATEGORIES,
        string="Certainty",
        readonly=True,
        help="By the probability, and the limits of the team. Empty: a goal, or what "
        "was signed.",
    )
    quota = fields.Monetary(
        string="Goal",
        readonly=True,
        help="Goals for the signed amount in monthly plans of people.",
    )
    actual = fields.Monetary(string="Signed", readonly=True)
    amount_commit = fields.Monetary(string="Commit", readonly=True)
    amount_best = fields.Monetary(
        string="Best Case", readonly=True, help="Beyond what is committed."
    )
    amount_pipeline = fields.Monetary(
        string="Pipeline", readonly=True, help="Beyond the best case."
    )
    amount_slipped = fields.Monetary(
        string="Slipped",
        readonly=True,
        help="Open opportunities whose expected closing has passed.",
    )
    amount_undated = fields.Monetary(
        string="Without a Date",
        readonly=True,
        help="Open opportunities without an expected closing, in no month.",
    )
    amount = fields.Monetary(
        string="Expected",
        readonly=True,
        help="Of an open opportunity, however certain it is.",
    )
    gap = fields.Monetary(
        string="To the Goal",
        readonly=True,
        help="The goal less what is signed and committed; below zero: more than that.",
    )

    @property
    def _table_query(self):
        today = self.env["crm.team"]._get_process_today(self.env.user)
        return SQL(
            """
            SELECT row.id, row.lead_id, row.user_id, row.team_id, row.company_id,
                   team.process_parent_id AS region_id, row.date, row.date_deadline,
                   row.category, row.quota, row.actual,
                   CASE row.category WHEN 'commit' THEN row.amount END
                       AS amount_commit,
                   CASE row.category WHEN 'best' THEN row.amount END AS amount_best,
                   CASE row.category WHEN 'pipeline' THEN row.amount END
                       AS amount_pipeline,
                   CASE row.category WHEN 'slipped' THEN row.amount END
                       AS amount_slipped,
                   CASE row.category WHEN 'undated' THEN row.amount END
                       AS amount_undated,
                   row.amount,
                   CASE WHEN row.quota IS NOT NULL OR row.actual IS NOT NULL
                             OR row.category = 'commit' THEN
                       COALESCE(row.quota, 0) - COALESCE(row.actual, 0)
                       - CASE row.category WHEN 'commit' THEN row.amount ELSE 0 END
                   END AS gap
              FROM (
                    SELECT deal.lead_id::int8 * 4 AS id, deal.lead_id, deal.user_id,
                           deal.team_id, deal.company_id, deal.date,
                           deal.date_deadline, deal.category, deal.amount,
                           NULL::numeric AS quota, NULL::numeric AS actual
                      FROM (%(deals)s) deal
                     UNION ALL
                    SELECT money.id::int8 * 4 + 1, NULL, money.user_id, money.team_id,
                           money.company_id, date_trunc('month', money.date)::date,
                           NULL, NULL, NULL, NULL, money.amount
                      FROM sales_process_money money
                     WHERE money.kind = 'signed'
                     UNION ALL
                    SELECT line.id::int8 * 4 + 2, NULL, plan.user_id,
                           plan.person_team_id, plan.company_id, plan.date_from,
                           NULL, NULL, NULL, line.goal, NULL
                      FROM sales_process_plan_line line
                      JOIN sales_process_plan plan ON plan.id = line.plan_id
                      JOIN sales_process_metric metric ON metric.id = line.metric_id
                     WHERE plan.kind = 'monthly' AND plan.user_id IS NOT NULL
                       AND metric.code = 'amount_signed'
                   ) AS row
         LEFT JOIN crm_team team ON team.id = row.team_id
            """,
            deals=self._get_deals(today),
        )

    def _get_deals(self, today):
        """Open opportunities of teams that use the process, and how certain they are.

        :param date today: what is expected before it has slipped
        :return: SQL with the columns lead_id, user_id, team_id, company_id, date,
            date_deadline, category and amount
        """
        return SQL(
            """
            SELECT lead.id AS lead_id, lead.user_id, lead.team_id,
                   COALESCE(lead.company_id, team.company_id) AS company_id,
                   CASE WHEN lead.date_deadline IS NOT NULL
                        THEN date_trunc('month', GREATEST(lead.date_deadline,
                                                          %(today)s))::date
                   END AS date,
                   lead.date_deadline,
                   CASE WHEN lead.date_deadline IS NULL THEN 'undated'
                        WHEN lead.date_deadline < %(today)s THEN 'slipped'
                        WHEN lead.probability >= team.process_commit_percent
                             THEN 'commit'
                        WHEN lead.probability >= team.process_best_percent THEN 'best'
                        ELSE 'pipeline' END AS category,
                   COALESCE(lead.expected_revenue, 0) AS amount
              FROM crm_lead lead
              JOIN crm_team team ON team.id = lead.team_id
             WHERE lead.active AND lead.type = 'opportunity'
               AND lead.won_status = 'pending'
               AND team.process_mode IN ('observe', 'enforce')
            """,
            today=today,
        )

    def action_open_lead(self):
        """Open the opportunity behind a row.

        :return: dict, a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }
