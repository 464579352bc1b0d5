# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Of what a home is made: for whom it is, its blocks, figures and what they open."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from odoo import fields
from odoo.fields import Domain

from ..tools import deadline as deadline_tools
from ..tools import period as period_tools
from .sales_process_ownership import LAPSE_REASONS

NEXT_DAYS = 7
# Customers that were let go
LOST = Domain("state", "=", "ended") & Domain("end_reason", "in", LAPSE_REASONS)


class Standing(NamedTuple):
    """Where somebody stands: ids of the teams that use the process.

    Asked for by name, so that whoever asks does not depend on how many there are.
    """

    led: frozenset
    joined: frozenset
    # led, or below one that is
    overseen: frozenset


@dataclass(frozen=True)
class HomeScope:
    """For whom a home is, when, and of which teams.

    ``env`` is that of the reader, with the reader's rules.
    """

    env: Any
    role: str
    user: Any
    teams: Any
    zone: Any
    now: datetime
    today: date
    # what one block has read and another one asks for, too
    memory: dict = field(default_factory=dict)

    def within(self, name, kind):
        """The domain of a moment that lies in the running period.

        :param str name: of a field with naive UTC datetimes
        :param str kind: ``daily``, ``weekly`` or ``monthly``
        :return: Domain
        """
        start, end = period_tools.period_utc(kind, self.today, self.zone)
        return Domain(name, ">=", start) & Domain(name, "<", end)

    def get_local_date(self, moment):
        """The day of a moment where the reader is."""
        return deadline_tools.local_date(moment, self.zone)

    def format_moment(self, moment):
        """The hour of a moment, with its day unless it is today.

        Many rows tell the same moment: the end of a shift.
        """
        words = self.memory.setdefault("moments", {})
        if moment not in words:
            Team = self.env["crm.team"].with_context(tz=self.zone.zone)
            words[moment] = Team._format_moment(moment)
        return words[moment]

    def in_teams(self):
        """Whose records a leader's home counts: of the own teams, or of all.

        A director sees what belongs to no team, too.

        :return: Domain
        """
        if self.role == "director":
            return Domain.TRUE
        return Domain("team_id", "in", self.teams.ids)

    def to_decide(self):
        """Which agenda items the reader decides: not those of leaders below.

        :return: Domain
        """
        Item = self.env["sales.process.agenda.item"]
        if self.role != "region":
            return self.in_teams() | Item._get_asked_domain(self.user)
        if "to_decide" not in self.memory:
            self.memory["to_decide"] = Item._get_deciding_domain(self.user)
        asked = Item._get_asked_domain(self.user)
        return self.memory["to_decide"] & self.in_teams() | asked

    def get_deadline_cases(self):
        """How owned customers stand before their deadline.

        :return: ``{name: Domain}``; what is overdue, due today and due soon do not
            overlap
        """
        is_open = Domain("state", "=", "open")
        end = deadline_tools.end_of_day_utc(self.today, self.zone)
        soon = deadline_tools.end_of_day_utc(
            deadline_tools.add_days(self.today, NEXT_DAYS), self.zone
        )
        return {
            "overdue": is_open & Domain("date_deadline", "<", self.now),
            "today": is_open
            & Domain("date_deadline", ">=", self.now)
            & Domain("date_deadline", "<=", end),
            "soon": is_open
            & Domain("date_deadline", ">", end)
            & Domain("date_deadline", "<=", soon),
            "all": is_open,
        }

    def get_lost(self):
        """Customers let go this month.

        :return: Domain
        """
        return self.within("date_end", "monthly") & LOST


def make_opens(xml_id, name=None, domain=None, context=None):
    """What opens from a figure: an action, with the records that the figure counts.

    :param str xml_id: of the action
    :param str name: what is read above the list, by default the action's own
    :param domain: which records; None: those of the action
    :param dict context: defaults and filters for what is opened
    :return: dict
    """
    return {
        "xml_id": xml_id,
        "name": name or False,
        "domain": None if domain is None else _serialize(domain),
        "context": context or {},
    }


def narrow_opens(opens, *conditions):
    """The same action with fewer records: for each person, team or week of a table.

    A domain is put together and written out once, not once for each cell.

    :param dict opens: see :func:`make_opens`, with a domain
    :param conditions: field, operator and value, as the browser sends them back
    :return: dict
    """
    domain = ["&"] * len(conditions) + opens["domain"]
    return {**opens, "domain": domain + [list(part) for part in conditions]}


def make_opens_record(record):
    """What opens from a row: one record.

    :return: dict
    """
    return {"model": record._name, "res_id": record.id}


def _serialize(domain):
    """A domain as the browser sends it back."""

    def serialize(value):
        if isinstance(value, datetime):
            return fields.Datetime.to_string(value)
        if isinstance(value, date):
            return fields.Date.to_string(value)
        if isinstance(value, Iterable) and not isinstance(value, str):
            return list(value)
        return value

    return [
        part if isinstance(part, str) else [*part[:2], serialize(part[2])]
        for part in Domain(domain)
    ]


def make_figure(name, label, value, opens=None, tone=None, icon=None, **values):
    """One number and what it is made of.

    :param str name: technical name
    :param value: number, or text of an amount
    :param dict opens: see :func:`make_opens`
    :param str tone: ``danger``, ``warning``, ``success`` or ``info``
    :param str icon: says to the eye what the tone says
    :return: dict
    """
    return {
        "name": name,
        "label": label,
        "value": value,
        "open": opens or False,
        "tone": tone or False,
        "icon": icon or False,
        **values,
    }


def make_block(name, kind, title, sequence, **values):
    """One block of a home; see ``sales_process_home.py`` for its keys.

    :return: dict
    """
    return {
        "name": name,
        "kind": kind,
        "title": title,
        "sequence": sequence,
        "is_side": False,
        "empty": False,
        "open": False,
        **values,
    }
