# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.tools import clock
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import period as period_tools
from odoo.addons.sales_process_mgmt.tools.spoken import speaking

from ..tools import scoring, segments, tables
from .sales_process_scorecard_given_back import PointsGivenBack, update
from .sales_process_scorecard_item import COUNTED

FINE = scoring.FINE
AGREED = ("agreed", "locked")


class Asked(NamedTuple):
    """One number that is to be counted: of whom, in which days, by which line."""

    item: Any
    user: Any
    team: Any
    first: Any
    end: Any


class ScorecardCount:
    """Count scorecards of one company and month: one query a metric, not a person.

    :param cards: sales.process.scorecard in sudo
    """

    def __init__(self, cards):
        self.cards = cards
        self.env = cards.env
        self.company = cards.company_id
        self.first = cards[0].date_from
        self.end = deadline_tools.add_days(cards[0].date_to, 1)
        self._checkers = {}

    # ------------------------------------------------------------
    # PARTS OF THE MONTH
    # ------------------------------------------------------------

    def _cut(self, users):
        """The parts of the month of people.

        :param users: res.users
        :return: ``{res.users: [(team, first day, first day after it)]}``
        """
        Stay = self.env["sales.process.scorecard.stay"]
        stays = Stay.search(
            [
                ("user_id", "in", users.ids),
                ("company_id", "in", (self.company.id, False)),
                ("date_from", "<", self.end),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", self.first),
            ],
            order="date_from, id",
        )
        parts = {
            user: segments.cut(rows._get_bounds(), self.first, self.end)
            for user, rows in stays.grouped("user_id").items()
        }
        return {user: parts.get(user, []) for user in users}

    def _get_checker(self, user, team):
        """A function that tells on which days somebody works in a team."""
        calendar = user.resource_calendar_id or team._get_working_calendar()
        key = calendar, team
        if key not in self._checkers:
            self._checkers[key] = (
                team._is_working_day_factory(calendar) if calendar else None
            )
        return self._checkers[key]

    def _get_days(self, user, parts):
        """Working days of each part, and of the whole month.

        Days without a team are those of the last team: no day is counted twice.

        :return: list of days of the parts, int
        """
        days = [
            segments.count_days(first, end, self._get_checker(user, team))
            for team, first, end in parts
        ]
        within = {
            day
            for _team, first, end in parts
            for day in segments.iterate_days(first, end)
        }
        rest = segments.count_days(
            self.first, self.end, self._get_checker(user, parts[-1][0]), within
        )
        return days, sum(days) + rest

    def _find_away(self, users):
        """The dates on which people are away.

        :return: ``{res.users: set of dates}``
        """
        start = datetime.combine(self.first, datetime.min.time())
        stop = datetime.combine(
            deadline_tools.add_days(self.end, 1), datetime.min.time()
        )
        away = defaultdict(set)
        for user, intervals in users._get_absences(start, stop).items():
            zone = self.env["crm.team"]._get_process_timezone(user)
            for since, until in intervals:
                away[user] |= clock.touched_days(
                    max(since, start), min(until, stop), zone
                )
        return away

    def _write_segments(self):
        """Bring the parts of the scorecards in line with who was where.

        :return: the segments that are judged by a version
        """
        users = self.cards.user_id
        parts_of = self._cut(users)
        away = self._find_away(users)
        templates = self.env["sales.process.scorecard.template"]._find_in_use(
            self.company
        )
        created = []
        for card in self.cards:
            parts = parts_of[card.user_id]
            known = {(row.team_id, row.date_from): row for row in card.segment_ids}
            if parts:
                update(card, {"team_id": parts[-1][0].id})
            update(card, {"decider_id": card._get_decider().id})
            days, whole = self._get_days(card.user_id, parts) if parts else ([], 0)
            for (team, first, end), count in zip(parts, days, strict=True):
                role = "leader" if team.user_id == card.user_id else "salesperson"
                values = {
                    "version_id": templates._pick_version(team, role, first).id,
                    "date_end": end,
                    "working_days": count,
                    "month_days": whole,
                    "absent_days": count
                    - segments.count_days(
                        first,
                        end,
                        self._get_checker(card.user_id, team),
                        away[card.user_id],
                    ),
                }
                segment = known.pop((team, first), None)
                values["marker_id"] = self._pick_marker(
                    card, segment, team, end, is_last=(team, first, end) == parts[-1]
                ).id
                if segment:
                    update(segment, values)
                else:
                    created.append(
                        {
                            "scorecard_id": card.id,
                            "team_id": team.id,
                            "date_from": first,
                            **values,
                        }
                    )
            if known:
                card.segment_ids.browse(row.id for row in known.values()).unlink()
        if created:
            self.cards.segment_ids.create(created)
        self._write_lines()
        return self.cards.segment_ids.filtered("version_id")

    def _pick_marker(self, card, segment, team, end, is_last):
        """Who gives the marks of a part of the month.

        Whoever led the team while the part lasted gives those of it, also when
        somebody else leads it now; who has left is followed by who leads it today.

        :return: res.users, one at most, never the person
        """
        if is_last:
            return card.decider_id
        led = segment.marker_id if segment else card.decider_id.browse()
        is_over = end <= team._get_process_today(card.user_id)
        if is_over and led.active and led != card.user_id:
            return led
        return team._get_deciders(card.user_id, card.company_id)

    def _write_lines(self):
        """One line for each line of the template; marks stay with theirs."""
        Line = self.env["sales.process.scorecard.line"]
        created = []
        for segment in self.cards.segment_ids:
            items = segment.version_id.item_ids
            segment.line_ids.filtered(
                lambda line, items=items: line.item_id and line.item_id not in items
            ).unlink()
            created += [
                {
                    "scorecard_id": segment.scorecard_id.id,
                    "segment_id": segment.id,
                    "item_id": item.id,
                    "kind": item.kind,
                    "metric_id": item.metric_id.id,
                    "sequence": item.sequence,
                }
                for item in items - segment.line_ids.item_id
            ]
        if created:
            Line.create(created)

    # ------------------------------------------------------------
    # NUMBERS
    # ------------------------------------------------------------

    def _get_span(self, user, team, first, end):
        zone = team._get_process_timezone(user)
        return period_tools.dates_to_utc(first, deadline_tools.add_days(end, -1), zone)

    def _count_values(self, asked):
        """What was reached.

        :param list asked: of :class:`Asked`
        :return: list of numbers, None where there is nothing to judge, and a dict of
            the ids of what was counted, by the place in the list
        """
        values = [None] * len(asked)
        by_metric = defaultdict(list)
        helped = []
        for place, (item, user, team, first, end) in enumerate(asked):
            if item.kind in COUNTED and not item.metric_id:
                continue  # has gone with its addon: nothing to judge
            if item.kind in COUNTED:
                span = self._get_span(user, team, first, end)
                by_metric[item.metric_id].append((place, user.id, *span))
            elif item.kind == "help":
                span = self._get_span(user, team, first, end)
                helped.append((place, user.id, *span, item.help_days))
        for metric, rows in by_metric.items():
            found = metric._evaluate_buckets(rows, self.company)[metric]
            for place, value in found.items():
                values[place] = None if value is None else float(value)
        sources = self._find_helped(helped) if helped else {}
        for row in helped:
            values[row[0]] = float(len(sources.get(row[0], ())))
        return values, sources

    def _count_lines(self, lines):
        """What was reached in lines of scorecards, see :meth:`_count_values`."""
        return self._count_values(
            [
                Asked(
                    line.item_id,
                    line.user_id,
                    line.team_id,
                    line.segment_id.date_from,
                    line.segment_id.date_end,
                )
                for line in lines
            ]
        )

    def _find_helped(self, rows):
        """The customers of colleagues that have signed after somebody's help.

        A follow-up of the helper that counts, so many days before the signature at
        most. An invitation alone is no help.

        :param list rows: ``(place, user id, from, to, days)``
        :return: ``{place: ids of ownerships}``
        """
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                SELECT span.place, array_agg(DISTINCT owned.id)
                  FROM unnest(%s::int[], %s::int[], %s::timestamp[], %s::timestamp[],
                              %s::int[])
                       AS span(place, user_id, date_start, date_end, days)
                  JOIN crm_lead AS lead
                    ON lead.won_status = 'won'
                   AND lead.date_closed >= span.date_start
                   AND lead.date_closed < span.date_end
                  JOIN sales_process_ownership AS owned
                    ON owned.id = lead.ownership_id
                   AND owned.phase IN ('signed', 'served')
                   AND owned.user_id <> span.user_id
                   AND owned.company_id = %s
                 WHERE EXISTS (
                        SELECT FROM sales_process_followup AS followup
                         WHERE followup.ownership_id = owned.id
                           AND followup.user_id = span.user_id
                           AND followup.counts
                           AND followup.date <= lead.date_closed
                           AND followup.date
                               >= lead.date_closed - span.days * INTERVAL '1 day')
              GROUP BY span.place
                """,
                *(list(column) for column in zip(*rows, strict=True)),
                self.company.id,
            )
        )
        return dict(found)

    def _get_goals(self):
        """The goals of people for the month, as they were agreed.

        What somebody has planned alone is no goal by which a leader judges.

        :return: ``{(res.users or crm.team, metric): goal}``
        """
        teams = self.cards.segment_ids.team_id
        plans = self.env["sales.process.plan"].search(
            [
                ("kind", "=", "monthly"),
                ("date_from", "=", self.first),
                ("company_id", "=", self.company.id),
                ("state", "in", AGREED),
                "|",
                ("user_id", "in", self.cards.user_id.ids),
                ("team_id", "in", teams.ids),
            ]
        )
        return {
            (line.plan_id.user_id or line.plan_id.team_id, line.metric_id): line.goal
            for line in plans.line_ids
            if line.goal
        }

    def _count_teams(self, judged, goals):
        """How much of its goal each team has reached; everybody counts in their days.

        :param judged: segments
        :param dict goals: see :meth:`_get_goals`
        :return: ``{(crm.team, metric): percent}``, without teams that have no goal
        """
        wanted = {
            (row.team_id, row.version_id.team_metric_id)
            for row in judged
            if (row.team_id, row.version_id.team_metric_id) in goals
        }
        if not wanted:
            return {}
        teams = {team for team, _metric in wanted}
        stays = self.env["sales.process.scorecard.stay"].search(
            [
                ("team_id", "in", [team.id for team in teams]),
                ("date_from", "<", self.end),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", self.first),
            ]
        )
        parts = self._cut(stays.user_id)
        reached = {}
        for metric in {metric for _team, metric in wanted}:
            rows = [
                (team.id, user.id, *self._get_span(user, team, first, end))
                for user, segs in parts.items()
                for team, first, end in segs
                if (team, metric) in wanted
            ]
            found = metric._evaluate_buckets(rows, self.company)[metric]
            for team in teams:
                if (team, metric) in wanted:
                    percent = scoring.get_percent(
                        found.get(team.id),
                        goals[team, metric],
                        metric.higher_is_better,
                    )
                    if percent is not None:
                        reached[team, metric] = percent
        return reached

    def _get_peers(self, judged):
        """What colleagues have rated, once nobody can answer any more.

        :param judged: segments
        :return: ``{segment: average of 1 to 5}``, without those with too few answers
        """
        if "peers" not in judged.version_id.item_ids.mapped("kind"):
            return {}
        averages = self.env["sales.process.scorecard.rating"]._get_averages(
            judged.user_id, self.first
        )
        return {
            row: averages[row.user_id.id, row.team_id.id]
            for row in judged
            if (row.user_id.id, row.team_id.id) in averages
        }

    # ------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------

    def apply(self):
        """Count the scorecards, and write what is another number."""
        judged = self._write_segments()
        goals = self._get_goals()
        lines = judged.line_ids.filtered("item_id")
        values, sources = self._count_lines(lines)
        back = PointsGivenBack(self)
        owed = back.find()
        peers = self._get_peers(judged)
        teams = self._count_teams(judged, goals)
        answers = self._count_answers(lines)
        numbers = {
            line: None
            if line in answers
            and answers[line] < line.segment_id.version_id.fewest_answers
            else values[place]
            for place, line in enumerate(lines)
        }
        for line in lines:
            update(line, {"answers": answers.get(line, 0)})
        helped = {line: sources.get(place) for place, line in enumerate(lines)}
        for segment in judged:
            rows, given = self._judge(segment, numbers, helped, goals, peers)
            # where nothing is judged, the next month gives back
            due = owed.get(segment.scorecard_id, []) if given else []
            self._add_up(segment, rows, given + back.put_lines(segment, due))
            self._rate(segment, teams)
        for card in self.cards:
            self._sum_up(card)

    def _count_answers(self, lines):
        """On how many answers each average rests.

        :param lines: sales.process.scorecard.line
        :return: ``{line: number}``, of averages alone
        """
        found = {}
        averages = lines.filtered(
            lambda line: (
                line.kind in ("plan", "fixed", "points")
                and line.metric_id.aggregate == "avg"
            )
        )
        for metric, rows in averages.grouped("metric_id").items():
            counts = metric._evaluate_buckets(
                [
                    (
                        line.id,
                        line.user_id.id,
                        *self._get_span(
                            line.user_id,
                            line.team_id,
                            line.segment_id.date_from,
                            line.segment_id.date_end,
                        ),
                    )
                    for line in rows
                ],
                self.company,
                how_many=True,
            )[metric]
            found.update({line: counts.get(line.id) or 0 for line in rows})
        return found

    def _judge(self, segment, numbers, helped, goals, peers):
        """Count the lines of a part of the month.

        :return: ``{line: values}``, and a list of what the lines give
        """
        rows = {}
        for line in segment.line_ids.filtered("item_id"):
            value = numbers[line]
            if line.kind == "mark":
                value = line.mark if line.is_marked else None
            elif line.kind == "peers":
                value = peers.get(segment)
            rows[line] = self._prepare_line(line, value, goals)
            rows[line]["source_ids"] = helped[line] or False
        scored = [line for line in rows if line.kind != "points"]
        weights = scoring.redistribute(
            [line.item_id.weight for line in scored],
            [rows[line]["has_value"] for line in scored],
        )
        given = []
        for line, weight in zip(scored, weights, strict=True):
            rows[line]["weight_used"] = scoring.round_half_up(weight, scoring.FINE)
            if rows[line]["has_value"]:
                given.append(scoring.contribute(weight, rows[line]["percent"]))
                rows[line]["contribution"] = float(given[-1])
        return rows, given

    def _add_up(self, segment, rows, given):
        """The score of a part of the month."""
        taken = [
            scoring.to_decimal(-rows[line]["contribution"])
            for line in rows
            if line.kind == "points"
        ]
        floor = segment.version_id.score_floor
        score, is_lifted = scoring.add_up(given, taken, floor)
        for line, values in rows.items():
            update(line, values)
        update(
            segment,
            {
                "score": scoring.round_half_up(score or 0),
                "has_score": score is not None,
                "is_lifted": is_lifted,
            },
        )

    def _prepare_line(self, line, value, goals):
        """Everything about a line but what depends on the other lines.

        :param value: what was counted; None where there is nothing to judge
        :return: dict of values
        """
        item, metric, segment = line.item_id, line.metric_id, line.segment_id
        month_goal, goal = self._get_goal(line, goals)
        # kept as the person reads it
        lang = line.user_id.lang
        values = {
            "name": speaking(item, lang).display_name,
            "definition": speaking(metric, lang).note or False,
            "metric_domain": metric.domain or False,
            "weight": item.weight,
            "weight_used": 0,
            "goal_month": month_goal or 0,
            "goal": scoring.round_half_up(goal or 0, scoring.FINE),
            "has_goal": goal is not None,
            "actual": value or 0,
            "contribution": 0,
        }
        if item.kind == "points":
            taken = scoring.get_deduction(value, item.point_score, item.point_most)
            return {
                **values,
                "has_value": value is not None,
                "percent_raw": 0,
                "percent": 0,
                "contribution": -scoring.round_half_up(taken) or 0,
            }
        percent = self._get_percent(line, value, goal)
        if percent is None and goal is None and item.kind == "plan":
            if segment.version_id.no_goal == "full":
                percent = scoring.HUNDRED
        limited = scoring.limit(percent or 0, item.floor, item.cap)
        return {
            **values,
            "has_value": percent is not None,
            "percent_raw": scoring.round_half_up(percent or 0),
            "percent": 0 if percent is None else scoring.round_half_up(limited),
        }

    def _get_percent(self, line, value, goal):
        item = line.item_id
        if item.kind == "mark":
            return None if value is None else scoring.to_decimal(value)
        if item.kind == "peers":
            return None if value is None else scoring.to_decimal(value) * 20
        table = item._get_table() if item.kind == "fixed" else ()
        if table and value is not None:
            # the row is that of the number as people read it
            value = scoring.round_half_up(value)
        higher = item.kind == "help" or item.metric_id.higher_is_better
        return scoring.get_percent(value, goal, higher, table)

    def _get_goal(self, line, goals):
        """The goal of a line: of the whole month, and for the days of the part.

        :return: pair of numbers, None where there is no goal
        """
        item, metric, segment = line.item_id, line.metric_id, line.segment_id
        if item.kind == "plan":
            month_goal = goals.get((line.user_id, metric))
        elif item.kind in ("fixed", "help"):
            month_goal = item.goal
        else:
            return None, None
        if month_goal is None:
            return None, None
        goal = scoring.to_decimal(month_goal)
        if metric and not metric._adds_up():
            return month_goal, goal
        days = segment.working_days if item.is_by_days else segment.month_days
        if item.is_by_absence and metric.unit != "money":
            days -= segment.absent_days
        return month_goal, goal * scoring.get_share(days, segment.month_days)

    def _rate(self, segment, teams):
        """The two coefficients of a part of the month."""
        version = segment.version_id
        personal, team = 1, 1
        if version.personal_step_ids and segment.has_score:
            personal = tables.look_up(
                version.personal_step_ids._get_rows(), segment.score
            )
        percent = teams.get((segment.team_id, version.team_metric_id))
        reached = scoring.round_half_up(percent or 0)
        if version.team_step_ids and percent is not None:
            team = tables.look_up(version.team_step_ids._get_rows(), reached)
        update(
            segment,
            {
                "personal_coefficient": personal,
                "team_reached": reached,
                "has_team_goal": percent is not None,
                "team_coefficient": team,
            },
        )

    def _sum_up(self, card):
        """The month out of its parts, by their working days."""
        judged = card.segment_ids.filtered("version_id")
        scored = judged.filtered("has_score")

        def mean(name, rows=judged):
            return scoring.average((row.working_days, row[name]) for row in rows)

        score = mean("score", scored)
        personal, team = mean("personal_coefficient"), mean("team_coefficient")
        maxima = [segment._get_most() for segment in judged]
        personal = scoring.round_half_up(1 if personal is None else personal, FINE)
        team = scoring.round_half_up(1 if team is None else team, FINE)
        lowest = scoring.average(
            (row.working_days, row.version_id.coefficient_floor) for row in judged
        )
        lowest = scoring.round_half_up(lowest or 0, FINE)
        update(
            card,
            {
                "score": scoring.round_half_up(score or 0),
                "has_score": score is not None,
                "score_max": 0 if 0 in maxima else max(maxima, default=0),
                "is_lifted": any(judged.mapped("is_lifted")),
                "personal_coefficient": personal,
                "team_coefficient": team,
                "coefficient": scoring.multiply(personal, team, lowest),
                "coefficient_floor": lowest,
                "date_counted": self.env.cr.now(),
            },
        )

    # ------------------------------------------------------------
    # COMPARING
    # ------------------------------------------------------------

    def compare(self):
        """List what is another number now; closed scorecards stay as they are."""
        lines = self.cards.line_ids.filtered(
            lambda line: line.kind in (*COUNTED, "help")
        )
        goals = self._get_goals()
        values, _sources = self._count_lines(lines)
        for line, value in zip(lines, values, strict=True):
            month_goal, _goal = self._get_goal(line, goals)
            is_gone = line.kind in COUNTED and not line.metric_id
            if is_gone:
                month_goal = line.goal_month
            is_redefined = is_gone or (
                bool(line.metric_id)
                and (line.metric_id.domain or False) != line.metric_domain
            )
            now = line.actual if is_redefined else scoring.round_half_up(value or 0)
            update(
                line,
                {
                    "value_now": now,
                    "goal_now": month_goal or 0,
                    "is_redefined": is_redefined,
                    "is_changed": now != line.actual
                    or (month_goal or 0) != line.goal_month,
                },
            )
        parts = self._cut(self.cards.user_id)
        for card in self.cards:
            stored = [
                (row.team_id, row.date_from, row.date_end)
                for row in card.segment_ids.sorted("date_from")
            ]
            is_changed = any(card.line_ids.mapped("is_changed"))
            update(
                card,
                {
                    "is_changed": is_changed or stored != parts[card.user_id],
                    "date_checked": self.env.cr.now(),
                },
            )
