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

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

MOST_CONFLICTS = 200


class SalesProcessAgendaItem(models.Model):
    """One row for each thing that waits; see the module for how to add a kind."""

    _name = "sales.process.agenda.item"
    _inherit = "sales.process.evidence.mixin"
    _description = "Agenda Item"
    _auto = False
    _order = "date_since, id"
    _depends = {
        "crm.team": ["process_parent_id"],
        "crm.lead": [
            "active",
            "name",
            "ownership_id",
            "process_lost_proposed_by_id",
        ],
        "crm.team.member": ["active", "crm_team_id", "user_id"],
        "res.partner": [
            "commercial_partner_id",
            "name",
            "process_proposed_grade_id",
            "write_date",
        ],
        "sales.process.absence": [
            "company_id",
            "date_start",
            "note",
            "state",
            "user_id",
        ],
        "sales.process.ownership": [
            "company_id",
            "date_deadline",
            "date_held_until",
            "is_frozen",
            "is_held",
            "name",
            "partner_id",
            "phase",
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
        "sales.process.duty.swap": [
            "company_id",
            "reason",
            "state",
            "substitute_id",
            "team_id",
        ],
        "sales.process.followup": [
            "company_id",
            "date",
            "date_next",
            "is_extension_asked",
            "subject",
            "team_id",
            "user_id",
        ],
        "sales.process.invitation": ["company_id", "name", "ownership_id", "state"],
        "sales.process.revisit": [
            "company_id",
            "date_missed",
            "is_missed",
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
            ("customer_overdue", "Overdue Customers"),
            ("conflict_open", "Conflicts to Decide"),
            ("customer_held", "Customers Held for the Leader"),
            ("extension_asked", "Agreed Days to Approve"),
            ("invitation_asked", "Offers to Help"),
            ("lost_proposed", "Losses Proposed by Helpers"),
            ("absence_asked", "Absences to Confirm"),
            ("swap_asked", "Shifts to Swap"),
            ("revisit_overdue", "Overdue Revisits"),
            ("grade_proposed", "Grades to Review"),
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

    @api.model
    def _get_deciding_domain(self, user):
        """Which of the items that a leader reads are for that leader to decide.

        Those of led teams; of teams below what concerns their leader, and conflicts
        between two of them.

        :param user: res.users
        :return: Domain
        """
        led, overseen = user.process_led_team_ids, user.process_overseen_team_ids
        domain = Domain("team_id", "in", led.ids)
        if not overseen - led:
            return domain
        # sudo: who leads the teams below, and which team the other side is in
        below = (overseen - led).sudo()
        domain |= Domain("team_id", "in", below.ids) & Domain(
            "user_id", "in", below.user_id.ids
        )
        conflicts = self.env["sales.process.conflict"].sudo()
        conflicts = conflicts.search(
            [
                ("state", "=", "open"),
                ("team_id", "in", overseen.ids),
                ("other_ownership_id.team_id", "in", overseen.ids),
            ],
            limit=MOST_CONFLICTS,
        ).filtered(lambda row: row.other_ownership_id.team_id != row.team_id)
        return domain | (
            Domain("kind", "=", "conflict_open") & Domain("res_id", "in", conflicts.ids)
        )

    @api.model
    def _get_asked_kinds(self):
        """Kinds whose ``user_id`` is who decides: they are of no team's leader.

        An addon adds its own.

        :return: frozenset of str
        """
        return frozenset()

    @api.model
    def _get_asked_domain(self, user):
        """What somebody is asked to decide by name, whichever team it is about.

        :param user: res.users
        :return: Domain
        """
        kinds = self._get_asked_kinds()
        if not kinds:
            return Domain.FALSE
        return Domain("kind", "in", sorted(kinds)) & Domain("user_id", "=", user.id)

    def _get_queries(self):
        return self._get_agenda_queries()

    def _get_agenda_queries(self):
        """The kinds of agenda items; an addon adds its own, see the module.

        :return: ``{kind: (model name of the evidence, SQL)}``
        """
        return {
            "customer_overdue": ("sales.process.ownership", self._get_overdue_query()),
            "conflict_open": ("sales.process.conflict", self._get_conflict_query()),
            "customer_held": ("sales.process.ownership", self._get_held_query()),
            "extension_asked": ("sales.process.followup", self._get_extension_query()),
            "invitation_asked": (
                "sales.process.invitation",
                self._get_invitation_query(),
            ),
            "lost_proposed": ("crm.lead", self._get_lost_query()),
            "absence_asked": ("sales.process.absence", self._get_absence_query()),
            "swap_asked": ("sales.process.duty.swap", self._get_swap_query()),
            "revisit_overdue": ("sales.process.revisit", self._get_revisit_query()),
            "grade_proposed": ("res.partner", self._get_grade_query()),
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

    def _get_held_query(self):
        """Customers above the ceiling of one night, until they go out."""
        return SQL(
            """
            SELECT id, user_id, team_id, company_id, name,
                   date_deadline AS date_since, date_held_until AS date_due
              FROM sales_process_ownership
             WHERE state = 'open' AND is_held
            """
        )

    def _get_extension_query(self):
        """Agreed days beyond the limit that the leader is asked to let stand."""
        return SQL(
            """
            SELECT id, user_id, team_id, company_id, subject AS name,
                   date AS date_since, date_next AS date_due
              FROM sales_process_followup
             WHERE is_extension_asked
            """
        )

    def _get_invitation_query(self):
        """Colleagues who ask to help; the owner answers, or the leader."""
        return SQL(
            """
            SELECT invitation.id, ownership.user_id, ownership.team_id,
                   invitation.company_id, COALESCE(ownership.name, invitation.name)
                   AS name, invitation.create_date AS date_since, NULL AS date_due
              FROM sales_process_invitation AS invitation
              JOIN sales_process_ownership AS ownership
                ON ownership.id = invitation.ownership_id
             WHERE invitation.state = 'asked' AND ownership.state = 'open'
            """
        )

    def _get_lost_query(self):
        """Leads that a helper says are lost; the owner decides, or the leader."""
        return SQL(
            """
            SELECT lead.id, ownership.user_id, ownership.team_id,
                   ownership.company_id, lead.name,
                   lead.write_date AS date_since, NULL AS date_due
              FROM crm_lead AS lead
              JOIN sales_process_ownership AS ownership
                ON ownership.id = lead.ownership_id
             WHERE lead.process_lost_proposed_by_id IS NOT NULL AND lead.active
               AND ownership.state = 'open'
            """
        )

    def _get_absence_query(self):
        """Absences that wait for the leader of the team in which the person works."""
        return SQL(
            """
            SELECT absence.id, absence.user_id, team.crm_team_id AS team_id,
                   absence.company_id, absence.note AS name,
                   absence.create_date AS date_since,
                   absence.date_start AS date_due
              FROM sales_process_absence AS absence
         LEFT JOIN LATERAL (
                   SELECT member.crm_team_id
                     FROM crm_team_member AS member
                    WHERE member.user_id = absence.user_id AND member.active
                 ORDER BY member.id
                    LIMIT 1
                   ) AS team ON TRUE
             WHERE absence.state = 'requested'
            """
        )

    def _get_swap_query(self):
        """Shifts that a colleague is asked to take over; the colleague answers."""
        return SQL(
            """
            SELECT id, substitute_id AS user_id, team_id, company_id, reason AS name,
                   create_date AS date_since, NULL AS date_due
              FROM sales_process_duty_swap
             WHERE state = 'asked'
            """
        )

    def _get_revisit_query(self):
        """Served customers whom nobody reached within the window of the team."""
        return SQL(
            """
            SELECT revisit.id, revisit.user_id, revisit.team_id, revisit.company_id,
                   revisit.name, revisit.date_missed AS date_since, NULL AS date_due
              FROM sales_process_revisit AS revisit
              JOIN sales_process_ownership AS ownership
                ON ownership.id = revisit.ownership_id
             WHERE revisit.state = 'due' AND revisit.is_missed
               AND ownership.state = 'open' AND ownership.phase = 'served'
               AND NOT COALESCE(ownership.is_frozen, FALSE)
            """
        )

    def _get_grade_query(self):
        """Grades that somebody proposes; the leader of the customer's team accepts.

        A customer of several companies waits once, for the team that has it longest.
        """
        return SQL(
            """
            SELECT DISTINCT ON (partner.id)
                   partner.id, ownership.user_id, ownership.team_id,
                   ownership.company_id, partner.name,
                   partner.write_date AS date_since, NULL AS date_due
              FROM res_partner AS partner
              JOIN res_partner AS contact
                ON contact.commercial_partner_id = partner.commercial_partner_id
              JOIN sales_process_ownership AS ownership
                ON ownership.partner_id = contact.id
             WHERE partner.process_proposed_grade_id IS NOT NULL
               AND ownership.state = 'open'
          ORDER BY partner.id, ownership.id
            """
        )
