# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import FEBRUARY, JANUARY, MARCH, CommissionCommon


@tagged("post_install", "-at_install")
class TestClosing(CommissionCommon):
    """A month is closed by an administrator, never the own one, and then stays."""

    def test_close(self):
        invoice = self._invoice(1000)
        self._pay(invoice, amount=400)
        month = self._close()
        self.assertEqual(month.state, "closed")
        self.assertEqual(month.number, f"COM/2019/01/{self.company.id}")
        self.assertEqual(month.closed_by_id, self.administrator)
        statement = self._get_statement()
        self.assertEqual((statement.state, statement.amount_due), ("closed", 20))
        self.assertEqual(statement.number, f"{month.number}/001")
        self.assertEqual(month.amount_due, 20)
        told = (
            self.env["mail.message"]
            .sudo()
            .search([("model", "=", statement._name), ("res_id", "=", statement.id)])
        )
        self.assertEqual(told.notified_partner_ids, self.salesperson.partner_id)
        # no amount: the message may be read on a locked screen
        self.assertNotIn("20", told.body.replace("2019", ""))
        # money that comes late, of a day of the closed month
        self._pay(invoice, payment_date="2019-01-20")
        self.assertEqual(self._get_lines(), [(1, 20), (2, 30)])
        with self.assertRaises(UserError):
            month.with_user(self.administrator).action_close()

    def test_only_an_administrator(self):
        self._pay(self._invoice(1000))
        for user in (self.salesperson, self.colleague, self.leader):
            with self.assertRaises(AccessError):
                self._get_month().with_user(user).action_close()
        self.assertEqual(self._get_month().state, "open")

    def test_never_the_own_one(self):
        """Also an administrator closes no month with own commission."""
        self.salesperson.group_ids |= self.env.ref("sales_team.group_sale_manager")
        self._pay(self._invoice(1000))
        with self.assertRaisesRegex(AccessError, "Your own commission"):
            self._close(user=self.salesperson)
        self._close()

    @freeze_time("2019-01-31 10:00:00")
    def test_not_before_it_is_over(self):
        """In the zone of the company: on its last day it runs, on the next not."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self._pay(self._invoice(1000))
        month = self._get_month()
        with self._at("2019-01-31 15:59:59"), self.assertRaises(UserError):
            month._check_order()
        with self._at("2019-01-31 16:00:00"):
            month._check_order()

    def test_one_after_the_other(self):
        invoice = self._invoice(1000)
        self._pay(invoice, amount=100)
        self._pay(invoice, amount=100, payment_date="2019-02-05")
        with self.assertRaisesRegex(UserError, "January 2019"):
            self._close(FEBRUARY)
        self._close(JANUARY)
        self._close(FEBRUARY)

    def test_no_month_below_zero(self):
        """What is owed goes on from month to month until it is even."""
        invoice = self._invoice(1000)
        payment = self._pay(invoice)
        self._close(JANUARY)
        payment.action_draft()
        payment.action_cancel()
        self._pay(invoice, amount=200, payment_date="2019-02-05")
        february = self._get_statement(day=FEBRUARY)
        self.assertEqual((february.amount, february.amount_due), (-40, 0))
        self._close(FEBRUARY)
        self.assertEqual(self._get_statement(day=FEBRUARY).amount_carried_out, -40)
        self._pay(invoice, amount=600, payment_date="2019-03-05")
        self._close(MARCH)
        march = self._get_statement(day=MARCH)
        self.assertEqual(
            (march.amount, march.amount_carried_in, march.amount_due), (30, -40, 0)
        )
        self.assertEqual(march.amount_carried_out, -10)
        # paid in all: no more than was earned
        paid = sum(
            self._get_statement(day=day).amount_due
            for day in (JANUARY, FEBRUARY, MARCH)
        )
        earned = sum(amount for _month, amount in self._get_lines())
        self.assertEqual((paid, earned), (50, 40))

    def test_open_month_counts_what_is_owed(self):
        """To Pay of an open month is what is paid, as far as it is known."""
        payment = self._pay(self._invoice(1000))
        self._close(JANUARY)
        payment.action_draft()
        february = self._get_statement(day=FEBRUARY)
        self.assertEqual((february.amount, february.amount_due), (-50, 0))
        self._pay(self._invoice(1400), payment_date="2019-03-05")
        march = self._get_statement(day=MARCH)
        self.assertEqual(
            (march.amount, march.amount_carried_in, march.amount_due), (70, -50, 20)
        )
        self.assertEqual(self._get_month(MARCH).sudo().amount_due, 20)
        # February gets better, March with it
        self._pay(self._invoice(200), payment_date="2019-02-05")
        self.env.cr.flush()
        march.invalidate_recordset()
        self.assertEqual((march.amount_carried_in, march.amount_due), (-40, 30))
        self._close(FEBRUARY)
        self._close(MARCH)
        march.invalidate_recordset()
        self.assertEqual((march.amount_carried_in, march.amount_due), (-40, 30))

    def test_owed_without_a_line(self):
        """Who owes and earns nothing has a statement all the same."""
        payment = self._pay(self._invoice(1000))
        self._close(JANUARY)
        payment.action_draft()
        self._close(FEBRUARY)
        lead = self._create_money_lead(self.colleague, self.partner_b)
        self._pay(
            self._invoice(100, partner_id=self.partner_b), payment_date="2019-03-05"
        )
        self.assertTrue(lead.ownership_id)
        self._close(MARCH)
        march = self._get_statement(day=MARCH)
        self.assertEqual((march.amount, march.amount_carried_in), (0, -50))
        self.assertEqual(march.amount_carried_out, -50)
        self.assertEqual(self._get_statement(self.colleague, MARCH).amount_due, 5)

    def test_receivable_of_a_leaver_is_shown_to_the_administrator(self):
        """What was taken back from somebody who has left: no salary below zero, and
        the month says how much it is.
        """
        payment = self._pay(self._invoice(1000))
        self._close(JANUARY)
        payment.action_draft()
        self.env.cr.flush()
        self.salesperson.active = False
        self._close(FEBRUARY)
        Statement = self.env["sales.process.commission.statement"]
        owed = Statement.with_user(self.administrator).search(
            [("is_left", "=", True), ("amount_carried_out", "<", 0)]
        )
        self.assertEqual(owed.user_id, self.salesperson)
        self.assertTrue(owed.is_left)
        self.assertEqual((owed.amount_due, owed.amount_carried_out), (0, -50))
        months = {
            day: self._get_month(day).with_user(self.administrator)
            for day in (JANUARY, FEBRUARY)
        }
        self.assertEqual(months[JANUARY].amount_owed_left, 0)
        self.assertEqual(months[FEBRUARY].amount_owed_left, 50)
        with Form(months[FEBRUARY]) as form:
            self.assertEqual(form.amount_owed_left, 50)
        for person in (self.colleague, self.leader):
            with self.assertRaises(AccessError):
                months[FEBRUARY].with_user(person).read(["amount_owed_left"])
        # who is still there goes on earning: nothing is owed by a leaver
        self.salesperson.active = True
        self.env.invalidate_all()
        self.assertEqual(months[FEBRUARY].amount_owed_left, 0)
        self.salesperson.active = False
        self.assertNotIn(owed, Statement.search([("is_left", "=", False)]))

    def test_closed_stays(self):
        """Nothing of a closed month is changed, whatever happens to the money."""
        invoice = self._invoice(1000)
        payment = self._pay(invoice)
        self._close()
        lines = self._get_statement().line_ids
        before = lines.read()
        payment.action_draft()
        payment.action_cancel()
        invoice.button_draft()
        self.env["sales.process.commission.ledger"]._refresh(invoice)
        self.env.cr.flush()
        self.env.invalidate_all()
        for row in before:
            row.pop("money_id")
        after = lines.read()
        for row in after:
            # the money is not there any more, its name is
            self.assertFalse(row.pop("money_id"))
        self.assertEqual(before, after)
