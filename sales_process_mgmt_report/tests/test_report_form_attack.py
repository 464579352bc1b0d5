# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.test_guard import QUIET

from .test_report_form import QUESTIONS, ReportFormCommon


@tagged("post_install", "-at_install")
class TestReportFormAttack(ReportFormCommon):
    """What a clever client sends to forms, questions, answers and duties."""

    def setUp(self):
        super().setUp()
        self._ask()
        with self._at("2027-03-01 01:00:00"):
            self.report = self._make_report()
            self.other = self._make_report(self.salesperson_b)
        self.answer = self.report.answer_ids[0]
        self.foreign = self.other.answer_ids[0]

    # ------------------------------------------------------------
    # ANSWERS
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_a_context_decides_nothing(self):
        """Defaults of the context move no answer and submit no report."""
        context = {
            "default_value": "5",
            "default_report_id": self.other.id,
            "default_state": "submitted",
            "default_owed_topics": "price",
            "import_file": True,
            "force_submit": True,
            "skip_questions": True,
        }
        report = self.report.with_context(**context)
        with self.assertRaises(UserError) as caught:
            report.action_submit()
        self.assertIn("Samples handed out", str(caught.exception))
        report.answer_ids[0].value = "7"
        self.assertEqual(self.answer.report_id, self.report)
        self.assertFalse(self.foreign.value)
        with self._at("2027-03-08 01:00:00"):
            made = self.Report.with_user(self.salesperson_a).with_context(**context)
            made = made.create({"kind": "weekly", "date_from": "2027-03-08"})
        self.assertEqual((made.state, made.owed_topics), ("draft", False))
        self.assertFalse(any(made.answer_ids.mapped("value")))

    @mute_logger(*QUIET)
    def test_commands_of_a_new_report(self):
        """Who creates a report brings no answers along, neither own nor others'."""
        question = self.answer.question_id
        for command in (
            Command.create({"question_id": question.id, "value": "9"}),
            Command.link(self.foreign.id),
            Command.update(self.foreign.id, {"value": "9"}),
            Command.delete(self.foreign.id),
            Command.set([self.foreign.id]),
        ):
            with (
                self.subTest(command=command),
                self._at("2027-03-08 01:00:00"),
                self.assertRaises(UserError),
            ):
                self.Report.with_user(self.salesperson_a).create(
                    {
                        "kind": "weekly",
                        "date_from": "2027-03-08",
                        "answer_ids": [command],
                    }
                )
        self.assertEqual(self.foreign.report_id, self.other)
        self.assertFalse(self.foreign.value)

    @mute_logger(*QUIET)
    def test_an_import_is_a_client(self):
        """``load`` writes an own answer, checked like any, and no other one."""
        Answer = self.env["sales.process.work.report.answer"]
        for user, answer, value, kept in (
            (self.salesperson_a, self.answer, "many", False),
            (self.salesperson_a, self.foreign, "3", False),
            (self.leader_east, self.answer, "3", False),
            (self.salesperson_a, self.answer, "3", "3"),
        ):
            with self.subTest(user=user.login, value=value):
                Answer.with_user(user).load([".id", "value"], [[str(answer.id), value]])
                self.env.invalidate_all()
                self.assertEqual(answer.value, kept)

    def test_onchange_believes_nothing(self):
        """A form that is filled in stores nothing and reads nothing of others."""
        specification = {"value": {}, "number": {}, "question_id": {}}
        result = self.answer.onchange(
            {"value": "8", "report_id": self.other.id}, ["value"], specification
        )
        self.assertNotIn("report_id", result["value"])
        self.assertFalse(self.answer.value)

    def test_search_and_groups_leak_nothing(self):
        """Counted, grouped or searched: what nobody may read is not there."""
        self.foreign.value = "77"
        self.env.flush_all()
        Answer = self.env["sales.process.work.report.answer"]
        for user, found in (
            (self.salesperson_a, 0),
            (self.salesperson_d, 0),
            (self.leader_west, 0),
            (self.salesperson_x, 0),
            (self.salesperson_b, 1),
            (self.leader_east, 1),
            (self.director, 1),
        ):
            with self.subTest(user=user.login):
                own = Answer.with_user(user)
                self.assertEqual(own.search_count([("value", "=", "77")]), found)
                groups = own._read_group([("number", "=", 77)], [], ["number:sum"])
                self.assertEqual(groups[0][0] or 0, 77 * found)
                reports = self.Report.with_user(user)
                self.assertEqual(
                    reports.search_count([("answer_ids.value", "=", "77")]), found
                )
        with self.assertRaises(AccessError):
            Answer.with_user(self.office_user).search([])

    def test_a_submitted_report_is_read_only_for_everybody(self):
        self.answer.value = "4"
        with self._at("2027-03-02 01:00:00"):
            self.report.action_submit()
        for user in (self.salesperson_a, self.leader_east, self.director):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.answer.with_user(user).value = "5"
        self.assertEqual(self.answer.value, "4")

    def test_hostile_texts(self):
        """Markup is text, nothing that cannot be kept is kept."""
        text = self.report.answer_ids[3]
        text.value = "<script>alert(1)</script>{{ 7 * 7 }}"
        self.assertEqual(text.display_value, "<script>alert(1)</script>{{ 7 * 7 }}")
        for value in ("\x00", "a\x00b", "\ud800"):
            with self.subTest(value=ascii(value)), self.assertRaises(ValidationError):
                text.value = value
        for value in (["x"], {"a": 1}):
            with self.subTest(value=value), self.assertRaises(ValidationError):
                self.report.answer_ids[1].value = value

    def test_numbers_of_all_kinds(self):
        """What is a number to Python and what is none; both ends of the range."""
        question = self.answer.question_id
        for given, kept in (
            (0, "0"),
            (0.0, "0"),
            (12, "12"),
            ("0012", "12"),
            ("  -0.5 ", "-0.5"),
            ("999999999999999", "999999999999999"),
            (None, False),
            (False, False),
            ("", False),
            ("   ", False),
        ):
            with self.subTest(given=given):
                self.assertEqual(question._normalize(given), kept)
        for given in ("1000000000000000", "-1e15", "NaN", "Infinity", "1,5", "½", "x"):
            with self.subTest(given=given), self.assertRaises(ValidationError):
                question._normalize(given)

    # ------------------------------------------------------------
    # FORMS
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_a_form_is_not_published_past_its_button(self):
        leader = self.Form.with_user(self.leader_east)
        for vals in (
            {"state": "published"},
            {"number": 7},
            {"date_published": "2027-01-01 00:00:00"},
            {"published_by_id": self.director.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                leader.create({"team_id": self.team_east.id, "kind": "daily", **vals})
        smuggled = leader.with_context(default_state="published", default_number=5)
        form = smuggled.create({"team_id": self.team_east.id, "kind": "daily"})
        self.assertEqual((form.state, form.number), ("draft", 0))

    @mute_logger(*QUIET)
    def test_questions_do_not_move_between_forms(self):
        """Neither into a form that is asked, nor out of one, nor to another team."""
        asked = self.answer.form_id.with_user(self.leader_east)
        draft = self._make_form(kind="daily")
        west = self._make_form(user=self.leader_west, team=self.team_west)
        Question = self.env["sales.process.report.question"].with_user(self.leader_east)
        for attack in (
            lambda: draft.question_ids[0].write({"form_id": asked.id}),
            lambda: asked.question_ids[0].write({"form_id": draft.id}),
            lambda: draft.question_ids[0].write({"form_id": west.id}),
            lambda: asked.write(
                {"question_ids": [Command.link(draft.question_ids[0].id)]}
            ),
            lambda: Question.create({"form_id": west.id, "name": "Ours"}),
            lambda: Question.with_context(default_form_id=asked.id).create(
                {"name": "Late"}
            ),
            asked.question_ids[:1].copy,
            asked.copy,
        ):
            with self.assertRaises(UserError):
                attack()
        self.env.invalidate_all()
        for form in (asked, draft, west):
            self.assertEqual(len(form.sudo().question_ids), len(QUESTIONS))

    def test_another_company_is_not_reached(self):
        """A form of the other company is neither read nor asked here."""
        theirs = self.Form.create(
            {
                "team_id": self.team_c2.id,
                "kind": "weekly",
                "question_ids": [Command.create({"name": "Theirs"})],
            }
        )
        theirs.action_publish()
        for user in (self.salesperson_a, self.leader_east):
            self.assertFalse(self.Form.with_user(user).search([("id", "=", theirs.id)]))
            with self.assertRaises(AccessError):
                theirs.with_user(user).action_withdraw()
        found = self.Form.with_user(self.salesperson_x).search([])
        self.assertEqual(found, theirs)
        self.assertEqual(theirs.state, "published")

    def test_published_twice(self):
        """The second press finds it published; one version is in use, one number."""
        action = self.answer.form_id.with_user(self.leader_east).action_new_version()
        draft = self.Form.with_user(self.leader_east).browse(action["res_id"])
        draft.action_publish()
        with self.assertRaises(UserError):
            draft.action_publish()
        versions = self.Form.search(
            [("team_id", "=", self.team_east.id), ("kind", "=", "weekly")]
        )
        self.assertEqual(sorted(versions.mapped("number")), [1, 2])
        self.assertEqual(sorted(versions.mapped("state")), ["published", "replaced"])
        names = versions.sorted("number").mapped("display_name")
        self.assertTrue(names[1].endswith("Weekly, version 2"))

    # ------------------------------------------------------------
    # DUTIES
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_duties_are_the_leaders(self):
        """Nobody frees oneself, or burdens a colleague or another team."""
        Duty = self.env["sales.process.intelligence.duty"]
        duty = Duty.with_user(self.leader_east).create(
            {
                "team_id": self.team_east.id,
                "topic": "price",
                "user_ids": [Command.set(self.salesperson_a.ids)],
            }
        )
        own = duty.with_user(self.salesperson_a)
        self.assertEqual(own.topic, "price")
        for attack in (
            own.unlink,
            lambda: own.write({"user_ids": [Command.set(self.salesperson_b.ids)]}),
            lambda: own.write({"kind": "news_monthly"}),
            lambda: own.create({"team_id": self.team_east.id, "topic": "other"}),
            lambda: self.team_east.with_user(self.salesperson_a).write(
                {"process_intelligence_duty_ids": [Command.clear()]}
            ),
            lambda: duty.create({"team_id": self.team_west.id, "topic": "other"}),
            lambda: duty.write({"kind": "hourly"}),
            lambda: duty.write({"topic": "gossip"}),
            lambda: duty.write({"note": "x" * 1001}),
        ):
            with self.assertRaises(UserError):
                attack()
        self.env.invalidate_all()
        self.assertEqual(duty.user_ids, self.salesperson_a)
        self.assertEqual((duty.kind, duty.topic), ("news_weekly", "price"))
