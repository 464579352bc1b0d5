# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SurveyQuestionAnswer(models.Model):
    """What is right in an exam does not change while somebody sits it."""

    _inherit = "survey.question.answer"

    def _check_not_sat(self):
        (self.question_id | self.matrix_question_id).survey_id._check_not_sat()

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        answers._check_not_sat()
        return answers

    def write(self, vals):
        self._check_not_sat()
        result = super().write(vals)
        self._check_not_sat()
        return result

    def unlink(self):
        self._check_not_sat()
        return super().unlink()
