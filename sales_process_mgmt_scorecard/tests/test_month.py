# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.tests import tagged

from .common import ScorecardCommon, at


@tagged("post_install", "-at_install")
class TestMonthByHand(ScorecardCommon):
    """June 2026 of six people of Team East, recomputed by hand. 22 working days.

    The template: sales against the plan, weight 40, at most 150 %; wins against 4,
    weight 30, at most 120 %; mark of the leader, weight 30; each trouble takes 2, at
    most 10; never below 0. Personal coefficient: below 60 0.8, below 90 1.0, else 1.2.
    Team coefficient by its sales: below 80 % 0.9, below 100 % 1.0, else 1.1.

    Ada    plan 100, sold 120 by 4 wins, mark 90
           120 % × 40 = 48; 4 of 4 = 100 % × 30 = 30; 90 % × 30 = 27     105.00, 1.2
    Bea    plan 100, sold 200 by 2 wins, mark 80, 2 troubles
           200 % counts as 150 % × 40 = 60; 2 of 4 = 50 % × 30 = 15;
           80 % × 30 = 24; 2 × 2 taken away                               95.00, 1.2
    Cid    no plan, sold 50 by 1 win, mark 60
           the 40 of the plan go to the other two by 30 : 30, so 50 each;
           1 of 4 = 25 % × 50 = 12.50; 60 % × 50 = 30                      42.50, 0.8
    Dan    in the team from the 22nd, 7 of 22 days; plan 220, so 220 × 7/22 = 70;
           sold 70 by 1 win, mark 70: 70 of 70 = 100 % × 40 = 40;
           4 × 7/22 = 1.2727 wins, 1 of it = 78.57 % × 30 = 23.57;
           70 % × 30 = 21                                                  84.57, 1.0
    Eve    in Team West to the 14th, 10 days, in Team East from the 15th, 12 days.
           West: wins against 2, weight 100: 2 × 10/22 = 0.9091, 1 of it = 110 %
           = 110.00, no tables: 1.0. East: plan 110, so 110 × 12/22 = 60, sold 100
           = 166.67 %, counts as 150 % × 40 = 60; 4 × 12/22 = 2.1818 wins, 2 of it
           = 91.67 % × 30 = 27.50; mark 50 × 30 = 15; together 102.50, 1.2.
           Month: (110 × 10 + 102.50 × 12) / 22 = 105.91;
           (1.0 × 10 + 1.2 × 12) / 22 = 1.1091                     105.91, 1.1091
    Fay    plan 100, sold nothing, mark 2, 4 troubles
           0; 0; 2 % × 30 = 0.60; 4 × 2 = 8 taken away: -7.40, lifted to     0.00, 0.8

    The team: 120 + 200 + 50 + 70 + 100 (Eve's East part) + 0 = 540 of 600 = 90 %: 1.0.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = ("ada", "bea", "cid", "dan", "eve", "fay")
        (cls.team_east | cls.team_west).crm_team_member_ids.unlink()
        cls.Stay.search([]).unlink()
        for name in people:
            setattr(cls, name, cls._create_seller(name))
        stay = cls._get_stay(cls.eve)
        stay.date_to = "2026-06-14"
        cls._get_stay(cls.dan).date_from = "2026-06-22"
        stay.copy({"date_from": "2026-06-15", "date_to": False})
        # she was in Team West before
        cls.env.cr.execute(
            "UPDATE sales_process_scorecard_stay SET team_id = %s WHERE id = %s",
            (cls.team_west.id, stay.id),
        )
        cls.env.invalidate_all()
        cls._create_usual()
        cls._create_version(
            [
                {
                    "kind": "fixed",
                    "metric_id": cls.wins.id,
                    "weight": 100,
                    "goal": 2,
                }
            ],
            team=cls.team_west,
        )
        with at(cls, datetime(2026, 5, 20, 4)):
            for user, goal in (
                (cls.ada, 100),
                (cls.bea, 100),
                (cls.dan, 220),
                (cls.eve, 110),
                (cls.fay, 100),
                (cls.team_east, 600),
            ):
                cls._create_plan(user, goal)
        cls._create_leads(
            [(cls.ada, day, 30, "Win") for day in (2, 9, 16, 30)]
            + [(cls.bea, 3, 150, "Win"), (cls.bea, 4, 50, "Win")]
            + [(cls.bea, 5, 0, "Trouble"), (cls.bea, 8, 0, "Trouble")]
            + [(cls.cid, 11, 50, "Win"), (cls.dan, 24, 70, "Win")]
            + [(cls.eve, day, 50, "Win") for day in (10, 15, 22)]
            + [(cls.fay, day, 0, "Trouble") for day in (1, 2, 3, 4)]
            # not of this month
            + [(cls.ada, datetime(2026, 5, 31, 4), 999, "Win")]
            + [(cls.ada, datetime(2026, 6, 30, 16), 999, "Win")]
        )

    def setUp(self):
        super().setUp()
        self._travel(datetime(2026, 7, 3, 2))
        self._make()
        for name, mark in (
            ("ada", 90),
            ("bea", 80),
            ("cid", 60),
            ("dan", 70),
            ("eve", 50),
            ("fay", 2),
        ):
            self._mark(self._get_card(getattr(self, name)), mark)

    def _seen(self, name):
        card = self._get_card(getattr(self, name))
        return card.score, card.personal_coefficient, card.team_coefficient

    def test_six_people(self):
        """The numbers of the docstring."""
        self.assertEqual(self._seen("ada"), (105.00, 1.2, 1.0))
        self.assertEqual(self._seen("bea"), (95.00, 1.2, 1.0))
        self.assertEqual(self._seen("cid"), (42.50, 0.8, 1.0))
        self.assertEqual(self._seen("dan"), (84.57, 1.0, 1.0))
        self.assertEqual(self._seen("eve"), (105.91, 1.1091, 1.0))
        self.assertEqual(self._seen("fay"), (0.00, 0.8, 1.0))

    def test_floor_is_stated(self):
        """Points above the score: the floor, and it says so."""
        self.assertTrue(self._get_card(self.fay).is_lifted)
        self.assertFalse(self._get_card(self.ada).is_lifted)
        line = self._line(self._get_card(self.fay), "points")
        self.assertEqual(line.contribution, -8)
        self.assertEqual(line.formula, "4 points × 2 take away 8.")

    def test_cap(self):
        """150 % of 40 is 60 at most; the sum of all maxima is said beforehand."""
        line = self._line(self._get_card(self.bea), "plan")
        self.assertEqual((line.percent_raw, line.percent), (200, 150))
        self.assertEqual(line.contribution, 60)
        # 40 × 150 % + 30 × 120 % + 30 × 100 %
        self.assertEqual(self._get_card(self.bea).score_max, 126)

    def test_no_score_above_the_highest(self):
        """What cannot be judged leaves its weight, and the highest score follows."""
        card = self._get_card(self.bea)
        mark = self._line(card, "mark")
        mark.write({"is_marked": False})
        card.with_user(card.decider_id.sudo(False)).action_count()
        self.assertEqual(mark.weight_used, 0)
        # (40 × 150 % + 30 × 120 %) ÷ 70 %
        self.assertEqual(card.score_max, 137.14)
        self.assertLessEqual(card.score, card.score_max)

    def test_change_of_team(self):
        """Both on the 15th: two parts, no gap, no overlap, each with its template."""
        card = self._get_card(self.eve)
        west, east = card.segment_ids.sorted("date_from")
        self.assertEqual(
            [(row.team_id, row.date_from, row.date_end) for row in (west, east)],
            [
                (self.team_west, date(2026, 6, 1), date(2026, 6, 15)),
                (self.team_east, date(2026, 6, 15), date(2026, 7, 1)),
            ],
        )
        self.assertEqual((west.working_days, east.working_days), (10, 12))
        self.assertEqual((west.score, east.score), (110, 102.5))
        self.assertEqual(card.team_id, self.team_east)
        wins = card.line_ids.filtered(lambda line: line.metric_id == self.wins)
        self.assertEqual(sum(wins.mapped("actual")), 3)

    def test_joined_late(self):
        """Of the goal, the part of the working days; a month of 22 days."""
        card = self._get_card(self.dan)
        self.assertEqual(card.segment_ids.working_days, 7)
        self.assertEqual(card.segment_ids.month_days, 22)
        line = self._line(card, "plan")
        self.assertEqual((line.goal_month, line.goal), (220, 70))
        self.assertIn("70.00", line.formula)

    def test_without_plan(self):
        """No goal: the weight goes to the others, and the line says so."""
        line = self._line(self._get_card(self.cid), "plan")
        self.assertEqual((line.weight, line.weight_used), (40, 0))
        self.assertFalse(line.has_goal)
        self.assertEqual(
            line.formula, "No goal was agreed: the weight goes to the other lines."
        )

    def test_team_goal(self):
        """The team has what its people have reached on their days in it."""
        segment = self._get_card(self.ada).segment_ids
        self.assertTrue(segment.has_team_goal)
        self.assertEqual(segment.team_reached, 90)

    def test_lines_add_up(self):
        """What the lines give is the score, to the cent, of each part."""
        for name in ("ada", "bea", "cid", "dan"):
            card = self._get_card(getattr(self, name))
            with self.subTest(name):
                self.assertAlmostEqual(
                    sum(card.line_ids.mapped("contribution")), card.score
                )

    def test_ranking(self):
        """Ranks are there when the whole team is closed, not before."""
        cards = {
            name: self._get_card(getattr(self, name))
            for name in ("ada", "bea", "cid", "dan", "eve", "fay")
        }
        for name in ("ada", "bea", "cid", "dan", "eve"):
            self._close(cards[name])
        self.assertEqual(cards["ada"].rank, 0)
        self._close(cards["fay"])
        self.env.invalidate_all()
        self.assertEqual([cards[name].rank for name in cards], [2, 3, 5, 4, 1, 6])
        self.assertEqual(cards["ada"].rank_count, 6)
        self.assertEqual(cards["ada"].with_user(self.ada).rank, 2)
