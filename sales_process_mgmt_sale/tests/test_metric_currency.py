# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import fields
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestMetricCurrency(SalesProcessCommon):
    """Orders in several currencies make one number in the company's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", "JPY")])
        )
        cls.foreign.active = True
        cls.company_2.currency_id = cls.foreign
        cls.env["res.currency.rate"].create(
            [
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": cls.foreign.id,
                    "company_id": cls.company.id,
                }
                for day, rate in (("2026-05-01", 10), ("2026-05-31", 20))
            ]
        )
        get_field = cls.env["ir.model.fields"]._get
        cls.metric = cls.env["sales.process.metric"].create(
            {
                "name": "Quotations",
                "code": "quotations_in_currencies",
                "model_id": cls.env["ir.model"]._get("sale.order").id,
                "date_field_id": get_field("sale.order", "date_order").id,
                "user_field_id": get_field("sale.order", "user_id").id,
                "measure_field_id": get_field("sale.order", "amount_untaxed").id,
                "aggregate": "sum",
                "unit": "money",
            }
        )
        cls.product = cls.env["product.product"].create({"name": "Pump"})

    def _order(self, user, price, company, currency):
        pricelist = self.env["product.pricelist"].create(
            {"name": currency.name, "currency_id": currency.id, "company_id": False}
        )
        order = (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": self.env["res.partner"].create({"name": "Acme"}).id,
                    "company_id": company.id,
                    "pricelist_id": pricelist.id,
                    "user_id": user.id,
                    "date_order": "2026-05-06 12:00:00",
                    "order_line": [
                        fields.Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": 1,
                                "price_unit": price,
                                "tax_ids": [fields.Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        self.assertEqual((order.currency_id, order.amount_untaxed), (currency, price))
        return order

    def _evaluate(self, user, company):
        self.env.flush_all()
        span = (datetime(2026, 5, 1), datetime(2026, 6, 1))
        values = self.metric._evaluate({user.id: span}, company)
        return values[self.metric][user.id]

    def test_amounts_are_converted_at_the_last_day(self):
        user = self.salesperson_a
        self._order(user, 100, self.company, self.company.currency_id)
        self._order(user, 4000, self.company, self.foreign)
        # 20 for 1 on 31 May, not the 10 of the day of the order
        self.assertEqual(self._evaluate(user, self.company), 300)

    def test_each_company_counts_its_own(self):
        self._order(self.salesperson_a, 100, self.company, self.company.currency_id)
        self._order(self.salesperson_x, 5000, self.company_2, self.foreign)
        self.assertEqual(self._evaluate(self.salesperson_x, self.company_2), 5000)
        self.assertEqual(self._evaluate(self.salesperson_x, self.company), 0)
        self.assertEqual(self._evaluate(self.salesperson_a, self.company_2), 0)
