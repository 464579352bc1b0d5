# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MoneyCommon


@tagged("post_install", "-at_install")
class TestArrived(MoneyCommon):
    """Paid is money that has arrived, on real accounts, to the last cent.

    Each case says what has arrived; the accounts are asked a second time by another
    way, and the customer is served exactly where nothing is left.
    """

    def _won(self):
        self.lead.action_set_won()

    def _assert_money(self, invoices, phase, bank=None, **expected):
        """``expected``: amounts by kind; ``bank``: what is there, if it differs."""
        money = self._get_money()
        self.assertEqual(money, {k: v for k, v in expected.items() if v})
        invoiced, residual, found = self._ask_accounts(invoices)
        self.assertEqual(money.get("invoiced", 0), invoiced)
        self.assertEqual(money.get("open", 0), residual)
        self.assertEqual(
            money.get("collected", 0) if bank is None else bank,
            found,
            "What is collected is at the bank",
        )
        self.assertEqual(self.ownership.phase, phase)

    def test_statement_without_payment(self):
        invoice = self._invoice()
        self._won()
        self._assert_money(invoice, "signed", invoiced=1000, open=1000)
        self._match(invoice, 400)
        self._assert_money(invoice, "signed", invoiced=1000, open=600, collected=400)
        line = self._match(invoice, 600)
        self._assert_money(invoice, "served", invoiced=1000, collected=1000)
        line.action_undo_reconciliation()
        self._assert_money(
            invoice, "signed", invoiced=1000, open=600, collected=400, bank=1000
        )

    def test_several_due_dates(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "30 % now, 70 % in 60 days",
                "line_ids": [
                    fields.Command.create(
                        {"value": "percent", "value_amount": 30, "nb_days": 0}
                    ),
                    fields.Command.create(
                        {"value": "percent", "value_amount": 70, "nb_days": 60}
                    ),
                ],
            }
        )
        invoice = self._invoice(invoice_payment_term_id=term)
        self._won()
        due = self.ownership.money_ids.filtered(lambda row: row.kind == "open")
        self.assertEqual(
            sorted((str(row.date), row.amount) for row in due),
            [("2019-01-01", 300), ("2019-03-02", 700)],
        )
        self._match(invoice, 300)
        self.env.invalidate_all()
        due = self.ownership.money_ids.filtered(lambda row: row.kind == "open")
        self.assertEqual([(str(r.date), r.amount) for r in due], [("2019-03-02", 700)])
        self._assert_money(invoice, "signed", invoiced=1000, open=700, collected=300)
        self._match(invoice, 700, date="2019-03-01")
        self._assert_money(invoice, "served", invoiced=1000, collected=1000)

    def test_early_discount(self):
        """A discount that was agreed is no debt, and no money."""
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
        invoice = self._invoice(invoice_payment_term_id=term)
        self._won()
        payment = self._pay(invoice)
        self.assertEqual(payment.amount, 980)
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)
        money = self._get_money()
        self.assertEqual(money.get("collected"), 980)
        self.assertFalse(money.get("written_off"))
        self.assertEqual(self.ownership.phase, "served")

    def test_early_discount_with_taxes(self):
        """The tax of an agreed discount is no loss either, however it is reckoned."""
        for mode, collected in (
            ("included", 1127),
            ("excluded", 1130),
            ("mixed", 1127),
        ):
            with self.subTest(mode), self._undone():
                term = self.env["account.payment.term"].create(
                    {
                        "name": "2 % within 10 days",
                        "early_discount": True,
                        "discount_percentage": 2,
                        "discount_days": 10,
                        "early_pay_discount_computation": mode,
                        "line_ids": [
                            fields.Command.create(
                                {"value": "percent", "value_amount": 100, "nb_days": 30}
                            )
                        ],
                    }
                )
                invoice = self._invoice(
                    invoice_payment_term_id=term, tax_ids=[self.tax_sale_a.id]
                )
                self._won()
                self._pay(invoice)
                money = self._get_money()
                self.assertEqual(money.get("collected"), collected)
                self.assertFalse(money.get("written_off"))
                self.assertFalse(money.get("open"))
                self.assertEqual(self.ownership.phase, "served")

    def test_one_transfer_with_a_loss_for_several_invoices(self):
        """Together they have what is at the bank, also where it does not divide."""
        invoices = self.env["account.move"].union(
            *(self._invoice(33.34) for _number in range(3))
        )
        payment = self._pay(
            invoices,
            group_payment=True,
            amount=100,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        whole = {"invoiced": 100.02, "collected": 100, "written_off": 0.02}
        self.assertEqual(self._get_money(), whole)
        # one is taken out: the others have what is left of the entry
        invoices[0].line_ids.remove_move_reconcile()
        self.assertEqual(
            self._get_money(),
            {
                "invoiced": 100.02,
                "open": 33.34,
                "collected": 66.67,
                "written_off": 0.01,
            },
        )
        self._get_receivable(invoices[0] | payment.move_id).reconcile()
        self.assertEqual(self._get_money(), whole)

    def _set_off(self, invoice, payable, **others):
        """An entry that takes off what a customer owes, and what we owe it.

        :param float payable: what we owe no more
        :param others: amounts by the name of another account
        """
        receivable = self._get_receivable(invoice)
        accounts = {
            "bank": self.company_data["default_journal_bank"].default_account_id,
            "loss": self.company_data["default_account_expense"],
        }
        debits = [(self.company_data["default_account_payable"], payable)] + [
            (accounts[name], amount) for name, amount in others.items()
        ]
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": "2019-01-05",
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.partner_a.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in [
                        (receivable.account_id, -payable - sum(others.values())),
                        *debits,
                    ]
                ],
            }
        )
        entry.action_post()
        self._get_receivable(invoice | entry).reconcile()

    def test_set_off_against_what_we_owe(self):
        """A customer that supplies us pays with its bill: paid, and no loss."""
        for payable, others, money, phase in (
            (1000, {}, {"collected": 1000}, "served"),
            (600, {"bank": 400}, {"collected": 1000}, "served"),
            (600, {"loss": 400}, {"collected": 600, "written_off": 400}, "signed"),
            (
                300,
                {"bank": 300, "loss": 400},
                {"collected": 600, "written_off": 400},
                "signed",
            ),
            (300, {}, {"collected": 300, "open": 700}, "signed"),
        ):
            with self.subTest(payable=payable, **others), self._undone():
                invoice = self._invoice()
                self._won()
                self._set_off(invoice, payable, **others)
                self.assertEqual(self._get_money(), {"invoiced": 1000, **money})
                self.assertEqual(self.ownership.phase, phase)

    def test_discount_too_late_is_a_write_off(self):
        invoice = self._invoice()
        self._won()
        self._pay(
            invoice,
            amount=980,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        self.assertEqual(
            self._get_money(), {"invoiced": 1000, "collected": 980, "written_off": 20}
        )
        self.assertEqual(self.ownership.phase, "signed")
        with self.assertRaises(UserError) as refusal:
            self.ownership.with_user(self.salesperson).action_waive()
        self.assertIn("team leader", str(refusal.exception))
        metric = self.env.ref(
            "sales_process_mgmt_account.sales_process_metric_written_off"
        )
        for year, lost in ((2018, 0), (2019, 20), (2020, 0)):
            span = (datetime(year, 1, 1), datetime(year + 1, 1, 1))
            values = metric._evaluate({self.salesperson.id: span}, self.company)
            self.assertEqual(values[metric].get(self.salesperson.id, 0), lost, year)
        self.ownership.with_user(self.leader).action_waive()
        self.assertEqual(self.ownership.phase, "served")
        self.assertEqual(self.ownership.amount_waived, 20)

    def test_tax_that_the_customer_withholds(self):
        """Paid to the tax office in our name: money where the account says so."""
        account = self.company_data["default_account_assets"].copy(
            {"name": "Withheld Tax", "account_type": "asset_current"}
        )
        for is_collected, wanted in (
            (False, {"invoiced": 1000, "collected": 900, "written_off": 100}),
            (True, {"invoiced": 1000, "collected": 1000}),
        ):
            with self.subTest(is_collected), self.cr.savepoint() as savepoint:
                account.process_is_collected = is_collected
                self._won()
                self._pay(
                    self._invoice(),
                    amount=900,
                    payment_difference_handling="reconcile",
                    writeoff_account_id=account.id,
                )
                self.assertEqual(self._get_money(), wanted)
                self.assertEqual(
                    self.ownership.phase, "served" if is_collected else "signed"
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_who_says_what_is_collected(self):
        """Bookkeepers do: who sells does not make a loss into money."""
        account = self.company_data["default_account_assets"].copy(
            {"name": "Withheld Tax", "account_type": "asset_current"}
        )
        for user in (self.salesperson, self.leader):
            with self.assertRaises(AccessError):
                account.with_user(user).process_is_collected = True
        account.with_user(self.bookkeeper).process_is_collected = True

    def test_rates_that_changed(self):
        """Loss and gain of a rate are neither money nor debt."""
        currency = self.setup_other_currency(
            "EUR",
            rates=[("2018-01-01", 2.0), ("2019-02-01", 4.0), ("2019-03-01", 1.0)],
        )
        for date, arrived in (("2019-02-05", 250), ("2019-03-05", 1000)):
            with self.subTest(date=date), self.cr.savepoint() as savepoint:
                invoice = self._invoice(currency_id=currency)
                self._won()
                self.assertEqual(
                    self._get_money(), {"invoiced": 500, "open": 500}, "1000 at 2.0"
                )
                self._match(
                    invoice,
                    arrived,
                    date=date,
                    foreign_currency_id=currency.id,
                    amount_currency=1000,
                )
                self.env.invalidate_all()
                self.assertEqual(invoice.amount_residual, 0)
                money = self._get_money()
                # no more than was invoiced is collected for it: a gain is the bank's
                self.assertEqual(
                    money, {"invoiced": 500, "collected": min(arrived, 500)}
                )
                self.assertEqual(self._ask_accounts(invoice), (500, 0, arrived))
                self.assertEqual(self.ownership.phase, "served")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_rate_of_a_payment_that_has_not_arrived(self):
        """In draft it has neither brought money nor lost any by its rate."""
        currency = self.setup_other_currency(
            "EUR", rates=[("2018-01-01", 2.0), ("2019-01-05", 4.0)]
        )
        invoice = self._invoice(currency_id=currency.id)
        self._won()
        payment = self._pay(invoice, currency_id=currency.id)
        self.assertEqual(self._get_money(), {"invoiced": 500, "collected": 250})
        self.assertEqual(self.ownership.phase, "served")
        payment.with_user(self.bookkeeper).action_draft()
        self.assertEqual(self._get_money(), {"invoiced": 500, "open": 500})
        self.assertEqual(self.ownership.phase, "signed")
        payment.with_user(self.bookkeeper).action_post()
        self.assertEqual(self._get_money(), {"invoiced": 500, "collected": 250})
        self.assertEqual(self.ownership.phase, "served")

    def test_payment_in_another_currency(self):
        """An invoice in the company's currency, paid in another, in two parts."""
        currency = self.setup_other_currency("EUR", rates=[("2018-01-01", 2.0)])
        invoice = self._invoice()
        self._won()
        self._match(
            invoice,
            400,
            foreign_currency_id=currency.id,
            amount_currency=800,
        )
        self._assert_money(invoice, "signed", invoiced=1000, open=600, collected=400)
        self._match(invoice, 600, foreign_currency_id=currency.id, amount_currency=1200)
        self._assert_money(invoice, "served", invoiced=1000, collected=1000)

    def test_one_transfer_for_several_invoices(self):
        first, second = self._invoice(300), self._invoice(700)
        self._won()
        invoices = first | second
        self._match(invoices, 450)
        money = self._get_money()
        self.assertEqual(money["collected"], 450)
        self._assert_money(invoices, "signed", invoiced=1000, open=550, collected=450)
        self._match(invoices, 550)
        self._assert_money(invoices, "served", invoiced=1000, collected=1000)

    def test_one_payment_for_several_customers(self):
        """A payment that a company makes for another one's invoice counts for it."""
        self.partner_b.property_account_receivable_id = (
            self.partner_a.property_account_receivable_id
        )
        lead = self._create_money_lead(self.colleague, self.partner_b)
        mine, other = self._invoice(300), self._invoice(700, partner_id=self.partner_b)
        self._won()
        lead.action_set_won()
        self._match(mine | other, 1000)
        self.assertEqual(self._get_money(), {"invoiced": 300, "collected": 300})
        self.assertEqual(
            self._get_money(lead.ownership_id), {"invoiced": 700, "collected": 700}
        )
        self.assertEqual(
            (self.ownership.phase, lead.ownership_id.phase), ("served", "served")
        )

    def test_paid_too_much(self):
        invoice = self._invoice()
        self._won()
        self._match(invoice, 1200)
        self._assert_money(invoice, "served", invoiced=1000, collected=1000, bank=1200)

    def test_cash_rounding(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "0.05",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": self.company_data["default_account_revenue"].id,
                "loss_account_id": self.company_data["default_account_expense"].id,
                "rounding_method": "HALF-UP",
            }
        )
        invoice = self._invoice(999.99, invoice_cash_rounding_id=rounding)
        self.assertEqual(invoice.amount_total, 1000)
        self._won()
        self._match(invoice, 1000)
        self._assert_money(invoice, "served", invoiced=1000, collected=1000)

    def test_tax_is_money(self):
        invoice = self._invoice(tax_ids=[self.company_data["default_tax_sale"].id])
        total = invoice.amount_total
        self.assertGreater(total, 1000)
        self._won()
        self._match(invoice, 1000)
        self._assert_money(
            invoice,
            "signed",
            invoiced=total,
            open=round(total - 1000, 2),
            collected=1000,
        )

    def test_payment_until_it_is_undone(self):
        """Draft, cancelled, posted again: each as the accounts are then."""
        invoice = self._invoice()
        self._won()
        payment = self._pay(invoice)
        self.assertEqual(
            self._get_money().get("collected"), 1000, "Nobody matches statements here"
        )
        self.assertEqual(self.ownership.phase, "served")
        payment.with_user(self.bookkeeper).action_draft()
        self.assertEqual(self._get_money(), {"invoiced": 1000, "open": 1000})
        self.assertEqual(self.ownership.phase, "signed")
        payment.with_user(self.bookkeeper).action_cancel()
        self.assertEqual(self._get_money(), {"invoiced": 1000, "open": 1000})
        messages = self.ownership.message_ids.mapped("body")
        self.assertTrue(any("collect again" in body for body in messages))

    def test_credit_note_in_part(self):
        invoice = self._invoice()
        self._won()
        refund = self._reverse_invoice(invoice)
        refund.invoice_line_ids.price_unit = 300
        refund.action_post()
        self._get_receivable(invoice | refund).reconcile()
        self.assertEqual(refund.process_ownership_id, self.ownership)
        self.assertEqual(self._get_money(), {"invoiced": 700, "open": 700})
        self._match(invoice, 700)
        self._assert_money(invoice | refund, "served", invoiced=700, collected=700)

    def test_money_given_back(self):
        """A credit note that is paid out takes the money off what was collected."""
        invoice = self._invoice()
        self._won()
        self._match(invoice, 1000)
        refund = self._reverse_invoice(invoice, post=True)
        self._match(refund, -1000)
        self._assert_money(invoice | refund, "served", invoiced=0, collected=0)

    def test_invoice_cancelled(self):
        invoice = self._invoice()
        self._won()
        self.assertEqual(self.ownership.phase, "signed")
        invoice.with_user(self.bookkeeper).button_draft()
        invoice.with_user(self.bookkeeper).button_cancel()
        self.assertEqual(self._get_money(), {})

    def test_receipt_of_a_sale(self):
        receipt = self._invoice(move_type="out_receipt")
        self._won()
        self.assertEqual(self._get_money(), {"invoiced": 1000, "open": 1000})
        self._match(receipt, 1000)
        self._assert_money(receipt, "served", invoiced=1000, collected=1000)

    def test_bill_of_a_supplier_is_not_our_money(self):
        bill = self._invoice(move_type="in_invoice")
        self.assertEqual(self._get_money(), {})
        self.assertFalse(bill.process_ownership_id)

    def test_lapse_of_an_entry(self):
        """An entry of a bookkeeper without money is no money: written off."""
        invoice = self._invoice()
        self._won()
        receivable = self._get_receivable(invoice)
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": "2019-01-05",
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": self.partner_a.id,
                            "credit": 1000,
                        }
                    ),
                    fields.Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_expense"
                            ].id,
                            "debit": 1000,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        self._get_receivable(invoice | entry).reconcile()
        self._assert_money(invoice, "signed", invoiced=1000, written_off=1000)

    def test_what_is_owed_follows_from_the_entries(self):
        """Odoo would take another word: served, with nothing collected."""
        invoice = self._invoice()
        self._won()
        line = self._get_receivable(invoice)
        ways = [
            lambda row, values=values: row.line_ids.browse(line.id).write(values)
            for values in (
                {"amount_residual": 0},
                {"amount_residual_currency": 0},
                {"reconciled": True},
            )
        ]
        ways += [
            lambda row: row.write({"amount_residual": 0}),
            lambda row: row.write({"amount_residual_signed": 0}),
            lambda row: row.write({"amount_total_signed": 0}),
        ]
        for number, way in enumerate(ways):
            with (
                self.subTest(way=number),
                self.assertRaisesRegex(AccessError, "The system fills in"),
                self.env.cr.savepoint(),
            ):
                way(invoice.with_user(self.bookkeeper))
        self._assert_money(invoice, "signed", invoiced=1000, open=1000)
        self._pay(invoice.with_user(self.bookkeeper))
        # Odoo makes no entry of this payment: it is not at the bank of the accounts
        self._assert_money(invoice, "served", bank=0, invoiced=1000, collected=1000)

    def test_what_may_count_as_collected(self):
        """Whoever says it: what a customer owes, and a loss, is no money."""
        data = self.company_data
        account = data["default_account_assets"].copy(
            {"name": "Withheld Tax", "account_type": "asset_current"}
        )
        account.with_user(self.bookkeeper).process_is_collected = True
        for kind in ("asset_fixed", "expense"):
            with self.assertRaisesRegex(ValidationError, "does not count"):
                account.account_type = kind
        for name in ("receivable", "revenue", "expense"):
            with self.assertRaisesRegex(ValidationError, "does not count"):
                data[f"default_account_{name}"].process_is_collected = True
