# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.tests import tagged

from .common import TEAM, ScorecardCommon, at, make_steps


@tagged("post_install", "-at_install")
class TestTeamGoal(ScorecardCommon):
    """The second coefficient: what the team has reached of its agreed goal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for team in (cls.team_east, cls.team_west):
            cls._create_version(
                [{"kind": "mark", "name": "Attitude", "weight": 100}],
                team=team,
                team_step_ids=make_steps("team", TEAM),
                team_metric_id=cls.revenue.id,
            )

    def _plan(self, goal, team=None, state="locked"):
        with at(self, datetime(2026, 5, 20, 4)):
            return self._create_plan(team or self.team_east, goal, state=state)

    def _sell(self, user, day, revenue):
        self._create_leads([(user, day, revenue, "Win")])

    def _get_segment(self, user=None):
        self._travel(datetime(2026, 7, 3, 2))
        self._make()
        card = self._get_card(user or self.salesperson_a)
        card._count()
        return card.segment_ids

    def test_both_sides_of_a_limit(self):
        """79.99 % is below 80, 80 % is not; 99.99 and 100 likewise."""
        self._plan(10000)
        self._sell(self.salesperson_a, 3, 7999)
        self.assertEqual(self._get_segment().team_coefficient, 0.9)
        for more, reached, coefficient in (
            (1, 80, 1.0),
            (1999, 99.99, 1.0),
            (1, 100, 1.1),
        ):
            self._sell(self.salesperson_b, 4, more)
            segment = self._get_segment()
            with self.subTest(reached=reached):
                self.assertEqual(segment.team_reached, reached)
                self.assertEqual(segment.team_coefficient, coefficient)

    def test_without_goal(self):
        """No plan of the team, or one that nobody has agreed on: the coefficient 1."""
        segment = self._get_segment()
        self.assertFalse(segment.has_team_goal)
        self.assertEqual(segment.team_coefficient, 1)
        plan = self._plan(100, state="draft")
        self.assertFalse(self._get_segment().has_team_goal)
        plan.state = "agreed"
        segment = self._get_segment()
        self.assertTrue(segment.has_team_goal)
        self.assertEqual(segment.team_coefficient, 0.9)

    def test_who_moved_counts_for_both(self):
        """Each team has what was sold on the days in it, and nothing twice."""
        user = self.salesperson_a
        self._get_stay(user).date_to = "2026-06-14"
        self.Stay.create(
            {
                "user_id": user.id,
                "team_id": self.team_west.id,
                "date_from": "2026-06-15",
            }
        )
        self._plan(100)
        self._plan(100, self.team_west)
        self._sell(user, 14, 85)
        self._sell(user, 15, 30)
        east, west = self._get_segment(user).sorted("date_from")
        self.assertEqual((east.team_reached, west.team_reached), (85, 30))
        self.assertEqual((east.team_coefficient, west.team_coefficient), (1.0, 0.9))
        # 10 days at 1.0 and 12 days at 0.9
        self.assertEqual(east.scorecard_id.team_coefficient, 0.9455)

    def test_who_left_still_counts(self):
        """What somebody sold before leaving is the team's."""
        self._plan(100)
        self._sell(self.salesperson_b, 5, 90)
        self._get_stay(self.salesperson_b).date_to = "2026-06-09"
        self.assertEqual(self._get_segment().team_reached, 90)

    def test_not_of_another_team(self):
        """What other teams sell is not counted."""
        self._plan(100)
        self._sell(self.salesperson_d, 5, 500)
        self.assertEqual(self._get_segment().team_reached, 0)
