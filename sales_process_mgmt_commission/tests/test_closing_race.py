# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

MONTHS = "SELECT id FROM sales_process_commission_month WHERE company_id = %s"
STATEMENTS = f"""
    SELECT id FROM sales_process_commission_statement WHERE month_id IN ({MONTHS})
"""


@tagged("post_install", "-at_install")
class TestClosingRace(SalesProcessRaceCase):
    """A month is closed while money is booked on another connection."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._environment() as env:
            company = env["crm.team"].browse(cls.team_id).company_id
            cls.company_id = company.id
            cls.currency = company.currency_id
            plan = env["sales.process.commission.plan"].create(
                {"name": "Race", "company_id": company.id, "team_ids": [cls.team_id]}
            )
            version = env["sales.process.commission.version"].create(
                {"plan_id": plan.id, "date_from": "2018-01-01", "percent": 10}
            )
            version.action_put_in_force()
            cls.plan_id, cls.version_id = plan.id, version.id
            leads = env["crm.lead"].create(
                [
                    {
                        "name": "Pumps",
                        "type": "opportunity",
                        "phone": f"1381234567{number}",
                        "user_id": cls.user_ids[number],
                        "team_id": cls.team_id,
                        "company_id": company.id,
                    }
                    for number in range(2)
                ]
            )
            cls.ownership_ids = leads.ownership_id.ids
            agreements = env["sales.process.commission.agreement"].create(
                [
                    {
                        "ownership_id": row.id,
                        "user_id": row.user_id.id,
                        "team_id": cls.team_id,
                        "company_id": company.id,
                        "date": "2019-01-01",
                        "version_id": version.id,
                        "percent": 10,
                        "share_ids": [
                            (
                                0,
                                0,
                                {
                                    "user_id": row.user_id.id,
                                    "role": "owner",
                                    "percent": 100,
                                },
                            )
                        ],
                    }
                    for row in leads.ownership_id
                ]
            )
            cls.agreement_ids = agreements.ids

    @classmethod
    def _remove_records(cls):
        with cls.registry.cursor() as cr:
            for query, value in (
                (f"line WHERE statement_id IN ({STATEMENTS})", cls.company_id),
                (f"statement WHERE month_id IN ({MONTHS})", cls.company_id),
                ("month WHERE company_id = %s", cls.company_id),
                ("agreement WHERE version_id = %s", cls.version_id),
                ("plan WHERE id = %s", cls.plan_id),
            ):
                cr.execute(f"DELETE FROM sales_process_commission_{query}", (value,))
        cls.registry.clear_cache()
        return super()._remove_records()

    def _book(self, env, number, source, day="2019-01-05", cents=1000):
        """Money of a customer has come: as the ledger stores it."""
        ledger = env["sales.process.commission.ledger"]
        agreement = env["sales.process.commission.agreement"].browse(
            self.agreement_ids[number]
        )
        months = env["sales.process.commission.month"]
        first = months._get_first_open(agreement.company_id)
        day = months._fields["date_from"].to_date(day)
        begin = day.replace(day=1)
        month = max(begin, first.get(agreement.company_id, begin))
        user = agreement.user_id
        known = env["sales.process.commission.line"].search(
            [("agreement_id", "=", agreement.id), ("statement_id.state", "=", "open")]
        )
        wanted = {
            (agreement, line.source, user.id): {
                "month": line.date_month,
                "amount_plain": line.amount_plain,
            }
            for line in known
        }
        wanted[agreement, source, user.id] = {
            "month": month,
            "date": day,
            "agreement_id": agreement.id,
            "source": source,
            "kind": "collected",
            "user_id": user.id,
            "team_id": self.team_id,
            "amount_money": cents / 100,
            "amount_base": cents / 100,
            "amount_plain": cents / 1000,
            "amount_adjusted": 0,
            "amount": cents / 1000,
            "is_takeback": False,
        }
        ledger._store(agreement, wanted)

    def _close(self, env):
        month = env["sales.process.commission.month"].search(
            [
                ("company_id", "=", self.company_id),
                ("date_from", "=", "2019-01-01"),
            ]
        )
        month.action_close()

    def _ask(self):
        """What each month holds, and what its statements say."""
        with self.registry.cursor() as cr:
            cr.execute(
                """
                SELECT month.date_from, month.state, statement.state,
                       line.source, line.amount, statement.amount,
                       statement.amount_due, statement.number
                  FROM sales_process_commission_line line
                  JOIN sales_process_commission_statement statement
                    ON statement.id = line.statement_id
                  JOIN sales_process_commission_month month
                    ON month.id = statement.month_id
                 WHERE month.company_id = %s
              ORDER BY line.source
                """,
                (self.company_id,),
            )
            return cr.fetchall()

    def _check(self, sources):
        rows = self._ask()
        self.assertEqual(sorted(row[3] for row in rows), sources)
        sums = {}
        for day, state, of_statement, _source, amount, total, due, number in rows:
            self.assertEqual(state, of_statement)
            self.assertEqual(state == "closed", day.month == 1)
            self.assertEqual(bool(number), state == "closed")
            key = (number, day, total, due)
            sums[key] = sums.get(key, 0) + amount
        # of two people the totals may be equal: each line is in the sum of one
        return sums

    def test_closing_while_money_comes(self):
        """Every line is in exactly one month, and statements add up their lines."""
        root = SUPERUSER_ID
        with self._environment() as env:
            self._book(env, 0, "race:0")
        outcomes = self._race(
            (root, self._close),
            # the one has a statement already, the other has none yet
            (root, lambda env: self._book(env, 0, "race:1")),
            (root, lambda env: self._book(env, 1, "race:2")),
        )
        for outcome in outcomes:
            self.assertNotIsInstance(outcome, Exception)
        self._check(["race:0", "race:1", "race:2"])
        with self._environment() as env:
            for statement in env["sales.process.commission.statement"].search(
                [("company_id", "=", self.company_id)]
            ):
                self.assertEqual(
                    round(sum(statement.line_ids.mapped("amount")), 2), statement.amount
                )
                self.assertEqual(statement.line_count, len(statement.line_ids))
            [[doubled]] = env.execute_query(
                SQL(
                    """
                    SELECT COUNT(*) - COUNT(DISTINCT (source, user_id))
                      FROM sales_process_commission_line WHERE company_id = %s
                    """,
                    self.company_id,
                )
            )
            self.assertEqual(doubled, 0)
            self._late(env)

    def _late(self, env):
        """After the closing, what is of its month is booked into the next one."""
        self._book(env, 0, "race:9")
        line = env["sales.process.commission.line"].search([("source", "=", "race:9")])
        self.assertEqual(line.date_month.month, 2)
        self.assertEqual(line.state, "open")
