# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.tests.common_followup import FollowupCommon

from .common_work_report import WorkReportCommon

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class NumberCommon(WorkReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.salesperson_a
        cls.lead = cls._create_lead(cls.user, phone="13812345601")
        cls._register_long_ago(cls.lead)

    def setUp(self):
        super().setUp()
        begin = self._local("2027-03-01 00:00:00")
        self._switch_on(self.team_east, begin, "daily", "weekly", "monthly")
        self._cron(self._local("2027-03-01 08:00:00"))
        self.weekly = self._reports(self.user, "weekly")
        self.visits = self._value(self.weekly, "visits")

    def _value(self, report, code):
        return report.value_ids.filtered(lambda value: value.metric_id.code == code)

    def _visit(self, moment, user=None):
        """A visit, with words of its own."""
        return self._follow_up(
            self.lead,
            user or self.user,
            moment,
            channel="visit",
            subject=FollowupCommon._say(moment),
        )

    def _count_visits(self, report, until=None):
        """The same number in plain SQL."""
        self.env.flush_all()
        [[count]] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FROM sales_process_followup
                 WHERE user_id = %s AND channel = 'visit' AND counts
                   AND is_same_day IS NOT TRUE AND date >= %s AND date < %s
                """,
                report.user_id.id,
                report.bound_from,
                until or report.bound_to,
            )
        )
        return count


@tagged("post_install", "-at_install")
class TestNumbers(NumberCommon):
    """As submitted, final, and now: three numbers, each of its own moment."""

    def test_period_to_the_second(self):
        """First and last second of the week count, those beside it do not."""
        first, end = self.weekly.bound_from, self.weekly.bound_to
        for moment in (first - SECOND, first, first + 2 * DAY, end - SECOND, end):
            self._visit(moment)
        self.assertEqual(self._count_visits(self.weekly), 3)
        self._cron(end)
        self.assertEqual(self.visits.value_final, 3)
        self.assertEqual(self.visits.value_current, 3)

    def test_what_happens_in_the_second_of_submission_counts(self):
        """Nothing later: what is planned in the future is not reached yet."""
        moment = self._local("2027-03-03 12:00:00")
        for days in (-1, 0, 1):
            self._visit(moment + days * DAY)
        self._submit(self.weekly, moment)
        self.assertEqual(self.weekly.date_values, moment)
        self.assertEqual(
            self.visits.value_submitted,
            self._count_visits(self.weekly, moment + SECOND),
        )
        self.assertEqual(self.visits.value_submitted, 2)
        self.assertEqual(self.visits.value_current, 3)

    def test_submitted_again_counts_again(self):
        moment = self._local("2027-03-03 12:00:00")
        self._visit(moment)
        self._submit(self.weekly, moment)
        self.assertEqual(self.visits.value_submitted, 1)
        led = self.weekly.with_user(self.leader_east)
        led.review_comment = "And the second one?"
        led.action_return()
        self._visit(moment + DAY)
        self._submit(self.weekly, moment + DAY)
        self.assertEqual(self.visits.value_submitted, 2)
        self.assertEqual(self.weekly.date_values, moment + DAY)
        self.assertEqual(self.weekly.date_submitted, moment)

    def test_final_once(self):
        """What is entered after the final count changes what is shown now alone."""
        end = self.weekly.bound_to
        self._cron(end)
        self.assertEqual(self.weekly.date_final, end)
        with self._at(end + DAY):
            self.env["sales.process.followup"].with_user(self.user).create(
                {
                    "lead_id": self.lead.id,
                    "channel": "visit",
                    "subject": "Forgotten visit to the plant",
                    "date": end - DAY,
                }
            )
        self._cron(end + DAY)
        self.assertEqual(self.weekly.date_final, end)
        self.assertEqual(
            (self.visits.value_final, self.visits.value_current),
            (0, self._count_visits(self.weekly)),
        )

    def test_excused_has_no_final_numbers(self):
        self.weekly.sudo().state = "excused"
        end = self.weekly.bound_to
        self._cron(end)
        self.assertFalse(self.weekly.date_final)
        theirs = self._reports(self.salesperson_b, "weekly")
        self.assertEqual(theirs[0].date_final, end)

    def test_each_kind_its_own_metrics(self):
        metric = self.visits.metric_id
        for report in self._reports(self.user):
            wanted = self.env["sales.process.metric"].search(
                [
                    (f"in_{report.kind}", "=", True),
                    ("company_id", "in", (False, self.company.id)),
                ]
            )
            self.assertEqual(report.value_ids.metric_id, wanted, report.kind)
        metric.in_weekly = False
        self._cron(self._local("2027-03-08 08:00:00"))
        following = self._reports(self.user, "weekly")[1]
        self.assertNotIn(metric, following.value_ids.metric_id)
        # what was shown is compared to its end
        self.assertTrue(self.visits.has_final)

    def test_number_outlives_its_metric(self):
        """The name and the number stay readable when the metric is gone."""
        self._visit(self._local("2027-03-02 12:00:00"))
        self._submit(self.weekly, self._local("2027-03-03 12:00:00"))
        name = self.visits.label
        value = self.visits
        self.env["sales.process.plan.line"].search(
            [("metric_id", "=", value.metric_id.id)]
        ).unlink()
        value.metric_id.unlink()
        self.env.invalidate_all()
        self.assertFalse(value.metric_id)
        self.assertEqual(
            (value.label, value.display_submitted, value.value_submitted),
            (name, "1", 1),
        )
        self.assertEqual(value.display_current, "–")
        self.assertFalse(value.is_changed)

    def test_who_counts_does_not_matter(self):
        """Author, leader, administrator: the same numbers of the author."""
        self._visit(self._local("2027-03-02 12:00:00"))
        for user in (self.user, self.leader_east, self.director):
            value = self.visits.with_user(user)
            self.env.invalidate_all()
            self.assertEqual(value.value_current, 1)


@tagged("post_install", "-at_install")
class TestTexts(NumberCommon):
    """What the page shows in each state."""

    def test_open(self):
        """Until it is submitted nothing is frozen."""
        self.assertFalse(self.visits.display_submitted)
        self.assertFalse(self.visits.display_final)
        self.assertEqual(self.visits.display_current, "0")
        self.assertFalse(self.visits.is_changed)

    def test_changed(self):
        moment = self._local("2027-03-03 12:00:00")
        self._submit(self.weekly, moment)
        self.assertEqual(self.visits.display_submitted, "0")
        self.assertFalse(self.visits.is_changed)
        self._visit(moment + DAY)
        self.env.invalidate_all()
        self.assertTrue(self.visits.is_changed)
        self.assertEqual(self.visits.display_current, "1")
        self._cron(self.weekly.bound_to)
        self.assertEqual(self.visits.display_final, "1")
        self.assertFalse(self.visits.is_changed)
        self.assertEqual(self.visits.display_submitted, "0")

    def test_missing_report_is_final_too(self):
        """Never submitted: no number of its own, the final one at the end."""
        self._visit(self._local("2027-03-03 12:00:00"))
        self._cron(self.weekly.bound_to)
        self.assertEqual(self.weekly.state, "missing")
        self.assertFalse(self.visits.display_submitted)
        self.assertEqual(self.visits.display_final, "1")

    def _agree(self, goal, **values):
        plan = self.env["sales.process.plan"].create(
            {
                "kind": "weekly",
                "user_id": self.user.id,
                "date_from": date(2027, 3, 1),
                "line_ids": [
                    (0, 0, {"metric_id": self.visits.metric_id.id, "goal": goal})
                ],
                **values,
            }
        )
        plan.sudo().state = "agreed"
        self.env.invalidate_all()
        return plan

    def test_progress_of_the_number_that_is_shown(self):
        """Now, as submitted, final: each in percent of the goal."""
        self._agree(4)
        moment = self._local("2027-03-03 12:00:00")
        self._visit(moment)
        self.env.invalidate_all()
        self.assertEqual(self.visits.progress, 25)
        self._submit(self.weekly, moment)
        self._visit(moment + DAY)
        self.env.invalidate_all()
        self.assertEqual(self.visits.progress, 25, "As submitted")
        self._cron(self.weekly.bound_to)
        self.assertEqual(self.visits.progress, 50, "Final")
        self.assertEqual(self.visits.display_goal, "4")

    def test_ceiling(self):
        self._agree(1)
        self.visits.metric_id.higher_is_better = False
        moment = self._local("2027-03-03 12:00:00")
        for number, progress in ((1, 100), (2, 50)):
            self._visit(moment + number * DAY)
            self.env.invalidate_all()
            self.assertEqual(self.visits.progress, progress)

    def test_whose_plan_and_which(self):
        """Of another person, month or a draft: no goal of this week."""
        for values in (
            {"user_id": self.salesperson_b.id},
            {"kind": "monthly"},
            {"date_from": date(2027, 3, 8)},
        ):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self._agree(4, **values)
                self.assertFalse(self.visits.display_goal)
                savepoint.rollback()
                self.env.invalidate_all()
        plan = self._agree(4)
        self.assertEqual(self.visits.display_goal, "4")
        plan.sudo().state = "draft"
        self.env.invalidate_all()
        self.assertFalse(self.visits.display_goal)
        self.assertFalse(self.weekly.has_goals)

    def test_a_goal_of_nothing_is_told(self):
        """Zero is a goal that was agreed; no line is none."""
        self._agree(0)
        self.assertEqual(self.visits.display_goal, "0")
        calls = self._value(self.weekly, "calls")
        self.assertIs(calls.display_goal or False, False)
        self.assertEqual(self.visits.progress, 0)


@tagged("post_install", "-at_install")
class TestDiscipline(NumberCommon):
    """The discipline report against plain SQL over the reports."""

    def _read(self, name):
        """``(sum over the view, the same of the reports)``."""
        rows = self.env["sales.process.discipline.report"].search([])
        return sum(rows.mapped(name))

    def test_every_outcome(self):
        day = self._reports(self.user, "daily")
        theirs = self._reports(self.salesperson_b, "daily")
        others = self._reports(self.salesperson_c, "daily")
        for report in day | theirs:
            report.summary = "Worked"
        self._submit(day, day.date_due)
        self._submit(theirs, theirs.date_due + 90 * MINUTE)
        with self._at(day.date_due + 3 * 60 * MINUTE):
            led = day.with_user(self.leader_east)
            led.review_mark = "4"
            led.action_review()
            self.env.flush_all()
            urgent = self.Report.with_user(self.user).create({"summary": "Fire"})
            rows = self.env["sales.process.discipline.report"].search(
                [("kind", "=", "daily")]
            )
            self.assertEqual(rows.report_id, day | theirs | others)
            self.assertNotIn(urgent, rows.report_id)
            by_user = {row.user_id: row for row in rows}
            for user, values in (
                (self.user, ("on_time", 1, 0, 0, 0, 100, 0, 3, 4, 1)),
                (self.salesperson_b, ("late", 0, 1, 0, 0, 0, 1.5, 0, 0, 0)),
                (self.salesperson_c, ("missing", 0, 0, 1, 0, 0, 0, 0, 0, 0)),
            ):
                row = by_user[user]
                self.assertEqual(
                    (
                        *(row.outcome, row.on_time_count, row.late_count),
                        *(row.missing_count, row.owed_count, row.on_time_rate),
                        *(row.hours_late, row.hours_to_review, row.mark),
                        row.reviewed_count,
                    ),
                    values,
                )
            others.sudo().state = "excused"
            self.env.flush_all()
            self.env.invalidate_all()
            rows = self.env["sales.process.discipline.report"].search([])
            self.assertNotIn(others, rows.report_id)
            # the weeks and the month are still ahead
            self.assertEqual(self._read("owed_count"), 6)
            self.assertEqual(self._read("missing_count"), 0)
            [[total]] = self.env.execute_query(
                SQL(
                    "SELECT COUNT(*) FROM sales_process_work_report"
                    " WHERE kind != 'urgent' AND state != 'excused'"
                )
            )
            parts = ("on_time_count", "late_count", "missing_count", "owed_count")
            self.assertEqual(sum(self._read(name) for name in parts), total)

    def test_averages_leave_out_what_is_ahead(self):
        """Owed is neither in time nor late; no mark is no zero."""
        day = self._reports(self.user, "daily")
        day.summary = "Worked"
        self._submit(day, day.date_due)
        with self._at(day.date_due):
            Discipline = self.env["sales.process.discipline.report"]
            [[rate, mark, hours]] = Discipline._read_group(
                [], [], ["on_time_rate:avg", "mark:avg", "hours_late:avg"]
            )
            self.assertEqual((rate, mark or 0, hours or 0), (100, 0, 0))
        with self._at(day.date_due + SECOND):
            self.env.invalidate_all()
            [[rate]] = Discipline._read_group([], [], ["on_time_rate:avg"])
            self.assertAlmostEqual(rate, 100 / 3)

    def test_returned_is_counted(self):
        day = self._reports(self.user, "daily")
        day.summary = "Worked"
        self._submit(day, day.date_due)
        for number in (1, 2):
            led = day.with_user(self.leader_east)
            led.review_comment = "More"
            led.action_return()
            self.env.flush_all()
            self.env.invalidate_all()
            with self._at(day.date_due + DAY):
                row = self.env["sales.process.discipline.report"].browse(day.id)
                self.assertEqual(row.return_count, number)
                self.assertEqual(row.outcome, "on_time", "As at the first time")
                self.assertEqual((row.reviewed_count, row.hours_to_review), (0, 0))
            self._submit(day, day.date_due + number * DAY)
