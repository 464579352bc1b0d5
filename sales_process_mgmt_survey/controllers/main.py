# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from werkzeug.exceptions import Forbidden

from odoo import http
from odoo.http import request

from odoo.addons.survey.controllers.main import Survey

from ..models.survey_survey import EXAM


class SurveyExam(Survey):
    """Exams show no question before the attempt counts, and none after its time."""

    def _get_access_data(self, survey_token, answer_token, *args, **kwargs):
        data = super()._get_access_data(survey_token, answer_token, *args, **kwargs)
        answer = data["answer_sudo"]
        if data["survey_sudo"].survey_type != EXAM or not answer:
            return data
        if answer.test_entry:
            # whoever is asked to sit it by now tries it out no longer
            is_allowed = data["has_survey_access"]
        else:
            is_allowed = answer.process_user_id == request.env.user
        if not is_allowed:
            return {
                **data,
                "can_answer": False,
                "has_survey_access": False,
                "validity_code": "answer_wrong_user",
            }
        answer.process_result_ids._close_overdue()
        return data

    def _is_unseen_exam(self, data):
        """Tell whether nothing of an exam may be shown: it has not begun."""
        answer = data["answer_sudo"]
        return data["survey_sudo"].survey_type == EXAM and (
            not answer or answer.state == "new"
        )

    def _prepare_survey_data(self, survey_sudo, answer_sudo, **post):
        if survey_sudo.survey_type == EXAM and (
            answer_sudo.state != "in_progress" or not survey_sudo.users_can_go_back
        ):
            post.pop("previous_page_id", None)
            post.pop("next_skipped_page", None)
        return super()._prepare_survey_data(survey_sudo, answer_sudo, **post)

    @http.route()
    def survey_next_question(self, survey_token, answer_token, **post):
        data = self._get_access_data(survey_token, answer_token)
        if self._is_unseen_exam(data):
            return {}, {"error": "unauthorized"}
        return super().survey_next_question(survey_token, answer_token, **post)

    @http.route()
    def survey_submit(self, survey_token, answer_token, **post):
        data = self._get_access_data(survey_token, answer_token)
        if self._is_unseen_exam(data):
            return {}, {"error": "unauthorized"}
        return super().survey_submit(survey_token, answer_token, **post)

    @http.route()
    def survey_get_question_image(
        self, survey_token, answer_token, question_id, suggested_answer_id
    ):
        data = self._get_access_data(survey_token, answer_token)
        if self._is_unseen_exam(data):
            raise Forbidden
        return super().survey_get_question_image(
            survey_token, answer_token, question_id, suggested_answer_id
        )

    @http.route()
    def survey_print(self, survey_token, review=False, answer_token=None, **post):
        data = self._get_access_data(
            survey_token, answer_token, ensure_token=False, check_partner=False
        )
        if data["survey_sudo"].survey_type == EXAM and not data["has_survey_access"]:
            return request.redirect("/")
        return super().survey_print(
            survey_token, review=review, answer_token=answer_token, **post
        )
