# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.tests import tagged

from ..models.sales_process_work_report_cron import ReportRun
from .common_work_report import WorkReportCommon

SECOND = timedelta(seconds=1)


@tagged("post_install", "-at_install")
class TestWorkReportCron(WorkReportCommon):
    def test_nothing_is_owed_until_switched_on(self):
        self._cron(self._local("2027-03-03 12:00:00"))
        self.assertFalse(self._reports())

    def test_drafts_of_a_day(self):
        """Drafts from the first second of the day, each once, missing at the hour."""
        self._switch_on(
            self.team_east, self._local("2027-03-01 00:00:00"), "daily", "weekly"
        )
        self._cron(self._local("2027-03-01 00:00:00"))
        members = self.salesperson_a | self.salesperson_b | self.salesperson_c
        daily = self._reports(kind="daily")
        self.assertEqual(daily.user_id, members)
        self.assertEqual(set(daily.mapped("date_from")), {date(2027, 3, 1)})
        self.assertEqual(set(daily.mapped("period")), {"2027-03-01"})
        self.assertEqual(daily.reviewer_id, self.leader_east)
        self.assertEqual(len(self._reports(kind="weekly")), 3)
        self.assertTrue(daily.value_ids)
        self._cron(self._local("2027-03-01 00:05:00"))
        self.assertEqual(len(self._reports()), 6)
        report = daily[0]
        self._assert_second(report, self._local("2027-03-01 20:00:00"))
        self._cron(self._local("2027-03-01 20:00:00"))
        self.assertEqual(report.state, "draft")
        self._cron(self._local("2027-03-01 20:00:01"))
        self.assertEqual(report.state, "missing")
        self._cron(self._local("2027-03-02 00:00:00"))
        self.assertEqual(len(self._reports(kind="daily")), 6)
        self.assertEqual(len(self._reports(kind="weekly")), 3)

    def test_status_can_be_searched(self):
        """Search and field say the same, to the second, before any scheduled action."""
        self._switch_on(self.team_east, self._local("2027-03-01 00:00:00"), "daily")
        self._cron(self._local("2027-03-01 08:00:00"))
        in_time, late, missing = self._reports(kind="daily")
        due = missing.date_due
        in_time.sudo().write({"state": "submitted", "date_submitted": due})
        late.sudo().write(
            {"state": "submitted", "date_submitted": due + SECOND, "is_late": True}
        )
        for moment, last in ((due, "owed"), (due + SECOND, "missing")):
            with self._at(moment):
                self.env.invalidate_all()
                for report, status in (
                    (in_time, "on_time"),
                    (late, "late"),
                    (missing, last),
                ):
                    self.assertEqual(report.status, status)
                    for other in ("owed", "on_time", "late", "missing", "excused"):
                        found = self.Report.search(
                            [("id", "=", report.id), ("status", "=", other)]
                        )
                        self.assertEqual(bool(found), other == status)

    def test_down_for_three_days(self):
        """Nothing missing, nothing twice, the deadlines as they were."""
        self._switch_on(self.team_east, self._local("2027-03-01 00:00:00"), "daily")
        self._cron(self._local("2027-03-01 21:00:00"))
        self._cron(self._local("2027-03-04 22:00:00"))
        for _again in range(2):
            reports = self._reports(self.salesperson_a, "daily")
            self.assertEqual(
                [(report.date_from.day, report.state) for report in reports],
                [(1, "missing"), (2, "missing"), (3, "missing"), (4, "missing")],
            )
            self.assertEqual(
                reports.mapped("date_due"),
                [self._local(f"2027-03-0{day} 20:00:00") for day in (1, 2, 3, 4)],
            )
            self._cron(self._local("2027-03-04 22:10:00"))
        self._cron(self._local("2027-03-05 00:00:00"))
        self.assertEqual(
            self._reports(self.salesperson_a, "daily")[-1].date_from, date(2027, 3, 5)
        )

    def test_down_across_everything(self):
        """Sunday and the last of the month lie in the pause."""
        begin = self._local("2027-01-25 00:00:00")
        self._switch_on(self.team_east, begin, "daily", "weekly", "monthly")
        self._cron(self._local("2027-01-28 23:00:00"))
        self._cron(self._local("2027-02-01 06:00:00"))
        found = {
            (report.kind, report.period): report.state
            for report in self._reports(self.salesperson_a)
        }
        self.assertEqual(
            found,
            {
                ("daily", "2027-01-25"): "missing",
                ("daily", "2027-01-26"): "missing",
                ("daily", "2027-01-27"): "missing",
                ("daily", "2027-01-28"): "missing",
                ("daily", "2027-01-29"): "missing",
                ("daily", "2027-02-01"): "draft",
                ("weekly", "2027-W04"): "missing",
                ("weekly", "2027-W05"): "draft",
                ("monthly", "2027-01"): "missing",
                ("monthly", "2027-02"): "draft",
            },
        )

    def test_zones_of_one_team(self):
        """From Honolulu to Kiritimati: each in the own zone."""
        zones = {
            self.salesperson_a: "Pacific/Honolulu",
            self.salesperson_b: "Pacific/Kiritimati",
            self.salesperson_c: "UTC",
        }
        for user, zone in zones.items():
            user.tz = zone
        self._switch_on(
            self.team_east, datetime(2027, 2, 20), "daily", "weekly", "monthly"
        )
        moment = datetime(2027, 2, 20)
        while moment < datetime(2027, 3, 9):
            self._cron(moment)
            moment += timedelta(hours=5)
        for user, zone in zones.items():
            with self.subTest(zone=zone):
                week = self._reports(user, "weekly", period="2027-W09")
                self.assertEqual(
                    week.bound_from, self._local("2027-03-01 00:00:00", zone)
                )
                self.assertEqual(
                    week.bound_to, self._local("2027-03-08 00:00:00", zone)
                )
                self._assert_second(week, self._local("2027-03-07 17:00:00", zone))
                day = self._reports(user, "daily", period="2027-03-03")
                self._assert_second(day, self._local("2027-03-03 20:00:00", zone))
                month = self._reports(user, "monthly", period="2027-02")
                self._assert_second(month, self._local("2027-02-28 17:00:00", zone))
                days = self._reports(user, "daily")
                self.assertEqual(
                    [day.date_from for day in days],
                    [day.date_from for day in days if day.date_from.weekday() < 5],
                )

    def test_zone_changes_in_the_week(self):
        """The deadline moves with the person; no moment is counted twice or lost."""
        user = self.salesperson_a
        self._switch_on(self.team_east, self._local("2027-03-01 00:00:00"), "weekly")
        self._cron(self._local("2027-03-01 08:00:00"))
        first = self._reports(user, "weekly")
        user.tz = "America/Los_Angeles"
        self._cron(self._local("2027-03-03 12:00:00"))
        zone = "America/Los_Angeles"
        self.assertEqual(first.bound_from, self._local("2027-03-01 00:00:00"))
        self.assertEqual(first.bound_to, self._local("2027-03-08 00:00:00", zone))
        self._assert_second(first, self._local("2027-03-07 17:00:00", zone))
        self._cron(self._local("2027-03-08 01:00:00", zone))
        second = self._reports(user, "weekly")[1]
        self.assertEqual(second.bound_from, first.bound_to)
        user.tz = "Asia/Shanghai"
        self._cron(self._local("2027-03-10 12:00:00"))
        self._cron(self._local("2027-03-15 12:00:00"))
        third = self._reports(user, "weekly")[2]
        self.assertEqual(second.bound_to, self._local("2027-03-15 00:00:00"))
        self.assertEqual(third.bound_from, second.bound_to)

    def test_zone_never_moves_a_deadline_into_the_past(self):
        user = self.salesperson_a
        user.tz = "America/Los_Angeles"
        zone = "America/Los_Angeles"
        self._switch_on(
            self.team_east, self._local("2027-03-03 00:00:00", zone), "daily"
        )
        self._cron(self._local("2027-03-03 12:00:00", zone))
        report = self._reports(user, "daily")
        user.tz = "Asia/Shanghai"
        self._cron(self._local("2027-03-03 13:00:00", zone))
        self.assertEqual(report.state, "draft")
        self.assertEqual(report.date_due, self._local("2027-03-03 20:00:00", zone))
        following = self._reports(user, "daily") - report
        self.assertEqual(following.date_from, date(2027, 3, 4))
        self.assertEqual(following.bound_from, report.bound_to)

    def test_daylight_saving_on_a_sunday(self):
        """Sunday, 14 March 2027 has 23 hours in New York."""
        zone = "America/New_York"
        self._switch_on(
            self.team_c2, self._local("2027-03-08 00:00:00", zone), "weekly"
        )
        self._cron(self._local("2027-03-08 00:00:00", zone))
        report = self._reports(self.salesperson_x, "weekly")
        self.assertEqual(report.bound_to - report.bound_from, timedelta(hours=167))
        self._assert_second(report, datetime(2027, 3, 14, 21))

    def test_week_over_new_year(self):
        self._switch_on(
            self.team_east, self._local("2026-12-28 00:00:00"), "weekly", "monthly"
        )
        self._cron(self._local("2026-12-31 23:00:00"))
        week = self._reports(self.salesperson_a, "weekly")
        self.assertEqual(
            (week.period, week.date_from, week.date_to),
            ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        )
        self._assert_second(week, self._local("2027-01-03 17:00:00"))
        self._cron(self._local("2027-01-01 01:00:00"))
        self.assertEqual(len(self._reports(self.salesperson_a, "weekly")), 1)
        self.assertEqual(
            self._reports(self.salesperson_a, "monthly").mapped("period"),
            ["2026-12", "2027-01"],
        )

    def test_february(self):
        self._switch_on(self.team_east, self._local("2027-02-01 00:00:00"), "monthly")
        for year, last in ((2027, 28), (2028, 29)):
            self._cron(self._local(f"{year}-02-10 00:00:00"))
            report = self._reports(self.salesperson_a, "monthly", period=f"{year}-02")
            self.assertEqual(report.date_to, date(year, 2, last))
            self._assert_second(report, self._local(f"{year}-02-{last} 17:00:00"))

    # ------------------------------------------------------------
    # REMINDERS, FINAL NUMBERS, SIZE
    # ------------------------------------------------------------

    def test_one_reminder_for_all_reports(self):
        """Week and month end on Sunday, 28 February: one message, two activities."""
        begin = self._local("2027-02-01 00:00:00")
        self._switch_on(self.team_east, begin, "weekly", "monthly")
        self._cron(self._local("2027-02-22 09:00:00"))
        user = self.salesperson_a
        before = len(self._messages_to(user))
        self._cron(self._local("2027-02-28 14:59:59"))
        self.assertEqual(len(self._messages_to(user)), before)
        for _again in range(2):
            self._cron(self._local("2027-02-28 15:00:00"))
            messages = self._messages_to(user)
            self.assertEqual(len(messages), before + 1)
        self.assertIn("2027-02", messages[0].body)
        self.assertIn("2027-W08", messages[0].body)
        current = self._reports(user).filtered(lambda row: row.state == "draft")
        self.assertEqual(len(current.activity_ids), 2)
        self.assertEqual(current.activity_ids.user_id, user)
        self._submit(current[0], self._local("2027-02-28 16:00:00"))
        self.assertFalse(current[0].activity_ids)
        self.assertTrue(current[1].activity_ids)

    def test_scheduled_action(self):
        """The action itself, with its commits, twice."""
        self.team_east.write(
            {"process_report_daily": True, "process_report_days": "all"}
        )
        self.team_east.process_report_daily_hour = 24
        cron = self.env.ref("sales_process_mgmt_report.ir_cron_work_reports")
        for _again in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            daily = self._reports(self.salesperson_a, "daily")
            self.assertEqual(len(daily), 1)
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(daily.date_due + SECOND, triggers.mapped("call_at"))

    def test_goal_of_the_plan(self):
        """The goal stands beside the number as soon as the plan is agreed."""
        self._switch_on(self.team_east, self._local("2027-03-01 00:00:00"), "weekly")
        self._cron(self._local("2027-03-01 08:00:00"))
        report = self._reports(self.salesperson_a, "weekly")
        visits = report.value_ids.filtered(
            lambda value: value.metric_id.code == "visits"
        )
        self.assertFalse(report.has_goals)
        plan = self.env["sales.process.plan"].create(
            {
                "kind": "weekly",
                "user_id": self.salesperson_a.id,
                "date_from": date(2027, 3, 1),
                "line_ids": [(0, 0, {"metric_id": visits.metric_id.id, "goal": 4})],
            }
        )
        self.env.invalidate_all()
        self.assertFalse(visits.display_goal)
        plan.sudo().state = "agreed"
        self.env.invalidate_all()
        self.assertEqual(visits.display_goal, "4")
        self.assertTrue(report.has_goals)
        self._submit(report, self._local("2027-03-06 08:00:00"))
        self.assertEqual((visits.goal, visits.has_goal), (4, True))
        # the goal of a report that was submitted stays
        plan.sudo().line_ids.goal = 9
        self.env.invalidate_all()
        self.assertEqual(visits.display_goal, "4")

    def test_queries_do_not_grow_with_people(self):
        """A week's drafts with all numbers: 8 people or 40, the same queries."""

        def add_members(count, prefix):
            users = self.env["res.users"].create(
                [
                    {
                        "name": f"{prefix} {number}",
                        "login": f"{prefix}_{number}",
                        "tz": "Asia/Shanghai",
                        "group_ids": [
                            (4, self.env.ref("sales_team.group_sale_salesman").id)
                        ],
                    }
                    for number in range(count)
                ]
            )
            self.team_east.crm_team_member_ids = [
                (0, 0, {"user_id": user.id}) for user in users
            ]
            self.env.flush_all()
            self.env.cr.execute("UPDATE crm_team_member SET create_date = '2020-01-01'")

        def count(moment):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self._at(moment):
                made, _after = ReportRun(self.env).make_owed()
                self.env.flush_all()
            return made, self.cr.sql_log_count - before

        self._switch_on(self.team_east, self._local("2027-03-01 00:00:00"), "weekly")
        add_members(5, "few")
        count(self._local("2027-03-01 12:00:00"))
        few, few_queries = count(self._local("2027-03-08 12:00:00"))
        add_members(32, "many")
        # the new ones owe the weeks before as well
        count(self._local("2027-03-08 13:00:00"))
        many, many_queries = count(self._local("2027-03-15 12:00:00"))
        self.assertEqual((few, many), (8, 40))
        self.assertLessEqual(many_queries, few_queries)
