# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_view_queries import ViewQueries
from odoo.addons.sales_process_mgmt_metric.tests.test_view_queries import METRICS

from .test_access_matrix import ReportRecords


@tagged("post_install", "-at_install")
class TestReportViewQueries(ViewQueries, ReportRecords):
    single = frozenset(["sales.process.intelligence.duty", "sales.process.report.form"])
    asking = METRICS
