# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare

from odoo.addons.sales_process_mgmt.tools import period as period_tools

from ..tools.spread import spread


class SalesProcessPlanSpread(models.TransientModel):
    """Share the goals of a team's plan out over its people."""

    _name = "sales.process.plan.spread"
    _description = "Spread a Team Plan"
    _inherit = ["sales.process.guard"]

    # named by the button that opens the wizard
    _client_fields = frozenset(["plan_id"])

    plan_id = fields.Many2one(
        "sales.process.plan", required=True, readonly=True, ondelete="cascade"
    )
    method = fields.Selection(
        [
            ("even", "Evenly"),
            ("last", "By What Each Reached in the Period Before"),
            ("hand", "By Hand"),
        ],
        default="even",
        required=True,
        help="Evenly, or by what each person reached in the period before; who reached "
        "nothing gets nothing, and if nobody did, all get the same. By hand: starts "
        "from the plans that people have. Each number can be changed afterwards.",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="People",
        required=True,
        domain="[('id', 'in', candidate_ids)]",
        help="Who gets a share.",
    )
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    line_ids = fields.One2many(
        "sales.process.plan.spread.line",
        "spread_id",
        string="Shares",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    mismatch = fields.Text(
        compute="_compute_mismatch",
        help="Where the shares do not add up to the goal of the team.",
    )
    is_matching = fields.Boolean(compute="_compute_mismatch")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        plan = self.env["sales.process.plan"].browse(values.get("plan_id"))
        if plan and "user_ids" in fields_list:
            values["user_ids"] = [(6, 0, self._get_candidates(plan).ids)]
        return values

    @api.model
    def _get_candidates(self, plan):
        # sudo: the members of the team that one leads
        return plan.sudo().team_id.crm_team_member_ids.user_id.sudo(False)

    @api.depends("plan_id")
    def _compute_candidate_ids(self):
        for wizard in self:
            wizard.candidate_ids = self._get_candidates(wizard.plan_id)

    @api.depends("method", "plan_id", "user_ids")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [
                (5,),
                *(
                    (0, 0, {"user_id": user_id, "metric_id": metric_id, "goal": goal})
                    for user_id, metric_id, goal in wizard._get_shares()
                ),
            ]

    def _get_shares(self):
        """The share of each person in each goal.

        :return: list of ``(user id, metric id, goal)``
        """
        self.ensure_one()
        plan = self.plan_id
        users = self.user_ids._origin.sorted("name")
        weights = self._get_weights(users)
        shares = []
        for line in plan.line_ids.filtered("goal"):
            metric = line.metric_id
            mine = [weights.get((user.id, metric.id), 0) for user in users]
            if self.method == "hand":
                goals = mine
            elif metric._adds_up():
                if self.method == "even":
                    mine = [1] * len(users)
                goals = spread(line.goal, mine, metric._get_step(plan.company_id))
            else:
                # An average is the goal of each
                goals = [line.goal] * len(users)
            shares += [
                (user.id, metric.id, goal)
                for user, goal in zip(users, goals, strict=True)
            ]
        return shares

    def _get_weights(self, users):
        """Numbers to share by: of the period before, or the goals people have.

        :return: ``{(user id, metric id): number}``
        """
        plan = self.plan_id
        if self.method == "hand":
            lines = self.env["sales.process.plan.line"].search(
                [
                    ("plan_id.user_id", "in", users.ids),
                    ("plan_id.kind", "=", plan.kind),
                    ("plan_id.date_from", "=", plan.date_from),
                ]
            )
            return {
                (line.plan_id.user_id.id, line.metric_id.id): line.goal
                for line in lines
            }
        if self.method != "last":
            return {}
        first, last = period_tools.shift_period(plan.kind, plan.date_from, -1)
        # sudo: only in which zone the person works
        bounds = {
            user.id: period_tools.dates_to_utc(first, last, plan._get_zone(user.sudo()))
            for user in users
        }
        values = plan.line_ids.metric_id._evaluate(bounds, plan.company_id)
        return {
            (user_id, metric.id): value or 0
            for metric, found in values.items()
            for user_id, value in found.items()
        }

    @api.depends("line_ids.goal", "line_ids.metric_id", "plan_id")
    @api.depends_context("lang")
    def _compute_mismatch(self):
        for wizard in self:
            texts = []
            company = wizard.plan_id.company_id
            for line in wizard.plan_id.line_ids.filtered("goal"):
                metric = line.metric_id
                if not metric._adds_up():
                    continue
                total = sum(
                    share.goal
                    for share in wizard.line_ids
                    if share.metric_id._origin == metric._origin
                )
                step = metric._get_step(company)
                order = float_compare(total, line.goal, precision_rounding=step)
                if order:
                    texts.append(
                        wizard._get_mismatch_text(metric, total, line.goal, order)
                    )
            wizard.mismatch = "\n".join(texts)
            wizard.is_matching = not texts

    def _get_mismatch_text(self, metric, total, goal, order):
        company = self.plan_id.company_id
        values = {
            "metric": metric.name,
            "total": metric._format_value(total, company),
            "goal": metric._format_value(goal, company),
            "difference": metric._format_value(abs(goal - total), company),
        }
        if order < 0:
            return self.env._(
                "%(metric)s: %(total)s of %(goal)s spread, %(difference)s missing.",
                **values,
            )
        return self.env._(
            "%(metric)s: %(total)s of %(goal)s spread, %(difference)s too much.",
            **values,
        )

    def action_apply(self):
        """Write the shares into the people's plans, which are made where missing.

        :return: dict, the window action with these plans
        """
        self.ensure_one()
        plan = self.plan_id
        plan.check_access("read")
        if not plan.can_lead:
            raise AccessError(
                self.env._("Only the team leader spreads the plan of a team.")
            )
        if not plan.team_id or not self.line_ids:
            raise UserError(
                self.env._("There is nothing to spread: set goals and choose people.")
            )
        if self.line_ids.user_id - self._get_candidates(plan):
            raise UserError(
                self.env._("Somebody of the list is not in this team any more.")
            )
        plans = self._get_people_plans()
        Line = self.env["sales.process.plan.line"]
        known = {
            (person_plan, line.metric_id): line
            for person_plan in plans.values()
            for line in person_plan.line_ids
        }
        weights = {line.metric_id: line.weight for line in plan.line_ids}
        fresh = []
        for share in self.line_ids:
            person_plan = plans[share.user_id]
            line = known.get((person_plan, share.metric_id))
            if not line:
                fresh.append(
                    {
                        "plan_id": person_plan.id,
                        "metric_id": share.metric_id.id,
                        "goal": share.goal,
                        "weight": weights.get(share.metric_id, 1),
                    }
                )
            elif line.goal != share.goal:
                line.goal = share.goal
        Line.create(fresh)
        # sudo: the name of the team above the list
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plans of %(team)s", team=plan.sudo().team_id.name),
            "res_model": "sales.process.plan",
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", [row.id for row in plans.values()])],
        }

    def _get_people_plans(self):
        """The plans of the same period, one a person.

        :return: ``{res.users: plan}``
        """
        plan = self.plan_id
        users = self.line_ids.user_id
        Plan = self.env["sales.process.plan"]
        plans = {
            row.user_id: row
            for row in Plan.search(
                [
                    ("user_id", "in", users.ids),
                    ("kind", "=", plan.kind),
                    ("date_from", "=", plan.date_from),
                ]
            )
        }
        # A person of two teams has one plan, it belongs to the person's main team
        missing = [user for user in users if user not in plans]
        created = Plan.create(
            [
                {
                    "user_id": user.id,
                    "kind": plan.kind,
                    "date_from": plan.date_from,
                }
                for user in missing
            ]
        )
        plans.update(zip(missing, created, strict=True))
        return plans


class SalesProcessPlanSpreadLine(models.TransientModel):
    _name = "sales.process.plan.spread.line"
    _description = "Share of a Team Plan"
    _inherit = ["sales.process.guard"]
    _order = "metric_id, user_id, id"

    spread_id = fields.Many2one(
        "sales.process.plan.spread", required=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", string="Salesperson", required=True)
    metric_id = fields.Many2one("sales.process.metric", required=True)
    goal = fields.Float(
        digits=(16, 2), help="What this person is to reach, in the metric's unit."
    )

    _check_goal = models.Constraint("CHECK(goal >= 0)", "A goal cannot be negative.")
