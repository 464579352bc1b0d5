# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo.tests import tagged

from ..models.sales_process_work_report_period import (
    NEWS_KINDS,
    OWED_KINDS,
    get_period_kind,
    get_period_name,
)
from .test_intelligence_duty import SECOND, IntelligenceDutyCommon

# West of the date line, a summer time, Shanghai, and beyond the date line
ZONES = ("Pacific/Honolulu", "America/New_York", "Asia/Shanghai", "Pacific/Kiritimati")


@tagged("post_install", "-at_install")
class TestIntelligenceZone(IntelligenceDutyCommon):
    """Days, weeks and months of periodic intelligence are those of the person."""

    def test_names_of_periods(self):
        for kind, day, name in (
            ("news_weekly", date(2027, 1, 3), "2026-W53"),
            ("news_weekly", date(2027, 1, 4), "2027-W01"),
            ("news_monthly", date(2028, 2, 29), "2028-02"),
            ("weekly", date(2027, 1, 3), "2026-W53"),
            ("monthly", date(2026, 12, 31), "2026-12"),
            ("daily", date(2028, 2, 29), "2028-02-29"),
            ("urgent", date(2028, 2, 29), "2028-02-29"),
        ):
            with self.subTest(kind=kind, day=day):
                self.assertEqual(get_period_name(kind, day), name)
        self.assertEqual(
            [get_period_kind(kind) for kind in (*OWED_KINDS, "urgent")],
            ["daily", "weekly", "monthly", "weekly", "monthly", "daily"],
        )
        self.assertEqual(
            set(NEWS_KINDS), set(dict(self.Duty._fields["kind"].selection))
        )

    def test_due_where_the_report_is_due(self):
        """In each zone the same second as the report of the same period."""
        for zone in ZONES:
            self.salesperson_a.tz = zone
            # the zone of a person decides where the team names none
            tz = self.team_east._get_process_timezone(self.salesperson_a)
            for kind, report_kind in zip(
                NEWS_KINDS, ("weekly", "monthly"), strict=True
            ):
                for day in (date(2027, 3, 14), date(2027, 11, 7), date(2028, 2, 29)):
                    with self.subTest(zone=zone, kind=kind, day=day):
                        self.assertEqual(
                            self.team_east._get_report_deadline(kind, day, tz),
                            self.team_east._get_report_deadline(report_kind, day, tz),
                        )

    def test_month_with_a_leap_day(self):
        """Due on 29 February, missing a second later, and March is another one."""
        begin = self._local("2028-02-01 00:00:00")
        self._oblige("policy", kind="news_monthly", at=begin, users=self.salesperson_a)
        self._cron(self._local("2028-02-01 09:00:00"))
        report = self._find_owed(self.salesperson_a, "news_monthly")
        self.assertEqual(
            (report.date_from, report.date_to), (date(2028, 2, 1), date(2028, 2, 29))
        )
        due = self._local("2028-02-29 17:00:00")
        self._assert_second(report, due)
        self._cron(due)
        self.assertEqual(report.state, "draft")
        self._cron(due + SECOND)
        self.assertEqual(report.state, "missing")
        self._cron(self._local("2028-03-01 09:00:00"))
        owed = self._find_owed(self.salesperson_a, "news_monthly")
        self.assertEqual(owed.mapped("period"), ["2028-02", "2028-03"])

    def test_in_time_at_the_second_late_after_it(self):
        self._oblige(users=self.salesperson_a | self.salesperson_b)
        self._cron("2027-03-01 01:00:00")
        for user, late in ((self.salesperson_a, False), (self.salesperson_b, True)):
            report = self._find_owed(user)
            with self._at(self.due + (SECOND if late else timedelta())):
                report.nothing_new = True
                report.action_submit()
            with self.subTest(user=user.login):
                self.assertEqual(report.is_late, late)
                self.assertEqual(report.status, "late" if late else "on_time")

    def test_news_count_by_their_day(self):
        """First and last day of the week belong to it, the days beside do not."""
        self._oblige("price", users=self.salesperson_a)
        self._cron("2027-03-01 01:00:00")
        report = self._find_owed(self.salesperson_a)
        for day, told in (
            ("2027-02-28", False),
            ("2027-03-08", False),
            ("2027-03-01", True),
        ):
            # nobody tells what will be heard
            with self._at(f"{day} 12:00:00"):
                news = self._tell(self.salesperson_a, "price", day=day)
            report.invalidate_recordset()
            with self.subTest(day=day):
                self.assertEqual(not report.untold_topic_names, told)
            news.with_user(self.director).unlink()
        with self._at("2027-03-07 12:00:00"):
            last = self._tell(self.salesperson_a, "price", day="2027-03-07")
        report.invalidate_recordset()
        self.assertFalse(report.untold_topic_names)
        self.assertFalse(last.report_id, "joined when it is submitted")

    def test_a_team_at_work_on_saturday(self):
        """A week without a working day owes nothing, a make-up day makes it owe."""
        free = [
            {
                "name": "Free",
                "team_id": self.team_east.id,
                "date": date(2027, 3, day),
                "is_working": False,
            }
            for day in range(1, 6)
        ]
        Exception_ = self.env["sales.process.calendar.exception"]
        Exception_.create(free)
        self._oblige(users=self.salesperson_a)
        self._cron("2027-03-01 01:00:00")
        self.assertFalse(self._find_owed(self.salesperson_a))
        Exception_.create(
            {
                "name": "Make-up day",
                "team_id": self.team_east.id,
                "date": date(2027, 3, 6),
                "is_working": True,
            }
        )
        self._cron("2027-03-01 02:00:00")
        self.assertEqual(self._find_owed(self.salesperson_a).period, "2027-W09")

    def test_twice_is_once(self):
        """However often the clock runs, each period is owed once."""
        self._oblige()
        for hour in range(3):
            self._cron(f"2027-03-01 0{hour + 1}:00:00")
        self.assertEqual(len(self._find_owed(self.salesperson_a)), 1)
        self.assertEqual(
            len(self._reports(kind="news_weekly")),
            len(self._reports(kind="news_weekly").user_id),
        )

    def test_the_leader_owes_it_to_the_one_above(self):
        """Where the leader reports to somebody, and is meant."""
        self._oblige("price")
        self._cron("2027-03-01 01:00:00")
        self.assertFalse(self._find_owed(self.leader_east))
        self.team_east.process_report_to_id = self.director
        self._cron("2027-03-01 02:00:00")
        report = self._find_owed(self.leader_east)
        self.assertEqual(report.reviewer_id, self.director)
        self.assertEqual(report.topic_names, "Price")
