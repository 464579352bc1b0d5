# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import orm, texts

from ..tools import meetings as meeting_tools
from ..tools.marks import mirroring

# What nobody has begun so long after its hour was not held.
NOT_HELD_SPAN = timedelta(days=3)
# What nobody has ended so long after it began is ended by the system.
NOT_ENDED_SPAN = timedelta(days=1)
CALENDAR_FIELDS = ("date_start", "duration", "place", "active", "state")


class SalesProcessMeeting(models.Model):
    """One regular meeting: agenda, attendance, minutes, decisions.

    The agenda is written from what waits and what happened since the last meeting, and
    frozen at the start. It has no chatter, so that nobody can be added to it. The
    appointment in the calendar is a mirror: it comes and goes, the meeting stays.
    """

    _name = "sales.process.meeting"
    _description = "Regular Meeting"
    _inherit = [
        "sales.process.meeting.calendar",
        "sales.process.meeting.course",
        "sales.process.guard",
    ]
    _order = "date_start desc, id desc"
    _fixed_fields = frozenset(("team_id",))
    _text_limits = {"minutes": texts.NOTE_LENGTH, "place": texts.NAME_LENGTH}

    team_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        default=lambda self: self.env.user.process_led_team_ids[:1],
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    series_id = fields.Many2one(
        "sales.process.meeting.series",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    date_slot = fields.Date(
        string="Regular Day",
        readonly=True,
        help="The day of the series that this meeting stands for; it may be held on "
        "another one.",
    )
    date_start = fields.Datetime(string="Begins", required=True, index=True)
    duration = fields.Float(string="Duration (Hours)", default=1.0, aggregator=None)
    date_stop = fields.Datetime(compute="_compute_date_stop")
    nearness = fields.Integer(
        string="Days from Now",
        compute="_compute_nearness",
        aggregator=None,
        help="Lists begin with the next meeting; those that are over come after it.",
    )
    tz = fields.Char(
        readonly=True,
        export_string_translation=False,
        help="The zone in which the day of the meeting is counted.",
    )
    date = fields.Date(
        string="Day",
        compute="_compute_date",
        store=True,
        index=True,
        help="In the zone of the series.",
    )
    is_moved = fields.Boolean(
        string="Moved by Hand",
        readonly=True,
        help="It follows the series and the days of the team no more.",
    )
    place = fields.Char(size=texts.NAME_LENGTH, help="A room, or a link.")
    chair_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
        help="Begins and ends the meeting, takes the attendance, writes the minutes. "
        "The leader may do so, too.",
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("running", "In Session"),
            ("held", "Minutes to Write"),
            ("closed", "Minutes Sent"),
            ("cancelled", "Not Held"),
        ],
        required=True,
        readonly=True,
        default="planned",
        index=True,
    )
    cancel_reason = fields.Selection(
        [
            ("free", "The team does not work in that week."),
            ("off", "The series was changed or switched off."),
            ("hand", "It was called off."),
            ("forgotten", "Nobody has begun it."),
        ],
        string="Why Not Held",
        readonly=True,
    )
    date_started = fields.Datetime(string="Begun On", readonly=True)
    date_ended = fields.Datetime(string="Ended On", readonly=True)
    date_closed = fields.Datetime(string="Minutes Sent On", readonly=True)
    date_since = fields.Datetime(
        string="Agenda Since",
        readonly=True,
        help="The agenda covers what happened since the last meeting that was held.",
    )
    date_agenda = fields.Datetime(
        string="Agenda As Of",
        readonly=True,
        help="Frozen when the meeting begins: what is corrected later stays as it was "
        "presented.",
    )
    agenda_counts = fields.Json(readonly=True)
    agenda_summary = fields.Text(
        string="In Numbers",
        compute="_compute_agenda_summary",
        help="How much of what kind is on the agenda; whom it concerns is read by that "
        "person and the leader.",
    )
    line_ids = fields.One2many(
        "sales.process.meeting.line", "meeting_id", string="Agenda"
    )
    decision_ids = fields.One2many(
        "sales.process.meeting.decision", "meeting_id", string="Decisions"
    )
    open_decision_ids = fields.Many2many(
        "sales.process.meeting.decision",
        string="Carried Over",
        compute="_compute_open_decision_ids",
        help="What earlier meetings have decided and nobody has done yet.",
    )
    attendance_ids = fields.One2many("sales.process.meeting.attendance", "meeting_id")
    minutes = fields.Html(help="Read by the team and by who leads it.")
    event_id = fields.Many2one(
        "calendar.event",
        string="Appointment",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    code_hash = fields.Char(
        readonly=True, groups=fields.NO_ACCESS, export_string_translation=False
    )
    date_code_until = fields.Datetime(
        readonly=True, groups=fields.NO_ACCESS, export_string_translation=False
    )
    can_chair = fields.Boolean(compute="_compute_can")
    can_confirm = fields.Boolean(compute="_compute_can")

    _slot_uniq = models.UniqueIndex(
        "(series_id, date_slot) WHERE date_slot IS NOT NULL",
        "This meeting is planned already.",
    )
    _check_duration = models.Constraint(
        "CHECK(duration > 0 AND duration <= 12)",
        "A meeting lasts 12 hours at most.",
    )

    @api.depends("date_start", "tz")
    def _compute_date(self):
        for meeting in self:
            zone = meeting._get_zone()
            meeting.date = meeting.date_start and deadline_tools.local_date(
                meeting.date_start, zone
            )

    @api.depends("date_start", "duration")
    def _compute_date_stop(self):
        for meeting in self:
            meeting.date_stop = meeting.date_start and (
                meeting.date_start + timedelta(hours=meeting.duration or 1)
            )

    @api.depends("team_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for meeting in self:
            # sudo: whoever reads the meeting reads whose it is
            team, day = meeting.team_id.sudo().name, meeting.date
            day = format_date(self.env, day) if day else ""
            meeting.display_name = f"{team or ''} · {day}"

    @api.depends("agenda_counts")
    @api.depends_context("lang")
    def _compute_agenda_summary(self):
        Line = self.env["sales.process.meeting.line"]
        for meeting in self:
            meeting.agenda_summary = "\n".join(
                f"{Line._get_topic(section, kind)}: {count}"
                for section, kind, count in meeting.agenda_counts or []
            )

    @api.depends("state", "date_start")
    def _compute_open_decision_ids(self):
        Decision = self.env["sales.process.meeting.decision"]
        for meeting in self:
            # each: a form shows one meeting
            meeting.open_decision_ids = Decision.search(
                [
                    ("team_id", "=", meeting.team_id.id),
                    ("state", "=", "open"),
                    ("meeting_id", "!=", meeting._origin.id),
                ]
            )

    @api.depends("state", "chair_id", "team_id", "attendance_ids.state")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        for meeting in self:
            meeting.can_chair = bool(meeting.team_id) and meeting._may_chair(user)
            # sudo: the own row
            mine = meeting.sudo().attendance_ids.filtered(
                lambda row: row.user_id == user.sudo() and row.state == "expected"
            )
            meeting.can_confirm = meeting.state == "running" and bool(mine)

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def _get_zone(self):
        self.ensure_one()
        if self.tz in pytz.all_timezones_set:
            return pytz.timezone(self.tz)
        # sudo: the zone of who leads
        team = self.team_id.sudo()
        return team._get_process_timezone(team.user_id or self.env.user)

    def _may_chair(self, user):
        """Tell whether somebody conducts this meeting.

        :return: bool
        """
        self.ensure_one()
        # sudo: whether somebody leads a team does not depend on reading it
        meeting = self.sudo()
        return meeting.team_id._is_leader(user) or (
            user == meeting.chair_id and meeting._is_of_team(user)
        )

    def _is_of_team(self, user):
        """Tell whether somebody is a member of the team, or leads it; in sudo.

        :return: bool
        """
        self.ensure_one()
        team = self.team_id
        return user in team._get_roster_users() or team._is_leader(user)

    def _check_chair(self, *states):
        """Refuse who does not conduct the meeting, or what comes at the wrong time.

        :param states: in which state it may be
        :return: the meetings in sudo, locked
        :raise AccessError: one sentence
        :raise UserError: one sentence
        """
        self.check_access("read")
        for meeting in self:
            if not meeting._may_chair(self.env.user):
                raise AccessError(
                    self.env._(
                        "Only the chair or the leader of %(team)s does this.",
                        team=meeting.team_id.sudo().name,
                    )
                )
        # sudo: the system writes what follows from the button
        rows = self.sudo()._lock_rows()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for meeting in rows:
            if meeting.state not in states:
                raise UserError(
                    self.env._(
                        "This meeting is at “%(state)s”: reload the page.",
                        state=labels[meeting.state],
                    )
                )
        return rows

    def _get_people(self):
        """Who is expected: the members of the team, its leader and the chair.

        :return: res.users in sudo
        """
        self.ensure_one()
        # sudo: who works in the team
        meeting = self.sudo()
        people = meeting.team_id._get_roster_users() | meeting.chair_id
        return people.filtered(lambda user: user.active and not user.share)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        meetings.team_id._check_meets()
        if not self.env.su:
            for meeting in meetings:
                # sudo: the check asks of the person; the calendar holds everybody of
                # the team
                if not meeting.sudo().team_id._is_leader(self.env.user):
                    raise AccessError(
                        self.env._("Only the leader of the team plans its meetings.")
                    )
            meetings.sudo()._bring_to_calendar()
        meetings._check_people()
        return meetings

    @api.model
    def _prepare_server_values(self, vals_list):
        zone = self.env.user.tz
        return [
            {"tz": zone, **vals} for vals in super()._prepare_server_values(vals_list)
        ]

    @api.depends("date_start")
    def _compute_nearness(self):
        now = self.env.cr.now()
        for meeting in self:
            start = meeting.date_start or now
            meeting.nearness = abs((start - now).days)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """By nearness: what is to come, the next one first, then what was, backwards.

        A meeting of today is to come until it has begun two hours ago.
        """
        if field_name != "nearness":
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        start = orm.get_sql(self, alias, "date_start", query)
        now = self.env.cr.now() - timedelta(hours=2)
        return SQL(
            "(%(start)s < %(now)s) %(way)s,"
            " ABS(EXTRACT(EPOCH FROM %(start)s - %(now)s)) %(way)s",
            start=start,
            now=now,
            way=direction,
        )

    def write(self, vals):
        if not self.env.su:
            self._check_edit(vals)
            if "date_start" in vals or "duration" in vals:
                # sudo: said by the system
                self.sudo().is_moved = True
        result = super().write(vals)
        if "chair_id" in vals:
            self._check_people()
        if not self.env.su and not vals.keys().isdisjoint(CALENDAR_FIELDS):
            self.sudo()._bring_to_calendar()
        return result

    def _check_edit(self, vals):
        """What was held is not planned anew, and minutes that were sent stay.

        :raise AccessError: one sentence
        :raise UserError: one sentence
        """
        for meeting in self:
            if not meeting._may_chair(self.env.user):
                # sudo: the name in a refusal
                raise AccessError(
                    self.env._(
                        "Only the chair or the leader of %(team)s does this.",
                        team=meeting.team_id.sudo().name,
                    )
                )
            if {"date_start", "duration", "place"} & vals.keys() and (
                meeting.state != "planned"
            ):
                raise UserError(
                    self.env._("This meeting has begun: its time stays as it was.")
                )
            if meeting.state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "The minutes were sent, or the meeting was not held: nothing "
                        "is changed any more."
                    )
                )

    def _check_people(self):
        """A chair reads what the team reads."""
        # sudo: a constraint holds whoever writes
        for meeting in self.sudo().filtered("chair_id"):
            team, chair = meeting.team_id, meeting.chair_id
            if not meeting._is_of_team(chair):
                raise UserError(
                    self.env._(
                        "%(person)s belongs to no meeting of %(team)s: the chair is a "
                        "member or leads the team.",
                        person=chair.name,
                        team=team.name,
                    )
                )

    @api.model
    def _change_chairs(self, teams):
        """What has not begun is conducted by somebody of the team; in sudo.

        Whoever has left it would read what the team is to talk about.

        :param teams: crm.team
        """
        meetings = self.search(
            [
                ("team_id", "in", teams.ids),
                ("state", "=", "planned"),
                ("chair_id", "!=", False),
            ]
        )
        for meeting in meetings:
            chair = meeting.chair_id
            if not chair.active or not meeting._is_of_team(chair):
                meeting.chair_id = meeting.team_id._get_leaders()
                meeting._pass_on_event()

    def _pass_on_event(self):
        """The appointment that the system made is that of the new chair; in sudo."""
        event = self.event_id
        if event and not event.recurrency and self.chair_id:
            with mirroring(self.env):
                event.with_context(no_mail_to_attendees=True, dont_notify=True).write(
                    {
                        "user_id": self.chair_id.id,
                        "partner_ids": [(6, 0, self._get_people().partner_id.ids)],
                    }
                )

    # ------------------------------------------------------------
    # PLAN
    # ------------------------------------------------------------

    def _follow_series(self, moment):
        """A meeting that has not begun follows its series and the team's days.

        :param moment: naive UTC datetime; None where the team does not work
        """
        self.ensure_one()
        if self.cancel_reason == "hand":
            return
        if not moment:
            self._call_off("free")
            return
        series = self.series_id
        if self.state == "cancelled":
            self.write({"state": "planned", "cancel_reason": False})
        if self.is_moved:
            return
        values = {
            "date_start": moment,
            "duration": series.duration,
            "tz": series.tz,
            "place": series.place,
        }
        changed = {name: value for name, value in values.items() if self[name] != value}
        if changed:
            self.write(changed)

    def _call_off(self, reason):
        """These are not held.

        :param str reason: value of ``cancel_reason``
        """
        rows = self.filtered(lambda row: row.state == "planned")
        if rows:
            rows.write({"state": "cancelled", "cancel_reason": reason})
            rows._bring_to_calendar()

    def action_cancel(self):
        """Call it off.

        :raise AccessError: for who does not conduct it
        """
        self._check_chair("planned")._call_off("hand")

    @api.model
    def _tidy_up(self):
        """What nobody has begun was not held, what nobody has ended is ended."""
        now = self.env.cr.now()
        Failure = self.env["sales.process.failure"]
        waiting = Failure._get_retry_domain(self._name)
        forgotten = [
            ("state", "=", "planned"),
            ("date_start", "<", now - NOT_HELD_SPAN),
        ]
        endless = [
            ("state", "=", "running"),
            ("date_started", "<", now - NOT_ENDED_SPAN),
        ]
        for domain, work in (
            (forgotten, lambda part: part._call_off("forgotten")),
            (endless, lambda part: part._end()),
        ):
            # each: two kinds of what was left undone
            Failure._work_on_each(
                self.search(Domain(domain) & waiting),
                work,
                lambda row: (row.team_id, row.team_id._get_leaders()),
            )

    # ------------------------------------------------------------
    # CORRECTIONS
    # ------------------------------------------------------------

    def _is_month_open(self):
        """Tell whether the attendance of its month may still be corrected.

        :return: bool
        """
        self.ensure_one()
        # sudo: a setting of the team
        close_day = self.sudo().team_id.process_meeting_close_day
        last = meeting_tools.find_close_day(self.date, close_day)
        return deadline_tools.local_date(self.env.cr.now(), self._get_zone()) <= last
