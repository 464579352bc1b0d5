# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Contacts: what is written and read of them; rooms say whose customers they are."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools.sql import column_exists, create_column

from ..tools.spoken import get_spoken
from ..tools.transaction import forget_kept, is_merging_contacts

# All of what a salesperson types is read.
LENGTHS = {"phone": 500, "email": 500}
# By these a client asks for the e-mail address beside the name.
DETAILS_IN_NAMES = ("formatted_display_name", "show_address", "show_email")
# What the owner is told when a stranger changes it on the contact.
TOLD_FIELDS = (
    "active",
    "company_registry",
    "email",
    "name",
    "parent_id",
    "phone",
    "vat",
    "process_wechat_id",
)
# A change of one of these changes what identifies the customer.
IDENTITY_FIELDS = {
    "company_registry",
    "country_id",
    "email",
    "is_company",
    "name",
    "parent_id",
    "phone",
    "vat",
    "process_wechat_id",
}


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = [
        "res.partner",
        "sales.process.guard",
        "sales.process.own.detail",
        "sales.process.partner.customer",
        "sales.process.partner.grade",
        "sales.process.partner.register",
        "sales.process.partner.typed",
    ]

    _own_detail_fields = frozenset(
        ("company_id", "country_id", "email", "parent_id", "phone")
    )
    _is_own_at_once = False
    # Worked out from what stands on the contact, and whose customer it is follows from
    # them; Odoo would take another word for it.
    _protected_fields = frozenset(
        ("commercial_partner_id", "email_normalized", "phone_sanitized")
    )

    process_grade_id = fields.Many2one(
        "sales.process.customer.grade",
        string="Customer Grade",
        index="btree_not_null",
        tracking=True,
        help="Sets the follow-up period and the revisit cycle of the customer.",
        prefetch=True,
    )
    process_grade_user_id = fields.Many2one(
        "res.users",
        string="Grade Set By",
        readonly=True,
        copy=False,
        help="Nobody grades the own customer: what the owner has set before is asked.",
        prefetch="process_proposal",
    )
    process_proposed_grade_id = fields.Many2one(
        "sales.process.customer.grade",
        string="Proposed Grade",
        index="btree_not_null",
        tracking=True,
        help="A grade that changes the follow-up period is set by the team leader. "
        "Propose it here; the leader accepts it with one click.",
        prefetch="process_proposal",
    )
    process_can_set_grade = fields.Boolean(
        string="Can Set Grade",
        compute="_compute_process_can_set_grade",
        help="Whether you decide about the grade of this customer.",
    )
    process_potential = fields.Float(
        string="Yearly Potential",
        digits=(16, 2),
        prefetch="process_register",
        help="What the customer could buy from us in a year, in the currency of the "
        "company. Grades by rule use it, so the team leader sets it.",
    )
    process_wechat_id = fields.Char(
        string="WeChat ID",
        help="Used as a hint that two customers may be the same.",
        prefetch=True,
    )
    process_ownership_ids = fields.One2many(
        "sales.process.ownership", "partner_id", string="Ownership History"
    )
    process_current_ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Current Ownership",
        compute="_compute_process_current_ownership_id",
        help="The ownership that stands now for this customer.",
    )
    process_ownership_count = fields.Integer(
        string="Ownership Periods", compute="_compute_process_current_ownership_id"
    )
    process_current_owner_id = fields.Many2one(
        "res.users",
        string="Customer Owner",
        compute="_compute_process_current_owner_id",
        help="The salesperson responsible for this customer now.",
    )
    process_pool_team_id = fields.Many2one(
        "crm.team",
        string="In the Pool Of",
        compute="_compute_process_pool_team_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer lies in the pool of this team: until it is taken, other "
        "salespeople do not read the contact.",
        prefetch="process_proposal",
    )

    def _auto_init(self):
        """No contact lies in a pool before there is one: spare reading them all."""
        if not column_exists(self.env.cr, "res_partner", "process_pool_team_id"):
            create_column(self.env.cr, "res_partner", "process_pool_team_id", "int4")
        return super()._auto_init()

    @api.depends("process_ownership_ids.state", "parent_id")
    @api.depends_context("uid")
    def _compute_process_current_ownership_id(self):
        customers = self | self.commercial_partner_id
        Ownership = self.env["sales.process.ownership"]
        if not Ownership.has_access("read"):
            self.process_current_ownership_id = False
            self.process_ownership_count = 0
            return
        groups = Ownership._read_group(
            [("partner_id", "in", customers.ids)],
            ["partner_id", "state"],
            ["id:recordset"],
        )
        running, counts = {}, {}
        for partner, state, ownerships in groups:
            counts[partner] = counts.get(partner, 0) + len(ownerships)
            if state != "ended":
                running[partner] = running.get(partner, Ownership) | ownerships
        for partner in self:
            customer = partner.commercial_partner_id
            found = running.get(partner) or running.get(customer) or Ownership
            partner.process_current_ownership_id = found[:1]
            partner.process_ownership_count = counts.get(partner, 0) or counts.get(
                customer, 0
            )

    @api.depends("process_ownership_ids.state", "process_ownership_ids.user_id")
    @api.depends_context("uid")
    def _compute_process_current_owner_id(self):
        # No related field: that would read past the rules on ownerships.
        for partner in self:
            partner.process_current_owner_id = (
                partner.process_current_ownership_id.user_id
            )

    # ------------------------------------------------------------
    # CREATE, WRITE, DELETE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """What is typed of a colleague's customer is refused; a grade is a leader's."""
        self._check_lengths(vals_list)
        self._check_spoken(vals_list)
        linked = self._get_linked_before(vals_list)
        partners = super().create(vals_list)
        if linked:
            self._check_typed(linked)
        partners._check_meetings({name for vals in vals_list for name in vals})
        if below := partners.filtered("parent_id"):
            if self._is_typing_judged():
                self.env["sales.process.ownership"]._check_typed_details(
                    dict.fromkeys(below)
                )
            if owned := below._find_owned():
                below._join_customers(owned)
        if graded := partners.filtered("process_grade_id"):
            nothing = graded.process_grade_id.browse()
            graded._check_grades(dict.fromkeys(graded, nothing))
            graded._sign_grade()
        if rated := partners.filtered("process_potential"):
            rated._check_potential()
        return partners

    def write(self, vals):
        """What is written on a contact reaches the customer that hangs on it.

        1. Refused is what is too long, what hides the contact from the owner, and what
           a salesperson does not type.
        2. The details that were and that are belong to the customer; the clock goes on
           as it was; the owner is told what a stranger has changed.
        3. A grade is a leader's, and changes the clock; anybody proposes one.
        4. Another time zone moves the deadlines of a colleague.
        """
        self._check_lengths([vals])
        self._check_spoken([vals])
        self._check_hidden_from_owner(vals)
        told = [name for name in TOLD_FIELDS if name in vals]
        identifies = IDENTITY_FIELDS & vals.keys()
        owned = self.env["sales.process.ownership"]
        if (told or identifies) and (owned := self._find_owned()):
            # what a stranger overwrites stays the customer's
            self._join_customers(
                owned.filtered(lambda row: not row._can_work(self.env.user)),
                going=True,
            )
        before = owned and self._get_told_values(told)
        regrouped = owned if {"parent_id", "is_company"} & vals.keys() else ()
        periods = {ownership: ownership.grade_id for ownership in regrouped}
        typed = self._get_typed_before(vals)
        grades = self._get_before(vals, "process_grade_id")
        proposals = self._get_before(vals, "process_proposed_grade_id")
        zones = self._get_before(vals, "tz")
        potentials = self._get_before(vals, "process_potential")
        result = super().write(vals)
        if typed:
            self._check_typed(typed)
        self._check_meetings(vals)
        # below another company of another grade the clock goes on as it was
        if graded := owned.filtered(
            lambda row: row in periods and periods[row] != row.grade_id
        ):
            graded._stop_clocks()
        self._forget_company_country(vals)
        if identifies:
            self._sync_ownership()
            now_owned = self._find_owned() if "parent_id" in vals else owned
            if now_owned:
                self._join_customers(now_owned)
        if owned:
            self._tell_owners(owned, before, told)
        self._settle_grades(grades, potentials, proposals)
        if moved := self._filter_changed(zones, "tz"):
            moved._follow_zone()
        return result

    def _settle_grades(self, grades, potentials, proposals):
        """What a write has made of grades: given by a leader, or proposed by anybody.

        :param dict grades: as ``_get_before`` returned them
        :param dict potentials: likewise
        :param dict proposals: likewise, of the grade that is proposed
        :raise UserError: where somebody writes who does not decide it
        """
        if changed := self._filter_changed(grades, "process_grade_id"):
            changed._check_grades(grades)
            changed._sign_grade()
            changed._follow_grade()
            changed._record_grade(grades)
        if rated := self._filter_changed(potentials, "process_potential"):
            rated._check_potential()
        if proposed := self._filter_changed(proposals, "process_proposed_grade_id"):
            proposed._check_given("process_proposed_grade_id")
            proposed.filtered("process_proposed_grade_id")._ask_for_grade()

    def _get_before(self, vals, name):
        return {partner: partner[name] for partner in self} if name in vals else {}

    def _filter_changed(self, before, name):
        """The contacts of which a write has changed a field.

        :param dict before: as ``_get_before`` returned it
        :return: res.partner
        """
        return self.browse(
            partner.id for partner, value in before.items() if partner[name] != value
        )

    def _follow_zone(self):
        """The clocks of colleagues run in their time zone."""
        # sudo: whose clocks run in this zone does not depend on who changes it
        if users := self.sudo().user_ids:
            self.env["sales.process.ownership"]._follow_zone(users)

    def _filter_own(self):
        """Contacts of our own people and companies; no query without a team."""
        if not self.env["crm.team"]._get_active_process_ids():
            # what is kept is forgotten when the first team begins
            return self.browse()
        own = self.env["sales.process.own.detail"]._get_own_details()
        return self.filtered(lambda row: ("partner", str(row.id)) in own)

    def _check_meetings(self, names):
        """Refuse to meet a colleague's customer by a change of the contact.

        Odoo writes the meetings of a contact past the meeting.

        :param names: names of fields that somebody writes
        """
        if "meeting_ids" in names and self._is_typing_judged():
            self.env["sales.process.ownership"]._check_customer_work(
                self, is_meeting=True
            )

    @api.model
    def _check_lengths(self, vals_list):
        """A salesperson types no more than is read: the rest would hide a number.

        :param list vals_list: what somebody writes
        :raise ValidationError: one sentence that names the field
        """
        guard = self.env["sales.process.guard"]
        for vals in vals_list:
            for name, limit in guard._find_long(vals, LENGTHS):
                if self._is_typing_judged():
                    guard._refuse_long(self, name, limit)

    def _check_spoken(self, vals_list):
        """Refuse a language that is not there, which Odoo would take from anybody.

        Nothing could be told to such a person, by whoever tells it.

        :param list vals_list: what somebody writes, also about themselves in sudo
        :raise ValidationError: one sentence that names the field
        """
        for vals in vals_list:
            code = vals.get("lang")
            if (
                code
                and self.env.uid != SUPERUSER_ID
                and not get_spoken(self.env, code)
                and self.env["crm.team"]._get_active_process_ids()
            ):
                self._refuse_value(self._fields["lang"])

    def message_unsubscribe(self, partner_ids=None):
        """Nobody takes others off a colleague's customer: they would hear no more."""
        others = set(partner_ids or ()) - set(self.env.user.partner_id.ids)
        if others and not self.env.su and self._has_process():
            Ownership = self.env["sales.process.ownership"]
            if Ownership._is_attended():
                Ownership._check_customer_work(self)
        return super().message_unsubscribe(partner_ids=partner_ids)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Who follows a contact that the pool hides is told nothing of it.

        Named readers are told: whoever names them reads it.
        """
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        # sudo: whether it lies in a pool
        if len(self) != 1 or not self.sudo().process_pool_team_id:
            return recipients
        named = (msg_vals or {}).get("partner_ids") or message.sudo().partner_ids.ids
        # each: a pooled contact has few followers, and each has pools of their own
        return [
            recipient
            for recipient in recipients
            if recipient["id"] in named
            or not recipient["uid"]
            or not self.with_user(recipient["uid"])._filter_pool_hidden()
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_owned(self):
        """The contact of an owned customer is deleted by who leads, if at all."""
        user = self.env.user
        if is_merging_contacts(self.env) or user._is_superuser():
            return
        for ownership in self._find_owned():
            team = ownership.team_id
            if team.process_mode == "enforce" and not team._is_leader(user):
                raise ownership._make_contact_refusal(self.env, is_deleting=True)

    def _update_address(self, vals):
        """Addresses that follow another one are written past ``write``."""
        result = super()._update_address(vals)
        self._forget_company_country(vals)
        return result

    def _forget_company_country(self, names):
        """The country of a company is that of its contact, and kept in memory.

        :param names: what was written on these contacts
        """
        if "country_id" not in names:
            return
        own = self.env["res.company"]._get_process_partner_ids()
        if not own.isdisjoint((self | self.commercial_partner_id)._ids):
            forget_kept(self.env)
            # numbers without country code are read in another country now
            self.env["sales.process.ownership"]._plan_reading_again()

    # ------------------------------------------------------------
    # THE POOL HIDES
    # ------------------------------------------------------------

    @api.depends(
        "commercial_partner_id.process_ownership_ids.state",
        "commercial_partner_id.process_ownership_ids.team_id",
        "process_ownership_ids.state",
        "process_ownership_ids.team_id",
        "partner_share",
    )
    def _compute_process_pool_team_id(self):
        """The pool in which a contact lies, with the company it belongs to.

        Kept with the contact, so that reading contacts costs nothing. Colleagues lie
        in no pool: everybody has to read them.
        """
        self.process_pool_team_id = False
        customers = self.filtered("partner_share")
        if not customers or not self.env["crm.team"]._get_active_process_ids():
            return
        # sudo: the pool is hidden from most people
        Ownership = self.env["sales.process.ownership"].sudo()
        pooled = Ownership.search(
            [
                (
                    "partner_id",
                    "in",
                    (customers | customers.commercial_partner_id).ids,
                ),
                ("state", "=", "pool"),
            ],
            order="id",
        ).grouped("partner_id")
        for partner in customers:
            rows = pooled.get(partner.sudo(), Ownership)
            company = pooled.get(partner.sudo().commercial_partner_id, Ownership)
            rows |= company.filtered(
                lambda row: row.company_id.process_customer_scope != "person"
            )
            partner.process_pool_team_id = rows.team_id[:1]

    def _filter_pool_hidden(self):
        """The contacts of which the pool tells the current user nothing but the name.

        The same as the record rule on contacts, for what Odoo reads with sudo.

        :return: res.partner
        """
        user = self.env.user
        if user._is_superuser() or not (
            user.has_group("sales_team.group_sale_salesman")
            and not user.has_group("sales_team.group_sale_manager")
        ):
            return self.browse()
        teams = user.sudo().process_pool_hidden_team_ids
        # sudo: whether they lie in a pool
        pooled = self.sudo().filtered(lambda row: row.process_pool_team_id in teams)
        if not pooled:
            return self.browse()
        customers = pooled | pooled.commercial_partner_id
        known = customers.process_ownership_ids.filtered(
            lambda row: row.user_id == user
        )
        known = known.partner_id
        return self.browse(
            row.id
            for row in pooled
            if row not in known and row.commercial_partner_id not in known
        )

    @api.depends_context("uid")
    def _compute_display_name(self):
        """The name of a record that one may not read is read with sudo, by a link."""
        hidden = self.browse()
        if any(self.env.context.get(name) for name in DETAILS_IN_NAMES):
            hidden = self._filter_pool_hidden()
        result = super(ResPartner, self - hidden)._compute_display_name()
        plain = hidden.with_context(**dict.fromkeys(DETAILS_IN_NAMES, False))
        for partner, named in zip(hidden, plain, strict=True):
            partner.display_name = named.display_name
        return result

    def _get_pool_refusal(self):
        """Say that the pool hides these contacts, where that is why they are not read.

        To whoever would take them; others are told what Odoo says by itself.

        :return: str, empty where it is not the pool
        """
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            return ""
        # sudo: whether they lie in a pool is what the user is told
        team = self.filtered("id").sudo().exists().process_pool_team_id[:1]
        if not team or team not in self.env.user.sudo().process_pool_hidden_team_ids:
            return ""
        return self.env._(
            "This customer is in the pool of %(team)s: its contact is read by whoever "
            "takes it.",
            team=team.name,
        )
