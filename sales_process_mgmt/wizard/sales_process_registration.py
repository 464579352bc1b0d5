# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ..models.sales_process_ownership_key import HARD_KINDS
from ..tools import texts
from .sales_process_registration_answer import RegistrationAnswer
from .sales_process_registration_contact import MAX_PARTY
from .sales_process_registration_reception import CustomerReception
from .sales_process_registration_stranger import StrangersCustomer

# What is typed to know whose customer it is.
ASKED_FIELDS = (
    "phone",
    "email",
    "wechat_id",
    "partner_name",
    "partner_id",
    "contact_ids",
    "team_id",
)


class SalesProcessRegistration(models.TransientModel):
    """Register a customer at the counter or on the hotline, on one screen.

    The contact details typed say at once whose customer it is. What the person may
    do follows from that: register, log the visit, take from the pool, or, for
    somebody else's customer, help, ask to be invited, ask the leader.
    """

    _name = "sales.process.registration"
    _description = "Customer Registration"
    _inherit = ["sales.process.registration.once", "sales.process.guard"]
    _text_limits = {"solution": texts.NOTE_LENGTH}

    token = fields.Char(
        size=64,
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
    contact_name = fields.Char(string="Name of the Person", size=128)
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
    is_reception = fields.Boolean(
        compute="_compute_is_reception",
        help="You register for others: what you log is the contact of whoever receives "
        "the customer.",
    )
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
        string="Received For",
        default=lambda self: self._default_receive_for(),
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
    def _get_last(self):
        """The person's last registration: a desk does the same all day."""
        own = [("create_uid", "=", self.env.uid)]
        return self.search(own, order="id desc", limit=1)

    @api.model
    def _default_team_id(self):
        team = self.env.user.sale_team_id or self._get_last().team_id
        return team or self.env["crm.team"]._get_default_team_id()

    @api.model
    def _default_channel(self):
        return self._get_last().channel or "reception"

    @api.model
    def _default_receive_for(self):
        """A member of a team receives for itself, a front desk for who is on duty."""
        user = self.env.user
        if user._is_process_reception():
            return "duty"
        if user.sale_team_id:
            return "myself"
        # sudo: whom somebody leads is no secret
        leads = self.env["crm.team"].sudo().search_count([("user_id", "=", user.id)])
        return "myself" if leads else "duty"

    @api.model
    def _selection_result_state(self):
        return self.env["sales.process.lookup"]._selection_outcome()

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
            "process_wechat_id": self.wechat_id,
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
        for contact in self.contact_ids[:MAX_PARTY]:
            drafts |= Lead.new(
                {
                    "user_id": False,
                    "phone": contact.phone,
                    "email_from": contact.email,
                    "process_wechat_id": contact.wechat_id,
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
        # sudo: the company's list holds for everybody
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
        result = self.env["sales.process.lookup"]._find(
            identities, self.env.user, is_shared
        )
        return identities, result

    def _look_counted(self, is_acted_on=False):
        """Look the customer up as the person who wants to see the result.

        :param bool is_acted_on: what follows may fail, and has answered then
        :return: RegistrationAnswer
        """
        identities, result = self._look()
        details = self._get_asked_details(identities)
        moment = self.env["sales.process.lookup"]._charge(
            self.env.user, self.company_id, details, result, self.token, is_acted_on
        )
        return RegistrationAnswer(self, identities, result, moment)

    def _look_told(self):
        """What the person has been told of the customer; nothing is counted.

        :return: RegistrationAnswer, that of no question where none was counted
        """
        identities, result = self._look()
        Lookup = self.env["sales.process.lookup"]
        details = self._get_asked_details(identities)
        is_told, moment = Lookup._find_told(
            self.env.user, self.company_id, details, result, self.token
        )
        if not is_told and not moment:
            identities, result = {}, Lookup._find((), self.env.user)
        return RegistrationAnswer(self, identities, result, moment)

    @api.onchange(*ASKED_FIELDS)
    def _onchange_asked(self):
        """Who types a contact detail asks whose customer it is: that counts."""
        self._look_counted()

    @api.model_create_multi
    def create(self, vals_list):
        """Who saves contact details asks whose customer it is: that counts."""
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._look_counted()
        return wizards

    def write(self, vals):
        """Who saves other contact details asks whose customer it is: that counts."""
        result = super().write(vals)
        if not vals.keys().isdisjoint(ASKED_FIELDS):
            for wizard in self:
                wizard._look_counted()
        return result

    def _get_asked_details(self, identities):
        """What counts of what was typed: beside a contact, what is not its own.

        One contact, whose details are known anyway, is one look-up.

        :return: dict, a part of ``identities``
        """
        if not self.partner_id:
            return identities
        # sudo: a draft reads the settings of teams and companies
        contact = self.env["crm.lead"].sudo()
        contact = contact.new(
            {
                "partner_id": self.partner_id.id,
                "team_id": self.team_id.id,
                "company_id": self.company_id.id,
                "user_id": False,
            }
        )
        known = contact._get_identity_keys(with_shared=True)[contact]
        return {
            key: label
            for key, label in identities.items()
            if key[1] == "partner" or key not in known
        } or identities

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
            answer = wizard._look_told()
            wizard.result_state = answer.state
            wizard.can_register = not answer.moment and not answer.is_blocked()
            wizard.match_ids = answer.get_matches()
            wizard.result_message = answer.render()

    @api.depends_context("uid")
    def _compute_is_reception(self):
        self.is_reception = self.env.user._is_process_reception()

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

    @api.depends("team_id", "receive_for", "channel")
    @api.depends_context("lang")
    def _compute_duty_message(self):
        for wizard in self:
            if wizard.receive_for != "duty":
                wizard.duty_message = False
                continue
            # sudo: who is on duty is no secret at the counter
            team = wizard.team_id.sudo()
            users = team._get_duty_users(kind=wizard.channel)
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
                    others=format_list(self.env, (users - following).mapped("name")),
                )
            else:
                wizard.duty_message = self.env._(
                    "%(next)s is next.", next=following.name
                )

    def _get_receiver(self, period=None):
        """Who becomes responsible for a new customer.

        :param period: the customer in the pool, or the last time somebody had it: the
            roster asks who let it go
        :return: res.users, empty where nobody is on duty
        """
        self.ensure_one()
        if self.receive_for == "person":
            return self.receiver_id
        if self.receive_for == "duty":
            # sudo: the roster of a team that the reception does not belong to
            team = self.team_id.sudo()
            if not team:
                return self.env["res.users"]
            period = period or self.env["sales.process.ownership"]
            return team._get_receivers([period.sudo()], self.channel)[0].sudo(False)
        return self.env.user

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_register(self):
        """Create the lead, the ownership and the follow-up in one transaction.

        Somebody who was faster is told by the same screen, with the owner's result.

        :return: dict, an action
        """

        def register():
            self._check_details()
            return CustomerReception(self, self._look_allowed()).register()

        return self._handle_once(register)

    def action_log_visit(self):
        """Log the contact on the running lead of a customer one works.

        :return: dict, an action
        """
        return self._handle_once(
            lambda: CustomerReception(self, self._look_allowed()).log_visit()
        )

    def action_help(self):
        """Log the contact on the owner's lead as help; the owner is told once.

        :return: dict, an action
        """

        def help_owner():
            result = self._look_allowed().result
            if result.state != "owned":
                return None
            return "helped", StrangersCustomer(self, result).help()

        return self._handle_once(help_owner)

    def action_ask_invitation(self):
        """Ask the owner to be invited as a helper.

        :return: dict, an action
        """

        def ask():
            result = self._look_allowed().result
            if result.state != "owned":
                return None
            StrangersCustomer(self, result).ask_invitation()
            return "asked", None

        return self._handle_once(ask)

    def action_call_leader(self):
        """Ask the leader of the owner's team to decide; the conflict stays open.

        :return: dict, an action
        """

        def call():
            result = self._look_allowed().result
            if result.state not in ("owned", "several"):
                return None
            StrangersCustomer(self, result).call_leader()
            return "called", None

        return self._handle_once(call)

    def _check_details(self):
        """Somebody is registered: a contact detail or a name at least."""
        if not any(
            (value or "").strip()
            for value in (
                self.phone,
                self.email,
                self.wechat_id,
                self.contact_name,
                self.partner_name,
                self.partner_id.display_name,
            )
        ):
            raise UserError(
                self.env._("Type a phone number, an e-mail address or a name.")
            )

    def _look_allowed(self):
        """Look the customer up in order to register it.

        :return: RegistrationAnswer
        :raise UserError: the person has looked up as many as may be; what is known
            and what is not look the same
        """
        answer = self._look_counted(is_acted_on=True)
        if answer.moment:
            raise UserError(
                self.env["sales.process.lookup"]._get_limit_sentence(
                    self.company_id, answer.moment
                )
            )
        return answer
