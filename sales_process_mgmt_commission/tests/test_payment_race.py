# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

MONTHS = "SELECT id FROM sales_process_commission_month WHERE company_id = %(company)s"
STATEMENTS = f"""
    SELECT id FROM sales_process_commission_statement WHERE month_id IN ({MONTHS})
"""
MOVES = "SELECT id FROM account_move WHERE partner_id = %(partner)s"
ITEMS = f"SELECT id FROM account_move_line WHERE move_id IN ({MOVES})"
# What is left of a race, in the order in which it can be removed.
LEFT = (
    f"sales_process_commission_line WHERE statement_id IN ({STATEMENTS})",
    f"sales_process_commission_statement WHERE month_id IN ({MONTHS})",
    "sales_process_commission_month WHERE company_id = %(company)s",
    "sales_process_commission_agreement WHERE version_id = %(version)s",
    "sales_process_commission_plan WHERE id = %(plan)s",
    "sales_process_money WHERE team_id = %(team)s",
    f"account_partial_reconcile WHERE debit_move_id IN ({ITEMS})",
    "account_payment_register WHERE partner_id = %(partner)s",
    "account_payment WHERE partner_id = %(partner)s",
    "account_move WHERE partner_id = %(partner)s",
)


@tagged("post_install", "-at_install")
class TestPaymentRace(SalesProcessRaceCase):
    """A month is closed while invoices are paid, refunded and reset elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._environment() as env:
            team = env["crm.team"].browse(cls.team_id)
            company = team.company_id
            plan = env["sales.process.commission.plan"].create(
                {"name": "Race", "company_id": company.id, "team_ids": team.ids}
            )
            version = env["sales.process.commission.version"].create(
                {"plan_id": plan.id, "date_from": "2018-01-01", "percent": 10}
            )
            version.action_put_in_force()
            partner = env["res.partner"].create({"name": "Races", "phone": "4711000"})
            cls.partner_ids = [*cls.partner_ids, partner.id]
            env["crm.lead"].create(
                {
                    "name": "Pumps",
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "user_id": cls.user_ids[0],
                    "team_id": team.id,
                    "company_id": company.id,
                }
            )
            cls.left = {
                "company": company.id,
                "team": team.id,
                "plan": plan.id,
                "version": version.id,
                "partner": partner.id,
            }

    @classmethod
    def _remove_records(cls):
        with cls.registry.cursor() as cr:
            for query in LEFT:
                cr.execute(f"DELETE FROM {query}", cls.left)
        cls.registry.clear_cache()
        return super()._remove_records()

    def _invoice(self, env, amount, day):
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.left["partner"],
                "company_id": self.left["company"],
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Pump", "price_unit": amount, "tax_ids": []}
                    )
                ],
            }
        )
        move.action_post()
        return move

    def _pay(self, env, move_id, day):
        Register = env["account.payment.register"].with_context(
            active_model="account.move", active_ids=[move_id]
        )
        return Register.create({"payment_date": day})._create_payments()

    def _refund(self, env, move_id, day):
        move = env["account.move"].browse(move_id)
        Reversal = env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard = Reversal.create({"journal_id": move.journal_id.id, "date": day})
        refund = env["account.move"].browse(wizard.refund_moves()["res_id"])
        refund.action_post()
        self._pay(env, refund.id, day)

    def _close(self, env, day):
        month = env["sales.process.commission.month"].search(
            [("company_id", "=", self.left["company"]), ("date_from", "=", day)]
        )
        month.action_close()

    def _ask(self, query):
        with self.registry.cursor() as cr:
            cr.execute(query, self.left)
            return cr.fetchall()

    def _check(self, closed):
        """Each month holds its lines, and all together are what has been collected."""
        rows = self._ask(
            f"""
            SELECT EXTRACT(MONTH FROM statement.date_month)::int, statement.state,
                   statement.amount, statement.line_count,
                   COALESCE(SUM(line.amount), 0), COUNT(line.id)
              FROM sales_process_commission_statement statement
         LEFT JOIN sales_process_commission_line line
                ON line.statement_id = statement.id
             WHERE statement.id IN ({STATEMENTS})
          GROUP BY statement.id
            """
        )
        for month, state, amount, count, total, lines in rows:
            self.assertEqual((amount, count), (total, lines))
            self.assertEqual(state, "closed" if month <= closed else "open")
        [[collected]] = self._ask(
            f"""
            SELECT SUM(CASE invoice.move_type WHEN 'out_refund' THEN -part.amount
                                              ELSE part.amount END)
              FROM account_partial_reconcile part
              JOIN account_move_line one
                ON one.id IN (part.debit_move_id, part.credit_move_id)
              JOIN account_move_line two
                ON two.id IN (part.debit_move_id, part.credit_move_id)
               AND two.id <> one.id
              JOIN account_move invoice ON invoice.id = one.move_id
              JOIN account_move entry ON entry.id = two.move_id
             WHERE invoice.id IN ({MOVES}) AND invoice.state = 'posted'
               AND entry.state = 'posted'
               AND invoice.move_type IN ('out_invoice', 'out_refund')
               AND entry.origin_payment_id IS NOT NULL
            """
        )
        self.assertEqual(
            round(sum(row[2] for row in rows), 2), round(float(collected) / 10, 2)
        )
        # the same money twice in open months would be counted twice
        doubled = self._ask(
            f"""
            SELECT line.source, line.user_id, COUNT(*)
              FROM sales_process_commission_line line
              JOIN sales_process_commission_statement statement
                ON statement.id = line.statement_id
             WHERE statement.state = 'open' AND statement.id IN ({STATEMENTS})
          GROUP BY line.source, line.agreement_id, line.user_id
                HAVING COUNT(*) > 1
            """
        )
        self.assertFalse(doubled)

    def test_closing_while_invoices_move(self):
        """Three months, each closed while an invoice is paid, refunded, reset."""
        for number in (1, 2, 3):
            day, first = f"2019-0{number}-05", f"2019-0{number}-01"
            with self._environment() as env:
                moves = [
                    self._invoice(env, amount * number, day)
                    for amount in (100, 230, 370, 410)
                ]
                _unpaid, refunded, reset, drafted = ids = [move.id for move in moves]
                for move_id in ids[1:]:
                    self._pay(env, move_id, day)
            outcomes = self._race(
                (SUPERUSER_ID, lambda env, first=first: self._close(env, first)),
                (
                    SUPERUSER_ID,
                    lambda env, ids=ids, day=day: self._pay(env, ids[0], day).ids,
                ),
                (
                    SUPERUSER_ID,
                    lambda env, move_id=refunded, day=day: self._refund(
                        env, move_id, day
                    ),
                ),
                (
                    SUPERUSER_ID,
                    lambda env, move_id=reset: (
                        env["account.move"].browse(move_id).button_draft()
                    ),
                ),
                (
                    SUPERUSER_ID,
                    lambda env, move_id=drafted: (
                        env["account.move"]
                        .browse(move_id)
                        .matched_payment_ids.action_draft()
                    ),
                ),
            )
            for outcome in outcomes:
                self.assertNotIsInstance(outcome, Exception)
            with self.subTest(month=number):
                self._check(number)
