# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who owes which report: working days, absences, zones, read once for a whole run."""

from datetime import timedelta
from functools import lru_cache

import pytz

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import period as period_tools

from .sales_process_work_report_period import get_period_kind

# A server that was down for longer owes nobody the reports of that time
MAX_SPAN = timedelta(days=62)


class ReportJudge:
    """Who owes what, read once for a whole run.

    :param env: the environment
    :param now: naive UTC datetime
    """

    def __init__(self, env, now):
        self.env = env
        self.now = now
        self.teams = env["crm.team"].search([])
        self.duties = self.teams._get_report_duties()
        users = env["res.users"].union(*(duty[1] for duty in self.duties.values()))
        self.absences = users._get_absences(now - MAX_SPAN, now + MAX_SPAN)
        self.zones = {}
        # ids of teams in which somebody cannot be judged
        self.failed_teams = set()
        teams = env["crm.team"].union(*(duty[0] for duty in self.duties.values()))
        self.day_checkers = teams._get_report_day_checkers()
        self.hour_getters = {}
        self.get_period = lru_cache(maxsize=None)(self._get_period)
        self.get_days = lru_cache(maxsize=None)(self._get_days)

    def get_zone(self, team, user):
        if (team.id, user.id) not in self.zones:
            self.zones[team.id, user.id] = team._get_process_timezone(user)
        return self.zones[team.id, user.id]

    def _get_period(self, kind, day, team, zone_name):
        """Dates, bounds and deadline of the period in which a day lies."""
        zone = pytz.timezone(zone_name)
        date_from, date_to = period_tools.period_dates(get_period_kind(kind), day)
        bound_from, bound_to = period_tools.dates_to_utc(date_from, date_to, zone)
        return {
            "date_from": date_from,
            "date_to": date_to,
            "bound_from": bound_from,
            "bound_to": bound_to,
            "date_due": team._get_report_deadline(kind, day, zone),
        }

    def _get_days(self, team, date_from, date_to):
        """The days of a period on which the team reports."""
        days = (date_to - date_from).days + 1
        every = [deadline_tools.add_days(date_from, number) for number in range(days)]
        return [day for day in every if self.day_checkers[team](day)]

    def is_absent(self, team, user, days, zone):
        """Tell whether somebody is absent in all working hours of these days."""
        spans = sorted(self.absences.get(user, ()))
        return bool(spans) and all(
            self._covers(spans, *self._get_hours(team, day, zone)) for day in days
        )

    def _get_hours(self, team, day, zone):
        """First and last working moment of a day, told in the zone of the person."""
        if team not in self.hour_getters:
            self.hour_getters[team] = team._get_working_hours_getter()
        hours = self.hour_getters[team] and self.hour_getters[team](day)
        if not hours:
            return (
                deadline_tools.start_of_day_utc(day, zone),
                deadline_tools.end_of_day_utc(day, zone),
            )
        return (
            deadline_tools.local_moment_utc(day, min(row[0] for row in hours), zone),
            deadline_tools.local_moment_utc(day, max(row[1] for row in hours), zone),
        )

    @staticmethod
    def _covers(spans, start, end):
        for span_start, span_end in spans:
            if span_start <= start < span_end:
                start = span_end
        return start >= end

    def get_owed_days(self, team, begun, period, zone):
        """The days of a period on which somebody was in the team and it reports."""
        days = self.get_days(team, period["date_from"], period["date_to"])
        if begun > period["bound_from"]:
            first = deadline_tools.local_date(begun, zone)
            days = [day for day in days if day >= first]
        return days

    @staticmethod
    def get_judged(report):
        """What is judged of a report, as it stands.

        :return: dict of columns
        """
        return {
            "team_id": report.team_id.id,
            "reviewer_id": report.reviewer_id.id or None,
            "tz": report.tz,
            "bound_to": report.bound_to,
            "date_due": report.date_due,
            "state": report.state,
        }

    def judge(self, report):
        """State, team and deadline that a report ought to have now.

        :return: dict as of :meth:`get_judged`
        """
        values = self.get_judged(report)
        duty = self.duties.get((report.user_id.id, report.company_id.id, report.kind))
        if not duty:
            # left the team, or the team does not ask for such reports any more
            return {**values, "state": "excused"}
        team, user, begun, _since = duty
        zone = self.get_zone(team, user)
        if report.date_due >= self.now:
            values.update(self._get_moved(report, team, user, zone))
        period = {
            "date_from": report.date_from,
            "date_to": report.date_to,
            "bound_from": report.bound_from,
        }
        days = self.get_owed_days(team, begun, period, zone)
        if not days or self.is_absent(team, user, days, zone):
            values["state"] = "excused"
        else:
            values["state"] = "missing" if values["date_due"] < self.now else "draft"
        return values

    def _get_moved(self, report, team, user, zone):
        """Where a report whose deadline is ahead belongs now; never into the past."""
        period = self.get_period(report.kind, report.date_from, team, zone.zone)
        if period["date_due"] <= self.now:
            return {}
        return {
            "team_id": team.id,
            "reviewer_id": team._get_reviewer(user).id or None,
            "tz": zone.zone,
            "bound_to": max(report.bound_from, period["bound_to"]),
            "date_due": period["date_due"],
        }
