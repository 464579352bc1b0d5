# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What tiers and limits make of a month, worked out a second time.

Random orders of products with several rates, invoices with a discount for paying early,
payments and refunds in any order, to draft and back; plans with random tiers and
limits. Then the rows of the accounts are read by SQL and counted in plain Python that
shares nothing with the addon: no module of it is imported.
"""

import os
import random
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .accounts import read_matches
from .common import CommissionCommon

HISTORIES = int(os.environ.get("SPM_HISTORIES", "50")) // 10
CENT = Decimal("0.01")
PAID = ("paid", "in_payment", "partial")
DAYS = ("2019-01-05", "2019-01-31", "2019-02-01", "2019-02-14")


def to_cent(value):
    """Halves away from zero."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return value.quantize(CENT, ROUND_HALF_UP)


def multiply(base, tiers, is_whole):
    """By how much the commission of a month is multiplied: step by step, upwards."""
    passed = [tier for tier in sorted(tiers) if tier[0] < base]
    if is_whole:
        return Fraction(passed[-1][1], 100) if passed else Fraction(1)
    worth, reached, factor = Fraction(0), Decimal(0), Fraction(1)
    for start, percent in passed:
        worth += Fraction(start - reached) * factor
        reached, factor = start, Fraction(percent, 100)
    worth += Fraction(base - reached) * factor
    return worth / Fraction(base)


@tagged("post_install", "-at_install")
class TestOracleTiers(CommissionCommon):
    """Whatever is paid in whatever order: a month is its money, tiers and limit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Category = cls.env["product.category"]
        cls.goods = []
        for name in ("Machines", "Services", "Parts"):
            category = Category.create({"name": name})
            cls.goods.append(cls._create_goods(category, name=name))
        cls.term = cls.env["account.payment.term"].create(
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

    def _get_money_by_month(self, invoice_ids):
        """What has reached the bank of each invoice, less what went back, by month.

        :return: ``{invoice id: {month: Decimal}}``
        """
        money = defaultdict(lambda: defaultdict(Decimal))
        for row in read_matches(self.env, invoice_ids):
            part = to_cent(row.matched * row.bank / row.taken)
            money[row.root][f"{row.day:%m}"] += row.sign * part
        return money

    def _work_out(self, rates, tiers, is_whole, cap):
        """What the months are worth.

        :param dict rates: exact percent by invoice
        :return: ``{month: Decimal}``
        """
        base, plain = defaultdict(Decimal), defaultdict(Decimal)
        for invoice_id, months in self._get_money_by_month(rates).items():
            before, earned = Decimal(0), Decimal(0)
            for month in sorted(months):
                before += months[month]
                whole = to_cent(Fraction(before) * rates[invoice_id] / 100)
                base[month] += months[month]
                plain[month] += whole - earned
                earned = whole
        found = {}
        for month, money in base.items():
            factor = multiply(money, tiers, is_whole) if money > 0 else Fraction(1)
            found[month] = to_cent(Fraction(plain[month]) * factor)
            if cap:
                found[month] = min(found[month], cap)
        return found

    def _get_booked(self):
        """What statements say, checked against their lines."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT TO_CHAR(statement.date_month, 'MM'), statement.amount::text,
                       SUM(line.amount)::text,
                       SUM(line.amount_plain + line.amount_adjusted)::text
                  FROM sales_process_commission_statement statement
                  JOIN sales_process_commission_line line
                    ON line.statement_id = statement.id
              GROUP BY statement.id
                """
            )
        )
        for row in rows:
            self.assertEqual(len({Decimal(number) for number in row[1:]}), 1, row)
        return {month: Decimal(amount) for month, amount, *_rest in rows}

    def _play(self, chance):
        """Random rules, orders and payments.

        :return: what :meth:`_work_out` needs
        """
        percents = [Fraction(chance.choice([50, 137, 325, 800]), 100) for _ in range(3)]
        starts = sorted(chance.sample([0, 100, 500, 750, 1000, 2500], 2))
        tiers = [
            (Decimal(start), chance.choice([50, 110, 133, 200])) for start in starts
        ]
        is_whole, cap = chance.random() < 0.5, chance.choice([0, 0, 33.33, 60])
        self._renew(
            percent=9,
            cap=cap,
            tier_mode="retroactive" if is_whole else "marginal",
            rate_ids=[
                fields.Command.create(
                    {"category_id": product.categ_id.id, "percent": float(percent)}
                )
                for product, percent in zip(self.goods, percents, strict=True)
            ],
            tier_ids=[
                fields.Command.create({"amount_from": float(start), "percent": factor})
                for start, factor in tiers
            ],
        )
        rates, payments = {}, self.env["account.payment"]
        for _number in range(2):
            amounts = [Decimal(chance.randrange(1, 99999)) / 100 for _ in range(3)]
            order = self._create_order(
                [
                    (product, float(amount))
                    for product, amount in zip(self.goods, amounts, strict=True)
                ],
                payment_term_id=chance.choice([False, self.term.id]),
            )
            invoice = self._invoice_order(order)
            exact = sum(
                Fraction(amount) * percent
                for amount, percent in zip(amounts, percents, strict=True)
            ) / Fraction(sum(amounts))
            # a rate has ten decimals
            rates[invoice.id] = Fraction(round(exact * 10**10), 10**10)
            for part in chance.choice([[1], [0.3, 1], [0.5, 0.1, 1]]):
                payments |= self._pay(
                    invoice,
                    payment_date=chance.choice(DAYS),
                    **({"amount": invoice.amount_residual * part} if part < 1 else {}),
                )
            if chance.random() < 0.4 and invoice.payment_state in PAID:
                part = Decimal(chance.randrange(1, 30000)) / 100
                refund = self._refund(
                    invoice,
                    chance.choice(DAYS),
                    chance.choice([None, float(part / 3)]),
                )
                payments |= self._pay(refund, payment_date=chance.choice(DAYS))
        for payment in payments:
            if chance.random() < 0.3:
                payment.action_draft()
                if chance.random() < 0.5:
                    payment.action_post()
        return rates, tiers, is_whole, Decimal(str(cap))

    def test_histories(self):
        """The statements are what the accounts and the rules say, to the cent."""
        other = 0
        for seed in range(HISTORIES):
            savepoint = self.env.cr.savepoint(flush=False)
            try:
                rules = self._play(random.Random(seed))
                self.env.flush_all()
                found = self._work_out(*rules)
                with self.subTest(seed=seed, rules=rules):
                    booked = self._get_booked()
                    self.assertEqual(
                        {month: amount for month, amount in booked.items() if amount},
                        {month: amount for month, amount in found.items() if amount},
                    )
                rates, _tiers, is_whole, _cap = rules
                other += found != self._work_out(rates, [], is_whole, 0)
            finally:
                savepoint.rollback()
                self.env.clear()
                self.env.registry.clear_cache()
                heard = self.env["sales.process.money"]._get_heard()
                heard["moves"], heard["ownerships"] = set(), set()
        # where neither tier nor limit changes anything, nothing is proved
        self.assertGreater(other, HISTORIES // 2)
