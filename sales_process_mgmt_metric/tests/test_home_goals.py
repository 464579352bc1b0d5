# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_home import HomeCommon
from odoo.addons.sales_process_mgmt.tests.test_menus import MenuCommon

from .common_plan import PlanCommon

ADDON = "sales_process_mgmt_metric"


@tagged("post_install", "-at_install")
class TestHomeGoals(HomeCommon, PlanCommon):
    """Goals of the running month on each home; today is 10 June."""

    def setUp(self):
        super().setUp()
        self.person_plan = self._create_plan(
            self.salesperson_a, {self.won: 4, self.expired: 1}
        )
        self.team_plan = self._create_plan(self.team_east, {self.won: 8})
        self._travel(datetime(2026, 6, 10, 4))
        self._count_last(self.person_plan, self.won, 2)
        self._count_last(self.person_plan, self.expired, 2)
        self._count_last(self.team_plan, self.won, 8)

    def _count_last(self, plan, metric, value):
        line = self._get_line(plan, metric).sudo()
        line.write({"actual_value": value, "has_value": True})
        plan.sudo().date_actual = self.env.cr.now()

    def test_my_goals(self):
        block = self._get_block(self._get_home(self.salesperson_a), "goals")
        rows = {row["label"]: row for row in block["rows"]}
        won = rows[self.won.name]
        self.assertEqual((won["actual"], won["goal"]), ("2", "4"))
        self.assertEqual((won["progress"], won["status"]), (50, "On Track"))
        self.assertEqual(rows[self.expired.name]["tone"], "danger", "two are too many")
        self.assertTrue(block["note"], "as of when")

    def test_what_was_counted_last_is_told_as_if_counted_now(self):
        line = self._get_line(self.person_plan, self.won)
        counted = line._prepare_actual(line.actual)
        self.assertEqual(counted["progress"], line.progress)
        self.assertEqual(
            (counted["score"], counted["status"]), (line.score, line.status)
        )

    def test_without_a_plan_the_way_to_one(self):
        block = self._get_block(self._get_home(self.salesperson_b), "goals")
        self.assertFalse(block["rows"])
        self.assertTrue(block["empty"]["open"])

    def test_team_against_plan(self):
        home = self._get_home(self.leader_east)
        block = self._get_block(home, "plan")
        self.assertEqual(block["labels"], [self.won.name])
        self.assertEqual(block["datasets"][0]["values"], [100])
        cells = self._get_cells(home, self.salesperson_a)
        self.assertEqual(cells["plan"], "50 %", "the mean of both scores")
        self.assertEqual(self._get_cells(home, self.salesperson_b)["plan"], "")
        self.assertIsNone(self._get_block(self._get_home(self.leader_west), "plan"))

    def test_teams_against_plan(self):
        home = self._get_home(self.director)
        block = self._get_block(home, "plan")
        self.assertEqual(block["labels"], [self.team_east.name])
        self.assertEqual(self._get_cells(home, self.team_east)["plan"], "100 %")
        (opens,) = block["datasets"][0]["opens"]
        found = self.env["sales.process.plan"].with_user(self.director)
        self.assertEqual(found.search(opens["domain"]), self.team_plan)


@tagged("post_install", "-at_install")
class TestMenus(MenuCommon):
    def test_who_sees_plans(self):
        for user in (self.salesperson_a, self.leader_east):
            self.assertEqual(
                self._get_menus(user, ADDON), {"plan_menu", "plan_report_menu"}
            )
        self.assertEqual(
            self._get_menus(self.director, ADDON),
            {"plan_menu", "plan_report_menu", "metric_menu"},
        )
        self.assertFalse(self._get_menus(self.office_user, ADDON))
