# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.models.sales_process_grade_run import GradeRun

from .common import MoneyCommon

NOW = datetime(2019, 6, 1, 4)


@tagged("post_install", "-at_install")
class TestTurnover(MoneyCommon):
    """What was invoiced is what grades by rule count.

    Case 56, by hand, with a rate of 2 units of the other currency for one of the
    company in 2018 and 3 in 2017 (``setup_other_currency``): 1,000 + 300 - 200 in the
    company's, 600 / 2 of 2018-12 = 300, in sum 1,400; the months before: 900 / 3 = 300
    of 2017-12. Growth 1,100 / 300 = 366.67 %.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_currency = cls.setup_other_currency(
            "EUR", rates=[("2017-01-01", 3), ("2018-06-02", 2), ("2019-05-01", 7)]
        )
        grade = cls.env["sales.process.customer.grade"].create({"name": "A"})
        cls.rule = cls.env["sales.process.grade.rule"].create(
            {
                "name": "Turnover",
                "company_id": cls.company.id,
                "line_ids": [(0, 0, {"grade_id": grade.id, "turnover_min": 1400})],
            }
        )

    def _get_change(self):
        customer = self.partner_a.commercial_partner_id
        with self._at(NOW):
            [change] = GradeRun(self.rule).evaluate(customer)
        return change

    def test_currencies_and_refunds(self):
        self._invoice(1000)
        self._invoice(300, invoice_date="2018-06-02")
        self._invoice(200, move_type="out_refund", invoice_date="2019-02-01")
        euro = {"currency_id": self.other_currency.id}
        self._invoice(600, invoice_date="2018-12-01", **euro)
        self._invoice(900, invoice_date="2017-12-01", **euro)
        # drafts, bills, entries of tomorrow and other customers are no turnover
        self._invoice(5000, post=False)
        self._invoice(5000, invoice_date="2019-06-02")
        self._invoice(5000, move_type="in_invoice")
        self._invoice(5000, partner_id=self.partner_b)
        change = self._get_change()
        self.assertEqual(change.numbers.turnover, 1400)
        self.assertEqual(change.numbers.growth, 366.67)
        self.assertEqual(change.numbers.order_days, 151)
        self.assertTrue(change.grade)

    def test_limit(self):
        self._invoice(1399.99)
        self.assertFalse(self._get_change().grade)
        self._invoice(0.01)
        self.assertTrue(self._get_change().grade)

    def test_contact_of_the_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.partner_a.id}
        )
        self._invoice(1400, partner_id=contact)
        self.assertEqual(self._get_change().numbers.turnover, 1400)
