# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

CHASE = "sales.process.chase"
# What is read of the to-dos of a chase
TODO_FIELDS = ["active", "date_deadline", "res_id", "res_model", "summary", "user_id"]


class SalesProcessOwedItem(models.Model):
    """Overdue money that I am to ask for: the next to-do of each invoice I chase.

    What the leader is to decide about waits among the agenda items.
    """

    _inherit = "sales.process.owed.item"
    _depends = {
        CHASE: ["company_id", "name", "state", "team_id", "user_id"],
        "mail.activity": TODO_FIELDS,
    }

    kind = fields.Selection(selection_add=[("chase_todo", "Money to Ask For")])

    @api.model
    def _get_owed_queries(self):
        # one row for each invoice: whose it is stands first, for the index of people
        query = SQL(
            """
            SELECT DISTINCT ON (activity.user_id, chase.id)
                   chase.id, activity.user_id, chase.team_id, chase.company_id,
                   COALESCE(NULLIF(activity.summary, ''), chase.name) AS name,
                   activity.create_date AS date_since, %s AS date_due
              FROM mail_activity AS activity
              JOIN sales_process_chase AS chase ON chase.id = activity.res_id
             WHERE activity.res_model = %s AND activity.active
               AND chase.state = 'open' AND chase.user_id = activity.user_id
          ORDER BY activity.user_id, chase.id, activity.date_deadline, activity.id
            """,
            self._get_end_of_day(SQL("activity.date_deadline")),
            CHASE,
        )
        return {**super()._get_owed_queries(), "chase_todo": (CHASE, query)}
