# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ..tools.ledger_rules import RULES
from .test_debts import DebtCommon

SEEDS = 3
ACTS = 14


@tagged("post_install", "-at_install")
class TestRowsAndAccounts(DebtCommon):
    """Whatever happens to invoices: the rows are what the accounts say."""

    def _count_accounts(self):
        """What the accounts say of the customer, invoice by invoice, in plain SQL.

        :return: ``{kind: amount}``
        """
        self.env.flush_all()
        [row] = self.env.execute_query_dict(
            SQL(
                """
                WITH invoice AS (
                    SELECT id, amount_total_signed AS total,
                           CASE move_type WHEN 'out_refund' THEN -1 ELSE 1 END AS sign
                      FROM account_move
                     WHERE partner_id = %(partner)s AND state = 'posted'
                       AND move_type IN ('out_invoice', 'out_refund')
                ), line AS (
                    SELECT line.id, line.amount_residual, invoice.sign
                      FROM account_move_line line
                      JOIN invoice ON invoice.id = line.move_id
                      JOIN account_account account ON account.id = line.account_id
                     WHERE account.account_type = 'asset_receivable'
                ), part AS (
                    SELECT line.sign * part.amount AS amount,
                           other_move.statement_line_id IS NOT NULL AS is_bank
                      FROM account_partial_reconcile part
                      JOIN line ON line.id IN (part.debit_move_id, part.credit_move_id)
                      JOIN account_move_line other
                        ON other.id IN (part.debit_move_id, part.credit_move_id)
                       AND other.id != line.id
                      JOIN account_move other_move ON other_move.id = other.move_id
                     WHERE other_move.move_type = 'entry'
                )
                SELECT (SELECT SUM(total) FROM invoice) AS invoiced,
                       (SELECT SUM(amount_residual) FROM line) AS open,
                       (SELECT SUM(amount) FROM part WHERE is_bank) AS collected,
                       (SELECT SUM(amount) FROM part WHERE NOT is_bank) AS written_off
                """,
                partner=self.partner_a.id,
            )
        )
        return {kind: round(float(n), 2) for kind, n in row.items() if n}

    def _find_broken(self):
        return {
            name
            for name, _sentence, _table, query in RULES
            if self.env.execute_query(SQL(query))
        }

    def _act(self, chance):
        """One act of a bookkeeper, drawn by chance; returns its name."""
        moves = self.env["account.move"].search(
            [("partner_id", "=", self.partner_a.id), ("move_type", "!=", "entry")]
        )
        open_ones = moves.filtered(
            lambda move: move.move_type == "out_invoice" and move.amount_residual > 0
        )
        paid = moves.filtered(lambda move: move.amount_residual < move.amount_total)
        acts = ["invoice"]
        acts += ["match", "match", "write_off", "refund"] if open_ones else []
        acts += ["undo", "draft"] if paid else []
        act = chance.choice(acts)
        if act == "invoice":
            self._invoice(chance.randint(1, 90000) / 100)
        elif act in ("undo", "draft"):
            invoice = paid[chance.randrange(len(paid))]
            invoice.line_ids.remove_move_reconcile()
            if act == "draft":
                invoice.button_draft()
                invoice.action_post()
        else:
            invoice = open_ones[chance.randrange(len(open_ones))]
            part = round(
                max(invoice.amount_residual * chance.choice([1, 0.5, 0.33]), 0.01), 2
            )
            if act == "match":
                self._match(invoice, part)
            elif act == "write_off":
                self._write_off(invoice, part)
            else:
                refund = self._reverse_invoice(invoice)
                refund.invoice_line_ids.price_unit = part
                refund.action_post()
                lines = self._get_receivable(invoice | refund)
                if len(lines) > 1:
                    lines.reconcile()
        return act

    def test_random_acts(self):
        self.lead.action_set_won()
        for seed in range(SEEDS):
            chance = random.Random(seed)
            done = []
            with self.subTest(seed=seed), self.cr.savepoint() as savepoint:
                for _number in range(ACTS):
                    done.append(self._act(chance))
                    self.assertEqual(self._get_money(), self._count_accounts(), done)
                    self.assertFalse(self._find_broken(), done)
                    rest = self._get_money()
                    gone = max(rest.get("written_off", 0), 0)
                    owes = rest.get("open", 0) + gone > 0.005
                    if rest:
                        self.assertEqual(
                            self.ownership.phase, "signed" if owes else "served", done
                        )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_three_amounts_of_a_customer(self):
        invoice = self._invoice(1000)
        other = self._invoice(250.5)
        self._match(invoice, 300)
        self._write_off(invoice, 40)
        self.env.invalidate_all()
        for user in (self.salesperson, self.leader):
            mine = self.ownership.with_user(user)
            self.assertEqual(
                (mine.amount_due, mine.amount_collected, mine.amount_written_off),
                (660 + 250.5, 300, 40),
            )
        strange = self._create_money_lead(self.colleague, self.partner_b).ownership_id
        self.assertEqual((strange.amount_due, strange.amount_collected), (0, 0))
        other.button_draft()
        other.unlink()
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual(self.ownership.amount_due, 660)

    def test_rows_that_stay_are_left_alone(self):
        """Made again the rows are the same ones; what changed is written, no more."""
        invoice = self._invoice(1000)
        self._match(invoice, 300)
        Money = self.env["sales.process.money"].sudo()
        rows = self.ownership.money_ids
        before = {row.id: (row.kind, row.amount, row.date) for row in rows}
        self.assertEqual(len(rows), 3)
        self.assertFalse(Money._refresh(invoice), "Nothing has changed")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_process_money SET amount = amount + 0.01, date = %s"
            " WHERE kind = 'open' AND move_id = %s",
            ["2018-01-01", invoice.id],
        )
        self.env.cr.execute(
            "UPDATE sales_process_money SET source = 'gone:1'"
            " WHERE kind = 'collected' AND move_id = %s",
            [invoice.id],
        )
        self.env.invalidate_all()
        self.assertEqual(Money._refresh(invoice), self.ownership)
        self.env.invalidate_all()
        after = {
            row.id: (row.kind, row.amount, row.date) for row in self.ownership.money_ids
        }
        self.assertEqual(sorted(before.values()), sorted(after.values()))
        kept = {row for row in before if before[row][0] != "collected"}
        self.assertEqual(before.keys() & after.keys(), kept)
        self.assertFalse(Money._refresh(invoice))

    def test_rows_of_a_credit_note(self):
        """A refund counts as collected, with less than zero, and is called a refund."""
        invoice = self._invoice(1000)
        refund = self._invoice(300, move_type="out_refund")
        self._pay(invoice, amount=600)
        self._pay(refund, amount=100)
        self.env.cr.flush()
        found = {
            (row.kind, row.display_kind): row.amount
            for row in self.ownership.money_ids
            if row.amount
        }
        self.assertEqual(
            found,
            {
                ("invoiced", "invoiced"): 1000,
                ("collected", "collected"): 600,
                ("open", "open"): 400,
                ("invoiced", "credited"): -300,
                ("collected", "refunded"): -100,
                ("open", "to_refund"): -200,
            },
        )
        # as people read and group it
        reader = self.env["sales.process.money"].with_user(self.salesperson)
        groups = reader.formatted_read_group(
            [("kind", "=", "collected")], ["display_kind"], ["amount:sum"]
        )
        self.assertEqual(
            {group["display_kind"]: group["amount:sum"] for group in groups},
            {"collected": 600, "refunded": -100},
        )
        labels = dict(reader.fields_get(["display_kind"])["display_kind"]["selection"])
        self.assertEqual(labels["refunded"], "Refunded")
        kinds = {kind for kind, _label in reader._fields["kind"].selection}
        self.assertLess(kinds, labels.keys())

    def test_day_alone_and_amount_alone(self):
        """Either one that differs is put right."""
        invoice = self._invoice(1000)
        Money = self.env["sales.process.money"].sudo()
        for values in ("date = '2018-01-01'", "amount = 7"):
            with self.subTest(values):
                self.env.flush_all()
                # the values stand above, none comes from outside
                self.env.cr.execute(f"UPDATE sales_process_money SET {values}")
                self.env.invalidate_all()
                self.assertEqual(Money._refresh(invoice), self.ownership)
                self.assertEqual(self._get_money(), {"invoiced": 1000, "open": 1000})
                rows = self.ownership.money_ids
                self.assertEqual({str(row.date) for row in rows}, {"2019-01-01"})


@tagged("post_install", "-at_install")
class TestListening(DebtCommon):
    """What has changed is heard, once, and worked when the act is over."""

    def test_an_act_that_fails_leaves_nothing_behind(self):
        """What it had begun is heard no more than it was done."""
        invoice = self._invoice(1000)
        Money = self.env["sales.process.money"]
        with self.assertRaises(UserError), self.cr.savepoint():
            (invoice | self._invoice(5, post=False)).action_post()
        self.assertEqual(Money._get_heard()["depth"], 0)
        self._match(invoice, 1000)
        self.assertEqual(Money._get_heard()["depth"], 0)
        self.assertEqual(self._get_money(), {"invoiced": 1000, "collected": 1000})

    def test_outside_of_an_act_it_is_worked_before_the_commit(self):
        invoice = self._invoice(1000)
        partial = self._match(invoice, 400).move_id.line_ids.matched_debit_ids
        partial.sudo().unlink()
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual(self._get_money(), {"invoiced": 1000, "open": 1000})
        self.assertFalse(self.env["sales.process.money"]._get_heard()["moves"])

    def test_who_may_say_what_is_owed(self):
        """Nobody in lines that are new; Odoo's own reckoning is the system's."""
        invoice = self._invoice(1000)
        Line = self.env["account.move.line"].with_user(self.bookkeeper)
        for name, value in (
            ("amount_residual", 0),
            ("amount_residual_currency", 0),
            ("reconciled", True),
        ):
            with self.subTest(name), self.assertRaises(AccessError) as refusal:
                Line.create([{"move_id": invoice.id, name: value}])
            self.assertNotIn("\n", str(refusal.exception))
        with self.assertRaises(AccessError) as refusal:
            invoice.with_user(self.bookkeeper).write(
                {"amount_total_signed": 1, "amount_residual": 1, "ref": "Mine"}
            )
        self.assertIn("Amount Due", str(refusal.exception))
        self.assertFalse(invoice.ref)
        invoice.with_user(self.bookkeeper).ref = "Mine"
        self.assertEqual(invoice.ref, "Mine")

    def test_what_odoo_works_out_by_itself(self):
        """Whoever writes the taxes of a bill in its form does not say what is owed."""
        Move = self.env["account.move"].with_user(self.bookkeeper)
        form = Form(Move.with_context(default_move_type="in_invoice"))
        form.partner_id = self.partner_b
        form.invoice_date = fields.Date.to_date("2019-01-01")
        with form.invoice_line_ids.new() as line:
            line.name = "Steel"
            line.price_unit = 100
            line.tax_ids = self.company_data["default_tax_purchase"]
        bill = form.save()
        total = bill.amount_total
        self.assertGreater(total, 100)
        tax = bill.line_ids.filtered("tax_line_id")
        with Form(bill) as form:
            totals = form.tax_totals
            [subtotal] = totals["subtotals"]
            [group] = subtotal["tax_groups"]
            group["tax_amount_currency"] += 0.01
            form.tax_totals = totals
        self.assertAlmostEqual(bill.amount_residual, total + 0.01)
        self.assertAlmostEqual(tax.amount_currency, total - 100 + 0.01)
        # Odoo's own reckoning, called by whomever
        bill._compute_amount()
        bill.line_ids._compute_amount_residual()
        # and no way to say it on the side
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            bill.write({"tax_totals": totals, "amount_residual": 0})


@tagged("post_install", "-at_install")
class TestSellerOfAnInvoice(DebtCommon):
    """Whose name stands on the invoice of an owned customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._create_person(
            "money_administrator",
            "sales_team.group_sale_manager,account.group_account_manager",
        )
        billing = cls.env.ref("account.group_account_manager")
        (cls.salesperson | cls.colleague | cls.leader).group_ids |= billing

    def _make(self, actor, seller, **values):
        return (
            self.env["account.move"]
            .with_user(actor)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner_a.id,
                    "invoice_user_id": seller.id,
                    "invoice_line_ids": [(0, 0, {"name": "Pump", "price_unit": 5})],
                    **values,
                }
            )
        )

    def test_who_chooses(self):
        """The owner, the leader and the administrator name whom they like."""
        for actor, chooses in (
            (self.salesperson, True),
            (self.leader, True),
            (self.administrator, True),
            (self.colleague, False),
            (self.bookkeeper, False),
        ):
            with self.subTest(actor=actor.login):
                seller = self._make(actor, self.colleague).sudo().invoice_user_id
                self.assertEqual(
                    seller, self.colleague if chooses else self.salesperson
                )
        conflicts = self.env["sales.process.conflict"].search([])
        self.assertEqual(conflicts.user_id, self.colleague)
        self.assertEqual(conflicts.attempt_count, 2)

    def test_helpers_and_strangers(self):
        self.ownership._add_collaborators(self.colleague)
        invoice = self._make(self.bookkeeper, self.colleague)
        self.assertEqual(invoice.invoice_user_id, self.colleague, "A helper sells")
        free = self._make(self.bookkeeper, self.colleague, partner_id=self.partner_b.id)
        self.assertEqual(free.invoice_user_id, self.colleague, "Nobody's customer")
        self.assertFalse(self.env["sales.process.conflict"].search([]))

    def test_bills_are_not_sold(self):
        bill = self._make(self.bookkeeper, self.colleague, move_type="in_invoice")
        self.assertEqual(bill.invoice_user_id, self.colleague)

    def test_a_contact_of_the_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Purchasing", "parent_id": self.partner_a.id}
        )
        invoice = self._make(self.bookkeeper, self.colleague, partner_id=contact.id)
        self.assertEqual(invoice.invoice_user_id, self.salesperson)
        invoice.invoice_date = "2019-01-01"
        invoice.action_post()
        self.assertEqual(invoice.sudo().process_ownership_id, self.ownership)

    def test_draft_that_is_given_to_another_customer(self):
        """A contact of the same one changes nothing; another's is found anew."""
        other = self._create_money_lead(self.leader, self.partner_b).ownership_id
        contact = self.env["res.partner"].create(
            {"name": "Purchasing", "parent_id": self.partner_a.id}
        )
        invoice = self._invoice(1000)
        with self.assertRaises(UserError):
            invoice.partner_id = self.partner_b
        invoice.button_draft()
        invoice.partner_id = contact
        self.assertEqual(invoice.process_ownership_id, self.ownership)
        invoice.partner_id = self.partner_b
        self.assertFalse(invoice.process_ownership_id, "Found when it is posted")
        self.assertEqual(self._get_money(), {})
        invoice.action_post()
        self.assertEqual(invoice.process_ownership_id, other)
        self.assertEqual(self._get_money(), {})
        self.assertEqual(self._get_money(other), {"invoiced": 1000, "open": 1000})


@tagged("post_install", "-at_install")
class TestMergedMoney(DebtCommon):
    """Money goes with a merged customer of the same salesperson, of nobody else."""

    def test_of_a_colleague_it_stays(self):
        gone = self._create_money_lead(self.colleague, self.partner_b).ownership_id
        invoice = self._invoice(partner_id=self.partner_b)
        self.ownership._absorb(gone)
        self.assertEqual(invoice.process_ownership_id, gone)
        self.assertEqual(self._get_money(), {})
        self.assertEqual(self._get_money(gone), {"invoiced": 1000, "open": 1000})

    def test_without_money_nothing_is_asked(self):
        gone = self._create_money_lead(self.salesperson, self.partner_b).ownership_id
        self.assertFalse(gone._has_money())
        self.assertFalse(gone.browse()._has_money())
        self.ownership._absorb(gone)
        self.assertEqual(gone.end_reason, "merged")
        self.assertEqual(self._get_money(), {})
        invoice = self._invoice()
        self.assertTrue(self.ownership._has_money(), "By the invoice")
        invoice.sudo().process_ownership_id = False
        self.assertTrue(self.ownership._has_money(), "By the rows")


@tagged("post_install", "-at_install")
class TestBranches(DebtCommon):
    """Branches share their customers where the company says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )
        cls.env.user.company_ids |= cls.branch
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": (cls.company | cls.branch).ids,
            }
        )

    def _find(self, company):
        return self.env["sales.process.ownership"]._find_customers(
            self.partner_a, company
        )

    def test_whether_branches_share(self):
        here = {self.partner_a: self.ownership}
        for shares, there in ((True, here), (False, {})):
            with self.subTest(shares=shares):
                self.company.process_share_branches = shares
                self.env.flush_all()
                self.assertEqual(self._find(self.company), here)
                self.assertEqual(self._find(self.branch), there)

    def test_who_is_responsible_now(self):
        """By the contact and its company, in the pool too, not when it has ended."""
        contact = self.env["res.partner"].create(
            {"name": "Purchasing", "parent_id": self.partner_a.id}
        )
        Ownership = self.env["sales.process.ownership"]
        both = self.partner_a | contact | self.partner_b
        self.assertEqual(
            Ownership._find_customers(both, self.company),
            {self.partner_a: self.ownership, contact: self.ownership},
        )
        self.assertEqual(Ownership._find_customers(both.browse(), self.company), {})
        self.ownership._end("released")
        self.env.flush_all()
        self.assertEqual(Ownership._find_customers(both, self.company), {})
