# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The contract *owed item*: what waits for one person, and until when.

An agenda item waits for who leads; an owed item for the person itself, and nobody else
reads it. Whoever knows of such things contributes a kind by ``_get_owed_queries``. The
query selects ``id`` (of the evidence, which opens with one click), ``user_id`` (who is
to do it), ``team_id``, ``company_id``, ``name``, ``date_since`` and ``date_due`` (naive
UTC; NULL where nothing is due). It selects what waits now and nothing else, by an index
of the person: an item is gone as soon as it is done.
"""

from odoo import api, fields, models
from odoo.tools import SQL

# What a leader answers as well, and finds among the matters to decide.
ALSO_DECIDED = ("invitation_asked", "lost_proposed", "swap_asked")


class SalesProcessOwedItem(models.Model):
    """One row for each thing that somebody is to do; see the module for the kinds."""

    _name = "sales.process.owed.item"
    _inherit = "sales.process.evidence.mixin"
    _description = "To-Do of a Person"
    _is_private = True
    _auto = False
    _order = "date_due, date_since, id"
    _depends = {
        "crm.team": ["process_parent_id"],
        "crm.lead": [
            "active",
            "name",
            "ownership_id",
            "process_lost_proposed_by_id",
        ],
        "sales.process.duty.swap": [
            "company_id",
            "reason",
            "state",
            "substitute_id",
            "team_id",
        ],
        "sales.process.invitation": ["company_id", "name", "ownership_id", "state"],
        "sales.process.ownership": [
            "company_id",
            "is_frozen",
            "name",
            "phase",
            "state",
            "team_id",
            "user_id",
        ],
        "sales.process.revisit": [
            "company_id",
            "date_limit",
            "date_open",
            "name",
            "ownership_id",
            "state",
            "team_id",
            "user_id",
        ],
    }
    _contributed = {"date_since": "timestamp", "date_due": "timestamp"}

    kind = fields.Selection(
        [
            ("invitation_asked", "Offer to Help to Answer"),
            ("lost_proposed", "Proposed Loss to Decide"),
            ("swap_asked", "Shift to Take Over or Not"),
            ("revisit_due", "Customer to Visit Again"),
        ],
        string="To Do",
        readonly=True,
        help="What you are to do.",
    )
    user_id = fields.Many2one(string="Whose", help="Who is to do it.")
    date_since = fields.Datetime(
        string="Owed Since", readonly=True, help="Since when it waits."
    )
    date_due = fields.Datetime(
        string="To Do Until", readonly=True, help="Until when, if ever."
    )

    def _get_queries(self):
        return self._get_owed_queries()

    @api.model
    def _get_owed_queries(self):
        """The kinds of owed items; an addon adds its own, see the module.

        :return: ``{kind: (model name of the evidence, SQL)}``
        """
        # what an owner answers and a leader may answer is asked in the same words
        item = self.env["sales.process.agenda.item"]
        return {
            "invitation_asked": (
                "sales.process.invitation",
                item._get_invitation_query(),
            ),
            "lost_proposed": ("crm.lead", item._get_lost_query()),
            "swap_asked": ("sales.process.duty.swap", item._get_swap_query()),
            "revisit_due": ("sales.process.revisit", self._get_revisit_query()),
        }

    def _get_revisit_query(self):
        """Served customers who are owed a visit, whether or not it is late."""
        return SQL(
            """
            SELECT revisit.id, revisit.user_id, revisit.team_id, revisit.company_id,
                   revisit.name, revisit.date_open AS date_since, %s AS date_due
              FROM sales_process_revisit AS revisit
              JOIN sales_process_ownership AS ownership
                ON ownership.id = revisit.ownership_id
             WHERE revisit.state = 'due' AND ownership.state = 'open'
               AND NOT COALESCE(ownership.is_frozen, FALSE)
            """,
            self._get_end_of_day(SQL("revisit.date_limit")),
        )

    @api.model
    def _get_end_of_day(self, column):
        """The last moment of a day where the reader is: nobody else reads these rows.

        :param SQL column: a date
        :return: SQL, naive UTC
        """
        zone = self.env["crm.team"]._get_process_timezone(self.env.user).zone
        return SQL(
            "((%s + 1)::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC'"
            " - INTERVAL '1 second')",
            column,
            zone,
        )
