# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools import orm, texts
from ..tools.kept import find_functions, make_functions
from ..tools.transaction import get_door
from .crm_lead_merge import DEPENDENCES
from .sales_process_followup_judge import LOCK_AND_KNOW
from .sales_process_followup_write import WRITE_CONTACT
from .sales_process_lead_card import CARDS
from .sales_process_ownership_key import (
    DETAILS_PER_CUSTOMER,
    FIND_KEYS,
    TYPED_KINDS,
)
from .sales_process_ownership_ledger import (
    OWN_DOORS,
    HandOver,
    HandOverPermission,
    OwnershipLedger,
)
from .sales_process_ownership_merge import LOCK_AND_ASK

# What is asked when a lead is opened or created, a contact recorded, two leads merged.
KEPT_QUERIES = [
    CARDS,
    DEPENDENCES,
    FIND_KEYS,
    LOCK_AND_ASK,
    LOCK_AND_KNOW,
    WRITE_CONTACT,
]
# Reasons by which an owner let the customer go, as opposed to a decision of the leader.
LAPSE_REASONS = ("expired", "released")
# What the next period of a customer has of the last one
KEPT_BY_SUCCESSOR = (
    "name",
    "partner_id",
    "phase",
    "date_last_contact",
    "date_revisit",
    "date_served_until",
    "is_frozen",
)
# How a customer stands before its deadline; its leads show the same.
FOLLOWUP_STATES = [
    ("none", "No Timer"),
    ("on_track", "On Track"),
    ("due_soon", "Due Soon"),
    ("overdue", "Overdue"),
]


class SalesProcessOwnership(models.Model):
    """One period in which one salesperson is responsible for one customer.

    The rows form a ledger: a period is ended and followed by another one, it is never
    deleted and its owner is never rewritten. Nobody has write access; the methods of
    this model make every change and check who may ask for it.

    Here stand the fields, the ledger (``OwnershipLedger``, ``HandOver``) and its hooks.
    What it shows, who may, work with a customer, phase, timer, pool and helpers are
    inherited from rooms of those names.
    """

    _name = "sales.process.ownership"
    _description = "Customer Ownership"
    _inherit = [
        "sales.process.guard",
        "sales.process.ownership.card",
        "sales.process.ownership.guarded",
        "sales.process.ownership.identity",
        "sales.process.ownership.phase",
        "sales.process.ownership.pooling",
        "sales.process.ownership.right",
        "sales.process.ownership.timer",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _is_inserted = True
    _check_company_auto = True
    _mail_post_access = "read"

    # The period
    name = fields.Char(string="Customer", size=texts.NAME_LENGTH, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        index="btree_not_null",
        readonly=True,
        help="The salesperson responsible for the customer. Empty in the pool.",
    )
    team_id = fields.Many2one("crm.team", index=True, readonly=True)
    # no index: a company has many customers, and each one would be written to it
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    process_mode = fields.Selection(related="team_id.process_mode", tracking=False)
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
        [("pursuing", "Prospect"), ("signed", "Signed"), ("served", "After Sale")],
        default="pursuing",
        required=True,
        readonly=True,
        help="Prospect: the timer runs. Signed: no timer, there is money to collect. "
        "After sale: the customer has paid, the owner stays responsible on the revisit "
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
    )
    # a reason, and what the system says before it
    end_note = fields.Char(
        string="Reason",
        size=2 * texts.REASON_LENGTH,
        readonly=True,
        help="Why the period ended, in words.",
    )
    end_user_id = fields.Many2one(
        "res.users",
        string="Ended By",
        readonly=True,
        help="Who did by what the period ended; the system where nobody did.",
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

    # The customer
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", readonly=True
    )
    grade_id = fields.Many2one(
        "sales.process.customer.grade",
        string="Grade",
        related="partner_id.commercial_partner_id.process_grade_id",
        tracking=False,
        help="Sets the follow-up period and the revisit cycle of the customer.",
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
    invitation_ids = fields.One2many(
        "sales.process.invitation", "ownership_id", string="Invitations"
    )
    followup_ids = fields.One2many(
        "sales.process.followup", "ownership_id", string="Follow-Ups"
    )
    is_frozen = fields.Boolean(
        string="Do Not Contact",
        readonly=True,
        help="The customer does not want to be contacted. No timer, nobody takes it.",
    )
    date_revisit = fields.Date(
        string="Next Revisit",
        readonly=True,
        help="When a served customer should be visited again, from its grade.",
    )
    date_served_until = fields.Date(
        string="After Sale Until",
        readonly=True,
        help="The last day on which a customer that has paid keeps its owner.",
    )

    # The clock
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
    is_agreed_approved = fields.Boolean(
        string="Agreed Contact Approved",
        readonly=True,
        help="The team leader lets the agreed day stand beyond the team's limit.",
    )
    date_clock_base = fields.Datetime(
        readonly=True,
        export_string_translation=False,
        help="From when the days of a clock that goes on are counted.",
    )
    date_clock_limit = fields.Datetime(
        readonly=True,
        export_string_translation=False,
        help="The deadline when the clock stopped. Until a later contact that counts "
        "the deadline is not later.",
    )
    date_clock_floor = fields.Datetime(
        readonly=True,
        export_string_translation=False,
        help="A changed rule makes nobody overdue before this moment.",
    )
    clock_zones = fields.Char(
        readonly=True,
        export_string_translation=False,
        help="The time zones, separated by commas, in which the days of the clock were "
        "counted since the last contact. Another zone moves no deadline later.",
    )
    date_hold_start = fields.Datetime(
        readonly=True,
        export_string_translation=False,
        help="From when the longest holding time is counted, where the same person "
        "held the customer before.",
    )
    continued_id = fields.Many2one(
        "sales.process.ownership",
        string="Clock Continued From",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="The earlier period of the same person whose clock goes on.",
    )
    warning_level = fields.Integer(
        readonly=True,
        help="1: the owner has been warned of the deadline. 2: the leader, too.",
    )
    date_warned = fields.Datetime(
        readonly=True, help="The deadline of which the warnings spoke."
    )
    is_warning_untold = fields.Boolean(
        readonly=True,
        export_string_translation=False,
        help="The message about the warning is still to be sent.",
    )

    # The release and the pool
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
    awaits_duty = fields.Boolean(
        string="Waits for the Next Shift",
        readonly=True,
        help="Nobody was on duty. The customer is handed out when a shift starts.",
    )
    is_held = fields.Boolean(
        string="Held for the Leader",
        readonly=True,
        help="Due, but above the ceiling of one night, or something about it is to be "
        "settled first. It goes out on the next nights, oldest first, unless the team "
        "leader decides sooner.",
    )
    date_held_until = fields.Datetime(
        string="Held Until",
        readonly=True,
        help="From this moment the customer goes out with the next release.",
    )
    is_excused = fields.Boolean(
        string="Lost While Absent",
        readonly=True,
        help="The owner was away when the deadline passed. It is not counted against "
        "the owner.",
    )
    has_owner_left = fields.Boolean(
        string="Owner Left",
        readonly=True,
        help="The owner was archived or left the team. The customer is released.",
    )
    date_observed = fields.Datetime(
        readonly=True,
        help="The deadline for which a team that observes recorded what would have "
        "happened.",
    )
    release_failure_count = fields.Integer(
        string="Failed Releases",
        readonly=True,
        help="After three failures the customer is left to the team leader.",
    )
    release_error = fields.Char(string="Why the Release Failed", readonly=True)
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

    # What is shown
    can_work = fields.Boolean(
        compute="_compute_can_work",
        help="Whether you may work this customer.",
    )
    can_lead = fields.Boolean(
        compute="_compute_can_work",
        help="Whether you lead the team of this customer.",
    )
    followup_state = fields.Selection(
        FOLLOWUP_STATES,
        compute="_compute_followup_state",
        search="_search_followup_state",
        help="Due soon: the team's first warning has been reached.",
    )
    next_step = fields.Char(
        compute="_compute_next_step",
        help="What is planned with the customer: the next activity on its open leads, "
        "else the next step written in the last follow-up.",
    )
    phone = fields.Char(
        compute="_compute_phone",
        help="Where the customer is called: the number of its newest open lead, else "
        "of its contact.",
    )
    deadline_reason = fields.Char(
        compute="_compute_deadline_reason",
        export_string_translation=False,
        help="Why there is so much time left.",
    )
    date_next_step = fields.Date(
        string="Planned For",
        compute="_compute_next_step",
        help="When the next step is planned.",
    )
    current_lead_id = fields.Many2one(
        "crm.lead",
        compute="_compute_lead_activities",
        help="Where work with the customer stands: its newest open lead that you may "
        "read.",
    )
    lead_activity_ids = fields.Many2many(
        "mail.activity",
        string="Planned on the Lead",
        compute="_compute_lead_activities",
        help="What is planned on the lead where work with the customer stands.",
    )
    # what Odoo's button of activities shows of a lead
    lead_activity_state = fields.Selection(
        [("overdue", "Overdue"), ("today", "Today"), ("planned", "Planned")],
        compute="_compute_lead_activities",
    )
    lead_activity_summary = fields.Char(
        compute="_compute_lead_activities", export_string_translation=False
    )
    lead_activity_type_id = fields.Many2one(
        "mail.activity.type",
        compute="_compute_lead_activities",
        export_string_translation=False,
    )
    lead_activity_icon = fields.Char(
        compute="_compute_lead_activities", export_string_translation=False
    )
    lead_exception = fields.Selection(
        [("warning", "Alert"), ("danger", "Error")],
        compute="_compute_lead_activities",
    )
    lead_exception_icon = fields.Char(
        compute="_compute_lead_activities", export_string_translation=False
    )
    lead_count = fields.Integer(compute="_compute_lead_count")
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
    chain_followup_ids = fields.One2many(
        "sales.process.followup",
        compute="_compute_chain_followup_ids",
        string="Follow-Ups of All Periods",
    )
    followup_count = fields.Integer(compute="_compute_chain_followup_ids")

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
    _holder_idx = models.Index("(user_id, date_deadline) WHERE state = 'open'")
    # who was given a customer longest ago: see DutyRoster
    _given_idx = models.Index(
        "(team_id, user_id, date_start)"
        " WHERE origin IN ('reception', 'hotline', 'lead', 'release')"
    )
    _warning_idx = models.Index("(date_deadline, warning_level) WHERE state = 'open'")
    _revisit_idx = models.Index(
        "(date_revisit) WHERE state = 'open' AND date_revisit IS NOT NULL"
    )
    # With the index on deadlines: a run that finds nothing due reads no table. Each
    # of the three finds its few rows in it; three indexes would be three times as dear
    # to each statement that writes a customer.
    _waiting_work_idx = models.Index(
        "(id) WHERE has_owner_left OR is_held OR is_warning_untold"
    )
    _waiting_idx = models.Index("(team_id, id) WHERE state = 'pool' AND awaits_duty")
    _served_until_idx = models.Index(
        "(date_served_until) WHERE state = 'open' AND date_served_until IS NOT NULL"
    )

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    @api.constrains("collaborator_ids", "state")
    def _check_pool_has_no_helpers(self):
        """A helper would read what the pool hides."""
        # sudo: a constraint holds whoever writes
        if any(row.state == "pool" and row.collaborator_ids for row in self.sudo()):
            raise ValidationError(
                self.env._("Nobody owns this customer now, so nobody can help.")
            )

    @api.constrains("user_id")
    def _check_owner_is_internal(self):
        """A portal user owns no customer, whatever another application writes."""
        # sudo: a constraint holds whoever writes
        if shared := self.sudo().user_id.filtered("share")[:1]:
            raise ValidationError(
                self.env._(
                    "%(user)s is not a salesperson in the company of these customers.",
                    user=shared.name,
                )
            )

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
        self.env["res.users"].invalidate_model(
            ["process_helped_ownership_ids"], flush=False
        )
        self.env["crm.lead"].invalidate_model(["process_is_helped"], flush=False)

    def init(self):
        """Make the kept questions, whatever addons add to them, once all tables are."""
        self.pool.post_init(make_functions, self.env, KEPT_QUERIES)

    def _register_hook(self):
        super()._register_hook()
        find_functions(self.env, KEPT_QUERIES)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledger(self):
        raise UserError(
            self.env._("An ownership is part of the record and is never deleted.")
        )

    def _lock_rows(self, savepoint=None):
        """Lock the rows against every other transaction, in the order of their ids.

        A row that changed after this transaction began raises a serialization
        failure, which the request or scheduled action repeats. So what has been read
        in this transaction still holds. What the timer asks for is read with the lock,
        and so are the leads, of which Odoo would have to ask when dates are written,
        and the helpers, who go with the customer.

        :param savepoint: ``orm.LateSavepoint`` that begins with it
        :return: the rows that still run (open or in the pool)
        """
        return OwnershipLedger(self).lock(savepoint)

    def _lock_and_ask(self, asked, values, savepoint=None):
        """Lock the rows as :meth:`_lock_rows` does, and ask something with it.

        :param asked: ``KeptQuery`` of a lock, see ``prepare_lock_and_ask``
        :param tuple values: of what is asked
        :param savepoint: ``orm.LateSavepoint`` that begins with it
        :return: the rows that still run, and a list of tuples, those of the question
        """
        return OwnershipLedger(self).lock_and_ask(asked, values, savepoint)

    def _touch_rows(self):
        """Write the rows as they are: whoever waits for one of them begins again.

        A lock alone would let the next one in with what it saw before.
        """
        self.env.execute_query(
            SQL(
                """
                UPDATE sales_process_ownership SET write_date = write_date
                 WHERE id IN %s RETURNING id
                """,
                self._ids,
            )
        )

    def _is_whole_chain(self):
        """Tell whether there is no other period of the customer, as far as is known
        without asking: the first one has no earlier ones, one that runs no later ones.

        :return: bool
        """
        return not self.root_id and self.state != "ended"

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

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

    def _get_current_lead(self):
        """The lead on which a contact is logged: the newest open one, else any.

        :return: crm.lead, may be empty
        """
        self.ensure_one()
        # sudo: who asks is checked by the caller
        ownership = self.sudo()
        leads = ownership._get_open_leads() or ownership.lead_ids.sorted("id")
        return leads[-1:]

    def _get_current_leads(self):
        """The leads on which work with customers stands: see _get_current_lead.

        As the reader, in one query for all.

        :return: ``{ownership id: crm.lead}``, without customers that have none
        """
        leads = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search_fetch(
                [("ownership_id", "in", self.ids)],
                ["ownership_id", "partner_id", "phone", "won_status"],
                order="id",
            )
        )
        return {
            period.id: (own.filtered(lambda lead: lead.won_status == "pending") or own)[
                -1:
            ].with_prefetch(leads._ids)
            for period, own in leads.grouped("ownership_id").items()
        }

    def _get_phones(self):
        """Where each customer is called.

        :return: ``{ownership id: telephone number}``, without unknown ones
        """
        return {
            period_id: lead.phone or lead.partner_id.phone
            for period_id, lead in self._get_current_leads().items()
            if lead.phone or lead.partner_id.phone
        }

    def _get_open_tags(self):
        """The tags of the open leads, where the team has rules by product line."""
        # a release has a thousand customers of one team
        by_team = orm.group_by(self, "team_id")
        with_rules = self.browse().union(
            *(rows for team, rows in by_team.items() if team._has_product_line_rules())
        )
        if not with_rules:
            return {}
        return {
            ownership.id: leads.tag_ids
            for ownership, leads in with_rules._get_open_leads()
            .grouped("ownership_id")
            .items()
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

    def _has_many_details(self):
        """Tell whether one of these customers may count as several.

        :return: bool
        """
        return any(
            sum(key.kind in TYPED_KINDS for key in row.key_ids) > DETAILS_PER_CUSTOMER
            for row in self.sudo()  # sudo: only counted
        )

    def _find_by_partners(self, partners):
        """The running ownerships of contacts, by their keys and their rows.

        :param partners: res.partner
        :return: sales.process.ownership
        """
        if not partners:
            return self.browse()
        keys = self.env["sales.process.ownership.key"].search(
            [
                ("active", "=", True),
                ("kind", "=", "partner"),
                ("value", "in", [str(partner.id) for partner in partners]),
            ]
        )
        running = [("partner_id", "in", partners.ids), ("state", "!=", "ended")]
        return self.search(running) | keys.ownership_id.filtered(
            lambda row: row.state != "ended"
        )

    def _log_on_leads(self, body):
        """Write one line in the chatter of the open leads, without notifying."""
        self.ensure_one()
        # sudo: the chatter of the customer tells it whoever did it
        leads = self.sudo()._get_open_leads()
        if leads:
            leads._message_log_batch(bodies=dict.fromkeys(leads.ids, body))

    # ------------------------------------------------------------
    # THE LEDGER: see OwnershipLedger, HandOver
    # ------------------------------------------------------------

    def _open_periods(self, values_list):
        """Create periods, silently and in one batch.

        :param list values_list: values of :meth:`create`; ``date_start`` defaults to
            now; holder, root and deadline follow from the other values; ``is_given``
            says that the roster chose the owner
        :return: the new ownerships
        """
        return OwnershipLedger(self).open_periods(values_list)

    def _end(self, reason, note=None):
        """End the periods and free their keys: the customers are new again.

        Leads keep the period, so that past deals stay with the salesperson who
        closed them. Periods that have ended already are left as they are.

        :param str reason: a value of ``end_reason``
        :param str note: the reason in words
        :return: the periods that were ended
        """
        return OwnershipLedger(self).end(reason, note)

    def _before_end(self):
        """What these periods leave behind, before they end; they are locked.

        Clocks stop, held customers are counted where they were released, nobody is
        warned of a period that ends. Homes of the owners are shown anew.
        """
        self.env["sales.process.notice"]._refresh_homes(self.user_id)
        self._stop_clocks()
        if held := orm.filter_by(self, "is_held"):
            self.env["sales.process.release"]._settle_held(held, "went")
        if warned := orm.filter_by(self, "warning_level"):
            warned._clear_warnings()

    def _sync_phase(self, open_leads=None):
        """Bring phase and end in line with the leads of the customer.

        An open lead is pursued. With won leads and no open one the customer has
        signed. With lost leads only, it is lost. Without any lead it is given up.

        :param open_leads: crm.lead, open ones of these customers that are known
        """
        return OwnershipLedger(self).sync_phase(open_leads)

    def _check_hand_over(self, actor, user, team=None):
        """Refuse a change of owner by somebody who may not decide it.

        The one permission: asked for every change of owner, whatever the door, of the
        person behind the act. Teams that only observe refuse nobody.

        :param actor: res.users, who does it
        :param user: res.users, the new owner; empty for the pool
        :param team: crm.team, the new team; by default the team stays
        :raise UserError: one sentence, for the first customer that is refused
        """
        self._check_no_reception(user)
        # sudo: who decides does not depend on who may read customer and team
        for customer in self.sudo():
            target = (team or customer.team_id).sudo()
            HandOverPermission(customer, actor, user, target).check()

    def _check_decided(self, assignments, team=None):
        """Ask :meth:`_check_hand_over`, of everybody but our own scheduled actions.

        :param dict assignments: ``{ownership: res.users or empty recordset}``
        """
        if self.env.user._is_superuser() or get_door(self.env) in OWN_DOORS:
            return
        by_user = defaultdict(self.browse)
        for ownership, user in assignments.items():
            by_user[user] |= ownership
        for user, ownerships in by_user.items():
            ownerships._check_hand_over(self.env.user, user, team)

    def _hand_over(self, assignments, origin, reason, note=None, team=None):
        """Give customers to other owners, or to the pool, in one batch.

        The running period ends and a new one begins; the keys never are without a
        period. Open leads, planned activities, future meetings and followers go with
        the customer; won and lost leads stay with the period in which they closed.

        :param dict assignments: ``{ownership: res.users or empty recordset}``
        :param str origin: a value of ``origin`` for the new periods
        :param str reason: a value of ``end_reason`` for the old periods
        :param str note: the reason in words, shown in the chatter
        :param team: the new team; by default the team stays
        :return: ``{old ownership: new ownership}``; periods that had ended before
            are not in it
        """
        return HandOver(self, assignments, origin, reason, note, team).run()

    def _prepare_successor_values(self, user, team, origin, reason):
        """Values of the period that follows this one.

        :param user: the new owner, or an empty recordset for the pool
        :return: dict for :meth:`create`
        """
        self.ensure_one()
        lapses = self.lapse_count + self._is_lapse(reason)
        # the rules of the team that let it go, whosever pool receives it
        limit = 0 if user else self.team_id.process_carousel_limit
        helpers = self.collaborator_ids - user if user else None
        values = {
            **orm.get_row(self, KEPT_BY_SUCCESSOR),
            "user_id": user.id,
            "team_id": team.id,
            "company_id": self._get_company_in(team).id,
            "state": "open" if user else "pool",
            "origin": origin,
            "previous_id": self.id,
            "lapse_count": lapses,
            "is_dormant": bool(limit) and lapses >= limit,
        }
        if helpers:
            values["collaborator_ids"] = [fields.Command.set(helpers.ids)]
        return values

    def _get_company_in(self, team):
        """The company of the customer in a team: that of its branch, if it has one.

        :return: res.company
        """
        company, own = team.company_id, self.company_id
        if (
            company
            and company != own
            and company._get_customer_company() == own._get_customer_company()
        ):
            return company
        return own

    def _is_lapse(self, reason):
        """Tell whether the owner let the customer go, and was not away meanwhile.

        :param str reason: a value of ``end_reason``
        :return: bool
        """
        self.ensure_one()
        return reason in LAPSE_REASONS and not self.is_excused
