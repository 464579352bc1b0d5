# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.sales_process_work_report_period import get_period_name
from .common_work_report import WorkReportCommon

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


class ReaderCommon(WorkReportCommon):
    def setUp(self):
        super().setUp()
        self.begin = self._local("2027-03-01 00:00:00")
        self._switch_on(self.team_east, self.begin, "daily", "weekly")
        self._cron(self._local("2027-03-01 08:00:00"))
        self.daily = self._reports(self.salesperson_a, "daily")
        self.weekly = self._reports(self.salesperson_a, "weekly")
        self.evening = self._local("2027-03-01 18:00:00")

    def _urgent(self, user=None, summary="Fire"):
        return (
            self.Report.with_user(user or self.salesperson_a)
            .create({"kind": "urgent", "summary": summary})
            .sudo()
        )

    def _absent(self, user, at):
        user.write({"out_of_office_from": at - DAY, "out_of_office_to": at + DAY})


@tagged("post_install", "-at_install")
class TestWhomItReaches(ReaderCommon):
    """An urgent report reaches somebody, always, and never its author."""

    def _readers(self, report):
        with self._at(self.evening):
            self.env.invalidate_all()
            return report._get_urgent_readers()

    def test_leader_and_the_one_above(self):
        report = self._urgent()
        self.assertEqual(self._readers(report), self.leader_east)
        self.team_east.process_report_to_id = self.director
        self.assertEqual(self._readers(report), self.leader_east, "Who is there")
        self._absent(self.leader_east, self.evening)
        self.assertEqual(self._readers(report), self.leader_east | self.director)

    def test_absent_with_nobody_above(self):
        """Then the leader alone: better late than nobody."""
        report = self._urgent()
        self._absent(self.leader_east, self.evening)
        self.assertEqual(self._readers(report), self.leader_east)

    def test_leader_has_left(self):
        """The administrators of the company, the author not among them."""
        report = self._urgent()
        self.leader_east.sudo().active = False
        self.director.company_ids |= self.company_2
        readers = self._readers(report)
        self.assertLessEqual(self.director | self.administrator, readers)
        self.assertTrue(all(user.active for user in readers))
        self.administrator.write(
            {"company_ids": [(6, 0, self.company_2.ids)], "company_id": self.company_2}
        )
        readers = self._readers(report)
        self.assertIn(self.director, readers)
        self.assertNotIn(self.administrator, readers)

    def test_of_a_leader(self):
        """To the one above; never to oneself."""
        report = self._urgent(self.leader_east)
        self.assertNotIn(self.leader_east, self._readers(report))
        self.team_east.process_report_to_id = self.director
        report = self._urgent(self.leader_east)
        self.assertEqual(self._readers(report), self.director)

    def test_told_once_and_done_with_the_review(self):
        report = self._urgent(summary="<b>Water</b> in the hall")
        before = self._messages_to(self.leader_east)
        with self._at(self.evening):
            report.with_user(self.salesperson_a).action_submit()
        [message] = self._messages_to(self.leader_east) - before
        self.assertIn("&lt;b&gt;Water&lt;/b&gt;", message.body)
        self.assertIn(self.salesperson_a.name, message.subject)
        [activity] = report.activity_ids
        self.assertEqual(activity.user_id, self.leader_east)
        self.assertEqual(activity.date_deadline, date(2027, 3, 1))
        with self.assertRaises(AccessError):
            report.with_user(self.leader_west).action_review()
        with self._at(self.evening):
            report.with_user(self.leader_east).action_review()
        self.assertFalse(report.activity_ids)
        self.assertEqual(report.reviewed_by_id, self.leader_east)

    def test_answers(self):
        """Sent, and to whom; with others at once it is submitted like they are."""
        self.daily.with_user(self.salesperson_a).summary = "Worked"
        with self._at(self.evening):
            first, second = self._urgent(), self._urgent(summary="Water")
            mine = first.with_user(self.salesperson_a)
            answer = mine.action_submit()["params"]["message"]
            self.assertIn(self.leader_east.name, answer)
            both = (second | self.daily).with_user(self.salesperson_a)
            self.assertEqual(both.action_submit()["params"]["message"], "Submitted.")
        self.assertEqual((second | self.daily).mapped("state"), ["submitted"] * 2)


@tagged("post_install", "-at_install")
class TestNames(ReaderCommon):
    """How a report is called, and found."""

    def test_titles(self):
        for report, title in (
            (self.daily, "Daily Report 2027-03-01"),
            (self.weekly, "Weekly Report 2027-W09"),
        ):
            self.assertEqual(report._get_title(), title)
            self.assertEqual(report.display_name, f"{title}, {self.salesperson_a.name}")
            found = self.Report.name_search(report.period)
            self.assertIn(report.id, [row[0] for row in found])
        self.assertEqual(
            self.Report.new({"kind": "weekly"})._get_title(), "Weekly Report"
        )

    def test_periods(self):
        for kind, day, name in (
            ("daily", date(2027, 3, 1), "2027-03-01"),
            ("urgent", date(2027, 3, 1), "2027-03-01"),
            ("weekly", date(2026, 12, 28), "2026-W53"),
            ("weekly", date(2024, 12, 30), "2025-W01"),
            ("monthly", date(2027, 1, 31), "2027-01"),
        ):
            self.assertEqual(get_period_name(kind, day), name)

    def test_days_in_words(self):
        self.assertNotIn(" to ", self.daily._get_date_range())
        first, last = self.weekly._get_date_range().split(" to ")
        self.assertNotEqual(first, last)
        self.assertIn("2027", first)

    def test_marks(self):
        for mark, word in ((False, ""), ("0", ""), ("1", "Poor"), ("5", "Excellent")):
            self.daily.sudo().review_mark = mark
            self.assertEqual(self.daily._get_mark(), word)

    def test_status_of_each_state(self):
        """Field and search agree in every state, on both sides of the deadline."""
        due = self.daily.date_due
        urgent = self._urgent()
        for state, is_late, before, after in (
            ("draft", False, "owed", "missing"),
            ("missing", False, "owed", "missing"),
            ("submitted", False, "on_time", "on_time"),
            ("submitted", True, "late", "late"),
            ("returned", False, "on_time", "on_time"),
            ("returned", True, "late", "late"),
            ("reviewed", True, "late", "late"),
            ("excused", False, "excused", "excused"),
            ("excused", True, "excused", "excused"),
        ):
            self.daily.sudo().write(
                {"state": state, "is_late": is_late, "date_submitted": due}
            )
            for moment, status in ((due, before), (due + SECOND, after)):
                with self.subTest(state=state, late=is_late), self._at(moment):
                    self.env.invalidate_all()
                    self.assertEqual(self.daily.status, status)
                    found = [
                        name
                        for name in ("owed", "on_time", "late", "missing", "excused")
                        if self.Report.search(
                            [("id", "=", self.daily.id), ("status", "=", name)]
                        )
                    ]
                    self.assertEqual(found, [status])
                    others = self.Report.search([("status", "!=", status)])
                    self.assertNotIn(self.daily, others)
                    self.assertIn(urgent, others)
        # an urgent one that is being written is in no state of a period
        self.assertFalse(urgent.status)
        self.assertIn(urgent, self.Report.search([("status", "=", False)]))


@tagged("post_install", "-at_install")
class TestNews(ReaderCommon):
    """News from the field: told at once where urgent, frozen with their report."""

    def _create(self, user=None, **values):
        return (
            self.env["sales.process.intelligence"]
            .with_user(user or self.salesperson_a)
            .create({"name": "Prices fall", "topic": "price", **values})
        )

    def test_who_is_told(self):
        """The leader, of a leader the one above, the author never."""
        for user, above, told in (
            (self.salesperson_a, self.director, self.leader_east),
            (self.leader_east, self.director, self.director),
            (self.leader_east, self.env["res.users"], self.env["res.users"]),
        ):
            with self.subTest(user=user.login), self.env.cr.savepoint() as savepoint:
                self.team_east.process_report_to_id = above
                self.team_east.crm_team_member_ids |= (
                    self.env["crm.team.member"]
                    if user.sale_team_id
                    else self.env["crm.team.member"].create(
                        {"crm_team_id": self.team_east.id, "user_id": user.id}
                    )
                )
                news = self._create(user, urgency="2").sudo()
                self.assertEqual(news.activity_ids.user_id, told)
                self.assertTrue(news.date_notified)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_important_is_not_urgent(self):
        news = self._create(urgency="1").sudo()
        self.assertFalse(news.date_notified)
        self.assertFalse(news.activity_ids)
        with self._at(self.evening):
            news.with_user(self.salesperson_a).urgency = "2"
        self.assertEqual(news.date_notified, self.evening)
        self.assertEqual(len(news.activity_ids), 1)

    def test_leader_who_has_left_is_not_told(self):
        self.leader_east.sudo().active = False
        news = self._create(urgency="2").sudo()
        self.assertFalse(news.activity_ids)

    def test_frozen_with_its_report(self):
        """Written with it, submitted with it, and then as they were."""
        own = self.daily.with_user(self.salesperson_a)
        own.intelligence_ids = [(0, 0, {"name": "New product", "topic": "product"})]
        [news] = own.intelligence_ids
        self._submit(self.daily, self.evening)
        self.assertEqual(self.daily.state, "submitted", "News are no empty day")
        for values in (
            {"name": "Other"},
            {"description": "More"},
            {"topic": "price"},
            {"urgency": "1"},
            {"report_id": False},
            {"date": date(2027, 1, 1)},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "frozen"),
                self.env.cr.savepoint(),
            ):
                news.write(values)
        with self.assertRaisesRegex(UserError, "frozen"), self.env.cr.savepoint():
            self._create(report_id=self.daily.id)
        with self.assertRaisesRegex(UserError, "frozen"), self.env.cr.savepoint():
            news.with_user(self.director).unlink()
        led = self.daily.with_user(self.leader_east)
        led.review_comment = "Which product?"
        led.action_return()
        news.description = "A pump"
        self.assertEqual(news.description, "A pump")

    def test_only_in_the_own_report(self):
        theirs = self._reports(self.salesperson_b, "daily")
        with self.assertRaises(UserError):
            self._create(report_id=theirs.id)
        news = self._create(report_id=self.daily.id)
        self.assertEqual(news.report_id, self.daily)
        self.assertEqual(
            (news.user_id, news.team_id, news.company_id),
            (self.salesperson_a, self.team_east, self.company),
        )


@tagged("post_install", "-at_install")
class TestReviewQueue(ReaderCommon):
    """One after the other, the oldest first, one's own never."""

    def test_order(self):
        for number, user in enumerate(
            (self.salesperson_c, self.salesperson_b, self.salesperson_a)
        ):
            report = self._reports(user, "daily")
            report.summary = "Worked"
            self._submit(report, self.evening + number * SECOND)
        opened = self._reports(self.salesperson_a, "daily").with_user(self.leader_east)
        with self._at(self.evening):
            for user in (self.salesperson_c, self.salesperson_b):
                action = opened.action_review_next()
                self.assertEqual(opened.state, "reviewed")
                opened = self.Report.browse(action["res_id"]).with_user(
                    self.leader_east
                )
                self.assertEqual(opened.user_id, user)
            action = opened.action_review_next()
        self.assertEqual(action["type"], "ir.actions.act_window_close")

    def test_all_that_are_missing(self):
        """Of the last 31 days, those one reviews: to the second, both sides."""
        due = self.daily.date_due
        leader = self.Report.with_user(self.leader_east)
        for at, found in (
            (due, False),
            (due + SECOND, True),
            (due + 31 * DAY, True),
            (due + 31 * DAY + SECOND, False),
        ):
            with self.subTest(at=at), self._at(at):
                self.env.invalidate_all()
                missing = leader._find_missing_to_review()
                self.assertEqual(self.daily in missing, found)
                for user in (self.salesperson_a, self.leader_west, self.director):
                    others = self.Report.with_user(user)._find_missing_to_review()
                    self.assertNotIn(self.daily, others)

    def test_reminded_with_one_message(self):
        """Daily and weekly of one person in one message, in the order of their days."""
        at = self.weekly.date_due + SECOND
        before = len(self._messages_to(self.salesperson_a))
        both = (self.daily | self.weekly).with_user(self.leader_east)
        with self._at(at):
            answer = both.action_remind()["params"]["message"]
        self.assertIn("reminded: 1", answer)
        self.assertIn("submit: 2", answer)
        messages = self._messages_to(self.salesperson_a)
        self.assertEqual(len(messages), before + 1)
        body = str(messages[0].body)
        self.assertIn(": 2", messages[0].subject)
        self.assertLess(body.index("2027-03-01"), body.index("2027-W09"))
        self.assertEqual(len(self.daily.activity_ids | self.weekly.activity_ids), 2)
        self.assertEqual(
            self.weekly.activity_ids.mapped("date_deadline"), [date(2027, 3, 7)]
        )
