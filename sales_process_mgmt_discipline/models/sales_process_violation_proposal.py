# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Violations that the system proposes from facts, and those that it takes back."""

from collections import defaultdict
from datetime import timedelta
from functools import partial

import pytz

from odoo.addons.sales_process_mgmt.models.crm_team import ACTIVE_MODES
from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_on_each
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools

from ..tools import violations as violation_tools

# What is older is not proposed any more, nor looked at again.
LOOK_BACK = 62
# So many are worked on, and committed, at once.
BATCH_SIZE = 200


class ViolationProposals:
    """Each fact is proposed once, for each person; nothing on a day of leave.

    :param env: environment of the superuser
    """

    def __init__(self, env):
        self.env = env
        self.rows = env["sales.process.violation"]

    def run(self):
        """Propose and withdraw, all at once.

        :return: sales.process.violation that were proposed
        """
        before = self.rows.search([], order="id desc", limit=1).id or 0
        for step in self.get_steps():
            step()
        return self.rows.search([("id", ">", before), ("source", "=", "fact")])

    def get_steps(self):
        """What a run does, in steps that stand alone.

        Each fact is looked up anew by its step: a run that was killed between two of
        them, or that another server makes as well, proposes none twice and leaves out
        none.

        :return: list of functions without arguments, which never commit
        """
        facts = self._find_facts(self._find_types())
        keys = sorted({(fact.kind, fact.res_id) for fact, _type in facts})
        waiting = self._find_waiting()
        return [
            *(partial(self._propose, part) for part in _split(keys)),
            *(partial(self._withdraw_what_is_gone, part) for part in _split(waiting)),
        ]

    def _find_types(self):
        return self.env["sales.process.violation.type"].search(
            [("fact_kind", "!=", False)], order="id"
        )

    def _propose(self, keys):
        """Propose what these facts say, unless it has been proposed.

        A fact that cannot be proposed stops none of the others.

        :param list keys: ``(kind, id of the evidence)``
        """
        # locked, so that a run on another server waits
        types = self._find_types()
        types._lock_rows()
        facts = self._find_facts(types, keys)
        away = self.find_away(
            [(fact.user_id, fact.date, fact.team_id) for fact, _type in facts]
        )
        # also of a type that was archived, or followed by one of the company
        known = self.rows.search(
            [
                ("fact_kind", "in", list({fact.kind for fact, _type in facts})),
                ("res_id", "in", list({fact.res_id for fact, _type in facts})),
            ]
        ).grouped(lambda row: (row.fact_kind, row.res_model, row.res_id, row.user_id))
        vals_list, again = [], self.rows
        for fact, kind in facts:
            if (fact.user_id, fact.date) in away:
                continue
            row = known.get((fact.kind, fact.res_model, fact.res_id, fact.user_id))
            if row and row.state == "withdrawn":
                again |= row
            elif not row:
                vals_list.append(self._prepare(fact, kind))
        again._reopen()
        work_on_each(self.env, vals_list, self.rows.create, lambda vals, error: None)

    def _prepare(self, fact, kind):
        return {
            "type_id": kind.id,
            "user_id": fact.user_id.id,
            "team_id": fact.team_id.id,
            "company_id": (fact.company_id or fact.user_id.company_id).id,
            "date": fact.date,
            "source": "fact",
            "fact_kind": fact.kind,
            "evidence": fact.name,
            "res_model": fact.res_model,
            "res_id": fact.res_id,
        }

    def _find_facts(self, types, keys=None):
        """Facts from which something is proposed.

        :param types: sales.process.violation.type
        :param list keys: of these facts alone, ``(kind, id of the evidence)``
        :return: list of ``(sales.process.fact, type)``
        """
        Fact = self.env["sales.process.fact"]
        teams = self.env["crm.team"].search(
            [("process_violation", "=", True), ("process_mode", "in", ACTIVE_MODES)]
        )
        known = dict(Fact._fields["kind"]._description_selection(self.env))
        types = types.filtered(lambda row: row.fact_kind in known)
        if not teams or not types:
            return []
        by_kind = {(row.fact_kind, row.company_id.id): row for row in types}
        first = min(types.mapped("date_from"))
        last = deadline_tools.local_date(
            self.env.cr.now() - timedelta(days=LOOK_BACK),
            self.env["crm.team"]._get_process_timezone(self.env.user),
        )
        domain = [
            ("kind", "in", types.mapped("fact_kind")),
            ("date", ">=", max(first, last)),
            ("team_id", "in", teams.ids),
        ]
        if keys is not None:
            domain.append(("res_id", "in", [res_id for _kind, res_id in keys]))
        facts = Fact.search(domain)
        if keys is not None:
            facts = facts.filtered(lambda fact: (fact.kind, fact.res_id) in set(keys))
        found = []
        for fact in facts:
            kind = by_kind.get((fact.kind, fact.company_id.id)) or by_kind.get(
                (fact.kind, False)
            )
            if kind and fact.user_id and self._counts(fact, kind):
                found.append((fact, kind))
        return found

    def _counts(self, fact, kind):
        """Whether a fact is late enough for the type, its policy and the team."""
        if kind.policy_id and not kind.policy_id._is_in_effect(fact.date):
            return False
        begins = (kind.date_from, fact.team_id.process_violation_from)
        return all(fact.date >= day for day in begins if day)

    def find_away(self, days):
        """On which of these days the people were on leave.

        :param days: list of ``(res.users, date, crm.team)``
        :return: set of ``(res.users, date)``
        """
        by_user = defaultdict(dict)
        for user, day, team in days:
            by_user[user][day] = team
        if not by_user:
            return set()
        users = self.env["res.users"].union(*by_user)
        every = [day for found in by_user.values() for day in found]
        # by a clock that may be a day from that of the people, on both sides
        absences = users._get_absences(
            deadline_tools.start_of_day_utc(min(every) - timedelta(days=1), pytz.utc),
            deadline_tools.end_of_day_utc(max(every) + timedelta(days=1), pytz.utc),
        )
        return {
            (user, day)
            for user, found in by_user.items()
            for day, team in found.items()
            if violation_tools.is_away(
                day, absences.get(user, ()), team._get_process_timezone(user)
            )
        }

    def _find_waiting(self):
        return self.rows.search(
            [("state", "=", "open"), ("source", "=", "fact")], order="id"
        ).ids

    def _withdraw_what_is_gone(self, ids=None):
        """Take back what waits and is no fact any more.

        What rests on a record that was deleted stays: nothing says that it did not
        happen. What was decided is not taken back by handing in late.

        :param list ids: of violations; by default of all that wait
        """
        Fact = self.env["sales.process.fact"]
        waiting = self.rows.search(
            [
                ("id", "in", self._find_waiting() if ids is None else ids),
                ("state", "=", "open"),
            ]
        )
        queries = Fact._get_queries()
        gone = self.rows
        for (kind, model), rows in waiting.grouped(
            lambda row: (row.fact_kind, row.res_model)
        ).items():
            if kind not in queries:
                continue
            ids = rows.mapped("res_id")
            there = set(self.env[model].browse(ids).exists().ids)
            # each: one query for each kind of fact that a rule names
            facts = Fact.search([("kind", "=", kind), ("res_id", "in", ids)])
            standing = {(fact.res_id, fact.user_id) for fact in facts}
            gone |= rows.filtered(
                lambda row, there=there, standing=standing: (
                    row.res_id in there and (row.res_id, row.user_id) not in standing
                )
            )
        gone._withdraw("fact")
        away = self.find_away(
            [(row.user_id, row.date, row.team_id) for row in waiting - gone]
        )
        (waiting - gone).filtered(
            lambda row: (row.user_id, row.date) in away
        )._withdraw("leave")


def _split(items):
    """Parts of so many as are worked on at once.

    :return: list of lists
    """
    return [
        items[start : start + BATCH_SIZE] for start in range(0, len(items), BATCH_SIZE)
    ]
