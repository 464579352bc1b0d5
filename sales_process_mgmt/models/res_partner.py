# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Contacts: whose customers they are, what is read and typed of them, their grade."""

from collections import defaultdict
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from ..tools import identity, labels, register
from ..tools.transaction import (
    entering,
    forget_kept,
    get_merging,
    is_grading,
    is_merging_contacts,
)
from .sales_process_guard import get_ids

# All of what a salesperson types is read.
LENGTHS = {"phone": 500, "email": 500}
# So many contacts of one customer are read when it becomes somebody's.
CONTACTS_MAX = 500
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
# What brings a detail onto a contact, or a contact with its details to a customer.
TYPED_FIELDS = {"country_id", "email", "is_company", "parent_id", "phone", "vat"}
# By these the owner of the customer finds the contact, and reads it.
PLACE_FIELDS = ("active", "company_id", "parent_id", "user_id")


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = [
        "res.partner",
        "sales.process.guard",
        "sales.process.own.detail",
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

    @api.depends_context("uid")
    @api.depends("process_grade_id")
    def _compute_process_can_set_grade(self):
        for partner in self:
            partner.process_can_set_grade = partner._origin._may_set_grade(
                self.env.user
            )

    # ------------------------------------------------------------
    # CREATE, WRITE, DELETE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """What is typed of a colleague's customer is refused; a grade is a leader's."""
        self._check_lengths(vals_list)
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
        if changed := self._filter_changed(grades, "process_grade_id"):
            changed._check_grades(grades)
            changed._sign_grade()
            changed._follow_grade()
            changed._record_grade(grades)
        if rated := self._filter_changed(potentials, "process_potential"):
            rated._check_potential()
        if moved := self._filter_changed(zones, "tz"):
            moved._follow_zone()
        if proposed := self._filter_changed(proposals, "process_proposed_grade_id"):
            proposed.filtered("process_proposed_grade_id")._ask_for_grade()
        return result

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

    def _is_typing_judged(self):
        """Tell whether a salesperson types here by hand; no query without a team."""
        Ownership = self.env["sales.process.ownership"]
        return bool(
            not self.env.su
            and self.env["crm.team"]._get_active_process_ids()
            and not is_merging_contacts(self.env)
            and Ownership._is_attended()
            and Ownership._is_judged(self.env.user)
        )

    def _get_typed_before(self, vals):
        """The details of these contacts, before somebody types others.

        :param dict vals: what somebody writes
        :return: dict as :meth:`_get_typed_values` returns it, empty where nothing is
            judged
        """
        names = TYPED_FIELDS | {"child_ids", *PLACE_FIELDS}
        if not names & vals.keys() or not self or not self._is_typing_judged():
            return {}
        partners = self
        if vals.get("child_ids"):
            # Odoo writes those below in sudo
            partners |= self.sudo().child_ids.with_env(self.env)
            partners |= self._browse_linked(vals)
        if {"parent_id", "is_company"} & vals.keys():
            # sudo: those below go along, whoever may read them
            below = self.sudo().with_context(active_test=False)
            partners |= below.search([("id", "child_of", self.ids)]).with_env(self.env)
        return partners._get_typed_values()

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

    def _get_linked_before(self, vals_list):
        """See :meth:`_get_typed_before`, of contacts that are put below new ones.

        :param list vals_list: values of new contacts
        """
        if not any(vals.get("child_ids") for vals in vals_list):
            return {}
        if not self._is_typing_judged():
            return {}
        linked = self.union(*(self._browse_linked(vals) for vals in vals_list))
        return linked._get_typed_values()

    @api.model
    def _browse_linked(self, vals):
        """The contacts that are put below another one, and those below them.

        :param dict vals: what somebody writes
        :return: res.partner
        """
        commands = vals.get("child_ids")
        commands = commands if isinstance(commands, list | tuple) else ()
        # what names no record is refused by Odoo
        named = [
            command
            for command in commands
            if not isinstance(command, list | tuple)
            or (command and command[0] == Command.SET)
            or (len(command) > 1 and isinstance(command[1], int))
        ]
        ids = get_ids(self._fields["child_ids"], named)
        ids = [row_id for row_id in ids if type(row_id) is int]
        # sudo: those below go along, whoever may read them
        below = self.sudo().with_context(active_test=False)
        return below.search([("id", "child_of", ids)]).with_env(self.env)

    def _get_typed_values(self):
        return {
            partner.with_env(self.env): (
                partner.phone,
                partner.email,
                partner.country_id,
                partner.vat,
                tuple(partner[name] for name in PLACE_FIELDS),
                partner.commercial_partner_id,
            )
            for partner in self.sudo()
        }

    def _check_typed(self, before):
        """Refuse what a salesperson does not type, see ``_check_typed_details``.

        :param dict before: as :meth:`_get_typed_before` returned it
        """
        if not before:
            return
        # some may have been deleted from above
        after = self.union(*before).exists()._get_typed_values()
        before = {row: values for row, values in before.items() if row in after}
        self.env["sales.process.ownership"]._check_moved(
            {
                partner: (values[-1], after[partner][-1])
                for partner, values in before.items()
                if values[-2:] != after[partner][-2:]
            }
        )
        changed = {
            partner: values
            for partner, values in before.items()
            if (values[:-2], values[-1]) != (after[partner][:-2], after[partner][-1])
        }
        if changed:
            self.env["sales.process.ownership"]._check_typed_details(changed)

    def _check_hidden_from_owner(self, vals):
        """Refuse what would take the contact away from the owner of the customer.

        In another company the owner could not read it any more, and with another
        salesperson on it the owner's own quotations would be that person's.

        :param dict vals: what somebody writes
        """
        if self.env.su or not (vals.get("company_id") or vals.get("user_id")):
            return
        user = self.env.user
        if is_merging_contacts(self.env) or user._is_superuser():
            return
        # sudo: any company that somebody names
        company = self.env["res.company"].sudo().browse(vals.get("company_id") or ())
        for ownership in self._find_owned():
            team = ownership.team_id
            # branches share their customers
            is_readable = not company or (
                company.root_id == ownership.company_id.root_id
            )
            is_owners = vals.get("user_id") in (None, False, ownership.user_id.id)
            if (
                team.process_mode != "enforce"
                or (is_readable and is_owners)
                or team._is_leader(user)
            ):
                continue
            raise UserError(
                self.env._(
                    "A customer of %(team)s hangs on this contact: only the leader "
                    "of the team changes its company or salesperson.",
                    team=team.name,
                )
            )

    def message_unsubscribe(self, partner_ids=None):
        """Nobody takes others off a colleague's customer: they would hear no more."""
        others = set(partner_ids or ()) - set(self.env.user.partner_id.ids)
        if others and not self.env.su and self._has_process():
            Ownership = self.env["sales.process.ownership"]
            if Ownership._is_attended():
                Ownership._check_customer_work(self)
        return super().message_unsubscribe(partner_ids=partner_ids)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_owned(self):
        """The contact of an owned customer is deleted by who leads, if at all."""
        user = self.env.user
        if is_merging_contacts(self.env) or user._is_superuser():
            return
        for ownership in self._find_owned():
            team = ownership.team_id
            if team.process_mode == "enforce" and not team._is_leader(user):
                raise UserError(
                    self.env._(
                        "A customer of %(team)s hangs on this contact: only the leader "
                        "of the team deletes it.",
                        team=team.name,
                    )
                )

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
    # WHOSE CUSTOMER
    # ------------------------------------------------------------

    def _has_process(self):
        """Whether any team of the database has customers with owners; no query."""
        return bool(self and self.env["crm.team"]._get_active_process_ids())

    def _find_owned(self):
        """The running ownerships of these contacts and of their companies.

        :return: sales.process.ownership, sudo
        """
        # sudo: whoever edits a contact may not read whose customer it is
        Ownership = self.env["sales.process.ownership"].sudo()
        if not self._has_process():
            return Ownership
        return Ownership._find_by_partners(self | self.sudo().commercial_partner_id)

    @api.model
    def _get_contacts_by_customer(self, customer_ids):
        """Phones and e-mails of the contacts of companies, in one query.

        :param customer_ids: ids of commercial contacts
        :return: ``{customer id: [(phone, email, country id)]}``, of each customer the
            oldest; one more than ``CONTACTS_MAX`` says that there are more
        """
        self.flush_model(
            ["active", "commercial_partner_id", "country_id", "email", "phone"]
        )
        found = defaultdict(list)
        if not customer_ids:
            return found
        for customer_id, *details in self.env.execute_query(
            SQL(
                """
                SELECT customer.id, contact.phone, contact.email, contact.country_id
                  FROM unnest(%s::int[]) AS customer(id)
                 CROSS JOIN LATERAL (
                       SELECT id, phone, email, country_id
                         FROM res_partner
                        WHERE commercial_partner_id = customer.id
                          AND active
                          AND (phone > '' OR email > '')
                     ORDER BY id
                        LIMIT %s
                       ) AS contact
              ORDER BY contact.id
                """,
                list(customer_ids),
                CONTACTS_MAX + 1,
            )
        ):
            found[customer_id].append(tuple(details))
        return found

    def _join_customers(self, ownerships, going=False):
        """The details of contacts are those of the customers to which they belong.

        :param ownerships: running sales.process.ownership of some of these contacts
        :param bool going: the details are about to be overwritten
        """
        if merging := get_merging(self.env):
            # whose customer they are is decided when they are one
            ownerships -= merging.leads.sudo().ownership_id
        if not ownerships:
            return
        by_partner = defaultdict(ownerships.browse)
        for key in ownerships.key_ids:
            if key.kind == "partner":
                by_partner[int(key.value)] |= key.ownership_id
        details = defaultdict(dict)
        for partner in self.sudo():
            customer = partner.commercial_partner_id
            for ownership in by_partner[partner.id] | by_partner[customer.id]:
                company = ownership.company_id
                scope = company._get_customer_company().process_customer_scope
                if scope == "person" and ownership not in by_partner[partner.id]:
                    continue
                rows = company._read_contact_details(
                    {partner.phone}, {partner.email}, partner.country_id
                )
                rows += [(*key, key[1]) for key in identity.vat_key(customer.vat)]
                rows += [
                    (*key, key[1])
                    for key in identity.wechat_key(partner.process_wechat_id or "")
                ]
                details[ownership] |= company._label_keys(rows)
        # sudo: the list of what identifies nobody is the product's
        self.env["crm.lead"].sudo()._drop_shared_keys(details)
        ownerships._add_details(details, going)

    def _get_told_values(self, names):
        return {
            partner: {name: partner[name] for name in names} for partner in self.sudo()
        }

    def _tell_owners(self, ownerships, before, names):
        """Tell owners that a stranger changed the contact of their customer.

        :param ownerships: running sales.process.ownership of these contacts
        :param dict before: as :meth:`_get_told_values` returned it before the change
        :param names: of the fields that were written
        """
        user = self.env.user
        changed = self.filtered(
            lambda partner: any(
                before[partner.sudo()][name] != partner.sudo()[name] for name in names
            )
        )
        if not changed or user._is_superuser():
            return
        strange = ownerships.filtered(
            lambda row: (
                row.state == "open"
                and row.process_mode == "enforce"
                and not row._can_work(user)
            )
        )
        if strange:
            strange._tell_contact_changed(changed, user)

    def _sync_ownership(self):
        """The keys of the customer follow its contacts.

        A contact is edited by anybody and from anywhere, so this never refuses: a
        detail that belongs to somebody else becomes a conflict for the leader.
        """
        # sudo: the leads of a contact may be a colleague's
        Lead = self.env["crm.lead"].sudo()
        leads = Lead.with_context(active_test=False).search(
            [("partner_id", "child_of", self.ids), ("ownership_id", "!=", False)]
        )
        running = leads.filtered(
            lambda lead: lead.ownership_id.state in ("open", "pool")
        )
        if merging := get_merging(self.env):
            # whose customer they are is decided when they are one
            running -= merging.leads
        with entering(self.env, "contact"):
            running._sync_ownership(changed={"partner_id"})

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

        :return: str, empty where it is not the pool
        """
        # sudo: whether they lie in a pool is what the user is told
        team = self.filtered("id").sudo().exists().process_pool_team_id[:1]
        if not team or team not in self.env.user.sudo().process_pool_hidden_team_ids:
            return ""
        return self.env._(
            "This customer is in the pool of %(team)s: its contact is read by whoever "
            "takes it.",
            team=team.name,
        )

    # ------------------------------------------------------------
    # WHO SETS THE GRADE
    # ------------------------------------------------------------

    def _get_graded_ownerships(self):
        """The running periods of these customers and of their contacts, in sudo.

        :return: sales.process.ownership
        """
        if not self.ids:
            return self.env["sales.process.ownership"].sudo()
        # sudo: whose customer it is decides, also for who may not read it
        Ownership = self.env["sales.process.ownership"].sudo()
        return Ownership._find_by_partners(self) | Ownership.search(
            [("partner_id", "child_of", self.ids), ("state", "!=", "ended")]
        )

    def _may_set_grade(self, user):
        """Tell whether ``user`` decides about the grades of these customers.

        The leaders of the teams that own them; any leader where nobody does.

        :return: bool
        """
        rows = self._get_graded_ownerships()
        if rows.team_id:
            return all(row._may_decide(user) for row in rows)
        return bool(
            user.process_led_team_ids or user.has_group("sales_team.group_sale_manager")
        )

    def _check_grades(self, before):
        """Refuse a grade that changes a period, set by somebody who is no leader.

        :param dict before: the grades before, by contact
        :raise AccessError: one sentence that says how to propose it
        """
        if not self or not self.env["crm.team"]._get_active_process_ids():
            return
        # what a person may do does not depend on sudo
        user = self.env.user
        for partner in self:
            grades = before[partner] | partner.process_grade_id
            if grades._changes_period() and not partner._may_set_grade(user):
                raise AccessError(
                    self.env._(
                        "The grade sets the follow-up period, so the team leader sets "
                        "it: propose it as “%(field)s” instead.",
                        field=labels.get_label(self, "process_proposed_grade_id"),
                    )
                )

    def _follow_grade(self):
        """The clocks follow a grade that a leader has set, from tomorrow on."""
        # sudo: whoever grades a customer may not write the ledger
        rows = self._get_graded_ownerships()._lock_rows()
        rows._apply_rules(self.env.cr.now() + timedelta(days=1))
        self.env["sales.process.revisit"]._follow_cycle(rows)

    def _check_potential(self):
        """Refuse a potential by somebody who does not decide about the grade.

        :raise AccessError: one sentence that says whom to ask
        """
        user = self.env.user
        if not self.env["crm.team"]._get_active_process_ids() or all(
            partner._may_set_grade(user) for partner in self
        ):
            return
        raise AccessError(
            self.env._(
                "The potential decides about the grade, so the team leader sets it: "
                "ask your leader."
            )
        )

    def _record_grade(self, before):
        """Tell on the time line who has changed the grades.

        :param dict before: the grades before, by contact
        """
        if self.env["crm.team"]._get_active_process_ids() and not is_grading(self.env):
            self.env["sales.process.grade.change"]._record_hand(
                {partner: before[partner] for partner in self}
            )

    def _sign_grade(self):
        """Remember who has set the grade: nobody does it for the own customer."""
        # sudo: the field is the system's
        partners = self.sudo()
        graded = partners.filtered("process_grade_id")
        graded.process_grade_user_id = self.env.user
        (partners - graded).process_grade_user_id = False

    def _propose_own_grade(self, user):
        """A grade that the owner of the customer has set becomes a proposal.

        :param user: res.users
        """
        self.ensure_one()
        grade = self.process_grade_id
        # Superuser: taking a grade back is no decision
        self.with_user(SUPERUSER_ID).write({"process_grade_id": False})
        # sudo: in the name of who has set it, see _ask_for_grade
        self.with_user(user).sudo().write({"process_proposed_grade_id": grade.id})

    def _ask_for_grade(self):
        """A to-do for the leaders of the customers: accept the proposed grade."""
        values_list = []
        model_id = self.env["ir.model"]._get_id("res.partner")
        for partner in self:
            if partner._may_set_grade(self.env.user):
                continue
            deciders = self.env["res.users"]
            for row in partner._get_graded_ownerships():
                team = row.team_id
                deciders |= team._get_deciders(row.user_id, row.company_id)
            for leader in deciders:
                env = self.with_context(lang=leader.lang).env
                values_list.append(
                    {
                        "res_model_id": model_id,
                        "res_id": partner.id,
                        "user_id": leader.id,
                        "activity_type_id": self.env.ref(
                            "mail.mail_activity_data_todo"
                        ).id,
                        "summary": env._(
                            "Grade proposed by %(user)s: %(grade)s",
                            user=self.env.user.name,
                            grade=partner.process_proposed_grade_id.with_env(env).name,
                        ),
                        "date_deadline": leader._get_process_today(),
                    }
                )
        # sudo: the system plans for the leader
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(values_list)

    def action_accept_grade(self):
        """The leader makes the proposed grade the grade of the customer."""
        self.check_access("write")
        for partner in self.filtered("process_proposed_grade_id"):
            partner.write(
                {
                    "process_grade_id": partner.process_proposed_grade_id.id,
                    "process_proposed_grade_id": False,
                }
            )

    def action_open_grade_setting(self):
        """Set the grade by hand, with a reason and until a day.

        :return: dict, a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set Grade"),
            "res_model": "sales.process.grade.setting",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.commercial_partner_id.id,
                "default_grade_id": (
                    self.process_proposed_grade_id or self.process_grade_id
                ).id,
            },
        }

    def action_open_grade_changes(self):
        """Why the customer has its grade: all changes, newest first.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_grade_change_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
        }

    # ------------------------------------------------------------
    # THE REGISTER
    # ------------------------------------------------------------

    @api.model
    def _get_register_domain(self):
        """Whose customers stand in the register of the reader.

        One's own; those of led teams for their leaders; all for who reads all
        documents. The rules on ownerships are asked, too.

        :return: list, a domain
        """
        user = self.env.user
        running = Domain("state", "=", "open")
        if not user.has_group("sales_team.group_sale_salesman_all_leads"):
            running &= Domain("user_id", "=", user.id) | Domain(
                "team_id", "in", user.process_overseen_team_ids.ids
            )
        return [("process_ownership_ids", "any", list(running))]

    @api.model
    def action_open_register(self):
        """The customer register: background and logistics needs of one's customers.

        :return: dict, a window action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_register_action"
        )
        return {**action, "domain": self._get_register_domain()}

    def _get_logistics_texts(self):
        """How goods are brought to these contacts, in words; one query.

        Where nothing is said of a contact, what is said of its company holds.

        :return: ``{res.partner: str}``, a line for each need
        """
        places = self | self.commercial_partner_id
        # sudo: whoever sells to a contact reads how it is supplied
        rows = places.sudo().read(["properties"])
        texts = {
            row["id"]: "\n".join(
                f"{label}: {text}"
                for label, text in register.get_said(
                    row["properties"], register.LOGISTICS
                )
            )
            for row in rows
        }
        return {
            place: texts[place.id] or texts[place.commercial_partner_id.id]
            for place in self
        }

    @api.model
    def _add_register_properties(self):
        """Offer the usual background and logistics needs as properties of contacts.

        Those that are there stay as they are.
        """
        names = {
            register.BACKGROUND: self.env._("Background"),
            "process_business": self.env._("Main Business"),
            "process_decider": self.env._("Who Decides"),
            "process_competitors": self.env._("Buys From"),
            "process_payment_habit": self.env._("Payment Habits"),
            register.LOGISTICS: self.env._("Logistics Needs"),
            "process_delivery_window": self.env._("Delivery Hours"),
            "process_unloading": self.env._("Unloading"),
            "process_packaging": self.env._("Packaging"),
            "process_carrier": self.env._("Carrier"),
        }
        headings = (register.BACKGROUND, register.LOGISTICS)
        wanted = [
            {
                "name": name,
                "string": label,
                "type": "separator" if name in headings else "char",
            }
            for name, label in names.items()
        ]
        Definition = self.env["properties.base.definition"]
        # sudo: a sales administrator has been asked for
        definition = Definition.sudo()._get_definition_for_property_field(
            "res.partner", "properties"
        )
        known = definition.properties_definition or []
        if register.find_missing(known, wanted):
            definition.properties_definition = register.insert_missing(known, wanted)
