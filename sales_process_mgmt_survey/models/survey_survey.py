# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import training

EXAM = "sales_exam"
# How an exam is sat; nobody sets it otherwise.
FORCED = {
    "access_mode": "token",
    "certification": False,
    "is_time_limited": True,
    "scoring_type": "scoring_without_answers",
    "users_login_required": True,
}


class SurveySurvey(models.Model):
    """Exams: surveys of a type of their own, which the survey app does not show.

    They are sat by login, from a step of a training plan, within a time that the
    server knows. What came out stands in ``sales.process.exam.result``.
    """

    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[(EXAM, "Exam")],
        ondelete={EXAM: lambda surveys: surveys._end_exams()},
    )
    process_company_id = fields.Many2one(
        "res.company",
        string="Company of the Exam",
        index="btree_not_null",
        help="Only administrators of this company see the exam. Empty: of all.",
    )
    process_validity = fields.Integer(
        string="Holds for (Months)",
        help="How long a certificate of this exam holds. 0: for ever.",
    )
    process_grace = fields.Integer(
        string="Days after Leave",
        default=5,
        help="Whoever is on leave when the certificate ends has so many days after "
        "the return.",
    )
    process_task_ids = fields.One2many("sales.process.training.task", "survey_id")

    _exam_is_guarded = models.Constraint(
        "CHECK(survey_type != 'sales_exam' OR (access_mode = 'token'"
        " AND users_login_required IS TRUE AND is_time_limited IS TRUE"
        " AND scoring_type = 'scoring_without_answers'"
        " AND certification IS NOT TRUE AND session_state IS NULL))",
        "An exam needs a login, a time limit and scoring without the answers.",
    )
    _exam_numbers = models.Constraint(
        "CHECK(process_validity >= 0 AND process_validity <= 600"
        " AND process_grace >= 0 AND process_grace <= 366)",
        "A certificate holds for 0 to 600 months, with 0 to 366 days after leave.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["survey_type"]).get("survey_type")
        vals_list = [
            {**vals, **FORCED} if vals.get("survey_type", default) == EXAM else vals
            for vals in vals_list
        ]
        return super().create(vals_list)

    def write(self, vals):
        if "survey_type" in vals and any(
            EXAM in (survey.survey_type, vals["survey_type"])
            and survey.survey_type != vals["survey_type"]
            for survey in self
        ):
            raise UserError(
                self.env._(
                    "An exam stays an exam, and nothing else becomes one: make a new "
                    "one instead."
                )
            )
        return super().write(vals)

    @api.constrains(*FORCED, "session_state", "time_limit", "attempts_limit")
    def _check_exam(self):
        for survey in self.filtered(lambda survey: survey.survey_type == EXAM):
            if survey.session_state or any(
                survey[name] != value for name, value in FORCED.items()
            ):
                raise ValidationError(
                    self.env._(
                        "An exam needs a login, a time limit and scoring without the "
                        "answers; leave these settings as they are."
                    )
                )
            if (
                not 1 <= survey.time_limit <= 600
                or not 1 <= survey.attempts_limit <= 99
            ):
                raise ValidationError(
                    self.env._(
                        "An exam takes 1 to 600 minutes and has 1 to 99 attempts."
                    )
                )

    def _end_exams(self):
        """The addon goes: nobody reads what people answered in the survey app.

        The questions stay, in surveys that are closed.
        """
        # sudo: what is private goes with who keeps it private
        exams = self.sudo()
        self.env["sales.process.exam.result"].sudo().search(
            [("survey_id", "in", exams.ids)]
        ).unlink()
        exams.with_context(active_test=False).user_input_ids.unlink()
        models.Model.write(exams, {"survey_type": "custom", "active": False})

    def _check_not_sat(self):
        """Refuse to change questions while somebody answers them.

        :raise UserError: one sentence with the moment until which to wait
        """
        exams = self.filtered(lambda survey: survey.survey_type == EXAM)
        if not exams:
            return
        # sudo: whether somebody sits it is asked of everybody who edits
        running = (
            self.env["sales.process.exam.result"]
            .sudo()
            .search_count(
                [("survey_id", "in", exams.ids), ("state", "=", "in_progress")], limit=1
            )
        )
        if running:
            raise UserError(
                self.env._(
                    "Somebody sits this exam now: change its questions when the "
                    "attempt is over."
                )
            )

    def _get_exam_hash(self):
        """By what the questions of an exam are recognised, as they are now.

        :return: str
        """
        self.ensure_one()
        return training.make_hash(self.question_ids._get_exam_content())

    # ------------------------------------------------------------
    # WHO SITS IT
    # ------------------------------------------------------------

    def _create_answer(self, user=False, partner=False, **values):
        exams = self.filtered(lambda survey: survey.survey_type == EXAM)
        if exams and not user and partner:
            user = partner.user_ids[:1]
        answers = super()._create_answer(user=user, partner=partner, **values)
        # sudo: written by the system about who sits the exam
        answers.sudo().filtered(lambda answer: answer.survey_id in exams).write(
            {"process_user_id": user.id if user else False}
        )
        return answers

    def _check_answer_creation(self, user, partner, email, test_entry=False, **values):
        result = super()._check_answer_creation(
            user, partner, email, test_entry=test_entry, **values
        )
        if self.survey_type == EXAM and not test_entry:
            self._get_exam_task(user)
        return result

    def _get_exam_task(self, user):
        """The step of a training plan for which somebody sits this exam now.

        :param user: res.users
        :return: sales.process.training.task in sudo
        :raise UserError: where nobody is asked, or no attempt is left
        """
        self.ensure_one()
        # sudo: whoever sits an exam does not read it
        task = (
            self.env["sales.process.training.task"]
            .sudo()
            .search(
                [
                    ("survey_id", "=", self.id),
                    ("user_id", "=", user.id if user else 0),
                    ("state", "=", "todo"),
                ],
                order="date_due, id",
                limit=1,
            )
        )
        if not task:
            raise UserError(
                self.env._(
                    "You are not asked to sit this exam now: open My Training to see "
                    "what waits for you."
                )
            )
        if task.attempts_left <= 0:
            raise UserError(
                self.env._(
                    "No attempt is left for this exam: your team leader can grant one."
                )
            )
        return task

    def _has_attempts_left(self, partner, email, invite_token):
        """Attempts of exams are counted when they begin, by our own results."""
        if self.survey_type == EXAM:
            return True
        return super()._has_attempts_left(partner, email, invite_token)

    def _get_number_of_attempts_lefts(self, partner, email, invite_token):
        if self.survey_type != EXAM:
            return super()._get_number_of_attempts_lefts(partner, email, invite_token)
        # sudo: shown to whoever sits the exam
        tasks = (
            self.env["sales.process.training.task"]
            .sudo()
            .search(
                [
                    ("survey_id", "=", self.id),
                    ("user_id", "=", self.env.uid),
                    ("state", "=", "todo"),
                ],
                limit=1,
            )
        )
        return tasks.attempts_left

    # ------------------------------------------------------------
    # WHAT OTHERS SEE
    # ------------------------------------------------------------

    def _prepare_statistics(self, user_input_lines=None):
        if any(survey.survey_type == EXAM for survey in self) and not (
            self.env.user.has_group("sales_team.group_sale_manager")
        ):
            raise AccessError(
                self.env._("Results of exams stand in Exam Results only.")
            )
        return super()._prepare_statistics(user_input_lines)

    def _compute_answer_duration_avg(self):
        exams = self.filtered(lambda survey: survey.survey_type == EXAM)
        exams.answer_duration_avg = 0
        return super(SurveySurvey, self - exams)._compute_answer_duration_avg()
