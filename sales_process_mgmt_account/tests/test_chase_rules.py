# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_chase import PLAN, ChaseCommon


@tagged("post_install", "-at_install")
class TestWhoChases(ChaseCommon):
    def test_share_and_archived_people_chase_nothing(self):
        """The leader does what nobody of the team does; else it waits."""
        invoice = self._owe(5)
        self._run()
        chase = self._get_chase(invoice)
        for user, is_active, person in (
            (self.salesperson, True, self.salesperson),
            (self.salesperson, False, self.leader),
            (self.salesperson.browse(), True, self.leader),
            (self.env.ref("base.public_user"), True, self.leader),
        ):
            self.salesperson.sudo().active = is_active
            chase.sudo().user_id = user
            with self.subTest(user=user.id, is_active=is_active):
                self.assertEqual(chase.sudo()._get_chaser(), person)
        self.team.user_id = False
        self.assertFalse(chase.sudo()._get_chaser())

    def test_nobody_is_there(self):
        """The step is remembered, a to-do for nobody is not made."""
        invoice = self._owe(5)
        self._run()
        chase = self._get_chase(invoice)
        chase.sudo().user_id = False
        self.team.user_id = False
        self._run(10)
        self.assertEqual((chase.step, len(chase.activity_ids)), ("call", 1))

    def test_leader_decides_or_whoever_is_above(self):
        """The step of the leader is not for the person who chases."""
        for chaser, decider in (
            (self.salesperson, self.leader),
            (self.leader, None),
        ):
            invoice = self._owe(60)
            self._run()
            chase = self._get_chase(invoice)
            chase.activity_ids.unlink()
            chase.sudo().write({"user_id": chaser.id, "days_reached": 0})
            self._run()
            person = chase.activity_ids.user_id
            with self.subTest(chaser=chaser.login):
                self.assertEqual(chase.step, "leader")
                if decider:
                    self.assertEqual(person, decider)
                else:
                    self.assertNotEqual(person, chaser)
                    self.assertTrue(
                        person.has_group("sales_team.group_sale_manager"), person.login
                    )

    def test_moved_with_its_to_dos(self):
        """Those of the chaser go along; what somebody else has to do stays."""
        invoice = self._owe(60)
        self._run()
        chase = self._get_chase(invoice)
        mine = chase.sudo().activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.salesperson.id
        )
        leaders = chase.activity_ids - mine
        self.assertEqual(leaders.user_id, self.leader)
        chase.with_user(self.leader).user_id = self.colleague
        self.assertEqual(mine.user_id, self.colleague)
        self.assertEqual(leaders.user_id, self.leader)

    def test_only_the_person_is_chosen(self):
        """How far the plan has come is not for people, the leader neither."""
        invoice = self._owe(5)
        self._run()
        chase = self._get_chase(invoice)
        for name, value in (
            ("days_reached", 0),
            ("state", "done"),
            ("step", "leader"),
            ("date_due", self.today),
            ("move_id", False),
        ):
            with self.subTest(name=name), self._refused(AccessError):
                chase.with_user(self.leader).write({name: value})
        self.assertEqual((chase.state, chase.step), ("open", "remind"))


@tagged("post_install", "-at_install")
class TestPlan(ChaseCommon):
    def test_each_step_says_what_to_do(self):
        """In the language of whoever reads: customer, invoice and days."""
        invoice = self._owe(5)
        self._run()
        chase = self._get_chase(invoice)
        said = {
            kind: chase._get_summary(self.env(context={"lang": "en_US"}), kind, 17)
            for _days, kind in PLAN
        }
        self.assertEqual(len(set(said.values())), len(PLAN))
        for sentence in said.values():
            self.assertIn(chase.name, sentence)
            self.assertIn(invoice.name, sentence)
            self.assertIn("overdue: 17", sentence)

    @mute_logger("odoo.sql_db")
    def test_days_of_a_step(self):
        steps = self.team.process_chase_step_ids
        for days, is_inside in ((0, False), (1, True), (3650, True), (3651, False)):
            values = {"team_id": self.team.id, "days": days, "kind": "call"}
            with self.subTest(days=days):
                if is_inside:
                    steps.create(values)
                else:
                    with self._refused(psycopg2.errors.CheckViolation):
                        steps.create(values)
        with self._refused(psycopg2.errors.UniqueViolation):
            steps.create({"team_id": self.team.id, "days": 1, "kind": "visit"})

    def test_another_instalment_begins_anew(self):
        """What is due now is another amount: its plan begins anew."""
        invoice = self._owe(12)
        self._run()
        chase = self._get_chase(invoice)
        self.assertEqual((chase.step, chase.days_reached), ("call", 10))
        # what was due before is paid: another day is the oldest one
        chase.sudo().date_due = self.today - timedelta(days=40)
        self._run()
        self.assertEqual((chase.step, chase.days_reached), ("call", 10))
        self.assertEqual(chase.date_due, self.today - timedelta(days=12))
        self.assertEqual(len(chase.activity_ids), 2)

    def test_team_that_has_stopped(self):
        invoice = self._owe(5)
        self.env["crm.team"].search([]).process_mode = "off"
        self.assertEqual(self.env["sales.process.chase"]._find_debts(), [])
        self._run()
        self.assertFalse(self._get_chase(invoice))

    def test_a_step_that_is_taken_out(self):
        """The next one comes on its day; what has been asked is not asked again."""
        invoice = self._owe(5)
        self._run()
        chase = self._get_chase(invoice)
        self.team.process_chase_step_ids.filtered(lambda row: row.days <= 10).unlink()
        self._run(10)
        self.assertEqual((chase.step, len(chase.activity_ids)), ("remind", 1))
        self._run(15)
        self.assertEqual((chase.step, len(chase.activity_ids)), ("visit", 2))

    def test_a_letter_is_no_contact(self):
        """Nor is what was done without a word."""
        invoice = self._owe(45)
        self._run()
        chase = self._get_chase(invoice)
        self.assertEqual(chase.step, "letter")
        before = self.lead.process_followup_ids
        todo = chase.activity_ids.with_user(self.salesperson)
        todo.action_feedback(feedback="Sent by registered mail")
        self.assertEqual(self.lead.process_followup_ids, before)
        self.assertFalse(chase.activity_ids)


@tagged("post_install", "-at_install")
class TestEntries(ChaseCommon):
    """A promise and a dispute from the row of the invoice that is chased."""

    def test_from_the_chased_invoice(self):
        invoice = self._owe(5)
        self._run()
        chase = self._get_chase(invoice).with_user(self.salesperson)
        action = chase.action_promise()
        self.assertIn(invoice.name, action["name"])
        form = Form(
            self.env["sales.process.promise"]
            .with_user(self.salesperson)
            .with_context(**action["context"])
        )
        self.assertEqual(form.amount, 1000)
        form.date_due = self.today + timedelta(days=5)
        form.note = "On Friday"
        promise = form.save()
        self.assertEqual(promise.chase_id, chase)
        self.assertEqual(promise.ownership_id, self.ownership)

    def test_how_much_is_disputed(self):
        """The leader reads it on the dispute; who chases reads that it is disputed."""
        invoice = self._owe(5)
        self._run()
        chase = self._get_chase(invoice).with_user(self.salesperson)
        self.assertFalse(chase.is_disputed)
        dispute = self._dispute(invoice).with_user(self.leader)
        self._pay(invoice, amount=400, payment_date=self.today)
        self._get_money()
        self.env.invalidate_all()
        self.assertEqual(dispute.amount_due, 600)
        self.assertTrue(chase.is_disputed)
        dispute.action_close()
        self.env.invalidate_all()
        self.assertFalse(chase.is_disputed)

    def test_settled_once(self):
        """Who has settled it first has settled it."""
        dispute = self._dispute(self._owe(5))
        dispute.with_user(self.leader).action_close()
        moment = dispute.date_closed
        with self._at(f"{self.today + timedelta(days=3)} 04:00:00"):
            dispute.with_user(self.administrator).action_close()
        self.assertEqual(dispute.closed_by_id, self.leader)
        self.assertEqual(dispute.date_closed, moment)

    def test_the_leader_is_asked_for_longer(self):
        """Sixty days by who collects, any day by the leader; not one that is over."""
        invoice = self._owe(5)
        dispute = self._dispute(invoice, self.leader, days=61)
        self.assertEqual(dispute.date_until, self.today + timedelta(days=61))
        dispute.with_user(self.leader).action_close()
        for days in (-1, -30):
            with self.subTest(days=days), self._refused(UserError, "is over"):
                self._dispute(invoice, self.leader, days=days)
        self.assertEqual(
            self._dispute(invoice, self.leader, days=0).date_until, self.today
        )

    def test_own_dispute_tells_nobody(self):
        """A leader who writes it down knows of it."""
        newest = self.env["mail.message"].sudo().search([], order="id desc", limit=1)

        def get_told():
            messages = self.env["mail.message"].sudo()
            told = messages.search(
                [("id", ">", newest.id), ("model", "=", "sales.process.dispute")]
            )
            return told.partner_ids

        with self._at(f"{self.today} 04:00:00"):
            self._dispute(self._owe(5), self.leader)
            self.assertFalse(get_told())
            self._dispute(self._owe(5))
            self.assertEqual(get_told(), self.leader.partner_id)
