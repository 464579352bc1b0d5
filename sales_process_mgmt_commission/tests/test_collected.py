# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FEBRUARY, JANUARY, CommissionCommon


@tagged("post_install", "-at_install")
class TestCollected(CommissionCommon):
    """Commission is earned by money that has arrived, without taxes."""

    def test_nothing_before_the_money(self):
        """An invoice alone earns nothing, but fixes rate and shares."""
        self._invoice(1000)
        self.assertEqual(self._get_lines(), [])
        agreement = self.env["sales.process.commission.agreement"].search([])
        self.assertEqual(agreement.user_id, self.salesperson)
        self.assertEqual(agreement.version_id, self.version)
        self.assertEqual(agreement.share_ids.mapped("percent"), [100])

    def test_paid(self):
        """Each line says which payment it comes from, and by which rules."""
        invoice = self._invoice(1000)
        payment = self._pay(invoice)
        self.assertEqual(self._get_lines(), [(1, 50)])
        line = self.env["sales.process.commission.line"].search([])
        self.assertEqual(line.money_id.kind, "collected")
        self.assertEqual(line.payment, payment.name)
        self.assertEqual(line.invoice, invoice.name)
        self.assertEqual(line.version_id, self.version)
        self.assertEqual((line.amount_money, line.amount_base), (1000, 1000))
        self.assertEqual((line.percent, line.share_percent), (5, 100))
        self.assertIn(payment.name, line.display_name)
        self.assertEqual(line.action_money()["domain"], [("id", "=", line.money_id.id)])
        statement = self._get_statement()
        self.assertEqual((statement.amount, statement.amount_due), (50, 50))
        self.assertEqual(statement.line_count, 1)
        self.assertEqual(statement.action_lines()["domain"][0][2], statement.id)
        with self.assertRaises(AccessError):
            statement.with_user(self.colleague).action_lines()
        # by the person: the month itself is not read by salespeople
        mine = statement.with_user(self.salesperson)
        self.assertTrue(mine.name_search(self.salesperson.name))
        self.assertIn("January 2019", statement.display_name)

    def test_without_taxes(self):
        """Taxes earn nothing."""
        invoice = self._invoice(1000, tax_ids=self.tax_sale_a.ids)
        self.assertGreater(invoice.amount_total, 1000)
        self._pay(invoice)
        self.assertEqual(self._get_lines(), [(1, 50)])

    def test_taxes_that_are_due_on_payment(self):
        """Cash basis: half of the money is half of what the invoice is without taxes.

        Odoo books the tax of each payment by an entry of its own: no money.
        """
        self.company.tax_exigibility = True
        tax = self.tax_sale_a.copy(
            {
                "name": "On Payment",
                "amount": 21,
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": self.company_data[
                    "default_account_assets"
                ]
                .copy({"account_type": "asset_current", "reconcile": True})
                .id,
            }
        )
        invoice = self._invoice(1000, tax_ids=tax.ids)
        self._pay(invoice, amount=605)
        self.assertTrue(invoice.tax_cash_basis_created_move_ids)
        self.assertEqual(self._get_lines(), [(1, 25)])
        self._pay(invoice, amount=605, payment_date="2019-02-05")
        self.assertEqual(self._get_lines(), [(1, 25), (2, 25)])

    def test_parts(self):
        """A part earns its part; all parts together what the whole earns."""
        invoice = self._invoice(100.10)
        for day in ("2019-01-05", "2019-01-06", "2019-02-01"):
            self._pay(invoice, amount=33.30, payment_date=day)
        self._pay(invoice, payment_date="2019-02-02")
        self.assertEqual(
            self._get_lines(), [(1, 1.67), (1, 1.66), (2, 1.67), (2, 0.01)]
        )
        self.assertEqual(sum(amount for _month, amount in self._get_lines()), 5.01)

    def test_names_of_many_payments(self):
        """Many payments are named with as many queries as one."""
        invoice = self._invoice(100)
        payments = [
            self._pay(invoice, amount=10, payment_date=f"2019-01-0{day}")
            for day in (5, 6, 7, 8)
        ]
        self.env.flush_all()
        rows = self.env["sales.process.money"].search([("kind", "=", "collected")])
        counts = []
        # the first time fills what the server keeps in memory
        for part in (rows, rows[:1], rows):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            names = part._get_commission_payments()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertEqual(
            {names[row] for row in rows}, {payment.name for payment in payments}
        )

    def test_last_instalment_first(self):
        """Ages and chases go by the instalment, what is earned by the money."""
        self.team.process_chase_step_ids = [
            fields.Command.create({"days": 3, "kind": "remind"})
        ]
        term = self.env["account.payment.term"].create(
            {
                "name": "In three parts",
                "line_ids": [
                    fields.Command.create(
                        {"value": "percent", "value_amount": percent, "nb_days": days}
                    )
                    for percent, days in ((40, 0), (30, 30), (30, 60))
                ],
            }
        )
        invoice = self._invoice(
            1000, invoice_date="2031-01-01", invoice_payment_term_id=term.id
        )
        parts = self._get_receivable(invoice).sorted("date_maturity")
        self.assertEqual(parts.mapped("amount_residual"), [400, 300, 300])
        for part, day in ((parts[0], "2031-01-02"), (parts[2], "2031-01-20")):
            transfer = self.env["account.bank.statement.line"].create(
                {
                    "journal_id": self.company_data["default_journal_bank"].id,
                    "date": day,
                    "payment_ref": "transfer",
                    "amount": part.amount_residual,
                    "partner_id": self.partner_a.id,
                }
            )
            _liquid, suspense, _other = transfer._seek_for_lines()
            suspense.account_id = part.account_id
            (suspense | part).reconcile()
        self.assertEqual(sum(amount for _month, amount in self._get_lines()), 35)
        Cron = type(self.env["ir.cron"])
        with (
            self._at("2031-02-04 02:00:00"),
            patch.object(Cron, "_commit_progress", lambda *args, **kwargs: 1.0),
        ):
            # the second part is due on 31 January
            self.env["sales.process.chase"]._cron_chase()
            self.env.flush_all()
            self.env.invalidate_all()
            [row] = self.env["sales.process.receivable"].search(
                [("invoice", "=", invoice.name)]
            )
            self.assertEqual((row.bucket, row.amount), ("1_until_30", 300))
            chase = self.env["sales.process.chase"].search(
                [("move_id", "=", invoice.id)]
            )
            self.assertEqual((chase.step, chase.amount_due), ("remind", 300))

    def test_not_paid(self):
        """Written off, granted as a discount or set against a credit note: no money."""
        invoice = self._invoice(1000)
        self._pay(
            invoice,
            amount=600,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        self.assertEqual(self._get_lines(), [(1, 30)])
        other = self._invoice(500)
        self._refund(other, "2019-01-10")
        self.assertEqual(self._get_lines(), [(1, 30)])

    def test_before_any_invoice(self):
        """Money on account earns when it is matched, not before."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.partner_a.id,
                "amount": 400,
                "date": "2019-01-03",
            }
        )
        payment.action_post()
        self.assertEqual(self._get_lines(), [])
        invoice = self._invoice(1000, invoice_date="2019-02-10")
        line = payment.move_id.line_ids.filtered(
            lambda row: row.account_type == "asset_receivable"
        )
        (line | self._get_receivable(invoice)).reconcile()
        self.assertEqual(self._get_lines(), [(2, 20)])

    def test_plan_says_which_day_counts(self):
        """Paid in January, invoiced in February, matched on a day of the company."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.env.flush_all()
        for basis, paid, matched, month in (
            ("later", "2019-01-03", "2019-03-05 12:00:00", 2),
            ("matched", "2019-01-03", "2019-03-05 12:00:00", 3),
            # the last second of February there, and the first one of March
            ("matched", "2019-01-03", "2019-02-28 15:59:59", 2),
            ("matched", "2019-01-03", "2019-02-28 16:00:00", 3),
            # what is dated after it is matched counts on its date
            ("matched", "2019-04-03", "2019-03-05 12:00:00", 4),
        ):
            with self.subTest(basis=basis, matched=matched), self._undone():
                self._renew(collected_day=basis)
                payment = self.env["account.payment"].create(
                    {
                        "payment_type": "inbound",
                        "partner_id": self.partner_a.id,
                        "amount": 400,
                        "date": paid,
                    }
                )
                payment.action_post()
                invoice = self._invoice(1000, invoice_date="2019-02-10")
                lines = self._get_receivable(payment.move_id | invoice)
                with self._at(matched):
                    lines.reconcile()
                    self.assertEqual(self._get_lines(), [(month, 20)])

    def test_matched_once_more(self):
        """By the match, the closed month stays and the later ones come to nothing."""
        self._renew(collected_day="matched")
        invoice = self._invoice(1000)
        with self._at("2019-01-08 12:00:00"):
            payment = self._pay(invoice)
        self.assertEqual(self._get_lines(), [(1, 50)])
        self._close()
        lines = (payment.move_id | invoice).line_ids.filtered(
            lambda row: row.account_type == "asset_receivable"
        )
        with self._at("2019-03-08 12:00:00"):
            lines.remove_move_reconcile()
            lines.reconcile()
            self.assertEqual(sorted(self._get_lines()), [(1, 50), (2, -50), (3, 50)])

    def test_bounced_in_the_open_month(self):
        """A payment that goes back to draft in the open month leaves no line."""
        payment = self._pay(self._invoice(1000))
        self.assertEqual(self._get_lines(), [(1, 50)])
        payment.action_draft()
        self.assertEqual(self._get_lines(), [])
        self.assertEqual(self._get_statement().amount, 0)
        payment.action_post()
        self.assertEqual(self._get_lines(), [(1, 50)])

    def test_bounced_after_the_month(self):
        """After the month it is taken back in the next one; the month stays."""
        payment = self._pay(self._invoice(1000))
        self._close()
        payment.action_draft()
        self.assertEqual(self._get_lines(), [(1, 50), (2, -50)])
        line = self._get_statement(day=FEBRUARY).line_ids
        self.assertTrue(line.is_takeback)
        self.assertEqual(line.payment, payment.name)
        self.assertEqual(line.amount_money, -1000)
        # it arrives after all
        payment.action_post()
        self.assertEqual(self._get_lines(), [(1, 50)])

    def test_refund(self):
        """Money given back in March is a line of March, at the rate of January."""
        invoice = self._invoice(1000)
        self._pay(invoice)
        self._close()
        later = self._create_version(date_from="2019-02-01", percent=9)
        refund = self._refund(invoice, "2019-03-04", amount=400)
        self._pay(refund, payment_date="2019-03-05")
        self.assertEqual(self._get_lines(), [(1, 50), (3, -20)])
        self.assertEqual(
            self.env["sales.process.commission.agreement"].search([]).version_id,
            self.version,
        )
        # what is signed later has the later rules
        self._pay(self._invoice(1000, invoice_date="2019-03-01"))
        agreements = self.env["sales.process.commission.agreement"].search([])
        self.assertEqual(agreements.version_id, self.version | later)

    def test_exchange_rate(self):
        """Money in another currency counts at the rate of its invoice."""
        currency = self.setup_other_currency("EUR", rates=[("2018-01-01", 0.5)])
        invoice = self._invoice(100, currency_id=currency.id)
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": "2019-01-04",
                "rate": 0.4,
                "company_id": self.company.id,
            }
        )
        self._pay(invoice, currency_id=currency.id)
        self.assertEqual(self._get_lines(), [(1, 10)])

    def test_own_companies(self):
        """What one of our companies pays to another earns nothing."""
        invoice = self._invoice(1000)
        branch = self.env["res.company"].sudo().create({"name": "Branch"})
        branch.partner_id.parent_id = False
        self._pay(invoice)
        self.assertEqual(self._get_lines(), [(1, 50)])
        # it turns out to be one of ours
        branch.partner_id = self.partner_a
        self.env["sales.process.commission.ledger"]._refresh(invoices=invoice)
        self.assertEqual(self._get_lines(), [])

    def test_handed_over(self):
        """Who signed earns, also when the money comes after a handover."""
        invoice = self._invoice(1000)
        self.lead.user_id = self.colleague
        self.env.cr.flush()
        self._pay(invoice)
        self.assertEqual(self._get_lines(), [(1, 50)])
        self.assertEqual(self._get_lines(self.colleague), [])

    def test_nobodys_customer(self):
        self._pay(self._invoice(1000, partner_id=self.partner_b))
        self.assertEqual(self.env["sales.process.commission.line"].search([]).ids, [])

    def test_no_plan(self):
        """Where no plan is in force nothing is looked at, and no query is made."""
        self._renew(date_from="2030-01-01")
        self._pay(self._invoice(1000))
        self.assertEqual(self._get_lines(), [])
        self.env.cr.execute("DELETE FROM sales_process_commission_version")
        self.env.registry.clear_cache()
        ledger = self.env["sales.process.commission.ledger"]
        ledger._refresh(orders=self.env["sale.order"])
        with self.assertQueryCount(0):
            ledger._refresh(orders=self.env["sale.order"])

    def test_plan_of_other_teams(self):
        """A plan for other teams is not ours; the first one that fits counts."""
        other = self._create_money_team(self.company, self.leader, self.bookkeeper)
        self.plan.team_ids = other
        self._pay(self._invoice(1000))
        self.assertEqual(self._get_lines(), [])
        self.plan.team_ids |= self.team
        self._pay(self._invoice(100))
        self.assertEqual(self._get_lines(), [(1, 5)])

    def test_nightly(self):
        """What a path past Odoo has changed is found at night, and put right."""
        self._pay(self._invoice(1000))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_process_money SET amount = 600 WHERE kind = 'collected'"
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            cron = self.env.ref(
                "sales_process_mgmt_commission.ir_cron_sales_process_commission"
            )
            cron.method_direct_trigger()
        self.assertEqual(self._get_lines(), [(1, 30)])
        self.assertEqual(self._get_statement().amount, 30)

    def test_other_company(self):
        """One statement for each company; a company without a plan has none."""
        other = self._create_company(name="Other Company")
        plans = self.env["sales.process.commission.plan"]
        self.assertFalse(plans._find_version(other, self.team, JANUARY))

    def test_version_in_force_stays(self):
        """What is in force is changed by nobody, neither are its rates."""
        admin = self.version.with_user(self.administrator)
        for attack in (
            lambda: admin.write({"percent": 50}),
            admin.unlink,
            # the database would delete the version, too
            self.plan.with_user(self.administrator).unlink,
            lambda: admin.rate_ids.create({"version_id": admin.id, "percent": 9}),
            lambda: admin.tier_ids.create({"version_id": admin.id, "amount_from": 9}),
            lambda: self._create_version(date_from="2018-01-01"),
        ):
            with self.assertRaises(UserError):
                attack()
        action = admin.action_new_version()
        draft = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((draft.state, draft.percent), ("draft", 5))
        draft.with_user(self.administrator).percent = 7
        draft.with_user(self.administrator).action_put_in_force()
        self.assertEqual(draft.state, "force")
        # since today, by the day of whoever asks
        mine = self.plan.with_user(self.administrator)
        self.assertEqual(mine.version_id, draft)
        self.assertIn("Machines", draft.display_name)

    def test_night_is_bounded(self):
        """By the plan where no month is closed, then by the first open month."""
        ledger = self.env["sales.process.commission.ledger"]
        ids = {self.company.id}
        self._renew(date_from="2018-03-15")
        self.assertEqual(ledger._get_first_days(ids), {self.company: date(2018, 3, 1)})
        self._pay(self._invoice(1000))
        self._close()
        self.assertEqual(ledger._get_first_days(ids), {self.company: date(2019, 2, 1)})

    def test_all_that_is_signed_is_fixed_at_once(self):
        """Of three invoices without an order, in one go."""
        # sudo: as the ledger does
        Agreement = self.env["sales.process.commission.agreement"].sudo()
        made = []
        create = type(Agreement).create

        def count(model, vals_list):
            made.append(len(vals_list))
            return create(model, vals_list)

        invoices = self._invoice(100) | self._invoice(200) | self._invoice(300)
        Agreement.search([("move_id", "in", invoices.ids)]).unlink()
        self.env.cr.flush()
        owner = (
            self.env["sales.process.money"]
            .search([("move_id", "in", invoices.ids)])
            .ownership_id
        )
        self.assertEqual(len(owner), 1)
        with patch.object(type(Agreement), "create", count):
            found = Agreement._get_for_moves([(move, owner) for move in invoices])
        self.assertEqual(made, [3])
        self.assertEqual(
            {key[0]: row.move_id for key, row in found.items()},
            {move: move for move in invoices},
        )
        self.assertEqual(len(found), 3)
