# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common_work_report import WorkReportCommon


@tagged("post_install", "-at_install")
class TestToursWorkReport(WorkReportCommon, HttpCase):
    def _ask(self, *questions):
        """The team owes a report each day, until midnight, with these questions.

        :param dict questions: the values of each
        """
        self.team_east.write(
            {
                "process_report_daily": True,
                "process_report_days": "all",
                "process_report_daily_hour": 24,
                "process_report_reminder_hours": 0,
            }
        )
        form = self.env["sales.process.report.form"].create(
            {
                "team_id": self.team_east.id,
                "kind": "daily",
                "question_ids": [Command.create(values) for values in questions],
            }
        )
        form.action_publish()

    def test_submit_return_resubmit_review(self):
        """One report from the salesperson to the leader, back, and there again."""
        self._ask(
            {"name": "Samples", "kind": "number", "is_required": True},
            {"name": "Mood", "kind": "choice", "choices": "good\nbad"},
        )
        lead = self._create_lead(self.salesperson_a, name="Pumps", phone="13812345601")
        self.env["sales.process.followup"].with_user(self.salesperson_a).create(
            {
                "lead_id": lead.id,
                "subject": "Price of the pumps",
                "channel": "visit",
                "date": self.env.cr.now().replace(microsecond=0),
            }
        )
        author, leader = self.salesperson_a.login, self.leader_east.login
        self.start_tour(
            "/odoo/report-of-today", "sales_process_work_report_submit", login=author
        )
        report = self._reports(self.salesperson_a, "daily")
        self.assertEqual((report.state, report.is_late), ("submitted", False))
        self.assertEqual(report.answer_ids.mapped("value"), ["1250.5", "good"])
        self.start_tour(
            "/odoo/team-work-reports", "sales_process_work_report_return", login=leader
        )
        self.env.invalidate_all()
        self.assertEqual(report.state, "returned")
        self.start_tour(
            "/odoo/report-of-today", "sales_process_work_report_resubmit", login=author
        )
        self.start_tour(
            "/odoo/team-work-reports", "sales_process_work_report_review", login=leader
        )
        self.env.invalidate_all()
        self.assertEqual(
            (report.state, report.review_mark, report.review_comment),
            ("reviewed", "4", "Well done"),
        )
        self.assertEqual(report.return_count, 1)

    def test_by_keys(self):
        """Written, with an answer that is asked for, and handed in without a click."""
        self._ask({"name": "Samples", "kind": "number", "is_required": True})
        self.start_tour(
            "/odoo/report-of-today",
            "sales_process_keyboard_report",
            login=self.salesperson_a.login,
        )
        report = self._reports(self.salesperson_a, "daily")
        self.assertEqual((report.state, report.summary), ("submitted", "A good day"))
        self.assertEqual(report.answer_ids.mapped("value"), ["12"])
        self.assertIn("Wrote two offers", report.done_line_ids.mapped("subject"))

    def _hand_in_two(self):
        self.team_east.write(
            {"process_report_daily": True, "process_report_days": "all"}
        )
        texts = {
            self.salesperson_a: "A good day",
            self.salesperson_b: "A better day",
        }
        for author, text in texts.items():
            Report = self.Report.with_user(author)
            report = Report.create({"kind": "urgent", "summary": text})
            report.action_submit()
        return self._reports(state="submitted")

    def test_read_by_keys(self):
        """A leader comes from the home to what is to be read, comments, reads on."""
        reports = self._hand_in_two()
        self.assertEqual(len(reports), 2)
        self.start_tour(
            "/odoo/sales-home",
            "sales_process_keyboard_report_read",
            login=self.leader_east.login,
        )
        self.env.invalidate_all()
        self.assertEqual(set(reports.mapped("state")), {"reviewed"})
        self.assertEqual(reports.reviewed_by_id, self.leader_east)
        self.assertEqual(
            sorted(reports.mapped(lambda report: report.review_comment or "")),
            ["", "Well done"],
        )

    def test_read_on_by_keys(self):
        """From the list of the team, each report leads to the next."""
        reports = self._hand_in_two()
        self.start_tour(
            "/odoo/team-work-reports",
            "sales_process_keyboard_report_read_on",
            login=self.leader_east.login,
        )
        self.env.invalidate_all()
        self.assertEqual(set(reports.mapped("state")), {"reviewed"})
        self.assertEqual(reports.reviewed_by_id, self.leader_east)
