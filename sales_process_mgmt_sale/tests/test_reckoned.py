# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt_account.tests.common import MoneyCommon

VALUES = {"boolean": True, "char": "Mine", "many2one": 1, "text": "Mine"}


@tagged("post_install", "-at_install")
class TestReckoned(MoneyCommon):
    """What is invoiced, paid and sold follows from documents: nobody says it.

    Whoever sells may write the own orders, and a client may write any field.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls.env["product.product"].create(
            {"name": "Pump", "type": "service", "invoice_policy": "order"}
        )

    def _create_order(self, line=None, **values):
        orders = self.env["sale.order"].with_user(self.salesperson)
        return orders.create(
            {
                "partner_id": self.partner_a.id,
                "opportunity_id": self.lead.id,
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": self.pump.id,
                            "price_unit": 1000,
                            "tax_ids": [fields.Command.clear()],
                            **(line or {}),
                        }
                    )
                ],
                **values,
            }
        )

    def _find_reckoned(self, model):
        """Everything that Odoo works out, stores and offers to nobody."""
        found = {
            name: field
            for name, field in self.env[model]._fields.items()
            if field.store
            and field.compute
            and field.readonly
            and not field.related
            and not (field._module or "").startswith("sales_process_mgmt")
        }
        self.assertIn("invoice_status", found)
        return {
            name: VALUES.get(field.type, 7)
            if field.type != "selection"
            else field.get_values(self.env)[0]
            for name, field in found.items()
        }

    def _refuse(self, attack):
        with self.assertRaises(AccessError) as refusal, self.env.cr.savepoint():
            attack()
        self.assertNotIn("\n", str(refusal.exception))

    def test_nobody_says_what_an_order_comes_to(self):
        order = self._create_order()
        orders = order.browse()
        reckoned = self._find_reckoned("sale.order")
        for name, value in {**reckoned, "transaction_ids": [(4, 1)]}.items():
            with self.subTest(name):
                self._refuse(lambda name=name, value=value: order.write({name: value}))
                self._refuse(
                    lambda name=name, value=value: self._create_order(**{name: value})
                )
                mine = orders.with_context(**{f"default_{name}": value})
                made = mine.create({"partner_id": self.partner_a.id})
                stored = made.sudo()[name]
                self.assertNotEqual(getattr(stored, "ids", stored), value)

    def test_nobody_says_what_a_line_comes_to(self):
        order = self._create_order()
        mine = order.order_line
        reckoned = self._find_reckoned("sale.order.line")
        self.assertIn("price_subtotal", reckoned)
        linked = {"is_downpayment": True, "invoice_lines": [(4, 1)]}
        for name, value in {**reckoned, **linked}.items():
            with self.subTest(name):
                self._refuse(lambda name=name, value=value: mine.write({name: value}))
                self._refuse(
                    lambda name=name, value=value: order.write(
                        {"order_line": [(1, mine.id, {name: value})]}
                    )
                )
                self._refuse(
                    lambda name=name, value=value: self._create_order({name: value})
                )
                default = {f"default_{name}": value}
                self._refuse(
                    lambda default=default: mine.with_context(**default).create(
                        {"order_id": order.id, "product_id": self.pump.id}
                    )
                )
        # a form sends what it holds of a new line
        order.write({"order_line": [(1, mine.id, {"is_downpayment": False})]})

    def test_money_is_not_said_to_have_come(self):
        """A signed customer stays one, whatever its seller writes."""
        order = self._create_order()
        order.action_confirm()
        self.env.cr.flush()
        self._refuse(lambda: order.write({"invoice_status": "invoiced"}))
        self.env.invalidate_all()
        self.assertEqual(self.ownership.phase, "signed")
        self.assertEqual(order.invoice_status, "to invoice")

    def test_who_keeps_the_accounts_corrects_them(self):
        """As Odoo's own: an importer of orders says what has been invoiced before."""
        order = self._create_order()
        line = order.order_line
        self._refuse(lambda: line.write({"qty_to_invoice": 7}))
        self.salesperson.group_ids |= self.env.ref("account.group_account_invoice")
        line.write({"qty_to_invoice": 7})
        self.assertEqual(line.qty_to_invoice, 7)

    def test_nobody_chooses_the_rate_of_a_currency(self):
        """What is signed in another currency counts at the rate of the signature."""
        euro = self.setup_other_currency(
            "EUR", rates=[("2016-01-01", 4.0), ("2017-01-01", 2.0)]
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        order = self._create_order(pricelist_id=pricelist.id)
        order.action_confirm()
        Money = self.env["sales.process.money"]
        signed = [("order_id", "=", order.id), ("kind", "=", "signed")]
        self.env.cr.flush()
        self.assertEqual(Money.search(signed).amount, 500)
        order.write({"date_order": "2016-06-01 12:00:00"})
        Money._hear(orders=order.sudo())
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual(Money.search(signed).amount, 500)

    def test_a_down_payment_is_made_as_ever(self):
        """Odoo's own dialog makes lines that no client makes."""
        order = self._create_order()
        order.action_confirm()
        self.salesperson.group_ids |= self.env.ref("account.group_account_invoice")
        dialog = self.env["sale.advance.payment.inv"].with_user(self.salesperson)
        dialog = dialog.create(
            {
                "sale_order_ids": order.ids,
                "advance_payment_method": "percentage",
                "amount": 30,
            }
        )
        dialog.create_invoices()
        self.assertEqual(order.invoice_ids.amount_untaxed, 300)
        self.assertTrue(order.order_line.filtered("is_downpayment"))

    def test_without_a_team_it_is_odoos(self):
        order = self._create_order()
        teams = self.env["crm.team"].with_context(active_test=False)
        for company in teams.search([]).company_id:
            teams = teams.with_company(company)
            teams.search([("process_mode", "!=", "off")]).process_mode = "off"
        self.assertFalse(teams._get_active_process_ids())
        order.order_line.write({"price_subtotal": 7})
        self.assertEqual(order.order_line.price_subtotal, 7)
