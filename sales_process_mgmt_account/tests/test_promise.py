# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_on_each

from .test_receivable import ReceivableCommon


@tagged("post_install", "-at_install")
class TestPromise(ReceivableCommon):
    """What a customer has promised to pay, and what the money says of it."""

    def _on(self, days, hour=4):
        """A moment of the salesperson's day so many days from now."""
        return self._at(f"{self.today + timedelta(days=days)} {hour:02}:00:00")

    def _judge(self):
        Cron = type(self.env["ir.cron"])
        with patch.object(Cron, "_commit_progress", lambda *args, **kwargs: 1.0):
            self.env["sales.process.promise"]._cron_judge()
        self._get_money()

    def _pay_on(self, invoice, amount, days):
        self._match(invoice, amount, date=self.today + timedelta(days=days))
        self._get_money()

    def _facts(self, promise):
        self.env.flush_all()
        facts = self.env["sales.process.fact"].with_user(self.salesperson)
        return facts.search(
            [
                ("res_id", "=", promise.id),
                ("kind", "in", ("promise_kept", "promise_partly", "promise_broken")),
            ]
        )

    def test_kept_as_soon_as_the_money_is_there(self):
        invoice = self._owe(10)
        promise = self._promise(invoice, 600)
        self.assertRecordValues(
            promise,
            [
                {
                    "state": "open",
                    "date_said": self.today,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "invoice": invoice.name,
                    "amount_arrived": 0,
                }
            ],
        )
        self._pay_on(invoice, 599.99, 2)
        self.assertEqual((promise.state, promise.amount_arrived), ("open", 599.99))
        self.assertFalse(self._facts(promise))
        self._pay_on(invoice, 0.01, 3)
        self.assertEqual((promise.state, promise.kept_percent), ("kept", 100))
        self.assertEqual(self._facts(promise).kind, "promise_kept")
        # taken back before the day: it waits again
        invoice.line_ids.remove_move_reconcile()
        self._get_money()
        self.assertEqual((promise.state, promise.date_decided), ("open", False))

    def test_broken_when_the_day_is_over(self):
        """Not a minute before, where the person works; and the same if run twice."""
        invoice = self._owe(10)
        promise = self._promise(invoice, 600, days=5)
        with self._on(5, 15):
            self._judge()
            self.assertEqual(promise.state, "open", "23 o'clock in Shanghai")
        with self._on(5, 16):
            for _again in range(2):
                self._judge()
                self.assertEqual((promise.state, promise.kept_percent), ("broken", 0))
            self.assertEqual(
                promise.date_decided.date(), self.today + timedelta(days=5)
            )
            fact = self._facts(promise)
            self.assertEqual(fact.kind, "promise_broken")
            self.assertEqual(fact.date, self.today + timedelta(days=5))
            # too late is not kept
            self._pay_on(invoice, 600, 6)
            self.assertEqual(promise.state, "broken")

    def test_one_that_fails_stops_nobody(self):
        """It is written down, told, and tried again when its pause is over."""
        promise = self._promise(self._owe(10), 600, days=5)
        Failure = self.env["sales.process.failure"]
        domain = [("model", "=", promise._name), ("res_id", "=", promise.id)]
        with self._on(6), mute_logger(work_on_each.__module__):
            with patch.object(type(promise), "_decide", side_effect=ValueError("no")):
                self._judge()
            self.assertEqual(promise.state, "open")
            failure = Failure.search(domain)
            self.assertEqual((failure.failure_count, failure.error), (1, "no"))
            self._judge()
            self.assertEqual(promise.state, "open", "it waits for its next attempt")
        with self._on(6, 6):
            self._judge()
            self.assertEqual(promise.state, "broken")
            self.assertFalse(Failure.search(domain))

    def test_matched_later_but_in_time(self):
        """The bookkeeper is slow: what counts is the day on which the money came."""
        invoice = self._owe(10)
        promise = self._promise(invoice, 600, days=5)
        with self._on(7):
            self._judge()
            self.assertEqual(promise.state, "broken")
            self._pay_on(invoice, 600, 5)
            self.assertEqual(promise.state, "kept")

    def test_partly(self):
        invoice = self._owe(10)
        promise = self._promise(invoice, 600, days=5)
        self._pay_on(invoice, 300, 4)
        self.assertEqual((promise.state, promise.amount_arrived), ("open", 300))
        with self._on(6):
            self._judge()
            self.assertEqual((promise.state, promise.kept_percent), ("partly", 0))
            self.assertEqual(self._facts(promise).kind, "promise_partly")

    def test_what_came_before_the_call(self):
        invoice = self._owe(10)
        self._pay_on(invoice, 600, 0)
        promise = self._promise(invoice, 400)
        self.assertEqual((promise.state, promise.amount_arrived), ("open", 0))

    def test_write_off_keeps_no_promise(self):
        invoice = self._owe(10)
        promise = self._promise(invoice, 1000)
        self._reverse(invoice)
        self.assertEqual((promise.state, promise.amount_arrived), ("open", 0))

    def _reverse(self, invoice):
        wizard = self.env["account.move.reversal"].create(
            {"move_ids": invoice.ids, "journal_id": invoice.journal_id.id}
        )
        wizard.modify_moves()
        self._get_money()

    def test_no_more_than_is_owed(self):
        invoice = self._owe(10)
        for amount in (1000.01, 10**9):
            with self._refused(UserError, "no more than is owed"):
                self._promise(invoice, amount)
        self._promise(invoice, 700)
        with self._refused(UserError, "no more than is owed"):
            self._promise(invoice, 300.01)
        self._promise(invoice, 300)
        for days in (-1, 367):
            with self.subTest(days=days), self._refused(UserError, "day"):
                self._promise(self._owe(3), 1, days=days)
        with self._refused(UserError, "Write down"):
            self._promise(self._owe(3), 1, note=" ")

    def test_who_writes_it_down(self):
        invoice = self._owe(10)
        [row] = self._find(invoice=invoice.name)
        values = {
            "ownership_id": self.ownership.id,
            "money_id": row.money_id.id,
            "amount": 10,
            "date_due": self.today,
            "note": "The cashier comes tomorrow",
        }
        Promise = self.env["sales.process.promise"]
        for user in (self.colleague, self.bookkeeper):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Promise.with_user(user).create(values)
        for field, value in (
            ("state", "kept"),
            ("amount_arrived", 10),
            ("kept_percent", 100),
            ("user_id", self.colleague.id),
            ("date_said", "2019-01-01"),
            ("amount_before", 5),
        ):
            with self.subTest(field=field), self.assertRaises(AccessError):
                Promise.with_user(self.salesperson).create({**values, field: value})
            mine = Promise.with_user(self.salesperson)
            mine = mine.with_context(**{f"default_{field}": value})
            made = mine.create(values)
            self.assertFalse(made.filtered_domain([(field, "=", value)]), field)
        # by the leader: it is the promise of who collects
        promise = Promise.with_user(self.leader).create(values)
        self.assertEqual(promise.user_id, self.salesperson)

    def test_it_stays_as_it_was_said(self):
        promise = self._promise(self._owe(10), 600)
        mine = promise.with_user(self.salesperson)
        for values in (
            {"amount": 1},
            {"date_due": self.today + timedelta(days=99)},
            {"state": "kept"},
        ):
            with self.assertRaises(AccessError):
                mine.write(values)
        with self.assertRaises(AccessError):
            mine.unlink()
        with self.assertRaises(AccessError):
            mine.action_cancel()
        promise.with_user(self.leader).action_cancel()
        self.assertEqual(promise.state, "cancelled")
        # neither time nor money says anything of it
        with self._on(30):
            self._judge()
            self.assertEqual(promise.state, "cancelled")
        self.assertFalse(self._facts(promise))

    def test_leader_reads_of_broken_ones(self):
        invoice = self._owe(10)
        promise = self._promise(invoice, 600, days=1)
        Item = self.env["sales.process.agenda.item"]
        domain = [("kind", "=", "promise_broken"), ("res_id", "=", promise.id)]
        with self._on(2):
            self._judge()
            self.env.flush_all()
            item = Item.with_user(self.leader).search(domain)
            self.assertEqual(item.user_id, self.salesperson)
            with self.assertRaises(AccessError):
                promise.with_user(self.salesperson).action_read()
            promise.with_user(self.leader).action_read()
            self.env.flush_all()
            self.assertFalse(Item.with_user(self.leader).search(domain))
            # one nobody has read of goes away with the debt
            promise.sudo().date_read = False
            self._pay_on(invoice, 1000, 2)
            self.env.flush_all()
            self.assertFalse(Item.with_user(self.leader).search(domain))

    def test_a_call_about_money_is_a_followup(self):
        before = self.lead.process_followup_ids
        self._promise(self._owe(10), 600, channel="visit")
        followup = self.lead.process_followup_ids - before
        self.assertRecordValues(
            followup,
            [
                {
                    "channel": "visit",
                    "user_id": self.salesperson.id,
                    "subject": "Their cashier transfers it on Friday",
                    "source": "manual",
                }
            ],
        )

    def test_earlier_owner_collects(self):
        """After a handover the promise is the earlier owner's, and moves no clock."""
        invoice = self._owe(10)
        successor = self.ownership._hand_over(
            {self.ownership: self.colleague}, "transfer", "transferred"
        )[self.ownership]
        deadline = successor.date_deadline
        promise = self._promise(invoice, 600)
        self.assertEqual(promise.ownership_id, self.ownership)
        followup = self.lead.process_followup_ids.sorted("id")[-1:]
        self.assertEqual(followup.user_id, self.salesperson)
        self.assertEqual((followup.counts, followup.void_reason), (False, "stranger"))
        self.assertEqual(successor.date_deadline, deadline)
        self._pay_on(invoice, 600, 1)
        self.assertEqual(promise.state, "kept")

    def test_metrics(self):
        invoice = self._owe(10)
        kept = self._promise(invoice, 100, days=0)
        self._pay_on(invoice, 100, 0)
        broken = self._promise(invoice, 100, days=0)
        waiting = self._promise(invoice, 100, days=1)
        with self._on(1):
            self._judge()
            self.assertEqual(
                (kept | broken | waiting).mapped("state"), ["kept", "broken", "open"]
            )
            now = self.env.cr.now()
            span = (now - timedelta(days=3), now + timedelta(days=2))
            for code, expected in (("promises_kept", 1), ("promises_kept_rate", 50)):
                metric = self.env["sales.process.metric"].search([("code", "=", code)])
                values = metric._evaluate({self.salesperson.id: span}, self.company)
                self.assertEqual(values[metric][self.salesperson.id], expected, code)
