# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction

from odoo.tests import tagged

from .common import PERSONAL, ScorecardCommon, at, make_steps

FIRST, END = date(2026, 6, 1), date(2026, 7, 1)
DAYS = [FIRST + timedelta(number) for number in range(30)]
EAST, WEST = "east", "west"
# weight of the sales, weight of the wins, wins of a month, cap of both in percent
RULES = {EAST: (60, 40, 5, 150), WEST: (25, 75, 3, 120)}
POINT_SCORE, POINT_MOST = 3, 12


@tagged("post_install", "-at_install")
class TestOracle(ScorecardCommon):
    """Random months, counted day by day by somebody who knows no segments.

    The oracle shares no code with the scorecard: it goes through the days, asks in
    which team the person is, and divides by fractions.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.teams = {EAST: cls.team_east, WEST: cls.team_west}
        for name, (sales, wins, goal, cap) in RULES.items():
            cls._create_version(
                [
                    {
                        "kind": "plan",
                        "metric_id": cls.revenue.id,
                        "weight": sales,
                        "cap": cap,
                    },
                    {
                        "kind": "fixed",
                        "metric_id": cls.wins.id,
                        "weight": wins,
                        "goal": goal,
                        "cap": cap,
                    },
                    {
                        "kind": "points",
                        "metric_id": cls.trouble.id,
                        "point_score": POINT_SCORE,
                        "point_most": POINT_MOST,
                    },
                ],
                team=cls.teams[name],
                personal_step_ids=make_steps("personal", PERSONAL),
            )
        dice = random.Random(40)
        cls.months = {}
        leads = []
        for number in range(12):
            user = cls._create_seller(f"oracle_{number}")
            stays = cls._roll_stays(dice)
            cls._write_stays(user, stays)
            plan = dice.choice((None, 100, 220, 1000))
            if plan:
                with at(cls, datetime(2026, 5, 20, 4)):
                    cls._create_plan(user, plan)
            events = [
                (dice.choice(DAYS), dice.choice((0, 40, 130)), "Win")
                for _win in range(dice.randint(0, 5))
            ] + [
                (dice.choice(DAYS), 0, "Trouble")
                for _trouble in range(dice.choice((0, 0, 1, 6)))
            ]
            cls.months[user] = stays, plan, events
            leads += [
                (user, datetime(day.year, day.month, day.day, 4), revenue, name)
                for day, revenue, name in events
            ]
        cls._create_leads(leads)
        with at(cls, datetime(2026, 7, 3, 2)):
            cls._make()

    @classmethod
    def _roll_stays(cls, dice):
        """One or two stays, one after the other, with a gap or on the same day."""
        kind = dice.choice(("whole", "moves", "joins", "leaves", "gap"))
        one, two = dice.choice(((EAST, WEST), (WEST, EAST)))
        day = dice.choice(DAYS[1:-3])
        before = date(2026, 1, 1)
        return {
            "whole": [(one, before, None)],
            "moves": [(one, before, day), (two, day, None)],
            "joins": [(one, day, None)],
            "leaves": [(one, before, day)],
            "gap": [(one, before, day), (two, day + timedelta(2), None)],
        }[kind]

    @classmethod
    def _write_stays(cls, user, stays):
        cls._get_stay(user).unlink()
        cls.Stay.create(
            [
                {
                    "user_id": user.id,
                    "team_id": cls.teams[team].id,
                    "date_from": first,
                    "date_to": end and end - timedelta(1),
                }
                for team, first, end in stays
            ]
        )

    # ------------------------------------------------------------
    # THE ORACLE
    # ------------------------------------------------------------

    def _find_team(self, stays, day):
        """In which team somebody is on a day, None where in none."""
        for team, first, end in reversed(stays):
            if first <= day and (end is None or day < end):
                return team
        return None

    def _count_by_hand(self, stays, plan, events):
        """The score of a month, day by day.

        :return: tuple of the exact score, None where nothing can be judged, and the
            working days of each team
        """
        days = defaultdict(int)
        whole = 0
        for day in DAYS:
            if day.weekday() < 5:
                whole += 1
                team = self._find_team(stays, day)
                if team:
                    days[team] += 1
        there = {self._find_team(stays, day) for day in DAYS} - {None}
        scores = {}
        for team in there:
            mine = [
                (revenue, name)
                for day, revenue, name in events
                if self._find_team(stays, day) == team
            ]
            scores[team] = self._judge_by_hand(
                team, Fraction(days[team], whole), plan, mine
            )
        judged = {team: score for team, score in scores.items() if score is not None}
        if not judged:
            return None, days
        weight = sum(days[team] for team in judged)
        if not weight:
            return sum(judged.values()) / len(judged), days
        return (
            sum(score * days[team] for team, score in judged.items()) / weight,
            days,
        )

    def _judge_by_hand(self, team, share, plan, events):
        sales, wins, goal, cap = RULES[team]
        parts = []
        sold = sum(revenue for revenue, _name in events)
        won = sum(1 for _revenue, name in events if name == "Win")
        if plan and share:
            parts.append((sales, Fraction(sold) / (plan * share)))
        if share:
            parts.append((wins, Fraction(won) / (goal * share)))
        if not parts:
            return None
        given = sum(weight for weight, _part in parts)
        score = sum(
            Fraction(weight * 100, given) * min(part, Fraction(cap, 100))
            for weight, part in parts
        )
        trouble = sum(1 for _revenue, name in events if name == "Trouble")
        return max(score - min(trouble * POINT_SCORE, POINT_MOST), Fraction(0))

    def test_scores(self):
        """Equal to the oracle, but for the rounding of each line."""
        seen = 0
        for user, month in self.months.items():
            card = self._get_card(user)
            with self.subTest(user=user.login, month=month):
                score, _days = self._count_by_hand(*month)
                self.assertEqual(card.has_score, score is not None)
                if score is not None:
                    seen += 1
                    self.assertLessEqual(
                        abs(Fraction(str(card.score)) - score), Fraction(3, 100)
                    )
        self.assertGreater(seen, 8)

    def test_days(self):
        """The parts hold each day in a team, and hold it once."""
        for user, (stays, plan, events) in self.months.items():
            card = self._get_card(user)
            with self.subTest(user=user.login, stays=stays):
                _score, days = self._count_by_hand(stays, plan, events)
                counted = defaultdict(int)
                covered = []
                for segment in card.segment_ids:
                    name = EAST if segment.team_id == self.team_east else WEST
                    counted[name] += segment.working_days
                    day = segment.date_from
                    while day < segment.date_end:
                        covered.append(day)
                        day += timedelta(1)
                self.assertEqual(
                    {team: count for team, count in counted.items() if count},
                    {team: count for team, count in days.items() if count},
                )
                self.assertEqual(len(covered), len(set(covered)))
                self.assertEqual(
                    sorted(covered),
                    [day for day in DAYS if self._find_team(stays, day)],
                )
                self.assertEqual(set(card.segment_ids.mapped("month_days")), {22})

    def test_numbers_of_the_parts(self):
        """What the parts have reached together is what happened while in a team."""
        for user, (stays, _plan, events) in self.months.items():
            card = self._get_card(user)
            wins = card.line_ids.filtered(lambda line: line.metric_id == self.wins)
            with self.subTest(user=user.login):
                self.assertEqual(
                    sum(wins.mapped("actual")),
                    sum(
                        1
                        for day, _revenue, name in events
                        if name == "Win" and self._find_team(stays, day)
                    ),
                )

    def test_coefficients(self):
        """By the table, of each part; of the month by working days."""
        for user in self.months:
            card = self._get_card(user)
            total = weight = 0
            for segment in card.segment_ids:
                score = segment.score
                value = 0.8 if score < 60 else 1.0 if score < 90 else 1.2
                if not segment.has_score:
                    value = 1
                with self.subTest(user=user.login, score=score):
                    self.assertEqual(segment.personal_coefficient, value)
                total += value * segment.working_days
                weight += segment.working_days
            if weight:
                self.assertAlmostEqual(
                    card.personal_coefficient, total / weight, places=4
                )
            self.assertEqual(card.team_coefficient, 1)
            self.assertEqual(card.coefficient, card.personal_coefficient)
