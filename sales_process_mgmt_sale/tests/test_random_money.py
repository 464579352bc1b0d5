# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.sales_process_mgmt.tools.ledger_rules import Rule
from odoo.addons.sales_process_mgmt_account.tools import (
    ledger_rules as account_rules,
)

from ..tools import ledger_rules as sale_rules
from .test_paid import PaidCommon

SEEDS = 4
ROUNDS = 22
RULES = [Rule(*row) for row in (*account_rules.RULES, *sale_rules.RULES)]
# What a rule finds when it is broken on purpose.
BREAKS = {
    "money_of_its_owner": "UPDATE sales_process_money SET user_id = %(other)s",
    "collected_was_invoiced": """
        UPDATE sales_process_money SET amount = 5000 WHERE kind = 'collected'
    """,
    "served_owes_nothing": """
        UPDATE sales_process_money SET kind = 'open' WHERE kind = 'invoiced'
    """,
    "signed_by_an_order": "UPDATE sale_order SET amount_total = 0",
    "pursued_by_no_order": "UPDATE sales_process_ownership SET signed_basis = 'order', "
    "phase = 'pursuing'",
}


@tagged("post_install", "-at_install")
class TestRandomMoney(PaidCommon):
    """Whatever happens to orders, invoices and payments: the ledger is the money."""

    def _broken(self):
        return {rule.name for rule in RULES if self.env.execute_query(SQL(rule.query))}

    def test_rules_find_what_is_broken(self):
        self._paid()
        self.env.flush_all()
        self.assertEqual(BREAKS.keys(), {rule.name for rule in RULES})
        self.assertFalse(self._broken())
        for name, query in BREAKS.items():
            with self.subTest(rule=name):
                savepoint = self.cr.savepoint(flush=False)
                self.env.cr.execute(query, {"other": self.colleague.id})
                self.assertIn(name, self._broken())
                savepoint.rollback()

    def _oracle(self):
        """What the ledger must say, from the rows of orders and accounts alone.

        :return: phase, collected, open
        """
        self.env.flush_all()
        orders = self.env.execute_query_dict(
            SQL(
                """
                SELECT id, amount_total, invoice_status FROM sale_order
                 WHERE opportunity_id = %s AND state = 'sale' AND amount_total > 0
                """,
                self.lead.id,
            )
        )
        invoices = self.env.execute_query_dict(
            SQL(
                """
                SELECT DISTINCT move.id, move.state, move.move_type,
                       order_line.order_id, move.amount_total
                  FROM account_move move
                  JOIN account_move_line line ON line.move_id = move.id
                  JOIN sale_order_line_invoice_rel rel
                    ON rel.invoice_line_id = line.id
                  JOIN sale_order_line order_line ON order_line.id = rel.order_line_id
                  JOIN sale_order ON sale_order.id = order_line.order_id
                 WHERE sale_order.opportunity_id = %s
                """,
                self.lead.id,
            )
        )
        collected = due = 0
        for row in invoices:
            if row["state"] != "posted":
                continue
            sign = -1 if row["move_type"] == "out_refund" else 1
            for line_id, residual in self.env.execute_query(
                SQL(
                    """
                    SELECT line.id, line.amount_residual
                      FROM account_move_line line
                      JOIN account_account account ON account.id = line.account_id
                     WHERE line.move_id = %s
                       AND account.account_type = 'asset_receivable'
                    """,
                    row["id"],
                )
            ):
                due += residual
                for amount, move_type, move_state, state in self.env.execute_query(
                    SQL(
                        """
                        SELECT part.amount, move.move_type, move.state, payment.state
                          FROM account_partial_reconcile part
                          JOIN account_move_line other ON other.id = CASE
                               WHEN part.debit_move_id = %(line)s
                               THEN part.credit_move_id ELSE part.debit_move_id END
                          JOIN account_move move ON move.id = other.move_id
                     LEFT JOIN account_payment payment
                            ON payment.id = move.origin_payment_id
                         WHERE %(line)s IN (part.debit_move_id, part.credit_move_id)
                        """,
                        line=line_id,
                    )
                ):
                    if move_state != "posted" or state in ("draft", "canceled"):
                        due += sign * amount
                    elif move_type == "entry":
                        collected += sign * amount
        [[least]] = self.env.execute_query(
            SQL(
                """
                SELECT GREATEST(team.process_order_amount,
                                lead.expected_revenue * team.process_order_share / 100)
                  FROM crm_lead lead
                  JOIN crm_team team ON team.id = lead.team_id
                 WHERE lead.id = %s
                """,
                self.lead.id,
            )
        )
        # what is small for the inquiry signs nothing
        if not orders or sum(row["amount_total"] for row in orders) < least - 0.001:
            return "pursuing", collected, due
        rest = due > 0.001
        for order in orders:
            mine = [row for row in invoices if row["order_id"] == order["id"]]
            billed = sum(
                row["amount_total"] * (-1 if row["move_type"] == "out_refund" else 1)
                for row in mine
                if row["state"] == "posted"
            )
            done = order["invoice_status"] in ("invoiced", "upselling")
            drafts = any(row["state"] == "draft" for row in mine)
            if (not done or drafts) and order["amount_total"] - billed > 0.001:
                rest = True
        return ("signed" if rest else "served"), collected, due

    def do_order(self, chance):
        self.orders |= self.order.copy(
            {"opportunity_id": self.lead.id, "user_id": self.salesperson.id}
        )
        self.orders[-1].order_line.price_unit = chance.choice([0, 10, 99.99])

    def do_confirm(self, chance):
        chance.choice(self.orders).action_confirm()

    def do_cancel(self, chance):
        order = chance.choice(self.orders)
        order.with_context(disable_cancel_warning=True).action_cancel()

    def do_invoice(self, chance):
        chance.choice(self.orders)._create_invoices()

    def do_post(self, chance):
        self._choose_invoice(chance, "draft").action_post()

    def do_pay(self, chance):
        invoice = self._choose_invoice(chance, "posted")
        part = chance.choice([1, 1, 0.5])
        self._pay(invoice, round(invoice.amount_residual * part, 2))

    def do_payment_draft(self, chance):
        payments = self.orders.invoice_ids.reconciled_payment_ids
        chance.choice(payments).action_draft()

    def do_payment_cancel(self, chance):
        payment = chance.choice(self.orders.invoice_ids.reconciled_payment_ids)
        payment.action_draft()
        payment.action_cancel()

    def do_unreconcile(self, chance):
        invoice = self._choose_invoice(chance, "posted")
        invoice.line_ids.remove_move_reconcile()

    def do_refund(self, chance):
        invoice = self._choose_invoice(chance, "posted")
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).refund_moves()
        invoice.reversal_move_ids.filtered(lambda m: m.state == "draft").action_post()

    def do_invoice_draft(self, chance):
        self._choose_invoice(chance, "posted").button_draft()

    def do_edit_order(self, chance):
        chance.choice(self.orders).order_line.price_unit = chance.choice([0, 50])

    def _choose_invoice(self, chance, state):
        return chance.choice(
            self.orders.invoice_ids.filtered(lambda move: move.state == state)
        )

    @mute_logger("odoo.sql_db", "odoo.addons.account.models.account_move")
    def test_whatever_happens_to_the_money(self):
        acts = [getattr(self, name) for name in dir(self) if name.startswith("do_")]
        usual = [self.do_confirm, self.do_invoice, self.do_post, self.do_pay] * 2
        for seed in range(SEEDS):
            chance = random.Random(seed)
            savepoint = self.cr.savepoint()
            self.orders = self.order
            done = []
            for _round in range(ROUNDS):
                act = chance.choice(acts + usual)
                done.append(act.__name__)
                try:
                    with self.cr.savepoint():
                        act(chance)
                except (UserError, IndexError, ValueError):
                    done[-1] += " (refused)"
                self.env.cr.flush()
                self.env.invalidate_all()
                row = self.ownership
                with self.subTest(seed=seed, done=done[-6:]):
                    self.assertEqual(
                        (row.phase, round(row.amount_collected, 2)),
                        (lambda phase, got, _due: (phase, round(got, 2)))(
                            *self._oracle()
                        ),
                    )
                    self.assertAlmostEqual(row.amount_due, self._oracle()[2], 2)
                    self.assertFalse(self._broken())
            savepoint.rollback()
            self.env.invalidate_all()
