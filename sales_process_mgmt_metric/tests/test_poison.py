# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_poison import Poison

from .common_plan import PlanCommon


@tagged("post_install", "-at_install")
class TestPoisonedPlan(Poison, PlanCommon):
    def test_plan_that_cannot_be_counted(self):
        plans = self.Plan.union(
            *(
                self._create_plan(user, {self.won: 3}).sudo()
                for user in (self.salesperson_a, self.salesperson_b)
            )
        ).with_env(self.env)
        poisoned, healthy = plans
        self._travel(datetime(2026, 6, 3, 4))
        with self._poisoned(self.Plan, "_process_updates", poisoned):
            for failures in range(1, 4):
                self._update()
                self.assertEqual(healthy.date_actual, self.env.cr.now())
                self.assertFalse(poisoned.date_actual)
                self.assertEqual(self._get_failure(poisoned).failure_count, failures)
                self._update()
                self.assertEqual(self._get_failure(poisoned).failure_count, failures)
                self._end_pause(poisoned)
            message = self._assert_told(poisoned, 1)
            self.assertEqual(message.partner_ids, self.leader_east.partner_id)
        self._update()
        self.assertTrue(poisoned.date_actual)
        self.assertFalse(self._get_failure(poisoned))

    def _update(self):
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *args, **kwargs: 1.0):
            self.Plan._cron_update_plans()
        self.env.flush_all()
        self.env.invalidate_all()
