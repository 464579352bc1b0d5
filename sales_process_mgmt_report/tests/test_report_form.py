# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.sales_process_work_report_ask import ReportQuestions
from .common_work_report import WorkReportCommon

QUESTIONS = (
    {"name": "Samples handed out", "kind": "number", "is_required": True},
    {
        "name": "Mood",
        "kind": "choice",
        "choices": "good\n bad \n\ngood",
        "sequence": 20,
    },
    {"name": "Car needed", "kind": "yes_no", "sequence": 30},
    {"name": "What surprised you", "sequence": 40},
)
BEGIN = "2027-02-28 16:00:00"  # Monday 1 March begins in Shanghai


class ReportFormCommon(WorkReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Form = cls.env["sales.process.report.form"]

    def _make_form(self, user=None, team=None, kind="weekly", questions=QUESTIONS):
        return self.Form.with_user(user or self.leader_east).create(
            {
                "team_id": (team or self.team_east).id,
                "kind": kind,
                "question_ids": [Command.create(dict(row)) for row in questions],
            }
        )

    def _ask(self, **values):
        form = self._make_form(**values)
        form.action_publish()
        return form

    def _make_report(self, user=None, kind="weekly", day="2027-03-01"):
        return self.Report.with_user(user or self.salesperson_a).create(
            {"kind": kind, "date_from": day}
        )

    def _answer(self, report, *values):
        for answer, value in zip(report.answer_ids, values, strict=False):
            if value is not None:
                answer.value = value


@tagged("post_install", "-at_install")
class TestReportForm(ReportFormCommon):
    """A team says what its reports ask; an old report keeps what it was asked."""

    def test_each_report_asks(self):
        """Made by the clock or by hand, of this kind and this team only."""
        self._switch_on(self.team_east, BEGIN, "daily", "weekly")
        self._switch_on(self.team_west, BEGIN, "weekly")
        form = self._ask()
        self._cron("2027-03-01 01:00:00")
        names = [row["name"] for row in QUESTIONS]
        for user in self.salesperson_a | self.salesperson_b:
            report = self._reports(user, "weekly")
            self.assertEqual(report.answer_ids.mapped("name"), names)
            self.assertEqual(report.answer_ids.form_id, form)
            self.assertFalse(self._reports(user, "daily").answer_ids)
        self.assertFalse(self._reports(self.salesperson_d, "weekly").answer_ids)
        with self._at("2027-03-09 01:00:00"):
            by_hand = self._make_report(day="2027-03-08")
            urgent = self._make_report(kind="urgent", day="2027-03-09")
        self.assertEqual(by_hand.answer_ids.mapped("name"), names)
        self.assertFalse(urgent.answer_ids)

    def test_refused_until_answered(self):
        self._ask()
        with self._at("2027-03-01 01:00:00"):
            report = self._make_report()
            with self.assertRaisesRegex(UserError, "submit: Samples handed out"):
                report.action_submit()
            self.assertEqual(report.state, "draft")
            # nothing is an answer, too
            self._answer(report, "0")
            report.action_submit()
        self.assertEqual(report.state, "submitted")
        self.assertEqual(report.answer_ids[0].value, "0")
        self.assertTrue(report.answer_ids[0].is_number)
        self.assertFalse(any(report.answer_ids[1:].mapped("value")))

    def test_answers_fill_a_daily_report(self):
        self._ask(kind="daily")
        with self._at("2027-03-01 01:00:00"):
            report = self._make_report(kind="daily")
            self._answer(report, "12")
            report.action_submit()
        self.assertEqual(report.state, "submitted")

    def test_what_an_answer_may_be(self):
        self._ask()
        with self._at("2027-03-01 01:00:00"):
            report = self._make_report()
        samples, mood, car, surprise = report.answer_ids
        for answer, given, kept in (
            (samples, " 1250.50 ", "1250.5"),
            (samples, "-3", "-3"),
            (samples, "1e3", "1000"),
            (samples, "", False),
            (mood, "bad", "bad"),
            (mood, False, False),
            (car, "no", "no"),
            (surprise, "  <b>Nothing</b> ", "<b>Nothing</b>"),
        ):
            with self.subTest(given=given):
                answer.value = given
                self.assertEqual(answer.value, kept)
        samples.value = "7"
        for answer, given in (
            (samples, "many"),
            (samples, "nan"),
            (samples, "inf"),
            (samples, "1e15"),
            (samples, "1" * 5001),
            (mood, "ugly"),
            (mood, "good\n bad "),
            (car, "maybe"),
            (surprise, "x" * 5001),
        ):
            with self.subTest(given=given[:9]), self.assertRaises(ValidationError):
                answer.value = given
        self.assertEqual(samples.number, 7)
        self.assertEqual(
            report.answer_ids.mapped("display_value"),
            ["7", False, "No", "<b>Nothing</b>"],
        )

    def test_only_the_author_answers(self):
        self._ask()
        with self._at("2027-03-01 01:00:00"):
            report = self._make_report()
            answer = report.answer_ids[0]
            answer.value = "5"
            for user in (self.salesperson_b, self.leader_west, self.salesperson_x):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    answer.with_user(user).value = "99"
                self.assertFalse(answer.with_user(user).has_access("read"))
            # the leader reads, and writes nothing into it
            leader = answer.with_user(self.leader_east)
            self.assertEqual(leader.value, "5")
            for user in (self.leader_east, self.director):
                with self.assertRaises(AccessError):
                    answer.with_user(user).value = "99"
            for name in ("report_id", "question_id", "sequence", "number"):
                with self.subTest(name=name), self.assertRaises(AccessError):
                    answer.write({name: answer[name]})
            for attack in (
                answer.unlink,
                answer.copy,
                lambda: answer.create(
                    {"report_id": report.id, "question_id": answer.question_id.id}
                ),
                lambda: report.write({"answer_ids": [Command.clear()]}),
                lambda: report.write({"answer_ids": [Command.create({"value": 1})]}),
            ):
                with self.assertRaises(UserError):
                    attack()
            report.action_submit()
            with self.assertRaisesRegex(UserError, "frozen"):
                answer.value = "6"
            with self.assertRaisesRegex(UserError, "frozen"):
                report.write({"answer_ids": [Command.update(answer.id, {"value": 6})]})
        self.assertEqual(answer.value, "5")
        self.assertEqual(len(report.answer_ids), 4)

    def test_written_through_the_report(self):
        self._ask()
        with self._at("2027-03-01 01:00:00"):
            report = self._make_report()
            other = self._make_report(self.salesperson_b)
            report.write(
                {"answer_ids": [Command.update(report.answer_ids[0].id, {"value": 8})]}
            )
            self.assertEqual(report.answer_ids[0].value, "8")
            # a row of somebody else through the own report
            with self.assertRaises(AccessError):
                report.write(
                    {
                        "answer_ids": [
                            Command.update(other.sudo().answer_ids[0].id, {"value": 9})
                        ]
                    }
                )
        self.assertFalse(other.answer_ids[0].value)

    # ------------------------------------------------------------
    # VERSIONS
    # ------------------------------------------------------------

    def test_what_was_asked_never_changes(self):
        form = self._ask()
        question = form.question_ids[0]
        for attack in (
            lambda: question.write({"name": "Other"}),
            lambda: question.sudo().write({"is_required": False}),
            question.unlink,
            lambda: form.write({"question_ids": [Command.create({"name": "More"})]}),
            lambda: form.sudo().write({"question_ids": [Command.clear()]}),
            form.unlink,
            form.action_publish,
            lambda: question.create({"form_id": form.id, "name": "Late"}),
        ):
            with self.assertRaises(UserError) as caught:
                attack()
            self.assertIn("never changes", str(caught.exception))
        for vals in ({"state": "draft"}, {"number": 9}, {"published_by_id": False}):
            with self.assertRaises(AccessError):
                form.write(vals)
        self.assertEqual(form.number, 1)
        self.assertEqual(len(form.question_ids), 4)

    def test_an_old_report_keeps_its_form(self):
        """Submitted, begun or past its deadline: as it was. Empty: the new version."""
        self._switch_on(self.team_east, BEGIN, "weekly")
        first = self._ask()
        self._cron("2027-03-01 01:00:00")
        people = self.salesperson_a | self.salesperson_b | self.salesperson_c
        done, begun, empty = (
            self._reports(user, "weekly").with_user(user) for user in people
        )
        with self._at("2027-03-02 01:00:00"):
            self._answer(done, "3")
            done.action_submit()
            self._answer(begun, None, "good")
            action = first.action_new_version()
            draft = self.Form.with_user(self.leader_east).browse(action["res_id"])
            self.assertEqual(
                draft.question_ids.mapped("name"), [row["name"] for row in QUESTIONS]
            )
            self.assertEqual(first.action_new_version()["res_id"], draft.id)
            draft.question_ids[1:].unlink()
            draft.question_ids.name = "Visits abroad"
            draft.action_publish()
        self.assertEqual((draft.number, draft.state), (2, "published"))
        self.assertEqual(first.state, "replaced")
        self.env.invalidate_all()
        self.assertEqual(done.answer_ids.form_id, first)
        self.assertEqual(begun.answer_ids.form_id, first)
        self.assertEqual(empty.answer_ids.mapped("name"), ["Visits abroad"])
        with self._at("2027-03-03 01:00:00"):
            with self.assertRaisesRegex(UserError, "Samples handed out"):
                begun.action_submit()
            # handed back, it still asks what it asked
            done.with_user(self.leader_east).review_comment = "Say more"
            done.with_user(self.leader_east).action_return()
            self._answer(done, "4")
            done.action_submit()
        self.assertEqual(done.answer_ids.form_id, first)
        self.assertEqual(done.answer_ids[0].value, "4")

    def test_a_missing_report_keeps_its_form(self):
        """A new version reaches nobody whose deadline has passed, to the second."""
        self._switch_on(self.team_east, BEGIN, "weekly")
        self._ask()
        self._cron("2027-03-01 01:00:00")
        report = self._reports(self.salesperson_a, "weekly")
        due = report.date_due
        draft = self.Form.browse(
            report.answer_ids.form_id.action_new_version()["res_id"]
        )
        draft.question_ids[:1].unlink()
        self._cron("2027-03-07 10:00:00")
        with self._at("2027-03-07 10:00:00"):
            self.assertGreater(self.env.cr.now(), due)
            draft.action_publish()
        self.assertEqual(len(report.answer_ids), 4)

    def test_stop_asking(self):
        self._switch_on(self.team_east, BEGIN, "weekly")
        form = self._ask()
        self._cron("2027-03-01 01:00:00")
        begun = self._reports(self.salesperson_a, "weekly").with_user(
            self.salesperson_a
        )
        with self._at("2027-03-02 01:00:00"):
            self._answer(begun, "3")
            form.action_withdraw()
            with self.assertRaisesRegex(UserError, "not asked now"):
                form.action_withdraw()
        self.env.invalidate_all()
        self.assertEqual(len(begun.answer_ids), 4)
        self.assertFalse(self._reports(self.salesperson_b, "weekly").answer_ids)
        self._cron("2027-03-08 01:00:00")
        later = self._reports(self.salesperson_a, "weekly") - begun
        self.assertFalse(later.answer_ids)

    def test_follows_to_another_team(self):
        """Who changes the team is asked by the new one, unless it is written."""
        for team in self.team_east | self.team_west:
            self._switch_on(team, BEGIN, "weekly")
        self._ask()
        west = self._ask(
            user=self.leader_west,
            team=self.team_west,
            questions=[{"name": "Of the west"}],
        )
        self._cron("2027-03-01 01:00:00")
        begun = self._reports(self.salesperson_a, "weekly")
        empty = self._reports(self.salesperson_b, "weekly")
        with self._at("2027-03-02 01:00:00"):
            begun.with_user(self.salesperson_a).answer_ids[0].value = "2"
            movers = self.salesperson_a | self.salesperson_b
            self.team_east.crm_team_member_ids.filtered(
                lambda member: member.user_id in movers
            ).active = False
            self.team_west.crm_team_member_ids = [
                Command.create({"user_id": user.id}) for user in movers
            ]
        self._cron("2027-03-02 02:00:00")
        self.assertEqual((begun | empty).team_id, self.team_west)
        self.assertEqual(empty.answer_ids.form_id, west)
        self.assertEqual(begun.answer_ids.form_id.team_id, self.team_east)

    # ------------------------------------------------------------
    # WHO SAYS WHAT IS ASKED
    # ------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_who_may_ask(self):
        """The leader for the led team, an administrator for each; others read."""
        form = self._make_form()
        for user in (
            self.salesperson_a,
            self.leader_west,
            self.salesperson_x,
            self.office_user,
        ):
            own = form.with_user(user)
            for attack in (
                lambda user=user: self._make_form(user=user, kind="monthly"),
                lambda own=own: own.write({"question_ids": [Command.clear()]}),
                lambda own=own: own.question_ids.write({"name": "x"}),
                lambda own=own: own.action_publish(),
                lambda own=own: own.action_new_version(),
                lambda own=own: own.unlink(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    attack()
        self.assertEqual(form.state, "draft")
        self.assertEqual(len(form.with_user(self.salesperson_a).question_ids), 4)
        for attack in (
            lambda: form.write({"team_id": self.team_west.id}),
            lambda: form.write({"kind": "daily"}),
            lambda: self._make_form(team=self.team_west),
        ):
            with self.assertRaises(AccessError):
                attack()
        form.with_user(self.director).action_publish()
        with self.assertRaises(AccessError):
            form.with_user(self.leader_west).action_withdraw()
        self.assertEqual(form.published_by_id, self.director)

    def test_what_a_form_needs(self):
        empty = self._make_form(questions=[])
        with self.assertRaisesRegex(UserError, "at least one question"):
            empty.action_publish()
        with self.assertRaisesRegex(UserError, "a draft of this form already"):
            self._make_form()
        choice = {"name": "Mood", "kind": "choice", "choices": "good\ngood\n"}
        empty.question_ids = [Command.create(choice)]
        with self.assertRaisesRegex(UserError, "“Mood” needs at least two choices"):
            empty.action_publish()
        self.assertEqual(empty.state, "draft")
        with self.assertRaisesRegex(ValidationError, "at most 30 questions"):
            self._make_form(kind="daily", questions=[{"name": "?"}] * 31)

    def test_from_the_team(self):
        form = self._make_form()
        self._make_form(user=self.leader_west, team=self.team_west)
        team = self.team_east.with_user(self.leader_east)
        action = team.action_view_report_forms()
        self.assertEqual(self.Form.search(action["domain"]), form)
        self.assertEqual(action["context"], {"default_team_id": team.id})

    # ------------------------------------------------------------
    # WHAT IS READ
    # ------------------------------------------------------------

    def test_numbers_add_up(self):
        """By person and month; the leader sees the team, a salesperson the own."""
        self._ask()
        with self._at("2027-03-08 01:00:00"):
            for user, day, number in (
                (self.salesperson_a, "2027-03-01", "3"),
                (self.salesperson_a, "2027-03-08", "4.5"),
                (self.salesperson_b, "2027-03-01", "10"),
            ):
                report = self._make_report(user, day=day)
                self._answer(report, number)
        Answer = self.env["sales.process.work.report.answer"]
        for reader, expected in (
            (self.salesperson_a, [("A", 7.5)]),
            (self.leader_east, [("A", 7.5), ("B", 10)]),
            (self.leader_west, []),
            (self.salesperson_x, []),
        ):
            groups = Answer.with_user(reader)._read_group(
                [("is_number", "=", True), ("team_id", "=", self.team_east.id)],
                ["user_id", "date_to:month"],
                ["number:sum"],
            )
            names = {self.salesperson_a: "A", self.salesperson_b: "B"}
            self.assertEqual(
                sorted((names[user], total) for user, _month, total in groups),
                expected,
            )

    def test_exported_and_printed(self):
        self._ask()
        with self._at("2027-03-01 01:00:00"):
            report = self._make_report()
            self._answer(report, "1250.5", "good", "yes", "<i>Rain</i>")
            report.action_submit()
            self.env.flush_all()
            self.leader_east.group_ids += self.env.ref("base.group_allow_export")
            leader = report.with_user(self.leader_east)
            rows = leader.answer_ids.export_data(["name", "display_value", "number"])
            html, _type = (
                self.env["ir.actions.report"]
                .with_user(self.leader_east)
                .with_context(force_report_rendering=False)
                ._render_qweb_html(
                    "sales_process_mgmt_report.report_work_report", leader.ids
                )
            )
        self.assertEqual(rows["datas"][0], ["Samples handed out", "1,250.5", 1250.5])
        self.assertEqual(rows["datas"][2][:2], ["Car needed", "Yes"])
        text = html.decode()
        for part in ("Questions of the Team", "1,250.5", "&lt;i&gt;Rain", "Mood"):
            self.assertIn(part, text)

    def test_many_reports_cost_no_more(self):
        """The questions of many reports take as many queries as those of one."""
        self._switch_on(self.team_east, BEGIN, "weekly", "monthly")
        self._ask()
        self._cron("2027-03-01 01:00:00")
        reports = self._reports(kind="weekly").filtered("answer_ids")
        self.assertGreater(len(reports), 2)
        counts = []
        for part in (reports[:1], reports[1:]):
            self.env.flush_all()
            self.env.invalidate_all()
            part.mapped("team_id.name")
            before = self.env.cr.sql_log_count
            ReportQuestions(part).follow_team()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
