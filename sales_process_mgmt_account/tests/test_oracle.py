# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An independent reckoning of what was collected, and what is open, by age.

It shares no code with the addon: rows of the accounts by plain SQL, and plain
arithmetic with fractions. ``SPM_HISTORIES=2000`` plays more histories than CI does,
``SPM_FIRST=500`` begins with another one.
"""

import os
import random
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MoneyCommon

HISTORIES = int(os.environ.get("SPM_HISTORIES", "8"))
FIRST = int(os.environ.get("SPM_FIRST", "0"))
ACTS = 8
CENT = Fraction(1, 100)
SIDES = ("debit_move_id", "credit_move_id")
LIMITS = ((0, "0_not_due"), (30, "1_until_30"), (60, "2_until_60"), (90, "3_until_90"))


def exact(number):
    """What PostgreSQL says of an amount, as a fraction of whole cents."""
    return Fraction(str(number or 0))


def to_cents(amount):
    """Half a cent is rounded away from zero."""
    sign = -1 if amount < 0 else 1
    return sign * ((abs(amount) / CENT + Fraction(1, 2)) // 1) * CENT


class Books:
    """The rows of the accounts, read once.

    :param rows: function of a query, gives dicts
    :param int partner: id of the customer
    :param int company: id of the company
    """

    def __init__(self, rows, partner, company):
        self.moves = {
            row["id"]: row
            for row in rows(
                "SELECT id, move_type, state, origin_payment_id, invoice_date, date,"
                " amount_total_signed FROM account_move WHERE company_id = %s",
                company,
            )
        }
        self.lines = {
            row["id"]: row
            for row in rows(
                "SELECT l.id, l.move_id, l.balance, l.amount_residual,"
                " l.date_maturity, l.date, l.partner_id, l.account_id,"
                " l.tax_repartition_line_id,"
                " a.account_type, a.process_is_collected AS is_withheld, l.debit,"
                " l.credit"
                " FROM account_move_line l JOIN account_account a"
                " ON a.id = l.account_id WHERE l.company_id = %s",
                company,
            )
        }
        self.partials = rows(
            "SELECT id, debit_move_id, credit_move_id, amount, exchange_move_id,"
            " max_date FROM account_partial_reconcile WHERE company_id = %s",
            company,
        )
        self.payments = {
            row["id"]: row
            for row in rows(
                "SELECT id, state, amount, currency_id, date, move_id,"
                " outstanding_account_id, partner_id FROM account_payment"
                " WHERE company_id = %s",
                company,
            )
        }
        self.links = rows(
            "SELECT payment_id, invoice_id FROM account_move__account_payment"
        )
        [self.company] = rows(
            "SELECT currency_id,"
            " account_journal_early_pay_discount_loss_account_id AS loss,"
            " account_journal_early_pay_discount_gain_account_id AS gain"
            " FROM res_company WHERE id = %s",
            company,
        )
        self.rates = rows(
            "SELECT currency_id, name, rate FROM res_currency_rate"
            " WHERE company_id = %s ORDER BY name",
            company,
        )
        self.partner = partner
        self.by_move = {}
        for line in self.lines.values():
            self.by_move.setdefault(line["move_id"], []).append(line)
        self.exchanges = {}
        for row in self.partials:
            if row["exchange_move_id"]:
                self.exchanges.setdefault(row["exchange_move_id"], []).append(row)

    def is_liquid(self, line, payment):
        if line["is_withheld"]:
            return True
        return line["account_type"] in ("asset_cash", "liability_credit_card") or (
            payment is not None
            and line["account_id"] == payment["outstanding_account_id"]
        )

    def judge(self, move_id):
        """What the entry on the other side of a match is.

        :return: ``waiting`` for money that has not arrived, ``settled`` for what is no
            money and no loss either, else the shares of money and of agreed discount
        """
        move = self.moves[move_id]
        payment = self.payments.get(move["origin_payment_id"])
        if move["state"] != "posted":
            return "waiting"
        if payment is not None and payment["state"] in (
            "draft",
            "canceled",
            "rejected",
        ):
            return "waiting"
        for cause in self.exchanges.get(move_id, ()):
            # a payment that has not arrived has no loss by its rate either
            for side in SIDES:
                if self.judge(self.lines[cause[side]]["move_id"]) == "waiting":
                    return "waiting"
        if move["move_type"] != "entry" or move_id in self.exchanges:
            return "settled"
        money = discount = taxes = owed_by_us = total = Fraction(0)
        for line in self.by_move.get(move_id, ()):
            balance = exact(line["balance"])
            if self.is_liquid(line, payment):
                money += balance
            elif line["account_type"] == "asset_receivable":
                total -= balance
            elif line["account_type"] == "liability_payable":
                owed_by_us += balance
            elif line["account_id"] in (self.company["loss"], self.company["gain"]):
                discount += balance
            elif line["tax_repartition_line_id"]:
                taxes += balance
        if discount:
            discount += taxes
        # set off against a bill is as good as money
        if owed_by_us > 0:
            money += owed_by_us
        else:
            total -= owed_by_us
        if not total:
            return Fraction(0), Fraction(0)
        part = min(max(money / total, Fraction(0)), Fraction(1))
        rest = min(max(discount / total, Fraction(0)), Fraction(1))
        return part, min(rest, 1 - part)

    def reckon(self):
        """What was collected and lost, and what is open by invoice and day.

        :return: ``(sum collected, sum written off, {(move, due): open})``
        """
        collected = lost = Fraction(0)
        owed = {}
        for move_id, move in self.moves.items():
            if move["state"] != "posted" or move["move_type"] not in (
                "out_invoice",
                "out_refund",
                "out_receipt",
            ):
                continue
            for line in self.by_move.get(move_id, ()):
                if line["account_type"] != "asset_receivable":
                    continue
                key = (move_id, line["date_maturity"] or line["date"], line["id"])
                owed[key] = exact(line["amount_residual"])
                sign = -1 if move["move_type"] == "out_refund" else 1
                for part in self.partials:
                    if line["id"] == part["debit_move_id"]:
                        other = part["credit_move_id"]
                    elif line["id"] == part["credit_move_id"]:
                        other = part["debit_move_id"]
                    else:
                        continue
                    amount = exact(part["amount"])
                    found = self.judge(self.lines[other]["move_id"])
                    if found == "waiting":
                        owed[key] += sign * amount
                    elif found != "settled":
                        before = self.count_before(part, other)
                        money, gone = (
                            to_cents((before + amount) * share)
                            - to_cents(before * share)
                            for share in (found[0], sum(found))
                        )
                        collected += sign * money
                        lost += sign * (amount - gone)
        collected += self.pay_without_entry(owed)
        return collected, lost, {key: due for key, due in owed.items() if due}

    def count_before(self, part, line_id):
        """How much of an entry was matched before, on the same side."""
        side = next(name for name in SIDES if part[name] == line_id)
        move_id = self.lines[line_id]["move_id"]
        return sum(
            (
                exact(other["amount"])
                for other in self.partials
                if other["id"] < part["id"]
                and self.lines[other[side]]["move_id"] == move_id
            ),
            Fraction(0),
        )

    def pay_without_entry(self, owed):
        """Payments that have no entry pay what is due first of their invoices."""
        paid = Fraction(0)
        invoices = {}
        for link in self.links:
            invoices.setdefault(link["payment_id"], set()).add(link["invoice_id"])
        for payment in sorted(
            self.payments.values(), key=lambda row: (row["date"], row["id"])
        ):
            if payment["move_id"] or payment["state"] in (
                "draft",
                "canceled",
                "rejected",
            ):
                continue
            rest = to_cents(exact(payment["amount"]) * self.get_rate(payment))
            mine = invoices.get(payment["id"], ())
            for key in sorted(owed, key=lambda key: (key[1], key[2])):
                if key[0] not in mine or not rest:
                    continue
                used = min(rest, abs(owed[key]))
                sign = -1 if owed[key] < 0 else 1
                rest -= used
                owed[key] -= sign * used
                paid += sign * used
        return paid

    def get_rate(self, payment):
        """What one unit of a payment's currency is worth on its day."""
        if payment["currency_id"] == self.company["currency_id"]:
            return Fraction(1)
        mine = [r for r in self.rates if r["currency_id"] == payment["currency_id"]]
        known = [row for row in mine if row["name"] <= payment["date"]] or mine[:1]
        return 1 / exact(known[-1]["rate"])


@tagged("post_install", "-at_install")
class TestOracle(MoneyCommon):
    """Whatever happens, in whatever order: the same to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currencies = [cls.company.currency_id]
        for code, rates in (
            ("EUR", ((date(2019, 1, 1), 2.0), (date(2019, 2, 1), 2.5))),
            ("CHF", ((date(2019, 1, 1), 0.75), (date(2019, 2, 1), 0.8))),
        ):
            cls.currencies.append(cls.setup_other_currency(code, rates=rates))
        cls.terms = [
            cls.env["account.payment.term"],
            cls.env["account.payment.term"].create(
                {
                    "name": "Three parts",
                    "line_ids": [
                        fields.Command.create(
                            {"value": "percent", "value_amount": share, "nb_days": days}
                        )
                        for share, days in ((33.33, 0), (33.33, 30), (33.34, 90))
                    ],
                }
            ),
            cls.env["account.payment.term"].create(
                {
                    "name": "2 % within 10 days",
                    "early_discount": True,
                    "discount_days": 10,
                    "discount_percentage": 2,
                    "line_ids": [
                        fields.Command.create(
                            {"value": "percent", "value_amount": 100, "nb_days": 60}
                        )
                    ],
                }
            ),
        ]
        cls.loss = cls.company_data["default_account_expense"]
        cls.withheld = cls.company_data["default_account_assets"].copy(
            {
                "name": "Withheld Tax",
                "account_type": "asset_current",
                "process_is_collected": True,
            }
        )
        cls.today = cls._today(cls.salesperson)
        # some days lie around today, so that ages differ
        cls.start = cls.today - timedelta(days=150)

    def _rows(self, query, *parameters):
        self.env.cr.execute(query, parameters)
        return self.env.cr.dictfetchall()

    # ------------------------------------------------------------
    # WHAT HAPPENS
    # ------------------------------------------------------------

    def _some_day(self, chance):
        return self.start + timedelta(days=chance.randrange(140))

    def _choose(self, chance, state="posted", types=("out_invoice",)):
        return chance.choice(
            self.documents.filtered(
                lambda move: move.state == state and move.move_type in types
            )
        )

    def _choose_payment(self, chance):
        return chance.choice(
            self.env["account.payment"].search(
                [("partner_id", "=", self.partner_a.id)], order="id"
            )
        )

    def do_invoice(self, chance):
        self.documents |= self._invoice(
            chance.choice([0.01, 33.33, 99.99, 100, 1234.56, 7777.77]),
            tax_ids=chance.choice([[], self.tax_sale_a.ids]),
            invoice_date=self._some_day(chance),
            currency_id=chance.choice(self.currencies).id,
            invoice_payment_term_id=chance.choice(self.terms).id,
        )

    def do_pay(self, chance):
        self._pay(self._choose(chance), payment_date=self._some_day(chance))

    def do_pay_part(self, chance):
        invoice = self._choose(chance)
        self._pay(
            invoice,
            amount=round(
                invoice.amount_residual * chance.choice([0.1, 0.3333, 0.5]), 2
            ),
            payment_difference_handling="open",
            currency_id=invoice.currency_id.id,
            payment_date=self._some_day(chance),
        )

    def do_overpay(self, chance):
        invoice = self._choose(chance)
        self._pay(
            invoice,
            amount=round(invoice.amount_residual * 1.5, 2),
            payment_difference_handling="open",
            currency_id=invoice.currency_id.id,
            payment_date=self._some_day(chance),
        )

    def do_write_off(self, chance):
        invoice = self._choose(chance)
        self._pay(
            invoice,
            amount=round(invoice.amount_residual * 0.6, 2),
            payment_difference_handling="reconcile",
            writeoff_account_id=self.loss.id,
            currency_id=invoice.currency_id.id,
            payment_date=self._some_day(chance),
        )

    def do_withhold(self, chance):
        invoice = self._choose(chance)
        self._pay(
            invoice,
            amount=round(invoice.amount_residual * 0.9, 2),
            payment_difference_handling="reconcile",
            writeoff_account_id=self.withheld.id,
            currency_id=invoice.currency_id.id,
            payment_date=self._some_day(chance),
        )

    def do_pay_early(self, chance):
        invoice = self._choose(chance)
        self._pay(invoice, payment_date=invoice.invoice_date + timedelta(days=5))

    def do_pay_several(self, chance):
        invoices = self._choose(chance) | self._choose(chance)
        self._pay(invoices, payment_date=self._some_day(chance))

    def do_pay_several_with_a_loss(self, chance):
        invoices = self.documents.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.currency_id == self.company.currency_id
            )
        )
        due = sum(self._get_receivable(invoices).mapped("amount_residual"))
        self._pay(
            invoices,
            group_payment=True,
            amount=round(due * 0.9, 2),
            payment_difference_handling="reconcile",
            writeoff_account_id=self.loss.id,
            payment_date=self._some_day(chance),
        )

    def do_set_off(self, chance):
        invoice = self._choose(chance)
        [line] = self._get_receivable(invoice)[:1]
        amount = round(line.amount_residual * chance.choice([0.5, 1]), 2)
        lost = round(amount * chance.choice([0, 0.3]), 2)
        accounts = self.company_data
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self._some_day(chance),
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.partner_a.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (line.account_id, -amount),
                        (accounts["default_account_payable"], amount - lost),
                        (self.loss, lost),
                    )
                ],
            }
        )
        entry.action_post()
        (line | self._get_receivable(entry)).reconcile()

    def do_pay_in_own_currency(self, chance):
        self._pay(
            self._choose(chance),
            currency_id=self.company.currency_id.id,
            payment_date=self._some_day(chance),
        )

    def do_bad_debt(self, chance):
        invoice = self._choose(chance)
        [line] = self._get_receivable(invoice)[:1]
        amount = round(line.amount_residual * chance.choice([0.25, 1]), 2)
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self._some_day(chance),
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": line.account_id.id,
                            "partner_id": self.partner_a.id,
                            "credit": amount,
                        }
                    ),
                    fields.Command.create(
                        {"account_id": self.loss.id, "debit": amount}
                    ),
                ],
            }
        )
        entry.action_post()
        (line | self._get_receivable(entry)).reconcile()

    def do_refund(self, chance):
        invoice = self._choose(chance)
        refund = self._reverse_invoice(invoice, date=self._some_day(chance))
        if chance.random() < 0.5:
            line = refund.invoice_line_ids[:1]
            line.price_unit = round(line.price_unit * 0.4, 2)
        refund.action_post()
        self.documents |= refund
        if chance.random() < 0.7:
            lines = self._get_receivable(invoice | refund)
            lines.reconcile()

    def do_credit_note(self, chance):
        self.documents |= self._invoice(
            chance.choice([10, 55.55]),
            move_type="out_refund",
            invoice_date=self._some_day(chance),
        )

    def do_refund_money(self, chance):
        self._pay(
            self._choose(chance, types=("out_refund",)),
            payment_date=self._some_day(chance),
        )

    def do_payment_draft(self, chance):
        self._choose_payment(chance).action_draft()

    def do_payment_post(self, chance):
        self._choose_payment(chance).action_post()

    def do_payment_cancel(self, chance):
        payment = self._choose_payment(chance)
        payment.action_draft()
        payment.action_cancel()

    def do_bounce(self, chance):
        self._choose_payment(chance).action_reject()

    def do_unmatch(self, chance):
        self._choose(chance).line_ids.remove_move_reconcile()

    def do_match_again(self, chance):
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.partner_a.id),
                ("account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
                ("parent_state", "=", "posted"),
            ]
        )
        lines.reconcile()

    def do_invoice_draft(self, chance):
        self._choose(chance).button_draft()

    def do_invoice_post(self, chance):
        self._choose(chance, "draft").action_post()

    def do_invoice_cancel(self, chance):
        invoice = self._choose(chance)
        invoice.button_draft()
        invoice.button_cancel()

    def do_bank(self, chance):
        invoice = self._choose(chance)
        residual = sum(self._get_receivable(invoice).mapped("amount_residual"))
        self._match(invoice, round(residual * chance.choice([0.5, 1]), 2))

    # ------------------------------------------------------------
    # THE SAME, TO THE CENT
    # ------------------------------------------------------------

    def _get_said(self):
        """What the rows of the addon say, and the list of receivables by age."""
        [said] = self._rows(
            "SELECT COALESCE(SUM(amount) FILTER (WHERE kind = 'collected'), 0) AS got,"
            " COALESCE(SUM(amount) FILTER (WHERE kind = 'written_off'), 0) AS lost,"
            " COALESCE(SUM(amount) FILTER (WHERE kind = 'open'), 0) AS due"
            " FROM sales_process_money WHERE ownership_id = %s",
            self.ownership.id,
        )
        rows = self.env["sales.process.receivable"].with_user(self.salesperson)
        ages = {}
        for age, amount in rows._read_group(
            [("ownership_id", "=", self.ownership.id)], ["age"], ["amount:sum"]
        ):
            ages[age] = round(amount, 2)
        return said, {age: amount for age, amount in ages.items() if amount}

    def _get_ages(self, owed, today):
        ages = Counter()
        for (_move, due, _line), amount in owed.items():
            days = (today - due).days
            name = next((name for limit, name in LIMITS if days <= limit), "4_older")
            ages[name] += amount
        return {age: round(float(amount), 2) for age, amount in ages.items() if amount}

    def _find_differences(self):
        """What the accounts say otherwise than the addon.

        :return: ``{what: (by the accounts, by the addon)}``
        """
        self.env.cr.flush()
        self.env.invalidate_all()
        books = Books(self._rows, self.partner_a.id, self.company.id)
        collected, lost, owed = books.reckon()
        said, ages = self._get_said()
        [today] = self._rows(
            "SELECT (%s::timestamp AT TIME ZONE 'UTC'"
            " AT TIME ZONE 'Asia/Shanghai')::date AS today",
            self.env.cr.now(),
        )
        pairs = {
            "collected": (round(float(collected), 2), round(float(said["got"]), 2)),
            "lost": (round(float(lost), 2), round(float(said["lost"]), 2)),
            "open": (round(float(sum(owed.values())), 2), round(float(said["due"]), 2)),
            "ages": (self._get_ages(owed, today["today"]), ages),
        }
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def test_it_would_notice(self):
        """A cent, or a day at a limit, is a difference."""
        invoice = self._invoice(
            100,
            invoice_date=self.today - timedelta(days=31),
            invoice_date_due=self.today - timedelta(days=30),
            invoice_payment_term_id=False,
        )
        self._pay(invoice, amount=40, payment_difference_handling="open")
        self.assertFalse(self._find_differences())
        for change, found in (
            ("amount = amount + 0.01 WHERE kind = 'collected'", {"collected"}),
            ("amount = amount - 0.01 WHERE kind = 'open'", {"open", "ages"}),
            ("date = date - 1 WHERE kind = 'open'", {"ages"}),
            ("kind = 'written_off' WHERE kind = 'collected'", {"collected", "lost"}),
        ):
            savepoint = self.cr.savepoint()
            self.env.cr.execute(
                f"UPDATE sales_process_money SET {change} AND move_id = {invoice.id}"
            )
            with self.subTest(change=change):
                self.assertEqual(set(self._find_differences()), found)
            savepoint.rollback()

    @mute_logger("odoo.sql_db", "odoo.addons.account.models.account_move")
    def test_histories(self):
        acts = sorted(name for name in dir(self) if name.startswith("do_"))
        usual = ["do_invoice", "do_pay", "do_pay_part", "do_pay_early"] * 2
        played = Counter()
        journal = self.company_data["default_journal_bank"]
        for seed in range(FIRST, FIRST + HISTORIES):
            chance = random.Random(f"money {seed}")
            savepoint = self.cr.savepoint()
            if seed % 4 == 3:
                # payments without an entry, as Odoo has them without accounting
                journal.inbound_payment_method_line_ids.payment_account_id = False
                journal.outbound_payment_method_line_ids.payment_account_id = False
            self.documents = self.env["account.move"]
            done = []
            for step in range(ACTS):
                act = "do_invoice" if not step else chance.choice(acts + usual)
                try:
                    with self.cr.savepoint():
                        getattr(self, act)(chance)
                        self.env.cr.flush()
                    played[act] += 1
                    done.append(act)
                except (UserError, ValidationError, IndexError, ValueError):
                    done.append(f"({act})")
                    self.env.invalidate_all()
                if step in (ACTS // 2, ACTS - 1):
                    with self.subTest(seed=seed, done=done[:]):
                        self.assertFalse(self._find_differences())
            savepoint.rollback()
            self.env.invalidate_all()
        if HISTORIES >= 200:
            # nothing that may happen is left out because it is always refused
            self.assertEqual(set(played), set(acts))
