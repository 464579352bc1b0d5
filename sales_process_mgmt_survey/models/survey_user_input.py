# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .survey_survey import EXAM


class SurveyUserInput(models.Model):
    """What somebody answers in an exam: an attempt from the first page shown."""

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "sales.process.guard"]

    process_user_id = fields.Many2one(
        "res.users",
        string="Who Sits the Exam",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    process_result_ids = fields.One2many("sales.process.exam.result", "user_input_id")

    @api.model_create_multi
    def create(self, vals_list):
        # before Odoo asks a survey, which need not be named, for its questions
        self._refuse_protected({name for vals in vals_list for name in vals})
        return super().create(vals_list)

    def _filter_exams(self):
        """Attempts at exams, not those of whoever tries one out.

        :return: survey.user_input
        """
        return self.filtered(
            lambda answer: (
                answer.survey_id.survey_type == EXAM and not answer.test_entry
            )
        )

    @api.depends("process_result_ids.date_deadline")
    def _compute_survey_time_limit_reached(self):
        """The time that was left at the beginning counts, whatever is set later."""
        result = super()._compute_survey_time_limit_reached()
        now = self.env.cr.now()
        for answer in self._filter_exams():
            # sudo: the clock of whoever sits the exam
            deadline = answer.sudo().process_result_ids.date_deadline
            answer.survey_time_limit_reached = bool(deadline) and now >= deadline
        return result

    @api.depends("process_result_ids.pass_mark")
    def _compute_scoring_success(self):
        """The mark of the beginning decides, whatever is set later."""
        result = super()._compute_scoring_success()
        for answer in self._filter_exams():
            if kept := answer.process_result_ids:
                answer.scoring_success = answer.scoring_percentage >= kept.pass_mark
        return result

    def _mark_in_progress(self):
        # the attempt counts before the first page is shown
        self.env["sales.process.exam.result"]._begin(self._filter_exams())
        return super()._mark_in_progress()

    def _mark_done(self):
        exams = self._filter_exams()
        running = exams.filtered(lambda answer: answer.state == "in_progress")
        # an attempt ends once, and only if it has begun
        result = super(SurveyUserInput, self - exams | running)._mark_done()
        # sudo: written by the system about whoever sits the exam
        results = self.env["sales.process.exam.result"].sudo()
        results.search([("user_input_id", "in", running.ids)])._finish()
        return result

    def _notify_new_participation_subscribers(self):
        """Nobody is told that somebody has sat an exam."""
        rest = self - self._filter_exams()
        return super(SurveyUserInput, rest)._notify_new_participation_subscribers()
