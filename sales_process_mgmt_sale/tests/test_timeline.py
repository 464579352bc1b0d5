# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestTimeline(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Acme"})
        product = cls.env["product.product"].create({"name": "Pump", "list_price": 1})
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.customer.id)
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "user_id": cls.salesperson_a.id,
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 300,
                            "price_unit": 1,
                            "tax_ids": [fields.Command.clear()],
                        }
                    )
                ],
            }
        )

    def _get_order_lines(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        page = (
            self.env["sales.process.timeline"]
            .with_user(user)
            .get_page("res.partner", self.customer.id, kinds=["order"])
        )
        self.assertIn("order", [kind["name"] for kind in page["kinds"]])
        return page["lines"]

    def test_orders_of_the_customer(self):
        [line] = self._get_order_lines(self.salesperson_a)
        self.assertEqual(line["title"], self.order.name)
        self.assertIn("300.00", line["text"])
        self.assertEqual(line["badge"], "Quotation")
        self.assertEqual(line["open"], {"model": "sale.order", "id": self.order.id})
        self.order.with_user(self.salesperson_a).action_confirm()
        [line] = self._get_order_lines(self.salesperson_a)
        self.assertEqual((line["badge"], line["tone"]), ("Sales Order", "success"))

    def test_who_reads_orders(self):
        """What the record rules of orders say, of customers that one may work."""
        helper = self.salesperson_b
        self.lead.ownership_id._add_collaborators(helper)
        people = self.salesperson_a | helper | self.salesperson_c | self.director
        for user in people:
            with self.subTest(user=user.login):
                self.assertEqual(
                    bool(self._get_order_lines(user)),
                    self.order.with_user(user).has_access("read"),
                )
        # a stranger neither has the customer nor its orders
        self.assertFalse(self._get_order_lines(self.salesperson_d))
