# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

MODEL = "sales.process.policy.acknowledgement"


class SalesProcessAgendaItem(models.Model):
    """Policies that people have not confirmed, or do not agree with."""

    _inherit = "sales.process.agenda.item"
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
        "sales.process.violation": [
            "company_id",
            "date_appealed",
            "date_statement_due",
            "decider_id",
            "state",
            "user_id",
        ],
    }

    kind = fields.Selection(
        selection_add=[
            ("policy_overdue", "Policy Not Confirmed"),
            ("policy_declined", "Policy Not Agreed With"),
            ("violation_open", "Violation to Decide"),
            ("violation_appealed", "Appeal to Decide"),
        ]
    )

    @api.model
    def _get_asked_kinds(self):
        return super()._get_asked_kinds() | {"violation_appealed", "violation_open"}

    def _get_agenda_queries(self):
        overdue = SQL(
            "asked.state IN ('to_read', 'read') AND asked.date_due < %s",
            self.env.cr.now(),
        )
        declined = SQL("asked.state = 'declined'")
        return {
            **super()._get_agenda_queries(),
            "policy_overdue": (
                MODEL,
                self._get_policy_query(overdue, SQL("asked.date_due")),
            ),
            "policy_declined": (
                MODEL,
                self._get_policy_query(declined, SQL("asked.date_answered")),
            ),
            "violation_open": (
                "sales.process.violation",
                self._get_violation_query("open", SQL("violation.create_date")),
            ),
            "violation_appealed": (
                "sales.process.violation",
                self._get_violation_query("appealed", SQL("violation.date_appealed")),
            ),
        }

    def _get_policy_query(self, condition, since):
        """Confirmations that wait for the leader.

        :param SQL condition: on columns of ``asked``
        :param SQL since: since when it waits
        :return: SQL
        """
        return SQL(
            """
            SELECT asked.id, asked.user_id, asked.team_id, asked.company_id,
                   version.name, %s AS date_since, NULL AS date_due
              FROM sales_process_policy_acknowledgement asked
              JOIN sales_process_policy_version version
                ON version.id = asked.version_id
             WHERE %s
            """,
            since,
            condition,
        )

    def _get_violation_query(self, state, since):
        """Violations that wait, for whoever is asked to decide and nobody else.

        The item is the decider's and of no team: who leads from above does not read it.

        :param str state: of the violation
        :param SQL since: since when it waits
        :return: SQL
        """
        return SQL(
            """
            SELECT violation.id, violation.decider_id AS user_id, NULL AS team_id,
                   violation.company_id,
                   partner.name, %s AS date_since, NULL AS date_due
              FROM sales_process_violation AS violation
              JOIN res_users AS person ON person.id = violation.user_id
              JOIN res_partner AS partner ON partner.id = person.partner_id
             WHERE violation.state = %s
            """,
            since,
            state,
        )
