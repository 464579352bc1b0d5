# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

from .common import PLAN, RESULT, TASK

ANSWER = "survey.user_input"
ROUNDS = 5


@tagged("post_install", "-at_install")
class TestTrainingRace(SalesProcessRaceCase):
    """Attempts, grants and excuses in two windows at the same instant."""

    team_values = {"process_training": True}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._environment() as env:
            exam = env["survey.survey"].create(
                {
                    "title": "Racing",
                    "survey_type": "sales_exam",
                    "scoring_success_min": 50,
                    "time_limit": 30,
                    "attempts_limit": 2,
                    "question_and_page_ids": [
                        (
                            0,
                            0,
                            {
                                "title": "Who is first?",
                                "question_type": "simple_choice",
                                "suggested_answer_ids": [
                                    (
                                        0,
                                        0,
                                        {
                                            "value": "One",
                                            "is_correct": True,
                                            "answer_score": 1,
                                        },
                                    ),
                                    (0, 0, {"value": "Both"}),
                                ],
                            },
                        )
                    ],
                }
            )
            plan = env[PLAN].create(
                {
                    "name": "Racing",
                    "company_id": cls.company_id,
                    "team_ids": [cls.team_id],
                    "date_from": "2020-01-01",
                    "step_ids": [
                        (
                            0,
                            0,
                            {"name": "Exam", "kind": "exam", "survey_id": exam.id},
                        )
                    ],
                }
            )
            plan._bring_in_line()
            cls.exam_id, cls.plan_id = exam.id, plan.id

    @classmethod
    def _remove_records(cls):
        cls._forget()
        cls._delete_rows(
            ("sales_process_training_task", "plan_id", cls.plan_id),
            ("sales_process_training_step", "plan_id", cls.plan_id),
            ("sales_process_training_plan", "id", cls.plan_id),
            ("survey_question", "survey_id", cls.exam_id),
            ("survey_survey", "id", cls.exam_id),
        )
        return super()._remove_records()

    @classmethod
    def _forget(cls):
        """Nobody has begun yet."""
        with cls.registry.cursor() as cr:
            for table in ("sales_process_exam_result", "survey_user_input"):
                cr.execute(f"DELETE FROM {table} WHERE survey_id = %s", (cls.exam_id,))
            cr.execute(
                "UPDATE sales_process_training_task"
                " SET state = 'todo', extra_attempts = 0 WHERE plan_id = %s",
                (cls.plan_id,),
            )

    def _find_task(self, env):
        return env[TASK].search(
            [("plan_id", "=", self.plan_id), ("user_id", "=", self.user_ids[0])]
        )

    def _open_pages(self, count):
        """First pages that show no question yet, one in each window.

        :return: ids
        """
        with self._environment(self.user_ids[0]) as env:
            # sudo: whoever sits an exam does not read it
            exam = env["survey.survey"].sudo().browse(self.exam_id)
            return [exam._create_answer(user=env.user).id for _number in range(count)]

    def _answer(self, page, name):
        return self._calling(lambda env: env[ANSWER].sudo().browse(page), name)

    def _begin(self, page):
        return self._answer(page, "_mark_in_progress")

    def _read_results(self):
        with self._environment() as env:
            rows = env[RESULT].search([("survey_id", "=", self.exam_id)])
            return sorted((row.attempt, row.state) for row in rows)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_begun_in_three_windows(self):
        """One attempt runs; it is the first, and the others show nothing."""
        person = self.user_ids[0]
        for _number in range(ROUNDS):
            self._forget()
            pages = self._open_pages(3)
            outcomes = self._race(*((person, self._begin(page)) for page in pages))
            self.assertEqual(outcomes.count(True), 1, outcomes)
            self.assertEqual(self._read_results(), [(1, "in_progress")])
            with self._environment() as env:
                states = env[ANSWER].browse(pages).mapped("state")
            self.assertEqual(sorted(states), ["in_progress", "new", "new"])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_last_attempt_in_two_windows(self):
        """Of two allowed the second is begun once, and a third never."""
        person = self.user_ids[0]
        for _number in range(ROUNDS):
            self._forget()
            first, second, third = self._open_pages(3)
            with self._environment(person) as env:
                answers = env[ANSWER].sudo()
                answers.browse(first)._mark_in_progress()
                answers.browse(first)._mark_done()
            outcomes = self._race(
                (person, self._begin(second)), (person, self._begin(third))
            )
            self.assertEqual(outcomes.count(True), 1, outcomes)
            self.assertEqual(self._read_results(), [(1, "failed"), (2, "in_progress")])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_submitted_and_ended_by_the_clock(self):
        """An attempt ends once: one verdict, one message to the leader."""
        person = self.user_ids[0]
        self._forget()
        (page,) = self._open_pages(1)
        with self._environment(person) as env:
            env[ANSWER].sudo().browse(page)._mark_in_progress()

        submit = self._answer(page, "_mark_done")
        outcomes = self._race((person, submit), (person, submit))
        self.assertEqual(outcomes, [True, True])
        self.assertEqual(self._read_results(), [(1, "failed")])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_granted_and_excused_twice(self):
        """One more attempt is one, and whoever is excused is excused once."""
        leader = self.user_ids[2]

        def call(name):
            return leader, self._calling(self._find_task, name, "Because")

        for name in ("_grant", "_excuse"):
            self._forget()
            with self._environment() as env:
                self._find_task(env).state = "failed"
            outcomes = self._race(call(name), call(name))
            with self.subTest(name):
                refused = [row for row in outcomes if isinstance(row, UserError)]
                self.assertEqual((outcomes.count(True), len(refused)), (1, 1), outcomes)
                with self._environment() as env:
                    task = self._find_task(env)
                    self.assertEqual(
                        (task.state, task.extra_attempts),
                        ("todo", 1) if name == "_grant" else ("excused", 0),
                    )
