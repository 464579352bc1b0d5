# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..tools import signature
from .test_paid import PaidCommon


@tagged("post_install", "-at_install")
class TestSignatureTools(TransactionCase):
    def test_both_sides_of_the_limit(self):
        least = signature.least_order
        self.assertEqual(least(100, 10, 0), 100)
        self.assertEqual(least(100, 10, 1000), 100)
        self.assertEqual(least(100, 10, 5000), 500)
        self.assertEqual(least(0, 0, 5000), 0)
        self.assertEqual(least(0, 10, -5000), 0)
        for total, limit, unit, is_enough in (
            (99.99, 100, 0.01, False),
            (100, 100, 0.01, True),
            (99.999999, 100, 0.01, True),
            (0, 0, 0.01, False),
            (-1, 0, 0.01, False),
            (0.01, 0, 0.01, True),
            (99, 100, 1, False),
        ):
            with self.subTest(total=total, limit=limit):
                self.assertEqual(signature.is_signature(total, limit, unit), is_enough)


@tagged("post_install", "-at_install")
class TestSmallOrders(PaidCommon):
    """An order that is small for its inquiry is a question, and no signature."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.user_id = cls.leader
        cls.lead.expected_revenue = 20000
        cls.line = cls.order.order_line

    def _confirm(self, price):
        self.line.price_unit = price
        self.order.with_user(self.salesperson).action_confirm()
        self.env.cr.flush()

    def _assert_asked(self, deadline):
        self.assertEqual(
            (self.ownership.phase, self.ownership.date_deadline),
            ("pursuing", deadline),
        )
        self.assertTrue(self.ownership.is_signature_asked)
        self.assertEqual(self.ownership.activity_ids.user_id, self.leader)

    def test_small_order_is_asked_and_the_clock_goes_on(self):
        deadline = self.ownership.date_deadline
        self._confirm(0.01)
        self._assert_asked(deadline)
        self.assertEqual(self.order.ownership_id, self.ownership)
        for action in ("action_confirm_signature", "action_deny_signature"):
            with self.assertRaises(UserError):
                getattr(self.ownership.with_user(self.salesperson), action)()

    def test_total_is_the_sum_of_the_lines(self):
        """Odoo would take another word: an order of one signed for a thousand."""
        order = self.order.with_user(self.salesperson)
        self.line.price_unit = 1
        for name in ("amount_untaxed", "amount_tax", "amount_total", "currency_rate"):
            with (
                self.subTest(name=name),
                self.assertRaisesRegex(AccessError, "The system fills in"),
                self.env.cr.savepoint(),
            ):
                order.write({name: 9999})
            # what Odoo works out is taken, whoever has it worked out
            getattr(order, order._fields[name].compute)()
        order.action_confirm()
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertTrue(self.ownership.is_signature_asked)

    def test_amount_that_nobody_pays_signs_nothing(self):
        """Nor is it counted, until somebody corrects it."""
        Money = self.env["sales.process.money"]
        signed = [("order_id", "=", self.order.id), ("kind", "=", "signed")]
        self._confirm(5000)
        self.assertEqual(self.ownership.phase, "signed")
        for amount in (1e15, 1e300):
            with self.subTest(amount=amount):
                with (
                    self.assertRaisesRegex(ValidationError, "out of range"),
                    self.env.cr.savepoint(),
                ):
                    self.line.with_user(self.salesperson).price_unit = amount
                # by code, such as a pricelist, it may come about all the same
                self.line.sudo().price_unit = amount
                self.env.cr.flush()
                self.assertNotEqual(self.ownership.phase, "signed")
                self.assertFalse(Money.search(signed))
                self.ownership.invalidate_recordset()
                self.assertEqual(self.ownership.amount_signed, 0)
        self.line.price_unit = 1e12
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "signed")
        self.assertTrue(Money.search(signed))

    def test_limit_is_the_share_of_what_is_expected(self):
        self._confirm(1999.99)
        self.assertEqual(self.ownership.phase, "pursuing")
        self.line.price_unit = 2000
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "signed")
        self.assertFalse(self.ownership.is_signature_asked)
        self.assertFalse(self.ownership.activity_ids)

    def test_expectation_that_the_owner_lowers(self):
        """Before or after signing: the highest one measures, until a leader says so."""
        deadline = self.ownership.date_deadline
        lead = self.lead.with_user(self.salesperson)
        lead.expected_revenue = 0
        self._confirm(200)
        self._assert_asked(deadline)
        lead.write({"expected_revenue": 1})
        self.assertEqual(self.lead.process_expected_most, 20000)
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "pursuing")
        with self.assertRaises(AccessError):
            lead.write({"process_expected_most": 0})
        self.lead.with_user(self.leader).expected_revenue = 1000
        self.assertFalse(self.lead.process_expected_most)
        self.ownership._sync_phase()
        self.assertEqual(self.ownership.phase, "signed")

    def test_expectation_of_a_merged_or_lost_inquiry(self):
        """Nor does another inquiry of the same customer make the order enough."""
        other = self.lead.with_user(self.salesperson).copy({"expected_revenue": 0})
        self.order.opportunity_id = other
        self.assertEqual(other.ownership_id, self.ownership)
        with self.env.cr.savepoint() as savepoint:
            self.lead.with_user(self.salesperson).action_set_lost()
            self.assertEqual(other.sudo()._get_expected(), 20000)
            savepoint.rollback()
        self.env.invalidate_all()
        (other | self.lead).with_user(self.salesperson)._merge_opportunity()
        kept = (other | self.lead).exists()
        self.assertEqual(kept.sudo()._get_expected(), 20000)

    def test_expectation_of_an_inquiry_lost_before(self):
        """The large one lost, the small one asked for: measured by the large one."""
        lead = self.lead.with_user(self.salesperson)
        lead.action_set_lost()
        self.assertEqual(self.ownership.state, "ended")
        again = self._ask_again(self.salesperson)
        period = again.sudo().ownership_id
        self.assertEqual((period.user_id, period.state), (self.salesperson, "open"))
        self.assertNotEqual(period, self.ownership)
        self.assertEqual(again.sudo()._get_expected(), 20000)
        self.order.opportunity_id = again
        self._confirm(100)
        self.assertEqual(period.phase, "pursuing")
        self.assertTrue(period.is_signature_asked)
        for days, expected in ((89, 20000), (91, 100)):
            with self.subTest(days=days):
                self.lead.sudo().date_closed = again.create_date - timedelta(days=days)
                self.env.flush_all()
                self.assertEqual(again.sudo()._get_expected(), expected)
        self.assertEqual(period.sudo()._get_open_leads(), again)

    def test_limit_is_the_least_amount(self):
        self.lead.expected_revenue = 0
        self._confirm(99.99)
        self.assertEqual(self.ownership.phase, "pursuing")
        self.line.price_unit = 100
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "signed")

    def test_team_without_a_limit(self):
        self.team.write({"process_order_amount": 0, "process_order_share": 0})
        self._confirm(0.01)
        self.assertEqual(self.ownership.phase, "signed")

    def test_orders_of_an_inquiry_are_added_up(self):
        self._confirm(1500)
        self.assertEqual(self.ownership.phase, "pursuing")
        more = self.order.copy({"opportunity_id": self.lead.id})
        more.order_line.price_unit = 500
        more.action_confirm()
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "signed")

    def test_made_small_afterwards(self):
        """Reduced, emptied, discounted, down to nothing: signed no more."""
        deadline = self.ownership.date_deadline
        self._confirm(20000)
        for values in (
            {"price_unit": 0.01},
            {"product_uom_qty": 0},
            {"discount": 100},
            {"discount": 99.99},
        ):
            with self.subTest(values=values), self.cr.savepoint():
                self.assertEqual(self.ownership.phase, "signed")
                self.line.with_user(self.salesperson).write(values)
                self.env.cr.flush()
                self.assertEqual(self.ownership.phase, "pursuing")
                self.assertEqual(self.ownership.date_deadline, deadline)
                self.line.write(
                    {"price_unit": 20000, "product_uom_qty": 1, "discount": 0}
                )
                self.env.cr.flush()

    def test_won_with_a_small_order(self):
        deadline = self.ownership.date_deadline
        self._confirm(0.01)
        self.lead.with_user(self.salesperson).action_set_won()
        self._assert_asked(deadline)

    def test_small_order_of_no_inquiry(self):
        self.order.opportunity_id = False
        self._confirm(0.01)
        self.assertEqual(self.order.ownership_id, self.ownership)
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertTrue(self.ownership.is_signature_asked)

    def test_leader_says_yes(self):
        self._confirm(50)
        self.ownership.with_user(self.leader).action_confirm_signature()
        self.assertEqual(self.ownership.phase, "signed", "50 are to collect")
        self.assertEqual(self.ownership.signed_basis, "leader")
        self.assertFalse(self.ownership.activity_ids)
        # the word is about this inquiry: a later one is a question of its own
        self.env.cr.flush()
        self.ownership.sudo().signature_date = "2020-01-01 00:00:00"
        self.env["crm.lead"].create(
            {
                "name": "Later",
                "partner_id": self.partner_a.id,
                "user_id": self.salesperson.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "type": "opportunity",
            }
        ).action_set_won()
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertTrue(self.ownership.is_signature_asked)

    def test_leader_says_no_and_is_not_asked_the_same_again(self):
        self._confirm(50)
        self.ownership.with_user(self.leader).action_deny_signature()
        self.ownership._sync_phase()
        self.assertFalse(self.ownership.is_signature_asked)
        self.assertEqual(self.ownership.phase, "pursuing")
        self.line.price_unit = 60
        self.env.cr.flush()
        self.assertTrue(self.ownership.is_signature_asked, "Something new")

    def test_cancelled_the_question_is_none(self):
        self._confirm(50)
        self.order._action_cancel()
        self.env.cr.flush()
        self.assertFalse(self.ownership.is_signature_asked)
        self.assertFalse(self.ownership.activity_ids)
        self.assertEqual(self.ownership.phase, "pursuing")

    def test_signed_before_there_was_a_least_order(self):
        self.team.write({"process_order_amount": 0, "process_order_share": 0})
        self._confirm(50)
        self.assertEqual(self.ownership.phase, "signed")
        self.team.write({"process_order_amount": 100, "process_order_share": 10})
        self.env["sales.process.ownership"]._keep_signed_by_small_orders()
        self.assertEqual(self.ownership.signed_basis, "before")
        self.ownership._sync_phase()
        self.assertEqual(self.ownership.phase, "signed")
        self.order._action_cancel()
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "pursuing", "Without any order")

    def test_no_order_any_more(self):
        """Set back by hand, or deleted: signed no more, whatever way it goes."""
        deadline = self.ownership.date_deadline
        self._confirm(20000)
        self.assertEqual(self.ownership.phase, "signed")
        self.order.with_user(self.salesperson).write({"state": "draft"})
        self.env.cr.flush()
        self.assertFalse(self.order.ownership_id)
        self.assertEqual(
            (self.ownership.phase, self.ownership.date_deadline),
            ("pursuing", deadline),
        )
        self._confirm(20000)
        self.order.locked = False
        self.order._action_cancel()
        # as a program might leave it that writes past Odoo
        self.order.sudo().ownership_id = self.ownership
        self.ownership.sudo().phase = "signed"
        self.order.sudo().unlink()
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "pursuing")

    def test_down_payment_and_less_afterwards(self):
        """What was paid as a down payment stays collected; the order signs no more."""
        self._confirm(20000)
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=self.order.ids)
            .create({"advance_payment_method": "percentage", "amount": 10})
        )
        wizard.create_invoices()
        invoice = self.order.invoice_ids
        invoice.action_post()
        self._pay(invoice, invoice.amount_total)
        self.assertEqual(self.ownership.phase, "signed")
        self.assertAlmostEqual(self.ownership.amount_collected, invoice.amount_total, 2)
        self.line.product_uom_qty = 0
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertAlmostEqual(self.ownership.amount_collected, invoice.amount_total, 2)

    @mute_logger("odoo.sql_db")
    def test_limits_are_the_leaders_and_sensible(self):
        team = self.team
        for values in (
            {"process_order_amount": -1},
            {"process_order_share": -1},
            {"process_order_share": 101},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                team.write(values)
                self.env.flush_all()
        self.assertEqual(
            team.default_get(["process_order_amount", "process_order_share"]),
            {"process_order_amount": 100, "process_order_share": 10},
        )

    def test_word_of_the_leader_is_protected(self):
        for values in (
            {"signature_date": fields.Datetime.now()},
            {"signature_evidence": "x"},
            {"signed_basis": "leader"},
        ):
            for user in (self.salesperson, self.leader):
                with self.assertRaises(UserError):
                    self.ownership.with_user(user).write(values)
