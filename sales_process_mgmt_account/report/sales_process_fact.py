# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

MODEL = "sales.process.promise"


class SalesProcessFact(models.Model):
    """Promises to pay, when it is known what has become of them."""

    _inherit = "sales.process.fact"
    _depends = {
        MODEL: ["company_id", "date_decided", "name", "state", "team_id", "user_id"],
    }

    kind = fields.Selection(
        selection_add=[
            ("promise_kept", "Promise to Pay Kept"),
            ("promise_partly", "Promise to Pay Partly Kept"),
            ("promise_broken", "Promise to Pay Broken"),
        ]
    )

    def _get_fact_queries(self):
        return {
            **super()._get_fact_queries(),
            **{
                f"promise_{state}": (MODEL, self._get_promise_query(state))
                for state in ("kept", "partly", "broken")
            },
        }

    def _get_promise_query(self, state):
        return SQL(
            """
            SELECT id, user_id, team_id, company_id, name, date_decided AS moment
              FROM sales_process_promise
             WHERE state = %s AND date_decided IS NOT NULL AND user_id IS NOT NULL
            """,
            state,
        )
