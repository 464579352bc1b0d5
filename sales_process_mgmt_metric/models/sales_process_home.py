# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from odoo.addons.sales_process_mgmt.models.sales_process_home_parts import (
    make_block,
    make_opens,
)
from odoo.addons.sales_process_mgmt.tools import labels
from odoo.addons.sales_process_mgmt.tools import period as period_tools

PLANS = "sales_process_mgmt_metric.sales_process_plan_action"
REPORT = "sales_process_mgmt_metric.sales_process_plan_report_action"
TONES = {"behind": "warning", "exceeded": "danger", "reached": "success"}
GOALS = 8
GOAL_FIELDS = (
    "actual_value",
    "goal",
    "has_value",
    "metric_id",
    "plan_id",
    "sequence",
    "weight",
)


class SalesProcessHome(models.AbstractModel):
    """Goals of the running month; what was reached is what was counted last."""

    _inherit = "sales.process.home"

    @api.model
    def _get_blocks(self, scope):
        blocks = super()._get_blocks(scope)
        if scope.role == "salesperson":
            return [*blocks, self._get_goals_block(scope)]
        if scope.role != "reception":
            return [*blocks, *self._get_plan_blocks(scope)]
        return blocks

    @api.model
    def _get_goal_domain(self, scope):
        """The goals of the running month."""
        first, _last = period_tools.period_dates("monthly", scope.today)
        return (
            Domain("plan_id.kind", "=", "monthly")
            & Domain("plan_id.date_from", "=", first)
            & Domain("goal", ">", 0)
        )

    @api.model
    def _find_goals(self, scope, domain, limit=None):
        """Goals of the running month, with what was counted last.

        :param HomeScope scope: for whom
        :param domain: which of them
        :return: list of ``(sales.process.plan.line, what is told)``
        """
        goals = self.env["sales.process.plan.line"].search_fetch(
            self._get_goal_domain(scope) & domain,
            GOAL_FIELDS,
            order="sequence, id",
            limit=limit,
        )
        return [(goal, goal._prepare_last_actual()) for goal in goals]

    @api.model
    def _find_team_goals(self, scope):
        """The goals of the teams of a home, read once.

        With those of their people for whoever leads one team: people are a few there.

        :return: list, see :meth:`_find_goals`
        """
        if "goals" not in scope.memory:
            teams = scope.teams.ids
            whose = Domain("plan_id.team_id", "in", teams)
            if scope.role == "leader":
                whose |= Domain("plan_id.person_team_id", "in", teams)
            scope.memory["goals"] = self._find_goals(scope, whose)
        return scope.memory["goals"]

    @api.model
    def _get_goals_block(self, scope):
        mine = Domain("plan_id.user_id", "=", scope.user.id)
        goals = self._find_goals(scope, mine, GOALS)
        statuses = labels.get_choices(self.env["sales.process.plan.line"], "status")
        # as many as there are places: there may be more of them
        is_reached = 0 < len(goals) < GOALS and all(
            told["status"] == "reached" for _goal, told in goals
        )
        return make_block(
            "goals",
            "goals",
            self.env._("My Goals This Month"),
            45,
            cheer=is_reached
            and ",".join(str(goal.plan_id.id) for goal, _told in goals),
            is_side=True,
            rows=[
                {
                    "id": goal.id,
                    "label": goal.metric_id.name,
                    "actual": told["actual_label"],
                    "goal": told["goal_label"],
                    "progress": told["progress"],
                    "status": statuses.get(told["status"], ""),
                    "tone": TONES.get(told["status"], False),
                }
                for goal, told in goals
            ],
            note=self._get_as_of(goals),
            open=make_opens(PLANS, domain=[("user_id", "=", scope.user.id)]),
            empty={
                "title": self.env._("No goal for this month yet"),
                "text": self.env._(
                    "Write down what you want to reach; your leader agrees to it."
                ),
                "label": self.env._("Make My Plan"),
                "open": make_opens(PLANS, domain=[("user_id", "=", scope.user.id)]),
            },
        )

    @api.model
    def _get_as_of(self, goals):
        moments = [goal.plan_id.date_actual for goal, _told in goals]
        if not moments or not all(moments):
            return False
        moment = format_datetime(
            self.env, min(moments), tz=self.env.tz.zone, dt_format="short"
        )
        return self.env._("As of %(moment)s", moment=moment)

    # ------------------------------------------------------------
    # LEADERS
    # ------------------------------------------------------------

    @api.model
    def _get_plan_blocks(self, scope):
        """How far the plans of the teams are: by goal, or by team.

        Without a plan there is no block.
        """
        goals = [
            (goal, told)
            for goal, told in self._find_team_goals(scope)
            if goal.plan_id.team_id
        ]
        if not goals:
            return []
        if scope.role == "leader" and len(scope.teams) == 1:
            title = self.env._("Team Against Plan (%)")
            bars = [
                (goal.metric_id.name, told["progress"], goal.plan_id)
                for goal, told in goals[:GOALS]
            ]
        else:
            title = self.env._("Teams Against Plan (%)")
            scores = self._get_scores(goals)
            bars = [
                (plan.team_id.name, score, plan)
                for plan, score in sorted(scores.items(), key=lambda row: row[1])
            ][:GOALS]
        return [
            make_block(
                "plan",
                "chart",
                title,
                45,
                is_side=True,
                chart="bar",
                labels=[label for label, _value, _plan in bars],
                datasets=[
                    {
                        "name": "progress",
                        "label": self.env._("Reached (%)"),
                        "tone": "info",
                        "values": [round(value) for _label, value, _plan in bars],
                        "opens": [
                            make_opens(PLANS, label, [("id", "=", plan.id)])
                            for label, _value, plan in bars
                        ],
                    }
                ],
                note=self._get_as_of(goals),
                open=make_opens(REPORT),
            )
        ]

    @api.model
    def _get_scores(self, goals):
        """How far each plan is as a whole, by the weights of its goals.

        :return: ``{sales.process.plan: percentage}``
        """
        sums = defaultdict(lambda: [0, 0])
        for goal, told in goals:
            sums[goal.plan_id][0] += told["score"] * goal.weight
            sums[goal.plan_id][1] += goal.weight
        return {
            plan: score / weight if weight else 0
            for plan, (score, weight) in sums.items()
        }

    @api.model
    def _get_table_columns(self, scope, by, ids):
        columns = super()._get_table_columns(scope, by, ids)
        scores = self._get_scores(
            (goal, told)
            for goal, told in self._find_team_goals(scope)
            if goal.plan_id[by].id in ids
        )
        if not scores:
            return columns
        return [
            *columns,
            {
                "name": "plan",
                "label": self.env._("Plan"),
                "tone": False,
                "values": {
                    plan[by].id: (
                        f"{score:.0f} %",
                        make_opens(PLANS, domain=[("id", "=", plan.id)]),
                    )
                    for plan, score in scores.items()
                },
            },
        ]
