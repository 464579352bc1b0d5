# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MoneyCommon


@tagged("post_install", "-at_install")
class TestCollection(MoneyCommon):
    """A debt of a customer that belongs to somebody else by now."""

    def _paid(self):
        invoice = self._invoice()
        self.lead.action_set_won()
        self._match(invoice, 1000)
        self.assertEqual(self.ownership.phase, "served")
        return invoice

    def _take_back(self, invoice):
        invoice.line_ids.remove_move_reconcile()
        self.env.cr.flush()
        self.env.invalidate_all()

    def _hand_over(self, user):
        return self.ownership._hand_over(
            {self.ownership: user}, "transfer", "transferred"
        )[self.ownership]

    def _get_debt(self):
        return self.env["sales.process.collection"].search(
            [("ownership_id", "=", self.ownership.id)]
        )

    def test_earlier_owner_collects(self):
        invoice = self._paid()
        successor = self._hand_over(self.colleague)
        self._take_back(invoice)
        self.assertEqual((successor.state, successor.phase), ("open", "served"))
        self.assertEqual(successor.user_id, self.colleague)
        debt = self._get_debt()
        self.assertRecordValues(
            debt,
            [
                {
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "state": "open",
                    "amount_due": 1000,
                }
            ],
        )
        self.assertEqual(debt.activity_ids.user_id, self.salesperson)
        told = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", debt._name),
                    ("res_id", "=", debt.id),
                    ("partner_ids", "in", self.leader.partner_id.ids),
                ]
            )
        )
        self.assertEqual(len(told), 1)
        self.assertIn(self.salesperson.name, told.body)
        # who may read it: who collects, and the leader
        for user in self.salesperson | self.leader:
            self.assertEqual(debt.with_user(user).amount_due, 1000)
        with self.assertRaises(AccessError):
            debt.with_user(self.colleague).read(["amount_due"])
        for user in (self.salesperson, self.leader):
            with self.assertRaises(UserError):
                debt.with_user(user).write({"state": "done"})
        # a part is not all
        self._match(invoice, 400)
        self.assertEqual((debt.state, debt.amount_due), ("open", 600))
        self._match(invoice, 600)
        self.assertEqual(debt.state, "done")
        self.assertTrue(debt.date_done)
        self.assertFalse(debt.activity_ids)

    def test_again(self):
        """The same debt is opened once; a second one is a row of its own."""
        invoice = self._paid()
        self._hand_over(self.colleague)
        self._take_back(invoice)
        self.ownership._settle()
        self.assertEqual(len(self._get_debt()), 1)
        self._match(invoice, 1000)
        self._take_back(invoice)
        self.assertEqual(sorted(self._get_debt().mapped("state")), ["done", "open"])

    def test_leader_collects_where_the_owner_has_left(self):
        invoice = self._paid()
        self._hand_over(self.colleague)
        self.salesperson.sudo().active = False
        self._take_back(invoice)
        self.assertEqual(self._get_debt().activity_ids.user_id, self.leader)

    def test_own_customer_is_signed_again(self):
        invoice = self._paid()
        self._take_back(invoice)
        self.assertEqual(self.ownership.phase, "signed")
        self.assertFalse(self.ownership.date_deadline, "No timer: there is money")
        self.assertFalse(self._get_debt())

    def test_customer_that_was_free(self):
        """Freed as paid, and nobody's since: it comes back to who signed it."""
        self.team.process_served_policy = "end"
        invoice = self._paid_and_freed()
        self._take_back(invoice)
        again = self.env["sales.process.ownership"].search(
            [("previous_id", "=", self.ownership.id)]
        )
        self.assertEqual(
            (again.state, again.phase, again.user_id),
            ("open", "signed", self.salesperson),
        )

    def _paid_and_freed(self):
        invoice = self._invoice()
        self.lead.action_set_won()
        self._match(invoice, 1000)
        self.assertEqual(
            (self.ownership.state, self.ownership.end_reason), ("ended", "paid")
        )
        return invoice

    def test_customer_that_was_free_is_a_colleagues(self):
        self.team.process_served_policy = "end"
        invoice = self._paid_and_freed()
        other = self._create_money_lead(self.colleague, self.partner_a).ownership_id
        self.assertEqual(other.user_id, self.colleague)
        self._take_back(invoice)
        self.assertEqual((other.state, other.phase), ("open", "pursuing"))
        self.assertEqual(self._get_debt().user_id, self.salesperson)

    def test_every_night(self):
        """What changed by a path past Odoo is found by the scheduled action."""
        # it looks back a year and a month
        invoice = self._invoice(invoice_date=self._today(self.salesperson))
        self.lead.action_set_won()
        self._match(invoice, 1000)
        partial = invoice.line_ids.matched_credit_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET amount = 400 WHERE id = %s",
            [partial.id],
        )
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual = 600 WHERE id = %s",
            [invoice.line_ids.filtered("matched_credit_ids").id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.ownership.phase, "served")
        Cron = type(self.env["ir.cron"])
        with patch.object(Cron, "_commit_progress", lambda *args, **kwargs: 1.0):
            self.env["sales.process.money"]._cron_refresh()
        self.assertEqual(
            self._get_money(), {"invoiced": 1000, "collected": 400, "open": 600}
        )
        self.assertEqual(self.ownership.phase, "signed")

    def test_merged_customers(self):
        """Money of a merged customer of the same salesperson comes along."""
        lead = self._create_money_lead(self.salesperson, self.partner_b)
        gone = lead.ownership_id
        invoice = self._invoice(partner_id=self.partner_b)
        self.assertEqual(invoice.process_ownership_id, gone)
        self.ownership._absorb(gone)
        self.assertEqual(gone.end_reason, "merged")
        self.assertEqual(invoice.process_ownership_id, self.ownership)
        self.assertEqual(self._get_money(), {"invoiced": 1000, "open": 1000})

    def test_seller_on_the_invoice(self):
        """Nobody's colleague stands on the invoice of an owned customer."""
        Conflict = self.env["sales.process.conflict"]
        mine = self.env["account.move"].with_user(self.bookkeeper)

        def make(**values):
            return mine.create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner_a.id,
                    "invoice_line_ids": [
                        fields.Command.create({"name": "Pump", "price_unit": 5})
                    ],
                    **values,
                }
            )

        invoice = make(invoice_user_id=self.colleague.id)
        self.assertEqual(invoice.invoice_user_id, self.salesperson)
        invoice.invoice_user_id = self.colleague
        self.assertEqual(invoice.invoice_user_id, self.salesperson)
        conflict = Conflict.search([("user_id", "=", self.colleague.id)])
        self.assertEqual(conflict.actor_id, self.bookkeeper)
        self.assertEqual(conflict.ownership_id, self.ownership)
        self.assertEqual(conflict.attempt_count, 2)
        # the bookkeeper's own name is no seller's, and the owner's is right
        self.assertEqual(make().invoice_user_id, self.bookkeeper)
        self.assertEqual(
            make(invoice_user_id=self.salesperson.id).invoice_user_id, self.salesperson
        )
        self.assertEqual(conflict.attempt_count, 2)

    def test_invoice_that_becomes_another_customers(self):
        """Posted, drafted, moved and posted again: it is the other owner's."""
        other = self._create_money_lead(self.colleague, self.partner_b).ownership_id
        invoice = self._invoice(
            partner_id=self.partner_b, invoice_user_id=self.colleague
        )
        self.assertEqual(invoice.process_ownership_id, other)
        self.assertEqual(self._get_money(other), {"invoiced": 1000, "open": 1000})
        mine = invoice.with_user(self.bookkeeper)
        mine.button_draft()
        mine.partner_id = self.partner_a
        mine.action_post()
        self.assertEqual(invoice.process_ownership_id, self.ownership)
        self.assertEqual(invoice.invoice_user_id, self.salesperson)
        self.assertEqual(self._get_money(other), {})
        self.assertEqual(self._get_money(), {"invoiced": 1000, "open": 1000})

    def test_seller_of_an_earlier_period(self):
        """Who was owner when it was invoiced stays on the invoice."""
        invoice = self._invoice(invoice_user_id=self.salesperson)
        self._hand_over(self.colleague)
        refund = self._reverse_invoice(invoice, post=True)
        self.assertEqual(refund.invoice_user_id, self.salesperson)
        self.assertEqual(refund.process_ownership_id, self.ownership)


@tagged("post_install", "-at_install")
class TestCompanies(MoneyCommon):
    """One contact, two companies: money and signature stay in their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_data = cls.setup_other_company()
        cls.company_2 = cls.other_data["company"]
        cls.env.user.company_ids |= cls.company_2
        cls.foreigner = cls._create_person(
            "money_foreigner", "sales_team.group_sale_salesman", cls.company_2
        )
        cls.chief = cls._create_person(
            "money_chief", "sales_team.group_sale_salesman", cls.company_2
        )
        cls.team_2 = cls._create_money_team(cls.company_2, cls.chief, cls.foreigner)
        cls.lead_2 = cls._create_money_lead(cls.foreigner, cls.partner_a, cls.team_2)
        cls.ownership_2 = cls.lead_2.ownership_id

    def test_each_company_its_own(self):
        self.assertNotEqual(self.ownership, self.ownership_2)
        here = self._invoice()
        there = self._invoice(
            700,
            company_id=self.company_2,
            journal_id=self.other_data["default_journal_sale"],
        )
        self.assertEqual(here.process_ownership_id, self.ownership)
        self.assertEqual(there.process_ownership_id, self.ownership_2)
        self.lead.action_set_won()
        self.lead_2.action_set_won()
        self.assertEqual(self._get_money(), {"invoiced": 1000, "open": 1000})
        self.assertEqual(
            self._get_money(self.ownership_2), {"invoiced": 700, "open": 700}
        )
        self._match(here, 1000)
        self.assertEqual(
            (self.ownership.phase, self.ownership_2.phase), ("served", "signed")
        )
        # a refund there is none here
        refund = self._reverse_invoice(there, post=True)
        self.assertEqual(refund.company_id, self.company_2)
        self.assertEqual(refund.process_ownership_id, self.ownership_2)
        self._get_receivable(there | refund).reconcile()
        self.assertEqual(self._get_money(self.ownership_2), {})
        self.assertEqual(self._get_money(), {"invoiced": 1000, "collected": 1000})
        self.assertEqual(self.ownership.phase, "served")

    def test_reading(self):
        self._invoice()
        self.env.cr.flush()
        Money = self.env["sales.process.money"]
        domain = [("ownership_id", "=", self.ownership.id)]
        self.assertTrue(Money.with_user(self.salesperson).search(domain))
        for user in (self.foreigner, self.chief):
            self.assertFalse(Money.with_user(user).search(domain))

    def test_won_there_signs_nothing_here(self):
        deadline = self.ownership.date_deadline
        self.lead_2.with_user(self.foreigner).action_set_won()
        self.assertNotEqual(self.ownership_2.phase, "pursuing")
        self.assertEqual(
            (self.ownership.phase, self.ownership.date_deadline),
            ("pursuing", deadline),
        )

    def test_seller_of_the_other_company(self):
        """An owner there is a colleague's name here."""
        invoice = self._invoice(invoice_user_id=self.foreigner, post=False)
        self.assertNotEqual(invoice.invoice_user_id, self.colleague)
        self.assertEqual(invoice.company_id, self.company)
