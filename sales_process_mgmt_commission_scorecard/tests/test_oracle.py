# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What scorecards make of commission, worked out a second time.

Payments in any order, scorecards closed before and after their month, opened anew and
closed again, months closed in between. Then rows are read by SQL and counted in plain
Python that imports no module of the addons.
"""

import os
import random
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt_commission.tests.accounts import read_matches

from .common import FactorCommon

HISTORIES = int(os.environ.get("SPM_HISTORIES", "50")) // 10
CENT = Decimal("0.01")
MONTHS = [date(2019, number, 1) for number in (1, 2, 3)]


def to_cent(value):
    """Halves away from zero."""
    value = Fraction(value)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(CENT, ROUND_HALF_UP)


@tagged("post_install", "-at_install")
class TestOracle(FactorCommon):
    """In the end each month is what it would have been by its last scorecard."""

    def _play(self, chance):
        """Random payments, scorecards and closings.

        :return: ``(rate, cap)``
        """
        percent = chance.choice([5, 3.25, 7.77])
        cap = chance.choice([0, 0, 40, 77.77])
        self._renew(percent=percent, cap=cap)
        todo = [("pay", day) for day in ("01-05", "01-31", "02-03", "02-28", "03-15")]
        todo += [("judge", chance.choice(MONTHS)) for _number in range(4)]
        chance.shuffle(todo)
        closed = 0
        for step, what in todo:
            if step == "judge":
                self._judge(chance.choice([0, 0.8, 0.95, 1, 1.1, 1.25]), what)
            elif int(what[:2]) > closed:
                amount = chance.randrange(1, 99999) / 100
                self._pay(self._invoice(amount), payment_date=f"2019-{what}")
            if chance.random() < 0.3 and closed < 2 and self._get_month(MONTHS[closed]):
                self._close(MONTHS[closed])
                closed += 1
        return Fraction(str(percent)), Fraction(str(cap))

    def _work_out(self, percent, cap):
        """What the person has earned of each month, by the accounts and the scorecards.

        :return: Decimal
        """
        invoices = self.env["account.move"].search(
            [
                ("partner_id", "=", self.partner_a.id),
                ("move_type", "=", "out_invoice"),
            ]
        )
        money = defaultdict(list)
        for row in read_matches(self.env, invoices.ids):
            part = to_cent(Fraction(row.matched) * percent / 100)
            money[row.day.replace(day=1)].append(part)
        cards = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (date_from) date_from, coefficient::text
                      FROM sales_process_scorecard
                     WHERE user_id = %s AND state = 'closed'
                  ORDER BY date_from, id DESC
                    """,
                    self.salesperson.id,
                )
            )
        )
        total = Decimal(0)
        for month, amounts in money.items():
            factor = Fraction(cards.get(month, "1"))
            earned = to_cent(Fraction(sum(amounts)) * factor)
            total += min(earned, Decimal(str(float(cap)))) if cap else earned
        return total

    def test_histories(self):
        for seed in range(HISTORIES):
            savepoint = self.env.cr.savepoint(flush=False)
            try:
                rules = self._play(random.Random(seed))
                with self.subTest(seed=seed, rules=rules):
                    wanted = self._work_out(*rules)
                    [[booked]] = self.env.execute_query(
                        SQL(
                            "SELECT COALESCE(SUM(amount), 0)::text"
                            "  FROM sales_process_commission_line WHERE user_id = %s",
                            self.salesperson.id,
                        )
                    )
                    self.assertEqual(Decimal(booked), wanted)
                    [[differing]] = self.env.execute_query(
                        SQL(
                            """
                            SELECT COUNT(*) FROM sales_process_commission_statement row
                             WHERE amount <> (
                                   SELECT COALESCE(SUM(line.amount), 0)
                                     FROM sales_process_commission_line line
                                    WHERE line.statement_id = row.id)
                            """
                        )
                    )
                    self.assertFalse(differing)
            finally:
                savepoint.rollback()
                self.env.clear()
                self.env.registry.clear_cache()
                heard = self.env["sales.process.money"]._get_heard()
                heard["moves"], heard["ownerships"] = set(), set()
