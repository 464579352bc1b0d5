# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime, format_time


class CrmTeam(models.Model):
    """Who is on duty for a team, now and at any other moment."""

    _inherit = "crm.team"

    duty_user_ids = fields.Many2many(
        "res.users",
        string="On Duty",
        compute="_compute_duty",
        help="Who receives the next customers now, in this order.",
    )
    duty_summary = fields.Char(
        compute="_compute_duty",
        help="Until when these people are on duty, or when the next shift starts.",
    )
    my_duty_availability = fields.Char(
        compute="_compute_duty",
        help="Available, busy or away, while you have a shift in this team.",
    )

    can_plan_duty = fields.Boolean(
        compute="_compute_can_plan_duty",
        help="Whether you decide about the roster of this team.",
    )

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_can_plan_duty(self):
        for team in self:
            team.can_plan_duty = team._is_leader(self.env.user)

    @api.depends_context("uid", "tz", "lang")
    def _compute_duty(self):
        """Who is on duty and until when, all teams in a constant number of queries."""
        now = self.env.cr.now()
        duty_users = self._get_duty_users_by_team(now)
        next_starts = self._get_next_shift_starts(now)
        shifts = self._get_running_shifts(now).grouped("team_id")
        for team in self:
            running = shifts.get(team, self.env["sales.process.duty"])
            users = duty_users[team]
            team.duty_user_ids = users
            team.my_duty_availability = (
                self.env.user in running.duty_user_id
                and self.env.user.process_availability
            )
            if users:
                team.duty_summary = self.env._(
                    "until %(time)s",
                    time=team._format_moment(
                        min(
                            shift.date_end
                            for shift in running
                            if shift.duty_user_id in users
                        )
                    ),
                )
            elif team in next_starts:
                team.duty_summary = self.env._(
                    "Nobody. Next shift: %(time)s",
                    time=team._format_moment(next_starts[team]),
                )
            else:
                team.duty_summary = self.env._("Nobody. No shift is planned.")

    def _format_moment(self, moment):
        """A moment in the user's time zone: the hour, with the day unless today.

        :param moment: naive UTC datetime
        :return: str
        """
        today = fields.Datetime.context_timestamp(self, self.env.cr.now()).date()
        if fields.Datetime.context_timestamp(self, moment).date() == today:
            return format_time(
                self.env, moment, tz=self.env.tz.zone, time_format="short"
            )
        return format_datetime(self.env, moment, tz=self.env.tz.zone, dt_format="short")

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_duties(self):
        """Open the roster of the team.

        :return: dict, a window action
        """
        return self._action_process(
            "sales_process_mgmt.sales_process_duty_action", not_cancelled=True
        )

    def action_make_duty_roster(self):
        """Open the assistant that makes the roster of the team.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_duty_rotation_action"
        )
        action["context"] = {"default_team_id": self.id}
        return action

    def action_set_availability(self):
        """Set the user's own availability to the one the button names."""
        name = self.env.context.get("process_availability")
        field = self.env["res.users"]._fields["process_availability"]
        if name not in field.get_values(self.env):
            raise UserError(self.env._("Choose whether you are there."))
        self.env.user.process_availability = name

    # ------------------------------------------------------------
    # WHO IS ON DUTY
    # ------------------------------------------------------------

    def _get_roster_users(self):
        """Who may be on duty for these teams: active members and the leader.

        :return: res.users
        """
        return (self.member_ids | self.user_id).filtered("active")

    def _get_running_shifts(self, at, kind=None):
        """The shifts that take place at a moment, whoever is on duty.

        :param at: naive UTC datetime
        :param str kind: only shifts that receive such customers, by default all
        :return: sales.process.duty, with sudo
        """
        domain = [
            ("team_id", "in", self.ids),
            ("state", "!=", "cancelled"),
            ("date_start", "<=", at),
            ("date_end", ">", at),
        ]
        if kind:
            domain.append(("kind", "in", ("all", kind)))
        # sudo: the roster decides for everybody, also for who cannot read it
        return (
            self.env["sales.process.duty"]
            .sudo()
            .search_fetch(
                domain, ["team_id", "duty_user_id", "date_end"], order="date_start, id"
            )
        )

    def _get_duty_users(self, at=None, kind=None):
        """Who is on duty, whoever was given a customer longest ago first.

        :param at: naive UTC datetime, by default now
        :param str kind: ``reception`` or ``hotline`` leaves out people whose shift is
            for the other one
        :return: res.users in the order in which they receive customers
        """
        self.ensure_one()
        return self._get_duty_users_by_team(at, kind)[self]

    def _get_duty_users_by_team(self, at=None, kind=None):
        """Who is on duty in each of these teams, in a constant number of queries.

        Substitutes count instead of whom they replace. Left out: people who are
        archived, absent, not in the team or its company any more, or away; and busy
        ones while somebody else is free. Busy and away are states of the present: for
        a later moment they do not matter.

        :param at: naive UTC datetime, by default now
        :param str kind: see :meth:`_get_duty_users`
        :return: ``{crm.team: res.users}``, each team has an entry
        """
        now = self.env.cr.now()
        at = at or now
        shifts = self._get_running_shifts(at, kind)
        users = shifts.duty_user_id
        absent = users._get_absences(at, at)
        last_given = self._get_last_given(
            {(shift.team_id.id, shift.duty_user_id.id) for shift in shifts}
        )
        by_team = dict.fromkeys(self, self.env["res.users"])
        for team, team_shifts in shifts.grouped("team_id").items():
            team = team.sudo(False)
            company = team.company_id
            present = (
                team_shifts.duty_user_id.filtered(
                    lambda user, company=company: (
                        user.active
                        and user not in absent
                        and (not company or company in user.company_ids)
                    )
                )
                & team.sudo()._get_roster_users()
            )
            if at <= now:
                present = present.filtered(
                    lambda user: user.process_availability != "away"
                )
                present = (
                    present.filtered(lambda user: user.process_availability != "busy")
                    or present
                )
            by_team[team.with_env(self.env)] = (
                present.sorted(
                    lambda user, team=team: (
                        last_given.get((team.id, user.id), datetime.min),
                        user.id,
                    )
                )
                .sudo(False)
                .with_env(self.env)
            )
        return by_team

    @api.model
    def _get_last_given(self, pairs):
        """When each of these people was given a customer by the roster.

        Customers that somebody took from the pool, brought along or got by a transfer
        are not given by the roster. The index tells the last one of each person,
        however many there were before.

        :param pairs: set of ``(team id, user id)``
        :return: ``{(team id, user id): naive UTC datetime}``
        """
        if not pairs:
            return {}
        Ownership = self.env["sales.process.ownership"]
        Ownership.flush_model(["date_start", "origin", "team_id", "user_id"])
        team_ids, user_ids = zip(*sorted(pairs), strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT person.team_id, person.user_id, last.date_start
                  FROM unnest(%s::int[], %s::int[]) AS person(team_id, user_id)
                 CROSS JOIN LATERAL (
                       SELECT ownership.date_start
                         FROM sales_process_ownership ownership
                        WHERE ownership.team_id = person.team_id
                          AND ownership.user_id = person.user_id
                          AND ownership.origin
                              IN ('reception', 'hotline', 'lead', 'release')
                     ORDER BY ownership.date_start DESC
                        LIMIT 1
                       ) AS last
                """,
                list(team_ids),
                list(user_ids),
            )
        )
        return {row[:2]: row[2] for row in rows}

    def _get_next_shift_start(self, after=None):
        """When the next shift of this team starts.

        :param after: naive UTC datetime, by default now; a shift that starts at that
            very second is not the next one
        :return: naive UTC datetime, or False if none is planned
        """
        self.ensure_one()
        return self._get_next_shift_starts(after).get(self, False)

    def _get_next_shift_starts(self, after=None):
        """When the next shift of each of these teams starts, in one query.

        :return: ``{crm.team: naive UTC datetime}``, without teams that plan none
        """
        # sudo: the roster decides for everybody, also for who cannot read it
        groups = (
            self.env["sales.process.duty"]
            .sudo()
            ._read_group(
                [
                    ("team_id", "in", self.ids),
                    ("state", "!=", "cancelled"),
                    ("date_start", ">", after or self.env.cr.now()),
                ],
                ["team_id"],
                ["date_start:min"],
            )
        )
        return {team.with_env(self.env): start for team, start in groups}

    # ------------------------------------------------------------
    # WORKING HOURS
    # ------------------------------------------------------------

    def _get_working_hours_getter(self):
        """A function that gives the usual working hours of a day.

        Holidays and exceptions are no matter of hours: see
        :meth:`_is_working_day_factory`.

        :return: ``callable(date) -> [(hour from, hour to)]`` in the calendar's zone, or
            None where the calendar has no fixed hours
        """
        self.ensure_one()
        calendar = self._get_working_calendar()
        attendances = calendar.attendance_ids.filtered(
            lambda row: row.day_period != "lunch" and not row.display_type
        )
        if calendar.flexible_hours or not attendances:
            return None
        by_day = attendances.grouped("dayofweek")

        def get_hours(day):
            rows = by_day.get(str(day.weekday()), attendances.browse())
            if calendar.two_weeks_calendar:
                week_type = str(attendances.get_week_type(day))
                rows = rows.filtered(lambda row: row.week_type in (False, week_type))
            return [(row.hour_from, row.hour_to) for row in rows]

        return get_hours
