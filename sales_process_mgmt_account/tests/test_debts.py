# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import sales_process_money as money_model
from .common import MoneyCommon


class DebtCommon(MoneyCommon):
    def _write_off(self, invoice, amount):
        """An entry of the bookkeeper that brings no money; returns it."""
        receivable = self._get_receivable(invoice)
        expense = self.company_data["default_account_expense"]
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": "2019-01-05",
                "line_ids": [
                    (0, 0, {"account_id": account.id, **values})
                    for account, values in (
                        (
                            receivable.account_id,
                            {"credit": amount, "partner_id": invoice.partner_id.id},
                        ),
                        (expense, {"debit": amount}),
                    )
                ],
            }
        )
        entry.action_post()
        self._get_receivable(invoice | entry).reconcile()
        self._get_money()
        return entry

    def _undo(self, invoice):
        invoice.line_ids.remove_move_reconcile()
        self._get_money()

    def _hand_over(self, user):
        return self.ownership._hand_over(
            {self.ownership: user}, "transfer", "transferred"
        )[self.ownership]

    def _get_debts(self, ownership=None):
        return self.env["sales.process.collection"].search(
            [("ownership_id", "=", (ownership or self.ownership).id)]
        )

    def _messages_to(self, user):
        # sudo: what is told to others is read by nobody else
        messages = self.env["mail.message"].sudo()
        return messages.search(
            [
                ("model", "=", "sales.process.collection"),
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )


@tagged("post_install", "-at_install")
class TestWaive(DebtCommon):
    """The leader says that what was written off is not to be collected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._create_person(
            "money_administrator", "sales_team.group_sale_manager"
        )
        cls.other_leader = cls._create_person(
            "money_other_leader", "sales_team.group_sale_salesman_all_leads"
        )
        cls._create_money_team(cls.company, cls.other_leader, cls.env["res.users"])
        cls.lead.action_set_won()

    def test_who_may(self):
        self._write_off(self._invoice(1000), 1000)
        for user in (self.salesperson, self.colleague, self.other_leader):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.ownership.with_user(user).action_waive()
        with self.assertRaises(AccessError):
            self.ownership.with_user(self.bookkeeper).action_waive()
        self.env.invalidate_all()
        self.assertEqual(self.ownership.phase, "signed")
        self.assertEqual(self.ownership.amount_waived, 0)
        for user in (self.leader, self.administrator):
            with self.subTest(user=user.login), self.cr.savepoint() as savepoint:
                self.ownership.with_user(user).action_waive()
                self.assertEqual(self.ownership.phase, "served")
                self.assertEqual(self.ownership.amount_waived, 1000)
                message = self.ownership.message_ids[0]
                self.assertEqual(message.author_id, user.partner_id)
                self.assertIn("not to be collected", message.body)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_nobody_waives_what_they_collect_themselves(self):
        """A leader that owns the customer asks an administrator, who may."""
        self._write_off(self._invoice(1000), 1000)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_process_ownership SET user_id = %s WHERE id = %s",
            [self.leader.id, self.ownership.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "own matter"):
            self.ownership.with_user(self.leader).action_waive()
        self.ownership.with_user(self.administrator).action_waive()
        self.assertEqual(self.ownership.amount_waived, 1000)

    def test_only_what_was_written_off(self):
        invoice = self._invoice(1000)
        led = self.ownership.with_user(self.leader)
        with self.assertRaisesRegex(UserError, "Nothing of this period"):
            led.action_waive()
        self._match(invoice, 600)
        with self.assertRaisesRegex(UserError, "Nothing of this period"):
            led.action_waive()
        self._write_off(invoice, 100)
        led.action_waive()
        # the rest is open: it is still to be collected
        self.assertEqual(self.ownership.phase, "signed")
        self.assertEqual(self.ownership.amount_waived, 100)
        with self.assertRaisesRegex(UserError, "Nothing of this period"):
            led.action_waive()
        self._match(invoice, 300)
        self.assertEqual(self.ownership.phase, "served")

    def test_what_is_written_off_later_is_not_waived(self):
        """A cent more than was waived is to be collected again."""
        first, second = self._invoice(500), self._invoice(500)
        self._write_off(first, 500)
        self._match(second, 499.99)
        self.ownership.with_user(self.leader).action_waive()
        self._write_off(second, 0.01)
        self.env.invalidate_all()
        self.assertEqual(self.ownership.amount_written_off, 500.01)
        self.assertEqual(self.ownership.phase, "signed")
        self.ownership.with_user(self.leader).action_waive()
        self.assertEqual(self.ownership.amount_waived, 500.01)
        self.assertEqual(self.ownership.phase, "served")

    def test_waived_more_than_is_written_off_now(self):
        """Written off less by now: nothing of it is set against what is open."""
        invoice = self._invoice(1000)
        self._write_off(invoice, 1000)
        self.ownership.with_user(self.leader).action_waive()
        self._undo(invoice)
        self.env.invalidate_all()
        self.assertEqual(self.ownership.amount_due, 1000)
        self.assertEqual(self.ownership.phase, "signed")
        self._match(invoice, 1000)
        self.assertEqual(self.ownership.phase, "served")

    def test_nobody_writes_what_is_waived(self):
        for user in (self.salesperson, self.leader, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.ownership.with_user(user).write({"amount_waived": 1})


@tagged("post_install", "-at_install")
class TestWhoIsTold(DebtCommon):
    """One to-do for who collects, one message for the leader, nothing twice."""

    def _taken_back(self):
        invoice = self._invoice(1000)
        self.lead.action_set_won()
        self._match(invoice, 1000)
        self._hand_over(self.colleague)
        self._undo(invoice)
        return invoice

    def test_person_and_leader(self):
        before = {
            user: len(self._messages_to(user))
            for user in self.salesperson | self.colleague | self.leader
        }
        self._taken_back()
        [debt] = self._get_debts()
        self.assertEqual(debt.activity_ids.user_id, self.salesperson)
        self.assertEqual(len(debt.activity_ids), 1)
        # of the to-do the one is told, of the debt the other
        for user, count in ((self.leader, 1), (self.salesperson, 1)):
            self.assertEqual(len(self._messages_to(user)) - before[user], count)
        self.assertFalse(debt.message_partner_ids & self.colleague.partner_id)

    def test_leader_alone(self):
        """Who collects leads the team: a to-do, and no message to oneself."""
        self.team.user_id = self.salesperson
        before = len(self._messages_to(self.salesperson))
        self._taken_back()
        [debt] = self._get_debts()
        self.assertEqual(debt.activity_ids.user_id, self.salesperson)
        self.assertEqual(len(self._messages_to(self.salesperson)), before + 1)

    def test_nobody_leads(self):
        self.team.user_id = False
        self._taken_back()
        [debt] = self._get_debts()
        self.assertEqual(debt.activity_ids.user_id, self.salesperson)

    def test_nobody_is_left(self):
        """The debt stands although there is nobody to tell."""
        self.team.user_id = False
        invoice = self._invoice(1000)
        self.lead.action_set_won()
        self._match(invoice, 1000)
        self._hand_over(self.colleague)
        self.salesperson.sudo().active = False
        self._undo(invoice)
        [debt] = self._get_debts()
        self.assertEqual((debt.state, debt.amount_due), ("open", 1000))
        self.assertFalse(debt.activity_ids)

    def test_settled_with_its_moment(self):
        invoice = self._taken_back()
        [debt] = self._get_debts()
        self._match(invoice, 999.99)
        self.assertEqual((debt.state, debt.date_done), ("open", False))
        self.assertTrue(debt.activity_ids)
        self._match(invoice, 0.01)
        self.assertEqual(debt.state, "done")
        self.assertEqual(debt.date_done, self.env.cr.now())
        self.assertFalse(debt.activity_ids)

    def test_a_debt_stays_until_it_is_paid(self):
        """What the customer owes its present owner takes nothing off it."""
        first = self._taken_back()
        [debt] = self._get_debts()
        successor = self.ownership.search([("previous_id", "=", self.ownership.id)])
        second = self._invoice(400)
        self.assertEqual(second.process_ownership_id, successor)
        self.env.invalidate_all()
        self.assertEqual(successor.phase, "signed")
        for _again in range(2):
            successor._settle()
            self.assertEqual((debt.state, debt.amount_due), ("open", 1000))
            self.assertFalse(self._get_debts(successor), "The owner's own")
        self._match(second, 400)
        self.assertEqual((successor.phase, debt.state), ("served", "open"))
        self._match(first, 1000)
        self.assertEqual((successor.phase, debt.state), ("served", "done"))
        self.assertEqual(len(self._get_debts()), 1)

    def test_taken_back_while_the_customer_owes_its_owner(self):
        """Signed by the new owner by then: the old debt is who signed it's, as ever."""
        first = self._invoice(1000)
        self.lead.action_set_won()
        self._match(first, 1000)
        successor = self._hand_over(self.colleague)
        second = self._invoice(400)
        self.assertEqual(successor.phase, "signed")
        self.assertFalse(self._get_debts())
        self._undo(first)
        [debt] = self._get_debts()
        self.assertEqual(
            (debt.user_id, debt.state, debt.amount_due),
            (self.salesperson, "open", 1000),
        )
        self.assertFalse(self._get_debts(successor), "The owner's own")
        self.assertEqual(
            (successor.phase, successor.user_id), ("signed", self.colleague)
        )
        self._match(second, 400)
        self.assertEqual((successor.phase, debt.state), ("served", "open"))
        self._match(first, 1000)
        self.assertEqual(debt.state, "done")

    def test_handed_over_with_its_debts(self):
        """Who takes a customer over that owes collects, also what bounces later."""
        first = self._invoice(1000)
        self.lead.action_set_won()
        self.assertEqual(self.ownership.phase, "signed")
        second = self._hand_over(self.colleague)
        third = second._hand_over({second: self.leader}, "transfer", "transferred")[
            second
        ]
        self.assertEqual((third.phase, third.user_id), ("signed", self.leader))
        self.assertFalse(self._get_debts() | self._get_debts(second))
        self._match(first, 1000)
        self.assertEqual(third.phase, "served")
        self._undo(first)
        self.assertEqual(third.phase, "signed")
        self.assertFalse(self._get_debts() | self._get_debts(second))

    def test_debts_of_two_earlier_owners(self):
        """Each collects for the own period, one is settled without the other."""
        first = self._taken_back()
        successor = self.ownership.search([("previous_id", "=", self.ownership.id)])
        second = self._invoice(400)
        self._match(second, 400)
        self.assertEqual(successor.phase, "served")
        [third] = successor._hand_over(
            {successor: self.leader}, "transfer", "transferred"
        ).values()
        self._undo(second)
        self.assertEqual((third.phase, third.user_id), ("served", self.leader))
        mine, theirs = self._get_debts(), self._get_debts(successor)
        self.assertEqual((mine.user_id, mine.amount_due), (self.salesperson, 1000))
        self.assertEqual((theirs.user_id, theirs.amount_due), (self.colleague, 400))
        self._match(second, 400)
        self.assertEqual((mine.state, theirs.state), ("open", "done"))
        self._match(first, 1000)
        self.assertEqual((mine.state, theirs.state), ("done", "done"))

    def test_a_debt_ends_where_its_owner_has_the_customer_again(self):
        self._taken_back()
        [debt] = self._get_debts()
        successor = self.ownership.search([("previous_id", "=", self.ownership.id)])
        [mine] = successor._hand_over(
            {successor: self.salesperson}, "transfer", "transferred"
        ).values()
        self._get_money()
        self.assertEqual((mine.phase, debt.state), ("signed", "done"))


@tagged("post_install", "-at_install")
class TestFreedAsPaid(DebtCommon):
    """Freed as paid, and taken back: to who signed, where nobody else has it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.process_served_policy = "end"

    def _freed(self):
        invoice = self._invoice(1000)
        self.lead.action_set_won()
        self._match(invoice, 1000)
        self.assertEqual(self.ownership.end_reason, "paid")
        return invoice

    def _find_again(self):
        return self.ownership.search([("previous_id", "=", self.ownership.id)])

    def test_comes_back_with_its_details(self):
        keys = self.ownership.with_context(active_test=False).key_ids
        known = {(key.kind, key.value) for key in keys}
        self._undo(self._freed())
        again = self._find_again()
        self.assertEqual(
            (again.user_id, again.team_id, again.phase, again.date_deadline),
            (self.salesperson, self.team, "signed", False),
        )
        self.assertEqual({(key.kind, key.value) for key in again.key_ids}, known)
        self.assertIn("collect again", again.message_ids[0].body)
        self.assertFalse(self._get_debts())

    def test_not_to_who_has_left(self):
        invoice = self._freed()
        self.salesperson.sudo().active = False
        self._undo(invoice)
        self.assertFalse(self._find_again())
        self.assertEqual(self._get_debts().activity_ids.user_id, self.leader)

    def test_not_where_it_was_given_away(self):
        """Ended for another reason than money: a debt, no customer."""
        invoice = self._freed()
        self.ownership.sudo().end_reason = "transferred"
        self.env.flush_all()
        self._undo(invoice)
        self.assertFalse(self._find_again())
        self.assertEqual(self._get_debts().state, "open")

    def test_paid_again_frees_again(self):
        invoice = self._freed()
        self._undo(invoice)
        again = self._find_again()
        self._match(invoice, 1000)
        self.assertEqual((again.state, again.end_reason), ("ended", "paid"))
        self.assertEqual(
            self._get_money(), {"invoiced": 1000, "collected": 1000}, "One period's"
        )


@tagged("post_install", "-at_install")
class TestEveryNight(DebtCommon):
    """What changed by a path past Odoo: found by day, or as long as it is open."""

    def _forge(self, invoice):
        """The accounts say less than the rows, and Odoo has not noticed."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_process_money SET amount = 1 WHERE move_id = %s",
            [invoice.id],
        )
        self.env.invalidate_all()

    def _run(self, seconds=1.0):
        """One run; returns what it said of its progress."""
        told = []

        def commit(cron, processed=0, *, remaining=None, deactivate=False):
            told.append((processed, remaining))
            return seconds

        Cron = type(self.env["ir.cron"])
        with patch.object(Cron, "_commit_progress", commit):
            self.env["sales.process.money"]._cron_refresh()
        return told

    def _amounts(self, invoice):
        rows = self.ownership.money_ids.filtered(lambda row: row.move_id == invoice)
        return sorted(rows.mapped("amount"))

    def test_how_far_back(self):
        """Paid 400 days ago is looked at, a day longer is not; open ones always."""
        today = self.env.cr.now().date()
        days = money_model.NIGHTLY_DAYS
        recent, old, owed = (
            self._invoice(amount, invoice_date=today - timedelta(days=age))
            for amount, age in ((100, days), (200, days + 1), (300, days + 50))
        )
        for invoice, amount in ((recent, 100), (old, 200)):
            self._match(invoice, amount, date=today)
        for invoice in recent | old | owed:
            self._forge(invoice)
        told = self._run()
        self.assertEqual(self._amounts(recent), [100, 100])
        self.assertEqual(self._amounts(old), [1, 1])
        self.assertEqual(self._amounts(owed), [300, 300])
        self.assertEqual(told, [(0, 2), (2, None)])

    def test_in_batches_until_the_time_is_over(self):
        today = self.env.cr.now().date()
        invoices = [self._invoice(100, invoice_date=today) for _number in range(3)]
        for invoice in invoices:
            self._forge(invoice)
        with patch.object(money_model, "BATCH", 2):
            told = self._run(seconds=0)
            self.assertEqual(told, [(0, 3), (2, None)])
            self.assertEqual(
                [self._amounts(invoice) for invoice in invoices],
                [[100, 100], [100, 100], [1, 1]],
            )
            self.assertEqual(self._run(), [(0, 3), (2, None), (1, None)])
        self.assertEqual(self._amounts(invoices[2]), [100, 100])
