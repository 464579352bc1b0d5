# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ExamPageCommon

QUESTION = "What costs a box?"


@tagged("post_install", "-at_install")
class TestExamPage(ExamPageCommon):
    """The pages on which an exam is sat, opened as a clever person would."""

    def _result(self, answer):
        self.env.invalidate_all()
        return super()._result(answer)

    def _params(self, number=0, right=True):
        question = self.exam.question_ids.sorted("id")[number]
        choices = question.suggested_answer_ids.sorted("id")
        choice = choices[0] if right else choices[1]
        return {"question_id": question.id, str(question.id): str(choice.id)}

    def test_whole_attempt(self):
        """First page, begin, two answers: passed, and the way back is offered."""
        answer = self._open()
        page = self.url_open(self._path("", answer)).text
        self.assertNotIn(QUESTION, page)
        self.assertFalse(self._result(answer))
        first = self._json("begin", answer)
        self.assertIn(QUESTION, str(first["result"]))
        self.assertEqual(self._result(answer).state, "in_progress")
        self._json("submit", answer, **self._params(0))
        last = self._json("submit", answer, **self._params(1))
        self.assertIn("/odoo/my-training", str(last["result"]))
        self.assertNotIn("/survey/retry/", str(last["result"]))
        result = self._result(answer)
        self.assertEqual((result.state, result.percentage), ("passed", 100))

    def test_an_exam_is_called_one(self):
        """Another survey is begun as before."""
        survey = self.env["survey.survey"].create({"title": "Trade Fair"})
        surveys = self.exam | survey
        surveys.write({"is_time_limited": True, "time_limit": 10})
        exam, other = (
            self.env["ir.qweb"]
            .with_context(lang="en_US")
            ._render(
                "survey.survey_fill_form_start",
                {"survey": row, "answer": self.env["survey.user_input"]},
            )
            for row in surveys
        )
        for words in ("Begin the Exam", "Time limit of this exam"):
            self.assertIn(words, exam)
            self.assertNotIn(words, other)
        for words in ("Start Survey", "Time limit for this survey"):
            self.assertIn(words, other)
            self.assertNotIn(words, exam)

    def test_no_question_before_the_attempt_counts(self):
        """By no route: page, next, submit, print, picture of a choice."""
        answer = self._open()
        question = self.exam.question_ids[0]
        for page in (
            self._path("", answer),
            f"{self._path('', answer)}?previous_page_id={question.id}",
            f"/survey/print/{self.exam.access_token}",
            f"/survey/print/{self.exam.access_token}?answer_token={answer.access_token}",
            f"/survey/start/{self.exam.access_token}",
            f"/survey/test/{self.exam.access_token}",
            f"/survey/results/{self.exam.id}",
            f"/survey/session/manage/{self.exam.access_token}",
        ):
            with (
                self.subTest(page),
                mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"),
            ):
                self.assertNotIn(QUESTION, self.url_open(page).text)
        for route in ("next_question", "submit"):
            for params in ({}, {"previous_page_id": question.id}, self._params()):
                with self.subTest(route):
                    told = self._json(route, answer, **params)
                    self.assertNotIn(QUESTION, str(told))
                    self.assertIn("unauthorized", str(told))
        self.assertFalse(answer.user_input_line_ids)
        self.assertEqual(answer.state, "new")
        with mute_logger("odoo.http"):
            picture = self.url_open(
                f"/survey/get_question_image/{self.exam.access_token}/"
                f"{answer.access_token}/{question.id}/"
                f"{question.suggested_answer_ids[0].id}"
            )
        self.assertEqual(picture.status_code, 403)

    def test_print_after_the_end(self):
        """Who has sat it takes no copy of the questions along."""
        answer = self._open()
        self._json("begin", answer)
        self._json("submit", answer, **self._params(0))
        self._json("submit", answer, **self._params(1))
        url = (
            f"/survey/print/{self.exam.access_token}"
            f"?answer_token={answer.access_token}&review=True"
        )
        self.assertNotIn(QUESTION, self.url_open(url).text)

    def test_administrator_prints(self):
        """Whoever writes the exam prints it."""
        self.authenticate("director", "director")
        page = self.url_open(f"/survey/print/{self.exam.access_token}").text
        self.assertIn(QUESTION, page)

    def test_begun_twice(self):
        """The same page begun again counts once."""
        answer = self._open()
        self._json("begin", answer)
        again = self._json("begin", answer)
        self.assertIn("already started", str(again))
        self.assertEqual(len(self._task().result_ids), 1)

    def test_retry(self):
        """Odoo's retry is one more attempt, while one is left."""
        for number in range(2):
            answer = self._open()
            self._json("begin", answer)
            self._json("submit", answer, **self._params(0, right=False))
            self._json("submit", answer, **self._params(1, right=False))
            self.assertEqual(self._result(answer).attempt, number + 1)
        before = self.exam.sudo().user_input_ids
        retry = f"/survey/retry/{self.exam.access_token}/{answer.access_token}"
        self.assertNotIn(QUESTION, self.url_open(retry).text)
        self.env.invalidate_all()
        self.assertEqual(self.exam.sudo().user_input_ids, before)

    def test_time_is_over(self):
        """What comes after the end is not taken; what was answered counts."""
        answer = self._open()
        self._json("begin", answer)
        self._json("submit", answer, **self._params(0))
        result = self._result(answer)
        result.date_deadline -= timedelta(minutes=31)
        self.env.flush_all()
        told = self._json("submit", answer, **self._params(1))
        self.assertIn("unauthorized", str(told))
        result = self._result(answer)
        self.assertEqual((result.state, result.percentage), ("passed", 50))
        self.assertTrue(result.is_timed_out)

    def test_no_question_after_the_end(self):
        answer = self._open()
        self._json("begin", answer)
        self._result(answer).date_deadline -= timedelta(minutes=31)
        self.env.flush_all()
        question = self.exam.question_ids[0]
        told = self._json("next_question", answer, previous_page_id=question.id)
        self.assertNotIn(QUESTION, str(told))
        self.assertEqual(self._result(answer).state, "failed")

    def test_no_way_back(self):
        """Where going back is not allowed, no parameter goes back."""
        answer = self._open()
        self._json("begin", answer)
        self._json("submit", answer, **self._params(0))
        question = self.exam.question_ids.sorted("id")[0]
        told = self._json("next_question", answer, previous_page_id=question.id)
        self.assertNotIn(QUESTION, str(told))

    def test_somebody_elses_link(self):
        """A link that was passed on opens nothing, without a login neither."""
        answer = self._open()
        self._json("begin", answer)
        self.authenticate("salesperson_b", "salesperson_b")
        self.assertNotIn(QUESTION, self.url_open(self._path("", answer)).text)
        told = self._json("submit", answer, **self._params(0))
        self.assertIn("error", str(told))
        self.authenticate(None, None)
        self.assertNotIn(QUESTION, self.url_open(self._path("", answer)).text)
        told = self._json("submit", answer, **self._params(0))
        self.assertIn("error", str(told))
        self.assertFalse(answer.user_input_line_ids)

    def test_users_of_one_contact(self):
        """A second user of the same person does not go on with the attempt."""
        answer = self._open()
        self._json("begin", answer)
        self.salesperson_b.sudo().partner_id = self.salesperson_a.partner_id
        self.env.flush_all()
        self.authenticate("salesperson_b", "salesperson_b")
        self.assertNotIn(QUESTION, self.url_open(self._path("", answer)).text)

    def test_tester_who_is_asked_later(self):
        """A trial that was begun before does not show questions any more."""
        exam = self.exam.sudo()
        exam.user_id = self.administrator
        trial = exam._create_answer(user=self.director, test_entry=True)
        self.env.flush_all()
        self.authenticate("director", "director")
        self.assertIn(QUESTION, str(self._json("begin", trial)))
        self.team_east.crm_team_member_ids = [(0, 0, {"user_id": self.director.id})]
        self.plan.sudo()._bring_in_line()
        self.env.flush_all()
        self.assertNotIn(QUESTION, self.url_open(self._path("", trial)).text)
