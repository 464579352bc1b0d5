# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_home import HomeCommon
from odoo.addons.sales_process_mgmt.tests.test_menus import MenuCommon

from .common_work_report import WorkReportCommon

ADDON = "sales_process_mgmt_report"
MONDAY = datetime(2027, 2, 28, 16)  # Monday 1 March begins in Shanghai
DUE = datetime(2027, 3, 1, 12)  # eight in the evening
SECOND = timedelta(seconds=1)


@tagged("post_install", "-at_install")
class TestHomeReports(HomeCommon, WorkReportCommon):
    """What one owes, and whose reports are missing or wait for a reader."""

    def setUp(self):
        super().setUp()
        self._switch_on(self.team_east, MONDAY, "daily")
        self._cron(MONDAY + timedelta(hours=8))
        self.report_a = self._reports(self.salesperson_a)
        self.report_b = self._reports(self.salesperson_b)
        (self.report_a | self.report_b).write({"summary": "Visited three customers"})

    def _get_home_at(self, moment, user):
        with self._at(moment):
            self.env.invalidate_all()
            return self._get_home(user)

    def _get_mine(self, moment):
        home = self._get_home_at(moment, self.salesperson_a)
        return self._get_block(home, "reports")["rows"]

    def test_owed_missing_returned_and_done(self):
        (row,) = self._get_mine(DUE)
        self.assertFalse(row["tone"], "not late to the second")
        self.assertIn(self.report_a.period, row["title"])
        (row,) = self._get_mine(DUE + SECOND)
        self.assertEqual((row["tone"], row["note"]), ("danger", "Missing"))
        with self._at(DUE):
            self.report_a.with_user(self.salesperson_a).action_submit()
        self.assertFalse(self._get_mine(DUE))

    def test_leader_counts_missing_and_unread(self):
        with self._at(DUE):
            self.report_a.with_user(self.salesperson_a).action_submit()
        home = self._get_home_at(DUE + SECOND, self.leader_east)
        figures = self._get_figures(home, "decide")
        self.assertEqual(figures["report_unread"], 1)
        self.assertEqual(figures["report_missing"], 2, "two others")
        self.assertEqual(self._get_cells(home, self.salesperson_b)["reports"], 1)
        self.assertEqual(self._get_cells(home, self.salesperson_a)["reports"], 0)

    def test_figures_open_what_they_count(self):
        with self._at(DUE + SECOND):
            self.assertGreater(self._assert_opens_what_it_counts(self.leader_east), 3)
            self.assertGreater(self._assert_opens_what_it_counts(self.director), 3)


@tagged("post_install", "-at_install")
class TestMenus(MenuCommon):
    def test_who_sees_reports(self):
        own = {
            "work_report_menu_root",
            "work_report_menu_today",
            "work_report_menu_mine",
            "work_report_menu_urgent",
            "intelligence_menu",
            "discipline_report_menu",
            "work_report_answer_menu",
        }
        self.assertEqual(self._get_menus(self.salesperson_a, ADDON), own)
        self.assertEqual(
            self._get_menus(self.leader_east, ADDON),
            own
            | {
                "intelligence_duty_menu",
                "report_form_menu",
                "work_report_menu_review",
                "team_sheet_menu",
            },
        )
        self.assertEqual(
            self._get_menus(self.director, ADDON),
            {
                "work_report_menu_root",
                "intelligence_menu",
                "discipline_report_menu",
                "intelligence_duty_menu",
                "report_form_menu",
                "work_report_answer_menu",
                "work_report_menu_review",
                "team_sheet_menu",
            },
        )
