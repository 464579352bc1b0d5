# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import tagged

from .common_work_report import WorkReportCommon


@tagged("post_install", "-at_install")
class TestWorkReportOwed(WorkReportCommon):
    """Who owes a report: working days, absence, joining, leaving, companies."""

    def test_working_days_and_exceptions(self):
        """A make-up Saturday is reported, a holiday and a free week are not."""
        begin = self._local("2027-03-01 00:00:00")
        self._switch_on(self.team_east, begin, "daily", "weekly")
        Exception_ = self.env["sales.process.calendar.exception"]
        Exception_.create(
            [
                {
                    "name": "Make-up day",
                    "team_id": self.team_east.id,
                    "date": date(2027, 3, 6),
                    "is_working": True,
                }
            ]
            + [
                {
                    "name": "Free",
                    "team_id": self.team_east.id,
                    "date": date(2027, 3, day),
                    "is_working": False,
                }
                for day in range(8, 13)
            ]
        )
        for day in range(1, 16):
            self._cron(self._local(f"2027-03-{day:02} 08:00:00"))
        user = self.salesperson_a
        self.assertEqual(
            [report.date_from.day for report in self._reports(user, "daily")],
            [1, 2, 3, 4, 5, 6, 15],
        )
        self.assertEqual(
            self._reports(user, "weekly").mapped("period"), ["2027-W09", "2027-W11"]
        )

    def test_every_day(self):
        self._switch_on(
            self.team_east,
            self._local("2027-03-05 00:00:00"),
            "daily",
            process_report_days="all",
        )
        self._cron(self._local("2027-03-08 08:00:00"))
        self.assertEqual(
            [
                report.date_from.day
                for report in self._reports(self.salesperson_a, "daily")
            ],
            [5, 6, 7, 8],
        )

    def test_absent_all_the_time(self):
        """Away all working hours: not due. Back in the week: the week is due."""
        begin = self._local("2027-03-01 00:00:00")
        self._switch_on(self.team_east, begin, "daily", "weekly")
        user = self.salesperson_a
        user.write(
            {
                "out_of_office_from": self._local("2027-02-27 00:00:00"),
                "out_of_office_to": self._local("2027-03-07 23:59:59"),
            }
        )
        self._cron(self._local("2027-03-01 08:00:00"))
        week = self._reports(user, "weekly")
        day = self._reports(user, "daily")
        self.assertEqual((week.state, day.state), ("excused", "excused"))
        self._cron(self._local("2027-03-01 21:00:00"))
        self.assertEqual(day.state, "excused")
        # back earlier than planned: Wednesday and the week are owed, the past is not
        user.out_of_office_to = self._local("2027-03-03 08:00:00")
        self._cron(self._local("2027-03-03 08:30:00"))
        self.assertEqual(week.state, "draft")
        self.assertEqual(day.state, "excused")
        self.assertEqual(
            {
                report.date_from.day: report.state
                for report in self._reports(user, "daily")
            },
            {1: "excused", 2: "excused", 3: "draft"},
        )
        self.assertFalse(
            self._reports(user).filtered(lambda report: report.state == "missing")
        )

    def test_ill_since_the_morning(self):
        """Whoever was there some hours of the day owes its report."""
        self._switch_on(self.team_east, self._local("2027-03-01 00:00:00"), "daily")
        self._cron(self._local("2027-03-01 08:00:00"))
        self.salesperson_a.out_of_office_from = self._local("2027-03-01 10:00:00")
        self.salesperson_b.out_of_office_from = self._local("2027-03-01 07:00:00")
        self._cron(self._local("2027-03-01 20:00:01"))
        self.assertEqual(self._reports(self.salesperson_a).state, "missing")
        self.assertEqual(self._reports(self.salesperson_b).state, "excused")

    def test_joins_in_the_week(self):
        """Whoever joins owes the week, not the days before."""
        begin = self._local("2027-03-01 00:00:00")
        self._switch_on(self.team_east, begin, "daily", "weekly")
        self._cron(self._local("2027-03-02 12:00:00"))
        user = self.salesperson_e
        with self._at(self._local("2027-03-03 09:00:00")):
            self.team_off.crm_team_member_ids.unlink()
            self.team_east.crm_team_member_ids = [(0, 0, {"user_id": user.id})]
        self._cron(self._local("2027-03-04 12:00:00"))
        self.assertEqual(
            [report.date_from.day for report in self._reports(user, "daily")], [3, 4]
        )
        self.assertEqual(self._reports(user, "weekly").period, "2027-W09")

    def test_joins_on_the_weekend(self):
        """No working day left in the week: nothing is owed for it."""
        self._switch_on(self.team_east, self._local("2027-03-01 00:00:00"), "weekly")
        with self._at(self._local("2027-03-06 09:00:00")):
            self.team_off.crm_team_member_ids.unlink()
            self.team_east.crm_team_member_ids = [
                (0, 0, {"user_id": self.salesperson_e.id})
            ]
        self._cron(self._local("2027-03-07 12:00:00"))
        self.assertFalse(self._reports(self.salesperson_e))
        self._cron(self._local("2027-03-08 12:00:00"))
        self.assertEqual(self._reports(self.salesperson_e).period, "2027-W10")

    def test_leaves_in_the_week(self):
        self._switch_on(self.team_east, self._local("2027-03-01 00:00:00"), "weekly")
        self._cron(self._local("2027-03-01 12:00:00"))
        self.salesperson_a.sudo().active = False
        self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.salesperson_b
        ).active = False
        self._cron(self._local("2027-03-07 18:00:00"))
        states = {
            report.user_id: report.state for report in self._reports(kind="weekly")
        }
        self.assertEqual(states[self.salesperson_a], "excused")
        self.assertEqual(states[self.salesperson_b], "excused")
        self.assertEqual(states[self.salesperson_c], "missing")

    def test_changes_team_in_the_week(self):
        """One report of the week, to the new team, at its hour."""
        begin = self._local("2027-03-01 00:00:00")
        self._switch_on(self.team_east, begin, "weekly")
        self._switch_on(
            self.team_west, begin, "weekly", process_report_weekly_hour=15.5
        )
        user = self.salesperson_a
        self._cron(self._local("2027-03-01 12:00:00"))
        with self._at(self._local("2027-03-03 12:00:00")):
            self.team_east.crm_team_member_ids.filtered(
                lambda member: member.user_id == user
            ).active = False
            self.team_west.crm_team_member_ids = [(0, 0, {"user_id": user.id})]
        self._cron(self._local("2027-03-03 13:00:00"))
        report = self._reports(user, "weekly")
        self.assertEqual(report.team_id, self.team_west)
        self.assertEqual(report.reviewer_id, self.leader_west)
        self._assert_second(report, self._local("2027-03-07 15:30:00"))

    def test_leader_reports_to_the_one_above(self):
        self._switch_on(
            self.team_east,
            self._local("2027-03-01 00:00:00"),
            "weekly",
            process_report_to_id=self.director.id,
        )
        self._cron(self._local("2027-03-01 12:00:00"))
        self.assertEqual(
            self._reports(self.leader_east, "weekly").reviewer_id, self.director
        )
        self._switch_on(self.team_west, self._local("2027-03-01 00:00:00"), "weekly")
        self._cron(self._local("2027-03-01 13:00:00"))
        self.assertFalse(self._reports(self.leader_west))

    def test_two_companies(self):
        """Who works for two companies owes each a report with its own numbers."""
        user = self.salesperson_x
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        user.sudo().write(
            {"company_ids": [(4, self.company.id)], "tz": "Asia/Shanghai"}
        )
        self.env.flush_all()
        self.team_west.crm_team_member_ids = [(0, 0, {"user_id": user.id})]
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_team_member SET create_date = '2020-01-01'")
        self.env.invalidate_all()
        begin = self._local("2027-03-01 00:00:00")
        for team in (self.team_c2, self.team_west):
            self._switch_on(team, begin, "weekly")
        self._cron(self._local("2027-03-01 12:00:00"))
        reports = self._reports(user, "weekly")
        self.assertEqual(reports.company_id, self.company | self.company_2)
        self.assertEqual(len(reports), 2)
        own = reports.filtered(lambda report: report.company_id == self.company_2)
        found = self.Report.with_user(self.leader_west).search([])
        self.assertNotIn(own, found)

    def test_switched_off_and_on(self):
        """The time in between is not owed; what was open is not due."""
        self._switch_on(self.team_east, self._local("2027-03-01 00:00:00"), "daily")
        self._cron(self._local("2027-03-01 12:00:00"))
        self.team_east.process_report_daily = False
        self._cron(self._local("2027-03-01 13:00:00"))
        report = self._reports(self.salesperson_a)
        self.assertEqual(report.state, "excused")
        self._switch_on(self.team_east, self._local("2027-03-04 12:00:00"), "daily")
        self._cron(self._local("2027-03-05 12:00:00"))
        self.assertEqual(
            [row.date_from.day for row in self._reports(self.salesperson_a)], [1, 4, 5]
        )

    def test_other_hour_moves_what_is_ahead(self):
        self._switch_on(self.team_east, self._local("2027-03-01 00:00:00"), "daily")
        self._cron(self._local("2027-03-01 21:00:00"))
        self._cron(self._local("2027-03-02 09:00:00"))
        self.team_east.process_report_daily_hour = 18
        self._cron(self._local("2027-03-02 09:15:00"))
        past, ahead = self._reports(self.salesperson_a)
        self.assertEqual(past.date_due, self._local("2027-03-01 20:00:00"))
        self.assertEqual(ahead.date_due, self._local("2027-03-02 18:00:00"))
