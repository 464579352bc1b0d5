# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.test_guard import QUIET
from odoo.addons.sales_process_mgmt.tests.test_guard_reading import (
    GuardReadingWalk,
    ReadingCommon,
)

from .test_access_matrix import MetricRecords


@tagged("post_install", "-at_install")
class TestMetricGuardReading(GuardReadingWalk, ReadingCommon, MetricRecords):
    least = 10

    @mute_logger(*QUIET)
    def test_goals_of_a_colleague_are_not_spread(self):
        plan = self.records["sales.process.plan"]
        with self.assertRaises(UserError):
            row = (
                self.env["sales.process.plan.spread"]
                .with_user(self.salesperson_d)
                .create({"plan_id": plan.id})
            )
            row.read()
            self.fail(row)
