# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MONDAY, MeetingCommon

MODEL = "sales.process.meeting.decision"


@tagged("post_install", "-at_install")
class TestDecisionPeople(MeetingCommon):
    """Who finishes what was decided, and what becomes of it when people go."""

    def setUp(self):
        super().setUp()
        self._start()
        self.decision = self._decide(self.salesperson_a)

    def _todo(self, decision=None):
        self.env.invalidate_all()
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", MODEL),
                ("res_id", "in", (decision or self.decision).ids),
            ]
        )

    def _plan_own(self, user, **values):
        """Somebody plans a to-do of one's own with the decision."""
        return (
            self.env["mail.activity"]
            .with_user(user)
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id(MODEL),
                    "res_id": self.decision.id,
                    "user_id": user.id,
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                    **values,
                }
            )
        )

    def test_colleague_finishes_nothing(self):
        """Whoever reads the decision does not finish the to-do of somebody else."""
        todo = self._todo()
        for user in (self.salesperson_b, self.salesperson_d):
            for finish in (
                todo.with_user(user).action_feedback,
                todo.with_user(user).action_done,
                todo.with_user(user).action_feedback_schedule_next,
            ):
                with (
                    self.subTest(user=user.login, way=finish.__name__),
                    self._at(MONDAY),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    finish()
        self.assertEqual(self.decision.state, "open")
        self.assertEqual(self._todo(), todo)

    def test_own_reminder_finishes_nothing(self):
        """A reminder beside the to-do is no answer, not even that of the person."""
        for user in (self.salesperson_b, self.salesperson_a):
            with self.subTest(user=user.login), self._at(MONDAY):
                self._plan_own(user).action_feedback()
                self.env.flush_all()
                self.assertEqual(self.decision.state, "open")
        # nor one that looks like ours
        kind = self.env.ref("sales_process_mgmt_meeting.mail_activity_type_decision")
        with (
            self._at(MONDAY),
            self.assertRaises(AccessError),
            self.env.cr.savepoint(),
        ):
            self._plan_own(
                self.salesperson_b, activity_type_id=kind.id
            ).action_feedback()
        self.assertEqual(self.decision.state, "open")

    def test_who_finishes_the_to_do(self):
        """The person, the leader, and who is above; each once."""
        others = self._decide(self.salesperson_b) | self._decide(self.salesperson_c)
        for decision, user in zip(
            self.decision | others,
            (self.salesperson_a, self.leader_east, self.director),
            strict=True,
        ):
            with self.subTest(user=user.login), self._at(MONDAY):
                self._todo(decision).with_user(user).action_feedback()
                self.env.flush_all()
                self.assertEqual(decision.state, "done")
                self.assertEqual(decision.finished_by_id, user)
                self.assertEqual(str(decision.date_finished), MONDAY)
                with self.assertRaisesRegex(UserError, "finished"):
                    decision.with_user(user).action_done()

    def test_to_do_that_is_passed_on(self):
        """The to-do at somebody else's: it is still the person's, and comes back."""
        with (
            self._at(MONDAY),
            self.assertRaises(AccessError),
            self.env.cr.savepoint(),
        ):
            self._todo().with_user(self.salesperson_a).user_id = self.salesperson_b
        with self._at(MONDAY):
            self._todo().with_user(self.leader_east).user_id = self.salesperson_b
            self.env.flush_all()
            self.assertEqual(self.decision.user_id, self.salesperson_a)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._todo().with_user(self.salesperson_b).action_feedback()
        self.assertEqual(self.decision.state, "open")
        self._run_cron(MONDAY)
        self.assertEqual(self._todo().user_id, self.salesperson_a)
        # the leader says anew who does it
        with self._at(MONDAY):
            self.decision.with_user(self.leader_east).user_id = self.salesperson_c
            self.env.flush_all()
        self.assertEqual(self._todo().user_id, self.salesperson_c)
        with self._at(MONDAY), self.assertRaises(AccessError):
            self.decision.with_user(self.salesperson_a).action_done()

    def test_deleted_to_do_is_no_answer(self):
        """Neither by the person nor by a colleague; the system asks again, once."""
        self._todo().with_user(self.salesperson_a).unlink()
        self.assertEqual(self.decision.state, "open")
        for _twice in range(2):
            self._run_cron("2027-03-09 01:00:00")
            todo = self._todo()
            self.assertEqual(todo.user_id, self.salesperson_a)
            self.assertEqual(str(todo.date_deadline), "2027-03-12")

    def test_own_reminder_hides_no_to_do(self):
        """Where the to-do was deleted it comes back beside a reminder, too."""
        self._todo().with_user(self.salesperson_a).unlink()
        own = self._plan_own(self.salesperson_a)
        self._run_cron("2027-03-09 01:00:00")
        todo = self._todo() - own
        self.assertEqual(todo.user_id, self.salesperson_a)

    def test_finished_asks_nobody_again(self):
        dropped = self._decide(self.salesperson_b)
        with self._at(MONDAY):
            self.decision.with_user(self.salesperson_a).action_done()
            dropped.with_user(self.leader_east).action_drop()
            self.env.flush_all()
        self._run_cron("2027-03-09 01:00:00")
        self.assertFalse(self._todo(self.decision | dropped))
        for values in ({"user_id": self.salesperson_b.id}, {"date_due": "2027-04-01"}):
            with self.assertRaisesRegex(UserError, "finished"):
                self.decision.with_user(self.leader_east).write(values)

    def test_carried_over_three_meetings(self):
        """On each agenda until it is done, each time as it was then."""
        self._mark(self.salesperson_a)
        self._end()
        days = ("2027-03-15", "2027-03-22", "2027-03-29")
        lines = self.env["sales.process.meeting.line"]
        for number, day in enumerate(days):
            meeting = self._start(self._get_meeting(day), f"{day} 01:00:00")
            line = meeting.line_ids.filtered(lambda row: row.section == "decision")
            self.assertEqual(line.res_id, self.decision.id)
            self.assertEqual(line.user_id, self.salesperson_a)
            self.assertIn("Carried Over: 1", meeting.agenda_summary)
            self.assertEqual(
                meeting.with_user(self.salesperson_b).open_decision_ids, self.decision
            )
            lines |= line
            with self._at(f"{day} 01:10:00"):
                self.decision.with_user(
                    self.leader_east
                ).date_due = f"2027-04-0{number + 1}"
                self.env.flush_all()
        self.assertEqual(
            [str(line.date_due) for line in lines],
            # the end of the day in Shanghai
            ["2027-03-12 15:59:59", "2027-04-01 15:59:59", "2027-04-02 15:59:59"],
        )

    def test_who_leaves_the_team(self):
        """Still to be done: by that person, or whom the leader names instead."""
        with self._at(MONDAY):
            self.team_east.crm_team_member_ids.filtered(
                lambda row: row.user_id == self.salesperson_a
            ).active = False
            self.env.flush_all()
        self._run_cron("2027-03-09 01:00:00")
        self.assertEqual(self.decision.state, "open")
        self.assertEqual(self._todo().user_id, self.salesperson_a)
        # what others have to do is read no more
        other = self._decide(self.salesperson_b)
        with self.assertRaises(AccessError):
            other.with_user(self.salesperson_a).read(["name"])
        meeting = self._start(self._get_meeting("2027-03-15"), "2027-03-15 01:00:00")
        self.assertIn(self.decision, meeting.open_decision_ids)
        self.assertFalse(self._row(self.salesperson_a, meeting))

    def test_who_is_archived(self):
        """The decision waits on the agenda for somebody else; nothing stands still."""
        other = self._decide(self.salesperson_b)
        self._todo(other).with_user(self.salesperson_b).unlink()
        with self._at(MONDAY):
            self.salesperson_a.active = False
            self.env.flush_all()
        self._run_cron("2027-03-09 01:00:00")
        self.assertEqual(self.decision.state, "open")
        self.assertEqual(self._todo(other).user_id, self.salesperson_b)
        meeting = self._start(self._get_meeting("2027-03-15"), "2027-03-15 01:00:00")
        line = meeting.line_ids.filtered(
            lambda row: row.res_model == MODEL and row.res_id == self.decision.id
        )
        self.assertEqual(len(line), 1)
        with self._at("2027-03-15 01:10:00"):
            self.decision.with_user(self.leader_east).user_id = self.salesperson_c
            self.env.flush_all()
        self.assertEqual(self._todo().user_id, self.salesperson_c)
        with (
            self._at(MONDAY),
            self.assertRaisesRegex(UserError, "choose somebody"),
            self.env.cr.savepoint(),
        ):
            other.with_user(self.leader_east).user_id = self.salesperson_a

    def test_last_day_where_the_person_works(self):
        """Both sides of midnight there, also where the clocks change."""
        for tz, day, end in (
            ("Asia/Shanghai", "2027-12-31", "2027-12-31 15:59:59"),
            ("Asia/Shanghai", "2028-02-29", "2028-02-29 15:59:59"),
            ("Europe/Berlin", "2027-03-27", "2027-03-27 22:59:59"),
            ("Europe/Berlin", "2027-03-28", "2027-03-28 21:59:59"),
            ("Europe/Berlin", "2027-10-31", "2027-10-31 22:59:59"),
            ("America/New_York", "2027-12-31", "2028-01-01 04:59:59"),
        ):
            with self.subTest(tz=tz, day=day):
                self.salesperson_a.tz = tz
                decision = self._decide(self.salesperson_a, date_due=day)
                self.assertEqual(str(decision.date_due_end), end)
                late = decision.date_due_end + timedelta(seconds=1)
                for moment, overdue in ((end, False), (late, True)):
                    with self._at(moment):
                        self.env.invalidate_all()
                        self.assertIs(decision.is_overdue, overdue)
