# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The home of whoever leads: what to decide, who falls behind, where it goes."""

from datetime import timedelta
from functools import cached_property
from itertools import pairwise

from babel.dates import format_skeleton

from odoo import fields
from odoo.fields import Domain
from odoo.tools import babel_locale_parse, format_date, get_lang

from ..report.sales_process_owed_item import ALSO_DECIDED
from ..tools import deadline as deadline_tools
from ..tools import labels as label_tools
from ..tools import orm
from ..tools import period as period_tools
from .crm_team_duty import DutyRoster
from .sales_process_home_parts import (
    LOST,
    NEXT_DAYS,
    make_block,
    make_figure,
    make_opens,
    make_opens_record,
    narrow_opens,
)

ROWS = 8
TABLE_ROWS = 20
WEEKS = 8
# What has its own place on the home is not told twice.
TOLD_ELSEWHERE = ("customer_overdue", "swap_asked")
OWED = "sales_process_mgmt.sales_process_owed_item_action"
AGENDA = "sales_process_mgmt.sales_process_agenda_item_action"
CUSTOMERS = "sales_process_mgmt.sales_process_ownership_action"


def get_agenda_figures(env, domain):
    """How many agenda items there are of each kind, in one query.

    :param domain: which items
    :return: list of figures, of the kinds that exist
    """
    Item = env["sales.process.agenda.item"]
    names = label_tools.get_choices(Item, "kind")
    counts = dict(Item._read_group(domain, ["kind"], ["__count"]))
    if not counts:
        return []
    opens = make_opens(AGENDA, None, domain, {"search_default_group_kind": 0})
    return [
        make_figure(
            kind,
            name,
            counts[kind],
            narrow_opens({**opens, "name": name}, ("kind", "=", kind)),
            "warning",
            "fa-gavel",
        )
        for kind, name in names.items()
        if kind in counts
    ]


def get_duty_block(scope):
    """Who is on duty in each team; whoever is next to receive comes first.

    :param HomeScope scope: for whom
    :return: dict
    """
    roster = DutyRoster(scope.teams)
    roster.fetch_names()
    on_duty = roster.get_users()
    idle = scope.teams.filtered(lambda team: not on_duty[team])
    is_desk = scope.role == "reception"
    return make_block(
        "duty",
        "rows",
        scope.env._("Who Receives Next") if is_desk else scope.env._("On Duty"),
        20 if is_desk else 35,
        is_side=not is_desk,
        rows=[
            *_get_duty_rows(scope, roster, on_duty),
            *_get_idle_rows(scope, idle),
        ],
        open=make_opens("sales_process_mgmt.sales_process_duty_action"),
        empty={
            "title": scope.env._("No team has a roster"),
            "text": scope.env._("The leader of a team makes its duty roster."),
        },
    )


def _get_duty_rows(scope, roster, on_duty):
    """A row for each person on duty, in the order in which they receive."""
    ends = {
        (shift.team_id.id, shift.duty_user_id.id): shift.date_end
        for shift in roster.shifts
    }
    rows = []
    until = {
        end: scope.env._("until %(time)s", time=scope.format_moment(end))
        for end in set(ends.values())
    }
    is_next = scope.env._("Is Next")
    for team in scope.teams:
        name = team.name
        # sudo: names of colleagues
        for place, user in enumerate(on_duty[team].sudo()):
            rows.append(
                {
                    "id": f"{team.id}-{user.id}",
                    "avatar": user.id,
                    "title": user.name,
                    "subtitle": name,
                    "note": until[ends[team.id, user.id]],
                    "badge": False if place else is_next,
                    "tone": False,
                    "open": False,
                }
            )
    return rows


def _get_idle_rows(scope, idle):
    """A row for each team where nobody is on duty although it has a roster."""
    if not idle:
        return []
    # a team that works without a roster misses nobody
    idle &= DutyRoster(idle).get_rostered()
    starts = DutyRoster(idle).get_next_starts() if idle else {}
    rows = []
    for team in idle:
        start = starts.get(team)
        rows.append(
            {
                "id": f"{team.id}-nobody",
                "icon": "fa-exclamation-triangle",
                "title": scope.env._("Nobody is on duty"),
                "subtitle": team.name,
                "note": start
                and scope.env._("from %(time)s", time=scope.format_moment(start)),
                "tone": "warning",
                "open": False,
            }
        )
    return rows


def get_todo_domain(scope):
    """Which of the own to-dos are told as such: the others are matters to decide.

    :param HomeScope scope: for whom
    :return: Domain
    """
    if scope.role in ("reception", "salesperson"):
        return Domain.TRUE
    return Domain("kind", "not in", ALSO_DECIDED)


def get_todo_blocks(scope):
    """What the reader is to do, of all kinds, in one query; without any no block.

    :param HomeScope scope: for whom
    :return: list of at most one dict
    """
    domain = get_todo_domain(scope)
    Item = scope.env["sales.process.owed.item"]
    items = Item.search_fetch(
        domain, ["date_due", "date_since", "kind", "name", "res_id", "res_model"]
    )
    if not items:
        return []
    kinds = label_tools.get_choices(Item, "kind")
    rows = [_get_todo(scope, item, kinds[item.kind]) for item in items[:ROWS]]
    return [
        make_block(
            "todo",
            "rows",
            scope.env._("My To-Dos"),
            15,
            is_side=scope.role != "salesperson",
            rows=rows,
            more=max(len(items) - ROWS, 0),
            open=make_opens(OWED, domain=domain),
        )
    ]


def _get_todo(scope, item, label):
    due, since = item.date_due, item.date_since
    is_late = bool(due and due < scope.now)
    note = False
    if due and not is_late and scope.get_local_date(due) == scope.today:
        note = scope.env._("until %(time)s", time=scope.format_moment(due))
    elif due:
        day = format_date(scope.env, scope.get_local_date(due))
        note = scope.env._("until %(time)s", time=day)
    elif since:
        day = format_date(scope.env, scope.get_local_date(since))
        note = scope.env._("since %(time)s", time=day)
    return {
        "id": str(item.id),
        "icon": "fa-exclamation-triangle" if is_late else "fa-check-square-o",
        "title": item.name or label,
        "subtitle": label if item.name else False,
        "note": note,
        "tone": "danger" if is_late else False,
        "open": {"model": item.res_model, "res_id": item.res_id},
    }


class TeamHome:
    """What the leader of one team, of several or of all sees first.

    :param HomeScope scope: for whom
    """

    def __init__(self, scope):
        self.scope = scope
        self.env = scope.env

    def get_blocks(self):
        """The blocks of the core, in any order."""
        blocks = [
            self._get_decide(),
            self._get_table(),
            self._get_absent(),
            self._get_trend(),
        ]
        if self.scope.role == "leader":
            blocks.append(get_duty_block(self.scope))
        return blocks

    def _get_decide(self):
        """What waits for the leader, by kind."""
        domain = self.scope.to_decide() & Domain("kind", "not in", TOLD_ELSEWHERE)
        return make_block(
            "decide",
            "figures",
            self.env._("Waits for Your Decision"),
            10,
            figures=get_agenda_figures(self.env, domain),
            open=make_opens(AGENDA, domain=domain),
            empty={
                "title": self.env._("Nothing waits for you"),
                "text": self.env._("Questions of your people come here by themselves."),
            },
        )

    # ------------------------------------------------------------
    # BY PERSON, BY TEAM
    # ------------------------------------------------------------

    @cached_property
    def _people(self):
        """Who works in the teams: res.users."""
        # sudo: memberships; the leader knows the own people
        members = self.env["crm.team.member"].sudo()
        found = members.search_fetch(
            [("crm_team_id", "in", self.scope.teams.ids)], ["user_id"]
        )
        return found.user_id.sudo(False)

    def _get_table(self):
        """How each person stands, or each team; the most urgent first."""
        is_by_person = self.scope.role == "leader"
        by = "user_id" if is_by_person else "team_id"
        records = self._people if is_by_person else self.scope.teams
        # sudo: names of colleagues and teams
        names = {record.id: record.name for record in records.sudo()}
        columns = self.env["sales.process.home"]._get_table_columns(
            self.scope, by, list(names)
        )
        rows = [
            {
                "id": key,
                "name": name,
                "cells": {
                    column["name"]: self._get_cell(column, key) for column in columns
                },
            }
            for key, name in names.items()
        ]
        urgent = ("overdue", "today", "soon")
        rows.sort(key=lambda row: [-row["cells"][name]["value"] for name in urgent])
        group = (
            "search_default_group_user" if is_by_person else "search_default_group_team"
        )
        return make_block(
            "table",
            "table",
            self.env._("By Person") if is_by_person else self.env._("By Team"),
            20,
            avatar="res.users" if is_by_person else False,
            label=self.env._("Salesperson")
            if is_by_person
            else self.env._("Sales Team"),
            columns=[
                {"name": column["name"], "label": column["label"]} for column in columns
            ],
            rows=rows[:TABLE_ROWS],
            more=max(len(rows) - TABLE_ROWS, 0),
            open=make_opens(
                CUSTOMERS,
                domain=self.scope.in_teams() & Domain("state", "=", "open"),
                context={group: 1, "search_default_open": 0},
            ),
            empty={
                "title": self.env._("Nobody is in this team yet"),
                "text": self.env._("Add members to the sales team."),
            },
        )

    def _get_cell(self, column, key):
        value, opens = column["values"].get(key, ("", False))
        return {
            "value": value,
            "tone": column["tone"] if value else False,
            "open": opens if value else False,
        }

    def get_columns(self, by, ids):
        """How customers stand, by person or team, in one query.

        :param str by: ``user_id`` or ``team_id``
        :param list ids: of people or teams
        :return: list of dicts, see :meth:`SalesProcessHome._get_table_columns`
        """
        cases = {**self.scope.get_deadline_cases(), "lost": self.scope.get_lost()}
        base = self.scope.in_teams() & (cases["all"] | cases["lost"])
        counts = orm.tally(
            self.env["sales.process.ownership"],
            base & Domain(by, "in", ids),
            cases,
            by,
        )
        shown = [
            ("overdue", self.env._("Overdue"), "danger"),
            ("today", self.env._("Due Today"), "warning"),
            ("soon", self.env._("Due in %(days)s Days", days=NEXT_DAYS), False),
            ("all", self.env._("Customers"), False),
            ("lost", self.env._("Released This Month"), "danger"),
        ]
        opens = {
            name: make_opens(
                CUSTOMERS,
                label,
                self.scope.in_teams() & cases[name],
                {"search_default_open": 0},
            )
            for name, label, _tone in shown
        }
        none = dict.fromkeys(cases, 0)
        waits = [self._get_waiting_column(ids)] if by == "team_id" else []
        return waits + [
            {
                "name": name,
                "label": label,
                "tone": tone,
                "values": {
                    key: (count, count and narrow_opens(opens[name], (by, "=", key)))
                    for key, count in (
                        (key, counts.get(key, none)[name]) for key in ids
                    )
                },
            }
            for name, label, tone in shown
        ]

    def _get_waiting_column(self, ids):
        """What waits for a decision in each team, whoever takes it, in one query.

        :param list ids: of teams
        :return: dict, see :meth:`SalesProcessHome._get_table_columns`
        """
        domain = Domain("team_id", "in", ids) & Domain("kind", "not in", TOLD_ELSEWHERE)
        counts = self.env["sales.process.agenda.item"]._read_group(
            domain, ["team_id"], ["__count"]
        )
        label = self.env._("Waits for a Decision")
        opens = make_opens(AGENDA, label, domain)
        return {
            "name": "waits",
            "label": label,
            "tone": "warning",
            "values": {
                team.id: (count, narrow_opens(opens, ("team_id", "=", team.id)))
                for team, count in counts
            },
        }

    # ------------------------------------------------------------
    # WHO IS AWAY
    # ------------------------------------------------------------

    def _get_absent(self):
        """Who of the teams is away now, until when, and who stands in."""
        domain = (
            Domain("state", "=", "confirmed")
            & Domain("date_start", "<=", self.scope.now)
            & (Domain("date_end", "=", False) | Domain("date_end", ">", self.scope.now))
        )
        if self.scope.role != "director":
            domain &= Domain("user_id", "in", self._people.ids)
        absences = self.env["sales.process.absence"].search_fetch(
            domain,
            ["date_end", "deputy_id", "user_id"],
            order="date_end, id",
            limit=ROWS,
        )
        return make_block(
            "absent",
            "rows",
            self.env._("Absent Now"),
            40,
            is_side=True,
            rows=[self._get_absence(absence) for absence in absences],
            open=make_opens(
                "sales_process_mgmt.sales_process_absence_action", domain=domain
            ),
            empty={"title": self.env._("Everybody is here"), "text": False},
        )

    def _get_absence(self, absence):
        # sudo: names of colleagues
        user, deputy = absence.sudo().user_id, absence.sudo().deputy_id
        end = absence.date_end
        day = end and format_date(self.env, self.scope.get_local_date(end))
        return {
            "id": absence.id,
            "avatar": user.id,
            "title": user.name,
            "subtitle": self.env._("Deputy: %(name)s", name=deputy.name)
            if deputy
            else self.env._("Nobody stands in"),
            "note": day and self.env._("until %(time)s", time=day),
            "tone": False if deputy else "warning",
            "open": make_opens_record(absence),
        }

    # ------------------------------------------------------------
    # WHERE IT GOES
    # ------------------------------------------------------------

    def _get_trend(self):
        """Customers received and let go, week by week, in one query."""
        first, _last = period_tools.period_dates("weekly", self.scope.today)
        weeks = [first - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
        bounds = [
            deadline_tools.start_of_day_utc(week, self.scope.zone)
            for week in [*weeks, first + timedelta(weeks=1)]
        ]
        moments = {
            "taken": ("date_start", Domain("user_id", "!=", False)),
            "lost": ("date_end", LOST),
        }
        cases = {
            (name, place): which
            & Domain(moment, ">=", since)
            & Domain(moment, "<", until)
            for name, (moment, which) in moments.items()
            for place, (since, until) in enumerate(pairwise(bounds))
        }
        looked_at = self.scope.in_teams() & (
            Domain("date_start", ">=", bounds[0]) | Domain("date_end", ">=", bounds[0])
        )
        counts = orm.tally(self.env["sales.process.ownership"], looked_at, cases)
        names = {
            "taken": (self.env._("Customers Received"), "success"),
            "lost": (self.env._("Customers Let Go"), "danger"),
        }
        return make_block(
            "trend",
            "chart",
            self.env._("Customers by Week"),
            50,
            chart="line",
            labels=[self._format_day(week) for week in weeks],
            datasets=[
                {
                    "name": name,
                    "label": label,
                    "tone": tone,
                    "values": [counts[name, place] for place in range(WEEKS)],
                    "opens": self._open_weeks(label, *moments[name], bounds),
                }
                for name, (label, tone) in names.items()
            ],
            open=make_opens("sales_process_mgmt.sales_process_ownership_report_action"),
        )

    def _open_weeks(self, label, moment, which, bounds):
        """What opens from each week of a line.

        :param str moment: name of the field that lies in the week
        :param which: Domain, of which customers
        :param list bounds: where the weeks begin, and the last one ends
        :return: list of dicts
        """
        opens = make_opens(
            CUSTOMERS,
            label,
            self.scope.in_teams() & which,
            {"search_default_open": 0},
        )
        words = [fields.Datetime.to_string(bound) for bound in bounds]
        return [
            narrow_opens(opens, (moment, ">=", since), (moment, "<", until))
            for since, until in pairwise(words)
        ]

    def _format_day(self, day):
        """A day without its year, as the reader writes it: Oct 5, 10月5日."""
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("MMMd", day, locale=locale)
