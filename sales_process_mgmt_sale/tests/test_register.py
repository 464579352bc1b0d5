# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.models.sales_process_grade_run import GradeRun

from .test_signed import SignedCommon


@tagged("post_install", "-at_install")
class TestRegister(SignedCommon):
    """What orders take from the register, and say to grades by rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"]._add_register_properties()

    def test_order_keeps_its_own(self):
        """Case 62: needs that change after the order change no order."""
        before = self._order()
        before.action_confirm()
        self.assertFalse(before.process_logistics)
        self.customer.properties = {"process_unloading": "Ramp 3"}
        order, said = self._order(), self._order(process_logistics="By hand")
        (order | said).action_confirm()
        self.assertEqual(order.process_logistics, "Unloading: Ramp 3")
        self.assertEqual(said.process_logistics, "By hand")
        self.customer.properties = {"process_unloading": "Ramp 9"}
        self.assertEqual(order.process_logistics, "Unloading: Ramp 3")
        self.assertFalse(order.copy().process_logistics)

    def test_day_of_the_last_order(self):
        grade = self.env["sales.process.customer.grade"].create({"name": "A"})
        rule = self.env["sales.process.grade.rule"].create(
            {
                "name": "Orders",
                "company_id": self.company.id,
                "line_ids": [(0, 0, {"grade_id": grade.id, "order_days_max": 30})],
            }
        )
        today = GradeRun(rule).days[rule]
        noon = datetime.combine(today, time(12))
        order = self._order()
        order.date_order = noon - timedelta(days=200)
        [change] = GradeRun(rule).evaluate(self.customer)
        self.assertIsNone(change.numbers.order_days)
        order.action_confirm()
        for days, expected in ((30, grade), (31, grade.browse())):
            order.date_order = noon - timedelta(days=days)
            with self.subTest(days=days):
                [change] = GradeRun(rule).evaluate(self.customer)
                self.assertEqual(change.numbers.order_days, days)
                self.assertEqual(change.grade, expected)
                self.assertEqual(change.numbers.turnover, 0)
