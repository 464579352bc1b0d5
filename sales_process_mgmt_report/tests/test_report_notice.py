# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from .common_work_report import WorkReportCommon


@tagged("post_install", "-at_install")
class TestReportNotice(WorkReportCommon):
    """Reports in a team that tells in one message a day; 1 March 2027 is a Monday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team_east.write(
            {
                "process_notice": "daily",
                "process_notice_hour": 8,
                "process_quiet_from": 21,
                "process_quiet_to": 8,
            }
        )

    def setUp(self):
        super().setUp()
        self.user = self.salesperson_a

    def _get_waiting(self):
        return self.env["sales.process.notice.line"].search(
            [("user_id", "=", self.user.id), ("date_sent", "=", False)]
        )

    def _start(self, *kinds):
        self._switch_on(self.team_east, self._local("2027-02-28 12:00:00"), *kinds)
        self._cron(self._local("2027-03-01 00:05:00"))

    def test_daily_report(self):
        """The report of each day stands on the list: no message of its own."""
        self._start("daily")
        report = self._reports(self.user, "daily", date_from="2027-03-01")
        self._cron(report.date_due - timedelta(hours=1))
        self.assertTrue(report.date_reminded)
        self.assertFalse(self._messages_to(self.user))
        line = self._get_waiting()
        self.assertEqual(line.reason, "report")
        self.assertEqual(line.date_until, report.date_due)
        self.assertTrue(report.activity_ids, "the list says it")

    def test_weekly_report(self):
        """What is due once a week is told on its day."""
        self._start("weekly")
        self._cron(self._local("2027-03-07 15:30:00"))
        self.assertEqual(len(self._messages_to(self.user)), 1)
        self.assertIn("Reports to submit", self._messages_to(self.user).subject)

    def test_leader_asks(self):
        """Whoever is asked by the leader is told at once, whatever was chosen."""
        self.user.process_notice = "none"
        self._start("daily")
        report = self._reports(self.user, "daily", date_from="2027-03-01")
        with self._at(self._local("2027-03-01 15:30:00")):
            report.with_user(self.leader_east).action_remind()
            self.env.flush_all()
        self.assertEqual(len(self._messages_to(self.user)), 1)

    def test_missing_is_announced(self):
        """Once, where it becomes missing: not in time, not again."""
        self._start("daily")
        report = self._reports(self.user, "daily", date_from="2027-03-01")
        heard = []
        Notice = type(self.env["sales.process.notice"])
        with patch.object(
            Notice, "_announce", lambda this, event, rows: heard.append((event, rows))
        ):
            self._cron(report.date_due)
            self.assertFalse([row for row in heard if report in row[1]])
            self._cron(self._local("2027-03-01 23:00:00"))
            self._cron(self._local("2027-03-01 23:30:00"))
        found = [event for event, rows in heard if report in rows]
        self.assertEqual(found, ["report_missing"])
