# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SurveyQuestion(models.Model):
    """Questions of an exam do not change while somebody sits it."""

    _inherit = "survey.question"

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions.survey_id._check_not_sat()
        return questions

    def write(self, vals):
        self.survey_id._check_not_sat()
        result = super().write(vals)
        self.survey_id._check_not_sat()
        return result

    def unlink(self):
        self.survey_id._check_not_sat()
        return super().unlink()

    def _get_exam_content(self):
        """What a version of an exam asks, and what is right.

        :return: list that JSON holds
        """
        return [
            [
                question.id,
                question.title,
                str(question.description or ""),
                question.question_type,
                question.answer_score,
                question.answer_numerical_box,
                question.answer_date,
                question.answer_datetime,
                [
                    [answer.id, answer.value, answer.is_correct, answer.answer_score]
                    for answer in question.suggested_answer_ids.sorted("id")
                ],
                [[row.id, row.value] for row in question.matrix_row_ids.sorted("id")],
            ]
            for question in self.sorted("id")
        ]
