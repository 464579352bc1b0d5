# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.tools import orm

DECISION = "sales.process.meeting.decision"
MEETING = "sales.process.meeting"
# So long before it begins a meeting is prepared.
PREPARE_SPAN = timedelta(days=2)


class SalesProcessOwedItem(models.Model):
    """What meetings have given me to do; for the chair, the meeting itself."""

    _inherit = "sales.process.owed.item"
    _depends = {
        DECISION: [
            "company_id",
            "date_decided",
            "date_due_end",
            "name",
            "state",
            "team_id",
            "user_id",
        ],
        MEETING: [
            "chair_id",
            "company_id",
            "date_agenda",
            "date_ended",
            "date_start",
            "state",
            "team_id",
        ],
        "crm.team": ["name"],
    }

    kind = fields.Selection(
        selection_add=[
            ("decision_todo", "Task from a Meeting"),
            ("meeting_prepare", "Meeting to Prepare"),
            ("minutes_todo", "Minutes to Write and Send"),
        ]
    )

    @api.model
    def _get_owed_queries(self):
        soon = SQL(
            "meeting.state = 'planned' AND meeting.date_agenda IS NULL"
            " AND meeting.date_start < %s",
            self.env.cr.now() + PREPARE_SPAN,
        )
        held = SQL("meeting.state = 'held'")
        return {
            **super()._get_owed_queries(),
            "decision_todo": (DECISION, self._get_decision_query()),
            "meeting_prepare": (
                MEETING,
                self._get_meeting_query(
                    soon, SQL("meeting.create_date"), SQL("meeting.date_start")
                ),
            ),
            "minutes_todo": (
                MEETING,
                self._get_meeting_query(held, SQL("meeting.date_ended"), SQL("NULL")),
            ),
        }

    def _get_decision_query(self):
        return SQL(
            """
            SELECT id, user_id, team_id, company_id, name,
                   date_decided AS date_since, date_due_end AS date_due
              FROM sales_process_meeting_decision
             WHERE state = 'open'
            """
        )

    def _get_meeting_query(self, condition, since, due):
        """What the chair of a meeting is to do; it is called as its team.

        :param SQL condition: on columns of ``meeting``
        :param SQL since: since when it waits
        :param SQL due: until when
        :return: SQL
        """
        return SQL(
            """
            SELECT meeting.id, meeting.chair_id AS user_id, meeting.team_id,
                   meeting.company_id, %s AS name, %s AS date_since, %s AS date_due
              FROM sales_process_meeting AS meeting
              JOIN crm_team AS team ON team.id = meeting.team_id
             WHERE %s
            """,
            orm.get_sql(self.env["crm.team"], "team", "name"),
            since,
            due,
            condition,
        )
