# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import PLAN, TASK, TrainingCommon


@tagged("post_install", "-at_install")
class TestTraining(TrainingCommon):
    """Who is asked for what, until when, and who says that it is done."""

    def _people(self, step=None):
        return (
            self.env[TASK]
            .search(
                [
                    ("step_id", "=", (step or self.reading).id),
                    ("state", "!=", "closed"),
                ]
            )
            .user_id
        )

    def _join(self, moment, user=None, team=None):
        with self._at(moment):
            member = self.env["crm.team.member"].create(
                {
                    "user_id": (user or self.salesperson_e).id,
                    "crm_team_id": (team or self.team_east).id,
                }
            )
            self.env.flush_all()
        return member

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def test_salespeople_of_the_team(self):
        """The plan asks the salespeople of its teams, each once, and nobody else."""
        self._ask()
        people = self.salesperson_a | self.salesperson_b | self.salesperson_c
        self.assertEqual(self._people(), people)
        self._ask("2027-03-02 01:00:00")
        self.assertEqual(
            self.env[TASK].search_count([("plan_id", "=", self.plan.id)]), 9
        )

    def test_not_before_the_plan_begins(self):
        self._ask("2027-02-20 01:00:00")
        self.assertFalse(self._people())

    def test_roles(self):
        """Leaders only, or both."""
        self.plan.role = "leader"
        self._ask()
        self.assertEqual(self._people(), self.leader_east)
        self.plan.role = "everybody"
        self._ask()
        self.assertIn(self.leader_east, self._people())
        self.assertIn(self.salesperson_a, self._people())

    def test_newcomers(self):
        """The first weeks begin on the day of joining, for who joins from then on."""
        self.plan.is_newcomer = True
        self._ask()
        self.assertFalse(self._people(), "they were there before")
        self._join("2027-03-10 02:00:00")
        self._ask("2027-03-10 03:00:00")
        self.assertEqual(self._people(), self.salesperson_e)
        task = self._task(self.salesperson_e, self.reading)
        self.assertEqual(
            # Wednesday, two working days: Friday
            task.date_due,
            fields.Datetime.to_datetime("2027-03-12 15:59:59"),
        )

    def test_a_new_member_wakes_the_plan(self):
        """Nobody waits four hours: joining triggers the scheduled action."""
        cron = self.env.ref("sales_process_mgmt_survey.ir_cron_training")
        triggers = self.env["ir.cron.trigger"].sudo()
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self._join("2027-03-10 02:00:00")
        self.assertGreater(triggers.search_count([("cron_id", "=", cron.id)]), before)

    def test_cron(self):
        """The scheduled action asks by itself, and twice asks nobody twice."""
        self.plan.date_from = "2020-01-01"
        self.env.flush_all()
        cron = self.env.ref("sales_process_mgmt_survey.ir_cron_training")
        for _run in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(
            self.env[TASK].search_count([("plan_id", "=", self.plan.id)]), 9
        )

    def test_team_switched_off(self):
        """Off: what was asked is closed, its to-dos go; on again: it is asked again."""
        self._ask()
        task = self._task(step=self.reading)
        self.assertTrue(self._todos(task))
        self.team_east.process_training = False
        self._ask("2027-03-02 01:00:00")
        self.assertEqual(task.state, "closed")
        self.assertFalse(self._todos(task))
        self.team_east.process_training = True
        self._ask("2027-03-02 02:00:00")
        self.assertEqual(task.state, "todo")
        self.assertTrue(self._todos(task))

    def test_team_out_of_the_process(self):
        """A team that does not take part is asked nothing."""
        self.plan.team_ids = self.team_off
        self._ask()
        self.assertFalse(self._people())

    def test_who_leaves_is_not_asked(self):
        """And what was done stays done."""
        self._ask()
        task = self._task(step=self.reading)
        with self._at("2027-03-02 01:00:00"):
            task.action_done()
        member = self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == self.salesperson_a
        )
        member.active = False
        self._ask("2027-03-02 02:00:00")
        self.assertEqual(task.state, "done")
        self.assertEqual(self._task(step=self.visit).state, "closed")

    def test_archived_plan_and_step(self):
        self._ask()
        self.visit.active = False
        self._ask("2027-03-02 02:00:00")
        self.assertEqual(self._task(step=self.visit).state, "closed")
        self.assertEqual(self._task(step=self.reading).state, "todo")
        self.plan.active = False
        self._ask("2027-03-02 03:00:00")
        self.assertEqual(self._task(step=self.reading).state, "closed")

    def test_other_company(self):
        """A plan of one company asks nobody of another one."""
        self.plan.team_ids = False
        self._ask()
        self.assertNotIn(self.salesperson_x, self._people())
        self.assertFalse(
            self.env[PLAN]
            .with_user(self.salesperson_x)
            .search([("id", "=", self.plan.id)])
        )

    # ------------------------------------------------------------
    # UNTIL WHEN
    # ------------------------------------------------------------

    def test_due_in_working_days(self):
        """Monday the first and ten working days: Monday the fifteenth."""
        self._ask()
        self.assertEqual(
            self._task().date_due, fields.Datetime.to_datetime("2027-03-15 15:59:59")
        )

    def test_absence_moves_it(self):
        """Leave entered afterwards moves step and to-do; called off, back again."""
        self._ask()
        task = self._task()
        todo = self._todos(task)
        with self._at("2027-03-02 01:00:00"):
            absence = self._absent(
                self.salesperson_a, "2027-03-02 16:00:00", "2027-03-04 15:59:00"
            )
            self.env.flush_all()
        self.assertEqual(str(task.date_due), "2027-03-17 15:59:59")
        self.assertEqual(str(todo.date_deadline), "2027-03-17")
        with self._at("2027-03-02 02:00:00"):
            absence.action_cancel()
            self.env.flush_all()
        self.assertEqual(str(task.date_due), "2027-03-15 15:59:59")
        self.assertEqual(str(todo.date_deadline), "2027-03-15")

    def test_overdue(self):
        """The last second is in time, the next one is not."""
        self._ask()
        task = self._task()
        for moment, late in (
            ("2027-03-15 15:59:59", False),
            ("2027-03-15 16:00:00", True),
        ):
            with self._at(moment):
                task.invalidate_recordset(["is_overdue"])
                self.assertEqual(task.is_overdue, late)
                found = self.env[TASK].search([("is_overdue", "=", True)])
                self.assertEqual(task.with_env(self.env) in found, late)

    # ------------------------------------------------------------
    # DONE
    # ------------------------------------------------------------

    def test_read_by_the_person(self):
        self._ask()
        task = self._task(step=self.reading)
        for user in (self.leader_east, self.director):
            with self.assertRaisesRegex(AccessError, "Only Salesperson A"):
                task.with_user(user).action_done()
        with self._at("2027-03-02 01:00:00"):
            task.action_done()
        self.assertEqual(task.state, "done")
        self.assertEqual(str(task.date_done), "2027-03-02 01:00:00")
        self.assertFalse(self._todos(task))
        with self.assertRaisesRegex(UserError, "does not wait"):
            task.action_done()

    def test_visit_confirmed_by_the_leader(self):
        """Nobody confirms the own visit; a leader of another team neither."""
        self._ask()
        task = self._task(step=self.visit)
        with self.assertRaisesRegex(AccessError, "nobody in their own matter"):
            task.action_done()
        with self.assertRaises(AccessError):
            task.with_user(self.leader_west).action_done()
        with self._at("2027-03-02 01:00:00"):
            task.with_user(self.leader_east).action_done()
        self.assertEqual(
            (task.state, task.confirmed_by_id.id), ("done", self.leader_east.id)
        )

    def test_exam_is_not_marked(self):
        self._ask()
        for user in (self.salesperson_a, self.leader_east, self.director):
            with self.assertRaisesRegex(UserError, "when it is passed"):
                self._task().with_user(user).action_done()

    def test_finishing_the_todo_does_nothing(self):
        """The to-do follows from the step, never the other way round."""
        self._ask()
        task = self._task(step=self.reading)
        self._todos(task).with_user(self.salesperson_a).action_feedback()
        self.assertEqual(task.state, "todo")
        self._ask("2027-03-02 01:00:00")
        self.assertTrue(self._todos(task), "it comes back")

    def test_excused(self):
        """By the leader, with a reason that the person reads; not by oneself."""
        self._ask()
        task = self._task(step=self.visit)
        with self.assertRaises(AccessError):
            task.action_excuse()
        with self.assertRaisesRegex(UserError, "Write down why"):
            self._say(self.leader_east, task, "excuse", reason="  ")
        self._say(self.leader_east, task, "excuse")
        self.assertEqual((task.state, task.note), ("excused", "Because"))
        self.assertFalse(self._todos(task))
        self._ask("2027-03-21 01:00:00")
        self.assertEqual(task.state, "excused", "it is not asked again")

    def test_dialog_of_somebody_else(self):
        """The dialog asks who may: a forged one does nothing."""
        self._ask()
        task = self._task(step=self.visit)
        Wizard = self.env["sales.process.training.answer"]
        for kind in ("excuse", "grant"):
            with self.assertRaises(AccessError):
                Wizard.with_user(self.salesperson_b).create(
                    {"kind": kind, "reason": "Mine", "task_id": task.id}
                ).action_save()
            with self.assertRaises(AccessError):
                Wizard.with_user(self.salesperson_a).create(
                    {"kind": kind, "reason": "Mine", "task_id": task.id}
                ).action_save()
        self.assertEqual(task.state, "todo")

    def test_nobody_writes(self):
        """Neither the person nor an administrator, nor in the chatter."""
        self._ask()
        task = self._task(step=self.reading)
        for user in (self.salesperson_a, self.leader_east, self.director):
            mine = task.with_user(user)
            with self.assertRaises(AccessError):
                mine.write({"state": "done"})
            with self.assertRaises(AccessError):
                mine.write({"extra_attempts": 9})
            with self.assertRaises(AccessError):
                mine.message_post(body="See this")
            with self.assertRaises(AccessError):
                mine.unlink()

    def test_told_once(self):
        """One message for all steps, in the language of the person."""
        self._ask()
        message = self.env["mail.message"].search(
            [
                ("partner_ids", "in", self.salesperson_a.partner_id.id),
                ("subject", "like", "your training"),
            ]
        )
        self.assertEqual(len(message), 1)
        self.assertIn("3", message.subject)

    # ------------------------------------------------------------
    # PLANS
    # ------------------------------------------------------------

    def test_plans_are_written_by_administrators(self):
        for user in (self.salesperson_a, self.leader_east):
            with self.assertRaises(AccessError):
                self.env[PLAN].with_user(user).create({"name": "Mine"})
            with self.assertRaises(AccessError):
                self.plan.with_user(user).action_update()
        with self._at(self.begin):
            self.plan.with_user(self.director).action_update()
        self.assertTrue(self._people())
        mine = self.plan.with_user(self.director)
        self.assertEqual((mine.task_count, mine.open_count), (9, 9))
        self.assertEqual(
            mine.action_open_tasks()["domain"], [("plan_id", "=", self.plan.id)]
        )

    def test_a_step_is_what_it_was(self):
        """Kind and exam are said once; a step that was asked is not deleted."""
        self._ask()
        step = self.exam_step.with_user(self.director)
        other = self._create_exam(title="Other")
        with self.assertRaises(AccessError):
            step.survey_id = other.id
        with self.assertRaises(AccessError):
            step.kind = "read"
        with self._refused():
            step.unlink()

    def test_steps_name_their_exam(self):
        Step = self.env["sales.process.training.step"].with_user(self.director)
        survey = self.env["survey.survey"].create({"title": "A poll"})
        for values, text in (
            ({"kind": "exam"}, "names the exam"),
            ({"kind": "read", "survey_id": self.exam.id}, "names the exam"),
            ({"kind": "exam", "survey_id": survey.id}, "is no exam"),
        ):
            with (
                self.subTest(text),
                self._refused(),
            ):
                Step.create({"name": "x", "plan_id": self.plan.id, **values})
                self.env.flush_all()

    def test_exam_of_another_company(self):
        exam = self._create_exam(title="Other", user_id=False)
        exam.process_company_id = self.company_2
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.env["sales.process.training.step"].create(
                {
                    "name": "x",
                    "plan_id": self.plan.id,
                    "kind": "exam",
                    "survey_id": exam.id,
                }
            )

    # ------------------------------------------------------------
    # FACTS AND AGENDA
    # ------------------------------------------------------------

    def _facts(self, user, kind):
        return (
            self.env["sales.process.fact"]
            .with_user(user)
            .search([("kind", "=", kind), ("user_id", "=", self.salesperson_a.id)])
        )

    def test_overdue_is_a_fact(self):
        """At the deadline, for exams; read by the person and above, nobody else."""
        self._ask()
        with self._at("2027-03-15 15:00:00"):
            self.assertFalse(self._facts(self.salesperson_a, "exam_overdue"))
        with self._at("2027-03-16 01:00:00"):
            for user, count in (
                (self.salesperson_a, 1),
                (self.leader_east, 1),
                (self.director, 1),
                (self.salesperson_b, 0),
                (self.leader_west, 0),
            ):
                facts = self._facts(user, "exam_overdue")
                self.assertEqual(len(facts), count, user.name)

    def test_late_pass_stays_a_fact(self):
        self._ask()
        self._sit(2, "2027-03-16 02:00:00")
        with self._at("2027-03-17 01:00:00"):
            self.assertTrue(self._facts(self.leader_east, "exam_overdue"))

    def test_failed_is_a_fact(self):
        self._ask()
        self._sit(0)
        with self._at("2027-03-04 01:00:00"):
            self.assertTrue(self._facts(self.leader_east, "exam_failed"))
            self.assertFalse(self._facts(self.salesperson_b, "exam_failed"))

    def test_todos(self):
        """What I am asked for waits for me until it is done, and for nobody else."""
        Item = self.env["sales.process.owed.item"]
        self._ask()
        self.env.flush_all()
        kinds = ["exam_todo", "training_todo"]
        items = Item.with_user(self.salesperson_a).search([("kind", "in", kinds)])
        self.assertEqual(set(items.mapped("kind")), set(kinds))
        self.assertEqual(items.user_id, self.salesperson_a)
        tasks = self.env["sales.process.training.task"].browse(items.mapped("res_id"))
        self.assertEqual(items.mapped("date_due"), tasks.mapped("date_due"))
        self.assertFalse(Item.with_user(self.leader_west).search([]))
        self._sit(2)
        self.env.flush_all()
        items = Item.with_user(self.salesperson_a).search([("kind", "in", kinds)])
        self.assertEqual(set(items.mapped("kind")), {"training_todo"})

    def test_agenda(self):
        """What is past due waits for the leader, and so does who has no attempt."""
        Item = self.env["sales.process.agenda.item"].with_user(self.leader_east)
        self._ask()
        with self._at("2027-03-04 01:00:00"):
            kinds = Item.search([]).mapped("kind")
            self.assertEqual(kinds.count("training_overdue"), 3, "the reading")
        self._sit(0, "2027-03-04 02:00:00")
        self._sit(0, "2027-03-04 03:00:00")
        with self._at("2027-03-05 01:00:00"):
            self.assertIn("exam_no_attempt", Item.search([]).mapped("kind"))
            others = Item.with_user(self.leader_west).search([]).mapped("kind")
            self.assertNotIn("exam_no_attempt", others)
