# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import io
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import FEBRUARY, JANUARY, MARCH, CommissionCommon


@tagged("post_install", "-at_install")
class TestLimits(CommissionCommon):
    """Amounts and moments on both sides of each limit."""

    # ------------------------------------------------------------
    # CENTS
    # ------------------------------------------------------------

    def test_halves(self):
        """Half a cent is a cent, also where it is taken back; less is nothing."""
        payments = {}
        for amount in (0.10, 0.09, 0.30, 1.10):
            invoice = self._invoice(amount)
            payments[amount] = self._pay(invoice)
        # 0.005, 0.0045, 0.015, 0.055
        self.assertEqual(
            [amount for _month, amount in self._get_lines()], [0.01, 0, 0.02, 0.06]
        )
        self._close()
        for payment in payments.values():
            payment.action_draft()
        statement = self._get_statement(day=FEBRUARY)
        self.assertEqual(
            sorted(statement.line_ids.mapped("amount")), [-0.06, -0.02, -0.01, 0]
        )
        self.assertEqual(statement.amount, -0.09)

    def test_no_money(self):
        """An invoice of nothing is paid by itself, and earns nothing."""
        invoice = self._invoice(0)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._get_lines(), [])

    def test_paid_back_more_than_came(self):
        """A credit note without an invoice takes back what it pays out."""
        refund = self._invoice(300, move_type="out_refund")
        self._pay(refund)
        self.assertEqual(self._get_lines(), [(1, -15)])
        statement = self._get_statement()
        self.assertEqual((statement.amount_due, statement.amount_carried_out), (0, -15))
        self._pay(self._invoice(300))
        statement = self._get_statement()
        self.assertEqual((statement.amount_due, statement.amount_carried_out), (0, 0))
        self._pay(self._invoice(0.20))
        self.assertEqual(self._get_statement().amount_due, 0.01)

    def test_early_discount(self):
        """A discount for paying early is no money, whatever the taxes."""
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": "included",
                "line_ids": [
                    fields.Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        for taxes in (self.env["account.tax"], self.tax_sale_a):
            invoice = self._invoice(
                1000, invoice_payment_term_id=term, tax_ids=taxes.ids
            )
            payment = self._pay(invoice)
            self.assertEqual(payment.amount, invoice.amount_total * 0.98)
            self.assertEqual(invoice.amount_residual, 0)
            self.assertEqual(self._get_lines()[-1], (1, 49))
        # eleven days later there is none
        invoice = self._invoice(1000, invoice_payment_term_id=term)
        self._pay(invoice, payment_date="2019-01-12")
        self.assertEqual(self._get_lines()[-1], (1, 50))

    # ------------------------------------------------------------
    # LIMIT OF A MONTH, TIERS
    # ------------------------------------------------------------

    def test_limit_to_the_cent(self):
        """What reaches the limit is paid; the cent above it is not; 0 is no limit."""
        for cap, paid in ((50.01, 50), (50, 50), (49.99, 49.99), (0.01, 0.01), (0, 50)):
            with self.subTest(cap=cap):
                savepoint = self.env.cr.savepoint(flush=False)
                self._renew(cap=cap)
                self._pay(self._invoice(1000))
                line = self._get_statement().line_ids
                self.assertEqual(line.amount, paid)
                self.assertEqual(round(line.amount_adjusted, 2), round(paid - 50, 2))
                savepoint.rollback()
                self.env.clear()
                self.env.registry.clear_cache()
                heard = self.env["sales.process.money"]._get_heard()
                heard["moves"], heard["ownerships"] = set(), set()

    def test_limit_does_not_cover_what_is_taken_back(self):
        """What was cut off is nobody's: money that goes takes its part of it along."""
        self._renew(cap=60)
        first = self._pay(self._invoice(1000))
        self._pay(self._invoice(1000))
        self.assertEqual(self._get_statement().amount, 60)
        self._close()
        first.action_draft()
        # half of the money of the month, half of the limit
        self.assertEqual(self._get_lines()[-1], (2, -30))
        self._pay(self._invoice(2000), payment_date="2019-02-03")
        self.assertEqual(self._get_lines()[-1], (2, 60))
        statement = self._get_statement(day=FEBRUARY)
        self.assertEqual((statement.amount, statement.amount_due), (30, 30))

    def test_refund_in_tiers(self):
        """What is paid back in the month is multiplied as what it came from."""
        for mode, paid, back, alone, later in (
            # 800 × 5 %: twice as much, or twice as much for what is above 500
            ("retroactive", 100, -20, 100, 60),
            ("marginal", 68.75, -13.75, 75, 35),
        ):
            with self.subTest(mode), self._undone():
                self._renew(
                    tier_ids=[
                        fields.Command.create({"amount_from": 500, "percent": 200})
                    ],
                    tier_mode=mode,
                )
                invoice = self._invoice(1000)
                self._pay(invoice)
                refund = self._refund(invoice, "2019-01-06", 200)
                payment = self._pay(refund, payment_date="2019-01-07")
                lines = self._get_statement().line_ids.sorted("id")
                self.assertEqual(
                    [(line.kind, line.amount) for line in lines],
                    [("collected", paid), ("refunded", back)],
                )
                payment.action_draft()
                self.assertEqual(self._get_statement().amount, alone)
                payment.action_post()
                self._close()
                self.assertEqual(self._get_statement().amount, paid + back)
                # it is not paid back after all: what it took comes, and is no money
                # of the tiers of the month
                payment.action_draft()
                self._pay(self._invoice(600), payment_date="2019-02-03")
                statement = self._get_statement(day=FEBRUARY)
                self.assertEqual(
                    [
                        (line.kind, line.is_takeback, line.amount)
                        for line in statement.line_ids.sorted("id")
                    ],
                    [("refunded", True, -back), ("collected", False, later)],
                )
                self.assertEqual(statement.amount, later - back)
            self.env.registry.clear_cache()

    def test_other_rules_in_the_middle_of_a_month(self):
        """By the day of the signature; tiers and limits are those of each version."""
        self._renew(
            tier_ids=[fields.Command.create({"amount_from": 1000, "percent": 200})],
            tier_mode="retroactive",
        )
        self._create_version(date_from="2019-01-10", percent=10, cap=70)
        for day, amount in (
            ("2019-01-09", 900),
            ("2019-01-10", 900),
            ("2019-01-31", 50),
        ):
            self._pay(
                self._invoice(amount, invoice_date=day), payment_date="2019-01-31"
            )
        # 900 and 950 are below the tier, though 1,850 is not: 45 + 70
        self.assertEqual(self._get_statement().amount, 115)
        self._pay(
            self._invoice(200, invoice_date="2019-01-09"), payment_date="2019-01-31"
        )
        # 1,100 × 5 % × 2
        self.assertEqual(self._get_statement().amount, 180)
        self.assertEqual(len(self._get_statement().line_ids.version_id), 2)

    def test_limit_of_each_person(self):
        """Shares of others do not fill the limit of somebody."""
        self._renew(cap=30, helper_percent=50)
        self.ownership.sudo().collaborator_ids = self.colleague
        self._pay(self._invoice(1200))
        self.assertEqual(self._get_statement().amount, 30)
        self.assertEqual(self._get_statement(self.colleague).amount, 30)
        self._pay(self._invoice(10))
        self.assertEqual(self._get_statement().amount, 30)

    # ------------------------------------------------------------
    # MONTHS
    # ------------------------------------------------------------

    def test_month_of_the_company(self):
        """A month ends where the company is, and in UTC where nobody knows."""
        self._pay(self._invoice(1000))
        month = self._get_month()
        for zone, last, over in (
            ("America/Los_Angeles", "2019-02-01 07:59:59", "2019-02-01 08:00:00"),
            ("Asia/Shanghai", "2019-01-31 15:59:59", "2019-01-31 16:00:00"),
            ("Asia/Kolkata", "2019-01-31 18:29:59", "2019-01-31 18:30:00"),
            (False, "2019-01-31 23:59:59", "2019-02-01 00:00:00"),
        ):
            with self.subTest(zone=zone):
                self.company.resource_calendar_id.sudo().tz = zone or "UTC"
                if not zone:
                    self.company.resource_calendar_id = False
                with (
                    self._at(last),
                    self.assertRaisesRegex(UserError, "not over yet"),
                    self.env.cr.savepoint(),
                ):
                    month.with_user(self.administrator).action_close()
                with self._at(over):
                    month._check_order()

    def test_last_day_of_the_month(self):
        """Money of the 31st is January's, of the 1st February's; leap years, too."""
        invoice = self._invoice(1000)
        for day, month in (
            ("2019-01-31", 1),
            ("2019-02-01", 2),
            ("2019-02-28", 2),
            ("2019-03-01", 3),
            ("2019-12-31", 12),
            ("2020-01-01", 1),
            ("2020-02-29", 2),
        ):
            self._pay(invoice, amount=100, payment_date=day)
            self.assertEqual(self._get_lines()[-1], (month, 5), day)

    def test_closed_months_take_nothing(self):
        """Money of before the first closed month is a line of the first open one."""
        invoice = self._invoice(1000)
        self._pay(invoice, amount=100, payment_date="2019-02-05")
        self._close(FEBRUARY)
        for day in ("2019-01-05", "2019-02-28", "2019-03-31"):
            self._pay(invoice, amount=100, payment_date=day)
        self._pay(invoice, amount=100, payment_date="2019-04-01")
        self.assertEqual(self._get_lines(), [(2, 5), (3, 5), (3, 5), (3, 5), (4, 5)])
        self.assertFalse(self._get_month(JANUARY))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_who_owes_does_not_close(self):
        """Nor does an administrator close a month that holds only what they owe."""
        payment = self._pay(self._invoice(1000))
        self._close()
        payment.action_draft()
        self._close(FEBRUARY)
        self._create_money_lead(self.colleague, self.partner_b)
        self._pay(
            self._invoice(100, partner_id=self.partner_b), payment_date="2019-03-05"
        )
        self.salesperson.group_ids |= self.env.ref("sales_team.group_sale_manager")
        with (
            self.assertRaisesRegex(AccessError, "Your own commission"),
            self.env.cr.savepoint(),
        ):
            self._close(MARCH, self.salesperson)
        self.env.invalidate_all()
        self.assertEqual(self._get_month(MARCH).state, "open")
        self.assertFalse(self._get_statement(day=MARCH))
        self._close(MARCH)
        self.assertEqual(self._get_statement(day=MARCH).amount_carried_in, -50)

    def test_leaver(self):
        """Who has left gets what is owed to them, and no message."""
        payment = self._pay(self._invoice(1000))
        self.env.cr.flush()
        self.salesperson.active = False
        self._close()
        statement = self._get_statement()
        self.assertEqual((statement.amount_due, statement.is_left), (50, True))
        messages = self.env["mail.message"].sudo()
        told = [("model", "=", statement._name), ("res_id", "=", statement.id)]
        self.assertFalse(messages.search(told))
        _name, content = statement.month_id.with_user(self.administrator)._export("csv")
        titles, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        found = dict(zip(titles, row, strict=True))
        self.assertEqual(
            (found["Salesperson"], found["To Pay"]), ("Money Salesperson", "50.0")
        )
        # gone again: a claim of the company, no payment
        payment.action_draft()
        self._close(FEBRUARY)
        owed = self._get_statement(day=FEBRUARY)
        self.assertEqual((owed.amount_due, owed.amount_carried_out), (0, -50))

    # ------------------------------------------------------------
    # DISPUTES
    # ------------------------------------------------------------

    def _dispute(self, line=None):
        line = line or self._get_statement().line_ids[:1]
        return (
            self.env["sales.process.commission.dispute"]
            .with_user(self.salesperson)
            .create({"line_id": line.id, "note": "The rate should be 6 %"})
        )

    @freeze_time("2019-03-01 16:00:00")
    def test_disputed_at_the_last_second(self):
        """Thirty days where the salesperson is: Shanghai, eight hours ahead."""
        self.assertEqual(self.salesperson.tz, "Asia/Shanghai")
        self._pay(self._invoice(1000))
        # the 2nd of March has just begun
        with self._at("2019-03-01 16:00:00"):
            self._close()
        line = self._get_statement().line_ids
        for moment, may in (
            ("2019-03-31 15:59:59", True),
            ("2019-04-01 15:59:59", True),
            ("2019-04-01 16:00:00", False),
        ):
            with self.subTest(moment), self._at(moment):
                savepoint = self.env.cr.savepoint()
                if may:
                    dispute = self._dispute(line)
                    self.assertEqual((dispute.date_due - dispute.date_open).days, 7)
                else:
                    with self.assertRaisesRegex(UserError, "within 30 days"):
                        self._dispute(line)
                savepoint.rollback()

    def test_disputed_before_it_is_closed(self):
        """An open month is disputed at any time."""
        self._pay(self._invoice(1000))
        with self._at(self.env.cr.now() + timedelta(days=4000)):
            self.assertEqual(self._dispute().state, "open")

    def test_dispute_outlives_its_money(self):
        """Money that goes and comes back does not take the question along."""
        payment = self._pay(self._invoice(1000))
        dispute = self._dispute()
        payment.action_draft()
        self.env.cr.flush()
        self.assertTrue(dispute.exists())
        # it is there to be answered, and earns nothing
        self.assertEqual(self._get_lines(), [(1, 0)])
        line = self._get_statement().line_ids
        self.assertEqual(
            (line.amount_money, line.amount_base, line.amount_plain), (0, 0, 0)
        )
        self.assertEqual(self._get_statement().amount, 0)
        payment.action_post()
        self.assertIn((1, 50), self._get_lines())
        self.assertEqual(self._get_statement().amount, 50)
        self._close()
        answered = dispute.with_user(self.administrator)
        answered.write({"answer": "You are right", "amount_granted": 10})
        answered.action_grant()
        self.assertEqual(self._get_lines()[-1], (2, 10))
        # what is closed with a line of nothing is booked no more
        payment.action_draft()
        self.assertEqual(self._get_statement(day=FEBRUARY).amount, -40)

    def test_dispute_closed_without_money(self):
        """A line of nothing is closed like any other, and its money comes later."""
        payment = self._pay(self._invoice(1000))
        self._dispute()
        payment.action_draft()
        self._close()
        self.assertEqual(self._get_statement().amount_due, 0)
        payment.action_post()
        lines = self._get_lines()
        self.assertEqual([line for line in lines if line[1]], [(2, 50)])
        self.assertFalse(self._get_statement(day=FEBRUARY).line_ids.is_takeback)

    def test_granted_less_than_nothing(self):
        """What is granted may be taken: in tiers and limits it does not count."""
        self._renew(cap=50)
        self._pay(self._invoice(1000))
        dispute = self._dispute().with_user(self.administrator)
        for amount, text in ((0, "Enter the amount"), (0.004, "Enter the amount")):
            dispute.write({"answer": "No", "amount_granted": amount})
            with self.assertRaisesRegex(UserError, text):
                dispute.action_grant()
        dispute.write({"answer": " ", "amount_granted": -10})
        with self.assertRaisesRegex(UserError, "Write down the answer"):
            dispute.action_grant()
        dispute.answer = "It was less"
        dispute.action_grant()
        self.assertEqual(self._get_lines(), [(1, 50), (1, -10)])
        self.assertEqual(self._get_statement().amount, 40)
        # money that comes later is limited by itself
        self._pay(self._invoice(500))
        self.assertEqual(self._get_statement().amount, 40)
        told = (
            self.env["mail.message"]
            .sudo()
            .search(
                [("model", "=", dispute._name), ("res_id", "=", dispute.id)], limit=1
            )
        )
        self.assertIn(self.salesperson.partner_id, told.notified_partner_ids)
        with self.assertRaisesRegex(UserError, "answered already"):
            dispute.write({"answer": "Perhaps"})
