# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FEBRUARY, CommissionCommon


@tagged("post_install", "-at_install")
class TestAttack(CommissionCommon):
    """How one could earn more than was agreed, and money that takes odd ways."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machines, cls.gifts = cls.env["product.category"].create(
            [{"name": "Machines"}, {"name": "Gifts"}]
        )
        cls.machine = cls._create_goods(cls.machines)
        cls.discount = cls._create_goods(cls.gifts, name="Discount")

    def _quote(self, *lines):
        """A quotation that the salesperson writes.

        :param lines: pairs of product and amount
        """
        return (
            self.env["sale.order"]
            .with_user(self.salesperson)
            .create(
                {
                    "partner_id": self.partner_a.id,
                    "company_id": self.company.id,
                    "opportunity_id": self.lead.id,
                    "order_line": [
                        fields.Command.create(
                            {
                                "product_id": product.id,
                                "price_unit": amount,
                                "tax_ids": [fields.Command.clear()],
                            }
                        )
                        for product, amount in lines
                    ],
                }
            )
        )

    def _get_percent(self, order):
        self.env.cr.flush()
        agreement = self.env["sales.process.commission.agreement"].search(
            [("order_id", "=", order.id)]
        )
        self.assertEqual(agreement.user_id, self.salesperson)
        return agreement.percent

    def _add_up(self, user=None):
        return round(sum(amount for _month, amount in self._get_lines(user)), 2)

    # ------------------------------------------------------------
    # BY WHO SELLS
    # ------------------------------------------------------------

    def test_context_brings_no_archived_plan_back(self):
        """Whoever confirms, or pays, says nothing about the rules by a context."""
        rich = self.plan.create(
            {"name": "Rich", "company_id": self.company.id, "sequence": 1}
        )
        rich.version_ids.create(
            {"plan_id": rich.id, "date_from": "2018-01-01", "percent": 90}
        ).action_put_in_force()
        order = self._quote((self.machine, 1000))
        order.action_confirm()
        self.assertEqual(self._get_percent(order), 90)
        rich.with_user(self.administrator).active = False
        order = self._quote((self.machine, 1000))
        order.with_context(active_test=False).action_confirm()
        self.assertEqual(self._get_percent(order), 5)
        self._pay(self._invoice(100).with_context(active_test=False))
        self.assertEqual(self._get_lines(), [(1, 5)])

    def test_money_is_worked_by_nobody(self):
        """Nothing of what a client sends is left where it is worked but companies."""
        Money = self.env["sales.process.money"].with_user(self.salesperson)
        said = {"active_test": False, "lang": "zh_CN", "tz": "Asia/Tokyo"}
        companies = {"allowed_company_ids": self.company.ids}
        worker = Money.with_context(**said, **companies)._as_worker()
        self.assertEqual(dict(worker.env.context), companies)
        self.assertTrue(worker.env.su)
        self.assertFalse(Money.with_env(Money.env(context={}))._as_worker().env.context)

    def test_discount_lifts_no_rate(self):
        """100,000 less 99,000 that earns nothing: 5 % of the 1,000 that are paid."""
        self._renew(
            percent=9,
            rate_ids=[
                fields.Command.create({"category_id": self.machines.id, "percent": 5}),
                fields.Command.create({"category_id": self.gifts.id, "percent": 0}),
            ],
        )
        order = self._quote((self.machine, 100000), (self.discount, -99000))
        order.action_confirm()
        self.assertEqual(self._get_percent(order), 5)
        self._pay(self._invoice_order(order.sudo()))
        self.assertEqual(self._get_lines(), [(1, 50)])
        # a gift that is sold lowers it, as long as it is not taken off again
        order = self._quote((self.machine, 300), (self.discount, 100))
        order.action_confirm()
        self.assertEqual(self._get_percent(order), 3.75)
        order = self._quote(
            (self.machine, 300), (self.discount, 100), (self.discount, -100)
        )
        order.action_confirm()
        self.assertEqual(self._get_percent(order), 5)

    def test_invoiced_lines_stay_on_their_order(self):
        """Nobody cuts money off its order: it would earn once more, or for others."""
        order = self._quote((self.machine, 1000))
        order.action_confirm()
        invoice = self._invoice_order(order.sudo())
        other = self._quote((self.machine, 10))
        spare = other.order_line.copy({"order_id": other.id})
        order.invalidate_recordset()
        self._pay(invoice, amount=400)
        self._close()
        line = order.order_line.with_user(self.salesperson).sudo(False)
        mine = order.with_user(self.salesperson).sudo(False)
        boss = order.with_user(self.administrator).sudo(False)
        for refusal in ("", f"{order.name} has been invoiced"):
            for attack in (
                lambda: line.write({"order_id": other.id}),
                lambda: mine.write({"order_line": [fields.Command.clear()]}),
                line.unlink,
                boss.unlink,
            ):
                with (
                    self.assertRaisesRegex(UserError, refusal),
                    self.env.cr.savepoint(),
                ):
                    attack()
                self.env.invalidate_all()
            mine._action_cancel()
        line.write({"order_id": order.id, "price_unit": 1000})
        # what was not invoiced goes where one likes
        spare.write({"order_id": self._quote((self.machine, 5)).id})
        spare.unlink()
        other.with_user(self.administrator).sudo(False).unlink()
        self._pay(invoice, payment_date="2019-02-05")
        self.assertEqual(self._get_lines(), [(1, 20), (2, 30)])

    def test_money_that_is_cut_off_its_order_earns_once(self):
        """By a path past Odoo: what the order has earned is taken back."""
        for is_closed in (False, True):
            with self.subTest(is_closed=is_closed), self._undone():
                order = self._create_order([(self.machine, 1000)])
                invoice = self._invoice_order(order)
                self._pay(invoice, amount=400)
                self.assertEqual(self._get_lines(), [(1, 20)])
                if is_closed:
                    self._close()
                self.env.cr.execute(
                    "DELETE FROM sale_order_line_invoice_rel WHERE order_line_id IN %s",
                    (order.order_line._ids,),
                )
                self.env.invalidate_all()
                self._pay(invoice, payment_date="2019-02-05")
                self.assertEqual(self._add_up(), 50)
                self.assertIn((1, 20), self._get_lines())

    # ------------------------------------------------------------
    # BY WHO CLOSES
    # ------------------------------------------------------------

    def test_empty_statement_is_no_commission(self):
        """Money that went again in the open month keeps no administrator away."""
        self._pay(self._invoice(1000))
        self._create_money_lead(self.administrator, self.partner_b)
        payment = self._pay(self._invoice(100, partner_id=self.partner_b))
        self.assertGreater(self._add_up(self.administrator), 0)
        month = self._get_month().with_user(self.administrator)
        with self.assertRaisesRegex(AccessError, "Your own commission"):
            month.action_close()
        payment.action_draft()
        self.assertEqual(self._get_lines(self.administrator), [])
        self.assertTrue(self._get_statement(self.administrator))
        self._close()
        self.assertEqual(self._get_month().state, "closed")
        # nobody is told of a statement that says nothing
        self.assertFalse(self._get_statement(self.administrator))
        self.assertEqual(self._get_statement().number[-4:], "/001")

    # ------------------------------------------------------------
    # ODD WAYS OF MONEY
    # ------------------------------------------------------------

    def _sign_with_down_payment(self):
        """1,000 are signed, 300 of them paid, and the month is closed."""
        order = self._create_order([(self.machine, 1000)])
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create(
            {"advance_payment_method": "percentage", "amount": 30}
        ).create_invoices()
        advance = order.invoice_ids
        advance.invoice_date = "2019-01-01"
        advance.action_post()
        self._pay(advance)
        self._close()
        self.assertEqual(self._get_lines(), [(1, 15)])
        return order, advance

    def test_credited_down_payment_pays_the_rest(self):
        """What was credited of it is money of the last invoice, and earns once."""
        order, advance = self._sign_with_down_payment()
        refund = self._refund(advance, "2019-02-03")
        last = self._invoice_order(order, "2019-02-04")
        self.assertEqual(last.amount_total, 1000)
        self._get_receivable(refund | last).reconcile()
        self.assertEqual(self._add_up(), 15)
        self._pay(last, payment_date="2019-02-10")
        self.assertEqual(self._get_lines(), [(1, 15), (2, 35)])

    def test_credited_down_payment_is_paid_back(self):
        """It is taken back in its month; what comes for the whole earns as before."""
        order, advance = self._sign_with_down_payment()
        self._pay(self._refund(advance, "2019-02-03"), payment_date="2019-02-04")
        self.assertEqual(self._get_lines(), [(1, 15), (2, -15)])
        self._close(FEBRUARY)
        last = self._invoice_order(order, "2019-03-04")
        self._pay(last, payment_date="2019-03-10")
        self.assertEqual(self._get_lines(), [(1, 15), (2, -15), (3, 50)])

    def test_part_credit_notes(self):
        """One before the rest is paid earns nothing less; one after it takes back."""
        invoice = self._invoice(1000, tax_ids=self.tax_sale_a.ids)
        self._pay(invoice, amount=575)
        self._close()
        before = self._refund(invoice, "2019-02-03", 200)
        self._get_receivable(invoice | before).reconcile()
        self._pay(invoice, payment_date="2019-02-10")
        self.assertEqual(self._get_lines(), [(1, 25), (2, 15)])
        after = self._refund(invoice, "2019-02-20", 100)
        self.assertEqual(self._add_up(), 40)
        self._pay(after, payment_date="2019-03-01")
        self.assertEqual(self._get_lines(), [(1, 25), (2, 15), (3, -5)])

    def test_locked_accounts(self):
        """What the accounts do not allow any more changes nothing; the rest does."""
        invoice = self._invoice(1000)
        payment = self._pay(invoice, amount=600)
        self._close()
        for name in ("fiscalyear_lock_date", "hard_lock_date"):
            self.company[name] = "2019-01-31"
            with self.assertRaisesRegex(UserError, "2019"), self.env.cr.savepoint():
                payment.action_draft()
            self.assertEqual(self._get_lines(), [(1, 30)])
        line = payment.move_id.line_ids.filtered(
            lambda row: row.account_type == "asset_receivable"
        )
        with self._undone():
            line.remove_move_reconcile()
            self.assertEqual(self._get_lines(), [(1, 30), (2, -30)])
        self._pay(invoice, payment_date="2019-02-10")
        self.assertEqual(self._get_lines(), [(1, 30), (2, 20)])
        # what is looked at every night finds nothing, and writes nothing that is locked
        ledger = self.env["sales.process.commission.ledger"]
        ledger._refresh(invoice)
        self.assertEqual(self._get_lines(), [(1, 30), (2, 20)])

    def test_three_currencies(self):
        """Invoiced in one, paid in all three, taken back after the month."""
        euro, yen = (
            self.setup_other_currency(
                code, rates=[("2018-01-01", rate), ("2019-02-01", later)]
            )
            for code, rate, later in (("EUR", 0.5, 0.4), ("JPY", 100, 125))
        )
        # 1,150 euro with taxes are 2,300, without them 2,000: 100 at 5 %
        invoice = self._invoice(1000, currency_id=euro.id, tax_ids=self.tax_sale_a.ids)
        first = self._pay(invoice, amount=57500, currency_id=yen.id)
        self.assertEqual(self._get_lines(), [(1, 25)])
        self._close()
        self._pay(
            invoice,
            currency_id=self.company.currency_id.id,
            payment_date="2019-02-05",
        )
        self.assertEqual(self._get_lines(), [(1, 25), (2, 75)])
        first.action_draft()
        first.action_cancel()
        self.assertEqual(self._get_lines(), [(1, 25), (2, 75), (2, -25)])
        self._close(FEBRUARY)
        # what the euro has gained since is the bank's
        self._pay(invoice, payment_date="2019-03-05")
        self.assertEqual(self._get_lines()[3:], [(3, 25)])
        self.assertEqual(self._add_up(), 100)
