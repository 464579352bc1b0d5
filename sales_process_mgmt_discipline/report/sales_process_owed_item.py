# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.tools import orm

ASKED = "sales.process.policy.acknowledgement"
VIOLATION = "sales.process.violation"


class SalesProcessOwedItem(models.Model):
    """Policies that I am asked to confirm, and what I am asked to answer."""

    _inherit = "sales.process.owed.item"
    _depends = {
        ASKED: [
            "company_id",
            "date_assigned",
            "date_due",
            "state",
            "team_id",
            "user_id",
            "version_id",
        ],
        "sales.process.policy.version": ["name"],
        VIOLATION: [
            "company_id",
            "date_statement",
            "date_statement_due",
            "state",
            "team_id",
            "type_id",
            "user_id",
        ],
        "sales.process.violation.type": ["name"],
    }

    kind = fields.Selection(
        selection_add=[
            ("policy_asked", "Policy to Confirm"),
            ("violation_answer", "Violation to Answer"),
        ]
    )

    @api.model
    def _get_owed_queries(self):
        return {
            **super()._get_owed_queries(),
            "policy_asked": (ASKED, self._get_policy_query()),
            "violation_answer": (VIOLATION, self._get_violation_query()),
        }

    def _get_policy_query(self):
        return SQL(
            """
            SELECT asked.id, asked.user_id, asked.team_id, asked.company_id,
                   version.name, asked.date_assigned AS date_since, asked.date_due
              FROM sales_process_policy_acknowledgement AS asked
              JOIN sales_process_policy_version AS version
                ON version.id = asked.version_id
             WHERE asked.state IN ('to_read', 'read')
            """
        )

    def _get_violation_query(self):
        """Violations on which the person has not been heard, while there is time."""
        return SQL(
            """
            SELECT violation.id, violation.user_id, violation.team_id,
                   violation.company_id, %s AS name,
                   violation.create_date AS date_since,
                   violation.date_statement_due AS date_due
              FROM sales_process_violation AS violation
              JOIN sales_process_violation_type AS type
                ON type.id = violation.type_id
             WHERE violation.state = 'open' AND violation.date_statement IS NULL
            """,
            orm.get_sql(self.env["sales.process.violation.type"], "type", "name"),
        )
