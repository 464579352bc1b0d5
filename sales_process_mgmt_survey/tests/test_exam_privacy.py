# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import RESULT, TASK, TrainingCommon

INPUT = "survey.user_input"
LINE = "survey.user_input.line"


@tagged("post_install", "-at_install")
class TestExamPrivacy(TrainingCommon):
    """Results are the person's and of those above; questions are not for who sits.

    By search, read, sums, export, attachments, chatter, PDF, and the survey app.
    """

    def setUp(self):
        super().setUp()
        self._ask()
        self.result = self._sit(2)
        self.answer = self.result.user_input_id
        self.readers = (self.salesperson_a, self.leader_east, self.director)
        self.others = (
            self.salesperson_b,
            self.salesperson_c,
            self.leader_west,
            self.salesperson_x,
        )
        self.env.invalidate_all()

    def test_who_reads(self):
        for model, record in ((RESULT, self.result), (TASK, self.result.task_id)):
            domain = [("id", "=", record.id)]
            for user in self.readers:
                Model = self.env[model].with_user(user)
                self.assertEqual(Model.search_count(domain), 1, user.name)
                self.assertTrue(record.with_user(user).read())
            for user in self.others:
                Model = self.env[model].with_user(user)
                self.assertEqual(Model.search_count(domain), 0, user.name)
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["state"])
                with self.assertRaises(UserError):
                    record.with_user(user).export_data(["state"])
                groups = Model.formatted_read_group(domain, ["state"], ["__count"])
                self.assertFalse(groups)
            for user in (self.office_user, self.surveyor):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search_count([])

    def test_sums(self):
        """A group sum is over what one may read, the average over the own."""
        self._sit(0, "2027-03-05 02:00:00", user=self.salesperson_b)
        Result = self.env[RESULT].with_user(self.salesperson_a)
        [group] = Result.formatted_read_group([], [], ["percentage:avg", "__count"])
        self.assertEqual((group["percentage:avg"], group["__count"]), (100, 1))

    def test_search_by_relations(self):
        """Nobody learns by asking others' records about it."""
        for user in self.others[:2]:
            found = (
                self.env["res.users"]
                .with_user(user)
                .search_count([("id", "=", self.salesperson_a.id)])
            )
            self.assertEqual(found, 1)
            tasks = self.env[TASK].with_user(user)
            self.assertFalse(
                tasks.search(
                    [
                        ("user_id", "=", self.salesperson_a.id),
                        ("result_ids.state", "=", "passed"),
                    ]
                )
            )

    def test_count_on_the_contact(self):
        """Odoo's count of certificates on a contact says nothing of exams."""
        self.assertTrue(self.answer.scoring_success)
        for user in (self.salesperson_b, self.surveyor):
            partner = self.salesperson_a.partner_id.with_user(user)
            self.assertEqual(partner.certifications_count, 0)

    def test_chatter_and_followers(self):
        """Nobody follows, nobody posts, nobody is named."""
        self.assertFalse(self.result.message_follower_ids)
        for user in (self.salesperson_b, self.salesperson_a, self.director):
            mine = self.result.with_user(user)
            with self.assertRaises(AccessError):
                mine.message_post(
                    body="Look", partner_ids=self.salesperson_b.partner_id.ids
                )
            if user == self.salesperson_b:
                # Odoo says nothing, and does nothing
                self.assertFalse(
                    mine.message_subscribe(self.salesperson_b.partner_id.ids)
                )
                continue
            with self.assertRaises(AccessError):
                mine.message_subscribe(self.salesperson_b.partner_id.ids)
        self.env.invalidate_all()
        self.assertNotIn(
            self.salesperson_b.partner_id,
            self.result.message_follower_ids.partner_id,
        )
        mine = self.result.with_user(self.leader_east)
        mine.with_context(tracking_disable=False, mail_notrack=False)._correct(
            70, "Because"
        )
        self.env.flush_all()
        self.env.cr.precommit.run()
        messages = self.result.message_ids
        self.assertTrue(messages)
        for user in self.others:
            found = (
                self.env["mail.message"]
                .with_user(user)
                .search([("id", "in", messages.ids)])
            )
            self.assertFalse(found)

    def test_attachments(self):
        """A file at a result is read as the result is, and nobody adds one."""
        attachment = self.env["ir.attachment"].create(
            {
                "name": "notes.txt",
                "raw": b"secret",
                "res_model": RESULT,
                "res_id": self.result.id,
            }
        )
        self.assertTrue(attachment.with_user(self.leader_east).read(["raw"]))
        for user in (self.salesperson_b, self.surveyor):
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["raw"])
        for user in (self.salesperson_a, self.salesperson_b):
            with self.assertRaises(AccessError):
                self.env["ir.attachment"].with_user(user).create(
                    {"name": "x", "res_model": RESULT, "res_id": self.result.id}
                )

    def test_survey_app_reads_no_answers(self):
        """Its administrators neither read nor rewrite, delete or invent answers."""
        lines = self.answer.user_input_line_ids
        self.assertTrue(lines)
        for user in (self.surveyor, self.salesperson_a, self.leader_east):
            for model, records in ((INPUT, self.answer), (LINE, lines)):
                try:
                    found = (
                        self.env[model]
                        .with_user(user)
                        .search([("id", "in", records.ids)])
                    )
                except AccessError:
                    found = records.browse()
                self.assertFalse(found)
                for call in (
                    lambda rows: rows.read(["survey_id"]),
                    lambda rows: rows.export_data(["survey_id"]),
                    lambda rows: rows.write({"survey_id": False}),
                    lambda rows: rows.unlink(),
                ):
                    with self.assertRaises(UserError):
                        call(records.with_user(user))
        with self.assertRaises(AccessError):
            self.env[INPUT].with_user(self.surveyor).create(
                {"survey_id": self.exam.id, "state": "done"}
            )
        exam = self.exam.with_user(self.surveyor)
        self.assertFalse(exam.answer_done_count)
        self.assertFalse(exam.answer_score_avg)
        self.assertFalse(exam.answer_duration_avg)
        with self.assertRaisesRegex(AccessError, "Exam Results"):
            exam._prepare_statistics()

    def test_administrators_read_answers(self):
        """Those of sales do, and change nothing; with the survey app neither."""
        both = self.director
        both.sudo().group_ids += self.env.ref("survey.group_survey_manager")
        for user in (both, self.administrator):
            answer = self.answer.with_user(user)
            self.assertEqual(answer.state, "done")
            self.assertTrue(answer.user_input_line_ids.read(["question_id"]))
            for call in (
                lambda answer=answer: answer.write({"email": "x@example.com"}),
                lambda answer=answer: answer.user_input_line_ids.write(
                    {"answer_score": 9}
                ),
                lambda answer=answer: answer.unlink(),
            ):
                with self.assertRaises(AccessError):
                    call()

    def test_certificate_pdf(self):
        """Odoo's certificate of an exam is printed by nobody else."""
        report = self.env["ir.actions.report"]
        for user in (self.salesperson_b, self.surveyor):
            with self.assertRaises(AccessError):
                report.with_user(user)._render_qweb_html(
                    "survey.certification_report", self.answer.ids
                )

    def _check_hidden(self, user):
        """Whoever sits the exam sees no question, no choice, and no exam."""
        question = self.exam.question_ids[0]
        choice = question.suggested_answer_ids[0]
        for record in (self.exam, question, choice):
            Model = self.env[record._name].with_user(user)
            try:
                found = Model.search([("id", "=", record.id)])
            except AccessError:
                found = Model.browse()
            self.assertFalse(found, record._name)
            for call in (
                lambda row: row.read(),
                lambda row: row.write({"create_date": False}),
                lambda row: row.copy(),
                lambda row: row.unlink(),
            ):
                with self.assertRaises(UserError):
                    call(record.with_user(user))

    def test_who_sits_sees_no_question(self):
        self._check_hidden(self.salesperson_a)

    def test_survey_administrator_who_sits(self):
        """Not even with all rights of the survey app, nor as tester."""
        user = self.salesperson_b
        user.sudo().group_ids += self.env.ref("survey.group_survey_manager")
        self._check_hidden(user)
        with self.assertRaises(UserError):
            self.exam.with_user(user)._create_answer(user=user, test_entry=True)
        with self.assertRaises(UserError):
            self.exam.sudo()._create_answer(user=user, test_entry=True)

    def test_sales_administrator_who_sits(self):
        """An administrator who is asked loses the exam from sight; another keeps it."""
        self.assertTrue(self.exam.with_user(self.administrator).question_ids)
        self.team_east.crm_team_member_ids = [
            (0, 0, {"user_id": self.administrator.id})
        ]
        self._ask("2027-03-30 01:00:00")
        self.env.invalidate_all()
        self._check_hidden(self.administrator)
        self.assertFalse(
            self.env[LINE]
            .with_user(self.administrator)
            .search([("survey_id", "=", self.exam.id)])
        )
        self.assertTrue(self.exam.with_user(self.director).question_ids)

    def test_nobody_else_sees_exams(self):
        """Leaders and salespeople have no rights on surveys by this addon."""
        for user in (self.leader_east, self.salesperson_d, self.office_user):
            with self.assertRaises(AccessError):
                self.env["survey.survey"].with_user(user).search([])

    def test_administrators_see_exams_only(self):
        """By their sales rights, other surveys stay the survey app's."""
        survey = self.env["survey.survey"].create({"title": "A poll"})
        found = self.env["survey.survey"].with_user(self.director).search([])
        self.assertIn(self.exam, found.with_env(self.env))
        self.assertNotIn(survey, found.with_env(self.env))

    def test_trying_out_is_no_result(self):
        """An administrator who tries it out counts nothing."""
        exam = self.exam.sudo()
        answer = exam._create_answer(user=self.director, test_entry=True)
        answer._mark_in_progress()
        answer._mark_done()
        self.assertEqual(answer.state, "done")
        self.assertFalse(self._result(answer))

    def test_company(self):
        """An exam of another company is not seen."""
        exam = self._create_exam(title="Two", user_id=False)
        exam.process_company_id = self.company_2
        self.env.flush_all()
        self.assertFalse(
            self.env["survey.survey"]
            .with_user(self.director)
            .search([("id", "=", exam.id)])
        )

    def test_nobody_is_told_of_participation(self):
        """Followers of the exam get no message that somebody has sat it."""
        self.exam.message_subscribe(
            self.surveyor.partner_id.ids,
            self.env["mail.message.subtype"].search([("res_model", "=", INPUT)]).ids,
        )
        before = self.env["mail.message"].search_count([])
        answer = self._begin("2027-03-05 02:00:00", user=self.salesperson_b)
        self._answer(answer, 2, "2027-03-05 02:10:00")
        told = self.env["mail.message"].search(
            [("partner_ids", "in", self.surveyor.partner_id.id)]
        )
        self.assertFalse(told)
        self.assertGreaterEqual(self.env["mail.message"].search_count([]), before)
