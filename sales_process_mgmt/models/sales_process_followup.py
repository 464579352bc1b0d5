# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import deadline as deadline_tools
from ..tools import labels, orm
from ..tools.transaction import (
    are_customers_locked,
    get_known_contacts,
    moves_along,
    moving_along,
)
from .sales_process_followup_judge import (
    DEPENDENT_REASONS,
    AskedContact,
    FollowupJudge,
    KnownContacts,
)
from .sales_process_followup_next import NextContacts

CHANNELS = [
    ("reception", "Reception"),
    ("hotline", "Hotline"),
    ("call", "Call"),
    ("visit", "Visit"),
    ("meeting", "Meeting"),
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("message", "Chat Message"),
    ("other", "Other"),
]
# Clocks of servers, telephones and people are not quite the same.
CLOCK_SKEW = timedelta(seconds=60)
# Nobody agrees on a contact later than this; a longer span is a slip of the keyboard.
NEXT_MAX = timedelta(days=3660)
TEXT_LIMITS = {
    "subject": 1000,
    "solution": 100_000,
    "next_step": 1000,
    "location": 1000,
}
# What people write; the rest is the system's or the chatter's.
EDITABLE_FIELDS = {
    "channel",
    "date",
    "date_next",
    "duration",
    "latitude",
    "lead_id",
    "location",
    "longitude",
    "next_step",
    "photo",
    "plan_next",
    "solution",
    "subject",
    "user_id",
}
# What is done with a contact until it moves the clock: see _get_late_insert
LATE_STEPS = (
    "_agree_next",
    "_check_dates",
    "_judge",
    "_log_backdated",
    "_register_contacts",
)
# What decides whether a contact counts, and until when.
CLOCK_FIELDS = EDITABLE_FIELDS - {"next_step", "plan_next"}
RANKS = [
    ("machine", "Made by the system"),
    ("stated", "Stated"),
    ("proven", "Proven"),
]


class SalesProcessFollowup(models.Model):
    """One contact with a customer, and the only thing that resets the timer.

    Whether it counts stands in ``sales_process_followup_judge.py``, how an agreed next
    contact is planned in ``sales_process_followup_next.py``. What is agreed and who
    approves it, what proves a contact later and spot checks are inherited from rooms of
    those names.
    """

    _name = "sales.process.followup"
    _description = "Follow-Up"
    _inherit = [
        "sales.process.guard",
        "sales.process.followup.agreed",
        "sales.process.followup.check",
        "sales.process.followup.place",
        "sales.process.followup.proof",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _rec_name = "subject"
    _rec_names_search = ["subject", "lead_id"]
    _mail_post_access = "read"
    _text_limits = TEXT_LIMITS
    _is_inserted = True

    date = fields.Datetime(
        required=True,
        index=True,
        default=lambda self: self._default_date(),
        tracking=True,
        help="When the contact took place.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
        help="Who was in contact with the customer.",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        required=True,
        index=True,
        ondelete="cascade",
        tracking=True,
    )
    # found by the index with the date
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        readonly=True,
        ondelete="restrict",
        help="The period of responsibility in which the contact was recorded.",
    )
    team_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        readonly=True,
        help="The team of the lead when the contact was recorded.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        related="lead_id.partner_id",
    )
    channel = fields.Selection(
        CHANNELS,
        required=True,
        default="call",
        tracking=True,
        help="How the customer was reached.",
    )
    subject = fields.Char(
        tracking=True,
        help="What was discussed. Without it the follow-up does not count.",
    )
    solution = fields.Text(help="What was solved or offered.")
    next_step = fields.Char(help="What happens next.")
    date_next = fields.Date(
        string="Next Contact",
        tracking=True,
        help="Agreed with the customer, a day in the owner's time zone. A day beyond "
        "the deadline moves the deadline, within the limits of the team.",
    )
    plan_next = fields.Boolean(
        string="Plan It",
        default=True,
        help="Plan an activity for the next contact.",
    )
    location = fields.Char(help="Where the contact took place, in words.")
    latitude = fields.Float(digits=(10, 7), aggregator=None)
    longitude = fields.Float(digits=(10, 7), aggregator=None)
    photo = fields.Image(
        string="Photograph",
        max_width=1920,
        max_height=1920,
        help="Taken during the visit. It proves the visit, as a position does.",
    )
    duration = fields.Float(help="How long the contact took, in hours.")
    source = fields.Selection(
        [
            ("manual", "By Hand"),
            ("activity", "Activity"),
            ("meeting", "Meeting"),
            ("mail", "E-mail"),
            ("sms", "SMS"),
        ],
        default="manual",
        required=True,
        readonly=True,
        help="Where the follow-up comes from.",
    )
    # found by the indexes that keep them unique
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    calendar_event_id = fields.Many2one(
        "calendar.event",
        string="Meeting",
        readonly=True,
        ondelete="set null",
    )
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, ondelete="set null"
    )
    counts = fields.Boolean(
        readonly=True,
        tracking=True,
        help="Whether the contact resets the follow-up timer.",
    )
    rank = fields.Selection(
        RANKS,
        string="Evidence",
        readonly=True,
        help="Proven: a message that arrived, a meeting with the customer, a visit "
        "with position or photograph. Stated: somebody wrote what was discussed. Made "
        "by the system: a finished activity or meeting without a word. The team says "
        "which evidence resets the timer.",
    )
    rank_reason = fields.Selection(
        [
            ("delivered", "A message to the customer"),
            ("attended", "A meeting to which the customer was invited"),
            ("position", "A visit with position"),
            ("photo", "A visit with photograph"),
            ("words", "Somebody wrote what was discussed"),
            ("silent", "Nobody wrote what was discussed"),
            ("before", "Recorded before evidence was asked for"),
        ],
        string="Evidence By",
        readonly=True,
    )
    is_named_by_system = fields.Boolean(
        readonly=True,
        export_string_translation=False,
        help="The subject is the name of an activity or meeting: nobody wrote it.",
    )
    is_not_held = fields.Boolean(
        readonly=True,
        export_string_translation=False,
        help="The meeting was declined, put off or deleted.",
    )
    sent_to = fields.Json(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="The recipients of the message who are the customer, and the addresses "
        "that they had when it was written.",
    )
    is_astray = fields.Boolean(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="The message went out to none of the addresses that it was written to.",
    )
    is_same_day = fields.Boolean(
        string="Same Day Again",
        readonly=True,
        help="The same person was in contact with the same customer by the same "
        "channel before on that day. It is counted once in reports and goals.",
    )
    is_voided = fields.Boolean(string="Voided by the Leader", readonly=True)
    void_text = fields.Char(
        string="Why It Was Voided", readonly=True, tracking=True, size=500
    )
    voided_by_id = fields.Many2one("res.users", readonly=True)
    date_voided = fields.Datetime(string="Voided On", readonly=True)
    checked_by_id = fields.Many2one("res.users", readonly=True)
    date_checked = fields.Datetime(
        string="Checked On",
        readonly=True,
        help="When a leader looked at the contact in a spot check and let it stand.",
    )
    void_reason = fields.Selection(
        [
            ("leader", "Voided by the team leader"),
            ("stranger", "Not by the owner or a helper"),
            ("no_owner", "Nobody owned the customer"),
            ("held", "Too late: the customer was being released"),
            ("before_period", "Before the period of this owner"),
            ("not_held", "The meeting was declined, put off or deleted"),
            ("silent", "Nobody wrote what was discussed"),
            ("short", "The subject is too short"),
            ("no_words", "The text does not say what was discussed"),
            ("place", "The place of the visit is missing"),
            ("position", "Position or photograph of the visit is missing"),
            ("duration", "The duration of the call is missing"),
            ("unproven", "The team asks for proof"),
            ("repeated", "The same text as before"),
            ("same_day", "One contact without words a day is enough"),
            ("limit", "More contacts than one person has in a day"),
            ("late", "Entered too late"),
            ("other_party", "Not sent to the customer"),
            ("undelivered", "The message did not arrive"),
        ],
        string="Why It Does Not Count",
        readonly=True,
    )
    counts_label = fields.Char(
        string="Resets the Timer",
        compute="_compute_counts_label",
        help="Whether the contact resets the follow-up timer, and why not.",
    )
    is_backdated = fields.Boolean(
        string="Entered Later",
        readonly=True,
        help="Entered on a later day than the contact.",
    )
    date_extension_cut = fields.Date(
        string="Extended At Most To",
        readonly=True,
        help="The agreed day was beyond the team's limit; the deadline was moved to "
        "this day. More needs the team leader.",
    )
    extension_approved = fields.Boolean(
        string="Agreed Day Approved",
        readonly=True,
        tracking=True,
        help="The team leader lets the agreed day stand beyond the team's limit.",
    )
    is_extension_asked = fields.Boolean(
        string="Leader Asked",
        readonly=True,
        copy=False,
        help="The team leader has been asked to let the agreed day stand.",
    )
    date_next_limit = fields.Date(
        string="Without the Leader At Most",
        compute="_compute_date_next_limit",
        help="The agreed day is beyond the team's limit: until the team leader "
        "approves it, the deadline moves to this day only.",
    )
    can_lead = fields.Boolean(
        compute="_compute_can_lead",
        help="Whether you lead the team of this customer.",
    )
    can_judge = fields.Boolean(
        compute="_compute_can_lead",
        help="Whether you may take the contact back: the team leader, not the person.",
    )
    can_approve = fields.Boolean(
        compute="_compute_can_lead",
        help="Whether you may let the agreed day stand: the team leader, not the "
        "person.",
    )

    _check_position = models.Constraint(
        "CHECK(latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180)",
        "A latitude lies between -90 and 90 degrees, a longitude between -180 and "
        "180 degrees.",
    )
    _check_duration = models.Constraint(
        "CHECK(duration >= 0 AND duration <= 1000)",
        "The duration lies between 0 and 1,000 hours.",
    )
    # A contact that counts for a reason, or does not count without one, explains
    # nothing.
    _check_void_reason = models.Constraint(
        "CHECK(NOT (COALESCE(counts, FALSE) AND void_reason IS NOT NULL))",
        "A follow-up that counts has no reason why it does not.",
    )
    _activity_uniq = models.UniqueIndex(
        "(activity_id) WHERE activity_id IS NOT NULL",
        "This activity has its follow-up already.",
    )
    _event_uniq = models.UniqueIndex(
        "(calendar_event_id) WHERE calendar_event_id IS NOT NULL",
        "This meeting has its follow-up already.",
    )
    _message_uniq = models.UniqueIndex(
        "(mail_message_id) WHERE mail_message_id IS NOT NULL",
        "This message has its follow-up already.",
    )
    # what one person did on one day is asked with every contact
    _user_date_idx = models.Index("(user_id, date)")
    _ownership_moment_idx = models.Index(
        "(ownership_id, date) WHERE ownership_id IS NOT NULL"
    )
    _asked_idx = models.Index("(team_id) WHERE is_extension_asked")

    @api.model
    def _default_date(self):
        return self.env.cr.now().replace(microsecond=0)

    @api.depends_context("lang")
    @api.depends("subject", "channel")
    def _compute_display_name(self):
        channels = labels.get_choices(self, "channel")
        for followup in self:
            followup.display_name = followup.subject or channels.get(followup.channel)

    @api.depends_context("lang")
    @api.depends("counts", "void_reason")
    def _compute_counts_label(self):
        reasons = labels.get_choices(self, "void_reason")
        for followup in self:
            followup.counts_label = (
                self.env._("Counts")
                if followup.counts
                else reasons.get(followup.void_reason, "")
            )

    @api.depends_context("uid")
    @api.depends("team_id.user_id", "lead_id", "user_id")
    def _compute_can_lead(self):
        for followup in self:
            # sudo: whether somebody leads a team does not depend on reading it
            record = followup.sudo()
            team = record.team_id or record.lead_id.team_id
            followup.can_lead = team._is_leader(self.env.user)
            followup.can_judge = record._may_judge(self.env.user, team)
            followup.can_approve = followup._may_approve(self.env.user)

    @api.depends("date_next", "date", "lead_id", "user_id")
    @api.depends_context("uid")
    def _compute_date_next_limit(self):
        """Before it is saved: an agreed day that needs the leader says so."""
        for followup in self:
            followup.date_next_limit = followup._get_next_limit()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_protected({name for vals in vals_list for name in vals})
        self._check_ranges(vals_list)
        for vals in vals_list:
            vals.setdefault("lead_id", self.env.context.get("default_lead_id"))
        if not all(vals["lead_id"] for vals in vals_list):
            raise ValidationError(
                self.env._("A follow-up belongs to a lead. Choose the lead.")
            )
        self._check_sent_ids(vals_list)
        leads = self.env["crm.lead"].browse(vals["lead_id"] for vals in vals_list)
        self._check_may_log_for(leads, vals_list)
        # sudo: the helper may read the ownership through this contact only
        leads = leads.sudo()
        if not are_customers_locked(self.env):
            leads.ownership_id._lock_rows()
        # no "created" line and no follower for each contact: they are a log themselves
        silent = self.with_context(tracking_disable=True)
        followups = super(SalesProcessFollowup, silent).create(vals_list)
        followups = followups.with_env(self.env)
        followups._check_dates()
        followups._judge(known=get_known_contacts(self.env))
        followups._log_backdated()
        followups._agree_next()
        followups._register_contacts()
        NextContacts(followups).plan()
        followups._ask_for_words()
        followups._log_on_leads()
        return followups

    @api.readonly
    @api.model
    def get_import_templates(self):
        """The template of the import: contacts of another register."""
        return [
            {
                "label": self.env._("Template for Follow-Ups"),
                "template": (
                    "/sales_process_mgmt/import_template/sales.process.followup"
                ),
            }
        ]

    @api.model
    def _get_import_columns(self):
        """What a file of contacts says; leads are named as in the file of customers.

        :return: list of ``(path of the field, examples)``
        """
        channels = labels.get_choices(self, "channel")
        return [
            ("id", ["contact.0001", "contact.0002"]),
            ("lead_id/id", ["register.0001", "register.0002"]),
            ("user_id", [self.env.user.name] * 2),
            ("date", ["2026-03-02 10:00:00", "2026-04-15 15:30:00"]),
            ("channel", [channels["call"], channels["visit"]]),
            (
                "subject",
                [
                    self.env._("Asked for a quotation for two machines"),
                    self.env._("Saw the plant, wants delivery in autumn"),
                ],
            ),
            ("next_step", ["", ""]),
        ]

    def _prepare_server_values(self, vals_list):
        # sudo: the helper may read the ownership through this contact only
        leads = self.env["crm.lead"].sudo()
        return [
            # most contacts count: those that do are not written a second time
            {
                **vals,
                "counts": not vals.get("void_reason"),
                **FollowupJudge.guess_rank(vals),
                **self._prepare_lead_values(leads.browse(vals["lead_id"])),
            }
            for vals in super()._prepare_server_values(vals_list)
        ]

    def write(self, vals):
        if moves_along(self.env):
            return super().write(vals)
        self._check_sent_ids([vals])
        self._check_ranges([vals])
        if not self.env.su:
            self._correct(vals)
        before = self.sudo().ownership_id
        if "lead_id" in vals:
            lead = self.env["crm.lead"].browse(vals["lead_id"])
            (lead | self.lead_id)._check_may_follow_up()
            # sudo: see _prepare_server_values
            moved = self._prepare_lead_values(lead.sudo())
        if not CLOCK_FIELDS & vals.keys():
            return super().write(vals)
        (before | self.sudo().ownership_id)._lock_rows()
        result = super().write(vals)
        if "lead_id" in vals:
            self._move_along(moved)
            self._check_after_write(vals)
        self._check_dates()
        self._judge(who_changed=bool({"lead_id", "user_id"} & vals.keys()))
        self._reconsider(before | self.sudo().ownership_id)
        if "date_next" in vals:
            # another day is another question
            self.sudo().write({"is_extension_asked": False})
            NextContacts(self).ask()
        self._thank_for_words()
        return result

    def _correct(self, vals):
        """Before a person writes: may they, and what does not hold any more?

        :param dict vals: values of ``write``
        :raise AccessError, ValidationError, UserError: one sentence
        """
        self._refuse_protected(vals)
        self._check_may_edit(vals)
        if "lead_id" in vals:
            if not self.env["crm.lead"].browse(vals["lead_id"]).exists():
                raise ValidationError(
                    self.env._("A follow-up belongs to a lead. Choose the lead.")
                )
            # what was approved was a day for that customer
            moved = self.filtered(lambda row: row.lead_id.id != vals["lead_id"])
            NextContacts(moved).forget(date.max)
        if vals.get("date_next"):
            agreed = NextContacts(self)
            agreed.forget(fields.Date.to_date(vals["date_next"]))
            agreed.approve()
        if "subject" in vals:
            # sudo: what the system decides
            self.sudo().filtered(
                lambda row: row.is_named_by_system and row.subject != vals["subject"]
            ).write({"is_named_by_system": False})

    def unlink(self):
        # sudo: the ledger is written by its own methods only
        ownerships = self.sudo().ownership_id
        result = super().unlink()
        self._reconsider(ownerships)
        return result

    @api.model
    def _prepare_lead_values(self, lead):
        return {
            "ownership_id": lead.ownership_id.id,
            "team_id": lead.team_id.id,
            "company_id": lead._get_process_company().id,
        }

    # ------------------------------------------------------------
    # WHO MAY, AND WHEN
    # ------------------------------------------------------------

    @api.model
    def _check_may_log_for(self, leads, vals_list):
        """People log their own contacts, on customers they may work."""
        if self.env.su:
            return
        leads._check_may_follow_up()
        for lead, vals in zip(leads, vals_list, strict=True):
            user_id = vals.get("user_id") or self.env.context.get("default_user_id")
            if user_id and user_id != self.env.uid:
                # sudo: whether somebody leads a team does not depend on reading it
                if not lead.sudo().team_id._is_leader(self.env.user):
                    raise AccessError(
                        self.env._(
                            "You log your own contacts. Only the team leader logs one "
                            "for somebody else."
                        )
                    )

    def _check_may_edit(self, vals):
        """Salespeople correct their own words for some days, leaders at any time."""
        if not EDITABLE_FIELDS & vals.keys():
            return
        for followup in self:
            # sudo: whether somebody leads a team does not depend on reading it
            team = followup.sudo().team_id
            if team._may_decide(self.env.user, followup.sudo()._get_judged()):
                continue
            if followup.user_id != self.env.user or (
                vals.get("user_id", self.env.uid) != self.env.uid
            ):
                raise AccessError(
                    self.env._(
                        "Only the person who made the contact or the team leader "
                        "changes a follow-up."
                    )
                )
            moment = fields.Datetime.to_datetime(vals.get("date"))
            if moment and (
                moment > max(followup.date, followup.create_date + CLOCK_SKEW)
            ):
                # the clock would go on for days with one contact
                raise ValidationError(
                    self.env._(
                        "The contact took place before it was entered. Log another "
                        "follow-up for a later one."
                    )
                )
            span = timedelta(days=max(1, team.process_followup_backdate_days))
            if followup.create_date + span < self.env.cr.now():
                raise UserError(
                    self.env._(
                        "It is too late to correct this follow-up, days allowed: "
                        "%(days)s. Ask the team leader.",
                        days=span.days,
                    )
                )

    def _check_dates(self):
        """A contact lies in the past, and not before the bound of late entries.

        :raise ValidationError: one sentence that says what is possible
        """
        now = self.env.cr.now().replace(microsecond=0)
        for followup in self:
            if followup.date > now + CLOCK_SKEW:
                raise ValidationError(
                    self.env._(
                        "A follow-up records a contact that took place. Its date "
                        "cannot be in the future; plan an activity instead."
                    )
                )
        by_hand = self.browse()
        if not self.env.su:
            by_hand = self.filtered(lambda row: row.source == "manual")
        dated = self.filtered("date_next") | by_hand
        for followup, zone in dated._get_local_zones().items():
            agreed = followup.date_next
            day = deadline_tools.local_date(followup.date, zone)
            if agreed and not day <= agreed <= day + NEXT_MAX:
                raise ValidationError(
                    self.env._(
                        "The next contact lies after this one and within the next ten "
                        "years."
                    )
                )
            if followup in by_hand:
                followup._check_backdate(day, now, zone)

    def _check_backdate(self, day, now, zone):
        """A late entry is bounded; a leader may enter an older contact.

        :param date day: the day of the contact, where the salesperson is
        :param now: naive UTC datetime
        :param zone: pytz zone of the salesperson
        """
        # sudo: the customer may not be readable any more, its age is no secret
        followup = self.sudo()
        team = followup.team_id
        bound = timedelta(days=team.process_followup_backdate_days)
        entered = followup.create_date or now
        if not team._may_decide(self.env.user, followup._get_asking()) and (
            day < deadline_tools.local_date(entered, zone) - bound
        ):
            raise ValidationError(
                self.env._(
                    "It is too late to enter this contact, days allowed: %(days)s. "
                    "Ask the team leader to enter an older one.",
                    days=bound.days,
                )
            )
        period = followup.ownership_id.root_id or followup.ownership_id
        known = min(filter(None, (followup.lead_id.create_date, period.date_start)))
        if day < deadline_tools.local_date(known, zone) - bound and not (
            self.env.context.get("import_file")
        ):
            raise ValidationError(
                self.env._("The customer was not registered yet on that day.")
            )

    def _get_local_zones(self):
        """The zones in which people count the days, each person asked once.

        :return: ``{follow-up: pytz zone}``
        """
        zones = {}
        by_followup = {}
        for followup in self:
            # sudo: a team may be hidden from its former member
            team, user = followup.sudo().team_id, followup.user_id
            if (team, user) not in zones:
                zones[team, user] = team._get_process_timezone(user)
            by_followup[followup] = zones[team, user]
        return by_followup

    def _get_local_day(self, moment):
        """The day of a moment, in the zone of the person of this follow-up."""
        self.ensure_one()
        return deadline_tools.local_date(moment, self._get_local_zones()[self])

    @api.model
    def _move_all(self, moves, touched=None):
        """Leads or customers are merged: their contacts move, as they are.

        :param dict moves: ``{"lead_id" or "ownership_id": (crm.lead or
            sales.process.ownership that go, the one that stays)}``
        :param touched: sales.process.ownership whose row is written with it: whoever
            waits for it begins again, and sees these contacts
        :return: the contacts that have moved, in sudo
        """
        # sudo: nothing of what was said changes, only where it stands
        rows = self.sudo()
        if orm.is_plain(rows, "write"):
            return orm.move_rows(rows, moves, ["date_next"], touched)
        moved = rows.browse()
        for name, (sources, target) in moves.items():
            # each: by the lead, and by the period
            found = rows.search([(name, "in", sources.ids)])
            found._move_along({name: target.id})
            moved |= found
        if touched:
            touched._touch_rows()
        return moved

    def _move_along(self, vals):
        if not self:
            return
        # sudo: nothing of what was said changes, only where it stands
        rows = self.sudo()
        if orm.is_plain(rows, "write"):
            orm.write_decided(rows, dict.fromkeys(vals.items(), rows.ids))
            return
        with moving_along(self.env):
            rows.with_context(tracking_disable=True).write(vals)

    # ------------------------------------------------------------
    # WHETHER IT COUNTS: see sales_process_followup_judge.py
    # ------------------------------------------------------------

    @api.model
    def _get_late_insert(self):
        """A contact waits for what it moves: one statement instead of two.

        Only where nothing of ours is replaced that happens until then.
        """
        known = get_known_contacts(self.env)
        return known.late if known and orm.is_plain(self, *LATE_STEPS) else None

    @api.model
    def _insert_late(self):
        """A contact that waits to be inserted is asked for, or written, next."""
        known = get_known_contacts(self.env)
        if known and known.late:
            known.late.run(self.env)

    def _judge(self, who_changed=True, known=None):
        """Decide for each contact whether it counts, and why not.

        :param bool who_changed: the person or the customer is new
        :param known: :class:`KnownContacts`, what has been read of others
        """
        FollowupJudge(self, who_changed, known).run()

    def _judge_again(self, vals=None):
        """Something about contacts has changed: judge them, and take the clocks again.

        :param dict vals: what is written before
        """
        self.ownership_id._lock_rows()
        if vals:
            self.write(vals)
        self._judge(who_changed=False)
        self._reconsider(self.ownership_id)

    @api.model
    def _prepare_asked(self, lead, values):
        """What is asked of a contact that is about to be recorded.

        :param dict values: values of ``create``
        :return: :class:`AskedContact`
        """
        return AskedContact(
            lead.ownership_id,
            lead.id,
            lead.team_id,
            values["user_id"],
            values["source"],
            values["date"],
        )

    @api.model
    def _read_known(self, contacts, activities=()):
        """What the same people recorded beside some contacts, in one query.

        :return: :class:`KnownContacts`, see its ``find``
        """
        return KnownContacts(self.env).find(contacts, activities=activities)

    @api.model
    def _lock_and_read_known(self, contacts, activities, savepoint):
        """Lock the customers of some contacts, and read what is known beside them.

        Of one contact it is asked with the lock, by one statement; whoever calls asks
        again what turns out to be another question, see ``KnownContacts.knows``.

        :param list contacts: :class:`AskedContact`
        :param activities: mail.activity of which is asked whether they are recorded
        :param savepoint: ``orm.LateSavepoint`` that begins with the lock
        :return: :class:`KnownContacts`
        """
        known = KnownContacts(self.env)
        if savepoint and len(contacts) == 1 and contacts[0].ownership:
            return known.find_with_lock(contacts[0], activities, savepoint)
        periods = self.env["sales.process.ownership"].union(
            *(row.ownership for row in contacts)
        )
        periods._lock_rows(savepoint)
        return known

    # ------------------------------------------------------------
    # THE CLOCK
    # ------------------------------------------------------------

    def _register_contacts(self):
        """Move the timers of the customers forward, in one batch.

        Their rows are locked and open: what counts has been judged so.
        """
        contacts = {}
        # sudo: the ledger is written by its own methods only
        for followup in self.sudo():
            if followup.counts:
                ownership, moment = followup.ownership_id, followup.date
                contacts[ownership] = max(contacts.get(ownership, moment), moment)
        ownerships = self.env["sales.process.ownership"].sudo().union(*contacts)
        ownerships._move_last_contact(contacts)
        self._insert_late()
        if not ownerships:
            return
        self.env["sales.process.revisit"]._follow_contacts(ownerships)

    def _reconsider(self, ownerships):
        """Contacts were changed or deleted: take the clocks from what is left.

        A text that was refused because it stood in one of them may count now.

        :param ownerships: sales.process.ownership in sudo
        """
        if not ownerships:
            return
        # sudo: the ledger is written by its own methods only
        self.sudo().search(
            [
                ("ownership_id", "in", ownerships.ids),
                ("id", "not in", self.ids),
                "|",
                ("void_reason", "in", DEPENDENT_REASONS),
                ("is_same_day", "=", True),
            ]
        )._judge(who_changed=False)
        ownerships._recompute_agreed()
        ownerships._recompute_last_contact()
        self.env["sales.process.revisit"]._follow_contacts(
            ownerships, is_taken_back=True
        )

    # ------------------------------------------------------------
    # WHAT IS SAID OF IT
    # ------------------------------------------------------------

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """Nobody follows a contact by itself: that would be a row for each of them."""
        return []

    def message_post(self, **kwargs):
        """A remark of somebody else reaches the person who made the contact."""
        if kwargs.get("message_type") == "comment" and (
            kwargs.get("subtype_xmlid") == "mail.mt_comment"
        ):
            # sudo: who made the contact may be read by whoever may remark on it
            person = self.sudo().user_id - self.env.user
            partners = set(kwargs.get("partner_ids") or ())
            kwargs["partner_ids"] = list(partners.union(person.partner_id.ids))
        return super().message_post(**kwargs)

    def _log_on_leads(self):
        """One line in the chatter of the lead: who, how, what, and whether it counts.

        A done activity, an e-mail and a text message stand there already.
        """
        bodies = {}
        logged = self.filtered(lambda row: row.source in ("manual", "meeting"))
        channels = labels.get_choices(self, "channel") if logged else {}
        for followup in logged:
            bodies.setdefault(followup.lead_id.id, []).append(
                self.env._(
                    "%(channel)s by %(person)s: %(subject)s (%(counts)s)",
                    # sudo: a colleague's name is no secret
                    person=followup.sudo().user_id.name,
                    channel=channels[followup.channel],
                    subject=followup.subject or "–",
                    counts=followup.counts_label,
                )
            )
        if not bodies:
            return
        # sudo: the system writes the log, whoever made the entry
        self.env["crm.lead"].sudo().browse(bodies)._message_log_batch(
            bodies={
                lead_id: Markup("<br/>").join(lines)
                for lead_id, lines in bodies.items()
            }
        )

    def _log_backdated(self):
        """Say in the chatter of a late entry how late it is."""
        backdated = self.filtered("is_backdated")
        if not backdated:
            return
        self._insert_late()
        bodies = {}
        for followup, zone in backdated._get_local_zones().items():
            days = (
                deadline_tools.local_date(followup.create_date, zone)
                - deadline_tools.local_date(followup.date, zone)
            ).days
            bodies[followup.id] = self.env._(
                "Entered after the contact, days: %(days)s", days=days
            )
        # sudo: the system writes the log, whoever made the entry
        backdated.sudo()._message_log_batch(bodies=bodies)

    def action_saved(self):
        """Say that the contact is logged, and whether it counts.

        :return: dict, a client action
        """
        self.ensure_one()
        if self.counts:
            # sudo: the deadline of a helped customer is no secret for the helper
            deadline = self.sudo().lead_id.followup_deadline
            message = (
                self.env._("Follow-up logged: the timer starts again.")
                if deadline
                else self.env._("Follow-up logged.")
            )
            kind = "success"
        else:
            message = self.env._(
                "Follow-up logged. It does not reset the timer: %(reason)s.",
                reason=self.counts_label,
            )
            kind = "warning"
        return self.env["sales.process.notice"]._toast(message, kind=kind)
