# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL, format_time

from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_in_steps
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import meetings as meeting_tools

# Meetings are planned so many weeks ahead.
WEEKS = 4
MODEL = "sales.process.meeting"
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class SalesProcessMeetingSeries(models.Model):
    """When a team meets: a day of the week and an hour, in a stated zone.

    A regular day on which the team does not work moves to the next one on which it
    does. The meetings are records of their own: whatever becomes of the calendar,
    minutes and attendance stay.
    """

    _name = "sales.process.meeting.series"
    _description = "Meeting Series"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "team_id, id"
    _fixed_fields = frozenset(("team_id",))
    _text_limits = {"place": texts.NAME_LENGTH}

    team_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        copy=False,
        default=lambda self: self.env.user.process_led_team_ids[:1],
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True)
    weekday = fields.Selection(
        WEEKDAYS,
        string="Day of the Week",
        required=True,
        default="0",
        help="Where the team does not work on it, the next day on which it does.",
    )
    hour = fields.Float(string="Begins at", required=True, default=9.0, aggregator=None)
    duration = fields.Float(
        string="Duration (Hours)", required=True, default=1.0, aggregator=None
    )
    tz = fields.Selection(
        "_get_zones",
        string="Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="The hour is that on the wall in this zone.",
    )
    place = fields.Char(size=texts.NAME_LENGTH, help="A room, or a link.")
    in_calendar = fields.Boolean(
        string="In the Calendar",
        default=True,
        help="Each meeting is an appointment of its people, without its agenda. An "
        "appointment that is moved moves a meeting that has not begun.",
    )
    event_id = fields.Many2one(
        "calendar.event",
        string="Own Calendar Series",
        index="btree_not_null",
        copy=False,
        domain=[("recurrency", "=", True)],
        ondelete="set null",
        help="A recurring appointment that you have made yourself: it is used instead "
        "of appointments that the system makes.",
    )

    _team_uniq = models.UniqueIndex(
        "(team_id) WHERE active",
        "The team has a regular meeting already: change that one.",
    )
    _check_times = models.Constraint(
        "CHECK(hour >= 0 AND hour < 24 AND duration > 0 AND duration <= 12)",
        "A meeting begins between 0:00 and 23:59, and lasts 12 hours at most.",
    )

    @api.model
    def _get_zones(self):
        return [(name, name) for name in pytz.common_timezones]

    @api.depends("team_id", "weekday", "hour")
    @api.depends_context("lang")
    def _compute_display_name(self):
        days = dict(self._fields["weekday"]._description_selection(self.env))
        for series in self:
            hour = deadline_tools.local_moment_utc(
                fields.Date.to_date("2000-01-01"), series.hour or 0, pytz.utc
            )
            # sudo: whoever reads the series reads whose it is
            series.display_name = (
                f"{series.team_id.sudo().name or ''} · {days.get(series.weekday, '')} "
                f"{format_time(self.env, hour, tz='UTC', time_format='short')}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_event()
        # sudo: meetings are planned by the system
        rows.sudo()._plan()
        return rows

    def write(self, vals):
        result = super().write(vals)
        if "event_id" in vals:
            self._check_event()
        # sudo: after the write; meetings are the system's to plan
        self.sudo()._plan()
        return result

    def _check_event(self):
        """Let a recurring appointment of a leader be that of the series."""
        for series in self.filtered("event_id"):
            event = series.event_id
            if not self.env.su:
                event.check_access("write")
            # sudo: all appointments of the series, asked for one of them
            events = event.sudo().recurrence_id.calendar_event_ids | event.sudo()
            # each: a team has one series or two
            # those that the system made are not needed any more
            ahead = (
                self.env[MODEL]
                .sudo()
                .search([("series_id", "=", series.id), ("state", "=", "planned")])
            )
            (ahead.event_id - events).filtered(lambda row: not row.recurrency).unlink()
            events.process_series_id = series

    def _is_held(self):
        """Tell whether meetings are planned.

        :return: bool
        """
        self.ensure_one()
        return self.active and self.team_id.active and self.team_id.process_meeting

    # ------------------------------------------------------------
    # PLANNING
    # ------------------------------------------------------------

    def _plan(self):
        """Bring the meetings ahead in line with the series and the team's days.

        Safe to run twice. What has begun, and what a leader has moved or called off by
        hand, stays.
        """
        Meeting = self.env[MODEL]
        now = self.env.cr.now().replace(microsecond=0)
        ahead = Meeting.search(
            [
                ("series_id", "in", self.ids),
                ("state", "in", ("planned", "cancelled")),
                ("date_start", ">", now),
                ("date_slot", "!=", False),
            ]
        ).grouped("series_id")
        known = {
            (series, slot)
            for series, slot in Meeting._read_group(
                [("series_id", "in", self.ids), ("date_slot", "!=", False)],
                ["series_id", "date_slot:day"],
            )
        }
        vals_list = []
        for series in self:
            planned = ahead.get(series, Meeting)
            if not series._is_held():
                planned._call_off("off")
                continue
            moments = series._find_moments()
            for meeting in planned:
                moment = moments.get(meeting.date_slot, False)
                if moment is not False:
                    meeting._follow_series(moment)
                else:
                    # the day of the week has changed
                    meeting._call_off("off")
            vals_list += [
                series._prepare_meeting(slot, moment)
                for slot, moment in moments.items()
                if moment and moment > now and (series, slot) not in known
            ]
        self.browse({vals["series_id"] for vals in vals_list})._mark_planned()
        meetings = Meeting.create(vals_list)
        (meetings | Meeting.union(*ahead.values()))._bring_to_calendar()

    def _mark_planned(self):
        """Let whoever plans the same series at this moment wait, and begin anew.

        Else the second one would be told that a meeting is planned already.
        """
        if self:
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET id = id WHERE id IN %s",
                    SQL.identifier(self._table),
                    tuple(sorted(self.ids)),
                )
            )

    def _find_moments(self):
        """The regular days ahead, and when the meeting of each begins.

        :return: ``{date: naive UTC datetime, or None where the team does not work}``
        """
        self.ensure_one()
        zone = pytz.timezone(self.tz)
        today = deadline_tools.local_date(self.env.cr.now(), zone)
        calendar = self.team_id._get_working_calendar()
        is_working = (
            self.team_id._is_working_day_factory(calendar) if calendar else None
        )
        # a week back: that of last Monday may have been moved to tomorrow
        slots = meeting_tools.find_slots(
            today - timedelta(days=6), int(self.weekday), WEEKS + 1
        )
        days = {slot: meeting_tools.find_day(slot, is_working) for slot in slots}
        return {
            slot: day and deadline_tools.local_moment_utc(day, self.hour, zone)
            for slot, day in days.items()
        }

    def _prepare_meeting(self, slot, moment):
        return {
            "series_id": self.id,
            "team_id": self.team_id.id,
            "date_slot": slot,
            "date_start": moment,
            "duration": self.duration,
            "tz": self.tz,
            "place": self.place,
            "chair_id": self.team_id._get_leaders().id,
        }

    @api.model
    def _cron_meetings(self):
        """Plan what lies ahead and tidy up what nobody has begun or ended.

        Safe to run twice, on two servers, and to be killed. A team whose meetings
        cannot be planned does not stop the others.
        """
        steps = (
            self._plan_all,
            self.env[MODEL]._tidy_up,
            self.env["sales.process.meeting.decision"]._ask_again,
        )
        work_in_steps(self.env, steps)
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _plan_all(self):
        Failure = self.env["sales.process.failure"]
        series = self.search(
            [
                ("team_id.process_meeting", "=", True),
                *Failure._get_retry_domain(self._name),
            ]
        )
        Failure._work_on_each(
            series,
            lambda part: part._plan_with_people(),
            lambda row: (row.team_id, row.team_id._get_leaders()),
        )

    def _plan_with_people(self):
        self._plan()
        self.team_id._change_chairs()
