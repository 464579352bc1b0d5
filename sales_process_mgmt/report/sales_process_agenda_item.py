# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The contract *agenda item*: what waits for somebody to decide, and since when.

Whoever knows of such things contributes a kind, as for a fact (see
``sales_process_fact.py``), by ``_get_agenda_queries``. The query selects ``id`` (of the
evidence), ``user_id`` (whom it concerns), ``team_id`` (whose leader decides),
``company_id``, ``name``, ``date_since`` and ``date_due`` (naive UTC; NULL where nothing
is due). It selects what waits now and nothing else, by an index: an item is gone as
soon as it is decided.
"""

from odoo import fields, models
from odoo.tools import SQL


class SalesProcessAgendaItem(models.Model):
    """One row for each thing that waits; see the module for how to add a kind."""

    _name = "sales.process.agenda.item"
    _inherit = "sales.process.evidence.mixin"
    _description = "Agenda Item"
    _auto = False
    _order = "date_since, id"
    _depends = {
        "sales.process.ownership": [
            "company_id",
            "date_deadline",
            "name",
            "state",
            "team_id",
            "user_id",
        ],
        "sales.process.conflict": [
            "company_id",
            "date",
            "name",
            "owner_id",
            "state",
            "team_id",
        ],
    }
    _contributed = {"date_since": "timestamp", "date_due": "timestamp"}

    kind = fields.Selection(
        [
            ("customer_overdue", "Customer Overdue"),
            ("conflict_open", "Conflict to Decide"),
        ],
        readonly=True,
        help="What is to be decided.",
    )
    user_id = fields.Many2one(help="Whom it concerns.")
    team_id = fields.Many2one(help="The team whose leader decides.")
    date_since = fields.Datetime(
        string="Waiting Since", readonly=True, help="Since when it waits."
    )
    date_due = fields.Datetime(
        string="Due", readonly=True, help="Until when it has to be decided, if ever."
    )

    def _get_queries(self):
        return self._get_agenda_queries()

    def _get_agenda_queries(self):
        """The kinds of agenda items; an addon adds its own, see the module.

        :return: ``{kind: (model name of the evidence, SQL)}``
        """
        return {
            "customer_overdue": ("sales.process.ownership", self._get_overdue_query()),
            "conflict_open": ("sales.process.conflict", self._get_conflict_query()),
        }

    def _get_overdue_query(self):
        """Customers past their deadline that still have their owner."""
        return SQL(
            """
            SELECT id, user_id, team_id, company_id, name,
                   date_deadline AS date_since, NULL AS date_due
              FROM sales_process_ownership
             WHERE state = 'open' AND date_deadline < %s
            """,
            self.env.cr.now(),
        )

    def _get_conflict_query(self):
        """Conflicts that nobody has decided; they concern the owner."""
        return SQL(
            """
            SELECT id, owner_id AS user_id, team_id, company_id, name,
                   date AS date_since, NULL AS date_due
              FROM sales_process_conflict
             WHERE state = 'open'
            """
        )
