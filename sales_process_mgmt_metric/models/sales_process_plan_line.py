# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import goal as goal_tools


class SalesProcessPlanLine(models.Model):
    """One goal of a plan and what has been reached."""

    _name = "sales.process.plan.line"
    _description = "Sales Plan Goal"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "plan_id, sequence, id"
    _rec_name = "metric_id"
    _fixed_fields = frozenset(["plan_id"])

    plan_id = fields.Many2one(
        "sales.process.plan", required=True, index=True, ondelete="cascade"
    )
    metric_id = fields.Many2one(
        "sales.process.metric",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('company_id', 'in', (False, company_id))]",
        help="What is counted, the same as in the reports.",
    )
    sequence = fields.Integer(related="metric_id.sequence", store=True)
    unit = fields.Selection(related="metric_id.unit")
    higher_is_better = fields.Boolean(related="metric_id.higher_is_better")
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    can_edit = fields.Boolean(related="plan_id.can_edit")
    goal = fields.Float(
        digits=(16, 2),
        help="What is to be reached, in the unit of the metric; money in the currency "
        "of the company. For numbers that are better low it is a ceiling.",
    )
    weight = fields.Float(
        default=1,
        digits=(16, 2),
        help="How much the goal counts in the progress of the plan.",
    )
    note = fields.Char(help="How the goal is to be reached.")
    actual = fields.Float(
        compute="_compute_actual",
        digits=(16, 2),
        help="What has been reached until now. Final when the period has ended.",
    )
    actual_label = fields.Char(
        string="Reached", compute="_compute_actual", help="What has been reached."
    )
    goal_label = fields.Char(string="To Reach", compute="_compute_actual")
    progress = fields.Float(
        compute="_compute_actual",
        help="What has been reached in percent of the goal. A ceiling that is kept is "
        "100 %, and less the more it is exceeded.",
    )
    score = fields.Float(
        compute="_compute_actual",
        help="How much of the goal is fulfilled, in percent and at most 100. A ceiling "
        "that is kept is fulfilled.",
    )
    status = fields.Selection(
        [
            ("none", "No Goal"),
            ("reached", "Reached"),
            ("on_track", "On Track"),
            ("behind", "Behind"),
            ("exceeded", "Ceiling Exceeded"),
        ],
        compute="_compute_actual",
        help="On track: at least as much of the goal has been reached as of the period "
        "has passed, or the ceiling has been kept until now.",
    )
    actual_value = fields.Float(
        string="Counted",
        readonly=True,
        copy=False,
        digits=(16, 2),
        help="The number when it was last counted, for the analysis.",
    )
    has_value = fields.Boolean(
        readonly=True,
        copy=False,
        help="There was something to count. Not set for an average of nothing.",
    )

    _metric_uniq = models.Constraint(
        "UNIQUE(plan_id, metric_id)", "A plan has one goal for each metric."
    )
    _check_goal = models.Constraint(
        "CHECK(goal >= 0 AND weight >= 0)",
        "A goal and its weight cannot be negative.",
    )

    @api.depends(
        "goal",
        "metric_id",
        "plan_id.date_final",
        "plan_id.date_from",
        "plan_id.date_to",
        "plan_id.team_id",
        "plan_id.user_id",
    )
    @api.depends_context("lang")
    def _compute_actual(self):
        plans = self.plan_id._origin.filtered(lambda plan: not plan.date_final)
        values = plans._count_actuals() if plans else {}
        for line in self:
            plan = line.plan_id._origin
            metric = line.metric_id._origin
            if plan.date_final and line._origin:
                value = line.actual_value if line.has_value else None
            elif (plan.id, metric.id) in values:
                value = values[plan.id, metric.id]
            else:
                value = None if metric.aggregate == "avg" else 0
            line._set_actual(value)

    def _set_actual(self, value):
        """Set what is told about a goal, given what has been reached."""
        self.update(self._prepare_actual(value))

    def _prepare_last_actual(self):
        """What is told about a goal by what was counted last; counts nothing.

        :return: dict, see :meth:`_prepare_actual`
        """
        return self._prepare_actual(self.actual_value if self.has_value else None)

    def _prepare_actual(self, value):
        """What is told about a goal, given what has been reached.

        :param float value: None: there was nothing to count
        :return: dict of values of the fields that tell it
        """
        self.ensure_one()
        metric, goal = self.metric_id, self.goal
        amount = value or 0
        company = self.plan_id.company_id or self.env.company
        progress = goal_tools.fulfilled(value, goal, metric.higher_is_better)
        progress = round(progress, 1)
        score, status = self._judge_actual(value, progress)
        return {
            "actual": amount,
            "actual_label": metric._format_value(value, company) if metric else "",
            "goal_label": metric._format_value(goal, company) if metric else "",
            "progress": progress,
            "score": score,
            "status": status,
        }

    def _judge_actual(self, value, progress):
        """How well a goal is met.

        :return: pair of the score in percent and the status
        """
        goal, elapsed = self.goal, self.plan_id.elapsed
        amount = value or 0
        if not goal:
            return 0, "none"
        if self.metric_id.higher_is_better:
            score = min(amount / goal * 100, 100)
            if amount >= goal:
                return score, "reached"
            needed = elapsed if self.metric_id._adds_up() else 100
            is_on_track = elapsed < 100 and progress >= needed
            return score, "on_track" if is_on_track else "behind"
        if value is None:
            return 0, "behind" if elapsed >= 100 else "on_track"
        if amount > goal:
            return goal / amount * 100, "exceeded"
        return 100, "reached" if elapsed >= 100 else "on_track"

    def _get_rest(self):
        """What is left of the goal."""
        self.ensure_one()
        return max(self.goal - self.actual, 0)

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_editable()
        changes = defaultdict(list)
        # The goals a plan is made with are no changes of it
        moment = self.env.cr.now().replace(microsecond=0)
        lines_later = lines.filtered(lambda line: line.plan_id.create_date < moment)
        for line in lines_later._filter_started():
            changes[line.plan_id].append(
                self.env._(
                    "%(metric)s: added with the goal %(goal)s",
                    metric=line.metric_id.name,
                    goal=line._format(line.goal),
                )
            )
        self.env["sales.process.plan"]._log_changes(changes)
        return lines

    def write(self, vals):
        told = {"goal", "weight", "metric_id"} & vals.keys()
        if not told or (self.env.su and told.isdisjoint({"goal"})):
            return super().write(vals)
        self._check_editable()
        before = {line: (line.metric_id.name, line.goal, line.weight) for line in self}
        result = super().write(vals)
        changes = defaultdict(list)
        for line in self._filter_started():
            name, goal, weight = before[line]
            if line.goal != goal or line.metric_id.name != name:
                changes[line.plan_id].append(
                    self.env._(
                        "%(metric)s: goal %(before)s → %(after)s",
                        metric=line.metric_id.name,
                        before=line._format(goal),
                        after=line._format(line.goal),
                    )
                )
            if line.weight != weight:
                changes[line.plan_id].append(
                    self.env._(
                        "%(metric)s: weight %(before)s → %(after)s",
                        metric=line.metric_id.name,
                        before=weight,
                        after=line.weight,
                    )
                )
        self.env["sales.process.plan"]._log_changes(changes)
        return result

    def unlink(self):
        """A goal that is removed after the start is written down.

        :raise AccessError: where only the leader changes the plan
        """
        self._check_editable()
        changes = defaultdict(list)
        for line in self._filter_started():
            changes[line.plan_id].append(
                self.env._(
                    "%(metric)s: removed, the goal was %(goal)s",
                    metric=line.metric_id.name,
                    goal=line._format(line.goal),
                )
            )
        result = super().unlink()
        self.env["sales.process.plan"]._log_changes(changes)
        return result

    def _format(self, goal):
        return self.metric_id._format_value(goal, self.plan_id.company_id)

    def _filter_started(self):
        started = self.plan_id.filtered(lambda plan: plan._is_started())
        return self.filtered(lambda line: line.plan_id in started)

    def _check_editable(self):
        if self.env.su:
            return
        for plan in self.plan_id:
            if not plan.can_edit:
                raise AccessError(
                    self.env._(
                        "The plan %(plan)s is agreed. Only the team leader changes it.",
                        plan=plan.display_name,
                    )
                )
