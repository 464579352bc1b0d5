# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

import pytz

from odoo.tests import BaseCase, tagged

from ..models.sales_process_work_report_judge import MAX_SPAN, ReportJudge
from .common_work_report import WorkReportCommon

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ZONE = pytz.timezone("Asia/Shanghai")


@tagged("post_install", "-at_install")
class TestCovers(BaseCase):
    """Whether absences, one after the other, leave no moment of some hours."""

    def test_spans(self):
        for spans, covers in (
            ([], False),
            ([(8, 17)], True),
            ([(7, 18)], True),
            ([(9, 17)], False),
            ([(8, 16)], False),
            ([(8, 12), (12, 17)], True),
            ([(8, 12), (13, 17)], False),
            ([(8, 13), (12, 17)], True),
            ([(6, 8), (8, 17)], True),
            ([(6, 8)], False),
            ([(17, 20)], False),
            ([(6, 10), (7, 9), (10, 17)], True),
        ):
            with self.subTest(spans=spans):
                self.assertEqual(ReportJudge._covers(spans, 8, 17), covers)


class JudgeCommon(WorkReportCommon):
    def setUp(self):
        super().setUp()
        self.begin = self._local("2027-03-01 00:00:00")
        self.morning = self._local("2027-03-01 08:00:00")

    def _start(self, *kinds, **values):
        self._switch_on(self.team_east, self.begin, *(kinds or ("daily",)), **values)
        self._cron(self.morning)
        return self._reports(self.salesperson_a)[-1]

    def _absent(self, user, start, end):
        # entered beforehand, in whatever year the test is run
        with self._at(self.begin):
            user.write({"out_of_office_from": start, "out_of_office_to": end})

    def _judge(self, moment):
        with self._at(moment):
            return ReportJudge(self.env, moment)


@tagged("post_install", "-at_install")
class TestExcused(JudgeCommon):
    """Absent in all working hours of all working days: nothing is owed."""

    def test_working_hours_decide(self):
        """Away from the first working hour to the last: an evening makes no day."""
        report = self._start()
        team, user = self.team_east, self.salesperson_a
        judge = self._judge(self.morning)
        start, end = judge._get_hours(team, date(2027, 3, 1), ZONE)
        self.assertLess(self.begin, start)
        self.assertLess(end, self._local("2027-03-02 00:00:00"))
        for first, last, state in (
            (start, end, "excused"),
            (start - SECOND, end + SECOND, "excused"),
            (start + SECOND, end, "draft"),
            (start, end - SECOND, "draft"),
        ):
            with self.subTest(first=first, last=last):
                self._absent(user, first, last)
                self._cron(self.morning + HOUR)
                self.assertEqual(report.state, state)

    def test_without_working_hours_the_day_decides(self):
        """On a Saturday that is reported all of its hours count."""
        report = self._start(process_report_days="all")
        self.assertTrue(report)
        saturday = self._local("2027-03-06 00:00:00")
        self._cron(saturday)
        report = self._reports(self.salesperson_a)[-1]
        self.assertEqual(report.date_from, date(2027, 3, 6))
        for last, state in (
            (saturday + DAY - 2 * SECOND, "draft"),
            (saturday + DAY - SECOND, "excused"),
        ):
            with self.subTest(last=last):
                self._absent(self.salesperson_a, saturday, last)
                self._cron(saturday + HOUR)
                self.assertEqual(report.state, state)

    def test_a_week_with_one_day_of_work(self):
        """Away from Monday to Thursday evening: Friday makes the week owed."""
        report = self._start("weekly")
        for last, state in (
            ("2027-03-04 23:00:00", "draft"),
            ("2027-03-06", "excused"),
        ):
            with self.subTest(last=last):
                self._absent(self.salesperson_a, self.begin, self._local(last))
                self._cron(self.morning + HOUR)
                self.assertEqual(report.state, state)

    def test_back_before_the_deadline(self):
        """An absence that is taken back: the report is owed again."""
        report = self._start()
        self._absent(self.salesperson_a, self.begin, self.begin + DAY)
        self._cron(self.morning + HOUR)
        self.assertEqual(report.state, "excused")
        self._absent(self.salesperson_a, False, False)
        self._cron(self.morning + 2 * HOUR)
        self.assertEqual(report.state, "draft")
        self._cron(report.date_due + SECOND)
        self.assertEqual(report.state, "missing")

    def test_excused_stays_when_the_deadline_has_passed(self):
        report = self._start()
        self._absent(self.salesperson_a, self.begin, self.begin + DAY)
        self._cron(self.morning + HOUR)
        self._cron(report.date_due + SECOND)
        self._absent(self.salesperson_a, False, False)
        self._cron(report.date_due + 2 * SECOND)
        self.assertEqual(report.state, "excused")

    def test_to_do_of_an_excused_report_is_gone(self):
        report = self._start()
        self._cron(report.date_due - HOUR)
        self.assertEqual(report.activity_ids.user_id, self.salesperson_a)
        self._absent(self.salesperson_a, self.begin, self.begin + DAY)
        self._cron(report.date_due - HOUR + SECOND)
        self.assertEqual(report.state, "excused")
        self.assertFalse(report.activity_ids)


@tagged("post_install", "-at_install")
class TestDuties(JudgeCommon):
    """Who owes which report to which team."""

    def _get_duties(self, moment=None):
        judge = self._judge(moment or self.morning)
        return {(key[0], key[2]): duty[0] for key, duty in judge.duties.items()}

    def test_members_with_rights(self):
        """Active members who sell; the leader where somebody is above."""
        self._start("daily", "monthly")
        people = self.salesperson_a | self.salesperson_b | self.salesperson_c
        wanted = {
            (user.id, kind): self.team_east
            for user in people
            for kind in ("daily", "monthly")
        }
        self.assertEqual(self._get_duties(), wanted)
        self.team_east.process_report_to_id = self.director
        leader = {
            (self.leader_east.id, kind): self.team_east for kind in ("daily", "monthly")
        }
        self.assertEqual(self._get_duties(), {**wanted, **leader})
        # a leader who is a member as well owes each once, to the one above
        self.team_east.crm_team_member_ids = [(0, 0, {"user_id": self.leader_east.id})]
        self.assertEqual(self._get_duties(), {**wanted, **leader})
        self.team_east.process_report_to_id = False
        self.assertEqual(self._get_duties(), wanted)
        for user, kind in list(wanted):
            if user == self.salesperson_b.id:
                del wanted[user, kind]
        group = self.env.ref("sales_team.group_sale_salesman")
        self.salesperson_b.group_ids -= group
        self.assertEqual(self._get_duties(), wanted)

    def test_since_when(self):
        """From the switch or from joining, whichever is later."""
        self._start()
        [member] = self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == self.salesperson_a
        )
        for joined, begun in (
            (self.begin - DAY, self.begin),
            (self.begin + HOUR, self.begin + HOUR),
        ):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE crm_team_member SET create_date = %s WHERE id = %s",
                [joined, member.id],
            )
            self.env.invalidate_all()
            judge = self._judge(self.morning)
            key = (self.salesperson_a.id, self.company.id, "daily")
            self.assertEqual(judge.duties[key][2], begun)

    def test_a_long_pause(self):
        """Nothing is made up for a time longer ago than two months."""
        self._start()
        late = self.morning + MAX_SPAN + 10 * DAY
        self._cron(late)
        made = self._reports(self.salesperson_a).mapped("date_from")
        self.assertEqual(made[0], date(2027, 3, 1))
        self.assertGreaterEqual(made[1], (late - MAX_SPAN).date())
        self.assertLessEqual(made[1], (late - MAX_SPAN + 3 * DAY).date())
        self.assertEqual(made[-1], (late + 8 * HOUR).date())


@tagged("post_install", "-at_install")
class TestMoved(JudgeCommon):
    """A report follows its person as long as its deadline is ahead."""

    def _lead(self, user, moment):
        # what is older than two months on the server's day stays with who read it
        with self._at(moment):
            self.team_east.user_id = user
            self.env.flush_all()

    def test_another_leader(self):
        report = self._start()
        self._lead(self.director, self.morning)
        self._cron(self.morning + HOUR)
        self.assertEqual(report.reviewer_id, self.director)
        # nobody who leads no more waits for what is missing, and may read it
        self._cron(report.date_due + SECOND)
        self._lead(self.leader_west, report.date_due + SECOND)
        self._cron(report.date_due + HOUR)
        self.assertEqual(report.reviewer_id, self.leader_west)

    def test_another_leader_at_once(self):
        """No run is waited for, and ten days cost as many queries as one."""
        self._start()
        counts = []
        for days in (0, 10):
            for day in range(1, days + 1):
                self._cron(self.morning + day * DAY)
            reports = self._reports()
            for leader in (self.leader_west, self.leader_east):
                with self._at(self.morning + days * DAY):
                    self.env.invalidate_all()
                    start = self.env.cr.sql_log_count
                    self.team_east.user_id = leader
                    self.env.flush_all()
                    counts.append(self.env.cr.sql_log_count - start)
                theirs = reports.filtered(lambda row: row.user_id != self.leader_east)
                self.assertEqual(theirs.mapped("reviewer_id"), leader)
        self.assertGreater(len(reports), 10)
        # eight more cost at least eight where each is asked about by itself
        self.assertLess(max(counts[2:]), min(counts[:2]) + 6)

    def test_nobody_leads(self):
        report = self._start()
        self._lead(self.env["res.users"], self.morning)
        self._cron(self.morning + HOUR)
        self.assertFalse(report.reviewer_id)
        self.assertEqual(report.state, "draft")

    def test_an_hour_that_has_passed(self):
        """An earlier hour moves the deadline only where it is still ahead."""
        report = self._start()
        due = report.date_due
        now = self._local("2027-03-01 15:00:00")
        for hour, moved in ((14, due), (15, due), (15.25, now + HOUR / 4)):
            with self.subTest(hour=hour):
                self.team_east.process_report_daily_hour = hour
                self._cron(now)
                self.assertEqual(report.date_due, moved)
                self.assertEqual(report.state, "draft")

    def test_due_at_the_second_of_the_run(self):
        report = self._start()
        for moment, state in (
            (report.date_due, "draft"),
            (report.date_due + SECOND, "missing"),
        ):
            self._cron(moment)
            self.assertEqual(report.state, state)

    def test_submitted_is_judged_no_more(self):
        """Whatever changes afterwards."""
        report = self._start()
        report.summary = "Worked"
        self._submit(report, self.morning + HOUR)
        self.team_east.process_report_daily_hour = 12
        self._absent(self.salesperson_a, self.begin, self.begin + DAY)
        self._cron(self.morning + 2 * HOUR)
        self.assertEqual(report.state, "submitted")
        self.assertEqual(report.date_due, self._local("2027-03-01 20:00:00"))


@tagged("post_install", "-at_install")
class TestReminded(JudgeCommon):
    """Before the deadline, once, each in one message."""

    def test_hours_before(self):
        """To the second; with no hours nobody is reminded."""
        report = self._start(process_report_reminder_hours=1.5)
        moment = report.date_due - 1.5 * HOUR
        for at, told in ((moment - SECOND, False), (moment, moment)):
            self._cron(at)
            self.assertEqual(report.date_reminded, told)
        before = len(self._messages_to(self.salesperson_a))
        self._cron(moment + HOUR)
        self.assertEqual(report.date_reminded, moment)
        self.assertEqual(len(self._messages_to(self.salesperson_a)), before)

    def test_switched_off(self):
        report = self._start(process_report_reminder_hours=0)
        self._cron(report.date_due)
        self.assertFalse(report.date_reminded)
        self._cron(report.date_due + SECOND)
        self.assertFalse(report.date_reminded, "Too late")

    def test_not_of_what_was_submitted(self):
        report = self._start()
        report.summary = "Worked"
        self._submit(report, self.morning)
        self._cron(report.date_due - HOUR)
        self.assertFalse(report.date_reminded)
        theirs = self._reports(self.salesperson_b)
        self.assertEqual(theirs.date_reminded, report.date_due - HOUR)

    def test_woken_for_each_moment(self):
        """Reminder, deadline and end: the scheduled action is asked for then."""
        cron = self.env.ref("sales_process_mgmt_report.ir_cron_work_reports")
        triggers = self.env["ir.cron.trigger"]
        known = triggers.search([("cron_id", "=", cron.id)])
        report = self._start()
        calls = triggers.search([("cron_id", "=", cron.id)]) - known
        self.assertLessEqual(
            {
                report.date_due - 2 * HOUR,
                report.date_due + SECOND,
                report.bound_to,
            },
            set(calls.mapped("call_at")),
        )
        self.assertIsInstance(report.bound_to, datetime)
