# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_guard import GuardCommon, GuardWalk

from .test_access_matrix import MetricRecords


class MetricGuardCommon(GuardCommon, MetricRecords):
    pass


@tagged("post_install", "-at_install")
class TestMetricGuard(GuardWalk, MetricGuardCommon):
    least_values = 20
    least_commands = 5

    def _get_real_rows(self):
        metric = self.env.ref("sales_process_mgmt_metric.sales_process_metric_visits")
        return {
            "sales.process.plan": lambda n: {
                "kind": "weekly",
                "date_from": "2027-03-01" if n == "One" else "2027-03-08",
                "line_ids": [Command.create({"metric_id": metric.id, "goal": 1})],
            },
        }
