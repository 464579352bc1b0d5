# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

TASK = "sales.process.training.task"


class SalesProcessAgendaItem(models.Model):
    """Steps that are past due, visits to confirm, exams without an attempt left."""

    _inherit = "sales.process.agenda.item"
    _depends = {
        TASK: [
            "company_id",
            "date_due",
            "name",
            "state",
            "team_id",
            "user_id",
            "write_date",
        ],
    }

    kind = fields.Selection(
        selection_add=[
            ("training_overdue", "Training Past Due"),
            ("exam_no_attempt", "No Attempt Left at an Exam"),
        ]
    )

    def _get_agenda_queries(self):
        return {
            **super()._get_agenda_queries(),
            "training_overdue": (
                TASK,
                self._get_task_query(
                    SQL("state = 'todo' AND date_due < %s", self.env.cr.now()),
                    SQL("date_due"),
                ),
            ),
            "exam_no_attempt": (
                TASK,
                self._get_task_query(SQL("state = 'failed'"), SQL("write_date")),
            ),
        }

    def _get_task_query(self, condition, since):
        """Steps that wait for the leader.

        :param SQL condition: on columns of the steps
        :param SQL since: since when it waits
        :return: SQL
        """
        return SQL(
            """
            SELECT id, user_id, team_id, company_id, name, %s AS date_since,
                   date_due
              FROM sales_process_training_task
             WHERE %s
            """,
            since,
            condition,
        )
