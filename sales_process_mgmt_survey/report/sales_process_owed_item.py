# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

TASK = "sales.process.training.task"


class SalesProcessOwedItem(models.Model):
    """Steps of a training and exams that I am asked for."""

    _inherit = "sales.process.owed.item"
    _depends = {
        TASK: [
            "company_id",
            "date_assigned",
            "date_due",
            "kind",
            "name",
            "state",
            "team_id",
            "user_id",
        ],
    }

    kind = fields.Selection(
        selection_add=[
            ("training_todo", "Training Step to Do"),
            ("exam_todo", "Exam to Pass"),
        ]
    )

    @api.model
    def _get_owed_queries(self):
        return {
            **super()._get_owed_queries(),
            "training_todo": (TASK, self._get_task_query(SQL("kind <> 'exam'"))),
            "exam_todo": (TASK, self._get_task_query(SQL("kind = 'exam'"))),
        }

    def _get_task_query(self, condition):
        """Steps that wait for the person.

        :param SQL condition: on columns of the steps
        :return: SQL
        """
        return SQL(
            """
            SELECT id, user_id, team_id, company_id, name,
                   date_assigned AS date_since, date_due
              FROM sales_process_training_task
             WHERE state = 'todo' AND %s
            """,
            condition,
        )
