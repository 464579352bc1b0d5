# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A training plan of the showroom, with an exam passed, failed and overdue."""

from datetime import timedelta

from odoo import Command, api, models

MODULE = "sales_process_mgmt_survey"
# question, right answer, wrong answers
QUESTIONS = (
    (
        "Which discount may you grant yourself?",
        "Up to three percent",
        ("Up to ten percent", "As much as the customer wants"),
    ),
    (
        "Who decides about more than eight percent?",
        "The director",
        ("The leader of the team", "The customer"),
    ),
    (
        "Where does a discount stand?",
        "In the quotation, with its reason",
        ("Nowhere", "In the chat with the customer"),
    ),
)
# who sits it, how many answers are right
EXAMS = (("wang_fang", 3), ("li_wei", 1))


class SalesProcessDemo(models.AbstractModel):
    _inherit = "sales.process.demo"

    @api.model
    def _load_training(self):
        """Make plan, exam and results; called by the demo data, once."""
        if self._is_loaded(MODULE):
            return
        admin = self._get_user("sales_admin")
        day = self._get_today(admin) - timedelta(days=28)
        with self._at(self._get_moment(admin, day, 9)):
            self._get("team_east_demo").process_training = True
            exam = self._create_exam(admin)
            plan = self._create_plan(admin, exam, day)
            plan.sudo()._bring_in_line()
        self._remember(
            {"exam_discounts_demo": exam.sudo(), "training_plan_demo": plan.sudo()},
            MODULE,
        )
        self._do_steps(plan.step_ids.sorted("sequence"), day)
        for name, right in EXAMS:
            self._sit(exam, self._get_user(name), right)
        self._set_loaded(MODULE)

    def _create_exam(self, admin):
        return (
            self.env["survey.survey"]
            .with_user(admin)
            .create(
                {
                    "title": "Discounts and Quotations 折扣与报价",
                    "survey_type": "sales_exam",
                    "scoring_success_min": 60,
                    "time_limit": 30,
                    "attempts_limit": 2,
                    "question_and_page_ids": [
                        Command.create(
                            {
                                "title": title,
                                "question_type": "simple_choice",
                                "suggested_answer_ids": [
                                    Command.create(
                                        {
                                            "value": right,
                                            "is_correct": True,
                                            "answer_score": 1,
                                        }
                                    ),
                                    *(Command.create({"value": row}) for row in wrong),
                                ],
                            }
                        )
                        for title, right, wrong in QUESTIONS
                    ],
                }
            )
        )

    def _create_plan(self, admin, exam, day):
        team = self._get("team_east_demo")
        steps = (
            {"name": "Read the price list 学习价目表", "days": 2},
            {
                "name": "Two visits with the leader 随主管拜访两次",
                "kind": "visit",
                "days": 60,
            },
            {"name": "Exam 考试", "kind": "exam", "survey_id": exam.id, "days": 10},
        )
        return (
            self.env["sales.process.training.plan"]
            .with_user(admin)
            .create(
                {
                    "name": "Prices and Discounts 价格与折扣",
                    "company_id": team.company_id.id,
                    "team_ids": team.ids,
                    "date_from": day,
                    "step_ids": [
                        Command.create({"sequence": number, **step})
                        for number, step in enumerate(steps, 1)
                    ],
                }
            )
        )

    def _do_steps(self, steps, day):
        """Two have read the list, one has been accompanied."""
        reading, visit, _exam = steps
        for step, name, by, days in (
            (reading, "wang_fang", "wang_fang", 1),
            (reading, "li_wei", "li_wei", 2),
            (visit, "wang_fang", "sun_li", 9),
        ):
            user, actor = self._get_user(name), self._get_user(by)
            with self._at(self._get_moment(actor, day + timedelta(days=days), 15)):
                self._get_task(step, user).with_user(actor).action_done()

    def _get_task(self, step, user):
        return self.env["sales.process.training.task"].search(
            [("step_id", "=", step.id), ("user_id", "=", user.id)], limit=1
        )

    def _sit(self, exam, user, right):
        """Sit the exam, as the pages do it.

        :param int right: how many questions are answered rightly
        """
        task = self.env["sales.process.training.task"].search(
            [("survey_id", "=", exam.id), ("user_id", "=", user.id)], limit=1
        )
        url = task.with_user(user).action_start()["url"]
        answer = self.env["survey.user_input"].search(
            [("access_token", "=", url.rpartition("=")[2])]
        )
        answer.with_user(user).sudo()._mark_in_progress()
        for number, question in enumerate(exam.sudo().question_ids):
            choices = question.suggested_answer_ids.sorted("sequence")
            good = choices.filtered("is_correct")
            choice = good if number < right else (choices - good)[0]
            answer._save_lines(question, str(choice.id))
        answer._mark_done()
