# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_clock import (
    HOUR,
    SECOND,
    STEP,
    ServerClocks,
)

from .common_work_report import WorkReportCommon


@tagged("post_install", "-at_install")
class TestReportClock(ServerClocks, WorkReportCommon):
    def _cron_on_server(self, moment, ahead=timedelta()):
        with self._on_server(moment, ahead):
            self._run_steps()
        self.env.invalidate_all()

    def test_wrong_server_makes_and_misses_reports_in_time(self):
        begin = self._local("2027-03-01 00:00:00")
        due = self._local("2027-03-01 20:00:00")
        self._switch_on(self.team_east, begin - timedelta(days=1), "daily")
        for ahead, user in ((-HOUR, self.salesperson_a), (HOUR, self.salesperson_b)):
            with self.subTest(ahead=ahead):
                self._cron_on_server(begin - SECOND, ahead)
                self.assertFalse(self._reports(user, date_from="2027-03-01"))
        self._cron_on_server(begin, -HOUR)
        report = self._reports(self.salesperson_a, date_from="2027-03-01")
        self.assertEqual(report.state, "draft")
        self._cron_on_server(due, HOUR)
        self.assertEqual(report.state, "draft")
        self._cron_on_server(due + SECOND, -HOUR)
        self.assertEqual(report.state, "missing")

    def test_clock_that_steps_back(self):
        """No report twice, none that was missing is owed again."""
        begin = self._local("2027-03-01 00:00:00")
        due = self._local("2027-03-01 20:00:00")
        kinds = ("daily", "weekly", "monthly")
        self._switch_on(self.team_east, begin - timedelta(days=1), *kinds)
        for moment, states in (
            (begin, {"draft"}),
            (begin - STEP, {"draft"}),
            (begin, {"draft"}),
            (due + SECOND, {"missing"}),
            (due + SECOND - STEP, {"missing"}),
            (due + SECOND, {"missing"}),
        ):
            with self.subTest(moment=moment):
                self._cron_on_server(moment)
                daily = self._reports(kind="daily", date_from="2027-03-01")
                self.assertEqual(len(daily), 3)
                self.assertEqual(set(daily.mapped("state")), states)
                for kind in ("weekly", "monthly"):
                    current = self._reports(kind=kind).filtered(
                        lambda row: row.date_to >= fields.Date.to_date("2027-03-01")
                    )
                    self.assertEqual(len(current), 3)
