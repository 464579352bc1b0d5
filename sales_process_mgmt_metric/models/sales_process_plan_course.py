# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.models.sales_process_guard import on_records
from odoo.addons.sales_process_mgmt.tools import period as period_tools


class SalesProcessPlanCourse(models.AbstractModel):
    """How goals are filled in, agreed, and changed later; plans inherit it."""

    _name = "sales.process.plan.course"
    _description = "Course of a Plan"

    # ------------------------------------------------------------
    # FILLING
    # ------------------------------------------------------------

    def _check_edit(self):
        self.check_access("read")
        for plan in self:
            if not plan.can_edit:
                raise AccessError(
                    self.env._(
                        "The plan %(plan)s is agreed. Only the team leader changes it.",
                        plan=plan.display_name,
                    )
                )
        self.check_access("write")

    @on_records
    def action_add_metrics(self):
        """Add the metrics of this kind of period that the plan lacks, without goal."""
        self._check_edit()
        for plan in self:
            metrics = self.env["sales.process.metric"]._get_for(
                plan.kind, plan.company_id
            )
            # each: a person fills in one plan
            self.env["sales.process.plan.line"].create(
                [
                    {"plan_id": plan.id, "metric_id": metric.id}
                    for metric in metrics - plan.line_ids.metric_id
                ]
            )

    @on_records
    def action_copy_previous(self):
        """Take over the goals of the period before; goals already set stay."""
        self._check_edit()
        for plan in self:
            previous = plan._get_previous()
            if not previous.line_ids:
                raise UserError(
                    self.env._(
                        "There is no plan of the period before %(plan)s to copy.",
                        plan=plan.display_name,
                    )
                )
            known = plan.line_ids.metric_id
            # each: a person fills in one plan
            self.env["sales.process.plan.line"].create(
                [
                    {
                        "plan_id": plan.id,
                        "metric_id": line.metric_id.id,
                        "goal": line.goal,
                        "weight": line.weight,
                        "note": line.note,
                    }
                    for line in previous.line_ids
                    if line.metric_id not in known
                ]
            )
            if not plan.note:
                plan.note = previous.note

    @on_records
    def action_take_rest(self):
        """Start the week from what is left of the month, by the days that are left."""
        self._check_edit()
        for plan in self:
            if plan.kind != "weekly":
                raise UserError(self.env._("Only a week starts from the month's rest."))
            first, last = period_tools.period_dates("monthly", plan.date_from)
            # each: a person fills in one plan
            month = self.search(
                [
                    ("user_id", "=", plan.user_id.id),
                    ("team_id", "=", plan.team_id.id),
                    ("kind", "=", "monthly"),
                    ("date_from", "=", first),
                ],
                limit=1,
            )
            if not month.line_ids:
                raise UserError(
                    self.env._(
                        "There is no plan of the month of %(plan)s.",
                        plan=plan.display_name,
                    )
                )
            days_left = (last - plan.date_from).days + 1
            share = min(7, days_left) / days_left
            lines = {line.metric_id: line for line in plan.line_ids}
            fresh = []
            for line in month.line_ids:
                goal = (
                    line._get_rest() * share if line.metric_id._adds_up() else line.goal
                )
                goal = line.metric_id._round_goal(goal, plan.company_id)
                if line.metric_id in lines:
                    lines[line.metric_id].goal = goal
                else:
                    fresh.append(
                        {
                            "plan_id": plan.id,
                            "metric_id": line.metric_id.id,
                            "goal": goal,
                            "weight": line.weight,
                        }
                    )
            # each: a person fills in one plan
            plan.line_ids.create(fresh)

    # ------------------------------------------------------------
    # AGREEING AND LOCKING
    # ------------------------------------------------------------

    def _check_lead(self):
        self.check_access("read")
        for plan in self:
            if not plan.can_lead:
                raise AccessError(
                    self.env._(
                        "Only the team leader or a sales administrator decides on the "
                        "plan %(plan)s.",
                        plan=plan.display_name,
                    )
                )

    @on_records
    def action_agree(self):
        """The leader agrees; a plan whose period runs already is locked at once."""
        self._check_lead()
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "The plan %(plan)s is agreed already.", plan=plan.display_name
                    )
                )
            if not plan.line_ids:
                raise UserError(
                    self.env._(
                        "The plan %(plan)s has no goals yet.", plan=plan.display_name
                    )
                )
        for plan in self:
            # sudo: the state is the system's, whether one may was checked
            plan.sudo().state = "locked" if plan._is_started() else "agreed"
        cron = self.env.ref(
            "sales_process_mgmt_metric.ir_cron_update_plans", raise_if_not_found=False
        )
        if cron:
            # the analysis shows the plan from now on
            # sudo: who agrees need not know the scheduled actions
            cron.sudo()._trigger()

    @on_records
    def action_reset(self):
        """Back to draft, as long as the period has not started."""
        self._check_lead()
        for plan in self:
            if plan.state == "locked" or plan._is_started():
                raise UserError(
                    self.env._(
                        "The period of %(plan)s has started: change the goals, the "
                        "changes are written down.",
                        plan=plan.display_name,
                    )
                )
        # sudo: the state is the system's, whether one may was checked
        self.sudo().state = "draft"

    def _log_changes(self, changes):
        """Write down what was changed after the start.

        :param dict changes: ``{plan: [text]}``
        """
        bodies = {}
        for plan, texts in changes.items():
            if texts:
                items = Markup().join(Markup("<li>%s</li>") % text for text in texts)
                bodies[plan.id] = Markup("<p>%s</p><ul>%s</ul>") % (
                    self.env._("Changed after the start of the period:"),
                    items,
                )
        if bodies:
            # sudo: the system writes the log, whoever made the change
            self.sudo().browse(bodies)._message_log_batch(bodies=bodies)
