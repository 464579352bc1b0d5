# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What one person has earned in two companies, worked out a second time.

One company counts in cents, the other one in a currency without. Random invoices in
either currency, payments, refunds, payments to draft and back; months closed in one
company while they are open in the other. Then rows are read by SQL and counted in plain
Python that imports no module of the addons.
"""

import os
import random
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .accounts import read_matches
from .common import FEBRUARY, JANUARY, CommissionCommon

HISTORIES = int(os.environ.get("SPM_HISTORIES", "50")) // 10
STEPS = 12
# The smallest coin of each currency.
UNITS = defaultdict(lambda: Decimal("0.01"), JPY=Decimal(1))
DAYS = ("2019-01-05", "2019-01-31", "2019-02-03", "2019-02-28", "2019-03-09")


@tagged("post_install", "-at_install")
class TestOracleCompanies(CommissionCommon):
    """In each company statements are its rate × its money, in its currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_second_company()
        cls.dollar = cls.company.currency_id
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": currency.id,
                    "name": day,
                    "rate": rate,
                    "company_id": company.id,
                }
                for company, currency, rates in (
                    (cls.company, cls.yen, (113.7, 121.3)),
                    (cls.company_2, cls.dollar, (0.0088, 0.0081)),
                )
                for day, rate in zip(("2018-01-01", "2019-01-15"), rates, strict=True)
            ]
        )
        cls.administrators = {
            cls.company: cls.administrator,
            cls.company_2: cls._create_person(
                "commission_admin_2", "sales_team.group_sale_manager", cls.company_2
            ),
        }
        chief = cls._create_person(
            "commission_chief", "sales_team.group_sale_salesman", cls.company_2
        )
        team = cls._create_money_team(cls.company_2, chief, cls.salesperson)
        cls._create_money_lead(cls.salesperson, cls.partner_a, team)
        plan = cls.plan.create({"name": "There", "company_id": cls.company_2.id})
        cls.version.create(
            {"plan_id": plan.id, "date_from": "2018-01-01", "percent": 1.5}
        ).action_put_in_force()
        cls.journals = {
            company: (data["default_journal_sale"], data["default_journal_bank"])
            for company, data in (
                (cls.company, cls.company_data),
                (cls.company_2, cls.other_data),
            )
        }

    def do_invoice(self, chance):
        company = chance.choice([self.company, self.company_2])
        currency = chance.choice([self.yen, self.dollar])
        amount = chance.randrange(1, 99999)
        self.invoices |= self._invoice(
            amount if currency == self.yen else amount / 100,
            company_id=company,
            journal_id=self.journals[company][0],
            currency_id=currency.id,
            invoice_date=chance.choice(DAYS[:2]),
        )

    def do_pay(self, chance):
        invoice = chance.choice(self.invoices)
        part = chance.choice([None, 0.3, 2])
        self.payments |= self._pay(
            invoice,
            journal_id=self.journals[invoice.company_id][1].id,
            currency_id=invoice.currency_id.id,
            payment_date=chance.choice(DAYS),
            **({"amount": invoice.amount_residual * part} if part else {}),
        )

    def do_refund(self, chance):
        invoice = chance.choice(
            self.invoices.filtered(lambda move: move.move_type == "out_invoice")
        )
        self.invoices |= self._refund(
            invoice, chance.choice(DAYS), chance.choice([None, 7])
        )

    def do_draft(self, chance):
        chance.choice(self.payments).action_draft()

    def do_post(self, chance):
        chance.choice(self.payments).action_post()

    def do_unreconcile(self, chance):
        chance.choice(self.invoices).line_ids.remove_move_reconcile()

    def do_close(self, chance):
        company = chance.choice([self.company, self.company_2])
        for day in (JANUARY, FEBRUARY):
            month = self._get_month(day, company)
            if month.state == "open":
                month.with_user(self.administrators[company]).action_close()
                self.closed[month.id] = self._read_month(month.id)
                return

    def _read_month(self, month_id):
        return self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.amount::text, statement.amount_due::text
                  FROM sales_process_commission_line line
                  JOIN sales_process_commission_statement statement
                    ON statement.id = line.statement_id
                 WHERE statement.month_id = %s
              ORDER BY line.id
                """,
                month_id,
            )
        )

    def _play(self, chance):
        self.invoices = self.env["account.move"]
        self.payments = self.env["account.payment"]
        self.closed, done = {}, []
        weights = {"do_invoice": 2, "do_pay": 4, "do_close": 2}
        acts = sorted(name for name in dir(self) if name.startswith("do_"))
        names = chance.choices(acts, [weights.get(name, 1) for name in acts], k=STEPS)
        for name in ("do_invoice", "do_pay", "do_invoice", "do_pay", *names):
            known = self.invoices, self.payments
            try:
                with self.env.cr.savepoint():
                    getattr(self, name)(chance)
                    self.env.flush_all()
                done.append(name)
            except (UserError, IndexError) as error:
                # an accountant is refused: nothing has happened
                done.append(f"{name} refused: {error}")
                self.invoices, self.payments = known
                self.env.invalidate_all()
        return done

    def _work_out(self):
        """What is earned by company, from the accounts.

        :return: ``{company id: Decimal}``
        """
        rates = {self.company.id: Decimal(5), self.company_2.id: Decimal("1.5")}
        money, places = defaultdict(Decimal), {}
        for row in read_matches(self.env, self.invoices.ids):
            money[row.root] += row.sign * row.matched
            places[row.root] = row.company_id, UNITS[row.currency]
        earned = defaultdict(Decimal)
        for root, amount in money.items():
            company_id, unit = places[root]
            whole = amount * rates[company_id] / 100
            earned[company_id] += whole.quantize(unit, ROUND_HALF_UP)
        return {company_id: amount for company_id, amount in earned.items() if amount}

    def _get_booked(self):
        """What the lines say by company, checked against their statements."""
        booked = defaultdict(Decimal)
        for company_id, amount, lines, strange in self.env.execute_query(
            SQL(
                """
                SELECT month.company_id, statement.amount::text,
                       COALESCE(SUM(line.amount), 0)::text,
                       COUNT(*) FILTER (
                           WHERE line.company_id <> month.company_id
                              OR agreement.company_id <> month.company_id
                              OR line.user_id <> statement.user_id)
                  FROM sales_process_commission_statement statement
                  JOIN sales_process_commission_month month
                    ON month.id = statement.month_id
             LEFT JOIN sales_process_commission_line line
                    ON line.statement_id = statement.id
             LEFT JOIN sales_process_commission_agreement agreement
                    ON agreement.id = line.agreement_id
              GROUP BY month.company_id, statement.id
                """
            )
        ):
            self.assertEqual(Decimal(amount), Decimal(lines))
            self.assertFalse(strange)
            booked[company_id] += Decimal(amount)
        return {company_id: amount for company_id, amount in booked.items() if amount}

    def test_histories(self):
        seen, shut = set(), 0
        for seed in range(HISTORIES):
            savepoint = self.env.cr.savepoint(flush=False)
            try:
                done = self._play(random.Random(seed))
                self.env.flush_all()
                with self.subTest(seed=seed, done=done):
                    wanted = self._work_out()
                    self.assertEqual(self._get_booked(), wanted)
                    for month_id, rows in self.closed.items():
                        self.assertEqual(self._read_month(month_id), rows)
                seen |= wanted.keys()
                shut += len(self.closed)
            finally:
                savepoint.rollback()
                self.env.clear()
                self.env.registry.clear_cache()
                heard = self.env["sales.process.money"]._get_heard()
                heard["moves"], heard["ownerships"] = set(), set()
        # where nothing is earned or closed, nothing is proved
        self.assertEqual(len(seen), 2)
        self.assertGreater(shut, 0)
