# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, http, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime

from ..exceptions import CustomerOwnedError
from ..tools import deadline as deadline_tools
from ..tools import identity, texts
from ..tools.transaction import get_door
from .sales_process_ownership_key import (
    DETAILS_PER_CUSTOMER,
    HARD_KINDS,
    TYPED_KINDS,
)
from .sales_process_ownership_pool import PoolTake, PoolView

# Behind these doors nobody is there who could read a refusal.
UNATTENDED_MARKS = ("gateway", "website", "application", "cron", "backfill")
# What comes in here was entered somewhere else, by whomever.
SYNC_PATHS = ("/google_calendar/", "/microsoft_calendar/")


class SalesProcessOwnership(models.Model):
    """One period in which one salesperson is responsible for one customer.

    The rows form a ledger: a period is ended and followed by another one, it is never
    deleted and its owner is never rewritten. Nobody has write access; the methods of
    this model make every change and check who may ask for it.
    """

    _name = "sales.process.ownership"
    _description = "Customer Ownership"
    _inherit = ["sales.process.guard", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(string="Customer", size=texts.NAME_LENGTH, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        index="btree_not_null",
        readonly=True,
        help="The salesperson responsible for the customer. Empty in the pool.",
    )
    team_id = fields.Many2one("crm.team", index=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", index=True, required=True, readonly=True
    )
    process_mode = fields.Selection(related="team_id.process_mode", tracking=False)
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", readonly=True
    )
    lead_ids = fields.One2many("crm.lead", "ownership_id", string="Leads")
    key_ids = fields.One2many(
        "sales.process.ownership.key", "ownership_id", string="Contact Details"
    )
    collaborator_ids = fields.Many2many(
        "res.users",
        "sales_process_ownership_collaborator_rel",
        "ownership_id",
        "user_id",
        string="Helpers",
        readonly=True,
        help="Colleagues invited to work the customer. They do not own it.",
    )
    grade_id = fields.Many2one(
        "sales.process.customer.grade",
        string="Grade",
        related="partner_id.commercial_partner_id.process_grade_id",
        tracking=False,
        help="Sets the follow-up period and the revisit cycle of the customer.",
    )

    date_start = fields.Datetime(readonly=True, required=True, index=True)
    date_end = fields.Datetime(readonly=True, index="btree_not_null")
    state = fields.Selection(
        [("open", "Owned"), ("pool", "In the Pool"), ("ended", "Ended")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    phase = fields.Selection(
        [("pursuing", "Pursuing"), ("signed", "Signed"), ("served", "Served")],
        default="pursuing",
        required=True,
        readonly=True,
        help="Pursuing: the timer runs. Signed: no timer, there is money to collect. "
        "Served: the customer has paid, the owner stays responsible on the revisit "
        "cycle.",
    )
    origin = fields.Selection(
        [
            ("reception", "Reception"),
            ("hotline", "Hotline"),
            ("lead", "Lead"),
            ("import", "Import"),
            ("backfill", "Before Installation"),
            ("release", "Release"),
            ("transfer", "Transfer"),
            ("pool", "Pool"),
        ],
        default="lead",
        required=True,
        readonly=True,
        help="How the owner received the customer.",
    )
    end_reason = fields.Selection(
        [
            ("paid", "Paid"),
            ("signed", "Signed"),
            ("lost", "Lost"),
            ("expired", "Expired"),
            ("transferred", "Transferred"),
            ("released", "Given Up"),
            ("merged", "Merged"),
            ("owner_archived", "Owner Left"),
        ],
        readonly=True,
        index="btree_not_null",
    )
    # a reason, and what the system says before it
    end_note = fields.Char(
        string="Reason",
        size=2 * texts.REASON_LENGTH,
        readonly=True,
        help="Why the period ended, in words.",
    )
    date_last_contact = fields.Datetime(
        string="Last Contact",
        readonly=True,
        help="The last contact with the customer that counts.",
    )
    date_timer_start = fields.Datetime(
        string="Fresh Period Since",
        readonly=True,
        help="The timer starts again here, for example because the team leader gave "
        "the customer a fresh period.",
    )
    date_deadline = fields.Datetime(
        string="Deadline",
        readonly=True,
        help="The last second at which the customer still belongs to its owner.",
    )
    deadline_kind = fields.Selection(
        [
            ("contact", "Follow-Up Period"),
            ("agreed", "Agreed Date"),
            ("max_hold", "Maximum Holding Time"),
        ],
        readonly=True,
        help="What sets the deadline.",
    )
    date_agreed = fields.Date(
        string="Agreed Contact",
        readonly=True,
        help="The next contact agreed with the customer, a day in the owner's time "
        "zone.",
    )
    extension_count = fields.Integer(
        string="Agreed Dates in a Row",
        readonly=True,
        help="How many agreed dates in a row have moved the deadline.",
    )
    previous_id = fields.Many2one(
        "sales.process.ownership",
        string="Period Before",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    next_ids = fields.One2many(
        "sales.process.ownership", "previous_id", string="Periods After"
    )
    root_id = fields.Many2one(
        "sales.process.ownership",
        string="First Period",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="The first period of the customer. It holds the whole history together.",
    )
    chain_ids = fields.One2many(
        "sales.process.ownership", compute="_compute_chain_ids", string="Whole History"
    )
    holder_id = fields.Many2one(
        "res.users",
        string="Owner Now",
        index="btree_not_null",
        readonly=True,
        help="Who owns the customer today, on every period of its history.",
    )
    lapse_count = fields.Integer(
        string="Owners That Let Go",
        readonly=True,
        help="How many owners in a row let this customer go or gave it up.",
    )
    is_dormant = fields.Boolean(
        string="Dormant",
        readonly=True,
        help="Too many owners in a row let the customer go. It rests in the pool.",
    )
    is_frozen = fields.Boolean(
        string="Do Not Contact",
        readonly=True,
        help="The customer does not want to be contacted. No timer, nobody takes it.",
    )
    awaits_duty = fields.Boolean(
        string="Waits for the Next Shift",
        readonly=True,
        help="Nobody was on duty. The customer is handed out when a shift starts.",
    )
    date_revisit = fields.Date(
        string="Next Revisit",
        readonly=True,
        help="When a served customer should be visited again, from its grade.",
    )
    date_served_until = fields.Date(
        string="Served Until",
        readonly=True,
        help="The last day on which a customer that has paid keeps its owner.",
    )
    followup_ids = fields.One2many(
        "sales.process.followup", "ownership_id", string="Follow-Ups"
    )
    lead_count = fields.Integer(compute="_compute_lead_count")
    can_work = fields.Boolean(
        compute="_compute_can_work",
        help="Whether you may work this customer.",
    )
    can_lead = fields.Boolean(
        compute="_compute_can_work",
        help="Whether you lead the team of this customer.",
    )
    invitation_ids = fields.One2many(
        "sales.process.invitation", "ownership_id", string="Invitations"
    )
    followup_state = fields.Selection(
        [
            ("none", "No Timer"),
            ("on_track", "On Track"),
            ("due_soon", "Due Soon"),
            ("overdue", "Overdue"),
        ],
        compute="_compute_followup_state",
        search="_search_followup_state",
        help="Due soon: the team's first warning has been reached.",
    )
    next_step = fields.Char(
        compute="_compute_next_step",
        help="What is planned with the customer: the next activity on its open leads, "
        "else the next step written in the last follow-up.",
    )
    date_next_step = fields.Date(
        string="Planned For",
        compute="_compute_next_step",
        help="When the next step is planned.",
    )
    open_lead_count = fields.Integer(
        string="Open Leads",
        compute="_compute_lead_facts",
        help="Leads that are neither won nor lost. They go where the customer goes.",
    )
    closed_lead_count = fields.Integer(
        string="Closed Leads",
        compute="_compute_lead_facts",
        help="Won and lost leads. They stay with the salesperson who closed them.",
    )
    expected_revenue = fields.Monetary(
        compute="_compute_lead_facts",
        currency_field="currency_id",
        help="Expected revenue of the open leads.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    days_held = fields.Integer(
        compute="_compute_days_held",
        help="Full days from the start of the period to its end, or until now.",
    )
    is_agreed_approved = fields.Boolean(
        string="Agreed Contact Approved",
        readonly=True,
        help="The team leader lets the agreed day stand beyond the team's limit.",
    )
    chain_followup_ids = fields.One2many(
        "sales.process.followup",
        compute="_compute_chain_followup_ids",
        string="Follow-Ups of All Periods",
    )
    followup_count = fields.Integer(compute="_compute_chain_followup_ids")
    masked_contact = fields.Char(
        string="Contact (Hidden)",
        compute="_compute_masked_contact",
        help="Phone and e-mail are hidden until the customer is taken.",
    )
    pool_facts = fields.Html(
        string="Facts",
        compute="_compute_pool_facts",
        sanitize=False,
        help="What is known of the customer, without phone and e-mail.",
    )
    pool_views_left = fields.Char(
        string="Still to Open Today", compute="_compute_pool_views_left"
    )

    # An owner in the pool, or a customer owned by nobody, would be two truths.
    _check_owner = models.Constraint(
        "CHECK(state = 'ended' OR (state = 'open') = (user_id IS NOT NULL))",
        "An owned customer has an owner, a customer in the pool has none.",
    )
    _check_end = models.Constraint(
        "CHECK((state = 'ended') = (date_end IS NOT NULL))",
        "An ended period has an end, a running one has none.",
    )
    _chain_uniq = models.UniqueIndex(
        "(COALESCE(root_id, id)) WHERE state != 'ended'",
        "This customer has been handed on already.",
    )
    _due_idx = models.Index(
        "(date_deadline) WHERE state = 'open' AND date_deadline IS NOT NULL"
    )
    _holder_idx = models.Index("(user_id, date_deadline) WHERE state = 'open'")
    # who was given a customer longest ago: see DutyRoster
    _given_idx = models.Index(
        "(team_id, user_id, date_start)"
        " WHERE origin IN ('reception', 'hotline', 'lead', 'release')"
    )

    @api.depends("previous_id", "root_id")
    def _compute_chain_ids(self):
        # sudo: the root may be a period that the reader does not see
        root_by_id = {row.id: (row.root_id or row).id for row in self.sudo()}
        roots = list(set(root_by_id.values()))
        chains = defaultdict(self.browse)
        for row in self.search(["|", ("root_id", "in", roots), ("id", "in", roots)]):
            chains[row.sudo().root_id.id or row.id] |= row
        for ownership in self:
            ownership.chain_ids = chains[root_by_id.get(ownership.id)]

    @api.depends("lead_ids")
    def _compute_lead_count(self):
        counts = dict(
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group(
                [("ownership_id", "in", self.ids)], ["ownership_id"], ["__count"]
            )
        )
        for ownership in self:
            ownership.lead_count = counts.get(ownership, 0)

    @api.depends_context("uid")
    @api.depends("user_id", "collaborator_ids", "team_id.user_id")
    def _compute_can_work(self):
        for ownership in self:
            # sudo: the salesperson may be unable to read the team of a stranger
            sudo_ownership = ownership.sudo()
            ownership.can_work = sudo_ownership._can_work(self.env.user)
            ownership.can_lead = sudo_ownership.team_id._is_leader(self.env.user)

    @api.depends("name", "user_id", "state")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """A record that names an ownership does not tell a stranger its customer.

        Names of related records are read with sudo, so the rights of the person are
        asked here.
        """
        hidden = self.browse()
        if self.env.su and not self.env.user._is_superuser():
            hidden = self - self.sudo(False)._filtered_access("read").sudo()
        for ownership in self:
            if ownership in hidden:
                ownership.display_name = self.env._(
                    "Customer of %(team)s", team=ownership.team_id.name or ""
                )
            else:
                ownership.display_name = ownership.name or self.env._("Customer")

    @api.model_create_multi
    def create(self, vals_list):
        ownerships = super().create(vals_list)
        if any(vals.get("collaborator_ids") for vals in vals_list):
            self._forget_helped()
        return ownerships

    def write(self, vals):
        if "partner_id" in vals:
            # another contact, maybe of another grade: the clock goes on as it was
            self.filtered(
                lambda row: (
                    row.state == "open" and row.partner_id.id != vals["partner_id"]
                )
            )._stop_clocks()
        result = super().write(vals)
        if "collaborator_ids" in vals:
            self._forget_helped()
        return result

    def _forget_helped(self):
        """Who helps with which customer is asked again by the record rules."""
        self.env["res.users"].invalidate_model(["helped_ownership_ids"], flush=False)
        self.env["crm.lead"].invalidate_model(["process_is_helped"], flush=False)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledger(self):
        raise UserError(
            self.env._("An ownership is part of the record and is never deleted.")
        )

    # ------------------------------------------------------------
    # WHO MAY, AND WHAT IS SAID
    # ------------------------------------------------------------

    def _get_deciding_user(self):
        """Who decides about the customer: the team's leader, else an administrator.

        :return: res.users, sudo
        """
        self.ensure_one()
        ownership = self.sudo()  # sudo: whoever asks may not read the team
        leader = ownership.team_id.user_id
        if leader.active:
            return leader
        group = self.env.ref("sales_team.group_sale_manager").sudo()
        managers = group.all_user_ids.filtered(
            lambda user: user.active and ownership.company_id in user.company_ids
        )
        return managers.sorted("id")[:1] or self.env.ref("base.user_admin").sudo()

    def _can_work(self, user):
        """Tell whether ``user`` may work the customer: owner, helper or leader.

        :return: bool
        """
        self.ensure_one()
        return (
            user == self.user_id
            or self.team_id._is_leader(user)
            or user in self.collaborator_ids
        )

    def _is_only_helped(self, user):
        """Tell whether ``user`` helps with the customer, and decides nothing.

        :return: bool
        """
        return bool(
            self
            and user in self.collaborator_ids
            and user != self.user_id
            and self.process_mode == "enforce"
            and not self.team_id._is_leader(user)
        )

    def _may_know_owner(self, user):
        """Tell whether ``user`` learns the owner's name from a refusal."""
        self.ensure_one()
        company = self.company_id or user.company_id
        return (
            company.process_owner_visibility == "company"
            or self._can_work(user)
            or user in self.team_id.crm_team_member_ids.user_id
            or user._is_process_reception()
        )

    def _get_conflict_sentence(self, user):
        """Say whose customer it is, no more than ``user`` may know.

        Everybody learns that the customer is owned and by which team; the owner's
        name inside the same team; the last contact and the deadline only the owner,
        the helpers and the leaders. Days and times are those of ``user``'s zone.

        :return: str
        """
        self.ensure_one()
        ownership = self.sudo()
        team = ownership.team_id.name or ""
        if ownership.state == "pool":
            return self.env._(
                "This customer is in the pool of %(team)s. Take it from the pool "
                "instead of registering it again.",
                team=team,
            )
        if not ownership._may_know_owner(user):
            return self.env._(
                "This customer belongs to a salesperson of %(team)s. Ask to be "
                "invited, or ask the team leader.",
                team=team,
            )
        zone = ownership.team_id._get_process_timezone(user)
        since = format_date(
            self.env, deadline_tools.local_date(ownership.date_start, zone)
        )
        if not ownership._can_work(user):
            return self.env._(
                "This customer belongs to %(owner)s (%(team)s) since %(since)s. Ask "
                "to be invited, or ask the team leader.",
                owner=ownership.user_id.name,
                team=team,
                since=since,
            )
        contact, deadline = (
            format_datetime(self.env, value, tz=zone.zone)
            if value
            else self.env._("none")
            for value in (ownership.date_last_contact, ownership.date_deadline)
        )
        return self.env._(
            "This customer belongs to %(owner)s (%(team)s) since %(since)s. Last "
            "contact: %(contact)s. Deadline: %(deadline)s.",
            owner=ownership.user_id.name,
            team=team,
            since=since,
            contact=contact,
            deadline=deadline,
        )

    def _get_own_sentence(self, user):
        """Tell the owner or a helper how the customer stands.

        :return: str
        """
        self.ensure_one()
        ownership = self.sudo()
        zone = ownership.team_id._get_process_timezone(user)
        contact, deadline = (
            format_datetime(self.env, value, tz=zone.zone, dt_format="short")
            if value
            else self.env._("none")
            for value in (ownership.date_last_contact, ownership.date_deadline)
        )
        values = {
            "customer": ownership.name or self.env._("Customer"),
            "owner": ownership.user_id.name or "",
            "contact": contact,
            "deadline": deadline,
        }
        if ownership.user_id == user:
            return self.env._(
                "%(customer)s is yours. Last contact: %(contact)s. Deadline: "
                "%(deadline)s.",
                **values,
            )
        return self.env._(
            "%(customer)s belongs to %(owner)s. Last contact: %(contact)s. Deadline: "
            "%(deadline)s.",
            **values,
        )

    def _get_previous_sentence(self, user):
        """Say whose a customer was that is free again, as much as ``user`` may know.

        :return: str
        """
        self.ensure_one()
        ownership = self.sudo()
        reasons = dict(self._fields["end_reason"]._description_selection(self.env))
        zone = ownership.team_id._get_process_timezone(user)
        values = {
            "owner": ownership.user_id.name or self.env._("the pool"),
            "team": ownership.team_id.name or "",
            "day": format_date(
                self.env, deadline_tools.local_date(ownership.date_end, zone)
            ),
            "reason": reasons.get(ownership.end_reason, ""),
        }
        if ownership.user_id == user:
            return self.env._(
                "It was yours until %(day)s (%(reason)s) and is free again.", **values
            )
        if ownership._may_know_owner(user):
            return self.env._(
                "It belonged to %(owner)s (%(team)s) until %(day)s (%(reason)s) and is "
                "free again.",
                **values,
            )
        return self.env._(
            "It belonged to a salesperson of %(team)s until %(day)s and is free again.",
            **values,
        )

    # ------------------------------------------------------------
    # THE CUSTOMER IS GUARDED, NOT ONLY THE LEAD
    # ------------------------------------------------------------

    @api.model
    def _is_attended(self):
        """Tell whether somebody of ours is there to read a refusal.

        Nobody is behind portal and public users, scheduled actions and what another
        calendar sends. Who acts is the user, whether or not the code is in sudo.

        :return: bool
        """
        user = self.env.user
        if user._is_superuser() or user.share:
            return False
        if door := get_door(self.env):
            return door not in UNATTENDED_MARKS
        if http.request:
            return not http.request.httprequest.path.startswith(SYNC_PATHS)
        # a client that sends this mark has a request, the scheduler has none
        return "cron_id" not in self.env.context

    @api.model
    def _get_guarding_companies(self, companies=None):
        """The companies in which a team enforces the process.

        :param companies: res.company, the only ones that count; by default those of
            the user, all of them where nobody is there
        :return: res.company
        """
        active_ids = self.env["crm.team"]._get_active_process_ids()
        if not active_ids:
            return self.env["res.company"]
        # sudo: which teams enforce is no secret, and whose customer it is neither
        teams = self.env["crm.team"].sudo().browse(active_ids)
        teams = teams.filtered(lambda team: team.process_mode == "enforce")
        user = self.env.user
        if not companies and not user.share and not user._is_superuser():
            companies = user.sudo().company_ids
        if not teams or all(teams.mapped("company_id.id")):
            found = teams.company_id
            return found & companies.sudo() if companies else found
        # all companies: a database has a handful
        everywhere = self.env["res.company"].search(Domain.TRUE)
        return (companies or everywhere).sudo()

    @api.model
    def _find_guarded(self, partners, companies=None):
        """Whose customers these contacts are, in teams that enforce.

        A contact is the customer, or one of the people of the company that is the
        customer, or has a telephone number or an e-mail address of the customer: it
        is asked for like the keys of a new lead. The number of queries does not
        depend on the number of contacts, and is none where no team is active.

        :param partners: res.partner; colleagues among them are nobody's customers
        :param companies: res.company in which to look, by default the user's
        :return: ``{partner: running sales.process.ownership in sudo}``; the pool
            counts, too
        """
        guarded = {}
        for partner, row, _keys in self._match_guarded(partners, companies):
            if partner:
                guarded.setdefault(partner, row)
        return guarded

    @api.model
    def _match_guarded(
        self, partners, companies=None, emails=(), phones=(), asked=None
    ):
        """See :meth:`_find_guarded`.

        A contact that is somebody's customer is that person's, whatever details
        anybody writes on it: only other contacts are judged by their details.

        :param emails: addresses that are written to without a contact
        :param phones: numbers that are written to without a contact
        :param list asked: filled with what the contacts were asked for, a list of
            ``(partner or empty, res.company, {key: ownership or empty})``
        :return: list of ``(partner or empty, sales.process.ownership in sudo, set of
            the keys by which it was recognised)``
        """
        matches = [
            match
            for match in self._match_details(partners, companies, emails, phones, asked)
            if match[1].process_mode == "enforce"
        ]
        known = {
            partner
            for partner, _row, keys in matches
            if partner and self._is_contact_key(keys)
        }
        return [
            (partner, row, keys)
            for partner, row, keys in matches
            if partner not in known or self._is_contact_key(keys)
        ]

    @api.model
    def _is_contact_key(self, keys):
        """Tell whether a customer was recognised by the contact itself."""
        return any(key[1] == "partner" for key in keys)

    @api.model
    def _match_details(
        self, partners, companies=None, emails=(), phones=(), asked=None
    ):
        """Every customer with which contacts have something in common, in any team.

        Arguments and result as of :meth:`_match_guarded`.
        """
        if not self.env["crm.team"]._get_active_process_ids():
            return []
        # sudo: the question is about customers of everybody
        customers = partners.sudo().filtered("partner_share")
        if not customers and not emails and not phones:
            return []
        companies = self._get_guarding_companies(companies)
        Lead = self.env["crm.lead"].sudo()
        common = {"team_id": False, "user_id": False}
        drafts = {
            Lead.new({**common, **values, "company_id": company.id}): partner
            for company in companies
            for partner, values in [
                *(
                    (row.with_env(self.env), {"partner_id": row.id})
                    for row in customers
                ),
                *((partners.browse(), {"email_from": email}) for email in emails),
                *((partners.browse(), {"phone": phone}) for phone in phones),
            ]
        }
        if not drafts:
            return []
        keys_by_draft = Lead.union(*drafts)._get_identity_keys()
        found = (
            self.env["sales.process.ownership.key"]
            .sudo()
            ._find(
                {
                    key
                    for keys in keys_by_draft.values()
                    for key in keys
                    if key[1] in HARD_KINDS
                }
            )
        )
        rows = self.sudo().browse({row_id for ids in found.values() for row_id in ids})
        running = rows.filtered(lambda row: row.state != "ended")
        matches = []
        for draft, partner in drafts.items():
            keys_by_row = defaultdict(set)
            for key in keys_by_draft[draft].keys() & found.keys():
                for row_id in found[key]:
                    keys_by_row[row_id].add(key)
            matches += [
                (partner, row, keys_by_row[row.id])
                for row in running
                if row.id in keys_by_row
            ]
            if asked is not None:
                owner_by_key = {
                    key: row for row in running for key in keys_by_row[row.id]
                }
                asked.append(
                    (
                        partner,
                        draft.company_id,
                        {
                            key: owner_by_key.get(key, running.browse())
                            for key in keys_by_draft[draft]
                            if key[1] in HARD_KINDS
                        },
                    )
                )
        return matches

    @api.model
    def _check_customer_work(
        self, partners, companies=None, emails=(), phones=(), is_meeting=False
    ):
        """Refuse a salesperson who works a colleague's customer, in one sentence.

        The owner, its helpers and the leader work the customer, and so do people
        without sales rights: accounting, delivery, support. Where nobody is there
        to read it, nothing is refused: the owner is told, and the conflict recorded.

        :param partners: res.partner whom somebody quotes, writes to, meets, plans
            or merges
        :param companies: res.company of the document, by default the user's
        :param emails: addresses that are written to without a contact
        :param phones: numbers that are written to without a contact
        :param bool is_meeting: whoever let the customer go keeps what was agreed with
            it: somebody has to be there
        :raise CustomerOwnedError: the customer belongs to somebody else
        """
        user = self.env.user
        attended = self._is_attended()
        if attended and not self._is_judged(user):
            return
        asked = []
        matches = self._match_guarded(partners, companies, emails, phones, asked)
        strange = [
            (partner, row, keys)
            for partner, row, keys in matches
            if not row._can_work(user)
            and not (
                is_meeting and row.state == "pool" and row.previous_id.user_id == user
            )
        ]
        if not attended:
            if strange:
                self.env["sales.process.conflict"]._record_work(
                    self._prepare_work_conflicts(user, strange, attended)
                )
            return
        if strange:
            self._keep_work_refusals(user, strange)
        self._charge_work(user, asked, matches, strange)
        if not strange:
            return
        partner, row, _keys = strange[0]
        raise row._make_work_refusal(self.env(su=False), partner)

    @api.model
    def _check_document_work(self, documents):
        """See :meth:`_check_customer_work`, of leads and contacts.

        :param documents: iterable of ``(name of the model, id)``; others are left out
        """
        ids = defaultdict(set)
        for model, res_id in documents:
            if res_id and model in ("crm.lead", "res.partner"):
                ids[model].add(res_id)
        self.env["crm.lead"].browse(ids["crm.lead"])._check_customer_work()
        if ids["res.partner"]:
            self._check_customer_work(
                self.env["res.partner"].browse(ids["res.partner"])
            )

    @api.model
    def _is_judged(self, user):
        """Tell whether ``user`` is refused what is a colleague's: who sells."""
        return user.has_group("sales_team.group_sale_salesman") and not user.has_group(
            "sales_team.group_sale_manager"
        )

    @api.model
    def _check_typed_details(self, before):
        """Refuse a salesperson who types what identifies somebody else's customer.

        Only on contacts that are customers: they are judged by their own period, so
        a colleague's number on them would open the colleague's customer. Others are
        judged by their details when they are worked.

        :param dict before: ``{res.partner: (phone, email, country, tax ID, commercial
            partner)}`` of before the change, nothing for a new contact
        :raise CustomerOwnedError: a detail is another customer's, and new here
        """
        user = self.env.user
        asked = []
        matches = self._match_details(
            self.env["res.partner"].union(*before), asked=asked
        )
        customers = defaultdict(self.sudo().browse)
        for partner, row, keys in matches:
            if self._is_contact_key(keys):
                customers[partner] |= row
        strange = []
        for partner, row, keys in matches:
            if (
                partner not in customers
                or row in customers[partner]
                or row.process_mode != "enforce"
                or row._can_work(user)
            ):
                continue
            if new := self._filter_typed(partner, before, row.company_id, keys):
                strange.append((partner, row, new))
        if strange:
            self._keep_work_refusals(user, strange)
        # what is accepted is an answer, too
        self.env["sales.process.lookup"]._charge_questions(
            user,
            [
                (
                    company,
                    {
                        key: owners[key]
                        for key in self._filter_typed(partner, before, company, owners)
                        if owners[key] not in customers[partner]
                        and not (owners[key] and owners[key]._can_work(user))
                    },
                )
                for partner, company, owners in asked
                if partner in customers
            ],
        )
        self._check_typed_room(
            user,
            self.union(
                *(
                    customers[partner]
                    for partner, company, owners in asked
                    if partner in customers
                    and self._filter_typed(partner, before, company, owners)
                )
            ),
        )
        if not strange:
            return
        raise CustomerOwnedError(
            self.env._(
                "A phone number, e-mail address or tax ID entered here belongs to "
                "another customer that is not yours: leave it out, or ask the team "
                "leader."
            ),
            {},
        )

    @api.model
    def _check_moved(self, moved):
        """Refuse who moves contacts into or out of a colleague's customer.

        Whatever is on them: a contact person of a colleague's company stays there, a
        colleague's customer is moved below no other company, and an own customer
        becomes none of a colleague's people. A contact that is nobody's may become
        one: the owner gains it. Where a person is the customer, the company above says
        nothing.

        :param dict moved: ``{res.partner: (commercial partner before, after)}``
        :raise CustomerOwnedError: one sentence that says whose customer it is
        """
        if not moved:
            return
        user = self.env.user
        partners = self.env["res.partner"].union(
            *moved, *(row for pair in moved.values() for row in pair)
        )
        # sudo: whoever moves a contact may not read whose customer it is
        rows = self.sudo()._find_by_partners(partners.sudo())
        rows = rows.filtered(
            lambda row: (
                row.process_mode == "enforce"
                and row.company_id._get_customer_company().process_customer_scope
                == "company"
            )
        )
        if not rows:
            return
        by_partner = defaultdict(rows.browse)
        for row in rows:
            by_partner[row.partner_id.id] |= row
            for key in row.key_ids.filtered(lambda key: key.kind == "partner"):
                by_partner[int(key.value)] |= row
        strange = []
        for partner, (before, after) in moved.items():
            held = by_partner[partner.id] | by_partner[before.id]
            strange += [(partner, row, set()) for row in held]
            if held:
                strange += [(partner, row, set()) for row in by_partner[after.id]]
        strange = [match for match in strange if not match[1]._can_work(user)]
        if strange:
            self._keep_work_refusals(user, strange)
            partner, row, _keys = strange[0]
            raise row._make_work_refusal(self.env(su=False), partner)

    @api.model
    def _check_typed_room(self, user, customers):
        """Number after number on one contact is a list of customers.

        :param user: res.users, who types
        :param customers: sales.process.ownership, sudo, that gain details
        :raise UserError: the person holds as many as the team allows
        """
        for row in customers:
            team = row.team_id
            if (
                row.user_id == user
                and row.process_mode == "enforce"
                and (user.process_customer_limit or team.process_customer_limit)
                and not team._is_leader(user)
                and row._has_many_details()
            ):
                self._check_room(user.sudo(), team, 0)

    @api.model
    def _filter_typed(self, partner, before, company, keys):
        """Which of the keys of a contact have just been typed.

        :param dict before: see :meth:`_check_typed_details`
        :param company: res.company, how telephone numbers are read
        :param keys: of the contact as it is now
        :return: set of keys
        """
        old, kinds = set(), {"phone", "phone_digits", "email"}
        details = before[partner]
        if details and details[-1] == partner.sudo().commercial_partner_id:
            phone, email, country, vat, _customer = details
            rows = company._read_contact_details({phone}, {email}, country)
            old = {row[:2] for row in rows} | {*identity.vat_key(vat)}
            kinds.add("vat")
        return {key for key in keys if key[1] in kinds and key[1:] not in old}

    @api.model
    def _keep_work_refusals(self, user, strange):
        """What a refusal leaves behind: the attempt.

        :param user: res.users, who tried
        :param strange: list of ``(partner, sales.process.ownership, set of keys)``
        """
        self.env["sales.process.conflict"]._record_after_rollback(
            self._prepare_work_conflicts(user, strange, attended=True)
        )

    @api.model
    def _prepare_work_conflicts(self, user, strange, attended):
        """See :meth:`_prepare_work_conflict_values`: each customer once.

        :return: list of dicts
        """
        return [
            *{
                row: row._prepare_work_conflict_values(user, keys, attended)
                for _partner, row, keys in strange
            }.values()
        ]

    @api.model
    def _charge_work(self, user, asked, matches, strange):
        """Work on a contact answers whether its details are known, refused or not.

        Whoever works the contact that is the customer itself learns nothing new. What
        is accepted counts where the person has typed the details: a contact that
        others keep is no guess.

        :param user: res.users, who works
        :param list asked: as :meth:`_match_guarded` filled it
        :param list matches: what it returned
        :param list strange: those of them that are refused
        :raise LookupLimitError: too many answers within the hour
        """
        known = {
            partner
            for partner, _row, keys in matches
            if partner and self._is_contact_key(keys)
        }
        refused = {(partner, row) for partner, row, _keys in strange}
        questions = []
        for partner, company, owners in asked:
            if partner in known:
                continue
            # sudo: who typed it is only compared
            typed = not partner or user in (
                partner.sudo().create_uid | partner.sudo().write_uid
            )
            question = {
                key: row
                for key, row in owners.items()
                if key[1] != "partner" and ((partner, row) in refused if row else typed)
            }
            questions.append((company, question))
        self.env["sales.process.lookup"]._charge_questions(user, questions)

    def _make_work_refusal(self, env, partner):
        """The sentence that tells a salesperson whose customer it is.

        :param env: the environment of who reads it
        :param partner: res.partner that was worked, may be empty
        :return: CustomerOwnedError
        """
        return CustomerOwnedError(
            self.with_env(env)._get_conflict_sentence(env.user),
            {"default_partner_id": partner.id} if partner else {},
        )

    def _prepare_work_conflict_values(self, user, keys, attended):
        """Values of the conflict that somebody's work on this customer is.

        :param user: res.users, who tried
        :param set keys: the keys by which the customer was recognised
        :param bool attended: whether it is refused
        :return: dict for ``_record`` of sales.process.conflict
        """
        self.ensure_one()
        return {
            "name": self.name,
            "user_id": user.id,
            "lead_id": False,
            "ownership_id": self.id,
            "other_ownership_id": False,
            "owner_id": self.user_id.id,
            "team_id": self.team_id.id,
            "company_id": self.company_id.id,
            "door": "contact",
            "resolution": "refused" if attended else "routed",
            "state": "resolved",
            # what is written to a customer proposes no detail as shared by many
            "identities": sorted(key for key in keys if key[1] == "partner"),
        }

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _has_many_details(self):
        """Tell whether one of these customers may count as several.

        :return: bool
        """
        return any(
            sum(key.kind in TYPED_KINDS for key in row.key_ids) > DETAILS_PER_CUSTOMER
            for row in self.sudo()  # sudo: only counted
        )

    def _get_open_leads(self):
        """The leads that go where the customer goes: neither won nor lost."""
        return (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search(
                [("ownership_id", "in", self.ids), ("won_status", "=", "pending")],
                order="id",
            )
        )

    def action_view_leads(self):
        """Open the leads of the customer.

        :return: dict, a window action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_all_leads")
        action["domain"] = [("ownership_id", "in", self.ids)]
        action["context"] = {"active_test": False, "create": False}
        return action

    def action_view_history(self):
        """Open all periods of the customer, the newest first.

        :return: dict, a window action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History of the Customer"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", self.chain_ids.ids)],
            "context": {"create": False},
        }

    def _check_owner_or_leader(self):
        """Only the owner and the leader decide who helps with a customer."""
        self.check_access("read")
        user = self.env.user
        for ownership in self.sudo():
            if ownership.user_id != user and not ownership.team_id._is_leader(user):
                raise AccessError(
                    self.env._(
                        "Only the owner of this customer, the leader of %(team)s or a "
                        "sales administrator decides who helps.",
                        team=ownership.team_id.name or "",
                    )
                )

    @api.constrains("collaborator_ids", "state")
    def _check_pool_has_no_helpers(self):
        """A helper would read what the pool hides."""
        if any(row.state == "pool" and row.collaborator_ids for row in self.sudo()):
            raise ValidationError(
                self.env._("Nobody owns this customer now, so nobody can help.")
            )

    def _filter_collaborators(self, users):
        """Those who can help with these customers: active salespeople, not the owner.

        :return: res.users
        """
        companies = self.sudo().company_id
        return (users - self.sudo().user_id).filtered(
            lambda user: (
                user.sudo()._is_process_salesperson()
                and companies <= user.sudo().company_ids
            )
        )

    def _check_collaborators(self, users):
        """Refuse people who cannot help with these customers, in one sentence."""
        for user in users.sudo():
            if not user._is_process_salesperson():
                raise UserError(
                    self.env._(
                        "%(user)s is not a salesperson and cannot help.", user=user.name
                    )
                )
        for ownership in self.sudo():
            if ownership.state != "open":
                raise UserError(
                    self.env._("Nobody owns this customer now, so nobody can help.")
                )
            if ownership.user_id in users:
                raise UserError(
                    self.env._(
                        "%(user)s owns this customer and needs no invitation.",
                        user=ownership.user_id.name,
                    )
                )
            company = ownership.company_id
            for user in users.sudo():
                if company and company not in user.company_ids:
                    raise UserError(
                        self.env._(
                            "%(user)s does not work for %(company)s and cannot help.",
                            user=user.name,
                            company=company.name,
                        )
                    )

    def _add_collaborators(self, users):
        """Let people help: they may work the customer, they do not own it.

        :param users: res.users
        """
        self._check_collaborators(users)
        for ownership in self:
            added = users - ownership.sudo().collaborator_ids
            if added:
                # sudo: the ledger is written by its own methods only
                ownership.sudo().collaborator_ids |= added
                ownership._log_on_leads(
                    self.env._(
                        "%(users)s may help with this customer.",
                        users=", ".join(added.sudo().mapped("name")),
                    )
                )

    def _set_deputy(self, deputy):
        """The deputy of an absent owner helps with these customers, in one statement.

        :param deputy: res.users
        """
        self._check_collaborators(deputy)
        # sudo: the ledger is written by its own methods only
        self.sudo().write({"collaborator_ids": [fields.Command.link(deputy.id)]})

    def _unset_deputy(self, deputy):
        """The owner is back: the deputy helps no more.

        :param deputy: res.users
        """
        # sudo: as above
        self.sudo().write({"collaborator_ids": [fields.Command.unlink(deputy.id)]})

    def _remove_collaborators(self, users):
        """People no longer help with the customers.

        :param users: res.users
        """
        for ownership in self:
            removed = users & ownership.sudo().collaborator_ids
            if removed:
                # sudo: the ledger is written by its own methods only
                ownership.sudo().collaborator_ids -= removed
                ownership._log_on_leads(
                    self.env._(
                        "%(users)s no longer helps with this customer.",
                        users=", ".join(removed.sudo().mapped("name")),
                    )
                )

    def _log_on_leads(self, body):
        """Write one line in the chatter of the open leads, without notifying."""
        self.ensure_one()
        # sudo: the chatter of the customer tells it whoever did it
        leads = self.sudo()._get_open_leads()
        if leads:
            leads._message_log_batch(bodies=dict.fromkeys(leads.ids, body))

    def _get_current_lead(self):
        """The lead on which a contact is logged: the newest open one, else any.

        :return: crm.lead, may be empty
        """
        self.ensure_one()
        # sudo: who asks is checked by the caller
        ownership = self.sudo()
        leads = ownership._get_open_leads() or ownership.lead_ids.sorted("id")
        return leads[-1:]

    def action_invite(self, user_ids=None):
        """Invite colleagues to help, as the owner or the leader.

        :param list user_ids: whom; empty opens a dialog that asks
        :return: dict, an action
        """
        self._check_owner_or_leader()
        if user_ids:
            users = self._browse_sent("res.users", user_ids)
            self.env["sales.process.invitation"]._invite(self, users)
            return self.env["sales.process.notice"]._toast(
                self.env._(
                    "Invited: %(people)s.", people=", ".join(users.mapped("name"))
                )
            )
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invite a Helper"),
            "res_model": "sales.process.invitation",
            "views": [
                (
                    self.env.ref(
                        "sales_process_mgmt.sales_process_invitation_view_form_invite"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {"default_ownership_id": self.id},
        }

    def action_remove_helpers(self, user_ids):
        """End the help of colleagues, as the owner or the leader.

        :param list user_ids: whose
        """
        self._check_owner_or_leader()
        self._remove_collaborators(self._browse_sent("res.users", user_ids))
        return True

    def action_leave(self):
        """Stop helping with these customers."""
        self.check_access("read")
        for ownership in self.sudo():
            if self.env.user not in ownership.collaborator_ids:
                raise UserError(self.env._("You do not help with this customer."))
        self._remove_collaborators(self.env.user)
        return True

    @api.depends("state", "date_deadline", "team_id.followup_reminder_first_days")
    def _compute_followup_state(self):
        for ownership in self:
            ownership.followup_state = ownership.team_id._get_followup_state(
                ownership.state == "open" and ownership.date_deadline
            )

    def _search_followup_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["crm.team"]._get_followup_state_domain("date_deadline", value)

    @api.depends("followup_ids.next_step", "followup_ids.date")
    def _compute_next_step(self):
        """Read the plans of all leads of all ownerships in one query each."""
        planned = self._get_next_activities()
        written = self._get_next_written_steps()
        for ownership in self:
            step, date = planned.get(ownership.id) or written.get(
                ownership.id, (False, False)
            )
            ownership.next_step = step
            ownership.date_next_step = date

    def _get_next_activities(self):
        """The earliest planned activity on the open leads of each customer.

        :return: ``{ownership id: (summary, date)}``
        """
        leads = self._get_open_leads()
        ownership_by_lead = {lead.id: lead.ownership_id.id for lead in leads}
        # sudo: a helper may not see the activities of the owner, only that they exist
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [("res_model", "=", "crm.lead"), ("res_id", "in", leads.ids)],
                order="date_deadline, id",
            )
        )
        steps = {}
        for activity in activities:
            steps.setdefault(
                ownership_by_lead[activity.res_id],
                (
                    activity.summary or activity.activity_type_id.name,
                    activity.date_deadline,
                ),
            )
        return steps

    def _get_next_written_steps(self):
        """What the last follow-up that plans anything says, of each customer.

        :return: ``{ownership id: (text, date or False)}``
        """
        Followup = self.env["sales.process.followup"]
        Followup.flush_model(["ownership_id", "next_step", "date_next", "date"])
        # read past the rules: the last contact may be a helper's
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (ownership_id) ownership_id, next_step, date_next
                  FROM sales_process_followup
                 WHERE ownership_id IN %s
                   AND (next_step IS NOT NULL OR date_next IS NOT NULL)
              ORDER BY ownership_id, date DESC, id DESC
                """,
                self._ids or (0,),
            )
        )
        return {
            ownership_id: (step or False, day or False)
            for ownership_id, step, day in rows
        }

    @api.depends("lead_ids.won_status", "lead_ids.expected_revenue")
    def _compute_lead_facts(self):
        groups = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group(
                [("ownership_id", "in", self.ids)],
                ["ownership_id", "won_status"],
                ["__count", "expected_revenue:sum"],
            )
        )
        facts = {}
        for ownership, status, count, revenue in groups:
            fact = facts.setdefault(ownership.id, [0, 0, 0.0])
            if status == "pending":
                fact[0] += count
                fact[2] += revenue
            else:
                fact[1] += count
        for ownership in self:
            (
                ownership.open_lead_count,
                ownership.closed_lead_count,
                ownership.expected_revenue,
            ) = facts.get(ownership.id, (0, 0, 0.0))

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for ownership in self:
            # sudo: in which currency a company keeps its books is no secret
            company = ownership.sudo().company_id or self.env.company
            ownership.currency_id = company.currency_id

    @api.depends("date_start", "date_end")
    def _compute_days_held(self):
        now = self.env.cr.now()
        for ownership in self:
            end = ownership.date_end or now
            ownership.days_held = max((end - ownership.date_start).days, 0)

    def _check_leader(self):
        """Refuse unless the current user leads the team of each of these customers."""
        # sudo: whether somebody leads a team does not depend on reading it
        for team in self.sudo().team_id:
            if not team._is_leader(self.env.user):
                raise AccessError(
                    self.env._(
                        "Only the leader of %(team)s or a sales administrator may do "
                        "this.",
                        team=team.name,
                    )
                )
        if any(not ownership.team_id for ownership in self.sudo()) and not (
            self.env.user.has_group("sales_team.group_sale_manager")
        ):
            raise AccessError(
                self.env._("A customer without team is moved by an administrator.")
            )

    def action_open_transfer(self):
        """Open the wizard that gives these customers to somebody else.

        :return: dict, a window action
        """
        running = self.filtered(lambda row: row.state != "ended")
        if not running:
            raise UserError(
                self.env._("None of these customers is owned or in the pool now.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfer Customers"),
            "res_model": "sales.process.transfer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ownership_ids": running.ids},
        }

    def _get_territories(self):
        """State and country of the newest open lead of each customer.

        :return: ``{ownership id: (res.country.state, res.country)}``
        """
        return {
            ownership.id: (leads[-1].state_id, leads[-1].country_id)
            for ownership, leads in self._get_open_leads()
            .grouped("ownership_id")
            .items()
        }

    @api.depends("followup_ids")
    def _compute_chain_followup_ids(self):
        """Who takes a customer sees its whole history, the record rules permitting."""
        rows = self.env["sales.process.followup"].search(
            [("ownership_id", "in", self.chain_ids.ids)]
        )
        # sudo: a period before may be hidden, its customer is the same
        by_root = rows.grouped(
            lambda row: row.sudo().ownership_id.root_id.id or row.sudo().ownership_id.id
        )
        for ownership in self:
            root = ownership.sudo().root_id.id or ownership._origin.id
            followups = by_root.get(root, rows.browse())
            ownership.chain_followup_ids = followups
            ownership.followup_count = len(followups)

    def _recompute_agreed(self):
        """Take the agreed day again from the follow-ups that count, oldest first.

        An agreement edited or deleted, or entered late, so leaves no trace in the
        deadline. The caller updates the deadlines.
        """
        running = self.filtered(lambda row: row.state == "open")
        periods = running._get_continued_periods()
        followups = (
            self.env["sales.process.followup"]
            .sudo()
            .search(
                [
                    ("ownership_id", "in", [period.id for period in periods]),
                    ("counts", "=", True),
                ],
                order="date, id",
            )
            .grouped(lambda row: periods[row.ownership_id])
        )
        checkers = {}
        tags = running._get_open_tags()
        for ownership in running:
            team = ownership.team_id
            if team not in checkers:
                checkers[team] = team._get_working_day_checker()
            zone = team._get_process_timezone(ownership.user_id)
            days = team._get_followup_days(
                ownership.grade_id, tags.get(ownership.id, ())
            )
            agreed, count, approved = False, 0, False
            for followup in followups.get(ownership, ()):
                normal = deadline_tools.followup_deadline(
                    followup.date, days, zone, checkers[team]
                )
                before = agreed
                agreed, count = followup._apply_agreed(
                    agreed,
                    count,
                    deadline_tools.local_date(normal, zone),
                    deadline_tools.local_date(followup.date, zone),
                )
                if agreed != before:
                    approved = bool(agreed and followup.extension_approved)
            values = {
                "date_agreed": agreed,
                "extension_count": count,
                "is_agreed_approved": approved,
            }
            if any(ownership[name] != value for name, value in values.items()):
                # sudo: the ledger is written by its own methods only
                ownership.sudo().write(values)

    def _absorb_followups(self, others):
        """Contacts of merged customers count for the period that stays.

        :param others: the periods that end
        """
        # sudo: the ledger is written by its own methods only
        followups = (
            self.env["sales.process.followup"]
            .sudo()
            .search_fetch([("ownership_id", "in", others.ids)], ["date_next"])
        )
        if not followups:
            return
        followups._move_to_ownership(self)
        periods = (self | others).sudo()
        if any(
            followups.mapped("date_next")
            + periods.mapped("date_agreed")
            + periods.mapped("extension_count")
        ):
            self.sudo()._recompute_agreed()

    def action_open_claim_back(self):
        """Open the dialog that claims a customer back.

        :return: dict, a window action
        """
        self.ensure_one()
        self._check_owner_or_leader()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Claim Back"),
            "res_model": "sales.process.claim.back",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ownership_id": self.id},
        }

    @api.depends("key_ids.value")
    def _compute_masked_contact(self):
        masks = {
            "phone": identity.mask_phone,
            "phone_digits": identity.mask_phone,
            "email": identity.mask_email,
        }
        for ownership in self:
            # sudo: only the masked form is shown
            ownership.masked_contact = ", ".join(
                masks[key.kind](key.value)
                for key in ownership.sudo().key_ids
                if key.kind in masks
            )

    def action_take(self):
        """Take the customer from the pool for oneself.

        Two people at the same instant: one has it, the other gets the sentence.

        :return: dict, says so and opens the lead
        """
        self.ensure_one()
        user = self.env.user
        if not user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(
                self.env._("Only salespeople take customers from the pool.")
            )
        # sudo: the rules of the pool decide, the ledger is written by its methods
        ownership = self.sudo()
        ownership._lock_person(user)
        ownership._lock_rows()
        ownership._check_take(user)
        successor = ownership._hand_over(
            {ownership: user},
            "pool",
            "transferred",
            team=ownership.team_id._get_taking_team(user),
        )[ownership]
        lead = successor.lead_ids.filtered("active")[:1]
        if not lead:
            opened = {"type": "ir.actions.client", "tag": "soft_reload"}
        else:
            opened = {
                "type": "ir.actions.act_window",
                "res_model": "crm.lead",
                "res_id": lead.id,
                "views": [(False, "form")],
            }
        return self.env["sales.process.notice"]._toast(
            self.env._("Taken: the customer is yours. Contact it soon."), opened
        )

    def _lock_person(self, user):
        """Let a person receive customers in one window at a time.

        The limits of a person hold for two windows at the same instant, too. A lock
        alone would let the second one in with what it saw before; an update makes it
        begin again and count the first.
        """
        self.env.cr.execute(
            """
            UPDATE res_users SET process_customer_limit = process_customer_limit
             WHERE id = %s
            """,
            (user.id,),
        )

    def _check_take(self, user):
        """Refuse a take that the rules of the pool do not allow, in one sentence."""
        PoolTake(self, user).check()

    @api.model
    def _check_no_reception(self, user):
        """The reception registers for others and owns nothing."""
        if user and user._is_process_reception():
            raise UserError(
                self.env._(
                    "%(user)s sits at the reception and owns no customers: choose who "
                    "is on duty, or the salesperson asked for.",
                    user=user.sudo().name,
                )
            )

    def _check_room(self, user, team, count=1):
        """Refuse more open customers than the team lets one person hold.

        :param int count: how many the person wants
        """
        # what the same transaction has taken before counts, too
        user.invalidate_recordset(["open_customer_count"])
        if team._get_customer_room(user) < count:
            raise UserError(
                self.env._(
                    "You hold as many open customers as %(team)s allows. Finish or "
                    "give up one first.",
                    team=team.name,
                )
            )

    def _check_give_up(self):
        for ownership in self:
            owner = ownership.user_id == self.env.user
            if ownership.state != "open":
                raise UserError(
                    self.env._("Only an owned customer can be given up. Reload it.")
                )
            if not owner and not ownership.can_lead:
                raise AccessError(
                    self.env._("Only the owner or the team leader gives it up.")
                )

    def _give_up(self, reason, pool_team=None):
        """Give customers up into the pool.

        :param str reason: why, in words
        :param pool_team: crm.team whose pool receives them; by default the one of
            the team's settings
        :return: the periods in the pool
        """
        self.check_access("read")
        rows = self.sudo()
        rows._lock_rows()
        self._check_give_up()
        if pool_team:
            # sudo: whether a pool fits does not depend on reading the team
            pool_team = pool_team.sudo()
            rows._check_pool_team(pool_team)
        successors = {}
        for team, ownerships in rows.grouped("team_id").items():
            successors |= rows._hand_over(
                dict.fromkeys(ownerships, self.env["res.users"]),
                "release",
                "released",
                reason,
                pool_team or team.process_pool_team_id or team,
            )
        return self.browse().union(*successors.values())

    def _check_pool_team(self, pool_team):
        """Refuse a pool from which nobody could take these customers."""
        companies = self.company_id
        other_company = (
            pool_team.company_id and companies and companies != pool_team.company_id
        )
        if pool_team.process_mode == "off" or other_company:
            raise UserError(
                self.env._(
                    "%(team)s has no pool for these customers.", team=pool_team.name
                )
            )

    def action_freeze(self):
        """The customer does not want to be contacted: no timer, nobody takes it."""
        self.check_access("read")
        self._check_leader()
        rows = self.sudo()._lock_rows()
        rows.write({"is_frozen": True, "awaits_duty": False})
        rows._update_deadlines()

    def action_unfreeze(self):
        """The customer may be contacted again, with a fresh period."""
        self.check_access("read")
        self._check_leader()
        rows = self.sudo()._lock_rows()
        rows.write({"is_frozen": False})
        rows._give_fresh_period()

    def action_wake(self):
        """A resting customer may be taken again."""
        self.check_access("read")
        self._check_leader()
        self.sudo()._lock_rows().write({"is_dormant": False, "lapse_count": 0})

    @api.depends_context("uid")
    def _compute_pool_facts(self):
        self.pool_facts = False
        user = self.env.user
        # sudo: the leads are hidden until the customer is taken
        pooled = self.sudo().filtered(lambda row: row.state == "pool")
        if not pooled:
            return
        view = PoolView(pooled)
        opened = view.get_opened_today()
        shown = pooled.filtered(
            lambda row: row in opened or row.team_id._is_leader(user)
        )
        leads = shown._get_open_leads().grouped("ownership_id")
        for row in shown:
            row.sudo(False).pool_facts = view.render_facts(
                row, leads.get(row, self.env["crm.lead"].sudo())
            )

    def web_read(self, specification):
        """Opening a customer of the pool is logged and limited per person and day."""
        if "pool_facts" in specification and not self.env.su:
            PoolView(self).open()
        return super().web_read(specification)

    # it writes what was opened: a replica of the database that only reads will not do
    web_read._readonly = False

    def action_open_pool_customer(self):
        """Open one customer of the pool: its facts, not its contact details.

        :return: dict, a window action
        """
        self.ensure_one()
        # sudo: whoever saw it in the pool may not see it with its new owner
        if self.sudo().state != "pool" and not self.has_access("read"):
            raise UserError(
                self.env._(
                    "Somebody has just taken this customer. Look for another one."
                )
            )
        self.check_access("read")
        PoolView(self).open()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (
                    self.env.ref(
                        "sales_process_mgmt.sales_process_ownership_view_form_pool"
                    ).id,
                    "form",
                )
            ],
        }

    @api.depends_context("uid")
    def _compute_pool_views_left(self):
        user = self.env.user
        # sudo: the settings of the team hold for everybody
        count = len(PoolView(self.sudo()).get_opened_today()) if self else 0
        for ownership in self:
            team = ownership.sudo().team_id
            limit = team.process_pool_view_limit
            ownership.pool_views_left = (
                self.env._(
                    "%(count)s of %(limit)s", count=max(limit - count, 0), limit=limit
                )
                if limit and ownership.state == "pool" and not team._is_leader(user)
                else False
            )
