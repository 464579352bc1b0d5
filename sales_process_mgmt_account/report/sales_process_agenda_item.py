# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from .sales_process_owed_item import CHASE, TODO_FIELDS


class SalesProcessAgendaItem(models.Model):
    """Money that does not come: promises, disputes, what is long overdue or not chased.

    A day of a date has passed when it has passed for whoever reads.
    """

    _inherit = "sales.process.agenda.item"
    _depends = {
        "crm.team": ["process_overdue_days"],
        "mail.activity": TODO_FIELDS,
        "res.users": ["active", "share"],
        CHASE: ["company_id", "name", "state", "step", "team_id", "user_id"],
        "sales.process.dispute": [
            "company_id",
            "date_open",
            "date_until",
            "move_id",
            "name",
            "state",
            "team_id",
            "user_id",
        ],
        "sales.process.money": ["amount", "date", "kind", "move_id", "ownership_id"],
        "sales.process.promise": [
            "company_id",
            "date_decided",
            "date_read",
            "name",
            "ownership_id",
            "state",
            "team_id",
            "user_id",
        ],
    }

    kind = fields.Selection(
        selection_add=[
            ("promise_broken", "Broken Promises to Pay"),
            ("dispute_open", "Disputes to Settle"),
            ("money_overdue", "Money Long Overdue"),
            ("chase_leader", "Invoices to Decide About"),
            ("chase_nobody", "Invoices Nobody Chases"),
        ]
    )

    def _get_agenda_queries(self):
        return {
            **super()._get_agenda_queries(),
            "promise_broken": ("sales.process.promise", self._get_broken_query()),
            "dispute_open": ("sales.process.dispute", self._get_dispute_query()),
            "money_overdue": ("sales.process.ownership", self._get_money_query()),
            "chase_leader": (CHASE, self._get_leader_query()),
            "chase_nobody": (CHASE, self._get_nobody_query()),
        }

    def _get_broken_query(self):
        """Promises that were not kept, until the leader has read of them."""
        return SQL(
            """
            SELECT promise.id, promise.user_id, promise.team_id, promise.company_id,
                   promise.name, promise.date_decided AS date_since, NULL AS date_due
              FROM sales_process_promise promise
             WHERE promise.state IN ('broken', 'partly') AND promise.date_read IS NULL
               AND EXISTS (SELECT FROM sales_process_money money
                            WHERE money.ownership_id = promise.ownership_id
                              AND money.kind = 'open' AND money.amount > 0)
            """
        )

    def _get_dispute_query(self):
        """Disputes that nobody has closed."""
        return SQL(
            """
            SELECT id, user_id, team_id, company_id, name, date_open AS date_since,
                   date_until AS date_due
              FROM sales_process_dispute
             WHERE state = 'open'
            """
        )

    def _get_money_query(self):
        """Customers who owe for longer than the team lets its leader wait."""
        return SQL(
            """
            SELECT ownership.id, ownership.user_id, ownership.team_id,
                   ownership.company_id, ownership.name, MIN(money.date) AS date_since,
                   NULL AS date_due
              FROM sales_process_money money
              JOIN sales_process_ownership ownership
                ON ownership.id = money.ownership_id
              JOIN crm_team team ON team.id = ownership.team_id
             WHERE money.kind = 'open' AND money.amount > 0
               AND team.process_overdue_days > 0
               AND money.date < %(today)s - team.process_overdue_days
               AND NOT EXISTS (SELECT FROM sales_process_dispute dispute
                                WHERE dispute.move_id = money.move_id
                                  AND dispute.state = 'open'
                                  AND dispute.date_until >= %(today)s)
          GROUP BY ownership.id
            """,
            today=self.env["crm.team"]._get_process_today(self.env.user),
        )

    def _get_leader_query(self):
        """Invoices whose plan has come to the leader, until the to-do is done.

        What who chases is to do stands among the own to-dos of that person.
        """
        return SQL(
            """
            SELECT chase.id, chase.user_id, chase.team_id, chase.company_id,
                   COALESCE(NULLIF(todo.summary, ''), chase.name) AS name,
                   todo.create_date AS date_since, %(evening)s AS date_due
              FROM sales_process_chase chase
              JOIN res_users chaser
                ON chaser.id = chase.user_id AND chaser.active AND NOT chaser.share
              JOIN LATERAL (
                   SELECT activity.summary, activity.create_date,
                          activity.date_deadline
                     FROM mail_activity activity
                    WHERE activity.res_model = %(chase)s
                      AND activity.res_id = chase.id
                      AND activity.active AND activity.user_id != chase.user_id
                 ORDER BY activity.date_deadline, activity.id
                    LIMIT 1
                   ) todo ON TRUE
             WHERE chase.state = 'open' AND chase.step = 'leader'
            """,
            evening=self.env["sales.process.owed.item"]._get_end_of_day(
                SQL("todo.date_deadline")
            ),
            chase=CHASE,
        )

    def _get_nobody_query(self):
        """Overdue invoices whose chaser is not there (any more): somebody is named."""
        return SQL(
            """
            SELECT chase.id, chase.user_id, chase.team_id, chase.company_id,
                   chase.name, chase.create_date AS date_since, NULL AS date_due
              FROM sales_process_chase chase
         LEFT JOIN res_users chaser
                ON chaser.id = chase.user_id AND chaser.active AND NOT chaser.share
             WHERE chase.state = 'open' AND chaser.id IS NULL
            """
        )
