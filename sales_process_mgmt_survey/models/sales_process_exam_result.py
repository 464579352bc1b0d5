# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.exceptions import repeat_lost_races
from odoo.addons.sales_process_mgmt.tools import clock, texts
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools

from ..tools import training

_logger = logging.getLogger(__name__)

MOST_DAYS_AWAY = 400


class SalesProcessExamResult(models.Model):
    """One attempt at an exam, from its first page, and what came out.

    It keeps mark, questions and percentage as they were then: whatever is changed in
    the exam afterwards changes no result.
    """

    _name = "sales.process.exam.result"
    _description = "Exam Result"
    _is_private = True
    _inherit = ["sales.process.matter", "sales.process.guard", "sales.process.quiet"]
    _is_never_own = True
    _order = "date_start desc, id desc"
    _text_limits = {"note": texts.REASON_LENGTH}

    name = fields.Char(string="Exam", required=True, readonly=True)
    task_id = fields.Many2one(
        "sales.process.training.task",
        string="For the Step",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    survey_id = fields.Many2one(
        "survey.survey",
        string="Exam Sat",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    user_input_id = fields.Many2one(
        "survey.user_input",
        string="Answers Given",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    team_id = fields.Many2one("crm.team", index="btree_not_null", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    attempt = fields.Integer(
        string="Attempt No.", required=True, readonly=True, aggregator=None
    )
    state = fields.Selection(
        [("in_progress", "Sitting"), ("passed", "Passed"), ("failed", "Not Passed")],
        default="in_progress",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    date_start = fields.Datetime(string="Begun", required=True, readonly=True)
    date_deadline = fields.Datetime(
        string="Time Over", required=True, readonly=True, index=True
    )
    date_end = fields.Datetime(
        string="Handed In On", readonly=True, index="btree_not_null"
    )
    percentage = fields.Float(
        string="Score (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 2),
        tracking=True,
    )
    pass_mark = fields.Float(
        string="Pass Mark (%)",
        readonly=True,
        aggregator=None,
        digits=(5, 2),
        help="As it was when the attempt began.",
    )
    version = fields.Integer(
        string="Version of the Questions",
        readonly=True,
        aggregator=None,
        help="Counts up when the questions or what is right have changed.",
    )
    questions_hash = fields.Char(string="Checksum of the Questions", readonly=True)
    question_count = fields.Integer(
        string="Questions Asked", readonly=True, aggregator=None
    )
    is_timed_out = fields.Boolean(
        string="Ended by the Clock",
        readonly=True,
        help="The time was over before it was submitted: what was answered counts.",
    )
    date_expiry = fields.Date(string="Certificate Ends", readonly=True)
    date_valid_until = fields.Date(
        string="Certificate Holds Until",
        readonly=True,
        help="Later than its end where the person is on leave on that day.",
    )
    note = fields.Char(
        string="Reason of the Correction",
        readonly=True,
        size=texts.REASON_LENGTH,
        tracking=True,
    )
    corrected_by_id = fields.Many2one(
        "res.users", readonly=True, index="btree_not_null", tracking=True
    )
    can_correct = fields.Boolean(compute="_compute_can_correct")

    _attempt_uniq = models.UniqueIndex(
        "(task_id, attempt)", "This attempt has begun already."
    )
    _answer_uniq = models.UniqueIndex(
        "(user_input_id) WHERE user_input_id IS NOT NULL",
        "This attempt has begun already.",
    )
    _running_uniq = models.UniqueIndex(
        "(task_id) WHERE state = 'in_progress'",
        "An attempt at this exam is running: end it first.",
    )

    @api.depends("name", "user_id")
    def _compute_display_name(self):
        for row in self:
            # sudo: whoever reads the row reads what it is called
            row.display_name = f"{row.name} · {row.sudo().user_id.name}"

    @api.depends("user_id", "team_id", "state")
    @api.depends_context("uid")
    def _compute_can_correct(self):
        for row in self:
            row.can_correct = row.state != "in_progress" and row._may_decide(
                self.env.user
            )

    def _get_people(self):
        return self.user_id

    # ------------------------------------------------------------
    # AN ATTEMPT
    # ------------------------------------------------------------

    @api.model
    def _begin(self, answers):
        """Count attempts, before their first page is shown.

        :param answers: survey.user_input of exams
        :raise UserError: where nobody is asked, or no attempt is left
        """
        now = self.env.cr.now().replace(microsecond=0)
        # sudo: written by the system about whoever sits the exam
        results = self.sudo().with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True
        )
        for answer in answers.sudo():
            exam = answer.survey_id
            task = exam._get_exam_task(answer.process_user_id)._lock_rows()
            task.invalidate_recordset(["result_ids", "attempts_left"])
            task.result_ids._close_overdue()
            if "in_progress" in task.result_ids.mapped("state"):
                raise UserError(
                    self.env._(
                        "An attempt at this exam is running: go on with that one."
                    )
                )
            # what ended just now may have been the last one
            exam._get_exam_task(answer.process_user_id)
            # the one before has ended in the database, too
            task.result_ids.flush_recordset()
            checksum = exam._get_exam_hash()
            # each: a person begins one attempt
            known = results.search_fetch(
                [("survey_id", "=", exam.id)], ["version", "questions_hash"]
            )
            version = {row.questions_hash: row.version for row in known}.get(
                checksum, max([0, *known.mapped("version")]) + 1
            )
            results.create(
                {
                    "name": exam.title,
                    "task_id": task.id,
                    "survey_id": exam.id,
                    "user_input_id": answer.id,
                    "user_id": answer.process_user_id.id,
                    "team_id": task.team_id.id,
                    "company_id": task.company_id.id,
                    "attempt": len(task.result_ids) + 1,
                    "date_start": now,
                    "date_deadline": now + timedelta(minutes=exam.time_limit),
                    "pass_mark": exam.scoring_success_min,
                    "version": version,
                    "questions_hash": checksum,
                    "question_count": len(answer.predefined_question_ids),
                }
            )

    def _finish(self):
        """Keep what came out of attempts that have ended."""
        now = self.env.cr.now().replace(microsecond=0)
        for row in self._lock_rows():
            if row.state != "in_progress":
                continue
            percentage = row.user_input_id.scoring_percentage
            is_passed = percentage >= row.pass_mark
            row.write(
                {
                    "state": "passed" if is_passed else "failed",
                    "percentage": percentage,
                    "date_end": min(now, row.date_deadline),
                    "is_timed_out": now >= row.date_deadline,
                }
            )
            row._settle()

    def _settle(self):
        """The step follows from the verdict, and so does the certificate."""
        self.ensure_one()
        task = self.task_id
        if self.state == "passed":
            zone = task._get_zone()
            expiry = training.expiry_day(
                self.date_end, self.survey_id.process_validity, zone
            )
            self.write({"date_expiry": expiry, "date_valid_until": expiry})
            if expiry:
                self._update_valid_until()
            if task.state in ("todo", "failed"):
                task.write({"state": "done", "date_done": self.date_end})
                task._close_todos()
        elif task.state == "todo" and task.attempts_left <= 0:
            task.state = "failed"
            task._close_todos()
            leader = task.team_id._get_deciders(task.user_id, task.company_id)
            self.env["sales.process.notice"]._tell(
                leader,
                lambda env: (
                    env._(
                        "%(person)s has no attempt left: %(step)s",
                        person=task.user_id.name,
                        step=task.name,
                    ),
                    env._("Grant one more, or talk about what is to be learnt."),
                ),
                task,
                why="leader",
                answer=True,
            )

    def _close_overdue(self):
        """End attempts whose time is over, with what was answered."""
        limit = self.env.cr.now() - timedelta(seconds=training.SUBMIT_SECONDS)
        late = self.filtered(
            lambda row: row.state == "in_progress" and row.date_deadline <= limit
        )
        late.user_input_id._mark_done()
        # whose answers were deleted with somebody's data has answered nothing
        late.filtered(lambda row: row.state == "in_progress")._finish()

    @api.model
    def _find_late(self):
        """Attempts whose time is over, and that nobody has submitted.

        :return: sales.process.exam.result in sudo
        """
        limit = self.env.cr.now() - timedelta(seconds=training.SUBMIT_SECONDS)
        # sudo: they end whoever sits them
        return self.sudo().search(
            [
                ("state", "=", "in_progress"),
                ("date_deadline", "<=", limit),
                *self.env["sales.process.failure"]._get_retry_domain(self._name),
            ],
            order="id",
        )

    @api.model
    def _cron_close_exams(self):
        """End attempts whose browser was closed, when their time is over.

        Safe to run twice and to be killed: each attempt is committed by itself, and
        one that fails stops no other one.
        """
        Failure = self.env["sales.process.failure"]
        late = self._find_late()
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(late))
        for row in late:

            def work(row=row):
                Failure._work_on_each(
                    row, lambda part: part._close_overdue(), type(self)._find_deciders
                )

            if not repeat_lost_races(self.env, work):
                _logger.info("Exam result %s is left to the next run", row.id)
            if not commit(1):
                break

    def _find_deciders(self):
        """Who is told that an attempt cannot be ended.

        :return: tuple of the step and res.users
        """
        task = self.task_id
        return task, task.team_id._get_deciders(self.user_id, self.company_id)

    # ------------------------------------------------------------
    # CERTIFICATES
    # ------------------------------------------------------------

    def _update_valid_until(self):
        """Who is on leave when a certificate ends has some days after the return."""
        rows = self.filtered("date_expiry")
        if not rows:
            return
        absences = rows.user_id._get_absences(
            datetime.combine(min(rows.mapped("date_expiry")), datetime.min.time())
            - timedelta(days=2),
            datetime.max,
        )
        for row in rows:
            zone = row.task_id._get_zone()
            before = deadline_tools.add_days(row.date_expiry, -1)
            away = clock.away_days(
                absences.get(row.user_id, ()), before, MOST_DAYS_AWAY, zone
            )
            day = training.valid_until(
                row.date_expiry, row.survey_id.process_grace, away
            )
            if day != row.date_valid_until:
                row.date_valid_until = day

    @api.model
    def _follow_absences(self, users):
        """Leave was entered, moved or called off: certificates follow.

        :param users: res.users
        """
        # sudo: whoever enters an absence does not read results
        self.sudo().search(
            [
                ("user_id", "in", users.ids),
                ("state", "=", "passed"),
                ("date_expiry", "!=", False),
            ]
        )._update_valid_until()

    # ------------------------------------------------------------
    # CORRECTION
    # ------------------------------------------------------------

    def action_correct(self):
        """Ask for the right percentage, and why.

        :return: dict, a window action
        """
        self._check_decider()
        return self.env["sales.process.training.answer"]._open(
            "correct",
            self.env._("Correct the Result"),
            default_result_id=self.id,
            default_percentage=self.percentage,
        )

    def _check_decider(self):
        self.ensure_one()
        return super()._check_decider()

    def _make_decider_error(self):
        return AccessError(
            self.env._(
                "Only the team leader of %(person)s or a sales administrator "
                "corrects this result, and nobody the own one.",
                # sudo: whom it is about does not depend on reading them
                person=self.sudo().user_id.name,
            )
        )

    def _correct(self, percentage, reason):
        """A question was wrong: the result is corrected, and it is kept who did it.

        :param float percentage: 0 to 100; the mark of then decides
        :param str reason: why
        :raise UserError: while it is sat, or out of bounds
        """
        self._check_decider()
        if not 0 <= percentage <= 100:
            raise UserError(self.env._("A score lies between 0 and 100 percent."))
        # sudo: written by the system after the check
        row = self.sudo()._lock_rows()
        if row.state == "in_progress":
            raise UserError(self.env._("This exam is being sat: wait for its end."))
        was_passed = row.state == "passed"
        row.write(
            {
                "percentage": percentage,
                "state": "passed" if percentage >= row.pass_mark else "failed",
                "note": reason,
                "corrected_by_id": self.env.uid,
            }
        )
        if was_passed and row.state == "failed":
            row.write({"date_expiry": False, "date_valid_until": False})
            if row.task_id.state == "done":
                row.task_id.write({"state": "todo", "date_done": False})
                row.task_id._plan_todos()
        if was_passed != (row.state == "passed"):
            row._settle()
        row.task_id._tell_person(
            lambda env: env._(
                "Your exam result was corrected: %(exam)s", exam=row.name
            ),
            reason,
        )
