# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.exceptions import repeat_lost_races
from odoo.addons.sales_process_mgmt.tools import period as period_tools

from .sales_process_plan import ZONE_SPAN

_logger = logging.getLogger(__name__)

BATCH_SIZE = 500


class SalesProcessPlan(models.Model):
    """Filling, agreeing, locking and counting plans."""

    _inherit = "sales.process.plan"

    # ------------------------------------------------------------
    # FILLING
    # ------------------------------------------------------------

    def _check_edit(self):
        self.check_access("write")
        for plan in self:
            if not plan.can_edit:
                raise AccessError(
                    self.env._(
                        "The plan %(plan)s is agreed. Only the team leader changes it.",
                        plan=plan.display_name,
                    )
                )

    def action_add_metrics(self):
        """Add the metrics of this kind of period that the plan lacks, without goal."""
        self._check_edit()
        for plan in self:
            metrics = self.env["sales.process.metric"]._get_for(
                plan.kind, plan.company_id
            )
            self.env["sales.process.plan.line"].create(
                [
                    {"plan_id": plan.id, "metric_id": metric.id}
                    for metric in metrics - plan.line_ids.metric_id
                ]
            )

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

    def action_take_rest(self):
        """Start the week from what is left of the month, by the days that are left."""
        self._check_edit()
        for plan in self:
            if plan.kind != "weekly":
                raise UserError(self.env._("Only a week starts from the month's rest."))
            first, last = period_tools.period_dates("monthly", plan.date_from)
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
            for line in month.line_ids:
                goal = (
                    line._get_rest() * share if line.metric_id._adds_up() else line.goal
                )
                goal = line.metric_id._round_goal(goal, plan.company_id)
                if line.metric_id in lines:
                    lines[line.metric_id].goal = goal
                else:
                    plan.line_ids.create(
                        {
                            "plan_id": plan.id,
                            "metric_id": line.metric_id.id,
                            "goal": goal,
                            "weight": line.weight,
                        }
                    )

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

    # ------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------

    def _count_actuals(self):
        """What has been reached, one query a metric and company.

        :return: ``{(plan id, metric id): value}``
        """
        values = {}
        bounds = self._get_bounds()
        for company, plans in self.sudo().grouped("company_id").items():
            rows = [
                (plan.id, user_id, start, end)
                for plan in plans
                for user_id, (start, end) in bounds[self.browse(plan.id)].items()
            ]
            metrics = plans.line_ids.metric_id
            for metric, found in metrics._evaluate_buckets(rows, company).items():
                for plan_id, value in found.items():
                    values[plan_id, metric.id] = value
        return values

    @api.model
    def _cron_update_plans(self):
        """Lock plans whose period started, count the running ones, close the ended.

        Safe to be killed and to run twice: each batch is committed with what is left.
        A plan that fails never stops the others.
        """
        now = self.env.cr.now()
        domain = [
            ("date_final", "=", False),
            ("date_from", "<=", (now + ZONE_SPAN).date()),
            *self._get_retry_domain(),
        ]
        after = 0
        remaining = self.search_count(domain)
        while remaining:
            plans = self.search(
                [*domain, ("id", ">", after)], limit=BATCH_SIZE, order="id"
            )
            if not plans:
                break
            after = plans[-1].id

            def work(plans=plans):
                plans._work_on_each(type(self)._process_updates)

            if not repeat_lost_races(self.env, work):
                _logger.info("Plans %s are left to the next run", plans.ids)
            remaining = max(remaining - len(plans), 0)
            if not self.env["ir.cron"]._commit_progress(
                len(plans), remaining=remaining
            ):
                break
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _get_work_failure_users(self):
        # sudo: the leader of the person's team, whoever may read it
        plan = self.sudo()
        return (plan.team_id | plan.person_team_id).user_id

    def _process_updates(self):
        """Lock and count these plans; never commits."""
        now = self.env.cr.now()
        spans = {plan: plan._get_span() for plan in self}
        started = self.filtered(lambda plan: spans[plan][0] <= now)
        # read in the plan's chatter by its person, whoever runs the scheduled action
        agreed = started.filtered(lambda plan: plan.state == "agreed")
        for lang, plans in agreed.grouped(lambda plan: plan.user_id.lang).items():
            plans.with_context(lang=lang).write({"state": "locked"})
        values = started._count_actuals()
        for line in started.line_ids:
            value = values.get((line.plan_id.id, line.metric_id.id))
            if line.actual_value != (value or 0) or line.has_value != (
                value is not None
            ):
                line.write({"actual_value": value or 0, "has_value": value is not None})
        started.date_actual = now
        # People of a team end their period up to a day after their leader
        started.filtered(
            lambda plan: (
                spans[plan][1] + (timedelta(days=1) if plan.team_id else timedelta())
                <= now
            )
        ).date_final = now
        self.env["sales.process.plan.line"].invalidate_model(["actual"])
