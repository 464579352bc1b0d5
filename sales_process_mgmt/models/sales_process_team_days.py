# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The days of a team: their zone, which of them it works, how many a customer has."""

import logging
from datetime import timedelta

import pytz

from odoo import api, models, tools
from odoo.fields import Domain

from ..tools import clock
from ..tools import deadline as deadline_tools

_logger = logging.getLogger(__name__)


class SalesProcessTeamDays(models.AbstractModel):
    """What is asked of a team for each deadline; teams inherit it.

    "Today" is somebody's day: the zone is that of the person, else of the team.
    """

    _name = "sales.process.team.days"
    _description = "Days of a Team"

    def _get_process_timezone(self, user):
        """The zone in which the days of ``user`` are counted.

        The person's zone, else the team leader's, else that of the company's
        calendar, else UTC with a warning in the log.

        :return: a pytz zone
        """
        # sudo: as it is stored, with the contact; Odoo inherits it in 90 calls more
        name = user.sudo().partner_id.tz
        if name in pytz.all_timezones_set:
            return pytz.timezone(name)
        zone = clock.find_zone(self._iterate_timezone_names(user))
        if zone is None:
            _logger.warning(
                "No time zone for user %s, team %s: days are counted in UTC.",
                user.id,
                self.id,
            )
        return zone or pytz.utc

    def _get_process_today(self, user):
        """The date on the wall where ``user`` works, by the database's clock.

        What is "today" for a person is asked here, never of the server's day.

        :return: date
        """
        zone = self._get_process_timezone(user)
        return deadline_tools.local_date(self.env.cr.now(), zone)

    def _iterate_timezone_names(self, user):
        """See :meth:`_get_process_timezone`; reads no more than is needed."""
        yield user.tz
        yield self.user_id.tz
        company = self.company_id or user.company_id or self.env.company
        yield company.resource_calendar_id.tz

    def _get_clock_memory(self):
        """For how long a clock that stopped is not forgotten.

        Whoever begins again with a customer within this time goes on with it.

        :return: timedelta
        """
        return timedelta(
            days=max(self.process_cooldown_days, self.process_followup_days)
        )

    def _get_warning_span(self):
        """How long before its deadline a customer is due soon.

        :return: timedelta
        """
        return deadline_tools.warning_span(
            self.process_followup_reminder_first_days or 0
        )

    def _get_warning_level(self, deadline, user):
        """Which warning of a deadline is to be given by now, in the days of the owner.

        :param deadline: naive UTC datetime
        :param user: res.users, the owner
        :return: 0: none yet, 1: the first, 2: the second
        """
        self.ensure_one()
        return clock.warning_level(
            deadline,
            self._get_process_timezone(user),
            (
                self.process_followup_reminder_first_days,
                self.process_followup_reminder_second_days,
            ),
            self.env.cr.now(),
        )

    def _get_followup_days(self, grade, tags=()):
        """The follow-up period of a customer, in days.

        The first rule of the team that fits grade and product line wins, then the
        period of the grade, then that of the team.

        :param grade: sales.process.customer.grade, may be empty
        :param tags: crm.tag records of the customer's open leads
        :return: int
        """
        self.ensure_one()
        tag_ids = {tag.id for tag in tags}
        for grade_id, tag_id, days in self._get_followup_rules():
            if grade_id and grade_id != grade.id:
                continue
            if tag_id and tag_id not in tag_ids:
                continue
            return days
        return grade.followup_days or self.process_followup_days or 7

    @tools.ormcache("self.id")
    def _get_followup_rules(self):
        """The rules of the team in their order; asked for at every contact.

        :return: tuple of ``(grade id or False, tag id or False, days)``
        """
        return tuple(
            (rule.grade_id.id, rule.tag_id.id, rule.followup_days)
            # sudo: kept for everybody
            for rule in self.sudo().process_followup_rule_ids.sorted()
        )

    def _has_product_line_rules(self):
        """Tell whether the period of a customer depends on the tags of its leads.

        :return: bool
        """
        return any(tag_id for _grade_id, tag_id, _days in self._get_followup_rules())

    def _get_working_calendar(self):
        """The calendar that says on which days the team works.

        :return: resource.calendar, may be empty
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        return self.process_calendar_id or company.resource_calendar_id

    def _get_working_day_checker(self):
        """A function that tells whether the team works on a day.

        Days are read year by year as they are asked for. Dated exceptions of the
        team, such as make-up working days, stand above the calendar.

        :return: ``callable(date) -> bool``, or None where all days count
        """
        self.ensure_one()
        if not self.process_followup_working_days:
            return None
        calendar = self._get_working_calendar()
        if not calendar:
            return None
        return self._is_working_day_factory(calendar)

    def _is_working_day_factory(self, calendar, exceptions=None, unusual=None):
        """A function that tells whether the team works on a day.

        :param calendar: resource.calendar
        :param dict exceptions: ``{date: bool}``, if they have been read already
        :param dict unusual: kept between teams of one calendar and company
        :return: ``callable(date) -> bool``
        """
        if exceptions is None:
            exceptions = self._get_working_day_exceptions()

        def read_days_off(first, last):
            return calendar._get_process_days_off(first, last, self.company_id)

        zone = pytz.timezone(calendar.tz or "UTC")
        return clock.working_day_checker(exceptions, read_days_off, zone, unusual)

    def _get_working_day_exceptions(self):
        """Dated exceptions above the calendar.

        :return: ``{date: bool}``, true for a make-up working day
        """
        # sudo: days of the team hold for whoever counts them
        return {
            row.date: row.is_working
            for row in self.env["sales.process.calendar.exception"]
            .sudo()
            .search([("team_id", "in", self.ids)])
        }

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
        return clock.usual_hours_getter(
            [
                (row.dayofweek, row.week_type, row.hour_from, row.hour_to)
                for row in attendances
            ],
            attendances.get_week_type if calendar.two_weeks_calendar else None,
        )

    def _get_day_start(self):
        """Midnight of today where the team works.

        In the zone of the leader, else of the company: a person who changes the own
        zone begins no new day, and has no other limits.

        :return: naive UTC datetime
        """
        zone = self._get_process_timezone(self.user_id)
        today = deadline_tools.local_date(self.env.cr.now(), zone)
        return deadline_tools.start_of_day_utc(today, zone)

    def _get_effective_date(self):
        """The first moment of the next day, in the zone of the team.

        :return: naive UTC datetime
        """
        self.ensure_one()
        zone = self._get_process_timezone(self.user_id or self.env.user)
        today = deadline_tools.local_date(self.env.cr.now(), zone)
        return deadline_tools.start_of_day_utc(deadline_tools.add_days(today, 1), zone)

    def _get_followup_state(self, deadline):
        """Tell how urgent a deadline of a customer of this team is.

        :param deadline: naive UTC datetime or False
        :return: ``none``, ``on_track``, ``due_soon`` or ``overdue``
        """
        if not deadline:
            return "none"
        now = self.env.cr.now()
        if deadline < now:
            return "overdue"
        return "due_soon" if deadline < now + self._get_warning_span() else "on_track"

    @api.model
    def _get_followup_state_domain(self, field_name, states):
        """The domain of the records whose deadline is in one of these states.

        :param str field_name: the stored deadline of a model that has ``team_id``
        :param states: values as :meth:`_get_followup_state` returns them
        :return: Domain
        """
        now = self.env.cr.now()
        domains = []
        if "none" in states:
            domains.append(Domain(field_name, "=", False))
        if "overdue" in states:
            domains.append(Domain(field_name, "<", now))
        if {"due_soon", "on_track"} & set(states):
            # sudo: the warnings are settings of the teams, no documents
            groups = (
                self.sudo()
                .with_context(active_test=False)
                ._read_group(
                    [], ["process_followup_reminder_first_days"], ["id:recordset"]
                )
            )
            spans = {teams[:1]._get_warning_span(): teams for _days, teams in groups}
            spans.setdefault(timedelta(), self.browse())
            for span, members in spans.items():
                in_team = Domain("team_id", "in", members.ids)
                if not span:
                    in_team |= Domain("team_id", "=", False)
                if "due_soon" in states:
                    domains.append(
                        in_team
                        & Domain(field_name, ">=", now)
                        & Domain(field_name, "<", now + span)
                    )
                if "on_track" in states:
                    domains.append(in_team & Domain(field_name, ">=", now + span))
        return Domain.OR(domains)
