# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class SalesProcessAgendaItem(models.Model):
    """Money that does not come: broken promises, disputes, and what is long overdue.

    A day of a date has passed when it has passed for whoever reads.
    """

    _inherit = "sales.process.agenda.item"
    _depends = {
        "crm.team": ["process_overdue_days"],
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
        ]
    )

    def _get_agenda_queries(self):
        return {
            **super()._get_agenda_queries(),
            "promise_broken": ("sales.process.promise", self._get_broken_query()),
            "dispute_open": ("sales.process.dispute", self._get_dispute_query()),
            "money_overdue": ("sales.process.ownership", self._get_money_query()),
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
