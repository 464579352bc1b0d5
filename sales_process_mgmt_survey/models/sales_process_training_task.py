# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.tools import clock
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools

from ..tools import training
from .sales_process_training_audience import OPEN, TODO_TYPE

MOST_DAYS_AWAY = 400


class SalesProcessTrainingTask(models.Model):
    """That somebody is asked for a step of a training, and what became of it."""

    _name = "sales.process.training.task"
    _description = "Step to Do"
    _is_private = True
    _inherit = ["sales.process.asked"]
    _order = "date_due desc, id desc"
    _open_states = OPEN
    _todo_states = ("todo",)
    _todo_type = TODO_TYPE

    step_id = fields.Many2one(
        "sales.process.training.step",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    plan_id = fields.Many2one(related="step_id.plan_id", store=True, index=True)
    company_id = fields.Many2one(related="step_id.company_id", store=True, index=True)
    survey_id = fields.Many2one(
        related="step_id.survey_id",
        store=True,
        index="btree_not_null",
        string="Exam Asked",
    )
    kind = fields.Selection(related="step_id.kind", store=True)
    text = fields.Html(related="step_id.text", string="What Is to Do")
    name = fields.Char(string="What", required=True, readonly=True)
    state = fields.Selection(
        [
            ("todo", "To Do"),
            ("done", "Done"),
            ("failed", "No Attempt Left"),
            ("excused", "Not Required"),
            ("closed", "Called Off"),
        ],
        default="todo",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    date_due = fields.Datetime(
        help="The end of the last working day, where the person works. Days of absence "
        "do not count.",
    )
    date_done = fields.Datetime(string="Done On", readonly=True)
    date_closed = fields.Datetime(string="Called Off On")
    confirmed_by_id = fields.Many2one(
        "res.users", string="Who Confirmed", readonly=True, index="btree_not_null"
    )
    renewal_of_id = fields.Many2one(
        "sales.process.training.task",
        string="Renews",
        readonly=True,
        index="btree_not_null",
        help="The certificate that ends.",
    )
    result_ids = fields.One2many("sales.process.exam.result", "task_id", readonly=True)
    extra_attempts = fields.Integer(
        string="Attempts Granted", readonly=True, tracking=True
    )
    attempts_left = fields.Integer(compute="_compute_attempts_left")
    is_overdue = fields.Boolean(string="Step Is Late")

    _open_uniq = models.UniqueIndex(
        "(step_id, user_id) WHERE state IN ('todo', 'failed')",
        "This person has been asked for this step already.",
    )
    _renewal_uniq = models.UniqueIndex(
        "(renewal_of_id) WHERE renewal_of_id IS NOT NULL",
        "This certificate is being renewed already.",
    )

    @api.depends("name", "user_id")
    def _compute_display_name(self):
        for task in self:
            # sudo: whoever reads the row reads what it is called
            task.display_name = f"{task.name} · {task.sudo().user_id.name}"

    @api.depends("result_ids", "extra_attempts", "survey_id.attempts_limit")
    def _compute_attempts_left(self):
        for task in self:
            # sudo: counted, not shown; from the first page shown
            row = task.sudo()
            limit = row.survey_id.attempts_limit + row.extra_attempts
            task.attempts_left = (
                max(limit - len(row.result_ids), 0) if row.survey_id else 0
            )

    # ------------------------------------------------------------
    # UNTIL WHEN
    # ------------------------------------------------------------

    def _update_deadlines(self):
        """Compute anew until when open steps are due; what was done stays."""
        tasks = self.filtered(lambda task: task.state in OPEN)
        if not tasks:
            return
        absences = tasks.user_id._get_absences(
            min(tasks.mapped("date_assigned")), datetime.max
        )
        checkers = {}
        for task in tasks:
            zone = task._get_zone()
            if task.renewal_of_id:
                result = task.renewal_of_id.result_ids.filtered(
                    lambda row: row.state == "passed"
                )[:1]
                day = result.date_valid_until or task._get_due_day()
                deadline = deadline_tools.end_of_day_utc(day, zone)
            else:
                team = task.team_id
                if team not in checkers:
                    calendar = team and team._get_working_calendar()
                    checkers[team] = (
                        team._is_working_day_factory(calendar) if calendar else None
                    )
                before = deadline_tools.local_date(task.date_assigned, zone)
                away = clock.away_days(
                    absences.get(task.user_id, ()), before, MOST_DAYS_AWAY, zone
                )
                deadline = training.step_deadline(
                    task.date_assigned, task.step_id.days, zone, checkers[team], away
                )
            deadline = deadline.replace(microsecond=0)
            if deadline != task.date_due:
                task.date_due = deadline

    @api.model
    def _follow_absences(self, users):
        """Leave was entered, moved or called off: the days follow.

        :param users: res.users
        """
        # sudo: whoever enters an absence does not read what others are asked
        tasks = self.sudo().search(
            [("user_id", "in", users.ids), ("state", "in", OPEN)]
        )
        tasks._update_deadlines()
        tasks._plan_todos()

    def _get_todo_summary(self):
        return self.name

    # ------------------------------------------------------------
    # THE PERSON
    # ------------------------------------------------------------

    def action_done(self):
        """Mark as read by the person, or a visit as confirmed by the leader.

        :return: dict, a client action
        :raise AccessError: for anybody else
        :raise UserError: where it does not wait, or is an exam
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if self.kind == "exam":
            raise UserError(self.env._("An exam is done when it is passed: sit it."))
        if self.kind == "visit":
            self._check_decider()
        elif self.user_id != user:
            raise AccessError(
                self.env._(
                    "Only %(person)s says what was read.",
                    person=self.sudo().user_id.name,
                )
            )
        # sudo: written by the system after the check
        task = self.sudo()._lock_rows()
        task._check_waits()
        task.write(
            {
                "state": "done",
                "date_done": self.env.cr.now().replace(microsecond=0),
                "confirmed_by_id": user.id,
            }
        )
        task._close_todos()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_start(self):
        """Sit the exam, or go on with an attempt whose time is not over.

        :return: dict, an action that opens the exam
        :raise AccessError: for anybody else
        :raise UserError: where no attempt is left
        """
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(self.env._("An exam is sat by whoever is asked for it."))
        # sudo: whoever sits an exam does not read it
        task = self.sudo()._lock_rows()
        running = task.result_ids.filtered(lambda row: row.state == "in_progress")
        running._close_overdue()
        answer = running.filtered(lambda row: row.state == "in_progress").user_input_id[
            :1
        ]
        if not answer:
            task._check_waits()
            exam = task.survey_id
            if not exam:
                raise UserError(self.env._("This step is no exam."))
            exam._get_exam_task(self.env.user)
            answer = self.env["survey.user_input"].sudo().search(
                [
                    ("survey_id", "=", exam.id),
                    ("process_user_id", "=", self.env.uid),
                    ("state", "=", "new"),
                    ("test_entry", "=", False),
                ],
                limit=1,
            ) or exam._create_answer(user=self.env.user)
        return {
            "type": "ir.actions.act_url",
            "url": answer.get_start_url(),
            "target": "self",
        }

    def _check_waits(self, *states):
        """Refuse what nobody asks for any more.

        :raise UserError: one sentence
        """
        if self.state not in (states or ("todo",)):
            raise UserError(
                self.env._("This step does not wait any more: reload the page.")
            )

    # ------------------------------------------------------------
    # LEADERS
    # ------------------------------------------------------------

    def action_excuse(self):
        """Ask why somebody need not do this step.

        :return: dict, a window action
        """
        self._check_decider()
        return self.env["sales.process.training.answer"]._open(
            "excuse", self.env._("Excuse"), default_task_id=self.id
        )

    def action_grant(self):
        """Ask why somebody gets one more attempt.

        :return: dict, a window action
        """
        self._check_decider()
        return self.env["sales.process.training.answer"]._open(
            "grant", self.env._("Grant an Attempt"), default_task_id=self.id
        )

    def _excuse(self, reason):
        """Somebody need not do this step.

        :param str reason: why
        """
        self._check_decider()
        # sudo: written by the system after the check
        task = self.sudo()._lock_rows()
        task._check_waits("todo", "failed")
        task.write(
            {
                "state": "excused",
                "note": reason,
                "confirmed_by_id": self.env.uid,
                "date_done": self.env.cr.now().replace(microsecond=0),
            }
        )
        task._close_todos()
        task._tell_person(
            lambda env: env._("You need not do: %(step)s", step=task.name), reason
        )

    def _grant(self, reason):
        """One more attempt at the exam.

        :param str reason: why
        :raise UserError: where attempts are left
        """
        self._check_decider()
        # sudo: written by the system after the check
        task = self.sudo()._lock_rows()
        if task.state != "failed":
            raise UserError(
                self.env._("An attempt is granted when none is left, not before.")
            )
        task.write(
            {
                "state": "todo",
                "note": reason,
                "extra_attempts": task.extra_attempts + 1,
            }
        )
        task._plan_todos()
        task._tell_person(
            lambda env: env._("You may try once more: %(step)s", step=task.name), reason
        )

    def _tell_person(self, get_subject, body):
        for task in self:
            self.env["sales.process.notice"]._tell(
                task.user_id, lambda env: (get_subject(env), body), answer=True
            )
