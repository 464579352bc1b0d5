# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import JANUARY, CommissionCommon


@tagged("post_install", "-at_install")
class TestOrders(CommissionCommon):
    """Rates by what was signed, shares by who was there, tiers by the month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Category = cls.env["product.category"]
        cls.machines, cls.services = Category.create(
            [{"name": "Machines"}, {"name": "Services"}]
        )
        cls.pumps = Category.create({"name": "Pumps", "parent_id": cls.machines.id})
        cls.pump = cls._create_goods(cls.pumps)
        cls.service = cls._create_goods(cls.services, name="Installation")
        cls.rates = [
            fields.Command.create({"category_id": cls.machines.id, "percent": 5}),
            fields.Command.create({"category_id": cls.services.id, "percent": 2}),
        ]

    def _get_agreement(self, order):
        self.env.cr.flush()
        return self.env["sales.process.commission.agreement"].search(
            [("order_id", "=", order.id)], order="id"
        )

    # ------------------------------------------------------------
    # RATES
    # ------------------------------------------------------------

    def _pay_in_advance(self, order, **values):
        """A down payment is invoiced and paid.

        :param values: of Odoo's dialog
        """
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create(values).create_invoices()
        advance = order.invoice_ids
        advance.invoice_date = "2019-01-01"
        advance.action_post()
        self._pay(advance)

    def test_down_payment(self):
        """A down payment has no product: it earns at the rate of the order, and all
        invoices together what the lines of the order earn.
        """
        self._renew(percent=9, rate_ids=self.rates)
        order = self._create_order([(self.pump, 700), (self.service, 300.50)])
        self._pay_in_advance(order, advance_payment_method="percentage", amount=30)
        rest = self._invoice_order(order, "2019-02-01")
        self._pay(rest, payment_date="2019-02-05")
        self.assertEqual(
            [month for month, _amount in self._get_lines()], [1, 2], self._get_lines()
        )
        # 700 × 5 % + 300.50 × 2 % = 35 + 6.01
        self.assertEqual(
            round(sum(amount for _month, amount in self._get_lines()), 2), 41.01
        )
        self.assertAlmostEqual(self._get_agreement(order).percent, 4.0989505247)

    def test_rates_of_grade_and_team(self):
        """The first rate that fits counts: product, grade of the customer, team."""
        grade = self.env["sales.process.customer.grade"].create({"name": "Key"})
        other = self._create_money_team(self.company, self.leader, self.bookkeeper)
        self._renew(
            percent=1,
            rate_ids=[
                fields.Command.create(
                    {"sequence": 1, "team_id": other.id, "percent": 20}
                ),
                fields.Command.create(
                    {"sequence": 2, "grade_id": grade.id, "percent": 3}
                ),
                *self.rates,
            ],
        )
        order = self._create_order([(self.pump, 100)])
        self.assertEqual(self._get_agreement(order).percent, 5)
        self.partner_a.process_grade_id = grade
        later = self._create_order([(self.pump, 100)])
        self.assertEqual(self._get_agreement(later).percent, 3)
        # what was signed before keeps its rate
        self.assertEqual(self._get_agreement(order).percent, 5)

    def test_invoice_of_two_salespeople(self):
        """One invoice of orders that two have signed: each earns on their own."""
        order = self._create_order([(self.pump, 100)])
        self.lead.user_id = self.colleague
        self.env.cr.flush()
        second = self._create_order([(self.pump, 300)], user_id=self.colleague.id)
        self.assertEqual(
            (order | second).ownership_id.user_id, self.salesperson | self.colleague
        )
        invoice = (order | second)._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.invoice_date = "2019-01-01"
        invoice.action_post()
        self._pay(invoice, amount=100)
        self.assertEqual(self._get_lines(), [(1, 1.25)])
        self.assertEqual(self._get_lines(self.colleague), [(1, 3.75)])

    def _invoice_together(self, orders):
        invoice = orders._create_invoices(final=True)
        self.assertEqual(len(invoice), 1)
        invoice.invoice_date = "2019-01-01"
        invoice.action_post()
        return invoice

    def test_given_back_to_two_salespeople(self):
        """Of what does not divide nothing is left when all of it is given back."""
        order = self._create_order([(self.pump, 50)])
        earlier = self.ownership
        self.lead.user_id = self.colleague
        self.env.cr.flush()
        second = self._create_order([(self.pump, 50)], user_id=self.colleague.id)
        invoice = self._invoice_together(order | second)
        self._pay(invoice, amount=33.33)
        self._pay(invoice, amount=0.01)
        self._pay(invoice)
        self._pay(self._refund(invoice, "2019-01-20"))
        for period in (earlier, second.ownership_id):
            self.assertEqual(self._get_money(period), {"signed": 50})
        for person in (self.salesperson, self.colleague):
            lines = self._get_lines(person)
            self.assertEqual(round(sum(amount for _month, amount in lines), 2), 0)

    def test_down_payment_that_is_more_than_the_rest(self):
        """What it was too much is taken off again from whose it was, and no other."""
        order = self._create_order([(self.pump, 1000)])
        earlier = self.ownership
        self._pay_in_advance(order, advance_payment_method="fixed", fixed_amount=300)
        self.lead.user_id = self.colleague
        self.env.cr.flush()
        second = self._create_order([(self.pump, 500)], user_id=self.colleague.id)
        order.order_line.filtered("product_id").price_unit = 200
        invoice = self._invoice_together(order | second)
        self.assertEqual(invoice.amount_total, 400)
        self._pay(invoice, amount=100)
        self._pay(invoice)
        self.assertEqual(self._get_money(earlier).get("collected"), 200)
        self.assertEqual(self._get_money(second.ownership_id).get("collected"), 500)
        for person, earned in ((self.salesperson, 10), (self.colleague, 25)):
            lines = self._get_lines(person)
            self.assertEqual(round(sum(amount for _month, amount in lines), 2), earned)

    def test_invoice_that_comes_to_nothing(self):
        """What one order had too much pays another one: its money goes over, too."""
        for name, is_same, taxes in (
            ("two salespeople", False, None),
            ("one salesperson", True, None),
            ("with taxes", False, self.tax_sale_a),
        ):
            with self.subTest(name), self._undone():
                self._renew(percent=9, rate_ids=self.rates)
                order = self._create_order([(self.pump, 1000)], taxes)
                self._pay_in_advance(
                    order, advance_payment_method="percentage", amount=30
                )
                before = self._get_sum()
                self.assertEqual(before, 15)
                earlier, seller = self.ownership, self.salesperson
                if not is_same:
                    self.lead.user_id = seller = self.colleague
                    self.env.cr.flush()
                second = self._create_order(
                    [(self.service, 100)], taxes, user_id=seller.id
                )
                order.order_line.filtered("product_id").price_unit = 200
                invoice = self._invoice_together(order | second)
                self.assertEqual((invoice.amount_total, invoice.state), (0, "posted"))
                # 200 at 5 % and 100 at 2 %
                self.assertEqual(self._get_sum(order), 10)
                self.assertEqual(self._get_sum(second), 2)
                parts = self._get_money(earlier), self._get_money(second.ownership_id)
                gross = [230, 115] if taxes else [200, 100]
                if is_same:
                    self.assertEqual(parts[0].get("collected"), 300)
                else:
                    for kind in ("invoiced", "collected"):
                        self.assertEqual([row.get(kind) for row in parts], gross)
                lines = self.env["sales.process.commission.line"].search(
                    [("kind", "=", "set_off")], order="amount"
                )
                self.assertEqual(lines.mapped("amount"), [-5, 2])
                self.assertEqual(
                    set(lines.money_id.mapped("display_kind")), {"set_off"}
                )
                self.assertEqual(set(lines.mapped("payment")), {invoice.name})
                invoice.button_draft()
                self.assertEqual(self._get_sum(order), before)
                self.assertEqual(self._get_sum(second), 0)
            self.env.registry.clear_cache()

    def _create_set_off(self, taxes=(None, None)):
        """Of two orders in one period, one has paid a hundred too much, which is what
        the other costs.

        :param taxes: of the first, and of the second order
        :return: both orders
        """
        self._renew(percent=9, rate_ids=self.rates)
        order = self._create_order([(self.pump, 1000)], taxes[0])
        self._pay_in_advance(order, advance_payment_method="percentage", amount=30)
        second = self._create_order([(self.service, 100)], taxes[1])
        order.order_line.filtered("product_id").price_unit = 200
        return order, second

    def test_set_off_beside_others(self):
        """Two orders that come to nothing are set off where a third one is paid."""
        order, second = self._create_set_off()
        earlier = self.ownership
        self.lead.user_id = self.colleague
        self.env.cr.flush()
        third = self._create_order([(self.pump, 400)], user_id=self.colleague.id)
        self.assertEqual((order | second).ownership_id, earlier)
        self.assertEqual(third.ownership_id.user_id, self.colleague)
        before = self._get_sum()
        self.assertEqual(before, 15)
        invoice = self._invoice_together(order | second | third)
        self.assertEqual(invoice.amount_total, 400)
        # 200 at 5 % and 100 at 2 %, before anybody has paid for the third
        for days, paid in ((0, 0), (5, 100), (9, 300)):
            if paid:
                self._pay(invoice, amount=paid, payment_date=f"2019-01-1{days}")
            self.assertEqual(self._get_sum(order), 10)
            self.assertEqual(self._get_sum(second), 2)
        self.assertEqual(self._get_sum(third), 20)
        for kind in ("invoiced", "collected"):
            self.assertEqual(self._get_money(earlier)[kind], 300)
            self.assertEqual(self._get_money(third.ownership_id)[kind], 400)
        lines = self.env["sales.process.commission.line"].search(
            [("kind", "=", "set_off")], order="amount"
        )
        self.assertEqual(lines.mapped("amount_money"), [-100, 100])
        self.assertEqual(lines.mapped("amount"), [-5, 2])
        self.assertEqual(set(lines.mapped("payment")), {invoice.name})
        refund = self._refund(invoice, "2019-02-02")
        self._pay(refund, payment_date="2019-02-03")
        self.assertEqual(self._get_sum(order), before)
        self.assertEqual((self._get_sum(second), self._get_sum(third)), (0, 0))
        self.assertEqual(self._get_money(earlier)["collected"], 300)

    def test_set_off_beside_what_no_order_says(self):
        """What somebody adds by hand is paid; the orders are set off all the same."""
        order, second = self._create_set_off()
        invoice = (order | second)._create_invoices(final=True)
        invoice.write(
            {
                "invoice_date": "2019-01-01",
                "invoice_line_ids": [
                    fields.Command.create(
                        {"name": "Freight", "price_unit": 60, "tax_ids": []}
                    )
                ],
            }
        )
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 60)
        self.assertEqual((self._get_sum(order), self._get_sum(second)), (10, 2))
        self._pay(invoice)
        # half of the freight with each of them: 30 at 5 % and at 2 %
        self.assertEqual((self._get_sum(order), self._get_sum(second)), (11.5, 2.6))
        self.assertEqual(self._get_money()["collected"], 360)
        invoice.button_draft()
        self.assertEqual((self._get_sum(order), self._get_sum(second)), (15, 0))

    def test_set_off_with_different_taxes(self):
        """Each order is set off by its own taxes: what it earns is without them."""
        order, second = self._create_set_off((self.tax_sale_a, None))
        # the first has paid 115 too much, taxes included
        second.order_line.price_unit = 115
        invoice = self._invoice_together(order | second)
        self.assertEqual(invoice.amount_total, 0)
        self.assertEqual(self._get_sum(order), 10)
        self.assertEqual(self._get_sum(second), 2.3)

    def _get_sum(self, order=None):
        """What everybody has earned, with one order or all."""
        self.env.cr.flush()
        self.env.invalidate_all()
        lines = self.env["sales.process.commission.line"].search([])
        if order:
            lines = lines.filtered(lambda line: line.agreement_id.order_id == order)
        return round(sum(lines.mapped("amount")), 2)

    def test_two_orders_of_one_invoice(self):
        """Money of an invoice is shared between the orders that it is for."""
        first = self._create_order([(self.pump, 100)])
        second = self._create_order([(self.pump, 200)])
        invoice = (first | second)._create_invoices()
        invoice.invoice_date = "2019-01-01"
        invoice.action_post()
        self._pay(invoice, amount=100)
        lines = self.env["sales.process.commission.line"].search([])
        self.assertEqual(lines.mapped("amount_money"), [33.33, 66.67])
        self.assertEqual(lines.agreement_id.order_id, first | second)
        self._pay(invoice)
        self.assertEqual(
            round(sum(amount for _month, amount in self._get_lines()), 2), 15
        )

    def test_cancelled_and_signed_again(self):
        """Signed once more is fixed anew: by the rules, and by who owns, of then."""
        order = self._create_order([(self.pump, 100)])
        invoice = self._invoice_order(order)
        payment = self._pay(invoice)
        self.assertEqual(self._get_lines(), [(1, 5)])
        self._close()
        payment.action_draft()
        invoice.button_draft()
        invoice.button_cancel()
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(self._get_lines(), [(1, 5), (2, -5)])
        self._create_version(date_from="2019-06-01", percent=8)
        order.action_draft()
        with self._at(self.env.cr.now() + timedelta(minutes=5)):
            order.action_confirm()
            self.env.cr.flush()
        again = self._get_agreement(order)
        self.assertEqual(len(again), 2)
        self.assertEqual(again.mapped("percent"), [5, 8])

    def test_small_order_signs_nothing(self):
        """A free sample is signed by nobody, and earns nothing."""
        order = self._create_order([(self.pump, 0)])
        self.assertFalse(self._get_agreement(order))

    # ------------------------------------------------------------
    # BASIS
    # ------------------------------------------------------------

    def test_invoiced(self):
        """By what is invoiced: a credit note takes it back in its month."""
        self._renew(basis="invoiced")
        order = self._create_order([(self.pump, 100)])
        invoice = self._invoice_order(order)
        self.assertEqual(self._get_lines(), [(1, 5)])
        self._pay(invoice)
        self.assertEqual(self._get_lines(), [(1, 5)])
        self._refund(invoice, "2019-03-02")
        self.assertEqual(self._get_lines(), [(1, 5), (3, -5)])
        line = self.env["sales.process.commission.line"].search([], limit=1, order="id")
        self.assertEqual((line.kind, line.payment), ("invoiced", invoice.name))

    def test_signed(self):
        """By what is signed, without taxes, in the month of the signature."""
        self._renew(basis="signed")
        order = self._create_order([(self.pump, 1000)], taxes=self.tax_sale_a)
        today = self._today(self.salesperson)
        self.assertEqual(self._get_lines(), [(today.month, 50)])
        line = self.env["sales.process.commission.line"].search([])
        self.assertEqual((line.payment, line.date), (order.name, today))
        self._invoice_order(order)
        self.assertEqual(self._get_lines(), [(today.month, 50)])
        order.invoice_ids.button_draft()
        order.invoice_ids.button_cancel()
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(self._get_lines(), [])

    # ------------------------------------------------------------
    # SHARES
    # ------------------------------------------------------------

    def _get_shares(self, order):
        return {
            share.user_id: (share.role, share.percent)
            for share in self._get_agreement(order).share_ids
        }

    def test_helpers(self):
        """Helpers have their share of what is signed while they help, to the cent."""
        self._renew(helper_percent=30)
        before = self._create_order([(self.pump, 100)])
        self.ownership.sudo().collaborator_ids = self.colleague | self.bookkeeper
        order = self._create_order([(self.pump, 100.20)])
        self.ownership.sudo().collaborator_ids = False
        self.assertEqual(self._get_shares(before), {self.salesperson: ("owner", 100)})
        self.assertEqual(
            self._get_shares(order),
            {
                self.salesperson: ("owner", 70),
                self.colleague: ("helper", 15),
                self.bookkeeper: ("helper", 15),
            },
        )
        self._pay(self._invoice_order(order))
        amounts = [
            self._get_lines(user)
            for user in (self.salesperson, self.colleague, self.bookkeeper)
        ]
        # 5.01 in all
        self.assertEqual(amounts, [[(1, 3.51)], [(1, 0.75)], [(1, 0.75)]])
        bases = self.env["sales.process.commission.line"].search([])
        self.assertEqual(round(sum(bases.mapped("amount_base")), 2), 100.20)

    def test_deputy(self):
        """Who stands in while the owner is away has the share of the deputy."""
        self._renew(deputy_percent=40)
        now = self.env.cr.now()
        absence = self.env["sales.process.absence"].create(
            {
                "user_id": self.salesperson.id,
                "deputy_id": self.colleague.id,
                "date_start": now - timedelta(days=1),
                "date_end": now + timedelta(days=1),
            }
        )
        absence.sudo().write({"state": "confirmed"})
        order = self._create_order([(self.pump, 100)])
        self.assertEqual(
            self._get_shares(order),
            {self.salesperson: ("owner", 60), self.colleague: ("deputy", 40)},
        )

    def test_owner_before(self):
        """Who has handed the customer over has a share for the days of the plan."""
        self._renew(previous_percent=25, previous_days=30)
        self.lead.user_id = self.colleague
        self.env.cr.flush()
        order = self._create_order([(self.pump, 100)], user_id=self.colleague.id)
        self.assertEqual(
            self._get_shares(order),
            {self.colleague: ("owner", 75), self.salesperson: ("previous", 25)},
        )
        period = order.ownership_id.previous_id.sudo()
        period.date_end -= timedelta(days=32)
        later = self._create_order([(self.pump, 100)], user_id=self.colleague.id)
        self.assertEqual(self._get_shares(later), {self.colleague: ("owner", 100)})

    def test_two_roles(self):
        """Whoever helps and stands in has one share, the first; the owner the rest."""
        self._renew(helper_percent=10, deputy_percent=20, previous_percent=70)
        self.ownership.sudo().collaborator_ids = self.colleague
        Agreement = type(self.env["sales.process.commission.agreement"])
        self.patch(Agreement, "_find_deputy", lambda *args: self.colleague)
        order = self._create_order([(self.pump, 100)])
        self.assertEqual(
            self._get_shares(order),
            {self.salesperson: ("owner", 90), self.colleague: ("helper", 10)},
        )

    def test_who_left_keeps_the_share(self):
        """What is fixed at the signature stays theirs; no colleague gets it."""
        self._renew(helper_percent=30)
        self.ownership.sudo().collaborator_ids = self.colleague
        order = self._create_order([(self.pump, 100)])
        self.env.cr.flush()
        self.colleague.active = False
        self._pay(self._invoice_order(order))
        self.assertEqual(self._get_lines(), [(1, 3.5)])
        self.assertEqual(self._get_lines(self.colleague), [(1, 1.5)])

    # ------------------------------------------------------------
    # TIERS
    # ------------------------------------------------------------

    def _tiers(self, **values):
        return self._renew(
            tier_ids=[
                fields.Command.create({"amount_from": 1000, "percent": 150}),
                fields.Command.create({"amount_from": 2000, "percent": 200}),
            ],
            **values,
        )

    def test_marginal_tiers(self):
        """What is above a limit earns more; the month is looked at as a whole."""
        self._tiers()
        self._pay(self._invoice(800))
        self.assertEqual(self._get_lines(), [(1, 40)])
        self._pay(self._invoice(800), payment_date="2019-01-20")
        # 1,000 × 5 % + 600 × 7.5 %
        self.assertEqual(self._get_statement().amount, 95)
        lines = self._get_statement().line_ids
        self.assertEqual(set(lines.mapped("amount_plain")), {40})
        self.assertEqual(sum(lines.mapped("amount_adjusted")), 15)
        # another month begins anew
        self._pay(self._invoice(800), payment_date="2019-02-20")
        self.assertEqual(self._get_lines()[-1], (2, 40))

    def test_retroactive_tiers(self):
        """Once the limit is passed all of the month has the factor."""
        self._tiers(tier_mode="retroactive")
        self._pay(self._invoice(1000))
        self.assertEqual(self._get_statement().amount, 50)
        payment = self._pay(self._invoice(0.02))
        self.assertEqual(self._get_statement().amount, 75)
        payment.action_draft()
        self.assertEqual(self._get_statement().amount, 50)
        self._pay(self._invoice(2000))
        self.assertEqual(self._get_statement().amount, 300)

    def test_limit(self):
        """Not more than the limit, and what is cut off is nobody's."""
        self._tiers(tier_mode="retroactive", cap=120)
        self._pay(self._invoice(1000))
        self._pay(self._invoice(1000))
        statement = self._get_statement()
        self.assertEqual((statement.amount, statement.amount_due), (120, 120))

    def test_taken_back_with_its_tier(self):
        """Money of a closed month takes along what its tier had added."""
        self._tiers(tier_mode="retroactive")
        self._pay(self._invoice(1000))
        payment = self._pay(self._invoice(500))
        self.assertEqual(self._get_statement().amount, 112.5)
        self._close()
        payment.action_draft()
        self.assertEqual(self._get_lines()[-1], (2, -37.5))
        # and does not count for the tiers of the month in which it stands
        self._pay(self._invoice(1200), payment_date="2019-02-10")
        self.assertEqual(self._get_lines()[-1], (2, 90))
        payment.action_post()
        self.assertEqual(self._get_lines()[-1], (2, 90))
        self.assertEqual(len(self._get_lines()), 3)

    def test_less_in_a_closed_month(self):
        """In two steps, nothing is left of what a tier had added."""
        self._tiers(tier_mode="retroactive")
        invoice = self._invoice(1100)
        self._pay(invoice)
        self._close()
        ledger = self.env["sales.process.commission.ledger"]
        money = self.env["sales.process.money"].search([("kind", "=", "collected")])
        for amount, lines in (
            (600, [(1, 82.5), (2, -37.5)]),
            (1100, [(1, 82.5)]),
            (0.01, [(1, 82.5), (2, -82.5)]),
        ):
            money.sudo().amount = amount
            ledger._refresh(invoice)
            self.assertEqual(self._get_lines(), lines)
        self.assertEqual(self._get_statement(day=JANUARY).amount, 82.5)
