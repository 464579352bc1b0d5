# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_work_report import WorkReportCommon


@tagged("post_install", "-at_install")
class TestReportActions(WorkReportCommon):
    """Buttons that no other test presses, as the lowest role that may."""

    def test_review_next(self):
        """Review one, and the next that waits opens; nobody reviews the own one."""
        self._switch_on(self.team_east, "2027-02-28 20:00:00", "daily")
        self._cron("2027-03-01 12:00:00")
        both = self.salesperson_a | self.salesperson_b
        reports = self._reports(both, kind="daily", date_from="2027-03-01")
        self.assertEqual(len(reports), 2)
        for report in reports:
            report.summary = "Two visits"
            self._submit(report, "2027-03-01 13:00:00")
        first, second = reports
        for user in both | self.leader_west:
            with self.assertRaises(UserError):
                first.with_user(user).action_review_next()
        self.assertEqual(first.state, "submitted")
        with self._at("2027-03-01 14:00:00"):
            action = first.with_user(self.leader_east).action_review_next()
            self.assertEqual(first.state, "reviewed")
            self.assertEqual(action["res_id"], second.id)
            self.assertEqual(action["target"], "new")
            review = second.with_user(self.leader_east)
            self.assertEqual(review.action_open_review()["res_id"], second.id)
            action = review.action_review_next()
        self.assertEqual(action["type"], "ir.actions.act_window_close")

    def test_reports_of_a_team(self):
        team = self.team_east.with_user(self.leader_east)
        for action, name in (
            (team.action_view_missing_reports(), "missing"),
            (team.action_view_reports_to_review(), "waiting"),
        ):
            self.assertEqual(action["res_model"], "sales.process.work.report")
            self.assertTrue(action["context"][f"search_default_{name}"])
            self.assertFalse(action["context"]["create"])

    def test_who_is_offered_the_team_sheet(self):
        """A button that only ends in a refusal is not there."""
        Report = self.env["sales.process.discipline.report"]
        for user, offered in (
            (self.salesperson_a, False),
            (self.leader_east, True),
            (self.salesperson_b, False),
            (self.director, True),
        ):
            with self.subTest(user=user.login):
                arch = Report.with_user(user).get_view(view_type="list")["arch"]
                self.assertEqual("o_sales_process_team_sheet" in arch, offered)
