# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is on duty for a team, and who receives its next customers."""

from datetime import datetime
from functools import cached_property

from odoo.tools import SQL

from ..tools import orm, rotation


class DutyRoster:
    """The roster of some teams at one moment, in a constant number of queries.

    Substitutes count instead of whom they replace. Left out: people who are archived,
    absent, not in the team or its company any more, or away; and busy ones while
    somebody else is free. Busy and away are states of the present: for a later moment
    they do not matter.

    :param teams: crm.team
    :param at: naive UTC datetime, by default now
    :param str kind: only shifts that receive such customers, ``reception`` or
        ``hotline``; by default all
    """

    def __init__(self, teams, at=None, kind=None):
        self.teams = teams
        self.env = teams.env
        self.now = self.env.cr.now()
        self.at = at or self.now
        self.kind = kind

    @cached_property
    def shifts(self):
        """The shifts that take place, whoever is on duty: sales.process.duty, sudo."""
        domain = [
            ("team_id", "in", self.teams.ids),
            ("state", "!=", "cancelled"),
            ("date_start", "<=", self.at),
            ("date_end", ">", self.at),
        ]
        if self.kind:
            domain.append(("kind", "in", ("all", self.kind)))
        # sudo: the roster decides for everybody, also for who cannot read it
        return (
            self.env["sales.process.duty"]
            .sudo()
            .search_fetch(
                domain, ["team_id", "duty_user_id", "date_end"], order="date_start, id"
            )
        )

    @cached_property
    def people(self):
        """Who has a shift, with all that is asked of them, in one query.

        :return: res.users in sudo
        """
        people = self.shifts.duty_user_id
        people.fetch(["active", "company_id", "partner_id", "process_availability"])
        return people

    def fetch_names(self):
        """Read the names of all, and their zones, before they are shown by team.

        What is read of one team's people would be read for that team alone.
        """
        self.people.partner_id.fetch(["name", "tz"])

    @cached_property
    def _roster(self):
        """Who may be on duty for the teams that have a shift, in one query.

        The same people as ``_get_roster_users`` of each team, active or not.

        :return: ``{team id: set of ids of res.users}``
        """
        teams = self.shifts.team_id
        roster = {team.id: set(team.user_id.ids) for team in teams}
        # sudo: memberships of colleagues
        members = (
            self.env["crm.team.member"]
            .sudo()
            .search_fetch(
                [("crm_team_id", "in", teams.ids)], ["crm_team_id", "user_id"]
            )
        )
        for member in members:
            roster[member.crm_team_id.id].add(member.user_id.id)
        return roster

    def get_users(self):
        """Who is on duty, whoever was given a customer longest ago first.

        :return: ``{crm.team: res.users}``, each team has an entry
        """
        by_team = dict.fromkeys(self.teams, self.env["res.users"])
        if not self.shifts:
            return by_team
        absent = self.people._get_absences(self.at, self.at)
        last_given = self._get_last_given()
        for team, shifts in self.shifts.grouped("team_id").items():
            users = self._filter_present(team, shifts.duty_user_id, absent)
            order = {
                user: (last_given.get((team.id, user.id), datetime.min), user.id)
                for user in users
            }
            by_team[team.with_env(self.env)] = (
                users.sorted(order.get).sudo(False).with_env(self.env)
            )
        return by_team

    def _filter_present(self, team, users, absent):
        """Who of the people that have a shift in a team is there.

        :param team: crm.team in sudo
        :param users: res.users in sudo
        :param absent: who is absent
        :return: res.users
        """
        company = team.company_id
        roster = self._roster[team.id]
        away = {user.id for user in absent}
        # who is there, and whether busy; of people of all teams it is read together
        there = {}
        for user_id in users._ids:
            is_active, company_id, availability = self._facts[user_id]
            if user_id not in roster or user_id in away or not is_active:
                continue
            if company and company.id != company_id:
                # the own company is always one of them, and read already
                if company not in users.browse(user_id).company_ids:
                    continue
            there[user_id] = availability
        if self.at <= self.now:
            there = {key: said for key, said in there.items() if said != "away"}
            free = {key: said for key, said in there.items() if said != "busy"}
            there = free or there
        return users.browse(there).with_prefetch(self.people._ids)

    @cached_property
    def _facts(self):
        """What decides whether the people with a shift are there.

        :return: ``{id: (active, id of the company, availability)}``
        """
        names = ("active", "company_id", "process_availability")
        columns = [orm.get_cached(self.people, name) for name in names]
        return dict(zip(self.people._ids, zip(*columns, strict=True), strict=True))

    def _get_last_given(self):
        """When each of the people on duty was given a customer by the roster.

        Customers that somebody took from the pool, brought along or got by a transfer
        are not given by the roster. The index tells the last one of each person,
        however many there were before.

        :return: ``{(team id, user id): naive UTC datetime}``
        """
        pairs = {(shift.team_id.id, shift.duty_user_id.id) for shift in self.shifts}
        team_ids, user_ids = zip(*sorted(pairs), strict=True)
        Ownership = self.env["sales.process.ownership"]
        Ownership.flush_model(["date_start", "origin", "team_id", "user_id"])
        found = self.env.execute_query(
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
        return {(team_id, user_id): moment for team_id, user_id, moment in found}

    def get_next_starts(self):
        """When the next shift of each team starts, in one query.

        A shift that starts at the very second is not the next one.

        :return: ``{crm.team: naive UTC datetime}``, without teams that plan none
        """
        # sudo: the roster decides for everybody, also for who cannot read it
        groups = (
            self.env["sales.process.duty"]
            .sudo()
            ._read_group(
                [
                    ("team_id", "in", self.teams.ids),
                    ("state", "!=", "cancelled"),
                    ("date_start", ">", self.at),
                ],
                ["team_id"],
                ["date_start:min"],
            )
        )
        return {team.with_env(self.env): start for team, start in groups}

    def get_rostered(self):
        """The teams that have ever made a roster, in one query.

        :return: crm.team
        """
        # sudo: as above
        groups = (
            self.env["sales.process.duty"]
            .sudo()
            ._read_group([("team_id", "in", self.teams.ids)], ["team_id"])
        )
        return self.env["crm.team"].browse(team.id for (team,) in groups)

    def get_receivers(self, periods):
        """Who on duty receives each of these customers of one team.

        Evenly, beginning with whoever was given a customer longest ago; not to the
        owner before while others are on duty, to nobody who let the customer go within
        the cool-down, not above a person's limit.

        :param list periods: see :meth:`CrmTeam._get_receivers`
        :return: list of res.users, empty where nobody may receive the customer
        """
        team = self.teams
        queue = self.get_users()[team]
        if not queue:
            return [queue] * len(periods)
        barred = self.env["sales.process.ownership"].union(*periods)._get_barred_users()
        receivers = rotation.spread(
            queue.ids,
            {user.id: team._get_customer_room(user) for user in queue},
            [barred.get(period, ()) for period in periods],
            [
                (period.user_id or period.previous_id.user_id).id or None
                for period in periods
            ],
        )
        # the next batch of this transaction counts again
        queue.invalidate_recordset(["process_open_customer_count"])
        return [queue.browse(user_id and [user_id]) for user_id in receivers]
