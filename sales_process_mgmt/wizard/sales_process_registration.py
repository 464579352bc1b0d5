# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import uuid

from markupsafe import Markup

from odoo import api, fields, models

from ..models.sales_process_ownership_key import HARD_KINDS

# state: (colour of the box, icon)
LOOKS = {
    False: ("secondary", "fa-keyboard-o"),
    "new": ("success", "fa-user-plus"),
    "mine": ("success", "fa-check-circle"),
    "helper": ("info", "fa-handshake-o"),
    "owned": ("danger", "fa-lock"),
    "pool": ("warning", "fa-inbox"),
    "expired": ("success", "fa-unlock"),
    "several": ("danger", "fa-users"),
    "shared": ("warning", "fa-building-o"),
    "limited": ("warning", "fa-hourglass-half"),
}


class SalesProcessRegistration(models.TransientModel):
    """Register a customer at the counter or on the hotline, on one screen.

    The contact details typed say at once whose customer it is. What the person may
    do follows from that: register, log the visit, take from the pool, or, for
    somebody else's customer, help, ask to be invited, ask the leader.
    """

    _name = "sales.process.registration"
    _description = "Customer Registration"

    token = fields.Char(
        default=lambda self: self._default_token(),
        required=True,
        export_string_translation=False,
    )
    handled = fields.Selection(
        [
            ("registered", "Registered"),
            ("visited", "Visit Logged"),
            ("helped", "Logged as Help"),
            ("asked", "Asked to Be Invited"),
            ("called", "Leader Called"),
        ],
        readonly=True,
        help="What became of the registration. It is handled once, however often the "
        "button is pressed.",
    )
    lead_id = fields.Many2one("crm.lead", readonly=True, ondelete="set null")

    # Who it is
    phone = fields.Char(size=128)
    email = fields.Char(string="E-mail", size=256)
    wechat_id = fields.Char(string="WeChat ID", size=64)
    contact_name = fields.Char(string="Name", size=128)
    partner_name = fields.Char(string="Company", size=256)
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        help="The customer, where it is among the contacts already.",
    )
    contact_ids = fields.One2many(
        "sales.process.registration.contact",
        "registration_id",
        string="Comes With",
        help="People who come together are one customer. All their contact details "
        "belong to it.",
    )

    # Whose it is
    result_state = fields.Selection(
        selection="_selection_result_state", compute="_compute_result"
    )
    result_message = fields.Html(compute="_compute_result", sanitize=False)
    can_register = fields.Boolean(compute="_compute_result")
    match_ids = fields.Many2many(
        "sales.process.ownership",
        compute="_compute_result",
        string="Possible Matches",
        help="Customers you work with the same name, WeChat ID or registration number.",
    )
    same_as_id = fields.Many2one(
        "sales.process.ownership",
        string="Same Customer As",
        domain="[('id', 'in', match_ids)]",
        help="The contact details typed belong to this customer of yours.",
    )

    # Who receives it
    team_id = fields.Many2one(
        "crm.team",
        default=lambda self: self._default_team_id(),
        required=True,
    )
    company_id = fields.Many2one(
        "res.company", string="Our Company", compute="_compute_company_id"
    )
    channel = fields.Selection(
        [("reception", "Reception"), ("hotline", "Hotline")],
        default=lambda self: self._default_channel(),
        required=True,
        help="How the customer reached us.",
    )
    receive_for = fields.Selection(
        [
            ("myself", "Myself"),
            ("duty", "On duty"),
            ("person", "Asked for by name"),
        ],
        string="For",
        default="myself",
        required=True,
        help="On duty: the salesperson on duty whose turn it is. Asked for by name: "
        "the customer wants this salesperson, on duty or not.",
    )
    receiver_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        domain="[('id', 'in', candidate_ids)]",
        help="The member of the team whom the customer asks for.",
    )
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    duty_message = fields.Char(
        string="On Duty",
        compute="_compute_duty_message",
        help="Who is on duty now, the next one first.",
    )

    # Negotiation record
    subject = fields.Char(
        size=256, help="What was discussed. It becomes the name of the lead."
    )
    solution = fields.Text(
        string="Requirement and Solution",
        help="What the customer wants and what was offered.",
    )
    next_step = fields.Char(size=256)
    date_next = fields.Date(
        string="Next Contact", help="When the next contact was agreed."
    )
    expected_revenue = fields.Monetary(currency_field="currency_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    tag_ids = fields.Many2many("crm.tag", string="Tags")

    # A double click, or a request sent twice, does the work once.
    _token_uniq = models.UniqueIndex(
        "(create_uid, token) WHERE handled IS NOT NULL",
        "This registration has been saved already.",
    )

    # ------------------------------------------------------------
    # DEFAULTS
    # ------------------------------------------------------------

    @api.model
    def _default_token(self):
        return uuid.uuid4().hex

    @api.model
    def _default_team_id(self):
        team = self.env.user.sale_team_id
        return team or self.env["crm.team"]._get_default_team_id()

    @api.model
    def _default_channel(self):
        """The channel of the person's last registration: a hotline stays one."""
        last = self.search(
            [("create_uid", "=", self.env.uid)], order="id desc", limit=1
        )
        return last.channel or "reception"

    @api.model
    def _selection_result_state(self):
        return self.env["sales.process.ownership"]._selection_lookup_state()

    # ------------------------------------------------------------
    # LOOK-UP
    # ------------------------------------------------------------

    @api.depends("team_id")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.team_id.company_id or self.env.company

    def _prepare_identity_values(self):
        """Values of a lead that carry the identity of the customer.

        :return: dict
        """
        self.ensure_one()
        values = {
            "phone": self.phone,
            "email_from": self.email,
            "wechat_id": self.wechat_id,
            "contact_name": self.contact_name,
            "partner_name": self.partner_name,
            "partner_id": self.partner_id.id,
            "team_id": self.team_id.id,
            "company_id": self.company_id.id,
        }
        # what was not typed comes from the contact
        return {name: value for name, value in values.items() if value}

    def _get_drafts(self):
        """Unsaved leads that carry the identities: the customer, then its party.

        The keys are computed by the lead, so a look-up never differs from a claim.

        :return: crm.lead
        """
        self.ensure_one()
        # sudo: a draft reads the settings of teams and companies
        Lead = self.env["crm.lead"].sudo()
        common = {"team_id": self.team_id.id, "company_id": self.company_id.id}
        drafts = Lead.new({"user_id": False, **self._prepare_identity_values()})
        for contact in self.contact_ids:
            drafts |= Lead.new(
                {
                    "user_id": False,
                    "phone": contact.phone,
                    "email_from": contact.email,
                    "wechat_id": contact.wechat_id,
                    **common,
                }
            )
        return drafts

    def _get_identities(self):
        """What identifies the customer and its party.

        :return: tuple of the dict ``{(company_id or 0, kind, value): label}`` and
            whether all contact details given identify nobody
        """
        drafts = self._get_drafts()
        given = drafts._get_identity_keys(with_shared=True)
        every = {key: label for keys in given.values() for key, label in keys.items()}
        shared = (
            self.env["sales.process.shared.value"].sudo()._get_confirmed(set(every))
        )
        kept = {key: label for key, label in every.items() if key not in shared}
        is_shared = bool(shared) and not any(key[1] in HARD_KINDS for key in kept)
        return kept, is_shared

    def _look(self):
        """Look the customer up, unlogged.

        :return: the identities and the LookupResult
        """
        self.ensure_one()
        identities, is_shared = self._get_identities()
        result = self.env["sales.process.ownership"]._lookup(
            identities, self.env.user, is_shared
        )
        return identities, result

    def _look_logged(self):
        """Look the customer up as the person who wants to see the result.

        :return: the identities, the LookupResult, and the moment from which the next
            look-up works where this one was refused, else False
        """
        identities, result = self._look()
        details = identities
        if self.partner_id:
            # one contact, whose details are known anyway, is one look-up
            details = {
                key: label for key, label in identities.items() if key[1] == "partner"
            } or identities
        moment = self.env["sales.process.lookup"]._charge(
            self.env.user, self.company_id, details, result, self.token
        )
        return identities, result, moment

    @api.depends(
        "phone",
        "email",
        "wechat_id",
        "partner_name",
        "partner_id",
        "contact_ids.phone",
        "contact_ids.email",
        "contact_ids.wechat_id",
        "team_id",
        "receive_for",
        "receiver_id",
    )
    @api.depends_context("uid")
    def _compute_result(self):
        for wizard in self:
            identities, result, moment = wizard._look_logged()
            state = "limited" if moment else result.state
            hints = result.hints.browse() if moment else result.hints
            wizard.result_state = state
            wizard.can_register = bool(moment) or not wizard._is_blocked(result)
            wizard.match_ids = hints.filtered(
                lambda row: row.state == "open" and row._can_work(self.env.user)
            ).sudo(False)
            sentences = (
                [
                    self.env["sales.process.lookup"]._get_limit_sentence(
                        wizard.company_id, moment
                    )
                ]
                if moment
                else wizard._get_result_sentences(identities, result)
            )
            wizard.result_message = wizard._render_result(state, sentences, hints)

    def _is_blocked(self, result):
        """Tell whether the customer cannot be registered because it is owned.

        :return: bool
        """
        self.ensure_one()
        if result.state not in ("owned", "helper", "several"):
            return False
        if all(row.process_mode != "enforce" for row in result.holders):
            return False
        receiver = self._get_receiver()
        return not (
            receiver
            and result.holders.user_id == receiver
            and all(row._may_know_owner(self.env.user) for row in result.holders)
        )

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    def _get_result_title(self, state):
        return {
            False: self.env._("Type a phone number or an e-mail address"),
            "new": self.env._("New customer"),
            "mine": self.env._("Your customer"),
            "helper": self.env._("You help with this customer"),
            "owned": self.env._("Somebody else's customer"),
            "pool": self.env._("In the pool"),
            "expired": self.env._("Free again"),
            "several": self.env._("These details belong to several owners"),
            "shared": self.env._("This detail identifies nobody"),
            "limited": self.env._("Too many look-ups"),
        }[state]

    def _get_result_sentences(self, identities, result):
        """What the person is told about the customer, below the title.

        :return: list of str
        """
        self.ensure_one()
        state, user = result.state, self.env.user
        unclear = (
            (self.phone or self.email)
            and not self.partner_id
            and state in ("new", False)
            and not any(key[1] in HARD_KINDS for key in identities)
        )
        if unclear:
            return [
                self.env._(
                    "“%(value)s” is no complete phone number or e-mail address. Check "
                    "it, or register the customer without.",
                    value=(self.phone or self.email)[:40],
                )
            ]
        if not state:
            return [
                self.env._(
                    "You see at once whose customer it is. Press Enter to go on."
                )
            ]
        if state == "new":
            return [self.env._("Nobody is responsible for this customer yet.")]
        if state == "shared":
            return [
                self.env._(
                    "It is on the company's list of switchboards and shared addresses. "
                    "Add a detail of the person to know whose customer it is."
                )
            ]
        if state == "expired":
            return [result.previous._get_previous_sentence(user)]
        if state == "pool":
            return self._get_pool_sentences(result.holders[0])
        sentences = []
        for holder in result.holders:
            known = holder.with_env(self.env)
            sentence = (
                known._get_own_sentence(user)
                if holder._can_work(user)
                else known._get_conflict_sentence(user)
            )
            if sentence not in sentences:
                sentences.append(sentence)
        if state == "several":
            sentences.append(self.env._("The team leader decides."))
        elif state == "owned" and self._is_only_observed(result):
            sentences.append(
                self.env._(
                    "The team only observes: you may register the customer, and that "
                    "is recorded."
                )
            )
        return sentences

    def _get_pool_sentences(self, holder):
        if holder.is_frozen:
            return [
                self.env._(
                    "This customer of %(team)s does not want to be contacted.",
                    team=holder.team_id.name,
                )
            ]
        return [
            self.env._(
                "This customer waits in the pool of %(team)s. Registering it takes it, "
                "under the rules of the pool.",
                team=holder.team_id.name,
            )
        ]

    def _is_only_observed(self, result):
        return all(row.process_mode != "enforce" for row in result.holders)

    def _render_result(self, state, sentences, hints):
        """The box: colour, icon and words, so that none of them is needed alone.

        :return: Markup
        """
        colour, icon = LOOKS[state]
        body = Markup().join(Markup("<div>%s</div>") % text for text in sentences)
        if hints:
            body += Markup(
                '<div class="mt-2 fw-bold">%s</div><ul class="mb-0">%s</ul>'
            ) % (
                self.env._("Possibly the same customer:"),
                Markup().join(
                    Markup("<li>%s</li>") % self._get_hint(hint) for hint in hints
                ),
            )
        return Markup(
            '<div class="alert alert-%s d-flex mb-0 o_sales_process_result" '
            'role="status" data-state="%s">'
            '<i class="fa %s fa-2x fa-fw me-3" aria-hidden="true"></i>'
            '<div class="flex-grow-1 text-break">'
            '<div class="fs-4 fw-bold">%s</div>%s</div></div>'
        ) % (colour, state or "none", icon, self._get_result_title(state), body)

    def _get_hint(self, hint):
        """One possible match, as much as the person may know.

        :return: Markup or str
        """
        user = self.env.user
        sentence = hint.with_env(self.env)._get_conflict_sentence(user)
        if hint.state == "open" and hint._can_work(user):
            return Markup('<a href="/odoo/%s/%s" target="_blank">%s</a> · %s') % (
                hint._name,
                hint.id,
                hint.name or self.env._("Customer"),
                hint.user_id.name,
            )
        return sentence

    # ------------------------------------------------------------
    # WHO RECEIVES
    # ------------------------------------------------------------

    @api.depends("team_id")
    def _compute_candidate_ids(self):
        for wizard in self:
            # sudo: the members of a team, as colleagues see them
            team = wizard.team_id.sudo()
            members = team.crm_team_member_ids.user_id | team.user_id
            wizard.candidate_ids = members.filtered("active").sudo(False)

    @api.depends("team_id", "receive_for")
    def _compute_duty_message(self):
        for wizard in self:
            if wizard.receive_for != "duty":
                wizard.duty_message = False
                continue
            team = wizard.team_id.sudo()
            users = team._get_duty_users()
            following = wizard._get_receiver()
            if not following:
                wizard.duty_message = self.env._(
                    "Nobody is free. The customer waits in the pool, and the leader "
                    "is told."
                )
            elif users - following:
                wizard.duty_message = self.env._(
                    "%(next)s is next. Also on duty: %(others)s",
                    next=following.name,
                    others=", ".join((users - following).mapped("name")),
                )
            else:
                wizard.duty_message = self.env._(
                    "%(next)s is next.", next=following.name
                )

    def _get_receiver(self):
        """Who becomes responsible for a new customer.

        :return: res.users, empty where nobody is on duty
        """
        self.ensure_one()
        if self.receive_for == "person":
            return self.receiver_id
        if self.receive_for == "duty":
            # sudo: the roster of a team that the reception does not belong to
            receivers = self.team_id.sudo()._get_receivers(1) if self.team_id else []
            return receivers[0].sudo(False) if receivers else self.env["res.users"]
        return self.env.user
