# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

MODEL = "sales.process.policy.acknowledgement"


class SalesProcessFact(models.Model):
    """Policies that were not confirmed in time; their moment is the deadline."""

    _inherit = "sales.process.fact"
    _depends = {
        MODEL: [
            "company_id",
            "date_answered",
            "date_due",
            "state",
            "team_id",
            "user_id",
            "version_id",
        ],
        "sales.process.policy.version": ["name"],
    }

    kind = fields.Selection(
        selection_add=[("policy_unconfirmed", "Policy Not Confirmed in Time")]
    )

    def _get_fact_queries(self):
        query = SQL(
            """
            SELECT asked.id, asked.user_id, asked.team_id, asked.company_id,
                   version.name, asked.date_due AS moment
              FROM sales_process_policy_acknowledgement asked
              JOIN sales_process_policy_version version
                ON version.id = asked.version_id
             WHERE (asked.state IN ('to_read', 'read') AND asked.date_due < %s)
                OR (asked.state IN ('confirmed', 'declined')
                    AND asked.date_answered > asked.date_due)
            """,
            self.env.cr.now(),
        )
        return {
            **super()._get_fact_queries(),
            "policy_unconfirmed": (MODEL, query),
        }
