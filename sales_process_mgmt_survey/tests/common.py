# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user
from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon

TASK = "sales.process.training.task"
RESULT = "sales.process.exam.result"
PLAN = "sales.process.training.plan"


class TrainingCommon(SalesProcessCommon):
    """Team East learns prices: to read, to visit with the leader, an exam.

    Everything happens in March 2027; people work in Asia/Shanghai (UTC+8). Monday the
    first is the day on which the plan begins; the exam has two questions of one point,
    a pass mark of 50, two attempts and 30 minutes.
    """

    begin = "2027-03-01 01:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # members before the plan begins, in whatever year the tests are run
        cls.env.cr.execute(
            "UPDATE crm_team_member SET create_date = '2026-06-01' WHERE id IN %s",
            [(cls.team_east | cls.team_west).crm_team_member_ids._ids],
        )
        cls.env.invalidate_all()
        cls.exam = cls._create_exam()
        cls.plan = (
            cls.env[PLAN]
            .with_user(cls.director)
            .create(
                {
                    "name": "Prices",
                    "company_id": cls.company.id,
                    "team_ids": cls.team_east.ids,
                    "date_from": "2027-03-01",
                    "step_ids": [
                        (0, 0, {"name": "Read the list", "days": 2, "sequence": 1}),
                        (0, 0, {"name": "Visits", "kind": "visit", "sequence": 2}),
                        (
                            0,
                            0,
                            {
                                "name": "Exam about prices",
                                "kind": "exam",
                                "survey_id": cls.exam.id,
                                "days": 10,
                                "sequence": 3,
                            },
                        ),
                    ],
                }
            )
            .with_env(cls.env)
        )
        cls.reading, cls.visit, cls.exam_step = cls.plan.step_ids.sorted("sequence")
        # an administrator of the survey app who has nothing to do with sales
        cls.surveyor = mail_new_test_user(
            cls.env,
            login="exam_surveyor",
            name="Exam Surveyor",
            groups="base.group_user,survey.group_survey_manager",
        )

    @classmethod
    def _create_exam(cls, **values):
        """Two questions, each with one right choice out of two."""

        def question(title, right, wrong):
            return (
                0,
                0,
                {
                    "title": title,
                    "question_type": "simple_choice",
                    "suggested_answer_ids": [
                        (
                            0,
                            0,
                            {"value": right, "is_correct": True, "answer_score": 1},
                        ),
                        (0, 0, {"value": wrong}),
                    ],
                },
            )

        return (
            cls.env["survey.survey"]
            .with_user(cls.director)
            .create(
                {
                    "title": "Prices",
                    "survey_type": "sales_exam",
                    "scoring_success_min": 50,
                    "time_limit": 30,
                    "attempts_limit": 2,
                    "question_and_page_ids": [
                        question("What costs a box?", "Ten", "Twelve"),
                        question("Who grants a discount?", "The leader", "I do"),
                    ],
                    **values,
                }
            )
            .with_env(cls.env)
        )

    @contextmanager
    def _refused(self):
        """By one sentence, or by the database, and nothing is half done."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                yield
                self.env.flush_all()
        except (UserError, psycopg2.Error):
            return
        self.fail("It was not refused")

    def _ask(self, moment=None):
        """Bring the plan in line, as the scheduled action does."""
        with self._at(moment or self.begin):
            self.plan.sudo()._bring_in_line()
            self.env.flush_all()

    def _task(self, user=None, step=None):
        """The newest step of somebody, as that person sees it."""
        user = user or self.salesperson_a
        return (
            self.env[TASK]
            .search(
                [
                    ("step_id", "=", (step or self.exam_step).id),
                    ("user_id", "=", user.id),
                ],
                order="id desc",
                limit=1,
            )
            .with_user(user)
        )

    def _begin(self, moment="2027-03-03 02:00:00", user=None):
        """Press the button and the one of the first page; the attempt counts."""
        user = user or self.salesperson_a
        with self._at(moment):
            action = self._task(user).action_start()
            token = action["url"].rpartition("=")[2]
            answer = self.env["survey.user_input"].search(
                [("access_token", "=", token)]
            )
            answer.with_user(user).sudo()._mark_in_progress()
            self.env.flush_all()
        self.env.invalidate_all()
        return answer

    def _answer(self, answer, right, moment="2027-03-03 02:10:00", done=True):
        """Answer questions, so many of them rightly, and submit."""
        with self._at(moment):
            for number, question in enumerate(self.exam.question_ids.sorted("id")):
                choices = question.suggested_answer_ids.sorted("id")
                if not choices:
                    continue
                choice = choices[0] if number < right else choices[1]
                answer._save_lines(question, str(choice.id))
            if done:
                answer._mark_done()
            self.env.flush_all()
        self.env.invalidate_all()
        return self._result(answer)

    def _sit(self, right, moment="2027-03-03 02:00:00", user=None):
        """One whole attempt.

        :param int right: how many of the two questions are answered rightly
        :return: sales.process.exam.result
        """
        return self._answer(self._begin(moment, user), right, moment)

    def _close_late(self, moment):
        """What the scheduled action does at a moment."""
        with self._at(moment):
            self.env[RESULT]._find_late()._close_overdue()
            self.env.flush_all()
        self.env.invalidate_all()

    def _result(self, answer):
        return self.env[RESULT].search([("user_input_id", "=", answer.id)])

    def _say(self, user, record, kind, moment="2027-03-20 02:00:00", **values):
        """Press a leader's button and fill in the dialog."""
        with self._at(moment):
            mine = record.with_user(user)
            buttons = {
                "excuse": "action_excuse",
                "grant": "action_grant",
                "correct": "action_correct",
            }
            action = getattr(mine, buttons[kind])()
            Wizard = self.env["sales.process.training.answer"].with_user(user)
            wizard = Wizard.with_context(**action["context"]).create(
                {"reason": "Because", **values}
            )
            result = wizard.action_save()
            self.env.flush_all()
        self.env.invalidate_all()
        return result

    def _absent(self, user, start, end):
        """Leave that the leader has confirmed."""
        return (
            self.env["sales.process.absence"]
            .with_user(self.leader_east)
            .create({"user_id": user.id, "date_start": start, "date_end": end})
        )

    def _todos(self, tasks):
        return self.env["mail.activity"].search(
            [("res_model", "=", TASK), ("res_id", "in", tasks.ids)]
        )


class ExamPageCommon(TrainingCommon, HttpCase):
    """Exams over HTTP happen now: the plan began long ago."""

    def setUp(self):
        super().setUp()
        self.plan.date_from = "2020-01-01"
        self.plan.sudo()._bring_in_line()
        self.env.flush_all()

    def _open(self, user=None):
        """Log in and press the button.

        :return: survey.user_input that has not begun
        """
        user = user or self.salesperson_a
        self.authenticate(user.login, user.login)
        url = self._task(user).action_start()["url"]
        self.env.flush_all()
        return self.env["survey.user_input"].search(
            [("access_token", "=", url.rpartition("=")[2])]
        )

    def _path(self, name, answer):
        tokens = f"{answer.survey_id.access_token}/{answer.access_token}"
        return f"/survey/{name}/{tokens}" if name else f"/survey/{tokens}"

    def _json(self, name, answer, **params):
        """What a route of the page says.

        :return: dict, the whole answer
        """
        response = self.url_open(
            self._path(name, answer),
            json={"jsonrpc": "2.0", "id": 1, "method": "call", "params": params},
        )
        self.env.invalidate_all()
        return response.json()
