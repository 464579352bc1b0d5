# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common_work_report import WorkReportCommon


@tagged("post_install", "-at_install")
class TestIntelligence(WorkReportCommon):
    def _create_news(self, user=None, **values):
        return (
            self.env["sales.process.intelligence"]
            .with_user(user or self.salesperson_a)
            .create({"name": "Competitor cuts prices", "topic": "price", **values})
        )

    def test_urgent_is_told_once(self):
        before = self._messages_to(self.leader_east)
        news = self._create_news(description="8 % from May")
        self.assertEqual(news.team_id, self.team_east)
        self.assertEqual(self._messages_to(self.leader_east), before)
        news.urgency = "2"
        message = self._messages_to(self.leader_east) - before
        self.assertIn("8 % from May", message.body)
        self.assertTrue(news.date_notified)
        news.urgency = "0"
        news.urgency = "2"
        self.assertEqual(len(self._messages_to(self.leader_east) - before), 1)
        self.assertEqual(news.sudo().activity_ids.user_id, self.leader_east)

    def test_who_reads_and_writes(self):
        """Everybody in sales of the company reads, author and leader write."""
        news = self._create_news()
        for user, reads, writes in (
            (self.salesperson_a, True, True),
            (self.salesperson_b, True, False),
            (self.salesperson_d, True, False),
            (self.leader_east, True, True),
            (self.leader_west, True, False),
            (self.director, True, True),
            (self.salesperson_x, False, False),
            (self.office_user, False, False),
        ):
            with self.subTest(user=user.login):
                own = news.with_user(user)
                self.assertEqual(own.has_access("read"), reads)
                self.assertEqual(own.has_access("write"), writes)
                self.assertEqual(own.has_access("unlink"), user == self.director)

    def test_author_cannot_be_forged(self):
        for forged in ({"user_id": self.salesperson_b.id}, {"team_id": False}):
            with self.assertRaises(AccessError):
                self._create_news(**forged)
        news = self._create_news()
        self.assertEqual(
            (news.user_id, news.team_id), (self.salesperson_a, self.team_east)
        )
        with self.assertRaises(AccessError):
            news.user_id = self.salesperson_b

    def test_no_news_of_tomorrow(self):
        """The day is that of the person; somebody else's today changes nothing."""
        today = self._today(self.salesperson_a)
        news = self._create_news(date=today)
        for day in (today + timedelta(days=1), today + timedelta(days=400)):
            with self.assertRaisesRegex(ValidationError, "until today"):
                self._create_news(date=day)
            with self.assertRaisesRegex(ValidationError, "until today"):
                news.date = day

    def test_news_stand_in_the_own_report(self):
        reports = self.env["sales.process.work.report"]
        own = reports.with_user(self.salesperson_a).create({"summary": "x"})
        other = reports.with_user(self.salesperson_b).create({"summary": "x"})
        news = self._create_news(report_id=own.id)
        self.assertEqual(own.intelligence_ids, news)
        with self.assertRaises(AccessError):
            news.report_id = other.sudo()
        with self.assertRaises(ValidationError):
            news.sudo().report_id = other.sudo()
        own.intelligence_ids = [(0, 0, {"name": "New product"})]
        self.assertEqual(len(own.intelligence_ids), 2)

    def test_pivot_by_topic_and_month(self):
        for day, topic in (
            ("2025-03-31", "price"),
            ("2025-04-01", "price"),
            ("2025-04-02", "policy"),
        ):
            self._create_news(topic=topic, date=day)
        groups = self.env["sales.process.intelligence"].formatted_read_group(
            [("date", ">=", "2025-01-01"), ("date", "<", "2026-01-01")],
            ["date:month", "topic"],
            ["__count"],
        )
        self.assertEqual(
            [
                (group["date:month"][0][:7], group["topic"], group["__count"])
                for group in groups
            ],
            [
                ("2025-03", "price", 1),
                ("2025-04", "policy", 1),
                ("2025-04", "price", 1),
            ],
        )

    def test_long_text(self):
        with self.assertRaisesRegex(ValidationError, "too long"):
            self._create_news(description="x" * 20_001)
