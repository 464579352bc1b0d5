# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.tools import labels, orm


class SalesProcessPlanReport(models.Model):
    """One row for each goal of a plan, with what was counted last.

    The identifier is that of the goal.
    """

    _name = "sales.process.plan.report"
    _inherit = "sales.process.report.mixin"
    _description = "Plan Against Actual"
    _auto = False
    _order = "date_from desc, id desc"
    _rec_name = "plan_id"
    _depends = {
        "crm.team": ["process_parent_id"],
        "sales.process.metric": ["higher_is_better", "unit"],
        "sales.process.plan": [
            "company_id",
            "date_actual",
            "date_final",
            "date_from",
            "date_to",
            "kind",
            "person_team_id",
            "state",
            "team_id",
            "user_id",
        ],
        "sales.process.plan.line": [
            "actual_value",
            "goal",
            "has_value",
            "metric_id",
            "plan_id",
            "weight",
        ],
    }

    plan_id = fields.Many2one("sales.process.plan", readonly=True)
    metric_id = fields.Many2one("sales.process.metric", readonly=True)
    scope = fields.Selection(
        [("person", "People"), ("team", "Teams")],
        string="Whose Plan",
        readonly=True,
        help="The plan of a team and those of its people are counted separately.",
    )
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        readonly=True,
        help="The team of the plan, or that of the person when the plan was made.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(
        lambda self: self._get_source_selection("kind"), string="Period", readonly=True
    )
    state = fields.Selection(
        lambda self: self._get_source_selection("state"), readonly=True
    )
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    is_final = fields.Boolean(
        string="Final", readonly=True, help="The period has ended."
    )
    goal = fields.Float(
        readonly=True,
        help="In the unit of the metric. Empty where several metrics come together.",
    )
    actual = fields.Float(
        readonly=True,
        help="What had been reached when it was last counted. Running plans are "
        "counted every hour, the last time when the period has ended.",
    )
    difference = fields.Float(readonly=True, help="Reached minus goal.")
    progress = fields.Float(
        string="Progress (%)",
        aggregator="avg",
        readonly=True,
        help="Reached in percent of the goal; a ceiling that is kept is 100 %. Empty "
        "without goal. Of several goals it is the mean by their weights.",
    )
    weight = fields.Float(
        aggregator=None,
        readonly=True,
        help="How much the goal counts in the progress of several.",
    )
    goal_count = fields.Integer(
        string="Goals", readonly=True, help="How many goals were set."
    )
    reached_count = fields.Integer(
        string="Goals Reached",
        readonly=True,
        help="How many goals were reached, or ceilings kept.",
    )

    def _get_source_selection(self, field_name):
        return list(
            labels.get_choices(self.env["sales.process.plan"], field_name).items()
        )

    def _read_group_select(self, aggregate_spec, query):
        """Numbers of different metrics are not added up, percents are weighed."""
        aggregate = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec in ("goal:sum", "actual:sum", "difference:sum"):
            metric = orm.get_sql(self, self._table, "metric_id", query)
            return SQL(
                "CASE WHEN COUNT(DISTINCT %s) = 1 THEN %s END", metric, aggregate
            )
        if aggregate_spec == "progress:avg":
            progress = orm.get_sql(self, self._table, "progress", query)
            weight = orm.get_sql(self, self._table, "weight", query)
            return SQL(
                """
                SUM(%(progress)s * %(weight)s)
                / NULLIF(SUM(%(weight)s) FILTER (WHERE %(progress)s IS NOT NULL), 0)
                """,
                progress=progress,
                weight=weight,
            )
        return aggregate

    @property
    def _table_query(self):
        return SQL("%s %s", self._select(), self._from())

    def _select(self):
        """The columns of the report; an addon adds its own.

        :return: SQL
        """
        return SQL(
            """
            SELECT line.id AS id,
                   line.plan_id AS plan_id,
                   line.metric_id AS metric_id,
                   CASE WHEN plan.team_id IS NULL THEN 'person' ELSE 'team' END
                       AS scope,
                   plan.user_id AS user_id,
                   COALESCE(plan.team_id, plan.person_team_id) AS team_id,
                   team.process_parent_id AS region_id,
                   plan.company_id AS company_id,
                   plan.kind AS kind,
                   plan.state AS state,
                   plan.date_from AS date_from,
                   plan.date_to AS date_to,
                   plan.date_final IS NOT NULL AS is_final,
                   line.goal AS goal,
                   line.actual_value AS actual,
                   line.actual_value - line.goal AS difference,
                   CASE
                       WHEN metric.higher_is_better
                            THEN line.actual_value / NULLIF(line.goal, 0) * 100
                       WHEN line.goal = 0 THEN NULL
                       WHEN NOT COALESCE(line.has_value, FALSE) THEN 0
                       WHEN line.actual_value <= line.goal THEN 100
                       ELSE line.goal / line.actual_value * 100
                   END AS progress,
                   COALESCE(line.weight, 0) AS weight,
                   (COALESCE(line.goal, 0) > 0)::int AS goal_count,
                   CASE
                       WHEN COALESCE(line.goal, 0) = 0 THEN 0
                       WHEN metric.higher_is_better
                            THEN (line.actual_value >= line.goal)::int
                       ELSE (line.has_value AND line.actual_value <= line.goal)::int
                   END AS reached_count
            """
        )

    def _from(self):
        """The tables of the report; an addon joins its own.

        :return: SQL
        """
        return SQL(
            """
              FROM sales_process_plan_line line
              JOIN sales_process_plan plan ON plan.id = line.plan_id
         LEFT JOIN crm_team team
                ON team.id = COALESCE(plan.team_id, plan.person_team_id)
              JOIN sales_process_metric metric ON metric.id = line.metric_id
            """
        )

    def action_open_plan(self):
        """Open the plan behind a row.

        :return: dict, a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sales.process.plan",
            "res_id": self.plan_id.id,
            "view_mode": "form",
            "views": [[False, "form"]],
        }
