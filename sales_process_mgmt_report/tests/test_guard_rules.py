# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.test_guard import QUIET

from .test_guard import ReportGuardCommon


@tagged("post_install", "-at_install")
class TestReportGuardRules(ReportGuardCommon):
    """What has been submitted stays what it was."""

    @mute_logger(*QUIET)
    def test_news_are_frozen_with_their_report(self):
        Report = self.env["sales.process.work.report"].with_user(self.salesperson_b)
        News = self.env["sales.process.intelligence"].with_user(self.salesperson_b)
        report = Report.create({"kind": "daily", "summary": "done"})
        told = News.create({"name": "as submitted", "report_id": report.id})
        loose = News.create({"name": "of no report"})
        told.name = "still open"
        report.action_submit()
        for attack in (
            lambda: News.create({"name": "late", "report_id": report.id}),
            lambda: News.with_context(default_report_id=report.id).create(
                {"name": "x"}
            ),
            lambda: loose.write({"report_id": report.id}),
            lambda: told.write({"name": "rewritten"}),
            lambda: told.write({"report_id": False}),
            lambda: report.write({"intelligence_ids": [Command.link(loose.id)]}),
            lambda: told.with_user(self.director).unlink(),
        ):
            with self.assertRaises(UserError):
                attack()
        self.env.invalidate_all()
        self.assertEqual(report.intelligence_ids.mapped("name"), ["still open"])
        loose.name = "news of no report are the reporter's"

    @mute_logger(*QUIET)
    def test_days_out_of_range(self):
        Report = self.env["sales.process.work.report"].with_user(self.salesperson_b)
        for day in ("0001-01-01", "2020-01-01"):
            with self.assertRaises(ValidationError):
                Report.create({"kind": "monthly", "date_from": day})
                self.env.flush_all()
