# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import deadline as deadline_tools

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
CLOCK_SKEW = timedelta(minutes=2)
TEXT_LIMIT = 20000
CLOCK_FIELDS = {"date", "user_id", "lead_id", "subject", "counts", "void_reason"}


class SalesProcessFollowup(models.Model):
    """One contact with a customer, and the only thing that resets the timer."""

    _name = "sales.process.followup"
    _description = "Follow-Up"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _rec_name = "subject"
    _mail_post_access = "read"

    date = fields.Datetime(
        required=True,
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
        tracking=True,
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Lead",
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
        help="The period of responsibility in which the contact took place.",
    )
    team_id = fields.Many2one("crm.team", index="btree_not_null", readonly=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", readonly=True)
    partner_id = fields.Many2one(related="lead_id.partner_id")
    channel = fields.Selection(CHANNELS, required=True, default="call", tracking=True)
    subject = fields.Char(
        help="What was discussed. Without it the follow-up does not count.",
        tracking=True,
    )
    solution = fields.Text(help="What was solved or offered.")
    next_step = fields.Char(help="What happens next.")
    date_next = fields.Date(
        string="Next Contact",
        help="Agreed with the customer, a day in the owner's time zone. A day beyond "
        "the deadline moves the deadline, within the limits of the team.",
    )
    plan_next = fields.Boolean(
        string="Plan It",
        default=True,
        help="Plan an activity for the next contact.",
    )
    location = fields.Char()
    latitude = fields.Float(digits=(10, 7))
    longitude = fields.Float(digits=(10, 7))
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
        "calendar.event", readonly=True, index="btree_not_null", ondelete="set null"
    )
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    counts = fields.Boolean(
        readonly=True,
        tracking=True,
        help="Whether the contact resets the follow-up timer.",
    )
    void_reason = fields.Selection(
        [
            ("stranger", "Not by the owner or a helper"),
            ("no_owner", "Nobody owned the customer"),
            ("short", "The subject is too short"),
            ("repeated", "The same text as before"),
            ("late", "Entered too late"),
            ("undelivered", "The message did not arrive"),
        ],
        string="Why It Does Not Count",
        readonly=True,
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

    _check_position = models.Constraint(
        "CHECK(latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180)",
        "A latitude lies between -90 and 90 degrees, a longitude between -180 and "
        "180 degrees.",
    )
    _check_duration = models.Constraint(
        "CHECK(duration >= 0 AND duration <= 1000)",
        "The duration lies between 0 and 1,000 hours.",
    )
    _activity_uniq = models.UniqueIndex(
        "(activity_id) WHERE activity_id IS NOT NULL",
        "This activity has its follow-up already.",
    )
    _event_uniq = models.UniqueIndex(
        "(calendar_event_id, lead_id) WHERE calendar_event_id IS NOT NULL",
        "This meeting has its follow-up already.",
    )
    _message_uniq = models.UniqueIndex(
        "(mail_message_id) WHERE mail_message_id IS NOT NULL",
        "This message has its follow-up already.",
    )
    _ownership_date_idx = models.Index("(ownership_id, date) WHERE counts")

    @api.model
    def _default_date(self):
        return fields.Datetime.now()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_texts(vals)
            if not self.env.su:
                self._drop_system_values(vals)
        leads = self.env["crm.lead"].browse(vals["lead_id"] for vals in vals_list)
        leads._check_may_follow_up()
        # sudo: the helper may read the ownership through this contact only
        for vals, lead in zip(vals_list, leads.sudo(), strict=True):
            vals.update(self._prepare_lead_values(lead))
        followups = super().create(vals_list)
        followups._check_dates()
        followups._judge()
        followups._agree_next()
        followups._reset_timers()
        followups._plan_next()
        return followups

    def write(self, vals):
        self._check_texts(vals)
        if not self.env.su:
            self._check_may_edit(vals)
            self._drop_system_values(vals)
        before = self.ownership_id
        if "lead_id" in vals:
            lead = self.env["crm.lead"].browse(vals["lead_id"])
            lead._check_may_follow_up()
            vals = {**vals, **self._prepare_lead_values(lead.sudo())}
        result = super().write(vals)
        if {"date", "user_id", "lead_id", "subject"} & vals.keys():
            self._check_dates()
            self._judge()
        if CLOCK_FIELDS & vals.keys():
            # sudo: the ledger is written by its own methods only
            (before | self.ownership_id).sudo()._recompute_last_contact()
        return result

    def unlink(self):
        ownerships = self.ownership_id
        result = super().unlink()
        # sudo: the ledger is written by its own methods only
        ownerships.sudo()._recompute_last_contact()
        return result

    @api.model
    def _drop_system_values(self, vals):
        """What the system decides is not written by people, not even over RPC."""
        for name in (
            "activity_id",
            "calendar_event_id",
            "company_id",
            "counts",
            "date_extension_cut",
            "is_backdated",
            "mail_message_id",
            "ownership_id",
            "source",
            "team_id",
            "void_reason",
        ):
            vals.pop(name, None)

    @api.model
    def _check_texts(self, vals):
        for name in ("subject", "solution", "next_step", "location"):
            text = vals.get(name)
            if text and len(text) > TEXT_LIMIT:
                raise ValidationError(
                    self.env._(
                        "“%(field)s” is too long: at most %(limit)s characters.",
                        field=self._fields[name]._description_string(self.env),
                        limit=TEXT_LIMIT,
                    )
                )

    @api.model
    def _prepare_lead_values(self, lead):
        ownership = lead.ownership_id
        return {
            "ownership_id": ownership.id if ownership.state == "open" else False,
            "team_id": lead.team_id.id,
            "company_id": lead._get_process_company().id,
        }

    def _check_may_edit(self, vals):
        """Salespeople correct their own words for some days, leaders more."""
        for followup in self:
            team = followup.sudo().team_id
            if team._is_leader(self.env.user):
                continue
            span = timedelta(days=max(1, team.followup_backdate_days))
            if followup.user_id != self.env.user or vals.get(
                "user_id", self.env.uid
            ) not in (self.env.uid, followup.user_id.id):
                raise AccessError(
                    self.env._(
                        "Only the person who made the contact or the team leader "
                        "changes a follow-up."
                    )
                )
            if followup.create_date + span < self.env.cr.now():
                raise UserError(
                    self.env._(
                        "A follow-up can be corrected for %(days)s days. Ask the "
                        "team leader.",
                        days=span.days,
                    )
                )

    def _check_dates(self):
        """A contact lies in the past, and not before the bound of late entries."""
        now = self.env.cr.now()
        for followup in self:
            if followup.date > now + CLOCK_SKEW:
                raise ValidationError(
                    self.env._(
                        "A follow-up records a contact that took place. Its date "
                        "cannot be in the future; plan an activity instead."
                    )
                )
            followup._check_backdate(now)

    def _check_backdate(self, now):
        team = self.team_id.sudo()
        if self.source != "manual" or not team or team._is_leader(self.env.user):
            return
        zone = team._get_process_timezone(self.user_id)
        days = team.followup_backdate_days
        oldest = deadline_tools.local_date(now, zone) - timedelta(days=days)
        if deadline_tools.local_date(self.date, zone) < oldest:
            raise ValidationError(
                self.env._(
                    "A contact may be entered up to %(days)s days later. Ask the "
                    "team leader to enter an older one.",
                    days=days,
                )
            )
        start = self.lead_id.sudo().create_date
        if start and self.date < start - timedelta(days=days + 1):
            raise ValidationError(
                self.env._("The customer was not registered yet on that date.")
            )

    # ------------------------------------------------------------
    # WHAT COUNTS
    # ------------------------------------------------------------

    def _judge(self):
        """Decide for each contact whether it counts, and why not."""
        repeated = self._get_repeated()
        for followup in self.sudo():
            reason = followup._get_void_reason(followup.id in repeated)
            zone = followup.team_id._get_process_timezone(followup.user_id)
            entered = deadline_tools.local_date(
                followup.create_date or self.env.cr.now(), zone
            )
            values = {
                "counts": not reason,
                "void_reason": reason,
                "is_backdated": deadline_tools.local_date(followup.date, zone)
                < entered,
            }
            changed = {
                name: value for name, value in values.items() if followup[name] != value
            }
            if changed:
                super(SalesProcessFollowup, followup).write(changed)

    def _get_void_reason(self, is_repeated):
        """Why the contact does not reset the timer.

        :param bool is_repeated: the same text stands in an earlier follow-up
        :return: a value of ``void_reason``, or False where it counts
        """
        self.ensure_one()
        ownership = self.ownership_id
        if self.void_reason == "undelivered":
            return "undelivered"
        if not ownership:
            return "no_owner"
        if self.user_id not in ownership.user_id | ownership.collaborator_ids:
            return "stranger"
        if self.source == "manual" or self.source == "activity":
            if len((self.subject or "").strip()) < self.team_id.followup_min_length:
                return "short"
            if is_repeated and self.team_id.followup_refuse_repeated:
                return "repeated"
        return False

    def _get_repeated(self):
        """Those whose text the same person has written before, in one query.

        :return: set of ids
        """
        written = self.filtered(lambda row: row.source in ("manual", "activity"))
        texts = {(row.subject or "").strip() for row in written} - {""}
        if not texts:
            return set()
        self.flush_model(["subject", "user_id", "date", "ownership_id"])
        earlier = self.sudo().search(
            [
                ("user_id", "in", written.user_id.ids),
                ("subject", "in", list(texts)),
                ("date", ">", min(written.mapped("date")) - timedelta(days=365)),
            ],
            order="date, id",
        )
        seen, repeated = set(), set()
        for row in earlier:
            text = (row.user_id, row.lead_id, (row.subject or "").strip())
            if text in seen and row in self:
                repeated.add(row.id)
            seen.add(text)
        return repeated

    def _reset_timers(self):
        """Move the timers of the customers; a contact that came too late is kept."""
        contacts = {}
        for followup in self.sudo().filtered("counts"):
            latest = contacts.get(followup.ownership_id)
            contacts[followup.ownership_id] = max(filter(None, (latest, followup.date)))
        if not contacts:
            return
        too_late = (
            self.env["sales.process.ownership"].sudo()._register_contacts(contacts)
        )
        for followup in self.sudo():
            if followup.counts and followup.ownership_id in too_late:
                super(SalesProcessFollowup, followup).write(
                    {"counts": False, "void_reason": "no_owner"}
                )

    def _void(self, reason):
        """Contacts turn out not to count: the clock moves back.

        :param str reason: a value of ``void_reason``
        """
        counting = self.filtered("counts")
        if counting:
            # sudo: found out by the system, not by a person
            counting.sudo().write({"counts": False, "void_reason": reason})

    # ------------------------------------------------------------
    # THE NEXT CONTACT
    # ------------------------------------------------------------

    def _agree_next(self):
        """An agreed next contact moves the deadline, within the team's limits."""
        for followup in self.sudo().filtered("counts"):
            ownership = followup.ownership_id
            if followup.date_next:
                followup._extend(ownership)
            elif ownership.date_agreed:
                zone = followup.team_id._get_process_timezone(ownership.user_id)
                if ownership.date_agreed <= deadline_tools.local_date(
                    followup.date, zone
                ):
                    ownership.write({"date_agreed": False, "extension_count": 0})

    def _extend(self, ownership):
        """Take the agreed day over into the ownership, cut to the team's limit."""
        self.ensure_one()
        team = self.team_id
        zone = team._get_process_timezone(ownership.user_id)
        normal = deadline_tools.local_date(
            ownership._get_contact_deadline(self.date), zone
        )
        if self.date_next <= normal:
            ownership.write({"date_agreed": False, "extension_count": 0})
            return
        may_more = team._is_leader(self.env.user)
        if ownership.extension_count >= team.followup_extension_times and not may_more:
            self._cut_extension(ownership, normal)
            return
        limit = normal + timedelta(days=team.followup_extension_days)
        agreed = self.date_next if may_more else min(self.date_next, limit)
        if agreed < self.date_next:
            self._cut_extension(ownership, agreed)
        ownership.write(
            {"date_agreed": agreed, "extension_count": ownership.extension_count + 1}
        )

    def _cut_extension(self, ownership, day):
        super().write({"date_extension_cut": day})

    def _plan_next(self):
        """Plan an activity for the agreed day, unless one is planned already."""
        planned = self.filtered(lambda row: row.date_next and row.plan_next)
        if not planned:
            return
        values = []
        activity_type = self.env.ref("mail.mail_activity_data_call")
        for followup in planned:
            values.append(
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "res_id": followup.lead_id.id,
                    "activity_type_id": activity_type.id,
                    "summary": followup.next_step,
                    "date_deadline": followup.date_next,
                    "user_id": followup.user_id.id,
                }
            )
        existing = {
            (row.res_id, row.user_id.id, row.date_deadline)
            for row in self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "crm.lead"),
                    ("res_id", "in", planned.lead_id.ids),
                    ("date_deadline", "in", planned.mapped("date_next")),
                ]
            )
        }
        # sudo: a helper with own documents may not read what others have planned
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(
            [
                row
                for row in values
                if (row["res_id"], row["user_id"], row["date_deadline"]) not in existing
            ]
        )

    def _is_undelivered(self):
        """Tell whether the message reached none of its customers.

        :return: bool
        """
        self.ensure_one()
        notifications = self.mail_message_id.notification_ids.filtered(
            lambda row: row.notification_type in ("email", "sms")
        )
        return bool(notifications) and all(
            row.notification_status in ("bounce", "exception", "canceled")
            for row in notifications
        )
