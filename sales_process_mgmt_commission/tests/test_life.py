# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FEBRUARY, JANUARY, CommissionCommon


@tagged("post_install", "-at_install")
class TestLife(CommissionCommon):
    """What becomes of an order after it was signed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_goods()

    def _get_agreements(self, order):
        self.env.cr.flush()
        return self.env["sales.process.commission.agreement"].search(
            [("order_id", "=", order.id)], order="id"
        )

    def _give(self, percent):
        return (
            self.env["sales.process.commission.split"]
            .with_user(self.salesperson)
            .create(
                {
                    "ownership_id": self.ownership.id,
                    "user_id": self.colleague.id,
                    "percent": percent,
                }
            )
        )

    def _cancel(self, order):
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.env.cr.flush()

    def test_more_after_the_signature(self):
        """What is added to an order earns by what was fixed; nothing is fixed anew."""
        other = self._create_goods(
            self.env["product.category"].create({"name": "Services"})
        )
        self._renew(
            percent=5,
            rate_ids=[
                fields.Command.create({"category_id": other.categ_id.id, "percent": 1})
            ],
        )
        order = self._create_order([(self.pump, 100)])
        before = self._get_agreements(order)
        self._give(40)
        order.write(
            {
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": other.id,
                            "product_uom_qty": 1,
                            "price_unit": 100,
                            "tax_ids": [fields.Command.clear()],
                        }
                    )
                ]
            }
        )
        self.assertEqual(self._get_agreements(order), before)
        self._pay(self._invoice_order(order))
        self.assertEqual(self._get_lines(), [(1, 10)])
        self.assertEqual(self._get_lines(self.colleague), [])

    def test_signed_amount_changes(self):
        """By what is signed: in the open month, or in the next one."""
        self._renew(basis="signed")
        order = self._create_order([(self.pump, 1000)])
        day = self._today(self.salesperson)
        self.assertEqual(self._get_lines(), [(day.month, 50)])
        order.order_line.price_unit = 1200
        self.assertEqual(self._get_lines(), [(day.month, 60)])
        first = day.replace(day=1)
        with self._at(fields.Datetime.to_datetime(first) + timedelta(days=40)):
            self._close(first)
            order.order_line.price_unit = 700
            lines = self._get_lines()
        self.assertEqual([amount for _month, amount in lines], [60, -25])
        self.assertNotEqual(lines[0][0], lines[1][0])
        self.assertTrue(
            self.env["sales.process.commission.line"]
            .search([], order="id")[-1]
            .is_takeback
        )

    def test_cancelled_after_a_part_was_paid(self):
        """Money that the customer does not get back earns as it was agreed then."""
        split = self._give(40)
        order = self._create_order([(self.pump, 1000)])
        invoice = self._invoice_order(order)
        self._pay(invoice, amount=400)
        self.assertEqual(self._get_lines(), [(1, 12)])
        self.assertEqual(self._get_lines(self.colleague), [(1, 8)])
        # who gives would rather have it all
        split.with_user(self.salesperson).unlink()
        self._cancel(order)
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self._get_lines(), [(1, 12)])
        self.assertEqual(self._get_lines(self.colleague), [(1, 8)])
        self._close()
        # a fee for the cancellation, paid later
        self._pay(invoice, amount=100, payment_date="2019-02-04")
        self.assertEqual(self._get_lines(), [(1, 12), (2, 3)])
        self.assertEqual(self._get_lines(self.colleague), [(1, 8), (2, 2)])
        # and all of it given back
        self._pay(self._refund(invoice, "2019-02-05"), payment_date="2019-02-06")
        self.assertEqual(
            round(sum(amount for _month, amount in self._get_lines()), 2),
            round(self._get_net(invoice) * 0.05 * 0.6, 2),
        )
        agreements = self.env["sales.process.commission.agreement"].search([])
        self.assertEqual(agreements, self._get_agreements(order))

    def _get_net(self, invoice):
        rows = self.env["sales.process.money"].search(
            [
                ("kind", "=", "collected"),
                ("move_id", "in", (invoice | invoice.reversal_move_ids).ids),
            ]
        )
        return sum(rows.mapped("amount"))

    def _sign_again(self, order):
        """Who sells cancels the order, and signs it once more."""
        mine = order.with_user(self.salesperson)
        self._cancel(mine)
        mine.action_draft()
        with self._at(self.env.cr.now() + timedelta(minutes=5)):
            mine.action_confirm()
            self.env.cr.flush()

    def test_signed_again_after_money(self):
        """Money that has come earns as was agreed; what comes then, as it is then."""
        order = self._create_order([(self.pump, 1000)])
        invoice = self._invoice_order(order)
        self._pay(invoice, amount=400)
        self._close()
        self._give(25)
        self._sign_again(order)
        self.assertEqual(len(self._get_agreements(order)), 2)
        self.assertEqual(self._get_lines(), [(1, 20)])
        self.assertEqual(self._get_lines(self.colleague), [])
        self._pay(invoice, amount=600, payment_date="2019-02-04")
        self.assertEqual(self._get_lines(), [(1, 20), (2, 22.5)])
        self.assertEqual(self._get_lines(self.colleague), [(2, 7.5)])

    def test_nobody_takes_a_share_back_by_signing_again(self):
        """What a colleague was promised and paid stays, in a closed month or not."""
        for is_closed in (False, True):
            with self.subTest(is_closed=is_closed), self.env.cr.savepoint() as undone:
                split = self._give(40)
                order = self._create_order([(self.pump, 1000)])
                invoice = self._invoice_order(order)
                self._pay(invoice)
                if is_closed:
                    self._close()
                split.with_user(self.salesperson).unlink()
                self._create_version(date_from="2019-02-01", percent=9)
                self._sign_again(order)
                self.assertEqual(self._get_agreements(order).mapped("percent"), [5, 9])
                self.assertEqual(self._get_lines(), [(1, 30)])
                self.assertEqual(self._get_lines(self.colleague), [(1, 20)])
                self.env["sales.process.commission.ledger"]._refresh(invoices=invoice)
                self.assertEqual(self._get_lines(), [(1, 30)])
                undone.rollback()

    def test_paid_back_after_signing_again(self):
        """What is paid back is taken from whoever has had it, at the rate of then."""
        split = self._give(40)
        order = self._create_order([(self.pump, 1000)])
        invoice = self._invoice_order(order)
        self._pay(invoice)
        self._close()
        split.with_user(self.salesperson).unlink()
        self._create_version(date_from="2019-02-01", percent=1)
        self._sign_again(order)
        refund = self._refund(invoice, "2019-02-05")
        self._pay(refund, payment_date="2019-02-06")
        self.assertEqual(self._get_lines(), [(1, 30), (2, -30)])
        self.assertEqual(self._get_lines(self.colleague), [(1, 20), (2, -20)])

    def test_signed_again_by_another_basis(self):
        """No money earns twice: what has begun by one basis ends by it."""
        order = self._create_order([(self.pump, 1000)])
        invoice = self._invoice_order(order)
        self._pay(invoice, amount=400)
        self._create_version(date_from="2019-02-01", basis="invoiced")
        self._sign_again(order)
        self.assertEqual(self._get_lines(), [(1, 20)])
        self._pay(invoice, amount=600, payment_date="2019-02-04")
        self.assertEqual(self._get_lines(), [(1, 20), (2, 30)])

    def test_cancelled_signature(self):
        """By what is signed, a cancelled order gives back all of it."""
        self._renew(basis="signed")
        order = self._create_order([(self.pump, 1000)])
        self._cancel(order)
        self.assertEqual(self._get_lines(), [])

    def test_handed_over_between(self):
        """Each order is of who owned the customer when it signed."""
        first = self._create_order([(self.pump, 100)])
        self.lead.user_id = self.colleague
        self.env.cr.flush()
        second = self._create_order([(self.pump, 300)], user_id=self.colleague.id)
        self.lead.user_id = self.salesperson
        self.env.cr.flush()
        for order in (first, second):
            self._pay(self._invoice_order(order))
        self.assertEqual(self._get_lines(), [(1, 5)])
        self.assertEqual(self._get_lines(self.colleague), [(1, 15)])


@tagged("post_install", "-at_install")
class TestCompanies(CommissionCommon):
    """One person in two companies: two statements, each in its currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_second_company()
        cls.administrator_2 = cls._create_person(
            "commission_admin_2", "sales_team.group_sale_manager", cls.company_2
        )
        cls.chief = cls._create_person(
            "commission_chief", "sales_team.group_sale_salesman", cls.company_2
        )
        cls.team_2 = cls._create_money_team(cls.company_2, cls.chief, cls.salesperson)
        cls.lead_2 = cls._create_money_lead(cls.salesperson, cls.partner_a, cls.team_2)
        cls.plan_2 = cls.plan.create(
            {"name": "Machines there", "company_id": cls.company_2.id}
        )
        version = cls.version.create(
            {"plan_id": cls.plan_2.id, "date_from": "2018-01-01", "percent": 1.5}
        )
        version.action_put_in_force()

    def _invoice_there(self, amount, **values):
        return self._invoice(
            amount,
            company_id=self.company_2,
            journal_id=self.other_data["default_journal_sale"],
            currency_id=self.yen.id,
            **values,
        )

    def _pay_there(self, invoice, **values):
        return self._pay(
            invoice,
            journal_id=self.other_data["default_journal_bank"].id,
            **values,
        )

    def _get_there(self, day=JANUARY):
        self.env.cr.flush()
        self.env.invalidate_all()
        return self.env["sales.process.commission.statement"].search(
            [("company_id", "=", self.company_2.id), ("date_month", "=", day)]
        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_each_company_its_own(self):
        self._pay(self._invoice(1000))
        # 1.5 % of 99 and 101: 1.485 and 1.515, in a currency without cents
        for amount in (99, 101):
            self._pay_there(self._invoice_there(amount))
        there = self._get_there()
        self.assertEqual(
            (there.user_id, there.currency_id), (self.salesperson, self.yen)
        )
        # 1, and what all 200 earn beyond it: 3 in all
        self.assertEqual(there.line_ids.mapped("amount_money"), [101, 99])
        self.assertEqual(sorted(there.line_ids.mapped("amount")), [1, 2])
        here = self._get_statement() - there
        self.assertEqual((here.amount, here.company_id), (50, self.company))
        # closed in one company, open in the other one
        self._get_month(company=self.company_2).with_user(
            self.administrator_2
        ).action_close()
        self.env.invalidate_all()
        self.assertEqual((there.state, here.state), ("closed", "open"))
        self.assertEqual(there.number, f"COM/2019/01/{self.company_2.id}/001")
        self._pay(self._invoice(100))
        self._pay_there(self._invoice_there(1000))
        self.assertEqual(
            self._get_statement()
            .filtered(lambda row: row.company_id == self.company)
            .amount,
            55,
        )
        self.assertEqual(self._get_there(FEBRUARY).amount, 15)
        # an administrator of one company neither reads nor closes in the other one
        month = self._get_month(company=self.company_2)
        with self.assertRaises(AccessError):
            month.with_user(self.administrator).action_close()
        with self.assertRaises(AccessError):
            there.with_user(self.administrator).read(["amount"])
        with self.assertRaises(AccessError):
            month.with_user(self.administrator)._export("csv")
        # neither does who leads the team here read what is earned there
        with self.assertRaises(AccessError):
            there.with_user(self.leader).read(["amount"])
        self.assertEqual(there.with_user(self.chief).amount, 3)
        self.assertEqual(
            there.with_user(self.salesperson)
            .with_context(allowed_company_ids=self.company_2.ids)
            .amount,
            3,
        )

    def test_foreign_money(self):
        """Money in the currency of the one company is counted in that of the other."""
        dollar = self.company.currency_id
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "name": "2018-01-01",
                "rate": 0.008,
                "company_id": self.company_2.id,
            }
        )
        invoice = self._invoice(
            8,
            company_id=self.company_2,
            journal_id=self.other_data["default_journal_sale"],
            currency_id=dollar.id,
        )
        self._pay_there(invoice, currency_id=dollar.id)
        there = self._get_there()
        self.assertEqual(there.line_ids.amount_money, 1000)
        self.assertEqual(there.amount, 15)

    def test_no_plan_there(self):
        """Without a plan in force nothing is earned there, here it goes on."""
        self.env.cr.execute(
            "DELETE FROM sales_process_commission_version WHERE plan_id = %s",
            (self.plan_2.id,),
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self._pay_there(self._invoice_there(1000))
        self._pay(self._invoice(1000))
        self.assertFalse(self._get_there())
        self.assertEqual(self._get_lines(), [(1, 50)])
