# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import tagged

from .common import AmongCommon


@tagged("post_install", "-at_install")
class TestAmongMoney(AmongCommon):
    """Orders that are paid without an invoice: online, and settled at the till."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {
                "name": "Pump",
                "list_price": 1000,
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": False,
            }
        )

    def _order(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "opportunity_id": self.lead.id,
                "user_id": self.salesperson_a.id,
                "order_line": [fields.Command.create({"product_id": self.product.id})],
            }
        )
        order.action_confirm()
        self.env.cr.flush()
        self.assertEqual(order.amount_total, 1000)
        self.assertEqual(self.ownership.phase, "signed")
        return order

    def _transaction(self, order, amount, state, source=None):
        provider = self.env["payment.provider"].search([], limit=1)
        method = self.env["payment.method"].search([], limit=1)
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"{order.name}-{state}-{amount}-{bool(source)}",
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": self.partner.id,
                "state": state,
                "sale_order_ids": [fields.Command.link(order.id)],
                "source_transaction_id": source and source.id,
                "operation": "refund" if source else "online_direct",
            }
        )

    def _look(self, order):
        """What the nightly action, or the next change of the order, does."""
        Money = self.env["sales.process.money"]
        Money._hear(orders=order, ownerships=order.ownership_id)
        self.env.cr.flush()
        self.env.invalidate_all()
        return self.ownership.phase

    def test_online_without_an_invoice(self):
        order = self._order()
        pending = self._transaction(order, 1000, "pending")
        self.assertEqual(self._look(order), "signed", "Not arrived")
        pending.state = "done"
        self.assertEqual(self._look(order), "served")

    def test_online_in_part(self):
        order = self._order()
        self._transaction(order, 400, "done")
        self.assertEqual(order._get_process_paid()[order], 400)
        self.assertEqual(order._get_process_rests()[order], 600)
        self.assertEqual(self._look(order), "signed")
        self._transaction(order, 600, "done")
        self.assertEqual(self._look(order), "served")

    def test_online_and_given_back(self):
        order = self._order()
        paid = self._transaction(order, 1000, "done")
        self.assertEqual(self._look(order), "served")
        self._transaction(order, -1000, "done", source=paid)
        self.assertEqual(order._get_process_paid()[order], 0)
        self.assertEqual(self._look(order), "signed")

    def test_online_counts_by_itself(self):
        """The transaction that is done is heard without anybody touching the order."""
        order = self._order()
        self._transaction(order, 1000, "pending")._set_done()
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual(self.ownership.phase, "served")

    def test_till_settles_an_order(self):
        """An order that is invoiced at the till is paid by what the till took in."""
        order = self._order()
        config = self.env["pos.config"].create({"name": "Till"})
        config.open_ui()
        session = config.current_session_id
        line = order.order_line
        self.env["pos.order"].create(
            {
                "session_id": session.id,
                "company_id": self.company.id,
                "partner_id": self.partner.id,
                "user_id": self.salesperson_b.id,
                "amount_total": 1000,
                "amount_tax": 0,
                "amount_paid": 1000,
                "amount_return": 0,
                "state": "paid",
                "lines": [
                    fields.Command.create(
                        {
                            "product_id": self.product.id,
                            "qty": 1,
                            "price_unit": 1000,
                            "price_subtotal": 1000,
                            "price_subtotal_incl": 1000,
                            "sale_order_origin_id": order.id,
                            "sale_order_line_id": line.id,
                        }
                    )
                ],
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        # Odoo counts what the till sold as invoiced: nothing is left to collect
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(order._get_process_rests()[order], 0)
        self.assertEqual(self._look(order), "served")
        self._assert_kept()
