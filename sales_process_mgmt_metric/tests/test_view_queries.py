# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_view_queries import ViewQueries

from .test_access_matrix import MetricRecords

# Each metric is counted by a query of its own.
METRICS = frozenset(["sales.process.metric"])


@tagged("post_install", "-at_install")
class TestMetricViewQueries(ViewQueries, MetricRecords):
    asking = METRICS
