# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MoneyCommon


class PaymentCommon(MoneyCommon):
    def _sources(self, kind):
        """What rows were made from, and of how much: ``{text: amount}``."""
        self._get_money()
        return {
            row.source: row.amount
            for row in self.ownership.money_ids
            if row.kind == kind
        }

    def _get_open(self, *invoices):
        """What is still to collect of each invoice, by its rows."""
        self._get_money()
        rows = self.ownership.money_ids.filtered(lambda row: row.kind == "open")
        return [
            sum(rows.filtered(lambda row, m=invoice: row.move_id == m).mapped("amount"))
            for invoice in invoices
        ]

    def _due(self, amount, date, **values):
        """An invoice that is due on a day."""
        return self._invoice(
            amount, invoice_payment_term_id=False, invoice_date_due=date, **values
        )

    def _register(self, invoices, amount, **values):
        """A payment of invoices, in part, that leaves them open."""
        return self._pay(
            invoices, amount=amount, payment_difference_handling="open", **values
        )

    def _create_term(self, days):
        """Payable in parts: ``{days later: percent}``."""
        return self.env["account.payment.term"].create(
            {
                "name": "In parts",
                "line_ids": [
                    (
                        *(0, 0),
                        {
                            "value": "percent",
                            "value_amount": percent,
                            "nb_days": number,
                        },
                    )
                    for number, percent in days.items()
                ],
            }
        )


@tagged("post_install", "-at_install")
class TestPaymentWithoutEntry(PaymentCommon):
    """Payments that Odoo keeps without an entry go to what was due first.

    Odoo makes none where bank statements are matched: there only a payment that was
    found at the bank has arrived.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(
                type(cls.env["account.move"]),
                "_get_invoice_in_payment_state",
                lambda self: "in_payment",
            )
        )
        lines = cls.inbound_payment_method_line | cls.outbound_payment_method_line
        lines.payment_account_id = False
        cls.lead.action_set_won()

    def _register(self, invoices, amount, **values):
        payment = super()._register(invoices, amount, **values)
        self.assertFalse(payment.move_id)
        payment.action_validate()
        return payment

    def test_what_is_due_first_is_paid_first(self):
        late = self._due(300, "2019-03-01")
        early = self._due(500, "2019-02-01")
        self._register(late | early, 600)
        self.assertEqual(self._get_open(early, late), [0, 200])
        self.assertEqual(
            self._get_money(), {"invoiced": 800, "collected": 600, "open": 200}
        )

    def test_parts_of_one_invoice(self):
        """Three dates: the first is paid in full, the second in part."""
        invoice = self._invoice(
            600, invoice_payment_term_id=self._create_term({0: 50, 30: 25, 60: 25})
        )
        self._register(invoice, 400)
        self._get_money()
        rows = self.ownership.money_ids.filtered(lambda row: row.kind == "open")
        self.assertEqual(
            sorted((str(row.date), row.amount) for row in rows),
            [("2019-01-31", 50), ("2019-03-02", 150)],
        )
        collected = self._sources("collected")
        self.assertEqual(sorted(collected.values()), [100, 300])

    def test_payments_in_the_order_of_their_days(self):
        """Two payments of different invoices together: none counts twice."""
        first = self._due(300, "2019-02-01")
        second = self._due(300, "2019-03-01")
        later = self._register(second, 200, payment_date="2019-01-20")
        sooner = self._register(first | second, 400, payment_date="2019-01-10")
        self.assertEqual(self._get_open(first, second), [0, 0])
        line = {
            move: move.line_ids.filtered("date_maturity") for move in first | second
        }
        self.assertEqual(
            self._sources("collected"),
            {
                f"account.payment:{sooner.id}:{line[first].id}": 300,
                f"account.payment:{sooner.id}:{line[second].id}": 100,
                f"account.payment:{later.id}:{line[second].id}": 200,
            },
        )
        self.assertEqual(self.ownership.phase, "served")

    def test_more_than_is_owed(self):
        """The rest of a payment is nobody's debt and no money for an invoice."""
        invoice = self._invoice(300)
        self._register(invoice, 300.01)
        self.assertEqual(self._get_money(), {"invoiced": 300, "collected": 300})
        self.assertEqual(self.ownership.phase, "served")

    def test_a_cent_is_missing(self):
        invoice = self._invoice(300)
        self._register(invoice, 299.99)
        self.assertEqual(
            self._get_money(), {"invoiced": 300, "collected": 299.99, "open": 0.01}
        )
        self.assertEqual(self.ownership.phase, "signed")
        self._register(invoice, 0.01)
        self.assertEqual(self._get_money(), {"invoiced": 300, "collected": 300})
        self.assertEqual(self.ownership.phase, "served")

    def test_another_currency_at_the_rate_of_its_day(self):
        currency = self.setup_other_currency(
            "EUR", rates=[("2018-01-01", 2.0), ("2019-01-06", 4.0)]
        )
        invoice = self._invoice(300)
        self._register(invoice, 200, currency_id=currency.id, payment_date="2019-01-05")
        self.assertEqual(self._get_money()["collected"], 100, "200 at 2.0")
        self._register(invoice, 200, currency_id=currency.id, payment_date="2019-01-06")
        self.assertEqual(self._get_money()["collected"], 150, "and 200 at 4.0")
        self.assertEqual(self._get_open(invoice), [150])

    def test_credit_note_paid_out(self):
        """Money that goes back is taken off what was collected."""
        invoice = self._invoice(1000)
        self._register(invoice, 1000)
        refund = self._invoice(250, move_type="out_refund")
        self.assertEqual(
            self._get_money(), {"invoiced": 750, "collected": 1000, "open": -250}
        )
        self._register(refund, 100)
        self.assertEqual(
            self._get_money(), {"invoiced": 750, "collected": 900, "open": -150}
        )
        self._register(refund, 150)
        self.assertEqual(self._get_money(), {"invoiced": 750, "collected": 750})

    def test_another_customers_invoice_on_the_payment(self):
        """What is due first may be a colleague's customer's, and is paid first."""
        other = self._create_money_lead(self.colleague, self.partner_b).ownership_id
        theirs = self._due(400, "2019-02-01", partner_id=self.partner_b)
        mine = self._due(400, "2019-03-01")
        payment = self._register(mine, 500)
        payment.invoice_ids = mine | theirs
        self.env.flush_all()
        self.assertEqual(
            self._get_money(other), {"invoiced": 400, "collected": 400}, "First"
        )
        self.assertEqual(
            self._get_money(), {"invoiced": 400, "collected": 100, "open": 300}
        )
        # of my invoice alone the rows are the same
        self.env["sales.process.money"].sudo()._work(mine, self.ownership)
        self.assertEqual(
            self._get_money(), {"invoiced": 400, "collected": 100, "open": 300}
        )

    def test_only_what_has_arrived(self):
        """Each state of a payment, and back."""
        invoice = self._invoice(300)
        payment = self._register(invoice, 300).with_user(self.bookkeeper)
        owed = {"invoiced": 300, "open": 300}
        paid = {"invoiced": 300, "collected": 300}
        for act, state, money, phase in (
            (payment.action_draft, "draft", owed, "signed"),
            (payment.action_post, "in_process", owed, "signed"),
            (payment.action_validate, "paid", paid, "served"),
            (payment.action_reject, "rejected", owed, "signed"),
            (payment.action_draft, "draft", owed, "signed"),
            (payment.action_cancel, "canceled", owed, "signed"),
            (payment.action_draft, "draft", owed, "signed"),
            (payment.action_validate, "paid", paid, "served"),
        ):
            with self.subTest(state=state):
                act()
                self.assertEqual(payment.state, state)
                self.assertEqual(self._get_money(), money)
                self.assertEqual(self.ownership.phase, phase)

    def test_payment_that_is_deleted(self):
        invoice = self._invoice(300)
        payment = self._register(invoice, 300)
        self.assertEqual(self.ownership.phase, "served")
        payment.action_draft()
        payment.with_user(self.bookkeeper).unlink()
        self.assertEqual(self._get_money(), {"invoiced": 300, "open": 300})
        self.assertEqual(self.ownership.phase, "signed")


@tagged("post_install", "-at_install")
class TestPaymentWithEntry(PaymentCommon):
    """Payments on an account of their own until they are found at the bank."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead.action_set_won()
        cls.journal = cls.company_data["default_journal_bank"]

    def test_registered_is_arrived_where_nobody_matches(self):
        invoice = self._invoice(1000)
        payment = self._register(invoice, 400)
        self.assertTrue(payment.move_id)
        self.assertEqual(
            self._get_money(), {"invoiced": 1000, "collected": 400, "open": 600}
        )
        [source] = self._sources("collected")
        partial = invoice.line_ids.matched_credit_ids
        self.assertEqual(source, f"account.partial.reconcile:{partial.id}")

    def test_registered_is_open_where_statements_are_matched(self):
        Move = type(self.env["account.move"])
        with patch.object(
            Move, "_get_invoice_in_payment_state", lambda self: "in_payment"
        ):
            invoice = self._invoice(1000)
            payment = self._register(invoice, 400)
            self.assertTrue(payment.move_id)
            self.assertEqual(payment.state, "in_process")
            self.assertEqual(invoice.amount_residual, 600, "For the accounts")
            self.assertEqual(self._get_money(), {"invoiced": 1000, "open": 1000})
            payment.action_validate()
            self.assertEqual(
                self._get_money(), {"invoiced": 1000, "collected": 400, "open": 600}
            )

    def test_write_off_beside_a_payment(self):
        """Paid with a difference: what the entry brings to the bank is collected."""
        invoice = self._invoice(1000)
        self._pay(
            invoice,
            amount=900,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        self.assertEqual(
            self._get_money(), {"invoiced": 1000, "collected": 900, "written_off": 100}
        )
        self.assertEqual(self.ownership.phase, "signed")

    def test_payment_that_is_undone(self):
        invoice = self._invoice(1000)
        payment = self._register(invoice, 1000)
        self.assertEqual(self.ownership.phase, "served")
        payment.with_user(self.bookkeeper).action_draft()
        self.assertEqual(self._get_money(), {"invoiced": 1000, "open": 1000})
        self.assertEqual(self.ownership.phase, "signed")
        with mute_logger("odoo.models.unlink"):
            payment.with_user(self.bookkeeper).unlink()
        self.assertEqual(self._get_money(), {"invoiced": 1000, "open": 1000})

    def test_two_customers_in_one_entry(self):
        """The money of an entry is divided as its parts of the debts are."""
        self.partner_b.property_account_receivable_id = (
            self.partner_a.property_account_receivable_id
        )
        other = self._create_money_lead(self.colleague, self.partner_b).ownership_id
        mine = self._invoice(750)
        theirs = self._invoice(250, partner_id=self.partner_b)
        account = self._get_receivable(mine).account_id
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": "2019-01-05",
                "line_ids": [
                    (0, 0, {"account_id": account_id, "partner_id": partner, **values})
                    for account_id, partner, values in (
                        (account.id, self.partner_a.id, {"credit": 750}),
                        (account.id, self.partner_b.id, {"credit": 250}),
                        (self.journal.default_account_id.id, False, {"debit": 800}),
                        (
                            self.company_data["default_account_expense"].id,
                            False,
                            {"debit": 200},
                        ),
                    )
                ],
            }
        )
        entry.action_post()
        for invoice in (mine, theirs):
            lines = entry.line_ids.filtered(
                lambda line, p=invoice.partner_id: line.partner_id == p
            )
            (lines | self._get_receivable(invoice)).reconcile()
        self.assertEqual(
            self._get_money(), {"invoiced": 750, "collected": 600, "written_off": 150}
        )
        self.assertEqual(
            self._get_money(other),
            {"invoiced": 250, "collected": 200, "written_off": 50},
        )

    def test_amount_that_nobody_pays(self):
        """One sentence, by whatever way a payment is entered, and nothing done."""
        invoice = self._invoice(1000)
        journal = self.company_data["default_journal_bank"]
        payment = self.env["account.payment"].create(
            {"partner_id": self.partner_a.id, "amount": 1, "journal_id": journal.id}
        )
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        statement = {
            "journal_id": journal.id,
            "date": "2019-01-05",
            "payment_ref": "transfer",
            "partner_id": self.partner_a.id,
        }
        account = self.company_data["default_account_revenue"]
        for amount in (1e15, 1e300, float("inf"), float("nan")):
            ways = {
                "payment": lambda amount=amount: payment.copy({"amount": amount}),
                "written": lambda amount=amount: payment.write({"amount": amount}),
                "posted": lambda amount=amount: payment.copy().write(
                    {"amount": amount}
                ),
                "register": lambda amount=amount: register.create(
                    {"amount": amount}
                )._create_payments(),
                "statement": lambda amount=amount: self.env[
                    "account.bank.statement.line"
                ].create({**statement, "amount": amount}),
                "entry": lambda amount=amount: self.env["account.move"].create(
                    {
                        "line_ids": [
                            Command.create(
                                {"account_id": account.id, name: amount, "name": "x"}
                            )
                            for name in ("debit", "credit")
                        ]
                    }
                ),
            }
            for name, way in ways.items():
                with (
                    self.subTest(name, amount=amount),
                    self.assertRaisesRegex(ValidationError, "out of range"),
                    self.env.cr.savepoint(),
                ):
                    way()
                    self.env.flush_all()
                self.env.invalidate_all()
        self.assertEqual(payment.amount, 1)
        self.assertEqual(invoice.amount_residual, 1000)
