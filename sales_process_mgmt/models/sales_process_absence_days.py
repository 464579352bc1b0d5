# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""On which days somebody is away, and on which they worked after all."""

from collections import defaultdict
from datetime import datetime, timedelta

from odoo.fields import Domain

from ..tools import clock as clock_tools
from ..tools import deadline as deadline_tools

# What somebody enters alone is added up over so many days.
OWN_SPAN = timedelta(days=30)
# Who goes home writes it down soon, not when the day turns out to be a bad one.
OWN_GRACE = timedelta(hours=1)


class DaysAway:
    """The days of absences, each in the zone of the person.

    :param env: environment
    """

    def __init__(self, env):
        self.env = env

    def fits_own_days(self, absence):
        """Tell whether the team's days for absences entered alone suffice.

        Not for what has begun: nobody was ill yesterday all of a sudden, and what went
        wrong this morning is not undone by leave that is entered in the afternoon.

        :param absence: sales.process.absence, sudo, one
        :return: bool
        """
        user = absence.user_id
        # sudo: the settings of the own team
        teams = user._get_roster_teams()
        if not teams:
            # who works in none may own customers all the same
            owned = self.env["sales.process.ownership"].sudo()
            owned = owned._read_group(
                [("user_id", "=", user.id), ("state", "=", "open")], ["team_id"]
            )
            teams = teams.union(*(team for (team,) in owned))
        if not teams:
            # nobody's customers wait for this person
            return True
        zone = teams[0]._get_process_timezone(user)
        if absence.date_start < self._get_own_start(zone):
            return False
        teams = teams.filtered(lambda team: team.process_mode != "off")
        if not teams:
            return True
        if not absence.date_end:
            return False
        others = absence.search(
            [
                ("user_id", "=", user.id),
                ("source", "=", "own"),
                ("state", "=", "confirmed"),
                ("id", "not in", absence.ids),
                ("date_start", "<", absence.date_end + OWN_SPAN),
                ("date_end", ">", absence.date_start - OWN_SPAN),
            ]
        )
        days = set()
        for row in others | absence:
            days |= clock_tools.touched_days(row.date_start, row.date_end, zone)
        return len(days) <= min(teams.mapped("process_absence_days_own"))

    def _get_own_start(self, zone):
        """From when on somebody may enter an absence alone.

        Before the working hours of the day: from its beginning.

        :param zone: pytz zone of the person
        :return: naive UTC datetime
        """
        now = self.env.cr.now()
        today = deadline_tools.local_date(now, zone)
        core = deadline_tools.local_moment_utc(today, clock_tools.CORE_FROM, zone)
        if now <= core + OWN_GRACE:
            return deadline_tools.start_of_day_utc(today, zone)
        return now - OWN_GRACE

    def find_intervals(self, users, date_from, date_to):
        """When these people are away, without days on which they worked after all.

        :param date_from: naive UTC datetime
        :param date_to: naive UTC datetime, may equal ``date_from``
        :return: ``{res.users: [(naive UTC start, naive UTC end)]}``
        """
        # sudo: that somebody is away is known to all who count on the person
        absences = (
            self.env["sales.process.absence"]
            .sudo()
            .search_fetch(
                Domain("user_id", "in", users.ids)
                & Domain("state", "=", "confirmed")
                & Domain("date_start", "<=", date_to)
                & (
                    Domain("date_end", "=", False) | Domain("date_end", ">=", date_from)
                ),
                ["date_end", "date_start", "source", "user_id"],
                order="date_start, id",
            )
        )
        contacts = self.find_contacts(
            absences.filtered(lambda row: row.source == "own")
        )
        found = defaultdict(list)
        for absence in absences:
            interval = (absence.date_start, absence.date_end or datetime.max)
            user = absence.user_id
            zone = self.env["crm.team"]._get_process_timezone(user)
            parts = clock_tools.without_days(
                interval,
                {
                    deadline_tools.local_date(moment, zone)
                    for moment in contacts.get(absence, ())
                },
                zone,
            )
            found[user.with_env(users.env)] += [
                part for part in parts if part[0] <= date_to and part[1] >= date_from
            ]
        return {user: parts for user, parts in found.items() if parts}

    def find_contacts(self, absences):
        """The contacts that people logged by hand although they were away.

        :param absences: sales.process.absence
        :return: ``{absence: [naive UTC datetimes]}``
        """
        ended = absences.filtered(lambda row: row.date_start and row.user_id)
        if not ended:
            return {}
        # sudo: what contradicts an absence is shown to whoever sees the absence
        rows = (
            self.env["sales.process.followup"]
            .sudo()
            .search_fetch(
                [
                    ("user_id", "in", ended.user_id.ids),
                    ("source", "in", ("manual", "activity")),
                    ("date", ">=", min(ended.mapped("date_start"))),
                ],
                ["user_id", "date"],
            )
        )
        by_user = rows.grouped("user_id")
        return {
            absence: [
                row.date
                for row in by_user.get(absence.user_id.sudo(), ())
                if absence.date_start <= row.date <= (absence.date_end or datetime.max)
            ]
            for absence in ended
        }
