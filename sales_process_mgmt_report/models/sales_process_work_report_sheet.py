# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The sheet of a team: its people and their numbers of a week or month, on a page."""

from collections import Counter, defaultdict

from odoo.fields import Domain
from odoo.tools import format_datetime, format_list

from odoo.addons.sales_process_mgmt.tools import labels
from odoo.addons.sales_process_mgmt.tools import period as period_tools

from .sales_process_work_report_submit import OPEN_STATES
from .sales_process_work_report_team import get_facts

# Numbers of people that metrics count, where they are there and in use
METRICS = ("customers_expired", "won_count", "amount_signed")
PUNCTUALITY = ("on_time_count", "late_count", "missing_count")
# A page names so much, the rest is in the numbers
MAX_TITLES = 7
MAX_HELP = 20
MAX_TEXT = 400


class TeamSheet:
    """The pages of some teams, as many queries for twenty people as for two.

    Contacts, customers and reports are those of the team, as in its leader's report and
    in the report discipline; metrics are those of the person, as in everybody's report.
    What is read is read with the rights of the reader, who has been asked before
    whether the teams are the reader's.

    :param env: of the reader
    :param str kind: ``weekly`` or ``monthly``
    :param day: date, any of the period
    :param teams: crm.team
    """

    def __init__(self, env, kind, day, teams):
        self.env = env
        self.kind = kind
        self.date_from, self.date_to = period_tools.period_dates(kind, day)
        self.teams = teams.with_env(env)
        # sudo: whose zone and company, and names of colleagues
        self.sudo_teams = self.teams.sudo()
        self.spans = {
            team.id: period_tools.dates_to_utc(
                self.date_from,
                self.date_to,
                team._get_process_timezone(team.user_id),
            )
            for team in self.sudo_teams
        }

    def make_pages(self):
        """What stands on the page of each team.

        :return: list of dict for the template, one for each team
        """
        facts = self._count_facts()
        reports = self._count_reports()
        helped = self._find_help()
        asked = {
            team_id: Counter(report.user_id.id for report in rows)
            for team_id, rows in helped.items()
        }
        people = self._find_people(facts, reports, asked)
        metrics = self._count_metrics(people)
        goals, moments = self._find_goals()
        missing = self._find_missing()
        pages = []
        for team in self.sudo_teams:
            counted = metrics[self._get_company(team)]
            rows = [
                (
                    user.name,
                    [
                        *(facts[name].get((team.id, user.id), 0) for name in facts),
                        *(values[team.id, user.id] for _m, values in counted),
                        *reports.get((team.id, user.id), (0,) * len(PUNCTUALITY)),
                        asked.get(team.id, {}).get(user.id, 0),
                    ],
                )
                for user in people[team.id]
            ]
            pages.append(
                {
                    "team": team.name,
                    "leader": team.user_id.name or "",
                    "company": self._get_company(team),
                    **self._make_table(team, rows, [metric for metric, _v in counted]),
                    "goals": goals[team.id],
                    "as_of": self._format_moment(team, moments.get(team.id)),
                    "missing": missing[team.id],
                    "help": [
                        {
                            "user": report.user_id.name,
                            "title": report.sudo(False)._get_title(),
                            "text": self._cut(report.help_needed),
                        }
                        for report in helped[team.id][:MAX_HELP]
                    ],
                    "help_more": max(len(helped[team.id]) - MAX_HELP, 0),
                }
            )
        return pages

    def _get_company(self, team):
        return team.company_id.sudo(False) or self.env.company

    # ------------------------------------------------------------
    # NUMBERS
    # ------------------------------------------------------------

    def _count_facts(self):
        """``{number: {(team id, user id): count}}``, a query each for each zone."""
        by_span = defaultdict(list)
        for team_id, span in self.spans.items():
            by_span[span].append(team_id)
        found = defaultdict(dict)
        for span, team_ids in by_span.items():
            within = Domain("team_id", "in", team_ids) & Domain("user_id", "!=", False)
            for name, (model, domain) in get_facts(*span).items():
                # each: one query for each zone and number
                groups = self.env[model]._read_group(
                    within & domain, ["team_id", "user_id"], ["__count"]
                )
                found[name] |= {
                    (team.id, user.id): count for team, user, count in groups
                }
        return found

    def _in_period(self):
        """Reports of the teams whose last day lies in the period."""
        return (
            Domain("team_id", "in", self.teams.ids)
            & Domain("date_to", ">=", self.date_from)
            & Domain("date_to", "<=", self.date_to)
        )

    def _count_reports(self):
        """``{(team id, user id): (in time, late, missing)}``."""
        groups = self.env["sales.process.discipline.report"]._read_group(
            self._in_period(),
            ["team_id", "user_id"],
            [f"{name}:sum" for name in PUNCTUALITY],
        )
        return {(team.id, user.id): counts for team, user, *counts in groups}

    def _find_people(self, facts, reports, asked):
        """Who is in each team, or has numbers in it, by name.

        :return: ``{team id: res.users in sudo}``
        """
        keys = {key for counts in facts.values() for key in counts} | reports.keys()
        keys |= {(team, user) for team, users in asked.items() for user in users}
        found = defaultdict(set)
        for team_id, user_id in keys:
            found[team_id].add(user_id)
        people = {}
        for team in self.sudo_teams:
            users = team.member_ids
            people[team.id] = users | users.browse(sorted(found[team.id]))
        everybody = self.sudo_teams.member_ids.browse().union(*people.values())
        return {
            team_id: users.with_prefetch(everybody.ids).sorted("name")
            for team_id, users in people.items()
        }

    def _count_metrics(self, people):
        """The metrics of the people of each company's teams.

        :return: ``{res.company: [(metric, {(team id, user id): value})]}``
        """
        buckets = defaultdict(list)
        for team in self.sudo_teams:
            buckets[self._get_company(team)] += [
                (team.id, user.id) for user in people[team.id]
            ]
        # sudo: a metric counts what its definer may read, as in everybody's report
        every = self.env["sales.process.metric"].sudo()
        every = every.search([("code", "in", METRICS)])
        result = {}
        for company, keys in buckets.items():
            metrics = every.filtered(
                lambda metric, company=company: (
                    not metric.company_id or metric.company_id == company
                )
            ).sorted(lambda metric: METRICS.index(metric.code))
            spans = [
                (bucket, user_id, *self.spans[team_id])
                for bucket, (team_id, user_id) in enumerate(keys)
            ]
            counted = metrics._evaluate_buckets(spans, company)
            result[company] = [
                (metric, {key: values[n] for n, key in enumerate(keys)})
                for metric, values in counted.items()
            ]
        return result

    def _make_table(self, team, rows, metrics):
        """Heads, rows and totals as they are read."""
        env = self.env
        company = self._get_company(team)
        heads = [
            env._("Contacts"),
            env._("Customers Taken"),
            env._("Customers Lost"),
            *(metric.name for metric in metrics),
            env._("In Time"),
            env._("Late"),
            env._("Missing"),
            env._("Help Needed"),
        ]
        first = len(heads) - len(metrics) - len(PUNCTUALITY) - 1
        places = dict(enumerate(metrics, start=first))

        def show(values):
            return [
                places[n]._format_value(value, company) if n in places else value
                for n, value in enumerate(values)
            ]

        columns = list(zip(*[values for _name, values in rows], strict=True))
        total = [sum(value or 0 for value in column) for column in columns]
        return {
            "heads": heads,
            "rows": [(name, show(values)) for name, values in rows],
            "total": show(total),
        }

    # ------------------------------------------------------------
    # PLAN
    # ------------------------------------------------------------

    def _find_goals(self):
        """The goals of the teams with what was counted last; counts nothing.

        :return: ``({team id: list of dict}, {team id: when it was counted})``
        """
        Line = self.env["sales.process.plan.line"]
        lines = Line.search(
            [
                ("plan_id.team_id", "in", self.teams.ids),
                ("plan_id.kind", "=", self.kind),
                ("plan_id.date_from", "=", self.date_from),
                ("plan_id.state", "!=", "draft"),
                ("goal", ">", 0),
            ],
            order="sequence, id",
        )
        statuses = labels.get_choices(Line, "status")
        goals, moments = defaultdict(list), {}
        for line in lines:
            told = line._prepare_last_actual()
            team_id = line.plan_id.team_id.id
            moments[team_id] = line.plan_id.date_actual
            goals[team_id].append(
                {
                    "name": line.metric_id.name,
                    "goal": told["goal_label"],
                    "actual": told["actual_label"],
                    "progress": round(told["progress"]),
                    "status": statuses.get(told["status"], ""),
                }
            )
        return goals, moments

    def _format_moment(self, team, moment):
        if not moment:
            return ""
        zone = team._get_process_timezone(team.user_id).zone
        return format_datetime(self.env, moment, tz=zone, dt_format="short")

    # ------------------------------------------------------------
    # REPORTS
    # ------------------------------------------------------------

    def _find_missing(self):
        """Who has not submitted which reports.

        :return: ``{team id: [(name, count, text)]}``
        """
        rows = self.env["sales.process.discipline.report"].search_fetch(
            self._in_period() & Domain("outcome", "=", "missing"),
            ["report_id", "team_id", "user_id"],
            order="date_to, id",
        )
        found = defaultdict(lambda: defaultdict(list))
        for row in rows:
            # sudo: names of colleagues
            user = row.sudo().user_id
            found[row.team_id.id][user].append(row.report_id._get_title())
        return {
            team.id: [
                (user.name, len(titles), self._name_some(titles))
                for user, titles in sorted(
                    found[team.id].items(), key=lambda item: item[0].name
                )
            ]
            for team in self.teams
        }

    def _name_some(self, titles):
        if len(titles) > MAX_TITLES:
            more = len(titles) - MAX_TITLES
            titles = [*titles[:MAX_TITLES], self.env._("%(count)s more", count=more)]
        return format_list(self.env, titles)

    def _find_help(self):
        """Reports that were submitted and say what help is needed, urgent ones too.

        :return: ``{team id: [sales.process.work.report in sudo]}``
        """
        reports = self.env["sales.process.work.report"].search(
            self._in_period()
            & Domain("state", "not in", OPEN_STATES)
            & Domain("help_needed", "!=", False),
            order="date_to, id",
        )
        found = {team.id: [] for team in self.teams}
        # sudo: names of colleagues
        for report in reports.sudo():
            if report.help_needed.strip():
                found[report.team_id.id].append(report)
        return found

    @staticmethod
    def _cut(text):
        text = text.strip()
        return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT].rstrip()}…"
