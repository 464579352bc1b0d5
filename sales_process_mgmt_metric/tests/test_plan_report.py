# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_plan import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanReport(PlanCommon):
    def _count(self):
        self.env.flush_all()
        self.Plan.search([])._process_updates()
        self.env.flush_all()
        self.env.invalidate_all()

    def test_one_goal(self):
        """A row tells what the plan tells."""
        plan = self._create_plan(self.salesperson_a, {self.won: 4, self.expired: 1})
        team_plan = self._create_plan(self.team_east, {self.won: 10})
        self._travel(datetime(2026, 6, 16, 4))
        self._create_won(self.salesperson_a, datetime(2026, 6, 5))
        self._create_won(self.salesperson_b, datetime(2026, 6, 5))
        self._count()
        Report = self.env["sales.process.plan.report"]
        row = Report.browse(self._get_line(plan, self.won).id)
        self.assertEqual(row.plan_id, plan)
        self.assertEqual((row.goal, row.actual, row.difference), (4, 1, -3))
        self.assertEqual(row.progress, 25)
        self.assertEqual((row.goal_count, row.reached_count), (1, 0))
        self.assertEqual((row.scope, row.team_id), ("person", self.team_east))
        self.assertFalse(row.is_final)
        ceiling = Report.browse(self._get_line(plan, self.expired).id)
        self.assertEqual((ceiling.actual, ceiling.reached_count), (0, 1))
        team_row = Report.browse(team_plan.line_ids.id)
        self.assertEqual((team_row.scope, team_row.actual), ("team", 2))
        self.assertEqual(row.action_open_plan()["res_id"], plan.id)

    def test_numbers_of_different_units_are_not_added_up(self):
        """Percents are weighed; a ceiling that is kept is 100 %."""
        plan = self._create_plan(self.salesperson_a, {self.won: 4, self.expired: 1})
        self._get_line(plan, self.won).weight = 3
        self._travel(datetime(2026, 6, 16, 4))
        self._create_won(self.salesperson_a, datetime(2026, 6, 5))
        self._count()
        Report = self.env["sales.process.plan.report"]
        domain = [("plan_id", "=", plan.id)]
        names = ["goal:sum", "actual:sum", "difference:sum", "progress:avg"]
        [(goal, actual, difference, progress)] = Report._read_group(domain, [], names)
        self.assertEqual((goal, actual, difference), (False, False, False))
        self.assertAlmostEqual(progress, (25 * 3 + 100) / 4)
        by_metric = {
            metric: values
            for metric, *values in Report._read_group(domain, ["metric_id"], names)
        }
        self.assertEqual(by_metric[self.won], [4, 1, -3, 25])
        self.assertEqual(by_metric[self.expired], [1, 0, -1, 100])
        line = self._get_line(plan, self.expired)
        self.assertEqual((line.progress, line.status), (100, "on_track"))

    def test_against_the_lines(self):
        """The sums of the pivot are those of the goals, whatever they are."""
        chance = random.Random(3)
        metrics = self.won | self.revenue | self.expired
        users = self.salesperson_a | self.salesperson_b | self.salesperson_d
        plans = self.Plan
        for user in users:
            goals = {metric: chance.randint(0, 5) for metric in metrics}
            plans |= self._create_plan(user, goals, self.director).with_env(self.env)
        self._travel(datetime(2026, 6, 20))
        for _number in range(15):
            self._create_won(
                chance.choice(users),
                datetime(2026, 6, 1) + timedelta(days=chance.randint(0, 18)),
                chance.randint(1, 900),
            )
        self._count()
        groups = self.env["sales.process.plan.report"]._read_group(
            [("plan_id", "in", plans.ids)],
            ["metric_id", "user_id"],
            ["goal:sum", "actual:sum", "reached_count:sum"],
        )
        self.assertEqual(len(groups), 9)
        for metric, user, goal, actual, reached in groups:
            line = self._get_line(
                plans.filtered(lambda plan, user=user: plan.user_id == user), metric
            )
            self.assertEqual((goal, actual), (line.goal, line.actual))
            kept = line.score >= 100 and line.goal > 0
            self.assertEqual(bool(reached), kept)

    def test_roles(self):
        plan_a = self._create_plan(self.salesperson_a, {self.won: 1})
        team = self._create_plan(self.team_east, {self.won: 1})
        plan_d = self._create_plan(self.salesperson_d, {self.won: 1})
        plan_x = self._create_plan(self.salesperson_x, {self.won: 1})
        self.env.flush_all()
        plans = (plan_a | team | plan_d | plan_x).ids
        for user, seen in (
            (self.salesperson_a, plan_a | team),
            (self.salesperson_b, team),
            (self.leader_east, plan_a | team),
            (self.leader_west, plan_d),
            (self.salesperson_c, plan_a | team | plan_d),
            (self.director, plan_a | team | plan_d),
            (self.salesperson_x, plan_x),
        ):
            rows = (
                self.env["sales.process.plan.report"]
                .with_user(user)
                .search([("plan_id", "in", plans)])
            )
            self.assertEqual(set(rows.plan_id.ids), set(seen.ids), user.login)
            with self.assertRaises(AccessError):
                rows[:1].write({"goal": 3})
        with self.assertRaises(AccessError):
            self.env["sales.process.plan.report"].with_user(self.office_user).search([])

    def test_queries_do_not_grow(self):
        """Counting the plans of one person or of six costs as many queries."""
        self._travel(datetime(2026, 6, 16, 4))
        users = (
            self.salesperson_a
            | self.salesperson_b
            | self.salesperson_c
            | self.salesperson_d
            | self.leader_east
            | self.leader_west
        )
        plans = self.Plan
        for user in users:
            plans |= self._create_plan(
                user, {self.won: 1, self.revenue: 1}, self.director
            ).with_env(self.env)
        counts = []
        for some in (plans[:1], plans[1:]):
            for user in some.user_id:
                self._create_won(user, datetime(2026, 6, 5), 10)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._process_updates()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(some.line_ids.mapped("actual_value")), {1, 10})
        self.assertLessEqual(counts[1], counts[0] + 2)

    # ------------------------------------------------------------
    # DIGEST
    # ------------------------------------------------------------

    def test_digest(self):
        """The digest shows the numbers of the metrics, of those one may know."""
        digest = self.env["digest.digest"].create(
            {"name": "Sales", "periodicity": "weekly", "company_id": self.company.id}
        )
        digest.kpi_sales_process_won_revenue = True
        now = datetime(2026, 5, 20, 4)
        for user, revenue in (
            (self.salesperson_a, 1),
            (self.salesperson_b, 10),
            (self.salesperson_d, 100),
        ):
            self._create_won(user, now - timedelta(days=2), revenue)
        self._create_won(self.salesperson_a, now - timedelta(days=9), 1000)
        span = {
            "start_datetime": now - timedelta(days=7),
            "end_datetime": now,
        }
        for user, revenue in (
            (self.salesperson_a, 1),
            (self.leader_east, 11),
            (self.salesperson_c, 111),
            (self.director, 111),
        ):
            shown = digest.with_user(user).with_context(**span)
            self.assertEqual(shown.kpi_sales_process_won_revenue_value, revenue)
        with self.assertRaises(AccessError):
            digest.with_user(self.office_user).with_context(
                **span
            )._compute_kpi_sales_process()
        self.assertFalse(digest.kpi_sales_process_followups_value)
        kpis = digest._compute_kpis(self.company, self.director)
        names = [kpi["kpi_name"] for kpi in kpis]
        self.assertIn("kpi_sales_process_won_revenue", names)
        actions = digest._compute_kpis_actions(self.company, self.director)
        for name, action in actions.items():
            if name.startswith("kpi_sales_process"):
                self.assertTrue(self.env.ref(action.split("?")[0]))
