# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.sales_process_mgmt.exceptions import repeat_lost_races
from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_on_each
from odoo.addons.sales_process_mgmt.tools import texts

from .sales_process_training_audience import TrainingAudience

_logger = logging.getLogger(__name__)


class SalesProcessTrainingPlan(models.Model):
    """What people of a role learn, step by step; a newcomer in the first weeks."""

    _name = "sales.process.training.plan"
    _description = "Training Plan"
    _inherit = ["sales.process.guard"]
    _order = "name, id"
    _text_limits = {"name": texts.NAME_LENGTH}
    _is_copied = True
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    role = fields.Selection(
        [
            ("everybody", "Salespeople and Leaders"),
            ("salesperson", "Salespeople"),
            ("leader", "Team Leaders"),
        ],
        string="For Whom",
        default="salesperson",
        required=True,
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Teams",
        check_company=True,
        # an archived one is no reason to mean all of them
        context={"active_test": False},
        help="Empty: all teams.",
    )
    is_newcomer = fields.Boolean(
        string="First Weeks",
        help="Only for people who join a team on or after the first day of the plan.",
    )
    date_from = fields.Date(
        string="Since",
        required=True,
        default=lambda self: self.env.user._get_process_today(),
        help="Whoever was in the team before begins on this day.",
    )
    step_ids = fields.One2many("sales.process.training.step", "plan_id", copy=True)
    task_count = fields.Integer(string="Steps Asked", compute="_compute_task_count")
    open_count = fields.Integer(string="Still Open", compute="_compute_task_count")

    def _compute_task_count(self):
        groups = self.env["sales.process.training.task"]._read_group(
            [("plan_id", "in", self.ids), ("state", "!=", "closed")],
            ["plan_id", "state"],
            ["__count"],
        )
        for plan in self:
            own = [(state, count) for row, state, count in groups if row == plan]
            plan.task_count = sum(count for state, count in own)
            plan.open_count = sum(
                count for state, count in own if state in ("todo", "failed")
            )

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        self._wake()
        return plans

    def write(self, vals):
        result = super().write(vals)
        self._wake()
        return result

    def _wake(self):
        """Teams or plans have changed: the audience is looked at soon."""
        # sudo: whoever changes a team may touch no scheduled action
        plans = self.env["sales.process.training.plan"].sudo()
        if not plans.with_context(active_test=False).search_count([], limit=1):
            return
        cron = self.env.ref(
            "sales_process_mgmt_survey.ir_cron_training", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger()

    def action_update(self):
        """Ask everybody of the plan at once.

        :return: dict, a client action
        """
        self.check_access("write")
        # sudo: the system writes what people are asked
        self.sudo()._bring_in_line()
        return self.env["sales.process.notice"]._toast(
            self.env._("Everybody of this plan has been asked."),
            {"type": "ir.actions.client", "tag": "soft_reload"},
        )

    def action_open_tasks(self):
        """The steps that people were asked for.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt_survey.sales_process_training_team_action"
        )
        return {**action, "domain": [("plan_id", "=", self.id)], "context": {}}

    def _bring_in_line(self):
        """Ask who is to be asked, close what nobody asks for any more.

        Safe to run at any time and twice.

        :return: sales.process.training.task that were made or opened again
        """
        return TrainingAudience(self).run()

    @api.constrains("step_ids", "active")
    def _check_steps(self):
        for plan in self:
            if len(plan.step_ids) > 200:
                raise ValidationError(
                    self.env._("A training plan has at most 200 steps.")
                )

    @api.model
    def _cron_training(self):
        """Ask newcomers, renew certificates, close what nobody asks for any more.

        Safe to run twice and to be killed: each plan is committed by itself.
        """
        commit = self.env["ir.cron"]._commit_progress
        plans = self.search([("active", "in", (True, False))], order="id")
        remaining = len(plans)
        commit(remaining=remaining)
        for plan in plans:

            def work(plan=plan):
                work_on_each(
                    self.env,
                    plan.exists(),
                    lambda part: part._bring_in_line(),
                    lambda item, error: None,
                )

            if not repeat_lost_races(self.env, work):
                _logger.info("Training plan %s is left to the next run", plan.id)
            remaining -= 1
            if not commit(1, remaining=remaining):
                break
