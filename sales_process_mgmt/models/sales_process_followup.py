# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import deadline as deadline_tools
from ..tools.transaction import (
    MovesAlong,
    are_customers_locked,
    get_known_contacts,
    moves_along,
)

CHANNELS = [
    ("reception", "Reception"),
    ("hotline", "Hotline"),
    ("call", "Call"),
    ("visit", "Visit"),
    ("meeting", "Meeting"),
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("message", "Message"),
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
# What decides whether a contact counts, and until when.
CLOCK_FIELDS = EDITABLE_FIELDS - {"next_step", "plan_next"}
RANKS = [
    ("machine", "Made by the system"),
    ("stated", "Stated"),
    ("proven", "Proven"),
]


class SalesProcessFollowup(models.Model):
    """One contact with a customer, and the only thing that resets the timer.

    Whether it counts stands in ``sales_process_followup_count.py``, what an agreed
    next contact does in ``sales_process_followup_next.py``.
    """

    _name = "sales.process.followup"
    _description = "Follow-Up"
    _inherit = ["sales.process.guard", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_name = "subject"
    _rec_names_search = ["subject", "lead_id"]
    _mail_post_access = "read"
    _text_limits = TEXT_LIMITS

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
        index=True,
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
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        index="btree_not_null",
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
    company_id = fields.Many2one("res.company", index="btree_not_null", readonly=True)
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
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )
    calendar_event_id = fields.Many2one(
        "calendar.event",
        string="Meeting",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
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
    _ownership_date_idx = models.Index("(ownership_id, date) WHERE counts")

    @api.model
    def _default_date(self):
        return self.env.cr.now().replace(microsecond=0)

    @api.depends_context("lang")
    @api.depends("subject", "channel")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for followup in self:
            followup.display_name = followup.subject or channels.get(followup.channel)

    @api.depends_context("lang")
    @api.depends("counts", "void_reason")
    def _compute_counts_label(self):
        reasons = dict(self._fields["void_reason"]._description_selection(self.env))
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
            followup.can_judge = followup.can_lead and (
                self.env.user not in followup.user_id | followup.create_uid
            )
            followup.can_approve = followup._may_approve(self.env.user)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_protected({name for vals in vals_list for name in vals})
        for vals in vals_list:
            vals.setdefault("lead_id", self.env.context.get("default_lead_id"))
        if not all(vals["lead_id"] for vals in vals_list):
            raise ValidationError(
                self.env._("A follow-up belongs to a lead. Choose the lead.")
            )
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
        followups._plan_next()
        followups._ask_for_words()
        followups._log_on_leads()
        return followups

    def _prepare_server_values(self, vals_list):
        # sudo: the helper may read the ownership through this contact only
        leads = self.env["crm.lead"].sudo()
        return [
            # most contacts count: those that do are not written a second time
            {
                **vals,
                "counts": not vals.get("void_reason"),
                **self._prepare_rank_values(vals),
                **self._prepare_lead_values(leads.browse(vals["lead_id"])),
            }
            for vals in super()._prepare_server_values(vals_list)
        ]

    def write(self, vals):
        if moves_along(self.env):
            return super().write(vals)
        if not self.env.su:
            self._refuse_protected(vals)
            self._check_may_edit(vals)
            if "lead_id" in vals:
                if not self.env["crm.lead"].browse(vals["lead_id"]).exists():
                    raise ValidationError(
                        self.env._("A follow-up belongs to a lead. Choose the lead.")
                    )
                # what was approved was a day for that customer
                moved = self.filtered(lambda row: row.lead_id.id != vals["lead_id"])
                moved._forget_approval(date.max)
            if vals.get("date_next"):
                self._forget_approval(fields.Date.to_date(vals["date_next"]))
                self._approve_if_leader()
            if "subject" in vals:
                # sudo: what the system decides
                self.sudo().filtered(
                    lambda row: (
                        row.is_named_by_system and row.subject != vals["subject"]
                    )
                ).write({"is_named_by_system": False})
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
            self.sudo().with_context(
                followup_rows=MovesAlong, tracking_disable=True
            ).write(moved)
            self._check_after_write(vals)
        self._check_dates()
        self._judge(who_changed=bool({"lead_id", "user_id"} & vals.keys()))
        self._reconsider(before | self.sudo().ownership_id)
        if "date_next" in vals:
            # another day is another question
            self.sudo().write({"is_extension_asked": False})
            self._ask_extension()
        self._thank_for_words()
        return result

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
            if team._is_leader(self.env.user):
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
            span = timedelta(days=max(1, team.followup_backdate_days))
            if followup.create_date + span < self.env.cr.now():
                raise UserError(
                    self.env._(
                        "A follow-up can be corrected for %(days)s days. Ask the "
                        "team leader.",
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
            agreed = followup.date_next
            by_hand = followup.source == "manual" and not self.env.su
            if not agreed and not by_hand:
                continue
            day = followup._get_local_day(followup.date)
            if agreed and not day <= agreed <= day + NEXT_MAX:
                raise ValidationError(
                    self.env._(
                        "The next contact lies after this one and within the next ten "
                        "years."
                    )
                )
            if by_hand:
                followup._check_backdate(day, now)

    def _check_backdate(self, day, now):
        """A late entry is bounded; a leader may enter an older contact.

        :param date day: the day of the contact, where the salesperson is
        """
        # sudo: the customer may not be readable any more, its age is no secret
        followup = self.sudo()
        team = followup.team_id
        bound = timedelta(days=team.followup_backdate_days)
        entered = followup.create_date or now
        if not team._is_leader(self.env.user) and (
            day < followup._get_local_day(entered) - bound
        ):
            raise ValidationError(
                self.env._(
                    "A contact may be entered up to %(days)s days later. Ask the "
                    "team leader to enter an older one.",
                    days=bound.days,
                )
            )
        period = followup.ownership_id.root_id or followup.ownership_id
        known = min(filter(None, (followup.lead_id.create_date, period.date_start)))
        if day < followup._get_local_day(known) - bound and not (
            self.env.context.get("import_file")
        ):
            raise ValidationError(
                self.env._("The customer was not registered yet on that day.")
            )

    def _get_local_day(self, moment):
        """The day of a moment, in the zone of the person of this follow-up."""
        return deadline_tools.local_date(moment, self._get_local_zone())

    def _get_local_zone(self):
        """The zone in which the person of this follow-up counts the days.

        :return: a pytz zone
        """
        self.ensure_one()
        # sudo: a team may be hidden from its former member
        return self.sudo().team_id._get_process_timezone(self.user_id)

    def _move_to_lead(self, lead):
        """Leads are merged: their contacts go to the one that stays, as they are.

        :param lead: the crm.lead that stays
        """
        self._move_along({"lead_id": lead.id})

    def _move_to_ownership(self, ownership):
        """Customers are merged: their contacts go to the period that stays.

        :param ownership: the sales.process.ownership that stays
        """
        self._move_along({"ownership_id": ownership.id})

    def _move_along(self, vals):
        if not self:
            return
        # sudo: nothing of what was said changes, only where it stands
        self.sudo().with_context(followup_rows=MovesAlong, tracking_disable=True).write(
            vals
        )
