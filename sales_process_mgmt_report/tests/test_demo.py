# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_demo import MOMENTS, DemoCommon

MODULE = "sales_process_mgmt_report"


@tagged("post_install", "-at_install")
class TestReportDemo(DemoCommon):
    addons = (*DemoCommon.addons, "sales_process_mgmt_metric", MODULE)

    def _check(self, now):
        reports = self.env["sales.process.work.report"].search([])
        self.assertEqual(len(reports), 19)
        self.assertFalse(
            reports.filtered(lambda r: r.date_submitted and r.date_submitted > now)
        )

    def test_any_hour(self):
        self._check_any_hour()

    def test_once(self):
        """What a user changed is not made anew by an update."""
        with self._at(MOMENTS[0]):
            self._load()
            reports = self._count("sales.process.work.report")
            self.env["sales.process.demo"]._load_work_reports()
            self.assertEqual(self._count("sales.process.work.report"), reports)
