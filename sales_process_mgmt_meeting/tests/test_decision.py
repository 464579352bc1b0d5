# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MONDAY, MeetingCommon

MODEL = "sales.process.meeting.decision"


@tagged("post_install", "-at_install")
class TestDecision(MeetingCommon):
    """What was decided is a to-do, until it is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(
            cls.salesperson_a, phone="13812340000", partner_name="Wang"
        )
        cls._register_long_ago(cls.lead)

    def setUp(self):
        super().setUp()
        self._start()

    def _todo(self, decision):
        self.env.invalidate_all()
        return self.env["mail.activity"].search(
            [("res_model", "=", MODEL), ("res_id", "in", decision.ids)]
        )

    def test_to_do_of_the_person(self):
        decision = self._decide(self.salesperson_a)
        todo = self._todo(decision)
        self.assertEqual(todo.user_id, self.salesperson_a)
        self.assertEqual(str(todo.date_deadline), "2027-03-12")
        self.assertIn("three largest", todo.summary)
        self.assertLessEqual(
            decision.message_partner_ids, self.salesperson_a.partner_id
        )
        # finishing it is doing it
        todo.with_user(self.salesperson_a).action_feedback(feedback="Called")
        self.env.invalidate_all()
        self.assertEqual(decision.state, "done")
        self.assertEqual(decision.finished_by_id, self.salesperson_a)
        self.assertFalse(self._todo(decision))

    def test_colleagues_finish_nothing(self):
        """Whoever reads a decision plans on it, and says of nobody that it is done."""
        decision = self._decide(self.salesperson_a)
        todo = self._todo(decision)
        for user in (self.salesperson_b, self.salesperson_c):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                todo.with_user(user).action_feedback(feedback="Done")
        own = decision.with_user(self.salesperson_b).activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson_b.id
        )
        own.action_feedback(feedback="Called")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(decision.state, "open")
        self.assertEqual(self._todo(decision), todo)
        # who leads may say so
        todo.with_user(self.leader_east).action_feedback()
        self.env.invalidate_all()
        self.assertEqual(decision.state, "done")

    def test_who_may_not_open_it(self):
        """Case 46: refused at once, with the reason, and nothing is half done."""
        concerns = f"crm.lead,{self.lead.id}"
        count = self.env[MODEL].search_count([])
        # without own rights to the lead: another salesperson with own documents
        with (
            self.assertRaisesRegex(
                UserError, "Salesperson B may not open .*choose somebody"
            ),
            self.env.cr.savepoint(),
        ):
            self._decide(self.salesperson_b, concerns=concerns)
        self.assertEqual(self.env[MODEL].search_count([]), count)
        decision = self._decide(self.salesperson_a, concerns=concerns)
        self.assertTrue(self._todo(decision))
        # nor is it given to that person later
        with (
            self.assertRaisesRegex(UserError, "may not open"),
            self.env.cr.savepoint(),
        ):
            decision.with_user(self.leader_east).user_id = self.salesperson_b
        self.assertEqual(decision.user_id, self.salesperson_a)
        with (
            self.assertRaisesRegex(UserError, "may not open"),
            self.env.cr.savepoint(),
        ):
            self._decide(
                self.salesperson_b,
                concerns=f"sales.process.ownership,{self.lead.ownership_id.id}",
            )
        for user, words in (
            (self.office_user, "does not use sales"),
            (self.salesperson_x, "this company"),
        ):
            with (
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                self._decide(user)

    def test_chair_opens_it_too(self):
        """What the chair may not open is not named, nor by its name in a refusal."""
        self.meeting.with_user(self.leader_east).chair_id = self.salesperson_b
        with (
            self.assertRaisesRegex(UserError, "You may not open"),
            self.env.cr.savepoint(),
        ):
            self._decide(
                self.salesperson_a,
                by=self.salesperson_b,
                concerns=f"crm.lead,{self.lead.id}",
            )
        # what does not exist is nothing
        decision = self._decide(
            self.salesperson_a, by=self.salesperson_b, concerns="crm.lead,999999999"
        )
        self.assertFalse(decision.concerns)

    def test_what_is_no_record(self):
        """A text that names none is refused in one sentence, whatever the door."""
        Decision = self.env[MODEL].with_user(self.leader_east)
        for value in (
            "zzz",
            "crm.lead",
            "crm.lead,x",
            "crm.lead,-1",
            "crm.lead,1,2",
            f"crm.lead,{2**31}",
            "crm.lead," + "9" * 5000,
            "res.users.log,1",
            7,
            ["crm.lead,1"],
        ):
            with self.subTest(value=value):
                for call in (
                    lambda value=value: self._decide(
                        self.salesperson_a, concerns=value
                    ),
                    lambda value=value: Decision.with_context(
                        default_concerns=value
                    ).default_get(["concerns"]),
                ):
                    with (
                        self.assertRaisesRegex(UserError, "does not take this value"),
                        self.env.cr.savepoint(),
                    ):
                        call()

    def test_carried_over_until_done(self):
        decision = self._decide(self.salesperson_a)
        self._mark(self.salesperson_a)
        self._end()
        other = self._start(self._get_meeting("2027-03-15"), "2027-03-15 01:00:00")
        self.assertEqual(other.open_decision_ids, decision)
        line = other.line_ids.filtered(lambda row: row.section == "decision")
        self.assertEqual(line.name, decision.name)
        self.assertTrue(line.is_shared)
        with self._at("2027-03-15 01:10:00"):
            decision.with_user(self.salesperson_a).action_done()
            self.env.flush_all()
        third = self._start(self._get_meeting("2027-03-22"), "2027-03-22 01:00:00")
        self.assertFalse(third.line_ids.filtered(lambda row: row.section == "decision"))
        # as it was presented
        self.assertEqual(len(line.exists()), 1)

    def test_waits_for_whoever_does_it(self):
        """From the decision on, for that person alone; for the chair, the minutes."""
        decision = self._decide(self.salesperson_a)
        Item = self.env["sales.process.owed.item"]

        def find(user, *kinds):
            self.env.flush_all()
            self.env.invalidate_all()
            return Item.with_user(user).search([("kind", "in", kinds)])

        with self._at("2027-03-09 02:00:00"):
            item = find(self.salesperson_a, "decision_todo")
            self.assertEqual((item.res_id, item.name), (decision.id, decision.name))
            self.assertEqual(item.date_due, decision.date_due_end)
            self.assertFalse(find(self.leader_east, "decision_todo"))
            decision.with_user(self.salesperson_a).action_done()
            self.assertFalse(find(self.salesperson_a, "decision_todo"))
        meeting = decision.meeting_id
        self._mark(self.salesperson_a)
        self._end()
        minutes = find(meeting.chair_id, "minutes_todo")
        self.assertEqual(minutes.res_id, meeting.id)
        following = self._get_meeting("2027-03-15")
        for moment, count in (("2027-03-12 01:00:00", 0), ("2027-03-14 01:00:00", 1)):
            with self._at(moment):
                found = find(following.chair_id, "meeting_prepare")
                self.assertEqual(len(found), count, moment)
        with self._at("2027-03-14 02:00:00"):
            following.with_user(following.chair_id).action_prepare()
            self.assertFalse(find(following.chair_id, "meeting_prepare"))

    def test_overdue_waits_for_the_leader(self):
        """From the end of the last day where the person works, and not before."""
        decision = self._decide(self.salesperson_a)
        Item = self.env["sales.process.agenda.item"].with_user(self.leader_east)
        for moment, count in (("2027-03-12 15:59:00", 0), ("2027-03-12 16:01:00", 1)):
            with self._at(moment):
                self.env.invalidate_all()
                items = Item.search([("kind", "=", "decision_overdue")])
                self.assertEqual(len(items), count, moment)
                self.assertEqual(decision.is_overdue, bool(count))
        with self._at("2027-03-13 01:00:00"):
            mine = Item.with_user(self.salesperson_b)
            self.assertFalse(mine.search([("kind", "=", "decision_overdue")]))
            decision.with_user(self.leader_east).action_drop()
            self.env.flush_all()
            self.assertFalse(Item.search([("kind", "=", "decision_overdue")]))
        self.assertFalse(self._todo(decision))

    def test_deleted_to_do_comes_back(self):
        decision = self._decide(self.salesperson_a)
        self._todo(decision).with_user(self.salesperson_a).unlink()
        self.assertEqual(decision.state, "open")
        self._run_cron("2027-03-09 01:00:00")
        self.assertEqual(self._todo(decision).user_id, self.salesperson_a)

    def test_another_person_and_day(self):
        decision = self._decide(self.salesperson_a)
        with self._at(MONDAY):
            decision.with_user(self.leader_east).write(
                {"user_id": self.salesperson_b.id, "date_due": "2027-03-20"}
            )
            self.env.flush_all()
        todo = self._todo(decision)
        self.assertEqual(todo.user_id, self.salesperson_b)
        self.assertEqual(str(todo.date_deadline), "2027-03-20")
        with self.assertRaises(AccessError):
            decision.with_user(self.leader_east).name = "Something else"

    def test_who_decides(self):
        """A member writes down nothing, and drops nothing; nobody is late or early."""
        with self.assertRaises(AccessError):
            self._decide(self.salesperson_a, by=self.salesperson_a)
        decision = self._decide(self.salesperson_a)
        for button in (
            decision.with_user(self.salesperson_a).action_drop,
            decision.with_user(self.salesperson_b).action_done,
        ):
            with self.assertRaises(AccessError):
                button()
        with self.assertRaises(AccessError):
            decision.with_user(self.salesperson_a).date_due = "2028-01-01"
        with self.assertRaises(AccessError):
            decision.with_user(self.leader_east).state = "done"
        decision.with_user(self.salesperson_a).action_done()
        with self.assertRaisesRegex(UserError, "finished"):
            decision.with_user(self.salesperson_a).action_done()
        with self.assertRaisesRegex(UserError, "from the beginning"):
            self._decide(self.salesperson_a, meeting=self._get_meeting("2027-03-15"))
