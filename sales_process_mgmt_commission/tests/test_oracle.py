# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What everybody has earned, worked out a second time.

Random histories of invoices, payments, credit notes, payments to draft and back and
closings of months. Then the rows of the accounts are read by SQL and counted in plain
Python that shares nothing with the addon: no module of it is imported.
"""

import os
import random
from collections import defaultdict
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .accounts import read_matches
from .common import FEBRUARY, JANUARY, MARCH, CommissionCommon

# 2,000 in the long run: SPM_HISTORIES=2000
HISTORIES = int(os.environ.get("SPM_HISTORIES", "50"))
# longer ones where there is time for them
STEPS = 4 if HISTORIES <= 50 else 10
DAYS = ("2019-01-05", "2019-01-20", "2019-02-03", "2019-02-14", "2019-03-09")
CENT = Decimal("0.01")


def to_cent(value):
    return value.quantize(CENT, ROUND_HALF_UP)


def divide(amount, percents):
    """An amount among people, in proportion; what is left to the largest remainders."""
    sign = -1 if amount < 0 else 1
    whole = sum(percents.values())
    exact = {who: abs(amount) * part / whole for who, part in percents.items()}
    parts = {who: part.quantize(CENT, ROUND_DOWN) for who, part in exact.items()}
    missing = int((abs(amount) - sum(parts.values())) / CENT)
    order = sorted(parts, key=lambda who: exact[who] - parts[who], reverse=True)
    for who in order[:missing]:
        parts[who] += CENT
    return {who: sign * part for who, part in parts.items()}


class Oracle:
    """What the accounts say that people have earned, from SQL alone."""

    def __init__(self, env, rates, people):
        """
        :param dict rates: percent by the root invoice
        :param dict people: percents by person, by the root invoice
        """
        self.env = env
        self.rates = rates
        self.people = people

    def get_collected(self):
        """Money without taxes that has arrived for each root invoice, exact."""
        collected = defaultdict(Decimal)
        for row in read_matches(self.env, self.rates):
            # of what a payment settles only what has reached the bank is money
            part = min(max(row.bank / row.taken, Decimal(0)), Decimal(1))
            money = to_cent((row.before + abs(row.matched)) * part)
            money -= to_cent(row.before * part)
            collected[row.root] += row.sign * money * abs(row.untaxed) / abs(row.total)
        return collected

    def get_earned(self):
        """What each person has earned with all that is there now."""
        earned = defaultdict(Decimal)
        for root, money in self.get_collected().items():
            whole = to_cent(money * self.rates[root] / 100)
            for who, part in divide(whole, self.people[root]).items():
                earned[who] += part
        return {who: amount for who, amount in earned.items() if amount}

    def get_booked(self):
        """What all statements say together, and whether they say what they hold."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT statement.user_id, statement.amount::text,
                       COALESCE(SUM(line.amount), 0)::text
                  FROM sales_process_commission_statement statement
             LEFT JOIN sales_process_commission_line line
                    ON line.statement_id = statement.id
              GROUP BY statement.id
                """
            )
        )
        booked = defaultdict(Decimal)
        for who, amount, lines in rows:
            if Decimal(amount) != Decimal(lines):
                raise AssertionError(f"{amount} is not {lines}")
            booked[who] += Decimal(amount)
        return {who: amount for who, amount in booked.items() if amount}

    def get_paid(self):
        """What was paid in closed months, and what is owed at their end."""
        return self.env.execute_query(
            SQL(
                """
                SELECT user_id, SUM(amount)::text, SUM(amount_due)::text,
                       (ARRAY_AGG(amount_carried_out ORDER BY date_month DESC))[1]::text
                  FROM sales_process_commission_statement
                 WHERE state = 'closed'
              GROUP BY user_id
                """
            )
        )


@tagged("post_install", "-at_install")
class TestOracle(CommissionCommon):
    """Whatever happens in whatever order: statements are rate × collected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currencies = [cls.company.currency_id]
        for code, rate in (("EUR", 0.37), ("JPY", 113.7)):
            currency = cls.setup_other_currency(code, rates=[("2018-01-01", rate)])
            cls.env["res.currency.rate"].create(
                {
                    "currency_id": currency.id,
                    "name": "2019-01-15",
                    "rate": rate * 1.1,
                    "company_id": cls.company.id,
                }
            )
            cls.currencies.append(currency)
        cls._create_money_lead(cls.colleague, cls.partner_b)
        # one of our own companies, with money of its own, buys as well: nobody earns
        sister = cls.env["res.company"].sudo()
        sister = sister.create({"name": "Sister", "currency_id": currency.id})
        cls.partner_c = sister.partner_id
        cls._create_money_lead(cls.salesperson, cls.partner_c)
        cls.env.cr.execute("DELETE FROM sales_process_commission_version")
        cls.version = cls._create_version(percent=3.7, helper_percent=33)
        cls.later = cls._create_version(
            percent=7.25, helper_percent=10, date_from="2019-01-10"
        )
        cls.env.invalidate_all()
        cls._make_documents()

    @classmethod
    def _make_documents(cls):
        """Invoices and payments with which histories begin, made once."""
        cls.first_invoices = cls.env["account.move"]
        cls.first_helped = {}
        for amount, partner, currency, taxes, day, helped in (
            (99.99, cls.partner_a, 0, cls.tax_sale_a, "2019-01-01", True),
            (12345.67, cls.partner_a, 1, None, "2019-01-11", True),
            (0.07, cls.partner_a, 0, None, "2019-01-11", False),
            (100, cls.partner_b, 0, cls.tax_sale_a, "2019-01-01", False),
            (5000, cls.partner_b, 2, cls.tax_sale_a, "2019-01-02", False),
            (700, cls.partner_c, 1, cls.tax_sale_a, "2019-01-02", False),
            (300, cls.partner_c, 0, None, "2019-01-11", False),
        ):
            cls.ownership.sudo().collaborator_ids = helped and cls.colleague
            invoice = cls._invoice(
                cls,
                amount,
                partner_id=partner.id,
                currency_id=cls.currencies[currency].id,
                tax_ids=(taxes and taxes.ids) or [],
                invoice_date=day,
            )
            cls.env.cr.flush()
            cls.first_invoices |= invoice
            if helped:
                cls.first_helped[invoice.id] = cls.colleague.id
        cls.first_payments = cls.env["account.payment"].create(
            [
                {
                    "payment_type": "inbound",
                    "partner_id": partner.id,
                    "amount": amount,
                    "currency_id": cls.currencies[currency].id,
                    "date": day,
                }
                for amount, partner, currency, day in (
                    (33.33, cls.partner_a, 0, DAYS[0]),
                    (4321.09, cls.partner_a, 1, DAYS[1]),
                    (20000, cls.partner_a, 0, DAYS[2]),
                    (57.5, cls.partner_b, 0, DAYS[1]),
                    (2500, cls.partner_b, 2, DAYS[3]),
                    (300, cls.partner_b, 0, DAYS[4]),
                    (300, cls.partner_c, 0, DAYS[1]),
                    (700, cls.partner_c, 1, DAYS[3]),
                )
            ]
        )
        cls.first_payments.action_post()
        cls.env.cr.flush()

    def do_pay(self, chance):
        invoice = chance.choice(self.invoices)
        values = chance.choice(
            [
                {},
                {"amount": invoice.amount_residual / 3},
                # more than is owed: the rest stays on account
                {"amount": invoice.amount_residual * 2},
                {
                    "amount": invoice.amount_residual * 0.6,
                    "payment_difference_handling": "reconcile",
                    "writeoff_account_id": self.company_data[
                        "default_account_expense"
                    ].id,
                },
            ]
        )
        self.payments |= self._pay(
            invoice,
            currency_id=invoice.currency_id.id,
            payment_date=chance.choice(DAYS),
            **values,
        )

    def do_draft(self, chance):
        chance.choice(self.payments).action_draft()

    def do_post(self, chance):
        chance.choice(self.payments).action_post()

    def do_cancel(self, chance):
        payment = chance.choice(self.payments)
        payment.action_draft()
        payment.action_cancel()

    def do_unreconcile(self, chance):
        chance.choice(self.invoices).line_ids.remove_move_reconcile()

    def do_match(self, chance):
        invoice = chance.choice(
            self.invoices.filtered(lambda move: move.state == "posted")
        )
        lines = (invoice | self.payments.move_id).line_ids.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and not line.reconciled
                and line.parent_state == "posted"
                and line.partner_id == invoice.commercial_partner_id
            )
        )
        lines.reconcile()

    def do_refund(self, chance):
        invoice = chance.choice(
            self.invoices.filtered(lambda move: move.move_type == "out_invoice")
        )
        self.invoices |= self._refund(
            invoice, chance.choice(DAYS), chance.choice([None, 10])
        )

    def do_close(self, chance):
        for day in (JANUARY, FEBRUARY, MARCH):
            month = self._get_month(day)
            if month.state == "open":
                month.with_user(self.administrator).action_close()
                return

    def _get_agreed(self):
        """The rates and shares that this history has fixed, as the test knows them."""
        rates, people = {}, {}
        for invoice in self.invoices:
            root = invoice.reversed_entry_id or invoice
            if root.id in rates:
                continue
            later = root.invoice_date.isoformat() >= "2019-01-10"
            rates[root.id] = Decimal("7.25") if later else Decimal("3.7")
            owner = root.process_ownership_id.user_id
            helped = self.first_helped.get(root.id)
            share = Decimal(10 if later else 33) if helped else Decimal(0)
            people[root.id] = {owner.id: 100 - share}
            if helped:
                people[root.id][helped] = share
        return rates, people

    def _play(self, seed):
        """One history.

        :return: list of what was done, to be read when it fails
        """
        chance = random.Random(seed)
        self.invoices, self.payments = self.first_invoices, self.first_payments
        done = []
        acts = [name for name in dir(self) if name.startswith("do_")]
        weights = {"do_match": 6, "do_close": 4}
        names = chance.choices(acts, [weights.get(name, 1) for name in acts], k=STEPS)
        # something has to be paid before it can be taken back
        for name in ("do_match", *names):
            known = self.invoices
            try:
                with self.env.cr.savepoint():
                    getattr(self, name)(chance)
                    self.env.cr.flush()
                done.append(name)
            except (UserError, IndexError) as error:
                # an accountant is refused: nothing has happened
                done.append(f"{name} refused: {error}")
                self.invoices = known
                self.payments = self.payments.exists()
                self.env.invalidate_all()
        return done

    def _count_between(self):
        """How many payments one of our companies has made to another."""
        return self.env["sales.process.money"].search_count(
            [
                ("kind", "=", "collected"),
                ("move_id.commercial_partner_id", "=", self.partner_c.id),
            ],
            limit=1,
        )

    def test_histories(self):
        """The sum of all statements is what the accounts say, to the cent."""
        moved = between = 0
        for seed in range(HISTORIES):
            savepoint = self.env.cr.savepoint(flush=False)
            try:
                done = self._play(seed)
                self.env.flush_all()
                oracle = Oracle(self.env, *self._get_agreed())
                with self.subTest(seed=seed):
                    self.assertEqual(oracle.get_booked(), oracle.get_earned(), done)
                    for _who, *numbers in oracle.get_paid():
                        amount, paid, owed = map(Decimal, numbers)
                        self.assertEqual(paid + owed, amount, done)
                        self.assertGreaterEqual(paid, 0)
                moved += bool(oracle.get_earned())
                between += self._count_between()
            finally:
                savepoint.rollback()
                self.env.clear()
                # what was heard of what has been rolled back
                heard = self.env["sales.process.money"]._get_heard()
                heard["moves"], heard["ownerships"] = set(), set()
        # histories in which nothing is earned prove nothing
        self.assertGreater(moved, HISTORIES // 3)
        if HISTORIES >= 50:
            self.assertGreater(between, HISTORIES // 10)

    def test_finds_what_is_wrong(self):
        """A line that is changed by a cent is found."""
        self.invoices = self.first_invoices
        self._pay(self.invoices[0])
        self.env.flush_all()
        oracle = Oracle(self.env, *self._get_agreed())
        self.env.cr.execute(
            """
            UPDATE sales_process_commission_line SET amount = amount + 0.01
             WHERE id = (SELECT MAX(id) FROM sales_process_commission_line)
            """
        )
        with self.assertRaises(AssertionError):
            self.assertEqual(oracle.get_booked(), oracle.get_earned())
