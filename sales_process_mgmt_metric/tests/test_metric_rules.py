# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.sales_process_metric import KIND_FIELDS
from .common_plan import PlanCommon


class RulesCommon(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Metric = cls.env["sales.process.metric"]

    @classmethod
    def _define(cls, user=None, measure=None, at="date_closed", **values):
        """A metric of leads, by the day on which they were closed."""
        get_field = cls.env["ir.model.fields"]._get
        return cls.Metric.with_user(user or cls.director).create(
            {
                "name": "Tested",
                "code": "tested",
                "model_id": cls.env["ir.model"]._get("crm.lead").id,
                "date_field_id": get_field("crm.lead", at).id,
                "user_field_id": get_field("crm.lead", "user_id").id,
                "measure_field_id": measure and get_field("crm.lead", measure).id,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestMetricRules(RulesCommon):
    def test_every_aggregate(self):
        """Counted, summed up, averaged, counted once each; of nobody nothing."""
        users = self.salesperson_a | self.salesperson_b | self.salesperson_c
        span = (datetime(2026, 6, 1), datetime(2026, 7, 1))
        for user, day, revenue in (
            (self.salesperson_a, 1, 100),
            (self.salesperson_a, 30, 300),
            (self.salesperson_b, 2, 50),
        ):
            self._create_won(user, datetime(2026, 6, day), revenue)
        # outside
        self._create_won(self.salesperson_a, datetime(2026, 7, 1), 7000)
        self._create_won(self.salesperson_a, datetime(2026, 5, 31, 23, 59, 59), 7000)
        cases = (
            ({"aggregate": "count"}, [2, 1, 0]),
            ({"aggregate": "sum", "measure": "expected_revenue"}, [400, 50, 0]),
            ({"aggregate": "avg", "measure": "expected_revenue"}, [200, 50, None]),
            ({"aggregate": "count_distinct", "measure": "stage_id"}, [1, 1, 0]),
            ({"domain": "[('expected_revenue', '>', 100)]"}, [1, 0, 0]),
            ({"domain": "[('expected_revenue', '>=', 100)]"}, [2, 0, 0]),
        )
        for number, (values, expected) in enumerate(cases):
            metric = self._define(code=f"tested_{number}", **values)
            with self.subTest(values):
                bounds = {user.id: span for user in users}
                found = metric._evaluate(bounds, self.company)[metric]
                self.assertEqual([found[user.id] for user in users], expected)
                # one bucket with all of them
                rows = [(1, user.id, *span) for user in users]
                (whole,) = metric._evaluate_buckets(rows, self.company)[metric].values()
                if values.get("aggregate") == "avg":
                    self.assertEqual(whole, 150)
                elif values.get("aggregate") == "count_distinct":
                    self.assertEqual(whole, 1)
                else:
                    self.assertEqual(whole, sum(expected))

    def test_how_numbers_are_written(self):
        for aggregate, unit, number, text in (
            ("count", "number", None, "–"),
            ("avg", "number", False, "–"),
            ("count", "number", 0, "0"),
            ("count", "number", 3.0, "3"),
            ("sum", "number", 2.5, "2.5"),
            ("sum", "number", 2.0, "2"),
            ("avg", "number", 3, "3.0"),
            ("count", "days", 2, "2 days"),
            ("avg", "days", 2.24, "2.2 days"),
            ("avg", "days", 2.26, "2.3 days"),
        ):
            with self.subTest(aggregate=aggregate, unit=unit, number=number):
                shown = self.Metric.new({"aggregate": aggregate, "unit": unit})
                self.assertEqual(shown._format_value(number, self.company), text)
        shown = self.Metric.new({"aggregate": "sum", "unit": "money"})
        text = shown._format_value(1234.5, self.company)
        self.assertIn("1,234.50", text)
        self.assertIn(self.company.currency_id.symbol, text)

    def test_goals_that_people_can_reach(self):
        """No half calls, no fractions of a cent."""
        for aggregate, unit, goal, expected in (
            ("count", "number", 8, 8),
            ("count", "number", 8.01, 9),
            ("count_distinct", "number", 0.1, 1),
            ("sum", "number", 8.001, 8.01),
            ("avg", "days", 2.5, 2.5),
            ("sum", "money", 10.004, 10),
            ("sum", "money", 10.006, 10.01),
        ):
            with self.subTest(aggregate=aggregate, unit=unit, goal=goal):
                metric = self.Metric.new({"aggregate": aggregate, "unit": unit})
                self.assertEqual(metric._round_goal(goal, self.company), expected)
                self.assertEqual(metric._adds_up(), aggregate != "avg")

    @mute_logger("odoo.sql_db")
    def test_codes(self):
        metric = self._define()
        for code in ("a b", "1a", "a-b", "", "a.b"):
            with (
                self.subTest(code),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                metric.code = code
        self.env.invalidate_all()
        for code in ("a_1", "_a", "Ä"):
            metric.code = code
        metric.active = False
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            self._define(code="Ä")

    def test_who_defines(self):
        """Only sales administrators; whoever wrote the definition last defines it."""
        metric = self._define()
        self.assertEqual(metric.definer_id, self.director)
        for user in (self.salesperson_a, self.salesperson_c, self.leader_east):
            theirs = metric.with_user(user)
            for attempt in (
                lambda user=user: self._define(user, code="theirs"),
                lambda theirs=theirs: theirs.write({"domain": "[]"}),
                theirs.unlink,
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    attempt()
        other = metric.with_user(self.administrator)
        other.name = "Another name"
        self.assertEqual(metric.definer_id, self.director)
        other.domain = "[('expected_revenue', '>', 5)]"
        self.assertEqual(metric.definer_id, self.administrator)
        with self.assertRaises(AccessError):
            other.definer_id = self.director

    def test_nobody_counts_what_is_private(self):
        """Neither the records, nor others by what a filter says of them."""
        metric = self._define()
        span = {self.salesperson_a.id: (datetime(2026, 6, 1), datetime(2026, 7, 1))}
        self._create_won(self.salesperson_a, datetime(2026, 6, 2))
        Lead, Team = (type(self.env[name]) for name in ("crm.lead", "crm.team"))
        leads_as_private = {"model_id": self.env["ir.model"]._get("crm.lead").id}
        filters = (
            "[('team_id.name', '=', 'East')]",
            "[('team_id', '!=', False)]",
            "[('team_id', 'any', [('name', '=', 'East')])]",
            "['!', ('team_id', 'not any', [('name', '=', 'East')])]",
            "[('user_id.sale_team_id.name', '=', 'East')]",
            "[('user_id', 'any', [('sale_team_id', 'any', [('name', '=', 'x')])])]",
            "['|', ('id', '>', 0), ('user_id', 'any', [('sale_team_id', '=', 1)])]",
        )
        for Private, attempts in (
            (Lead, ({}, leads_as_private)),
            (Team, tuple({"domain": text} for text in filters)),
        ):
            with patch.object(Private, "_is_private", True, create=True):
                for number, values in enumerate(attempts):
                    with (
                        self.subTest(Private._name, values=values),
                        self.assertRaisesRegex(ValidationError, "private"),
                        self.env.cr.savepoint(),
                    ):
                        self._define(code=f"private_{number}", **values)
                    with (
                        self.subTest(Private._name, values=values),
                        self.assertRaisesRegex(ValidationError, "private"),
                        self.env.cr.savepoint(),
                    ):
                        metric.write(values or {"aggregate": "count"})
        # what the form shows before it is saved
        with patch.object(Lead, "_is_private", True, create=True):
            self.env.invalidate_all()
            self.assertIn("private", metric.problem)
            self.assertFalse(metric.preview)
            # defined before the records were private: no number, and no error
            with self.assertLogs("odoo.addons.sales_process_mgmt_metric", "WARNING"):
                found = metric._evaluate(span, self.company)[metric]
            self.assertEqual(found, {self.salesperson_a.id: None})
        self.env.invalidate_all()
        self.assertFalse(metric.problem)
        self.assertEqual(
            metric._evaluate(span, self.company)[metric], {self.salesperson_a.id: 1}
        )

    def test_what_the_addons_ship_counts_what_is_private(self):
        """They know who reads it; whoever rewrites it does not, nor does a copy."""
        shipped = self._define(self.env.ref("base.user_root"))
        span = {self.salesperson_a.id: (datetime(2026, 6, 1), datetime(2026, 7, 1))}
        self._create_won(self.salesperson_a, datetime(2026, 6, 2))
        self.assertTrue(shipped.definer_id._is_superuser())
        with patch.object(type(self.env["crm.lead"]), "_is_private", True, create=True):
            found = shipped._evaluate(span, self.company)[shipped]
            self.assertEqual(found, {self.salesperson_a.id: 1})
            mine = shipped.with_user(self.director)
            # what it is called and where it is shown is the company's to say
            mine.write({"name": "Won", "in_daily": True})
            self.assertFalse(mine.problem)
            for attempt in (
                lambda: mine.write({"domain": "[('id', '>', 0)]"}),
                lambda: mine.copy({"code": "copied"}),
            ):
                with (
                    self.assertRaisesRegex(ValidationError, "private"),
                    self.env.cr.savepoint(),
                ):
                    attempt()
            self.env.invalidate_all()
            self.assertTrue(shipped.definer_id._is_superuser())
            self.assertEqual(shipped.domain, "[]")

    def test_metrics_of_a_kind_and_company(self):
        """What a report or plan shows: of its kind, of its company or of all."""
        everywhere = self._define(**dict.fromkeys(KIND_FIELDS.values(), False))
        everywhere.in_weekly = True
        of_two = self._define(
            self.env.user, code="of_two", company_id=self.company_2.id, in_weekly=True
        )
        for kind, company, shown in (
            ("weekly", self.company, everywhere),
            ("weekly", self.company_2, everywhere | of_two),
            ("monthly", self.company, self.Metric),
            ("urgent", self.company, self.Metric),
        ):
            with self.subTest(kind=kind, company=company.name):
                found = self.Metric._get_for(kind, company)
                if kind != "monthly":
                    self.assertEqual(found & (everywhere | of_two), shown)
                else:
                    self.assertNotIn(everywhere, found)
        everywhere.active = False
        self.assertNotIn(everywhere, self.Metric._get_for("weekly", self.company))


@tagged("post_install", "-at_install")
class TestPlanRules(RulesCommon):
    START, MIDDLE, END = (
        datetime(2026, 5, 31, 16),
        datetime(2026, 6, 15, 16),
        datetime(2026, 6, 30, 16),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ceiling = cls._define(higher_is_better=False)

    def test_standing_of_a_goal(self):
        """Both sides of every limit, for what should be more and for what less."""
        for day in (2, 3):
            self._create_won(self.salesperson_a, datetime(2026, 6, day))
        plan = self._create_plan(self.salesperson_a, {self.won: 1, self.ceiling: 1})
        for metric, goal, moment, status, score, progress in (
            (self.won, 0, self.MIDDLE, "none", 0, 0),
            (self.won, 4, self.START, "on_track", 50, 50),
            (self.won, 4, self.MIDDLE, "on_track", 50, 50),
            (self.won, 5, self.MIDDLE, "behind", 40, 40),
            (self.won, 4, self.END, "behind", 50, 50),
            (self.won, 2, self.MIDDLE, "reached", 100, 100),
            (self.won, 1, self.END, "reached", 100, 200),
            (self.ceiling, 2, self.MIDDLE, "on_track", 100, 100),
            (self.ceiling, 2, self.END, "reached", 100, 100),
            (self.ceiling, 1, self.MIDDLE, "exceeded", 50, 50),
            (self.ceiling, 1, self.END, "exceeded", 50, 50),
            (self.ceiling, 0, self.END, "none", 0, 0),
        ):
            with self.subTest(metric=metric.code, goal=goal, moment=moment):
                self._travel(moment)
                line = self._get_line(plan, metric)
                line.goal = goal
                self.assertEqual(line.actual, 2)
                self.assertEqual(
                    (line.status, line.score, line.progress), (status, score, progress)
                )

    def test_progress_by_weight(self):
        """A goal without weight, a weight without goal count for nothing."""
        for day in (2, 3):
            self._create_won(self.salesperson_a, datetime(2026, 6, day), 100)
        plan = self._create_plan(self.salesperson_a, {self.won: 4, self.revenue: 200})
        won, revenue = (self._get_line(plan, m) for m in (self.won, self.revenue))
        self.assertEqual((won.score, revenue.score), (50, 100))
        for weights, progress in (
            ((1, 1), 75),
            ((3, 1), 62.5),
            ((1, 0), 50),
            ((0, 0), 0),
        ):
            won.weight, revenue.weight = weights
            self.assertEqual(plan.progress, progress)
        won.weight = revenue.weight = 1
        revenue.goal = 0
        self.assertEqual(plan.progress, 50)

    def test_time_passed(self):
        plan = self._create_plan(self.salesperson_a, {self.won: 4})
        for moment, percent in (
            (datetime(2026, 5, 20), 0),
            (self.START, 0),
            (self.MIDDLE, 50),
            (self.END, 100),
            (datetime(2027, 1, 1), 100),
        ):
            self._travel(moment)
            self.assertEqual(plan.elapsed, percent, moment)

    def test_rest_in_the_last_week(self):
        """Of a week that goes on into the next month, only the days of this one."""
        self._create_plan(self.salesperson_a, {self.won: 10})
        for monday, goal in (
            (date(2026, 6, 1), 3),  # 10 * 7 / 30
            (date(2026, 6, 22), 8),  # 10 * 7 / 9
            (date(2026, 6, 29), 10),  # two days are left
        ):
            week = self._create_plan(
                self.salesperson_a, kind="weekly", date_from=monday
            )
            week.action_take_rest()
            self.assertEqual(week.line_ids.goal, goal, monday)
            # again it is no second goal
            week.action_take_rest()
            self.assertEqual(len(week.line_ids), 1)
        month = self._create_plan(self.salesperson_a, date_from=date(2026, 7, 1))
        with self.assertRaisesRegex(UserError, "Only a week"):
            month.action_take_rest()
        alone = self._create_plan(
            self.salesperson_b, kind="weekly", date_from=date(2026, 6, 1)
        )
        with self.assertRaisesRegex(UserError, "no plan of the month"):
            alone.action_take_rest()

    def test_all_agreed_or_none(self):
        """One without goals, or of somebody else: the others stay drafts."""
        first = self._create_plan(self.salesperson_a, {self.won: 1})
        empty = self._create_plan(self.salesperson_b)
        both = (first | empty).with_user(self.leader_east)
        with self.assertRaisesRegex(UserError, "no goals"):
            both.action_agree()
        self.assertEqual(both.mapped("state"), ["draft"] * 2)
        own = self._create_plan(self.leader_east, {self.won: 1})
        with self.assertRaises(AccessError):
            (first | own).with_user(self.leader_east).action_agree()
        self.assertEqual((first.state, own.state), ("draft", "draft"))
        first.with_user(self.leader_east).action_agree()
        # back, until the first second of the period
        first.with_user(self.leader_east).action_reset()
        first.with_user(self.leader_east).action_agree()
        self._travel(self.START)
        with self.assertRaisesRegex(UserError, "has started"):
            first.with_user(self.leader_east).action_reset()
        self.assertEqual(first.state, "agreed")

    def test_weight_after_the_start_is_written_down(self):
        plan = self._create_plan(self.salesperson_a, {self.won: 1})
        self._travel(self.START)
        before = len(plan.sudo().message_ids)
        plan.line_ids.weight = 7
        (message,) = plan.sudo().message_ids[: len(plan.sudo().message_ids) - before]
        self.assertIn("weight", message.body)
        self.assertIn("7", message.body)
        # the same again is no change
        plan.line_ids.write({"weight": 7, "goal": 1})
        self.assertEqual(len(plan.sudo().message_ids), before + 1)

    def test_nobody_plans_for_a_colleague(self):
        for maker, whose, may in (
            (self.salesperson_b, self.salesperson_a, False),
            (self.salesperson_c, self.salesperson_a, False),
            (self.leader_west, self.salesperson_a, False),
            (self.salesperson_a, self.team_east, False),
            (self.leader_east, self.salesperson_b, True),
            (self.leader_east, self.team_east, True),
            (self.director, self.salesperson_d, True),
        ):
            with self.subTest(maker=maker.login, whose=whose.display_name):
                if may:
                    plan = self._create_plan(whose, {self.won: 1}, maker=maker)
                    self.assertEqual(plan.state, "draft")
                    continue
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self._create_plan(whose, {self.won: 1}, maker=maker)
        self.assertFalse(self.Plan.search([("user_id", "=", self.salesperson_a.id)]))
