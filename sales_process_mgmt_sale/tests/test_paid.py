# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.mail.tests.common import mail_new_test_user


class PaidCommon(AccountTestInvoicingCommon):
    """A customer with a quotation, its owner, a colleague and a leader."""

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
        cls.leader, cls.colleague = (
            mail_new_test_user(
                cls.env,
                login=login,
                groups="sales_team.group_sale_salesman",
                company_id=cls.company.id,
                company_ids=[fields.Command.set(cls.company.ids)],
            )
            for login in ("leader_paid", "colleague_paid")
        )
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Paid Team",
                "company_id": cls.company.id,
                "process_mode": "enforce",
                "crm_team_member_ids": [
                    fields.Command.create({"user_id": user.id})
                    for user in cls.salesperson | cls.colleague
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
                "user_id": cls.salesperson.id,
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

    def _ask_again(self, user):
        return (
            self.env["crm.lead"]
            .with_user(user)
            .create(
                {
                    "name": "More pumps",
                    "partner_id": self.partner_a.id,
                    "user_id": user.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "type": "opportunity",
                }
            )
        )

    def _pay(self, invoice, amount):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": amount})._create_payments()

    def _taken_back(self, invoice):
        payment = invoice.matched_payment_ids or invoice.reconciled_payment_ids
        payment.action_draft()
        payment.action_cancel()

    def _paid(self):
        self.order.action_confirm()
        invoice = self.order._create_invoices()
        invoice.action_post()
        self._pay(invoice, 1000)
        return invoice


@tagged("post_install", "-at_install")
class TestPaid(PaidCommon):
    """The owner stays responsible until the money is in."""

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

    def test_who_sells_opens_the_invoice(self):
        """Also where it is paid, and without rights in accounting."""
        invoice = self._paid().with_user(self.salesperson)
        self.assertFalse(invoice.env["account.payment"].has_access("read"))
        names = invoice.get_views([(False, "form")])["models"]["account.move"]["fields"]
        self.env.invalidate_all()
        [values] = invoice.read(list(names))
        self.assertEqual(values["payment_count"], 1)

    def test_paid_customer_is_free_where_the_team_says_so(self):
        self.team.process_served_policy = "end"
        self.order.action_confirm()
        self.assertEqual(self.ownership.state, "open", "Signed, not paid")
        invoice = self.order._create_invoices()
        invoice.action_post()
        self._pay(invoice, 1000)
        self.assertEqual(self.ownership.state, "ended")
        self.assertEqual(self.ownership.end_reason, "paid")

    def test_won_without_order_is_a_question_to_the_leader(self):
        self.team.user_id = self.leader
        deadline = self.ownership.date_deadline
        self.lead.with_user(self.salesperson).action_set_won()
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertEqual(self.ownership.date_deadline, deadline, "The clock goes on")
        self.assertTrue(self.ownership.is_signature_asked)
        self.assertEqual(self.ownership.activity_ids.user_id, self.leader)
        for action in ("action_confirm_signature", "action_deny_signature"):
            with self.assertRaises(UserError):
                getattr(self.ownership.with_user(self.salesperson), action)()
        self.ownership.with_user(self.leader).action_confirm_signature()
        self.assertEqual(self.ownership.phase, "served")
        self.assertEqual(self.ownership.signed_basis, "leader")
        self.assertFalse(self.ownership.activity_ids)
        with self.assertRaises(UserError):
            self.ownership.with_user(self.leader).action_confirm_signature()
        self.order.action_confirm()
        self.assertEqual(self.ownership.phase, "signed", "Now there is")

    def test_leader_says_that_it_is_not_signed(self):
        self.team.user_id = self.leader
        deadline = self.ownership.date_deadline
        self.lead.with_user(self.salesperson).action_set_won()
        self.ownership.with_user(self.leader).action_deny_signature()
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertEqual(self.ownership.date_deadline, deadline)
        self.assertFalse(self.ownership.is_signature_asked)
        self.assertFalse(self.ownership.activity_ids)

    def test_won_and_the_order_is_cancelled(self):
        """A signature that is taken back lets the clock go on, won or not."""
        self.team.user_id = self.leader
        deadline = self.ownership.date_deadline
        for is_won_first in (True, False):
            with self.subTest(is_won_first=is_won_first):
                order = self.order.copy()
                if is_won_first:
                    self.lead.with_user(self.salesperson).action_set_won()
                order.with_user(self.salesperson).action_confirm()
                self.assertEqual(self.ownership.phase, "signed")
                self.lead.with_user(self.salesperson).action_set_won()
                order.with_user(self.salesperson)._action_cancel()
                self.assertEqual(self.ownership.phase, "pursuing")
                self.assertEqual(self.ownership.date_deadline, deadline)
                self.assertTrue(self.ownership.is_signature_asked)

    def test_order_of_an_earlier_owner_signs_nothing_new(self):
        self.team.user_id = self.leader
        self._paid()
        self.lead.action_set_won()
        self.ownership._hand_over(
            {self.ownership: self.colleague}, "transfer", "transferred"
        )
        lead = self._ask_again(self.colleague)
        period = lead.sudo().ownership_id
        deadline = period.date_deadline
        self.assertTrue(deadline)
        lead.action_set_won()
        self.assertEqual((period.phase, period.date_deadline), ("pursuing", deadline))
        self.assertTrue(period.is_signature_asked)

    def test_nothing_to_collect_is_not_waited_for(self):
        """A customer who has paid everything is served, never signed for ever."""
        self.team.user_id = self.leader
        self._paid()
        lead = self._ask_again(self.salesperson)
        self.assertEqual(self.ownership.phase, "pursuing")
        lead.action_set_won()
        self.assertEqual(self.ownership.phase, "pursuing", "The order was another's")
        self.ownership.with_user(self.leader).action_confirm_signature()
        self.assertEqual(self.ownership.phase, "served")

    def test_leader_waives_no_own_debt(self):
        self.team.user_id = self.leader
        above = self.team._get_deciders(self.leader)
        self.lead.with_user(above).user_id = self.leader
        self.order.action_confirm()
        invoice = self.order._create_invoices()
        invoice.action_post()
        account = self.company_data["default_account_expense"]
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {
                "amount": 1,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": account.id,
            }
        )._create_payments()
        period = self.lead.ownership_id
        self.assertEqual((period.user_id, period.phase), (self.leader, "signed"))
        with self.assertRaises(UserError):
            period.with_user(self.leader).action_waive()
        self.assertEqual(period.phase, "signed")

    def test_an_order_answers_the_question(self):
        self.team.user_id = self.leader
        self.lead.with_user(self.salesperson).action_set_won()
        self.order.action_confirm()
        self.assertEqual(self.ownership.phase, "signed")
        self.assertEqual(self.ownership.signed_basis, "order")
        self.assertFalse(self.ownership.is_signature_asked)
        self.assertFalse(self.ownership.activity_ids)

    def test_a_cancelled_order_signs_no_more(self):
        """Neither the phase nor what it was signed by outlives the order."""
        ways = {
            "cancelled": self.order._action_cancel,
            "deleted": lambda: (self.order._action_cancel(), self.order.unlink()),
            "of nothing": lambda: self.order.order_line.write({"price_unit": 0}),
            "of little": lambda: self.order.order_line.write({"price_unit": 1}),
        }
        for won in (False, True):
            for way, undo in ways.items():
                for owners in ((), (self.colleague,), (self.colleague, self.leader)):
                    with (
                        self.subTest(way, won=won, owners=len(owners)),
                        self.env.cr.savepoint() as savepoint,
                    ):
                        if won:
                            self.lead.action_set_won()
                        self.order.action_confirm()
                        period = self.ownership
                        self.assertEqual(
                            (period.phase, period.signed_basis), ("signed", "order")
                        )
                        for user in owners:
                            [period] = period._hand_over(
                                {period: user}, "transfer", "transferred"
                            ).values()
                            self.assertEqual(
                                (period.phase, period.signed_basis), ("signed", "order")
                            )
                        undo()
                        self.env.flush_all()
                        self.env["sales.process.money"]._work_heard()
                        self.assertEqual(
                            (period.phase, period.signed_basis), ("pursuing", False)
                        )
                        self.assertTrue(period.date_deadline, "Its timer goes on")
                        if way != "of little":
                            self.assertFalse(self.ownership.signed_basis)
                        savepoint.rollback()
                    self.env.invalidate_all()

    def test_cancelled_order_of_who_has_no_lead(self):
        """Won leads stay with who closed them: the customer is not let go by that."""
        self._paid()
        self.lead.action_set_won()
        [period] = self.ownership._hand_over(
            {self.ownership: self.colleague}, "transfer", "transferred"
        ).values()
        self.assertFalse(period.lead_ids)
        order = self.order.copy(
            {"opportunity_id": False, "user_id": self.colleague.id}
        ).with_user(self.colleague)
        order.action_confirm()
        self.env.flush_all()
        self.env["sales.process.money"]._work_heard()
        self.assertEqual((period.phase, period.signed_basis), ("signed", "order"))
        order._action_cancel()
        self.env.flush_all()
        self.env["sales.process.money"]._work_heard()
        self.assertEqual(
            (period.state, period.phase, period.signed_basis),
            ("open", "pursuing", False),
        )
        self.assertTrue(period.date_deadline)

    def test_a_team_may_say_that_won_is_signed(self):
        self.team.process_won_signs = True
        self.lead.with_user(self.salesperson).action_set_won()
        self.assertEqual(self.ownership.phase, "served")
        self.assertEqual(self.ownership.signed_basis, "team")

    def test_payment_taken_back(self):
        invoice = self._paid()
        self.assertEqual(self.ownership.phase, "served")
        self.assertEqual(self.ownership.amount_collected, 1000)
        self._taken_back(invoice)
        self.assertEqual(self.ownership.phase, "signed")
        self.assertEqual(self.ownership.amount_collected, 0)
        self.assertEqual(self.ownership.amount_due, 1000)

    def test_payment_set_to_draft_is_no_money(self):
        invoice = self._paid()
        invoice.reconciled_payment_ids.action_draft()
        self.assertEqual(self.ownership.phase, "signed")
        self.assertEqual(self.ownership.amount_due, 1000)

    def test_every_night_finds_what_changed_past_odoo(self):
        invoice = self._paid()
        payment = invoice.reconciled_payment_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_payment SET state = 'canceled' WHERE id = %s", [payment.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.ownership.phase, "served")
        Cron = type(self.env["ir.cron"])
        with patch.object(Cron, "_commit_progress", lambda *args, **kwargs: 1.0):
            self.env["sales.process.money"]._cron_refresh()
        self.assertEqual(self.ownership.phase, "signed")
        self.assertEqual(self.ownership.amount_due, 1000)

    def test_debt_goes_back_to_who_signed(self):
        invoice = self._paid()
        successor = self.ownership._hand_over(
            {self.ownership: self.colleague}, "transfer", "transferred"
        )[self.ownership]
        self._taken_back(invoice)
        self.assertEqual(successor.state, "open")
        self.assertEqual(successor.user_id, self.colleague, "The customer stays")
        self.assertEqual(successor.phase, "served")
        debt = self.env["sales.process.collection"].search(
            [("ownership_id", "=", self.ownership.id)]
        )
        self.assertEqual(debt.user_id, self.salesperson)
        self.assertEqual(debt.activity_ids.user_id, self.salesperson)
        self.assertEqual(debt.with_user(self.salesperson).amount_due, 1000)
        with self.assertRaises(AccessError):
            debt.with_user(self.colleague).read(["amount_due"])
        self._pay(invoice, 1000)
        self.assertEqual(debt.state, "done")
        self.assertFalse(debt.activity_ids)

    def test_who_was_free_as_paid_comes_back(self):
        self.team.process_served_policy = "end"
        invoice = self._paid()
        self.assertEqual(self.ownership.end_reason, "paid")
        keys = self.ownership.with_context(active_test=False).key_ids
        self.assertTrue(keys)
        self._taken_back(invoice)
        again = self.env["sales.process.ownership"].search(
            [("previous_id", "=", self.ownership.id)]
        )
        self.assertEqual(
            (again.state, again.end_reason, again.phase), ("open", False, "signed")
        )
        self.assertEqual(again.user_id, self.salesperson)
        self.assertEqual(set(again.key_ids.mapped("value")), set(keys.mapped("value")))

    def test_who_was_free_as_paid_belongs_to_somebody_else(self):
        self.team.process_served_policy = "end"
        invoice = self._paid()
        other = self.env["crm.lead"].create(
            {
                "name": "Pumps again",
                "partner_id": self.partner_a.id,
                "user_id": self.colleague.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "type": "opportunity",
            }
        )
        self.assertEqual(other.ownership_id.user_id, self.colleague)
        self._taken_back(invoice)
        self.assertEqual(other.ownership_id.state, "open")
        self.assertEqual(other.ownership_id.phase, "pursuing")
        debt = self.env["sales.process.collection"].search(
            [("ownership_id", "=", self.ownership.id)]
        )
        self.assertEqual((debt.user_id, debt.state), (self.salesperson, "open"))

    def test_written_off_is_not_paid(self):
        self.order.action_confirm()
        invoice = self.order._create_invoices()
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {
                "amount": 600,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.company_data["default_account_expense"].id,
            }
        )._create_payments()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.ownership.amount_collected, 600)
        self.assertEqual(self.ownership.amount_written_off, 400)
        self.assertEqual(self.ownership.phase, "signed")
        self.team.user_id = self.leader
        with self.assertRaises(UserError):
            self.ownership.with_user(self.salesperson).action_waive()
        self.ownership.with_user(self.leader).action_waive()
        self.assertEqual(self.ownership.phase, "served")
        with self.assertRaises(UserError):
            self.ownership.with_user(self.leader).action_waive()

    def test_credit_note_is_no_money(self):
        self.order.action_confirm()
        invoice = self.order._create_invoices()
        invoice.action_post()
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).refund_moves()
        refund = invoice.reversal_move_ids
        refund.action_post()
        (invoice | refund).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.ownership.amount_collected, 0)
        self.assertNotEqual(self.ownership.phase, "served")

    def test_order_of_nothing_does_not_sign(self):
        self.order.order_line.price_unit = 0
        self.order.with_user(self.salesperson).action_confirm()
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertEqual(self.order.ownership_id, self.ownership)
        self.assertFalse(self.order.process_date_signed)
        self.assertEqual(self.ownership.order_count, 0)

    def test_order_that_becomes_nothing_signs_no_more(self):
        self.order.action_confirm()
        self.assertEqual(self.ownership.phase, "signed")
        self.order.order_line.price_unit = 0
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "pursuing")
        self.order.order_line.price_unit = 500
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "signed")

    def test_cancelled_order_is_no_debt(self):
        self.order.action_confirm()
        self.order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertFalse(self.ownership.money_ids)

    def test_money_by_kind_is_the_owners(self):
        self.order.action_confirm()
        invoice = self.order._create_invoices()
        invoice.action_post()
        self._pay(invoice, 400)
        self.assertEqual(
            sorted(self.ownership.money_ids.mapped(lambda row: (row.kind, row.amount))),
            [("collected", 400), ("invoiced", 1000), ("open", 600), ("signed", 1000)],
        )
        self.assertEqual(self.ownership.money_ids.user_id, self.salesperson)
        Money = self.env["sales.process.money"]
        domain = [("ownership_id", "=", self.ownership.id)]
        self.assertEqual(Money.with_user(self.salesperson).search_count(domain), 4)
        self.assertEqual(Money.with_user(self.colleague).search_count(domain), 0)
        with self.assertRaises(AccessError):
            Money.with_user(self.salesperson).search(domain).write({"amount": 1})

    def test_metrics_are_the_money(self):
        self._paid()
        Metric = self.env["sales.process.metric"]
        now = self.env.cr.now()
        span = (now - timedelta(days=2), now + timedelta(days=2))
        for code, amount in (
            ("amount_signed", 1000),
            ("amount_invoiced", 1000),
            ("amount_collected", 1000),
            ("amount_overdue", 0),
        ):
            metric = Metric.search([("code", "=", code)])
            values = metric._evaluate({self.salesperson.id: span}, self.company)
            self.assertEqual(values[metric][self.salesperson.id], amount, code)

    def test_paid_after_the_customer_was_handed_on(self):
        self.order.action_confirm()
        invoice = self.order._create_invoices()
        invoice.action_post()
        successor = self.ownership._hand_over(
            {self.ownership: self.colleague}, "transfer", "transferred"
        )[self.ownership]
        self.assertEqual(successor.phase, "signed")
        self._pay(invoice, 400)
        self.assertEqual(successor.phase, "signed", "There is money to collect")
        self._pay(invoice, 600)
        self.assertEqual(successor.phase, "served")
        self.assertEqual(self.order.ownership_id, self.ownership, "Who has signed it")
