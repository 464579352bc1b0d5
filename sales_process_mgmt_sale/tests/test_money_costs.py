# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.sql_db import Cursor
from odoo.tests import tagged

from .test_paid import PaidCommon

FEW, MANY = 10, 40
# What each further document of an owned customer costs more than in stock Odoo, in
# queries; most is asked for all of them together, rows are inserted in batches.
CONFIRM, POST, PAY = 1, 1, 1


@tagged("post_install", "-at_install")
class TestMoneyCosts(PaidCommon):
    """Many orders, invoices and payments at once are looked at together."""

    def _orders(self, number, is_owned):
        customers = self.env["res.partner"].create(
            [{"name": f"C{number}-{place}"} for place in range(number)]
        )
        if is_owned:
            self.env["crm.lead"].create(
                [
                    {
                        "name": "Pumps",
                        "partner_id": customer.id,
                        "user_id": self.salesperson.id,
                        "team_id": self.team.id,
                        "company_id": self.company.id,
                        "type": "opportunity",
                    }
                    for customer in customers
                ]
            )
        return self.env["sale.order"].create(
            [
                {
                    "partner_id": customer.id,
                    "company_id": self.company.id,
                    "order_line": [
                        fields.Command.create(
                            {
                                "product_id": self.product_a.id,
                                "price_unit": 100,
                                "tax_ids": [fields.Command.clear()],
                            }
                        )
                    ],
                }
                for customer in customers
            ]
        )

    def _count(self, act):
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        act()
        self.env.cr.flush()
        return self.env.cr.sql_log_count - before

    def _costs(self, number, is_owned):
        """Queries of confirming, posting and paying so many documents."""
        orders = self._orders(number, is_owned)
        confirm = self._count(orders.action_confirm)
        invoices = orders._create_invoices(grouped=False)
        post = self._count(invoices.action_post)
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({"group_payment": False})
        )
        pay = self._count(wizard._create_payments)
        if is_owned:
            self.assertEqual(set(orders.ownership_id.mapped("phase")), {"served"})
        return confirm, post, pay

    @contextmanager
    def _hearing_ours(self):
        """The statements that name something of ours, in the order they are sent."""
        ours, execute = [], Cursor.execute

        def listen(cursor, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if "process_" in str(text):
                ours.append(text)
            return execute(cursor, query, *args, **kwargs)

        with patch.object(Cursor, "execute", listen):
            yield ours

    def _post_heard(self, number):
        invoices = self._orders(number, True)
        invoices.action_confirm()
        invoices = invoices._create_invoices(grouped=False)
        self.env.cr.flush()
        self.env.invalidate_all()
        with self._hearing_ours() as ours:
            invoices.action_post()
            self.env.cr.flush()
        self.assertEqual(len(invoices.process_ownership_id), number)
        return ours

    def test_twenty_invoices_are_posted_with_the_statements_of_one(self):
        self._post_heard(2)
        one, twenty = self._post_heard(1), self._post_heard(20)
        self.assertEqual(len(one), len(twenty), "\n".join(map(str, twenty)))

    def test_a_posted_invoice_is_not_written_for_its_period(self):
        invoices = self._orders(2, True)
        invoices.action_confirm()
        invoices = invoices._create_invoices(grouped=False)
        written = []
        AccountMove = self.env.registry["account.move"]
        write = AccountMove.write

        def listen(moves, vals):
            written.extend(vals)
            return write(moves, vals)

        with patch.object(AccountMove, "write", listen):
            invoices.action_post()
        self.assertNotIn("process_ownership_id", written)
        self.env.invalidate_all()
        self.assertEqual(len(invoices.process_ownership_id), 2)

    def test_each_further_document_costs_little(self):
        self._costs(2, True)
        costs = {
            (number, is_owned): self._costs(number, is_owned)
            for number in (FEW, MANY)
            for is_owned in (False, True)
        }
        for place, (name, limit) in enumerate(
            {"confirm": CONFIRM, "post": POST, "pay": PAY}.items()
        ):
            few, many = (
                costs[number, True][place] - costs[number, False][place]
                for number in (FEW, MANY)
            )
            with self.subTest(name, few=few, many=many):
                self.assertLessEqual((many - few) / (MANY - FEW), limit)
