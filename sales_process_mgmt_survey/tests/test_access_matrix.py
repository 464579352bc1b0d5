# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    COMPANY,
    MANAGER,
    NOBODY,
    OWNER,
    MatrixWalk,
    Records,
)

MATRIX = {
    "sales.process.exam.result": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.training.plan": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.training.step": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.training.task": (OWNER, NOBODY, NOBODY, NOBODY),
}


class TrainingRecords(Records):
    addon = "sales_process_mgmt_survey"
    matrix = MATRIX
    sql_views = {}

    @classmethod
    def _make_records(cls):
        result = super()._make_records()
        env = cls.env
        exam = env["survey.survey"].create(
            {
                "title": "Prices",
                "survey_type": "sales_exam",
                "user_id": cls.director.id,
                "question_and_page_ids": [(0, 0, {"title": "What costs a box?"})],
            }
        )
        plan = env["sales.process.training.plan"].create(
            {
                "name": "Prices",
                "team_ids": cls.team_east.ids,
                "date_from": "2020-01-01",
                "step_ids": [
                    (0, 0, {"name": "Exam", "kind": "exam", "survey_id": exam.id})
                ],
            }
        )
        plan.sudo()._bring_in_line()
        task = env["sales.process.training.task"].search(
            [("plan_id", "=", plan.id), ("user_id", "=", cls.salesperson_a.id)]
        )
        answer = exam.sudo()._create_answer(user=cls.salesperson_a)
        answer._mark_in_progress()
        # a plan without what people have done is one that may be deleted
        free = env["sales.process.training.plan"].create(
            {
                "name": "Later",
                "date_from": "2100-01-01",
                "step_ids": [(0, 0, {"name": "Read"})],
            }
        )
        cls.records |= {
            "sales.process.exam.result": task.result_ids,
            "sales.process.training.plan": free,
            "sales.process.training.step": free.step_ids,
            "sales.process.training.task": task,
        }
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestTrainingAccessMatrix(MatrixWalk, TrainingRecords, HttpCase):
    pass
