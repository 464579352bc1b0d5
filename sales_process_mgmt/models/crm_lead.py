# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Leads: what they show of their customer, and the entries to what is done with them.

What is long has a room of its own: who may pass (``crm_lead_doors``), how the ledger
follows (``crm_lead_sync``), what identifies a customer (``crm_lead_identity``), which
message is contact (``crm_lead_message``), how customers are merged
(``crm_lead_merge``).
"""

from collections import defaultdict
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError
from odoo.fields import Domain

from ..tools import labels, orm
from ..tools.transaction import (
    entering,
    find_arrival,
    find_door,
    get_asked_lookups,
    get_dependences,
    get_merging,
    get_reply_to,
    merging_dependences,
    reckoning,
    scheduled,
    skips_sync,
    writing_ledger,
)
from .crm_lead_doors import CLOSED, LEDGER_FIELDS, LeadDoors
from .crm_lead_identity import find_real_sender, is_program
from .crm_lead_merge import LeadMerge, find_dependences
from .crm_lead_message import is_outside
from .crm_lead_sync import (
    OWNERSHIP_FIELDS,
    STATUS_FIELDS,
    LeadSync,
    PendingLeads,
    is_running,
)
from .sales_process_ownership import FOLLOWUP_STATES

# Several numbers and words beside them; an index of Odoo holds 2,704 bytes. All of it
# is read: what is not read hides a colleague's number. What a lead is called stands in
# the lists and messages of others.
LENGTHS = dict.fromkeys(
    ("contact_name", "email_from", "name", "partner_name", "phone"), 500
)
DATE_FIELDS = ("date_last_contact", "followup_deadline")


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


def show_period_dates(date_last_contact, date_deadline, state, status):
    """What a lead shows of its period: a deadline, while there is one for it.

    :param state: of the period
    :param status: ``won_status`` of the lead
    :return: dict of values of the lead
    """
    is_timed = state == "open" and status == "pending"
    return {
        "date_last_contact": date_last_contact,
        "followup_deadline": is_timed and date_deadline,
    }


def _names_contact(vals):
    return type(vals.get("partner_id")) is int and bool(vals["partner_id"])


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = [
        "crm.lead",
        # knows better than the guard what to say of whose customer it is
        "sales.process.lead.work",
        "sales.process.guard",
        "sales.process.lead.card",
        "sales.process.lead.contact",
        "sales.process.lead.import",
        "sales.process.lead.owner",
    ]
    # Worked out from the stage and from what is typed; Odoo would take another word
    # for it. A closed lead stays with whoever closed it.
    _protected_fields = frozenset(("email_normalized", "phone_sanitized", "won_status"))
    _later_fields = frozenset((CLOSED,))
    _counted_fields = frozenset(("expected_revenue", "recurring_revenue"))

    ownership_id = fields.Many2one(
        "sales.process.ownership",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
        help="The period of responsibility this lead belongs to. A closed lead keeps "
        "the period in which it closed.",
        prefetch=True,
    )
    process_ownership_pending = fields.Boolean(
        string="Waits for Its Owner",
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="The lead waits for the scheduled action that finds its owner.",
        prefetch="process_proposal",
    )
    process_into_pool = fields.Boolean(
        string="Into the Pool",
        copy=False,
        help="A new customer without salesperson goes straight into the pool of the "
        "team, not to the salesperson on duty.",
        prefetch="process_proposal",
    )
    process_is_pooled = fields.Boolean(
        string="In the Pool",
        copy=False,
        readonly=True,
        help="The customer lies in the pool: its leads are read when it is taken.",
        prefetch=True,
    )
    process_mode = fields.Selection(
        lambda self: self._get_selection_of("crm.team", "process_mode"),
        string="First-Contact Responsibility",
        compute="_compute_process_mode",
        search="_search_process_mode",
        help="The mode of the sales team's process.",
    )
    process_hold = fields.Selection(
        [("owned", "Owned"), ("observed", "Only Observed"), ("pool", "In the Pool")],
        string="Hold of the Process",
        compute="_compute_process_hold",
        help="How the process holds the customer. Owned and in the pool: the team "
        "enforces, and the salesperson changes by a transfer alone.",
    )
    followup_deadline = fields.Datetime(
        compute="_compute_followup_dates",
        store=True,
        # no index: every contact moves it, and PostgreSQL would write each of two dozen
        # indexes of leads anew; the release finds who is due by the period
        help="The last second at which the customer still belongs to its owner.",
        prefetch=True,
    )
    date_last_contact = fields.Datetime(
        string="Last Contact",
        compute="_compute_followup_dates",
        store=True,
        # no index: it would be written with every contact, and a filter by it finds
        # many leads
        help="The last contact with the customer that counts.",
        prefetch="process_contact",
    )
    followup_state = fields.Selection(
        FOLLOWUP_STATES,
        compute="_compute_followup_state",
        search="_search_followup_state",
        help="Due soon: the team's first warning has been reached.",
    )
    process_lost_proposed_by_id = fields.Many2one(
        "res.users",
        string="Says It Is Lost",
        copy=False,
        readonly=True,
        help="The helper who says that the customer is lost. The owner decides.",
        prefetch="process_proposal",
    )
    process_lost_proposed_reason_id = fields.Many2one(
        "crm.lost.reason",
        string="Lost Reason of the Helper",
        copy=False,
        readonly=True,
        prefetch="process_proposal",
    )
    process_wechat_id = fields.Char(
        string="WeChat ID",
        help="Used as a hint that two customers may be the same.",
        prefetch=True,
    )
    process_date_first_contact = fields.Date(
        string="First Contact",
        copy=False,
        help="The true day of the first contact with a customer that comes from "
        "another register. Set by an import of the team leader or a sales "
        "administrator. It takes the customer from nobody.",
        prefetch="process_proposal",
    )
    process_marks = fields.Char(
        string="Marks of the Process",
        compute="_compute_process_card",
        export_string_translation=False,
        help="What the form of a lead decides by, in words: mode and state, what you "
        "may do.",
    )
    process_is_helped = fields.Boolean(
        string="Helped by Me",
        compute="_compute_process_is_helped",
        search="_search_process_is_helped",
        help="Whether you help with this customer.",
    )
    process_can_work_customer = fields.Boolean(
        string="Can Work Customer",
        compute="_compute_process_rights",
        help="Whether you may work this customer.",
    )
    process_can_transfer_customer = fields.Boolean(
        string="Can Transfer Customer",
        compute="_compute_process_rights",
        help="Whether you lead the team of this customer and may give it to another "
        "salesperson.",
    )
    process_can_invite_helper = fields.Boolean(
        string="Can Invite Helper",
        compute="_compute_process_rights",
        help="Whether you own the customer or lead its team, and so decide who helps.",
    )
    process_collaborator_ids = fields.Many2many(
        "res.users",
        string="Helpers",
        compute="_compute_process_facts",
        search=search_period("collaborator_ids"),
        help="Colleagues invited to work the customer. They do not own it.",
    )
    process_open_invitation_count = fields.Integer(
        string="Open Invitation Count",
        compute="_compute_process_card",
        help="Colleagues who ask to help with the customer and wait for your answer.",
    )
    process_followup_ids = fields.One2many(
        "sales.process.followup", "lead_id", string="Follow-Ups"
    )
    process_customer_followup_ids = fields.One2many(
        "sales.process.followup",
        compute="_compute_customer_followups",
        string="Follow-Ups of the Customer",
    )
    process_followup_count = fields.Integer(
        string="Followup Count",
        compute="_compute_customer_followups",
        help="Contacts with the customer of this lead, on all its leads.",
    )
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

    # ------------------------------------------------------------
    # WHAT IT SHOWS
    # ------------------------------------------------------------

    @api.model
    def _get_view_fields(self, view_type, models):
        """What the filters describe to the browser: what people can group by.

        Odoo describes all fields of leads at each opening of the pipeline. Conditions
        are built from a description of their own; what another view shows comes with
        it.
        """
        named = set(models.get(self._name, ()))
        models = super()._get_view_fields(view_type, models)
        if view_type == "search":
            fields_ = self._fields
            inside = self._get_inside_fields()
            models[self._name] = [
                name
                for name in models[self._name]
                if name in named
                or name not in fields_
                or fields_[name].store
                or name not in inside
            ]
        return models

    # The pipeline of a salesperson, its progress bars and the number of leads are read
    # from it alone: our columns and rules make rows longer, of which PostgreSQL unpacks
    # all. Not for all leads: between two VACUUMs a scan of the table is faster then.
    _process_pipeline_idx = models.Index(
        "(user_id, priority DESC, id DESC) INCLUDE (active, color, company_id,"
        " expected_revenue, process_is_pooled, ownership_id, stage_id, team_id, type)"
        " WHERE user_id IS NOT NULL"
    )
    # what a helper says waits for the owner: see sales.process.agenda.item
    _process_lost_proposed_idx = models.Index(
        "(ownership_id) WHERE process_lost_proposed_by_id IS NOT NULL"
    )

    @api.model
    def _get_selection_of(self, model_name, field_name):
        """The choices of another model's field, in the reader's language.

        :return: list of pairs of value and label
        """
        return list(labels.get_choices(self.env[model_name], field_name).items())

    # Not related: a list of leads need not read their team, and Odoo describes, sorts
    # and groups related fields by joins, in each opening of a view.
    @api.depends("team_id.process_mode")
    def _compute_process_mode(self):
        modes = self.env["crm.team"]._get_process_modes()
        for team, leads in self.grouped("team_id").items():
            leads.process_mode = modes.get(team._origin.id, "off" if team else False)

    def _search_process_mode(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain("team_id", "any!", [("process_mode", "in", value)])
        return found | Domain("team_id", "=", False) if False in value else found

    # Not on won_status, which Odoo computes at each move of the stage: write() adds the
    # leads for which it has changed.
    @api.depends(
        "ownership_id.date_deadline",
        "ownership_id.date_last_contact",
        "ownership_id.state",
    )
    def _compute_followup_dates(self):
        for lead in self:
            lead.update(lead._get_period_dates(lead.ownership_id))

    def _get_period_dates(self, period, changes=()):
        """What this lead shows of a period: a deadline, while there is one for it.

        :param period: sales.process.ownership, empty for nobody's
        :param changes: pairs of name and value that are about to be written on it
        :return: dict of values
        """
        clock = {name: period[name] for name in ("date_last_contact", "date_deadline")}
        clock.update(changes)
        return show_period_dates(
            clock["date_last_contact"],
            clock["date_deadline"],
            period.state,
            self.won_status,
        )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Join the buttons that several addons put above the cards.

        Odoo's parser of kanban views keeps the last header, and no view of crm has one
        that ours could extend: whoever has a button there (crm_iap_mine, and addons of
        others) brings a header of its own. No view of ours can stand on all of those,
        so they are joined here; once, then Odoo keeps the arch.
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "kanban":
            headers = arch.findall("header")
            for header in headers[1:]:
                headers[0].extend(list(header))
                arch.remove(header)
        return arch, view

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
        if not asked:
            return result
        # sudo: only as whoever asked; the ids were filtered without
        readable = asked._filtered_access("read").sudo(self.env.su)
        for lead, duplicates in found.items():
            lead.duplicate_lead_ids = (duplicates & readable) + lead
            lead.duplicate_lead_count = len(duplicates & readable)
        return result

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

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """Ask less of the read rules where somebody searches for the own leads.

        The rules name the salesperson again, beside helped customers and led teams:
        PostgreSQL then expects few leads where there are many, and reads all of them
        for a list of 80.
        """
        if (
            bypass_access
            or self.env.su
            or not orm.is_bound_to(Domain(domain), "user_id", self.env.uid)
            # another application may look at bypass_access
            or not orm.is_plain(self, "_search")
        ):
            kwargs["bypass_access"] = bypass_access
            return super()._search(domain, *args, **kwargs)
        self.browse().check_access("read")
        domain = Domain(domain) & self.env["ir.rule"]._compute_own_domain(self._name)
        return super()._search(domain, *args, bypass_access=True, **kwargs)

    # ------------------------------------------------------------
    # CREATE, WRITE, DELETE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A lead is born with its customer: a new one, or one that has an owner.

        :raise CustomerOwnedError: by hand, where a colleague owns the customer
        """
        self._check_ledger_fields({name for vals in vals_list for name in vals})
        vals_list = [self._bound_details(vals) for vals in vals_list]
        vals_list = self._without_programs(vals_list)
        # Odoo writes when leads were closed that begin as won
        with reckoning(self.env):
            leads = super().create(vals_list)
            # also what comes by default
            dated = leads.filtered("process_date_first_contact")
            is_skipped = skips_sync(self.env)
        if dated:
            LeadDoors(dated).check_first_contact()
        if not is_skipped:
            # sudo: the sync looks at customers of everybody, and writes the ledger
            made = leads.sudo()
            LeadSync(made, find_arrival(self.env)).run(is_made=True)
            if made.tag_ids:
                LeadDoors(leads).check_new_product_lines()
        return leads

    def write(self, vals):
        """What changes who the customer is, or whose, goes through the doors.

        1. The ledger's own fields are refused, a visitor's changes proposed.
        2. Helpers add, and do not replace or close.
        3. A tag with another follow-up period is the leader's.
        4. The ledger follows.

        :raise AccessError: where it is not this person's to write
        :raise CustomerOwnedError: by hand, where a colleague owns the customer
        """
        if not self:
            # Odoo writes on nobody, too
            return True
        self._check_ledger_fields(vals)
        # Odoo looks for what is named before the guard is asked
        self._check_sent_ids([vals])
        self._before_write(vals)
        dated = (
            LeadDoors(self).filter_first_contact(vals)
            if "process_date_first_contact" in vals
            else None
        )
        changed = OWNERSHIP_FIELDS & vals.keys()
        is_judged = bool(changed) and not skips_sync(self.env)
        doors = LeadDoors(self) if is_judged or "tag_ids" in vals else None
        helped = self.browse()
        if is_judged:
            if proposed := doors.filter_proposed(vals):
                vals_left = doors.propose(proposed, vals)
                rest = self - proposed
                return (not rest or rest.write(vals)) and proposed.write(vals_left)
            helped = doors.filter_only_helped()
            if helped:
                doors.check_helper_details(helped, vals)
        helped_status = helped and helped._get_status()
        status = self._get_owned_status() if changed & STATUS_FIELDS else {}
        tagged = doors.filter_product_lines(self) if "tag_ids" in vals else None
        days = doors.get_line_days(tagged) if tagged else {}
        result = super().write(self._bound_details(vals))
        if dated:
            LeadDoors(dated).check_first_contact()
        if tagged:
            doors.check_product_lines(tagged, days)
        if helped and helped_status != helped._get_status():
            raise doors.make_helper_error(helped)
        moved = self._follow_status(status) if status else self.browse()
        if is_judged and (leads := self._filter_resettled(changed, status, moved)):
            leads._sync_ownership(changed=changed)
        return result

    def _filter_resettled(self, changed, status, moved):
        """The leads whose customer, or for how long, may be another one by a write.

        Most moves lead from one open stage to the next: it is as it was.

        :param set changed: names of the fields of OWNERSHIP_FIELDS that were written
        :param dict status: what was won, lost or open before, of leads with an owner
        :param moved: crm.lead, those of them that are something else now
        :return: crm.lead
        """
        if changed <= STATUS_FIELDS:
            return self - (self.browse(lead.id for lead in status) - moved)
        return self

    def _before_write(self, vals):
        """A hook: what an addon keeps of leads before they change.

        Called for leads only, not for nobody, and asks the database nothing where the
        values do not concern it.

        :param dict vals: values that are about to be written
        """

    def _check_company(self, fnames=None):
        """Asked once of leads that are alike: Odoo asks the same of each.

        Measured: a tenth of a release.
        """
        if len(self) < 2 or not fnames or "company_id" in fnames:
            return super()._check_company(fnames)
        names = [
            name
            for name in fnames
            if self._fields[name].relational and self._fields[name].check_company
        ]
        columns = [orm.get_cached(self, name) for name in ("company_id", *names)]
        of_each_kind = dict(zip(zip(*columns, strict=True), self._ids, strict=True))
        try:
            unlike = self.browse(of_each_kind.values())
            return super(CrmLead, unlike)._check_company(fnames)
        except UserError:
            # all of them are named
            return super()._check_company(fnames)

    def unlink(self):
        """A customer's lead is not a helper's, nor a stranger's, to delete.

        :raise UserError: one sentence that says whom to ask
        """
        doors = LeadDoors(self)
        doors.check_no_helper("unlink")
        doors.check_strangers_deletion()
        is_written = skips_sync(self.env)
        if merging := get_merging(self.env):
            if is_written:
                merging.before_deletion(self)
            # they go with the lead, whoever deletes it before the others
            merging.move_contacts()
        if is_written:
            return super().unlink()
        # sudo: the period is looked after whoever may read it
        ownerships = self.sudo().ownership_id
        result = super().unlink()
        if left := ownerships.exists():
            left._sync_phase()
        return result

    def _check_ledger_fields(self, names):
        """Nobody moves a lead to another customer, or out of the ledger, by hand."""
        if said := LEDGER_FIELDS.intersection(names):
            LeadDoors(self).check_ledger_fields(said)
        if CLOSED in names:
            LeadDoors(self).check_closed()

    @api.model
    def _without_programs(self, vals_list):
        """The contact of a program, such as a chatbot's, is nobody's customer.

        Odoo takes whoever has spoken in a chat for the customer. A program is archived,
        a name and nothing else: all its chats would be those of one customer.

        :param list vals_list: values of new leads
        :return: list of values
        """
        # what is no id is refused where values are looked at
        ids = [vals["partner_id"] for vals in vals_list if _names_contact(vals)]
        # sudo: what a contact is, whoever may read it
        contacts = self.env["res.partner"].sudo().browse(dict.fromkeys(ids))
        try:
            programs = {contact.id for contact in contacts if is_program(contact)}
        except MissingError:  # who named it is told so
            return vals_list
        if not programs:
            return vals_list
        return [
            {**vals, "partner_id": False}
            if _names_contact(vals) and vals["partner_id"] in programs
            else vals
            for vals in vals_list
        ]

    @api.model
    def _bound_details(self, vals):
        """Refuse by hand what is too long; a lead from elsewhere is not lost.

        :return: dict, the values with details that can be kept
        :raise ValidationError: one sentence that names the field
        """
        for name in LENGTHS.keys() & vals.keys():
            limit = LENGTHS[name]
            if len(str(vals[name] or "")) <= limit:
                continue
            if self._get_process_door() == "interactive":
                self._refuse_long(self, name, limit)
            vals = {**vals, name: str(vals[name])[:limit]}
        return vals

    def _get_status(self):
        # sudo: what belongs to the ledger does not depend on who moves the lead
        return [(lead.won_status, lead.active) for lead in self.sudo()]

    def _get_owned_status(self):
        """Which leads of an owned customer are open, won or lost, before a write.

        :return: ``{lead: status}``
        """
        # sudo: what belongs to the ledger does not depend on who moves the lead
        return {
            lead: (lead.won_status, lead.active)
            for lead in self.sudo()
            # what the lead says itself spares reading its ownership
            if lead.followup_deadline or lead.process_is_pooled or is_running(lead)
        }

    def _follow_status(self, status):
        """The leads for which a move of the stage means something show other dates.

        :param dict status: as :meth:`_get_owned_status` returned it before the write
        :return: crm.lead
        """
        moved = self.browse(
            lead.id
            for lead, before in status.items()
            if (lead.won_status, lead.active) != before
        )
        for name in DATE_FIELDS if moved else ():
            self.env.add_to_compute(self._fields[name], moved)
        return moved

    # ------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------

    def _get_process_door(self):
        """Where a lead comes from, see :func:`find_door`.

        :return: a value of ``door`` of sales.process.conflict; only ``interactive``
            refuses
        """
        return find_door(self.env)

    @api.model
    def load(self, fields, data):
        """Import: a lead is never lost, it goes to the owner of the customer.

        A file of more customers than somebody may look up within an hour is refused as
        a whole, and has told nothing.
        """
        asked = get_asked_lookups(self.env)
        before = len(asked)
        with entering(self.env, "import"):
            result = super().load(fields, data)
        if not result.get("ids"):
            del asked[before:]
        return result

    @api.readonly
    @api.model
    def get_import_templates(self):
        """Templates of the import: ours first, with owner and first contact."""
        return [
            {
                "label": self.env._("Template for Customers with Their Owners"),
                "template": "/sales_process_mgmt/import_template/crm.lead",
            },
            *super().get_import_templates(),
        ]

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """E-mail: a lead is never lost, it goes to the owner of the customer."""
        if not self.env.su:
            # the gateway calls in sudo: here a person is there to read a refusal
            return super().message_new(msg_dict, custom_values=custom_values)
        real = find_real_sender(self.env, msg_dict, get_reply_to(self.env))
        with entering(self.env, "gateway"):
            return super().message_new(real, custom_values=custom_values)

    def _message_post_after_hook(self, message, msg_vals):
        """A post must not fail because a colleague owns a lead of that e-mail.

        Odoo writes a new contact on every lead with the same address.
        """
        # sudo: whoever posts may not read the team
        if not self.sudo()._filter_in_process():
            return super()._message_post_after_hook(message, msg_vals)
        # sudo: the contact is written on leads that the author may not write
        return super(CrmLead, self.sudo())._message_post_after_hook(message, msg_vals)

    def _assign_userless_lead_in_team(self, creation_source):
        """Unassigned leads go to the salesperson on duty, not to the leader."""
        return super(
            CrmLead, self.filtered(lambda lead: lead.process_mode != "enforce")
        )._assign_userless_lead_in_team(creation_source)

    # ------------------------------------------------------------
    # WHO MAY WORK IT
    # ------------------------------------------------------------

    def _filter_in_process(self):
        """The leads of teams that observe or enforce.

        :return: crm.lead
        """
        active_ids = self.env["crm.team"]._get_active_process_ids()
        return self.filtered(lambda lead: lead.team_id.id in active_ids)

    # ------------------------------------------------------------
    # THE LEDGER FOLLOWS
    # ------------------------------------------------------------

    def _sync_ownership(self, changed=()):
        """Bring the ownership of these leads in line with their data, see LeadSync.

        :param changed: names of the fields that were written; empty after a create
        """
        # sudo: the sync looks at customers of everybody, and writes the ledger
        LeadSync(self.sudo(), find_arrival(self.env), changed).run()

    def _sync_ownership_now(self, door, changed, origin, actor):
        """Claim the customers of leads that are known to need it; may raise.

        :param str door: a value of ``door`` of sales.process.conflict
        :param actor: res.users, who did it
        """
        arrival = find_arrival(self.env, door)
        LeadSync(self, arrival, changed, origin, actor).claim(self)

    @api.model
    @scheduled
    def _cron_claim_pending(self):
        """Find the owner of leads that an unattended door could not claim."""
        PendingLeads(self.env).run()

    def _process_pending(self):
        """Claim the customers of these leads; see :meth:`_cron_claim_pending`."""
        # sudo: called by the scheduler: no person's rights decide who owns a lead
        leads = self.sudo()
        with writing_ledger(self.env):
            leads.write({"process_ownership_pending": False})
        if leads := LeadSync(leads, find_arrival(self.env, "cron")).select():
            leads._sync_ownership_now("cron", (), None, self.env.user)

    def _merge_opportunity(
        self, user_id=False, team_id=False, auto_unlink=True, max_length=5
    ):
        """Merged leads are one customer: their ownerships become one.

        :raise CustomerOwnedError: where only a leader merges these customers
        """
        merge = partial(
            super()._merge_opportunity,
            user_id=user_id,
            team_id=team_id,
            auto_unlink=auto_unlink,
            max_length=max_length,
        )
        return LeadMerge(self, auto_unlink).run(merge, team_id)

    def _merge_dependences(self, opportunities):
        """Contacts move to the lead that stays: the others are deleted.

        While customers are joined they move with those of the customer.
        """
        found = find_dependences(opportunities)
        with merging_dependences(self.env, found):
            result = super()._merge_dependences(opportunities)
        if found.has_contacts:
            moves = {"lead_id": (opportunities, self)}
            if merging := get_merging(self.env):
                merging.contacts = moves
            else:
                self.env["sales.process.followup"]._move_all(moves)
        return result

    def _merge_dependences_attachments(self, opportunities):
        """Odoo's search asks for each reader's rights, also where there are none."""
        found = get_dependences(self.env)
        if found and not found.has_attachments:
            return True
        return super()._merge_dependences_attachments(opportunities)

    def _merge_dependences_calendar_events(self, opportunities):
        """See :meth:`_merge_dependences_attachments`."""
        found = get_dependences(self.env)
        if found and not found.has_meetings:
            return True
        return super()._merge_dependences_calendar_events(opportunities)

    def _set_ownership(self, period_by_lead):
        """Attach leads to ownerships in one statement.

        :param dict period_by_lead: ``{lead: ownership or empty recordset}``
        """
        if not period_by_lead:
            return
        leads = self.browse().union(*period_by_lead)
        periods = self.env["sales.process.ownership"].union(*period_by_lead.values())
        names = ("date_last_contact", "date_deadline", "state")
        columns = [orm.get_cached(periods, name) for name in names]
        shown = dict(zip(periods._ids, zip(*columns, strict=True), strict=True))
        ids_by_value = defaultdict(list)
        for lead_id, status, period in zip(
            leads._ids,
            orm.get_cached(leads, "won_status"),
            period_by_lead.values(),
            strict=True,
        ):
            contact, deadline, state = shown.get(period.id, (False, False, False))
            values = show_period_dates(contact, deadline, state, status) | {
                "ownership_id": period.id,
                "process_is_pooled": state == "pool",
                "process_ownership_pending": False,
            }
            for name, value in values.items():
                ids_by_value[name, value].append(lead_id)
        orm.write_decided(leads, ids_by_value, computed=DATE_FIELDS)
        orm.flush_rows(leads)

    # ------------------------------------------------------------
    # CONTACTS FROM MESSAGES
    # ------------------------------------------------------------

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """An e-mail or SMS that goes to the customer is contact; see LeadMessage."""
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        if not self:
            return recipients
        channel = self._get_message_channel(message, recipients or [], kwargs)
        if channel:
            numbers = [
                *(kwargs.get("sms_numbers") or ()),
                *(kwargs.get("sms_pid_to_number") or {}).values(),
            ]
            self._log_message_contact(message, channel, recipients or [], numbers)
        return recipients

    @api.model
    def _get_message_channel(self, message, recipients, kwargs):
        """How a message may have reached a customer; asks the database nothing.

        :return: ``email``, ``sms``, or None for what is no contact
        """
        # sudo: the message was posted on this lead, whoever reads it
        sudo_message = message.sudo()
        if sudo_message.message_type not in ("comment", "sms"):
            return None
        if self._is_notification_scheduled(kwargs.get("scheduled_date")):
            return None
        if sudo_message.message_type == "sms":
            return "sms"
        if sudo_message.is_internal or sudo_message.subtype_id.internal:
            return None
        return "email" if any(map(is_outside, recipients)) else None

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_set_lost(self, **additional_values):
        """Lost by a helper is a question to the owner; nothing else changes.

        :param dict additional_values: written on the leads, such as the reason
        :return: what Odoo returns, or dict, a notification for the helper
        """
        doors = LeadDoors(self)
        # sudo: a helper may not read the ledger
        helped = doors.filter_only_helped().filtered(
            lambda lead: lead.sudo().won_status == "pending"
        )
        if not helped:
            result = super().action_set_lost(**additional_values)
            doors.forget_lost_proposal()
            return result
        if rest := self - helped:
            rest.action_set_lost(**additional_values)
        return doors.propose_lost(helped, additional_values.get("lost_reason_id"))

    @api.model
    def _refuse_product_line(self, ownership):
        """Refuse a tag, or a merge, that sets another follow-up period.

        :param ownership: sales.process.ownership, one
        :raise AccessError: one sentence that says whom to ask
        """
        raise LeadDoors(self).make_product_line_error(ownership)
