# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import date, datetime

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import JUNE, PERSONAL, ScorecardCommon, at, make_steps


class LimitCommon(ScorecardCommon):
    @contextmanager
    def _refused(self):
        """By one sentence, or by the database, and nothing is half done."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                yield
                self.env.flush_all()
        except (UserError, psycopg2.Error):
            self.env.invalidate_all()
            return
        self.fail("It was not refused")

    def _count(self, items, user=None, **values):
        """A line by itself: the scorecard of a person."""
        self._create_version(items, **values)
        self._travel(datetime(2026, 7, 3, 2))
        self._make()
        return self._get_card(user or self.salesperson_a)


@tagged("post_install", "-at_install")
class TestNumbers(LimitCommon):
    """What may be entered, on both sides of each limit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.version = cls._create_version(
            [{"kind": "fixed", "metric_id": cls.wins.id, "weight": 100, "goal": 4}],
            force=False,
        )

    def _walk(self, record, limits):
        record = record.with_user(self.director)
        for name, (allowed, refused) in limits.items():
            for value in allowed:
                with self.subTest(name, value=value):
                    record.write({name: value})
                    self.env.flush_all()
                    self.assertEqual(record[name], value)
            for value in refused:
                with self.subTest(name, value=value), self._refused():
                    record.write({name: value})

    def test_lines(self):
        self._walk(
            self.version.item_ids,
            {
                "weight": ((0, 100), (-0.01, 100.01)),
                "goal": ((0, 1000000), (-0.01,)),
                "cap": ((0, 1000, 150), (-0.01, 1000.01)),
                "floor": ((0, 100), (-0.01, 100.01)),
                "point_score": ((0, 100), (-0.01, 100.01)),
                "point_most": ((0, 1000), (-0.01, 1000.01)),
                "help_days": ((1, 3650), (0, 3651)),
            },
        )

    def test_lower_above_upper(self):
        """The same is allowed, and no upper limit has no lower one above it."""
        item = self.version.item_ids.with_user(self.director)
        item.write({"floor": 50, "cap": 50})
        self.env.flush_all()
        with self._refused():
            item.cap = 49.99
        item.cap = 0
        self.env.flush_all()
        self.assertEqual((item.floor, item.cap), (50, 0))

    def test_lowest_score(self):
        self._walk(self.version, {"score_floor": ((-1000, 100, 0), (-1000.01, 100.01))})

    def test_lowest_coefficient(self):
        self._walk(
            self.version, {"coefficient_floor": ((0, 1, 0.8), (-0.0001, 1.0001))}
        )

    def test_rows_of_tables(self):
        self.version.personal_step_ids = make_steps("personal", ((None, None, 1),))
        step = self.version.personal_step_ids
        self._walk(step, {"value": ((0, 1000, 1), (-0.0001, 1000.0001))})
        item = self.version.item_ids
        for values in (
            # of two tables, of none, or of another kind than its table
            {"item_id": item.id},
            {"version_id": False},
            {"kind": "item"},
            {"kind": "item", "version_id": False},
        ):
            with self.subTest(values=values), self._refused():
                step.with_user(self.director).write(values)

    def test_days_of_a_stay(self):
        """A single day is a stay; the last day is not before the first one."""
        stay = self._get_stay(self.salesperson_a).with_user(self.director)
        stay.write({"date_from": "2026-06-10", "date_to": "2026-06-10"})
        self.env.flush_all()
        with self._refused():
            stay.date_to = "2026-06-09"
        self.assertEqual(stay.date_to, date(2026, 6, 10))

    def test_one_open_stay(self):
        stay = self._get_stay(self.salesperson_a)
        with self._refused():
            self.Stay.create(
                {
                    "user_id": stay.user_id.id,
                    "team_id": stay.team_id.id,
                    "date_from": "2027-01-01",
                }
            )

    def test_days_in_a_team_touch(self):
        """To the 9th and from the 10th: two stays. From the 9th: a day twice."""
        stay = self._get_stay(self.salesperson_a).with_user(self.director)
        stay.date_to = "2026-06-09"
        again = {
            "user_id": stay.user_id.id,
            "team_id": stay.team_id.id,
            "date_to": "2026-06-20",
        }
        with self._refused():
            stay.create({**again, "date_from": "2026-06-09"})
        later = stay.create({**again, "date_from": "2026-06-10"})
        self.assertEqual(later.date_from, date(2026, 6, 10))
        with self._refused():
            stay.date_to = "2026-06-10"


@tagged("post_install", "-at_install")
class TestScores(LimitCommon):
    """What is counted, on both sides of each limit."""

    def test_personal_table(self):
        """Below 60 and 60, below 90 and 90: a hundredth decides."""
        card = self._count(
            [{"kind": "mark", "name": "Attitude", "weight": 100}],
            personal_step_ids=make_steps("personal", PERSONAL),
        )
        for mark, coefficient in (
            (0, 0.8),
            (59.99, 0.8),
            (60, 1.0),
            (89.99, 1.0),
            (90, 1.2),
            (100, 1.2),
        ):
            self._mark(card, mark)
            with self.subTest(mark=mark):
                self.assertEqual(card.score, mark)
                self.assertEqual(card.coefficient, coefficient)

    def test_coefficient_is_lifted_and_says_why(self):
        """Case 24: points cost pay by the coefficient alone, and never below a floor.

        100 less 6 troubles of 10 leave 40: the table says 0.8, the template 0.85. Five
        troubles leave 50 and the same; four leave 60, and 1 needs no lifting.
        """
        card = self._count(
            [
                {"kind": "mark", "name": "Attitude", "weight": 100},
                {"kind": "points", "metric_id": self.trouble.id, "point_score": 10},
            ],
            personal_step_ids=make_steps("personal", PERSONAL),
            coefficient_floor=0.85,
        )
        self._mark(card, 100)
        self._create_leads([(self.salesperson_a, 2, 0, "Trouble")] * 4)
        card._count()
        self.assertEqual((card.score, card.coefficient), (60, 1))
        self.assertEqual(card.coefficient_floor, 0.85)
        self.assertFalse(card.coefficient_note)
        self._create_leads([(self.salesperson_a, 2, 0, "Trouble")] * 2)
        card._count()
        self.assertEqual(
            (card.score, card.personal_coefficient, card.coefficient), (40, 0.8, 0.85)
        )
        said = card.with_user(self.salesperson_a).coefficient_note
        for part in ("0.8000", "0.8500", "“Lowest Coefficient”"):
            self.assertIn(part, said)
        self._close(card)
        payroll = self.env["sales.process.scorecard.payroll"].with_user(self.director)
        payroll = payroll.create({"date_from": JUNE})
        self.assertEqual(payroll.line_ids.coefficient, 0.85)
        self.assertEqual(payroll._get_export_rows()[1][-1], 0.85)
        # a version in force is not changed, by whomever
        with self._refused():
            card.segment_ids.version_id.with_user(self.director).coefficient_floor = 0

    def test_lowest_coefficient_is_never_reached_by_two_tables(self):
        """0.8 of the person times 0.9 of the team is 0.72: lifted to 0.8."""
        self._create_plan(self.team_east, 1000)
        self._create_plan(self.salesperson_a, 1000)
        card = self._count(
            [{"kind": "mark", "name": "Attitude", "weight": 100}],
            personal_step_ids=make_steps("personal", PERSONAL),
            team_step_ids=make_steps("team", ((None, 80, 0.9), (80, None, 1.0))),
            team_metric_id=self.revenue.id,
            coefficient_floor=0.8,
        )
        self._mark(card, 10)
        self.assertEqual(
            (card.personal_coefficient, card.team_coefficient, card.coefficient),
            (0.8, 0.9, 0.8),
        )
        self.assertIn("0.7200", card.coefficient_note)

    def test_mark_is_a_number_of_two_decimals(self):
        card = self._count([{"kind": "mark", "name": "Attitude", "weight": 100}])
        self._mark(card, 79.996)
        self.assertEqual(card.score, 80)

    def test_lifted_to_the_lowest_score(self):
        """Five troubles of 2 leave nothing of 10, six would leave -2."""
        card = self._count(
            [
                {"kind": "mark", "name": "Attitude", "weight": 100},
                {"kind": "points", "metric_id": self.trouble.id, "point_score": 2},
            ]
        )
        self._mark(card, 10)
        rows = [(self.salesperson_a, day, 0, "Trouble") for day in range(1, 6)]
        self._create_leads(rows)
        card._count()
        self.assertEqual((card.score, card.is_lifted), (0, False))
        self._create_leads([(self.salesperson_a, 8, 0, "Trouble")])
        card._count()
        self.assertEqual((card.score, card.is_lifted), (0, True))

    def test_lowest_score_below_zero(self):
        """Where it is -5, -4 stands and -6 is lifted to -5."""
        card = self._count(
            [
                {"kind": "mark", "name": "Attitude", "weight": 100},
                {"kind": "points", "metric_id": self.trouble.id, "point_score": 2},
            ],
            score_floor=-5,
        )
        self._mark(card, 0)
        for day, score, is_lifted in ((1, -2, False), (2, -4, False), (3, -5, True)):
            self._create_leads([(self.salesperson_a, day, 0, "Trouble")])
            card._count()
            with self.subTest(day=day):
                self.assertEqual((card.score, card.is_lifted), (score, is_lifted))

    def test_taken_away_at_most(self):
        """4 at most: two of 2 take 4, and a third one takes no more."""
        card = self._count(
            [
                {"kind": "mark", "name": "Attitude", "weight": 100},
                {
                    "kind": "points",
                    "metric_id": self.trouble.id,
                    "point_score": 2,
                    "point_most": 4,
                },
            ]
        )
        self._mark(card, 50)
        for day, score in ((1, 48), (2, 46), (3, 46)):
            self._create_leads([(self.salesperson_a, day, 0, "Trouble")])
            card._count()
            with self.subTest(day=day):
                self.assertEqual(card.score, score)

    def test_days_begin_where_the_person_works(self):
        """The first and the last second of June in Shanghai, and those beside them."""
        self._create_leads(
            [
                (self.salesperson_a, moment, revenue, "Win")
                for moment, revenue in (
                    (datetime(2026, 5, 31, 15, 59, 59), 1),
                    (datetime(2026, 5, 31, 16), 10),
                    (datetime(2026, 6, 30, 15, 59, 59), 100),
                    (datetime(2026, 6, 30, 16), 1000),
                )
            ]
        )
        card = self._count(
            [
                {
                    "kind": "fixed",
                    "metric_id": self.revenue.id,
                    "weight": 100,
                    "goal": 110,
                }
            ]
        )
        self.assertEqual((card.line_ids.actual, card.score), (110, 100))
        # what is opened is what was counted
        action = card.line_ids.with_user(self.salesperson_a).action_source()
        found = self.env["crm.lead"].search(action["domain"])
        self.assertEqual(sum(found.mapped("expected_revenue")), 110)

    def test_parts_begin_where_the_person_works(self):
        """Changed on the 15th: the second before midnight is the old team's."""
        stay = self._get_stay(self.salesperson_a)
        stay.date_to = "2026-06-14"
        self.Stay.create(
            {
                "user_id": self.salesperson_a.id,
                "team_id": self.team_west.id,
                "date_from": "2026-06-15",
            }
        )
        self._create_leads(
            [
                (self.salesperson_a, datetime(2026, 6, 14, 15, 59, 59), 5, "Win"),
                (self.salesperson_a, datetime(2026, 6, 14, 16), 7, "Win"),
            ]
        )
        item = {
            "kind": "fixed",
            "metric_id": self.revenue.id,
            "weight": 100,
            "goal": 22,
        }
        self._create_version([item], team=self.team_west)
        card = self._count([item])
        east, west = card.segment_ids.sorted("date_from")
        self.assertEqual((east.team_id, west.team_id), (self.team_east, self.team_west))
        self.assertEqual((east.line_ids.actual, west.line_ids.actual), (5, 7))
        # of 22 working days: 10 and 12
        self.assertEqual((east.line_ids.goal, west.line_ids.goal), (10, 12))
        for part, revenue in ((east, 5), (west, 7)):
            action = part.line_ids.with_user(self.director).action_source()
            found = self.env["crm.lead"].search(action["domain"])
            self.assertEqual(found.mapped("expected_revenue"), [revenue])

    def test_a_table_of_what_is_shown(self):
        """89.996 reads 90.00, and stands in the row from 90."""
        metric = self._create_metric(
            "card_mean",
            domain="[('won_status', '=', 'won')]",
            aggregate="avg",
            measure_field_id=self.env.ref("crm.field_crm_lead__probability").id,
        )
        self.patch(
            type(metric),
            "_evaluate_buckets",
            lambda metrics, rows, company, **_how: {
                metric: {row[0]: 89.996 for row in rows}
            },
        )
        card = self._count(
            [
                {
                    "kind": "fixed",
                    "metric_id": metric.id,
                    "weight": 100,
                    "step_ids": make_steps("item", ((None, 90, 50), (90, None, 100))),
                }
            ],
            fewest_answers=1,
        )
        self.assertEqual((card.line_ids.actual, card.score), (90, 100))

    def test_away_for_the_whole_month(self):
        """No goal is left where it is less by absence: nothing to judge."""
        with at(self, datetime(2026, 5, 20, 4)):
            self.env["sales.process.absence"].create(
                {
                    "user_id": self.salesperson_a.id,
                    "date_start": datetime(2026, 5, 31, 16),
                    "date_end": datetime(2026, 6, 30, 16),
                }
            ).sudo().write({"state": "confirmed"})
        wins = {"kind": "fixed", "metric_id": self.wins.id, "goal": 22}
        card = self._count(
            [
                {**wins, "weight": 70, "is_by_absence": True},
                {**wins, "weight": 30},
            ]
        )
        less, whole = card.line_ids.sorted("id")
        self.assertEqual(card.segment_ids.absent_days, 22)
        self.assertEqual((less.goal, less.has_value), (0, False))
        self.assertEqual((less.weight_used, whole.weight_used), (0, 100))

    def test_absence_that_is_not_confirmed(self):
        """What was only asked for takes nothing from a goal."""
        with at(self, datetime(2026, 5, 20, 4)):
            self.env["sales.process.absence"].with_user(self.salesperson_a).create(
                {
                    "user_id": self.salesperson_a.id,
                    "date_start": datetime(2026, 6, 7, 16),
                    "date_end": datetime(2026, 6, 19, 16),
                }
            )
        card = self._count(
            [
                {
                    "kind": "fixed",
                    "metric_id": self.wins.id,
                    "goal": 22,
                    "weight": 100,
                    "is_by_absence": True,
                }
            ]
        )
        self.assertEqual((card.segment_ids.absent_days, card.line_ids.goal), (0, 22))

    def test_whole_goal_less_by_absence(self):
        """Not by days, but less when away: 22 less 10."""
        self._get_stay(self.salesperson_a).date_from = "2026-06-15"
        with at(self, datetime(2026, 5, 20, 4)):
            self.env["sales.process.absence"].create(
                {
                    "user_id": self.salesperson_a.id,
                    "date_start": datetime(2026, 6, 14, 16),
                    "date_end": datetime(2026, 6, 16, 16),
                }
            ).sudo().write({"state": "confirmed"})
        wins = {
            "kind": "fixed",
            "metric_id": self.wins.id,
            "goal": 22,
            "weight": 50,
            "is_by_absence": True,
        }
        card = self._count([{**wins, "is_by_days": False}, wins])
        # two days away; there from the 15th, 12 working days
        self.assertEqual(card.line_ids.sorted("id").mapped("goal"), [20, 10])

    def test_average_has_its_whole_goal(self):
        """Half a month is no half of an average."""
        self._get_stay(self.salesperson_a).date_from = "2026-06-15"
        metric = self._create_metric(
            "card_average",
            domain="[('won_status', '=', 'won')]",
            aggregate="avg",
            measure_field_id=self.env.ref("crm.field_crm_lead__expected_revenue").id,
        )
        self._create_leads([(self.salesperson_a, day, 11, "Win") for day in (16, 17)])
        card = self._count(
            [{"kind": "fixed", "metric_id": metric.id, "goal": 22, "weight": 100}],
            fewest_answers=1,
        )
        self.assertEqual((card.line_ids.goal, card.line_ids.actual), (22, 11))
        self.assertEqual(card.score, 50)

    def test_ceiling_of_a_plan(self):
        """Less is better: kept is 100, twice as much is half of it."""
        self._create_leads(
            [(self.salesperson_a, day, 0, "Trouble") for day in (1, 2)]
            + [(self.salesperson_b, day, 0, "Trouble") for day in (1, 2, 3, 4)]
        )
        with at(self, datetime(2026, 5, 20, 4)):
            for user in (self.salesperson_a, self.salesperson_b):
                self._create_plan(user, 2, metric=self.trouble)
        card = self._count(
            [{"kind": "plan", "metric_id": self.trouble.id, "weight": 100}]
        )
        self.assertEqual(card.score, 100)
        self.assertEqual(self._get_card(self.salesperson_b).score, 50)

    def test_plan_of_the_person_and_the_month(self):
        """Not of another month, of a colleague, of the team, or of another company."""
        with at(self, datetime(2026, 5, 20, 4)):
            self._create_plan(self.salesperson_b, 7)
            self._create_plan(self.team_east, 7)
            self._create_plan(self.salesperson_a, 7, day=date(2026, 7, 1))
            other = self._create_plan(self.salesperson_a, 7)
        self.env.cr.execute(
            "UPDATE sales_process_plan SET company_id = %s WHERE id = %s",
            [self.company_2.id, other.id],
        )
        self.env.invalidate_all()
        card = self._count(
            [{"kind": "plan", "metric_id": self.revenue.id, "weight": 100}]
        )
        self.assertFalse(card.line_ids.has_goal)
        self.assertEqual(self._get_card(self.salesperson_b).line_ids.goal, 7)

    def test_no_goal_spreads_or_counts(self):
        """An average of nothing gives its weight away, also where no goal counts."""
        metric = self._create_metric(
            "card_average",
            domain="[('won_status', '=', 'won')]",
            aggregate="avg",
            measure_field_id=self.env.ref("crm.field_crm_lead__expected_revenue").id,
        )
        card = self._count(
            [
                {"kind": "fixed", "metric_id": metric.id, "goal": 5, "weight": 60},
                {"kind": "plan", "metric_id": self.revenue.id, "weight": 40},
            ],
            no_goal="full",
        )
        average, plan = card.line_ids.sorted("id")
        self.assertFalse(average.has_value)
        self.assertEqual((plan.percent, plan.weight_used), (100, 100))
        self.assertEqual(card.score, 100)

    def test_score_of_parts_without_score(self):
        """A part without anything to judge takes no part in the score of the month."""
        self._get_stay(self.salesperson_a).date_to = "2026-06-14"
        self.Stay.create(
            {
                "user_id": self.salesperson_a.id,
                "team_id": self.team_west.id,
                "date_from": "2026-06-15",
            }
        )
        self._create_version(
            [{"kind": "plan", "metric_id": self.revenue.id, "weight": 100}],
            team=self.team_west,
            personal_step_ids=make_steps("personal", ((None, None, 0.5),)),
        )
        card = self._count(
            [{"kind": "mark", "name": "Attitude", "weight": 100}],
            personal_step_ids=make_steps("personal", ((None, None, 2.0),)),
        )
        self._mark(card, 80)
        self.assertEqual(card.score, 80)
        # 10 days at 2.0, and 12 days at 1, not at 0.5: nothing was judged
        self.assertEqual(card.personal_coefficient, 1.4545)

    def test_team_of_another_company(self):
        """Days in a team of another company cut no month of this one."""
        self.Stay.create(
            {
                "user_id": self.salesperson_a.id,
                "team_id": self.team_c2.id,
                "date_from": "2026-06-15",
            }
        )
        card = self._count(
            [{"kind": "fixed", "metric_id": self.wins.id, "weight": 100, "goal": 22}]
        )
        self.assertEqual(card.segment_ids.team_id, self.team_east)
        self.assertEqual(card.segment_ids.date_end, date(2026, 7, 1))

    def test_team_without_template(self):
        """Days in a team that judges nobody are no part of the score."""
        self._get_stay(self.salesperson_a).date_to = "2026-06-14"
        self.Stay.create(
            {
                "user_id": self.salesperson_a.id,
                "team_id": self.team_west.id,
                "date_from": "2026-06-15",
            }
        )
        card = self._count(
            [
                {
                    "kind": "fixed",
                    "metric_id": self.wins.id,
                    "weight": 100,
                    "goal": 22,
                }
            ]
        )
        self.assertEqual(len(card.segment_ids), 2)
        self.assertEqual(card.line_ids.segment_id.team_id, self.team_east)
        self.assertEqual(card.line_ids.goal, 10)
        # who leads the last team discusses it
        self.assertEqual(card.decider_id, self.leader_west)


@tagged("post_install", "-at_install")
class TestTemplates(LimitCommon):
    """Which rules hold for whom."""

    def _mark_version(self, **values):
        return self._create_version(
            [{"kind": "mark", "name": "Attitude", "weight": 100}], **values
        )

    def _find(self, team=None, role="salesperson", day=JUNE, company=None):
        return self.env["sales.process.scorecard.template"]._find_version(
            company or self.company, team or self.team_east, role, day
        )

    def test_first_by_sequence(self):
        first, second = self._mark_version(), self._mark_version()
        second.template_id.sequence = 5
        self.assertEqual(self._find(), second)
        first.template_id.sequence = 4
        self.assertEqual(self._find(), first)

    def test_archived(self):
        version = self._mark_version()
        version.template_id.with_user(self.director).active = False
        self.assertFalse(self._find())

    def test_first_one_without_version_yet(self):
        """What is not in force yet leaves the place to the next one."""
        later, now = self._mark_version(force=False), self._mark_version()
        later.template_id.sequence = 1
        self.assertEqual(self._find(), now)
        later.date_from = "2026-06-02"
        later.action_put_in_force()
        self.assertEqual(self._find(), now)
        self.assertEqual(self._find(day=date(2026, 6, 2)), later)

    def test_of_an_archived_team(self):
        """A template for a team that is gone is not for all the others."""
        version = self._mark_version()
        self.team_east.active = False
        self.env.invalidate_all()
        self.assertFalse(self._find(self.team_west))
        self.assertEqual(self._find(self.team_east), version)

    def test_of_all_teams(self):
        version = self._mark_version()
        version.template_id.team_ids = False
        for team in (self.team_east, self.team_west, self.team_off):
            self.assertEqual(self._find(team), version)
        self.assertFalse(self._find(self.team_c2, company=self.company_2))

    def test_roles(self):
        version = self._mark_version(role="salesperson")
        self.assertEqual(self._find(), version)
        self.assertFalse(self._find(role="leader"))
        version.template_id.role = "leader"
        self.assertFalse(self._find())
        self.assertEqual(self._find(role="leader"), version)

    def test_new_version_is_not_before_today(self):
        """A copy begins today at the earliest, and where the old one begins later."""
        version = self._mark_version()
        with self._at(datetime(2026, 6, 14, 16)):
            draft = version.browse(
                version.with_user(self.director).action_new_version()["res_id"]
            )
        # the 15th where the director works
        self.assertEqual(draft.date_from, date(2026, 6, 15))
        self.assertEqual(draft.item_ids.mapped("weight"), [100])

    def test_put_in_force_twice(self):
        """Pressed by two, it holds once."""
        version = self._mark_version(force=False).with_user(self.director)
        version.action_put_in_force()
        version.action_put_in_force()
        self.assertEqual(version.state, "force")

    def test_lines_move_to_no_version_in_force(self):
        """Neither a line nor a row of a table is moved into what holds."""
        held = self._create_usual()
        draft = self._create_usual(force=False)
        for record in (
            draft.item_ids[0],
            draft.personal_step_ids[0],
            draft.team_step_ids[0],
        ):
            with self.subTest(record._name), self._refused():
                record.with_user(self.director).version_id = held
        self.assertEqual(len(held.item_ids), 4)

    def test_table_of_a_line(self):
        """A line's own table has no hole, and holds with its version."""
        rows = ((None, 1, 100), (2, None, 20))
        item = {
            "kind": "fixed",
            "metric_id": self.trouble.id,
            "weight": 100,
        }
        with self.assertRaisesRegex(UserError, "a hole at 1.00"):
            self._create_version([{**item, "step_ids": make_steps("item", rows)}])
        version = self._create_version(
            [{**item, "step_ids": make_steps("item", ((None, None, 7),))}]
        )
        with self.assertRaisesRegex(UserError, "in force is not changed"):
            version.item_ids.step_ids.with_user(self.director).value = 100
        with self.assertRaisesRegex(UserError, "in force is not changed"):
            version.item_ids.step_ids.with_user(self.director).unlink()

    def test_copy_keeps_the_tables(self):
        """A template of one company is copied with all that stands in it."""
        version = self._create_version(
            [
                {
                    "kind": "fixed",
                    "metric_id": self.trouble.id,
                    "weight": 100,
                    "step_ids": make_steps("item", ((None, 1, 100), (1, None, 0))),
                }
            ]
        )
        copied = version.with_user(self.director).copy({"date_from": "2026-07-01"})
        self.assertEqual(copied.state, "draft")
        self.assertEqual(copied.item_ids.step_ids.mapped("value"), [100, 0])
        copied.with_user(self.director).action_put_in_force()
        self.assertEqual(self._find(day=date(2026, 7, 1)), copied)
        self.assertEqual(self._find(day=date(2026, 6, 30)), version)
