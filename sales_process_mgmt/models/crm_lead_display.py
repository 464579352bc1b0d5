# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

# What the form shows of the period: field of the lead and of the period.
PERIOD_FACTS = {
    "process_owner_id": "user_id",
    "process_phase": "phase",
    "process_date_start": "date_start",
    "process_date_end": "date_end",
    "process_is_frozen": "is_frozen",
}


def search_period(name):
    """How leads are found by a field of their period, as by a related field.

    :param str name: of the field of the period
    :return: function for ``search`` of a field
    """

    def search(leads, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        found = Domain("ownership_id", "any!", [(name, operator, value)])
        if operator == "in" and False in value:
            found |= Domain("ownership_id", "=", False)
        return found

    return search


class CrmLead(models.Model):
    """What the views of a lead say about its owner."""

    _inherit = "crm.lead"

    # Whoever may read the lead may read these of its period.
    process_state = fields.Selection(
        lambda self: self._get_selection_of("sales.process.ownership", "state"),
        string="Ownership State",
        compute="_compute_process_state",
        search=search_period("state"),
    )
    process_owner_id = fields.Many2one(
        "res.users",
        string="Customer Owner",
        compute="_compute_process_facts",
        search=search_period("user_id"),
        help="The salesperson responsible for the customer in the period of this lead.",
    )
    process_phase = fields.Selection(
        lambda self: self._get_selection_of("sales.process.ownership", "phase"),
        string="Ownership Phase",
        compute="_compute_process_facts",
        search=search_period("phase"),
    )
    process_date_start = fields.Datetime(
        string="Owned Since",
        compute="_compute_process_facts",
        search=search_period("date_start"),
    )
    process_date_end = fields.Datetime(
        string="Owned Until",
        compute="_compute_process_facts",
        search=search_period("date_end"),
    )
    process_is_frozen = fields.Boolean(
        string="Do Not Contact",
        compute="_compute_process_facts",
        search=search_period("is_frozen"),
        help="The customer does not want to be contacted. No timer, nobody takes it.",
    )
    can_transfer_customer = fields.Boolean(
        compute="_compute_can_transfer_customer",
        help="Whether you lead the team of this customer and may give it to another "
        "salesperson.",
    )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Join the buttons that several addons put above the cards.

        The kanban view shows one header only, the last.
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "kanban":
            headers = arch.findall("header")
            for header in headers[1:]:
                headers[0].extend(list(header))
                arch.remove(header)
        return arch, view

    @api.depends("ownership_id.state", "followup_deadline", "is_pooled")
    def _compute_process_state(self):
        """The state of the period, which the lead itself mostly tells.

        A deadline stands on open leads of owned customers alone. The read rule asks
        whether the lead is pooled: that is read with the lead, not by another query.
        """
        told = {True: self.browse(), False: self.browse()}
        told |= self.grouped(lambda lead: bool(lead.followup_deadline))
        told[True].process_state = "open"
        others = told[False]
        if len(others) > 1:
            # sudo: see the fields; a single lead shows more of its period
            others.sudo().ownership_id.fetch(["state"])
        for lead in others:
            lead.process_state = lead.sudo().ownership_id.state

    @api.depends(*(f"ownership_id.{name}" for name in PERIOD_FACTS.values()))
    def _compute_process_facts(self):
        for lead in self:
            # sudo: see the fields
            period = lead.sudo().ownership_id
            for name, source in PERIOD_FACTS.items():
                lead[name] = period[source]

    @api.depends_context("uid")
    @api.depends("ownership_id.state", "ownership_id.team_id.user_id")
    def _compute_can_transfer_customer(self):
        for lead in self:
            # sudo: a stranger may be unable to read the ownership
            ownership = lead.sudo().ownership_id
            lead.can_transfer_customer = ownership.state in (
                "open",
                "pool",
            ) and ownership.team_id._is_leader(self.env.user)

    # ------------------------------------------------------------
    # DUPLICATES
    # ------------------------------------------------------------

    def _compute_potential_lead_duplicates(self):
        """Odoo counts duplicates with sudo: no answer about leads that are hidden.

        Otherwise the number of duplicates says, for any telephone number that somebody
        types, whether it is a colleague's customer, or one in the pool.
        """
        result = super()._compute_potential_lead_duplicates()
        user = self.env.user
        if user._is_superuser() or not self.env["crm.team"]._get_active_process_ids():
            return result
        found = {lead: lead.duplicate_lead_ids._origin - lead._origin for lead in self}
        asked = self.browse().union(*found.values()).sudo(False)
        readable = asked._filtered_access("read").sudo(self.env.su)
        for lead, duplicates in found.items():
            lead.duplicate_lead_ids = (duplicates & readable) + lead
            lead.duplicate_lead_count = len(duplicates & readable)
        return result

    # ------------------------------------------------------------
    # ROTTING
    # ------------------------------------------------------------

    def _get_rotting_depends_fields(self):
        return [*super()._get_rotting_depends_fields(), "team_id.process_mode"]

    def _get_rotting_domain(self):
        """Leave the follow-up timer as the only clock where a team enforces it.

        Rotting looks at the stage, the timer at the last contact: side by side they
        would contradict each other.
        """
        return super()._get_rotting_domain() & ~Domain(
            "team_id.process_mode", "=", "enforce"
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_ownership(self):
        """Open the ownership of the customer, with its whole history.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History of the Customer"),
            "res_model": "sales.process.ownership",
            "res_id": self.ownership_id.id,
            "view_mode": "form",
            "views": [[False, "form"]],
        }

    def action_transfer_customer(self):
        """Open the wizard that gives the customers of these leads to somebody else.

        :return: dict, a window action
        """
        self.check_access("read")
        # sudo: the wizard checks that the user leads the team of each customer
        return self.sudo().ownership_id.sudo(False).action_open_transfer()
