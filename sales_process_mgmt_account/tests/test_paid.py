# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.mail.tests.common import mail_new_test_user


@tagged("post_install", "-at_install")
class TestPaid(AccountTestInvoicingCommon):
    """The owner stays responsible until the money is in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.company = cls.company_data["company"]
        cls.salesperson = mail_new_test_user(
            cls.env,
            login="salesperson_paid",
            groups="sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[fields.Command.set(cls.company.ids)],
            tz="Asia/Shanghai",
        )
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Paid Team",
                "company_id": cls.company.id,
                "process_mode": "enforce",
                "crm_team_member_ids": [
                    fields.Command.create({"user_id": cls.salesperson.id})
                ],
            }
        )
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Pumps",
                "partner_id": cls.partner_a.id,
                "user_id": cls.salesperson.id,
                "team_id": cls.team.id,
                "company_id": cls.company.id,
                "type": "opportunity",
            }
        )
        cls.ownership = cls.lead.ownership_id
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.partner_a.id,
                "company_id": cls.company.id,
                "opportunity_id": cls.lead.id,
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": cls.product_a.id,
                            "product_uom_qty": 1,
                            "price_unit": 1000,
                            "tax_ids": [fields.Command.clear()],
                        }
                    )
                ],
            }
        )
        cls.product_a.invoice_policy = "order"

    def _pay(self, invoice, amount):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": amount})._create_payments()

    def test_signed_until_paid(self):
        self.order.action_confirm()
        self.assertEqual(self.ownership.phase, "signed")
        self.assertFalse(self.ownership.date_deadline, "No timer, money to collect")
        invoice = self.order._create_invoices()
        invoice.action_post()
        self.assertEqual(self.ownership.amount_due, 1000)
        self._pay(invoice, 400)
        self.assertEqual(self.ownership.phase, "signed")
        self.assertEqual(self.ownership.amount_due, 600)
        self._pay(invoice, 600)
        self.assertEqual(self.ownership.phase, "served")
        self.assertEqual(self.ownership.user_id, self.salesperson)

    def test_paid_customer_is_free_where_the_team_says_so(self):
        self.team.served_policy = "end"
        self.order.action_confirm()
        self.assertEqual(self.ownership.state, "open", "Signed, not paid")
        invoice = self.order._create_invoices()
        invoice.action_post()
        self._pay(invoice, 1000)
        self.assertEqual(self.ownership.state, "ended")
        self.assertEqual(self.ownership.end_reason, "paid")

    def test_won_without_order_has_nothing_to_collect(self):
        self.lead.action_set_won()
        self.assertEqual(self.ownership.phase, "served")
        self.order.action_confirm()
        self.assertEqual(self.ownership.phase, "signed", "Now there is")

    def test_paid_after_the_customer_was_handed_on(self):
        self.order.action_confirm()
        invoice = self.order._create_invoices()
        invoice.action_post()
        colleague = mail_new_test_user(
            self.env,
            login="colleague_paid",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[fields.Command.set(self.company.ids)],
        )
        self.team.crm_team_member_ids = [
            fields.Command.create({"user_id": colleague.id})
        ]
        successor = self.ownership._hand_over(
            {self.ownership: colleague}, "transfer", "transferred"
        )[self.ownership]
        self.assertEqual(successor.phase, "signed")
        self._pay(invoice, 400)
        self.assertEqual(successor.phase, "signed", "There is money to collect")
        self._pay(invoice, 600)
        self.assertEqual(successor.phase, "served")
        self.assertEqual(self.order.ownership_id, self.ownership, "Who has signed it")
