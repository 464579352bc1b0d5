# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_guard import GuardCommon, GuardWalk

from .test_access_matrix import ReportRecords


class ReportGuardCommon(GuardCommon, ReportRecords):
    pass


@tagged("post_install", "-at_install")
class TestReportGuard(GuardWalk, ReportGuardCommon):
    least_values = 20
    least_commands = 5

    def _get_real_rows(self):
        return {
            "sales.process.intelligence": lambda n: {"name": n},
            "sales.process.work.report": lambda n: {"summary": n, "kind": "urgent"},
        }
