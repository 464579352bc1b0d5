# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_demo import MOMENTS, DemoCommon

MODULE = "sales_process_mgmt_metric"


@tagged("post_install", "-at_install")
class TestMetricDemo(DemoCommon):
    addons = (*DemoCommon.addons, MODULE)

    def _check(self, now):
        plan = self.env.ref(f"{MODULE}.plan_wang_fang_demo")
        today = (now + timedelta(hours=8)).date()
        self.assertEqual(plan.date_from, today.replace(day=1))
        goal = plan.line_ids.filtered(lambda line: line.metric_id.code == "followups")
        self.assertTrue(goal.has_value)

    def test_any_hour(self):
        self._check_any_hour()

    def test_once(self):
        """What a user changed is not made anew by an update."""
        with self._at(MOMENTS[0]):
            self._load()
            plans = self._count("sales.process.plan")
            self.env["sales.process.demo"]._load_metrics()
            self.assertEqual(self._count("sales.process.plan"), plans)
