# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import PLAN, RESULT, TASK, TrainingCommon


@tagged("post_install", "-at_install")
class TestTrainingLimits(TrainingCommon):
    """What may be entered, and what happens on both sides of each limit."""

    def _walk(self, record, limits):
        record = record.with_user(self.director)
        for name, (allowed, refused) in limits.items():
            for value in allowed:
                record.write({name: value})
                self.env.flush_all()
                with self.subTest(name, value=value):
                    self.assertEqual(record[name], value)
            for value in refused:
                with self.subTest(name, value=value), self._refused():
                    record.write({name: value})
                self.env.invalidate_all()

    # ------------------------------------------------------------
    # NUMBERS
    # ------------------------------------------------------------

    def test_days_of_a_step(self):
        self._walk(self.reading, {"days": ((0, 400, 2), (-1, 401))})

    def test_numbers_of_an_exam(self):
        self._walk(
            self.exam,
            {
                "time_limit": ((1, 600, 30), (0.99, 600.5)),
                "attempts_limit": ((1, 99, 2), (0, 100)),
                "process_validity": ((0, 600), (-1, 601)),
                "process_grace": ((0, 366), (-1, 367)),
            },
        )

    def test_steps_of_a_plan(self):
        """200 and no more, counted with those that are there."""
        mine = self.plan.with_user(self.director)
        rows = [(0, 0, {"name": f"Read {number}"}) for number in range(197)]
        mine.step_ids = rows
        self.env.flush_all()
        self.assertEqual(len(mine.step_ids), 200)
        with self.assertRaisesRegex(ValidationError, "at most 200"):
            mine.step_ids = [(0, 0, {"name": "One more"})]

    def test_longest_texts(self):
        for record, name in ((self.plan, "name"), (self.reading, "name")):
            most = record._text_limits[name]
            mine = record.with_user(self.director)
            mine.write({name: "x" * most})
            with self.subTest(record._name), self.assertRaises(ValidationError):
                mine.write({name: "x" * (most + 1)})

    # ------------------------------------------------------------
    # WHO, AND SINCE WHEN
    # ------------------------------------------------------------

    def _people(self, step=None):
        return (
            self.env[TASK]
            .search(
                [("step_id", "=", (step or self.reading).id), ("state", "!=", "closed")]
            )
            .user_id
        )

    def test_first_day_where_people_work(self):
        """The plan begins at midnight in Shanghai, a second before it has not."""
        self._ask("2027-02-28 15:59:59")
        self.assertFalse(self._people())
        self._ask("2027-02-28 16:00:00")
        self.assertTrue(self._people())
        self.assertEqual(
            self._task(step=self.reading).date_assigned,
            fields.Datetime.to_datetime("2027-02-28 16:00:00"),
        )

    def test_newcomer_of_the_first_day(self):
        """Who joins in the first second of the first day is new; before it is not."""
        self.plan.is_newcomer = True
        for moment, is_asked in (
            ("2027-02-28 15:59:59", False),
            ("2027-02-28 16:00:00", True),
        ):
            self.env.cr.execute(
                "UPDATE crm_team_member SET create_date = %s WHERE user_id = %s",
                [moment, self.salesperson_a.id],
            )
            self.env.invalidate_all()
            self._ask("2027-03-02 01:00:00")
            with self.subTest(moment=moment):
                self.assertEqual(
                    self._people(),
                    self.salesperson_a if is_asked else self.env["res.users"],
                )

    def test_who_may_not_work_in_sales(self):
        """Without sales rights, archived, or of another company: not asked."""
        self.salesperson_a.group_ids = self.env.ref("base.group_user")
        self.salesperson_b.active = False
        self._ask()
        self.assertEqual(self._people(), self.salesperson_c)

    def test_who_works_in_another_company(self):
        """A member of the team who is not in the company is not asked by its plan."""
        self.env.cr.execute(
            "UPDATE res_company_users_rel SET cid = %s WHERE user_id = %s",
            [self.company_2.id, self.salesperson_a.id],
        )
        self.env.invalidate_all()
        self._ask()
        self.assertEqual(self._people(), self.salesperson_b | self.salesperson_c)

    def test_two_teams_ask_once(self):
        """Somebody in two teams of the plan has each step once."""
        self.plan.team_ids |= self.team_west
        self.team_west.crm_team_member_ids = [
            (0, 0, {"user_id": self.leader_east.id}),
        ]
        self.plan.role = "everybody"
        self._ask()
        tasks = self.env[TASK].search(
            [("step_id", "=", self.reading.id), ("user_id", "=", self.leader_east.id)]
        )
        self.assertEqual(len(tasks), 1)

    def test_moved_to_another_team(self):
        """What is open goes along, with its new leader; what was done stays."""
        self.plan.team_ids |= self.team_west
        self._ask()
        task, done = self._task(step=self.visit), self._task(step=self.reading)
        with self._at("2027-03-02 01:00:00"):
            done.action_done()
        member = self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == self.salesperson_a
        )
        member.crm_team_id = self.team_west
        self._ask("2027-03-03 01:00:00")
        self.assertEqual((task.team_id, task.state), (self.team_west, "todo"))
        self.assertEqual((done.team_id, done.state), (self.team_east, "done"))
        with self.assertRaises(AccessError):
            task.with_user(self.leader_east).action_done()
        task.with_user(self.leader_west).action_done()
        self.assertEqual(task.confirmed_by_id, self.leader_west)

    def test_archived_team(self):
        """A team that is archived asks nobody; its open steps are closed."""
        self._ask()
        self.team_east.active = False
        self._ask("2027-03-02 01:00:00")
        # least of all those of other teams, as if the plan were for all
        self.assertFalse(self._people())
        self.team_east.active = True
        self._ask("2027-03-02 02:00:00")
        self.assertTrue(self._people())

    def test_asked_again_is_told_again_once(self):
        """Closed and opened: one more message, and none the next time."""
        self._ask()
        told = [
            ("partner_ids", "in", self.salesperson_a.partner_id.id),
            ("subject", "like", "your training"),
        ]
        Message = self.env["mail.message"]
        self.assertEqual(Message.search_count(told), 1)
        self.team_east.process_training = False
        self._ask("2027-03-02 01:00:00")
        self.team_east.process_training = True
        self._ask("2027-03-02 02:00:00")
        self.assertEqual(Message.search_count(told), 2)
        self._ask("2027-03-02 03:00:00")
        self.assertEqual(Message.search_count(told), 2)

    def test_in_the_language_of_the_person(self):
        """The step is called as its person reads it."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.reading.with_context(lang="zh_CN").name = "阅读价格表"
        self.salesperson_a.lang = "zh_CN"
        self._ask()
        self.assertEqual(self._task(step=self.reading).name, "阅读价格表")
        self.assertEqual(
            self._task(self.salesperson_b, self.reading).name, "Read the list"
        )

    # ------------------------------------------------------------
    # EXCUSED, GRANTED, CORRECTED
    # ------------------------------------------------------------

    def test_failed_and_excused(self):
        """Without an attempt left somebody may be excused, once."""
        self._ask()
        self._sit(0)
        self._sit(0, "2027-03-03 03:00:00")
        task = self._task()
        self._say(self.leader_east, task, "excuse")
        self.assertEqual(task.state, "excused")
        for kind in ("excuse", "grant"):
            with self.subTest(kind), self.assertRaises(UserError):
                self._say(self.leader_east, task, kind)
        with self.assertRaisesRegex(UserError, "does not wait"):
            self._begin("2027-03-21 04:00:00")

    def test_done_is_not_excused(self):
        self._ask()
        task = self._task(step=self.reading)
        with self._at("2027-03-02 01:00:00"):
            task.action_done()
        with self.assertRaisesRegex(UserError, "does not wait"):
            self._say(self.leader_east, task, "excuse")
        self.assertFalse(task.note)

    def test_exactly_the_mark(self):
        """The mark itself passes, a hundredth below it does not."""
        self._ask()
        result = self._sit(0)
        for percentage, state in ((49.99, "failed"), (50, "passed"), (49.99, "failed")):
            self._say(self.leader_east, result, "correct", percentage=percentage)
            with self.subTest(percentage=percentage):
                self.assertEqual((result.state, result.percentage), (state, percentage))
        self.assertEqual(self._task().state, "todo")
        for percentage in (0, 100):
            self._say(self.leader_east, result, "correct", percentage=percentage)
            self.assertEqual(result.percentage, percentage)

    def test_corrected_when_no_attempt_is_left(self):
        """The last attempt was right after all: the step is done, not failed."""
        self._ask()
        self._sit(0)
        last = self._sit(0, "2027-03-03 03:00:00")
        task = self._task()
        self.assertEqual(task.state, "failed")
        self._say(self.leader_east, last, "correct", percentage=80)
        self.assertEqual((task.state, task.date_done), ("done", last.date_end))
        # taken back again: nothing is left, and the leader hears of it
        self._say(self.leader_east, last, "correct", percentage=10)
        self.assertEqual((task.state, bool(task.date_done)), ("failed", False))

    def test_who_corrects_for_whom(self):
        """Who leads the team, or administers; the person is told which exam it is."""
        self._ask()
        result = self._sit(0)
        for user, may in (
            (self.leader_east, True),
            (self.director, True),
            (self.leader_west, False),
            (self.salesperson_a, False),
            (self.salesperson_b, False),
        ):
            mine = result.sudo().with_user(user)
            with self.subTest(user=user.login):
                self.assertEqual(mine.sudo()._may_decide(user), may)
        self._say(self.leader_east, result, "correct", percentage=70)
        told = self.env["mail.message"].search(
            [
                ("partner_ids", "in", self.salesperson_a.partner_id.id),
                ("subject", "like", "was corrected"),
            ]
        )
        self.assertEqual(len(told), 1)
        self.assertIn("Prices", told.subject)
        self.assertNotIn("70", told.subject + told.body)

    def test_dialog_by_defaults_of_a_client(self):
        """A dialog opened with somebody else's result does nothing."""
        self._ask()
        result = self._sit(0)
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            Wizard = self.env["sales.process.training.answer"].with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Wizard.with_context(
                    default_kind="correct",
                    default_result_id=result.id,
                    default_percentage=100,
                ).create({"reason": "Mine"}).action_save()
        self.assertEqual((result.state, result.percentage), ("failed", 0))

    # ------------------------------------------------------------
    # ATTEMPTS AND TIME
    # ------------------------------------------------------------

    def test_submitted_in_the_last_second(self):
        """At the end it is timed out, a second before it is not; both count."""
        self._ask()
        for user, moment, is_late in (
            (self.salesperson_a, "2027-03-03 02:29:59", False),
            (self.salesperson_b, "2027-03-03 02:30:00", True),
        ):
            result = self._answer(self._begin(user=user), 2, moment)
            with self.subTest(moment=moment):
                self.assertEqual(
                    (result.state, result.is_timed_out), ("passed", is_late)
                )
                self.assertEqual(str(result.date_end), moment)

    def test_passed_in_the_last_second(self):
        """Passed at the deadline is in time, and no fact; a second later is one."""
        self._ask()
        for user, moment, count in (
            (self.salesperson_a, "2027-03-15 15:59:59", 0),
            (self.salesperson_b, "2027-03-15 16:00:00", 1),
        ):
            self._sit(2, moment, user)
            with self._at("2027-03-17 01:00:00"), self.subTest(moment=moment):
                facts = self.env["sales.process.fact"].search(
                    [("kind", "=", "exam_overdue"), ("user_id", "=", user.id)]
                )
                self.assertEqual(len(facts), count)

    def test_no_question_comes_into_an_exam_that_is_sat(self):
        """A question of another exam is not moved into it; afterwards it may."""
        self._ask()
        question = self._create_exam(title="Other").question_ids[0]
        mine = question.with_user(self.director)
        answer = self._begin()
        with (
            self.assertRaisesRegex(UserError, "sits this exam now"),
            self.env.cr.savepoint(),
        ):
            mine.survey_id = self.exam
        self.env.invalidate_all()
        self._answer(answer, 2)
        mine.survey_id = self.exam
        self.assertEqual(len(self.exam.question_ids), 3)

    def test_fewer_attempts_set_later(self):
        """Two were begun, one is allowed now: none is left, and not less than none."""
        self._ask()
        self._sit(0)
        self.exam.attempts_limit = 1
        self.assertEqual(self._task().attempts_left, 0)
        with self.assertRaisesRegex(UserError, "No attempt is left"):
            self._begin("2027-03-04 02:00:00")
        self.exam.attempts_limit = 3
        self.assertEqual(self._task().attempts_left, 2)

    def test_attempts_of_a_step_are_its_own(self):
        """The same exam in another plan has attempts of its own."""
        self._ask()
        self._sit(2)
        other = self.plan.with_user(self.director).create(
            {
                "name": "Again",
                "company_id": self.company.id,
                "team_ids": self.team_east.ids,
                "date_from": "2027-03-01",
                "step_ids": [
                    (
                        0,
                        0,
                        {"name": "Again", "kind": "exam", "survey_id": self.exam.id},
                    )
                ],
            }
        )
        with self._at("2027-03-04 01:00:00"):
            other.sudo()._bring_in_line()
        task = self._task(step=other.step_ids)
        self.assertEqual((task.state, task.attempts_left), ("todo", 2))
        self.assertEqual(self._task().attempts_left, 1)

    def test_two_copies_of_a_plan(self):
        """A copied plan asks for its own steps, and takes nobody's results along."""
        self._ask()
        self._sit(2)
        copied = self.plan.with_user(self.director).copy({"name": "Copy"})
        self.assertEqual(len(copied.step_ids), 3)
        self.assertFalse(copied.step_ids & self.plan.step_ids)
        self.assertFalse(
            self.env[TASK].search([("plan_id", "=", copied.id)]).result_ids
        )
        self.assertEqual(
            len(self.env[RESULT].search([("survey_id", "=", self.exam.id)])), 1
        )

    def test_step_moves_to_no_other_plan(self):
        """What people have done is a step of its plan for good."""
        other = (
            self.env[PLAN]
            .with_user(self.director)
            .create(
                {
                    "name": "Other",
                    "company_id": self.company.id,
                    "date_from": "2027-03-01",
                }
            )
        )
        with self.assertRaises(AccessError):
            self.reading.with_user(self.director).plan_id = other

    def test_plan_of_another_company(self):
        """An administrator of one company neither reads nor makes plans of another."""
        theirs = self.env[PLAN].create(
            {"name": "Two", "company_id": self.company_2.id, "date_from": "2027-03-01"}
        )
        mine = theirs.with_user(self.director)
        self.assertFalse(mine.search([("id", "=", theirs.id)]))
        for attempt in (
            lambda: mine.write({"name": "Mine"}),
            mine.action_update,
            lambda: mine.create({"name": "Mine", "company_id": self.company_2.id}),
        ):
            with self.assertRaises(AccessError):
                attempt()
