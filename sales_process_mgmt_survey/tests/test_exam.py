# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RESULT, TASK, TrainingCommon


@tagged("post_install", "-at_install")
class TestExam(TrainingCommon):
    """Attempts, time, marks and versions: what came out is what came out."""

    def setUp(self):
        super().setUp()
        self._ask()

    # ------------------------------------------------------------
    # ATTEMPTS (case 47)
    # ------------------------------------------------------------

    def test_passed(self):
        """The step is done, and the result says by which mark and questions."""
        result = self._sit(1)
        self.assertRecordValues(
            result,
            [
                {
                    "state": "passed",
                    "percentage": 50,
                    "pass_mark": 50,
                    "attempt": 1,
                    "version": 1,
                    "question_count": 2,
                    "is_timed_out": False,
                    "user_id": self.salesperson_a.id,
                    "team_id": self.team_east.id,
                    "company_id": self.company.id,
                }
            ],
        )
        task = self._task()
        self.assertEqual((task.state, task.date_done), ("done", result.date_end))
        self.assertFalse(self._todos(task))

    def test_opened_is_an_attempt(self):
        """Opened, not submitted, opened again: the same attempt, until its time."""
        task = self._task()
        self.assertEqual(task.attempts_left, 2)
        answer = self._begin()
        self.assertEqual(task.attempts_left, 1)
        with self._at("2027-03-03 02:05:00"):
            url = task.action_start()["url"]
        self.assertIn(answer.access_token, url, "it goes on with what has begun")
        self.assertEqual(task.attempts_left, 1)
        # the time is over: what was opened is lost, the second one begins
        self._begin("2027-03-03 03:00:00")
        self.assertEqual(self._result(answer).state, "failed")
        self.assertEqual(task.attempts_left, 0)

    def test_looking_is_no_attempt(self):
        """The page before the first question counts nothing."""
        with self._at("2027-03-03 02:00:00"):
            first = self._task().action_start()
            again = self._task().action_start()
        self.assertEqual(first["url"], again["url"])
        self.assertEqual(self._task().attempts_left, 2)
        self.assertFalse(self.env[RESULT].search([("task_id", "=", self._task().id)]))

    def test_no_attempt_left(self):
        """The third one is refused, and the leader is told."""
        self._sit(0)
        self.assertEqual(self._task().state, "todo")
        self._sit(0, "2027-03-03 03:00:00")
        task = self._task()
        self.assertEqual(task.state, "failed")
        with self.assertRaisesRegex(UserError, "does not wait"):
            self._begin("2027-03-03 04:00:00")
        self.assertTrue(
            self.env["mail.message"].search(
                [
                    ("partner_ids", "in", self.leader_east.partner_id.id),
                    ("subject", "like", "no attempt left"),
                ]
            )
        )

    def test_answers_made_beforehand(self):
        """Several pages opened before the last attempt do not begin one more."""
        exam = self.exam.sudo()
        with self._at("2027-03-03 02:00:00"):
            answers = [exam._create_answer(user=self.salesperson_a) for _n in range(3)]
        for number, answer in enumerate(answers):
            with self._at(f"2027-03-03 0{number + 3}:00:00"):
                if number < 2:
                    answer._mark_in_progress()
                    answer._mark_done()
                    continue
                with self.assertRaisesRegex(UserError, "not asked"):
                    answer._mark_in_progress()
        self.assertEqual(len(self._task().result_ids), 2)

    def test_one_at_a_time(self):
        """Two windows: the second attempt waits for the first."""
        with self._at("2027-03-03 02:00:00"):
            answers = [
                self.exam.sudo()._create_answer(user=self.salesperson_a)
                for _n in range(2)
            ]
            answers[0]._mark_in_progress()
            with (
                self.assertRaisesRegex(UserError, "is running"),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                answers[1]._mark_in_progress()

    def test_invitation_opens_no_pool(self):
        """Another token of an invitation, another address: the same attempts."""
        self._sit(0)
        self._sit(0, "2027-03-03 03:00:00")
        for values in ({"invite_token": "mine"}, {"email": "other@example.com"}):
            with (
                self.assertRaisesRegex(UserError, "not asked"),
                self._at("2027-03-03 04:00:00"),
            ):
                self.exam.sudo()._create_answer(user=self.salesperson_a, **values)

    def test_who_is_not_asked(self):
        """Nobody sits an exam who is not asked for it, or without a login (51)."""
        exam = self.exam.sudo()
        for user in (self.salesperson_d, self.leader_east, self.env["res.users"]):
            with self.assertRaisesRegex(UserError, "not asked"):
                exam._create_answer(user=user, email="somebody@example.com")
        with self.assertRaisesRegex(AccessError, "whoever is asked"):
            self._task().with_user(self.leader_east).action_start()

    def test_two_users_of_one_person(self):
        """The result is the user's, not that of the address (51)."""
        twin = self.salesperson_b
        twin.sudo().partner_id.email = self.salesperson_a.email
        self._sit(0)
        self.assertEqual(self._task(twin).attempts_left, 2)
        self.assertEqual(self._sit(2, "2027-03-03 05:00:00", user=twin).user_id, twin)

    def test_only_a_step_is_sat(self):
        """A step to read is no exam."""
        with self.assertRaisesRegex(UserError, "no exam"):
            self._task(step=self.reading).action_start()

    def test_granted(self):
        """One more attempt is the leader's to give, when none is left."""
        task = self._task()
        with self.assertRaisesRegex(UserError, "when none is left"):
            self._say(self.leader_east, task, "grant")
        self._sit(0)
        self._sit(0, "2027-03-03 03:00:00")
        with self.assertRaises(AccessError):
            task.action_grant()
        self._say(self.leader_east, task, "grant")
        self.assertEqual(
            (task.state, task.extra_attempts, task.attempts_left), ("todo", 1, 1)
        )
        self.assertTrue(self._todos(task))
        self.assertEqual(self._sit(2, "2027-03-21 02:00:00").attempt, 3)
        self.assertEqual(task.state, "done")

    # ------------------------------------------------------------
    # TIME (case 48)
    # ------------------------------------------------------------

    def test_closed_browser(self):
        """The scheduled action ends it with what was answered, ten seconds later."""
        answer = self._begin()
        result = self._answer(answer, 2, done=False)
        self._close_late("2027-03-03 02:30:05")
        self.assertEqual(result.state, "in_progress", "submitting takes a moment")
        self._close_late("2027-03-03 02:30:10")
        self.assertEqual((answer.state, result.state), ("done", "passed"))
        self.assertTrue(result.is_timed_out)
        self.assertEqual(str(result.date_end), "2027-03-03 02:30:00")
        self._close_late("2027-03-03 03:00:00")
        self.assertEqual(str(result.date_end), "2027-03-03 02:30:00", "once")

    def test_scheduled_action(self):
        """It runs by itself, and twice ends nothing twice."""
        result = self._answer(self._begin(), 1, done=False)
        result.date_deadline = "2020-01-01 00:00:00"
        self.env.flush_all()
        cron = self.env.ref("sales_process_mgmt_survey.ir_cron_close_exams")
        for _run in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((result.state, result.percentage), ("passed", 50))
        self.assertEqual(str(result.date_end), "2020-01-01 00:00:00")

    def test_one_that_fails_stops_no_other_one(self):
        """An attempt that cannot be ended is tried again; the later one ends."""
        first = self._result(self._begin())
        second = self._result(self._begin(user=self.salesperson_b))
        close = type(first)._close_overdue

        def fail(rows):
            if first in rows:
                raise ValueError("poison")
            return close(rows)

        self.patch(type(first), "_close_overdue", fail)
        self.patch(
            self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kw: 1.0
        )
        logger = "odoo.addons.sales_process_mgmt.models.sales_process_retry"
        with self._at("2027-03-03 04:00:00"), mute_logger(logger):
            self.env[RESULT]._cron_close_exams()
            self.env.flush_all()
        self.assertEqual((first.state, second.state), ("in_progress", "failed"))
        self.patch(type(first), "_close_overdue", close)
        with self._at("2027-03-03 05:00:00"):
            self.env[RESULT]._cron_close_exams()
            self.env.flush_all()
        self.assertEqual(first.state, "failed")

    def test_nothing_answered(self):
        answer = self._begin()
        self._close_late("2027-03-03 04:00:00")
        result = self._result(answer)
        self.assertEqual((result.state, result.percentage), ("failed", 0))

    def test_deleted_answers(self):
        """An attempt whose answers are gone ends, too, with nothing."""
        answer = self._begin()
        result = self._result(answer)
        answer.sudo().unlink()
        self._close_late("2027-03-03 04:00:00")
        self.assertEqual((result.state, result.percentage), ("failed", 0))

    def test_time_that_was_left_at_the_beginning(self):
        """More minutes set while somebody sits it are not for this attempt."""
        answer = self._begin()
        self.exam.time_limit = 300
        with self._at("2027-03-03 02:30:00"):
            answer.invalidate_recordset(["survey_time_limit_reached"])
            self.assertTrue(answer.survey_time_limit_reached)
        with self._at("2027-03-03 02:29:59"):
            answer.invalidate_recordset(["survey_time_limit_reached"])
            self.assertFalse(answer.survey_time_limit_reached)

    def test_ended_once(self):
        """Marked twice, an attempt counts once and keeps its end."""
        result = self._sit(2)
        end = result.date_end
        with self._at("2027-03-09 02:00:00"):
            result.user_input_id.sudo()._mark_done()
        self.assertEqual((result.date_end, result.percentage), (end, 100))

    def test_not_begun_is_not_ended(self):
        """Whoever submits without beginning has no result."""
        with self._at("2027-03-03 02:00:00"):
            answer = self.exam.sudo()._create_answer(user=self.salesperson_a)
            answer._mark_done()
        self.assertEqual(answer.state, "new")
        self.assertEqual(self._task().state, "todo")

    # ------------------------------------------------------------
    # MARK AND QUESTIONS (cases 49 and 50)
    # ------------------------------------------------------------

    def test_mark_raised_afterwards(self):
        """From 50 to 80: who had passed has passed; the next one is judged anew."""
        result = self._sit(1)
        self.exam.scoring_success_min = 80
        answer = result.user_input_id.sudo()
        self.env.add_to_compute(answer._fields["scoring_success"], answer)
        self.env.add_to_compute(answer._fields["scoring_percentage"], answer)
        self.env.flush_all()
        self.assertRecordValues(
            result, [{"state": "passed", "pass_mark": 50, "percentage": 50}]
        )
        self.assertTrue(answer.scoring_success)
        other = self._sit(1, user=self.salesperson_b)
        self.assertRecordValues(other, [{"state": "failed", "pass_mark": 80}])

    def test_mark_raised_while_sitting(self):
        """The mark of the beginning decides."""
        answer = self._begin()
        self.exam.scoring_success_min = 80
        self.assertEqual(self._answer(answer, 1).state, "passed")

    def test_questions_changed_afterwards(self):
        """Results keep percentage and version; the next one has the next version."""
        result = self._sit(1)
        checksum = result.questions_hash
        self.exam.question_ids[0].suggested_answer_ids[0].answer_score = 9
        self.env.flush_all()
        self.assertRecordValues(
            result,
            [
                {
                    "percentage": 50,
                    "version": 1,
                    "questions_hash": checksum,
                    "state": "passed",
                }
            ],
        )
        other = self._sit(2, user=self.salesperson_b)
        self.assertEqual(other.version, 2)
        self.assertNotEqual(other.questions_hash, checksum)

    def test_question_added_and_deleted(self):
        result = self._sit(2)
        question = self.env["survey.question"].create(
            {
                "survey_id": self.exam.id,
                "title": "One more",
                "question_type": "simple_choice",
            }
        )
        self.assertEqual(self._sit(2, user=self.salesperson_b).version, 2)
        question.unlink()
        # the questions of the first version again
        self.assertEqual(self._sit(2, user=self.salesperson_c).version, 1)
        self.exam.question_ids[0].unlink()
        self.env.flush_all()
        self.assertRecordValues(
            result, [{"percentage": 100, "question_count": 2, "state": "passed"}]
        )

    def test_not_changed_while_sitting(self):
        """Questions and choices wait until nobody sits the exam."""
        answer = self._begin()
        exam = self.exam.with_user(self.director)
        question = exam.question_ids[0]
        for change in (
            lambda: question.write({"title": "Easier"}),
            lambda: question.suggested_answer_ids[1].write({"answer_score": 1}),
            question.suggested_answer_ids[1].unlink,
            question.unlink,
            lambda: exam.write({"question_and_page_ids": [(0, 0, {"title": "New"})]}),
            lambda: self.env["survey.question.answer"].create(
                {"question_id": question.id, "value": "New"}
            ),
        ):
            with (
                self.assertRaisesRegex(UserError, "sits this exam now"),
                self.env.cr.savepoint(),
            ):
                change()
        self._answer(answer, 1)
        question.title = "Easier"

    def test_other_surveys_are_as_before(self):
        """What is no exam is counted, ended and changed as Odoo does."""
        survey = self.env["survey.survey"].create(
            {"title": "A poll", "question_and_page_ids": [(0, 0, {"title": "How?"})]}
        )
        answer = survey._create_answer(user=self.salesperson_a)
        answer._mark_in_progress()
        survey.question_ids.title = "Why?"
        answer._mark_done()
        self.assertEqual(answer.state, "done")
        self.assertFalse(self._result(answer))
        self.assertTrue(survey._has_attempts_left(self.env.user.partner_id, "", ""))

    # ------------------------------------------------------------
    # SETTINGS OF AN EXAM
    # ------------------------------------------------------------

    def test_settings_are_forced(self):
        """Whatever is sent: login, time limit, no answers shown, no mail."""
        exam = self._create_exam(
            access_mode="public",
            users_login_required=False,
            is_time_limited=False,
            scoring_type="scoring_with_answers",
            certification=True,
        )
        self.assertRecordValues(
            exam,
            [
                {
                    "access_mode": "token",
                    "users_login_required": True,
                    "is_time_limited": True,
                    "scoring_type": "scoring_without_answers",
                    "certification": False,
                }
            ],
        )
        for values in (
            {"access_mode": "public"},
            {"users_login_required": False},
            {"is_time_limited": False},
            {"scoring_type": "scoring_with_answers"},
            {"session_state": "ready"},
            {"time_limit": 0.5},
            {"time_limit": 700},
            {"attempts_limit": 0},
        ):
            with (
                self.subTest(values),
                self._refused(),
            ):
                exam.with_user(self.director).write(values)
                self.env.flush_all()

    def test_an_exam_stays_one(self):
        """No detour by the type: an exam that became a survey would show answers."""
        survey = self.env["survey.survey"].create({"title": "A poll"})
        for record, kind in ((self.exam, "custom"), (survey, "sales_exam")):
            for user in (self.director, self.env.user):
                with self.assertRaises(UserError):
                    record.with_user(user).write({"survey_type": kind})
        with self.assertRaises(ValidationError):
            self.exam.with_user(self.director).write({"access_mode": "public"})

    def test_sat_exams_are_kept(self):
        """An exam with results is archived, not deleted."""
        self._sit(2)
        with self._refused():
            self.exam.with_user(self.director).unlink()

    def test_addon_goes(self):
        """Uninstalled: no answer is left that the survey app would show."""
        result = self._sit(2)
        answer = result.user_input_id
        self.exam._end_exams()
        self.assertFalse(answer.exists())
        self.assertFalse(result.exists())
        self.assertEqual(self.exam.survey_type, "custom")
        self.assertFalse(self.exam.active)

    # ------------------------------------------------------------
    # CORRECTION (case 53)
    # ------------------------------------------------------------

    def test_corrected_by_the_leader(self):
        """With a reason, tracked, and the person is told; the mark of then decides."""
        result = self._sit(0)
        # what is new is tracked from the next transaction on
        self.env.cr.precommit.run()
        mine = result.with_user(self.leader_east).with_context(
            tracking_disable=False, mail_notrack=False
        )
        mine._correct(60, "Because")
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        self.assertRecordValues(
            result,
            [
                {
                    "state": "passed",
                    "percentage": 60,
                    "note": "Because",
                    "corrected_by_id": self.leader_east.id,
                }
            ],
        )
        self.assertEqual(self._task().state, "done")
        tracked = result.message_ids.sudo().tracking_value_ids
        self.assertIn("percentage", tracked.mapped("field_id.name"))

    def test_corrected_downwards(self):
        """What was passed is not passed: the step waits again."""
        result = self._sit(2)
        self._say(self.director, result, "correct", percentage=10)
        self.assertEqual(result.state, "failed")
        self.assertEqual(self._task().state, "todo")
        self.assertTrue(self._todos(self._task()))

    def test_correction_by_the_mark_of_then(self):
        """Case 50: the pass mark was 50 and is 80; 60 percent pass, 49 do not."""
        result = self._sit(0)
        self.exam.scoring_success_min = 80
        self._say(self.leader_east, result, "correct", percentage=60)
        self.assertEqual((result.state, self._task().state), ("passed", "done"))
        self.exam.scoring_success_min = 20
        self._say(self.leader_east, result, "correct", percentage=49)
        self.assertEqual((result.state, self._task().state), ("failed", "todo"))

    def test_fewer_attempts_than_before(self):
        """Case 47: one of two is used, and by now there is one alone."""
        self._sit(0)
        self.exam.attempts_limit = 1
        self.env.invalidate_all()
        self.assertEqual(self._task().state, "todo")
        with self.assertRaisesRegex(UserError, "No attempt is left"):
            self._begin("2027-03-04 02:00:00")
        self.assertEqual(len(self._task().result_ids), 1)

    def test_nobody_corrects_the_own(self):
        """Neither the person, nor an administrator who has sat it, nor strangers."""
        result = self._sit(0)
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            with self.assertRaises(AccessError):
                result.with_user(user).action_correct()
            # nor past the button, from the dialog
            with self.assertRaises(AccessError):
                result.with_user(user)._correct(100, "Because")
        self.assertEqual(result.state, "failed")
        self.team_east.crm_team_member_ids = [
            (0, 0, {"user_id": self.administrator.id})
        ]
        self._ask("2027-03-30 01:00:00")
        own = self._sit(0, "2027-03-30 02:00:00", user=self.administrator)
        self.assertFalse(own.with_user(self.administrator).can_correct)
        with self.assertRaisesRegex(AccessError, "nobody the own one"):
            own.with_user(self.administrator).action_correct()
        with self.assertRaisesRegex(AccessError, "nobody the own one"):
            own.with_user(self.administrator)._correct(100, "Because")
        self.assertTrue(own.with_user(self.director).can_correct)

    def test_bounds_of_a_correction(self):
        result = self._sit(0)
        for percentage in (-1, 101):
            with self.assertRaisesRegex(UserError, "between 0 and 100"):
                self._say(self.leader_east, result, "correct", percentage=percentage)
        running = self._begin("2027-03-19 23:50:00")
        with self.assertRaisesRegex(UserError, "being sat"):
            self._say(
                self.leader_east,
                self._result(running),
                "correct",
                moment="2027-03-20 00:00:00",
                percentage=100,
            )

    def test_results_are_not_written(self):
        """Whoever leads, administers, or runs the survey app."""
        result = self._sit(0)
        for user in (
            self.salesperson_a,
            self.leader_east,
            self.director,
            self.surveyor,
        ):
            mine = result.with_user(user)
            with self.assertRaises(AccessError):
                mine.write({"percentage": 100, "state": "passed"})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.copy()
            with self.assertRaises(AccessError):
                self.env[RESULT].with_user(user).create(
                    {"name": "Mine", "task_id": self._task().id}
                )

    def test_examiner_does_not_sit(self):
        """Who answers for the exam is not asked for it."""
        self._task(self.salesperson_b).sudo().unlink()
        self.salesperson_b.group_ids += self.env.ref("survey.group_survey_user")
        self.exam.user_id = self.salesperson_b
        self._ask("2027-03-02 01:00:00")
        self.assertFalse(self._task(self.salesperson_b))
        self.assertTrue(self._task(self.salesperson_b, self.reading))

    def test_deadline_of_an_attempt(self):
        result = self._result(self._begin())
        self.assertEqual(
            result.date_deadline - result.date_start, timedelta(minutes=30)
        )
        self.assertEqual(
            result.date_start, fields.Datetime.to_datetime("2027-03-03 02:00:00")
        )
        self.assertEqual(self.env[TASK].browse(result.task_id.id), self._task())
