# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

TASK = "sales.process.training.task"
RESULT = "sales.process.exam.result"


class SalesProcessFact(models.Model):
    """Exams that were not passed in time, and attempts that failed."""

    _inherit = "sales.process.fact"
    _depends = {
        TASK: [
            "company_id",
            "date_done",
            "date_due",
            "kind",
            "name",
            "state",
            "team_id",
            "user_id",
        ],
        RESULT: ["company_id", "date_end", "name", "state", "team_id", "user_id"],
    }

    kind = fields.Selection(
        selection_add=[
            ("exam_overdue", "Exam Not Passed in Time"),
            ("exam_failed", "Exam Attempt Failed"),
        ]
    )

    def _get_fact_queries(self):
        overdue = SQL(
            """
            SELECT id, user_id, team_id, company_id, name, date_due AS moment
              FROM sales_process_training_task
             WHERE kind = 'exam'
               AND ((state IN ('todo', 'failed') AND date_due < %s)
                    OR (state = 'done' AND date_done > date_due))
            """,
            self.env.cr.now(),
        )
        failed = SQL(
            """
            SELECT id, user_id, team_id, company_id, name, date_end AS moment
              FROM sales_process_exam_result
             WHERE state = 'failed'
            """
        )
        return {
            **super()._get_fact_queries(),
            "exam_overdue": (TASK, overdue),
            "exam_failed": (RESULT, failed),
        }
