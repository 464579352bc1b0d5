# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a leader's report says of the team by itself: each person, or each team."""

from markupsafe import Markup

from odoo.fields import Domain
from odoo.tools import format_list

KINDS = ("weekly", "monthly")
# How a customer is lost to the person who held it
LOST = ("expired", "lost", "owner_archived", "released")
COLUMNS = ("contacts", "taken", "lost", "missing")
# So many are named, the others are in the numbers
MAX_NAMES = 20


def find_in_period(name, start, end):
    """What lies in a period.

    :param str name: of a field with a moment
    :param start: naive UTC datetime
    :param end: naive UTC datetime, the first that does not belong to it
    :return: Domain
    """
    return Domain(name, ">=", start) & Domain(name, "<", end)


def get_facts(start, end):
    """What is counted of people or teams in a period, by every paper alike.

    :param start: naive UTC datetime
    :param end: naive UTC datetime, the first that does not belong to it
    :return: ``{name of the number: (model, Domain)}``
    """
    return {
        "contacts": (
            "sales.process.followup",
            find_in_period("date", start, end) & Domain("counts", "=", True),
        ),
        "taken": (
            "sales.process.ownership",
            find_in_period("date_start", start, end) & Domain("user_id", "!=", False),
        ),
        "lost": (
            "sales.process.ownership",
            find_in_period("date_end", start, end) & Domain("end_reason", "in", LOST),
        ),
    }


class TeamNumbers:
    """The numbers of the led people, of a region of its teams, in a period.

    Counted with the rights of the author, in as many queries as there are numbers.

    :param report: sales.process.work.report, one
    """

    def __init__(self, report):
        report.ensure_one()
        self.report = report
        self.env = report.env

    def get_teams(self):
        """The teams that the report is about: led by the author, or below.

        :return: crm.team
        """
        report = self.report
        # sudo: teams that the author oversees, in the company of the report
        teams = report.user_id.sudo().process_overseen_team_ids
        return teams.filtered(
            lambda team: (
                team.active
                and team.process_mode != "off"
                and team.company_id in (report.company_id, report.company_id.browse())
            )
        ).sudo(self.env.su)

    def count(self):
        """Count them.

        :return: dict for the column ``team_numbers``; False for who leads no team and
            for reports of a day
        """
        report = self.report
        teams = self.get_teams() if report.kind in KINDS else None
        if not teams:
            return False
        by = "user_id"
        if report.user_id.sudo().process_led_team_ids != teams and len(teams) > 1:
            by = "team_id"
        within = Domain("team_id", "in", teams.ids)
        if by == "user_id":
            within &= Domain("user_id", "not in", [False, report.user_id.id])
        facts = get_facts(report.bound_from, report.bound_to)
        counts = {
            **{
                name: self._count_by(model, within & domain, by)
                for name, (model, domain) in facts.items()
            },
            "missing": self._count_by(
                report._name,
                within
                & Domain("kind", "!=", "urgent")
                & Domain("state", "in", ("draft", "missing"))
                & Domain("date_due", "<", self.env.cr.now())
                & Domain("date_to", ">=", report.date_from)
                & Domain("date_to", "<=", report.date_to)
                & Domain("id", "!=", report.id),
                by,
            ),
        }
        # sudo: names of colleagues and teams
        rows = teams.sudo() if by == "team_id" else teams.sudo().member_ids
        rows |= rows.browse({key for numbers in counts.values() for key in numbers})
        names = self.env["sales.process.ownership"].search(
            within & facts["lost"][1], order="date_end, id", limit=MAX_NAMES
        )
        return {
            "by": by,
            "rows": [
                [row.name, *(counts[name].get(row.id, 0) for name in COLUMNS)]
                for row in rows.sorted("name")
                if by == "team_id" or row != report.user_id
            ],
            "lost_names": [name for name in names.mapped("name") if name],
        }

    def _count_by(self, model, domain, by):
        groups = self.env[model]._read_group(domain, [by], ["__count"])
        return {record.id: count for record, count in groups if record}

    def render(self, numbers):
        """The numbers as a table, in the language of the reader.

        :param dict numbers: see :meth:`count`
        :return: Markup, or False
        """
        if not numbers or not numbers["rows"]:
            return False
        env = self.env
        heads = [
            env._("Sales Team") if numbers["by"] == "team_id" else env._("Salesperson"),
            env._("Contacts"),
            env._("Customers Taken"),
            env._("Customers Lost"),
            env._("Reports Missing"),
        ]
        values = [row[1:] for row in numbers["rows"]]
        total = [sum(column) for column in zip(*values, strict=True)]
        body = [self._render_row("td", row) for row in numbers["rows"]]
        body.append(self._render_row("th", [env._("Total"), *total]))
        table = Markup(
            "<table class='table table-sm mb-2'><thead>%s</thead><tbody>%s</tbody>"
            "</table>"
        ) % (self._render_row("th", heads), Markup().join(body))
        if numbers["lost_names"]:
            table += Markup("<p class='text-muted'>%s</p>") % env._(
                "Lost: %(customers)s", customers=format_list(env, numbers["lost_names"])
            )
        return table

    def _render_row(self, tag, values):
        cell = Markup("<%s%s>%%s</%s>")
        first, *others = values
        number = Markup(" class='text-end'")
        return Markup("<tr>%s</tr>") % Markup().join(
            [
                cell % (tag, Markup(), tag) % first,
                *(cell % (tag, number, tag) % value for value in others),
            ]
        )
