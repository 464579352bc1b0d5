# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import sales_process_chase as chase_model
from .test_receivable import ReceivableCommon

PLAN = ((3, "remind"), (10, "call"), (20, "visit"), (40, "letter"), (60, "leader"))


class ChaseCommon(ReceivableCommon):
    """A team with a plan, and the scheduled action on any day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.process_chase_step_ids = [
            (0, 0, {"days": days, "kind": kind}) for days, kind in PLAN
        ]

    def _run(self, days=0, hour=4):
        """The scheduled action on a day of the salesperson, so many from now."""
        Cron = type(self.env["ir.cron"])
        moment = f"{self.today + timedelta(days=days)} {hour:02}:00:00"
        with (
            self._at(moment),
            patch.object(Cron, "_commit_progress", lambda *args, **kwargs: 1.0),
        ):
            self.env["sales.process.chase"]._cron_chase()
            self.env.flush_all()

    def _get_chase(self, invoice):
        return self.env["sales.process.chase"].search([("move_id", "=", invoice.id)])


@tagged("post_install", "-at_install")
class TestChase(ChaseCommon):
    """Overdue invoices are chased by the plan of the team, each step once."""

    def test_each_step_on_its_day(self):
        invoice = self._owe(0)
        for days, step, count in (
            (0, False, 0),
            (2, False, 0),
            (3, "remind", 1),
            (9, "remind", 1),
            (10, "call", 2),
            (20, "visit", 3),
            (40, "letter", 4),
            (59, "letter", 4),
            (60, "leader", 5),
            (300, "leader", 5),
        ):
            for _again in range(2):
                self._run(days)
                chase = self._get_chase(invoice)
                with self.subTest(days=days):
                    self.assertEqual(chase.step, step)
                    self.assertEqual(len(chase.activity_ids), count)
        people = [todo.user_id for todo in chase.activity_ids.sorted("id")]
        self.assertEqual(people, [self.salesperson] * 4 + [self.leader])
        call = chase.activity_ids.sorted("id")[1]
        self.assertIn(invoice.name, call.summary)
        self.assertIn("days overdue: 10", call.summary)
        self.assertEqual(call.date_deadline, self.today + timedelta(days=10))

    def test_the_day_is_of_who_collects(self):
        invoice = self._owe(0)
        self._run(2, hour=15)
        self.assertFalse(self._get_chase(invoice).step, "23 o'clock in Shanghai")
        self._run(2, hour=16)
        self.assertEqual(self._get_chase(invoice).step, "remind")

    def test_of_several_steps_the_last_one(self):
        """A plan that begins today does not ask for five things at once."""
        invoice = self._owe(25)
        self._run()
        chase = self._get_chase(invoice)
        self.assertEqual((chase.step, len(chase.activity_ids)), ("visit", 1))

    def test_stops_when_it_is_paid_and_begins_again(self):
        invoice = self._owe(5)
        self._run()
        chase = self._get_chase(invoice)
        self._match(invoice, 999.99)
        self.assertEqual((chase.state, len(chase.activity_ids)), ("open", 1))
        self.assertAlmostEqual(chase.amount_due, 0.01)
        self._match(invoice, 0.01)
        self._get_money()
        self.assertEqual((chase.state, len(chase.activity_ids)), ("done", 0))
        self._run(30)
        self.assertEqual((chase.state, len(chase.activity_ids)), ("done", 0))
        # the bank has taken it back
        invoice.line_ids.remove_move_reconcile()
        self._get_money()
        self._run(30)
        self.assertEqual((chase.state, chase.step), ("open", "visit"))
        self.assertEqual(len(chase.activity_ids), 1)

    def test_what_i_am_to_ask_for(self):
        """The next to-do of an invoice waits at the home of whoever chases it alone."""
        Item = self.env["sales.process.owed.item"]
        mine = Item.with_user(self.salesperson)
        domain = [("kind", "=", "chase_todo")]
        invoice = self._owe(0)
        self._run(2)
        self.assertFalse(mine.search(domain))
        for days in (3, 10):
            self._run(days)
        chase = self._get_chase(invoice)
        todos = chase.activity_ids.sorted("date_deadline")
        self.assertEqual(len(todos), 2)
        item = mine.search(domain)
        self.assertEqual((item.res_model, item.res_id), (chase._name, chase.id))
        self.assertEqual(item.name, todos[0].summary)
        evening = datetime.combine(todos[0].date_deadline, time(15, 59, 59))
        self.assertEqual(item.date_due, evening, "the end of the day in Shanghai")
        rows = self.env["sales.process.home"].with_user(self.salesperson)
        blocks = {b["name"]: b for b in rows.get_home("salesperson")["blocks"]}
        self.assertIn(todos[0].summary, [r["title"] for r in blocks["todo"]["rows"]])
        for other in (self.colleague, self.leader):
            self.assertFalse(Item.with_user(other).search(domain))
        # done, the next one; paid, none
        todos[0].with_user(self.salesperson).action_feedback(feedback="Asked for it")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(mine.search(domain).name, todos[1].summary)
        # whoever chases from now on finds it, and the earlier one does not
        chase.with_user(self.leader).user_id = self.colleague
        self.env.flush_all()
        self.assertFalse(mine.search(domain))
        self.assertEqual(len(Item.with_user(self.colleague).search(domain)), 1)
        self._match(invoice, 1000)
        self._get_money()
        self.env.flush_all()
        self.assertFalse(Item.with_user(self.colleague).search(domain))

    def _find_items(self, kind, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        items = self.env["sales.process.agenda.item"].with_user(user or self.leader)
        return items.search([("kind", "=", kind), ("team_id", "=", self.team.id)])

    def test_what_the_leader_decides_about(self):
        """The last step waits at the leader's home until it is done; nobody else's."""
        invoice = self._owe(0)
        self._run(59)
        self.assertFalse(self._find_items("chase_leader"), "asked, not decided")
        self._run(60)
        chase = self._get_chase(invoice)
        todo = chase.activity_ids.filtered(lambda row: row.user_id == self.leader)
        item = self._find_items("chase_leader")
        self.assertEqual((item.res_model, item.res_id), (chase._name, chase.id))
        self.assertEqual((item.name, item.user_id), (todo.summary, self.salesperson))
        evening = datetime.combine(todo.date_deadline, time(15, 59, 59))
        self.assertEqual(item.date_due, evening, "the end of the day in Shanghai")
        home = self.env["sales.process.home"].with_user(self.leader)
        blocks = {b["name"]: b for b in home.get_home("leader")["blocks"]}
        figures = {f["name"]: f["value"] for f in blocks["decide"]["figures"]}
        self.assertEqual(figures["chase_leader"], 1)
        self.assertFalse(self._find_items("chase_leader", self.colleague))
        todo.with_user(self.leader).action_feedback(feedback="To the lawyer")
        self.assertFalse(self._find_items("chase_leader"))
        self.assertTrue(chase.activity_ids, "what the salesperson is to do stays")

    def test_what_nobody_chases(self):
        """Whoever chased has left: the leader names somebody, or the money comes."""
        left, paid = self._owe(5), self._owe(5)
        self._run()
        self.assertFalse(self._find_items("chase_nobody"))
        self.salesperson.sudo().active = False
        items = self._find_items("chase_nobody")
        self.assertEqual(
            set(items.mapped("res_id")),
            set((self._get_chase(left) | self._get_chase(paid)).ids),
        )
        # the leader's own to-do of it does not ask a second time
        self._run(60)
        self.assertFalse(self._find_items("chase_leader"))
        self.assertFalse(self._find_items("chase_nobody", self.colleague))
        self._match(paid, 1000)
        self._get_money()
        chase = self._get_chase(left)
        self.assertEqual(self._find_items("chase_nobody").res_id, chase.id)
        chase.with_user(self.leader).user_id = self.colleague
        self.assertFalse(self._find_items("chase_nobody"))
        chase.sudo().user_id = False
        self.assertEqual(self._find_items("chase_nobody").res_id, chase.id)

    def test_waits_while_disputed(self):
        invoice = self._owe(5)
        dispute = self._dispute(invoice, days=6)
        self._run(6)
        self.assertFalse(self._get_chase(invoice).step)
        # the agreed day is over, settled or not
        self._run(7)
        self.assertEqual(self._get_chase(invoice).step, "call")
        self.assertEqual(dispute.state, "open")

    def test_goes_on_when_it_is_settled(self):
        invoice = self._owe(5)
        dispute = self._dispute(invoice, days=6)
        dispute.with_user(self.leader).action_close()
        self._run()
        self.assertEqual(self._get_chase(invoice).step, "remind")

    def test_waits_for_the_promised_day(self):
        invoice, other = self._owe(5), self._owe(5)
        self._promise(invoice, days=2)
        self._run(2)
        self.assertFalse(self._get_chase(invoice).step)
        self.assertEqual(self._get_chase(other).step, "remind", "not promised")
        self._run(3)
        self.assertEqual(self._get_chase(invoice).step, "remind")

    def test_half_of_what_was_promised(self):
        """Half has come in time: the next step waits for the day of the other half."""
        invoice = self._owe(5)
        promise = self._promise(invoice, days=2)
        self._match(invoice, 500, date=self.today + timedelta(days=1))
        self._get_money()
        self.assertEqual((promise.state, promise.amount_arrived), ("open", 500))
        self._run(2)
        self.assertFalse(self._get_chase(invoice).step)
        self._run(3)
        chase = self._get_chase(invoice)
        self.assertEqual((chase.step, chase.amount_due), ("remind", 500))
        with self._at(f"{self.today + timedelta(days=3)} 04:00:00"):
            promise.sudo()._judge()
        self.assertEqual((promise.state, promise.kept_percent), ("partly", 0))

    def test_small_and_distant_promises_stop_nobody(self):
        small, distant = self._owe(5), self._owe(5)
        self._promise(small, 499, days=40)
        self._promise(distant, 500, days=40)
        self._run()
        self.assertEqual(self._get_chase(small).step, "remind")
        self.assertFalse(self._get_chase(distant).step)
        self._run(30)
        self.assertFalse(self._get_chase(distant).step)
        self._run(31)
        self.assertEqual(self._get_chase(distant).step, "visit")

    def test_merged_customers_are_chased_once(self):
        """What has been said goes along with the customer."""
        invoice = self._owe(5)
        promise = self._promise(invoice, 300)
        dispute = self._dispute(invoice)
        other = self._create_money_lead(self.salesperson, self.partner_b).ownership_id
        self._run()
        chase = self._get_chase(invoice)
        twin = chase.sudo().copy({"ownership_id": other.id})
        other._absorb(self.ownership)
        self._get_money(other)
        self.assertFalse(chase.exists())
        self.assertEqual(self._get_chase(invoice), twin)
        self.assertEqual(promise.ownership_id, other)
        self.assertEqual(dispute.ownership_id, other)

    def test_nobody_decides_what_they_chase_themselves(self):
        """The leader has taken an invoice over: now an administrator decides."""
        invoice = self._owe(5)
        self._run()
        chase = self._get_chase(invoice)
        chase.with_user(self.leader).user_id = self.leader
        promise = self._promise(invoice, 600, user=self.leader)
        dispute = self._dispute(invoice, user=self.leader)
        for row, action in (
            (promise, "action_cancel"),
            (promise, "action_read"),
            (dispute, "action_close"),
        ):
            with self.subTest(action=action), self._refused(AccessError, "own matter"):
                getattr(row.with_user(self.leader), action)()
        dispute.with_user(self.administrator).action_close()
        self.assertEqual(dispute.state, "closed")

    def test_team_without_a_plan(self):
        self.team.process_chase_step_ids.unlink()
        invoice = self._owe(50)
        self._run()
        self.assertFalse(self._get_chase(invoice))

    def test_after_a_handover(self):
        """Who has signed chases; the leader, and nobody else, gives it to another."""
        invoice = self._owe(5)
        self.ownership._hand_over(
            {self.ownership: self.colleague}, "transfer", "transferred"
        )
        self._run()
        chase = self._get_chase(invoice)
        self.assertEqual(chase.user_id, self.salesperson)
        self.assertEqual(chase.activity_ids.user_id, self.salesperson)
        for user in (self.salesperson, self.colleague, self.bookkeeper):
            with self.subTest(user=user.login), self._refused(AccessError):
                chase.with_user(user).user_id = self.colleague
        with self._refused(ValidationError):
            chase.with_user(self.leader).user_id = self.bookkeeper
        chase.with_user(self.leader).user_id = self.colleague
        self.assertEqual(chase.activity_ids.user_id, self.colleague)
        row = self._find(self.colleague, invoice=invoice.name)
        self.assertEqual(row.user_id, self.colleague)
        self.assertFalse(self._find(self.salesperson, invoice=invoice.name))
        promise = self._promise(invoice, 100, user=self.colleague)
        self.assertEqual(promise.user_id, self.colleague)
        for button in ("action_promise", "action_dispute"):
            action = getattr(chase.with_user(self.colleague), button)()
            self.assertEqual(action["context"]["default_chase_id"], chase.id)
            # the title names customer and invoice: not to whoever reads neither
            with self._refused(AccessError):
                getattr(chase.with_user(self.salesperson), button)()
        self._run(20)
        self.assertEqual(chase.activity_ids.user_id, self.colleague)

    def test_who_has_left(self):
        invoice = self._owe(5)
        self._run()
        self.salesperson.sudo().active = False
        self._run(10)
        chase = self._get_chase(invoice)
        self.assertEqual(
            chase.activity_ids.sorted("id")[-1].user_id, self.leader, chase.step
        )

    def test_a_call_that_is_done_is_a_followup(self):
        invoice = self._owe(10)
        self._run()
        chase = self._get_chase(invoice)
        before = self.lead.process_followup_ids
        todo = chase.activity_ids.with_user(self.salesperson)
        todo.action_feedback(feedback="The cashier is ill until Monday")
        followup = self.lead.process_followup_ids - before
        self.assertRecordValues(
            followup,
            [
                {
                    "channel": "call",
                    "subject": "The cashier is ill until Monday",
                    "user_id": self.salesperson.id,
                }
            ],
        )
        # without a word nobody knows what was said
        self._run(10)
        chase.activity_ids.with_user(self.salesperson).action_done()
        self.assertEqual(self.lead.process_followup_ids - before, followup)

    @mute_logger(
        "odoo.addons.sales_process_mgmt_account.models.sales_process_chase",
        "odoo.addons.sales_process_mgmt.models.sales_process_retry",
    )
    def test_one_that_fails_stops_no_other(self):
        bad, good = self._owe(5), self._owe(5)
        take = chase_model.SalesProcessChase._take_step

        def fail(chase, *args):
            if chase.move_id == bad:
                raise ValueError("poisoned")
            return take(chase, *args)

        with patch.object(type(self.env["sales.process.chase"]), "_take_step", fail):
            self._run()
        self.assertFalse(self._get_chase(bad))
        self.assertEqual(self._get_chase(good).step, "remind")
        self._run()
        self.assertEqual(self._get_chase(bad).step, "remind")

    def test_in_batches(self):
        invoices = [self._owe(5) for _number in range(3)]
        with patch.object(chase_model, "BATCH", 2):
            self._run()
        for invoice in invoices:
            self.assertEqual(self._get_chase(invoice).step, "remind")

    def test_to_dos_cost_no_query_each(self):
        """What is waited for and planned is asked for all invoices at once."""
        counts = []
        for number in (1, 5):
            for _number in range(number):
                self._owe(5)
            self._run()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            # nothing to do: everything has been done
            self._run()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
