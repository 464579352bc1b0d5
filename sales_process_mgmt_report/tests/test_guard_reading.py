# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_guard_reading import (
    SECRET,
    GuardReadingWalk,
    ReadingCommon,
)

from .test_access_matrix import ReportRecords


@tagged("post_install", "-at_install")
class TestReportGuardReading(GuardReadingWalk, ReadingCommon, ReportRecords):
    least = 10

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records["sales.process.intelligence"].name = SECRET
        cls.records["sales.process.work.report"].summary = SECRET
        cls.env.flush_all()

    def _get_base(self, model):
        base = super()._get_base(model)
        if model == "sales.process.work.report":
            today = self.env.cr.now().date()
            base |= {"date_from": str(today), "date_to": str(today)}
        return base
