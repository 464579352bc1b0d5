# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_work_report import WorkReportCommon

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class RulesCommon(WorkReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(cls.salesperson_a, phone="13812345601")
        cls._register_long_ago(cls.lead)

    def setUp(self):
        super().setUp()
        begin = self._local("2027-03-01 00:00:00")
        self._switch_on(self.team_east, begin, "daily", "weekly")
        self._cron(self._local("2027-03-01 08:00:00"))
        self.daily = self._reports(self.salesperson_a, "daily")
        self.weekly = self._reports(self.salesperson_a, "weekly")
        self.evening = self._local("2027-03-01 18:00:00")

    def _write_and_submit(self, report, at=None):
        report.with_user(report.user_id).summary = "Worked"
        self._submit(report, at or self.evening)

    def _assert_constraint(self, record, name, good, bad):
        for value in good:
            record[name] = value
            self.env.flush_all()
        for value in bad:
            with (
                self.subTest(name=name, value=value),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                record[name] = value
                self.env.flush_all()
            self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestSubmission(RulesCommon):
    """Submitted by the author alone, once, all or none."""

    def test_limits(self):
        for kind in ("daily", "weekly", "monthly"):
            self._assert_constraint(
                self.team_east, f"process_report_{kind}_hour", (0, 24), (-0.25, 24.25)
            )
        self._assert_constraint(
            self.team_east, "process_report_reminder_hours", (0, 168), (-1, 168.5)
        )
        line = self.env["sales.process.work.report.line"].create(
            {"report_id": self.daily.id, "subject": "Office"}
        )
        self._assert_constraint(line, "duration", (0, 1000), (-0.5, 1000.5))

    def test_nobody_submits_for_somebody_else(self):
        """Neither colleague nor leader nor administrator, whatever they may read."""
        self.daily.with_user(self.salesperson_a).summary = "Worked"
        for user in (
            *(self.salesperson_b, self.salesperson_c, self.salesperson_x),
            *(self.leader_east, self.leader_west, self.director, self.office_user),
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.daily.with_user(user).action_submit()
            self.assertEqual(
                (self.daily.state, self.daily.date_submitted), ("draft", False)
            )
        self._submit(self.daily, self.evening)
        self.assertEqual(self.daily.date_submitted, self.evening)

    def test_all_or_none(self):
        """One of them submitted already: the other one stays as it was."""
        self._write_and_submit(self.daily)
        both = (self.weekly | self.daily).with_user(self.salesperson_a)
        with self._at(self.evening + MINUTE):
            with self.assertRaisesRegex(UserError, "already"), self.env.cr.savepoint():
                both.action_submit()
            self.assertEqual(
                (self.weekly.state, self.weekly.date_submitted), ("draft", False)
            )
            message = self.weekly.with_user(self.salesperson_a).action_submit()
        self.assertEqual(message["params"]["message"], "Submitted.")
        self.assertEqual(self.weekly.date_submitted, self.evening + MINUTE)
        self.assertEqual(self.daily.date_submitted, self.evening)

    def test_whoever_was_excused_is_not_late(self):
        """On leave, and written all the same: after the deadline is in time."""
        self.daily.sudo().state = "excused"
        self._write_and_submit(self.daily, self.daily.date_due + DAY)
        self.assertEqual((self.daily.is_late, self.daily.status), (False, "on_time"))
        colleague = self._reports(self.salesperson_b, "daily")
        self._write_and_submit(colleague, colleague.date_due + SECOND)
        self.assertEqual((colleague.is_late, colleague.status), (True, "late"))

    def test_what_an_empty_day_needs(self):
        """Any one of the texts, a line, a contact; spaces are nothing."""
        for name in ("summary", "problems", "next_plan", "help_needed"):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                own = self.daily.with_user(self.salesperson_a)
                own[name] = "  \n"
                with self._at(self.evening), self.assertRaisesRegex(UserError, "empty"):
                    own.action_submit()
                own[name] = "Trade fair"
                self._submit(self.daily, self.evening)
                self.assertEqual(self.daily.state, "submitted")
                savepoint.rollback()
                self.env.invalidate_all()
        self.daily.with_user(self.salesperson_a).line_ids = [
            (0, 0, {"subject": "Fair"})
        ]
        self._submit(self.daily, self.evening)
        self.assertEqual(self.daily.line_ids.mapped("subject"), ["Fair"])
        # a week has its numbers
        self._submit(self.weekly, self.evening)
        self.assertEqual(self.weekly.state, "submitted")

    def test_contacts_of_the_period(self):
        """From its first second to its last, of the person alone."""
        first, last = self.daily.bound_from, self.daily.bound_to - SECOND
        self.assertEqual(
            (first, last + SECOND),
            (self._local("2027-03-01 00:00:00"), self._local("2027-03-02 00:00:00")),
        )
        for moment, subject in (
            (first - SECOND, "before"),
            (first, "first"),
            (last, "last"),
            (last + SECOND, "after"),
        ):
            self._follow_up(self.lead, self.salesperson_a, moment, subject=subject)
        own = self.daily.with_user(self.salesperson_a)
        with self._at(last + MINUTE):
            self.assertEqual(own.followup_ids.mapped("subject"), ["first", "last"])
            self.assertEqual(own.followup_count, 2)
        self._submit(self.daily, last + MINUTE)
        lines = self.daily.line_ids.filtered(lambda line: line.source == "followup")
        self.assertEqual(lines.mapped("subject"), ["first", "last"])
        self.assertEqual(lines.mapped("counts"), [True, True])
        for colleague in self._reports(self.salesperson_b, "daily"):
            self.assertFalse(colleague.followup_ids)

    def test_lines_follow_their_report(self):
        """The author writes, moves and deletes them until it is submitted."""
        Line = self.env["sales.process.work.report.line"].with_user(self.salesperson_a)
        line = Line.create({"report_id": self.daily.id, "subject": "Office"})
        other = Line.create({"report_id": self.daily.id, "subject": "Away with it"})
        other.unlink()
        theirs = self._reports(self.salesperson_b, "daily")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            line.report_id = theirs
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            Line.create({"report_id": theirs.id, "subject": "Not theirs"})
        self._submit(self.daily, self.evening)
        for attempt in (
            lambda: line.write({"subject": "More"}),
            line.unlink,
            lambda: Line.create({"report_id": self.daily.id, "subject": "More"}),
            lambda: line.write({"report_id": self.weekly.id}),
        ):
            with self.assertRaisesRegex(UserError, "frozen"), self.env.cr.savepoint():
                attempt()
        self.env.invalidate_all()
        self.assertEqual(self.daily.line_ids.mapped("subject"), ["Office"])
        self.assertFalse(theirs.line_ids)


@tagged("post_install", "-at_install")
class TestReview(RulesCommon):
    """Read by the leader: given back with a reason, or closed."""

    def _count_messages(self):
        return len(self._messages_to(self.salesperson_a))

    def test_what_can_be_returned(self):
        led = self.daily.with_user(self.leader_east)
        led.review_comment = "More, please"
        with self.assertRaisesRegex(UserError, "was submitted"):
            led.action_return()
        self._write_and_submit(self.daily)
        for nothing in (False, "", "  \n "):
            led.review_comment = nothing
            with self.assertRaisesRegex(UserError, "what is missing"):
                led.action_return()
        self.assertEqual((self.daily.state, self.daily.return_count), ("submitted", 0))
        led.write({"review_comment": " More, please ", "review_mark": "2"})
        led.action_return()
        with self.assertRaisesRegex(UserError, "was submitted"):
            led.action_return()
        self.assertEqual(
            (
                *(self.daily.state, self.daily.return_reason, self.daily.return_count),
                *(self.daily.review_mark, self.daily.review_comment),
            ),
            ("returned", "More, please", 1, False, False),
        )

    def test_returned_after_it_was_read(self):
        """Nothing of the review stays; returned again it counts again."""
        self._write_and_submit(self.daily)
        led = self.daily.with_user(self.leader_east)
        for number in (1, 2):
            with self._at(self.evening + number * DAY):
                led.action_review()
            self.assertEqual(
                (self.daily.reviewed_by_id, self.daily.date_reviewed),
                (self.leader_east, self.evening + number * DAY),
            )
            led.review_comment = "Where was the visit?"
            led.action_return()
            self.assertFalse(self.daily.reviewed_by_id)
            self.assertFalse(self.daily.date_reviewed)
            self.assertEqual(self.daily.return_count, number)
            with self._at(self.evening + number * DAY):
                own = self.daily.with_user(self.salesperson_a)
                message = own.action_submit()["params"]["message"]
            self.assertEqual(message, "Submitted again.")
        self.assertEqual(self.daily.date_submitted, self.evening)

    def test_own_lines_stay_copies_go(self):
        self._follow_up(self.lead, self.salesperson_a, self.evening - MINUTE)
        own = self.daily.with_user(self.salesperson_a)
        own.line_ids = [(0, 0, {"subject": "Office"})]
        self._submit(self.daily, self.evening)
        self.assertEqual(len(self.daily.done_line_ids), 2)
        led = self.daily.with_user(self.leader_east)
        led.review_comment = "More"
        led.action_return()
        self.assertEqual(self.daily.line_ids.mapped("subject"), ["Office"])
        self.assertEqual(len(own.followup_ids), 1)

    def test_who_is_told_of_a_review(self):
        """A comment is told, with the mark in words; a mark alone is seen there."""
        report = self.daily
        led = report.with_user(self.leader_east)
        for mark, comment, told in (
            ("4", False, None),
            (False, "Good day", "Good day"),
            ("0", "No mark", "No mark"),
            ("5", "As I like it", "Excellent: As I like it"),
        ):
            with self.subTest(mark=mark, comment=comment):
                with self.env.cr.savepoint() as savepoint:
                    self._write_and_submit(report)
                    before = self._count_messages()
                    led.write({"review_mark": mark, "review_comment": comment})
                    led.action_review()
                    self.assertEqual(self._count_messages() - before, bool(told))
                    if told:
                        marks = dict(report._fields["review_mark"].selection)
                        told = told.replace("Excellent", marks["5"])
                        body = self._messages_to(self.salesperson_a)[0].body
                        self.assertIn(told, body)
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_reviewed_all_or_none(self):
        """One that was not submitted stops the others."""
        theirs = self._reports(self.salesperson_b, "daily")
        self._write_and_submit(self.daily)
        both = (self.daily | theirs).with_user(self.leader_east)
        with (
            self.assertRaisesRegex(UserError, "was submitted"),
            self.env.cr.savepoint(),
        ):
            both.action_review()
        self.env.invalidate_all()
        self.assertEqual(
            (self.daily.state, self.daily.reviewed_by_id.id), ("submitted", False)
        )
        self._write_and_submit(theirs)
        both.action_review()
        self.assertEqual(both.mapped("state"), ["reviewed"] * 2)
        # a stranger's one among them: none
        with self.assertRaises(AccessError):
            both.with_user(self.leader_west).action_return()

    def test_author_changes_nothing_that_was_submitted(self):
        self._write_and_submit(self.daily)
        own = self.daily.with_user(self.salesperson_a)
        for name in ("summary", "problems", "next_plan", "help_needed"):
            with self.subTest(name), self.assertRaisesRegex(UserError, "frozen"):
                own[name] = "Something else"
        self.env.invalidate_all()
        self.assertEqual(self.daily.summary, "Worked")
        self.assertFalse(own.can_edit)
        led = self.daily.with_user(self.leader_east)
        self.assertTrue(led.can_review)
        with self.assertRaises(AccessError):
            led.summary = "As the leader likes it"

    def test_reviews_of_a_team_are_counted(self):
        """Those that wait and those that are missing, of the last 31 days."""
        self._write_and_submit(self.daily)
        due = self.daily.date_due
        for after, waiting, missing in (
            (SECOND, 1, 2),
            # with three weeks, which are due later
            (31 * DAY, 1, 2 + 3),
            (31 * DAY + SECOND, 0, 3),
        ):
            with self.subTest(after=after), self._at(due + after):
                self.env.invalidate_all()
                for team, user, counts in (
                    (self.team_east, self.leader_east, (waiting, missing)),
                    (self.team_east, self.director, (waiting, missing)),
                    (self.team_west, self.leader_west, (0, 0)),
                ):
                    led = team.with_user(user)
                    self.assertEqual(
                        (
                            led.process_report_review_count,
                            led.process_report_missing_count,
                        ),
                        counts,
                    )


@tagged("post_install", "-at_install")
class TestReminder(RulesCommon):
    def test_pause(self):
        """Ten minutes later again, a second less is twice the same click."""
        moment = self.daily.date_due + SECOND
        led = self.daily.with_user(self.leader_east)
        before = len(self._messages_to(self.salesperson_a))
        for after, told in (
            (timedelta(), 1),
            (10 * MINUTE - SECOND, 1),
            (10 * MINUTE, 2),
        ):
            with self._at(moment + after):
                led.action_remind()
            self.env.invalidate_all()
            self.assertEqual(len(self._messages_to(self.salesperson_a)) - before, told)
            self.assertEqual(len(self.daily.activity_ids), 1)
        self.assertEqual(self.daily.date_reminded, moment + 10 * MINUTE)

    def test_who_is_reminded(self):
        """Of what is returned as well; of what was submitted, or excused, nobody."""
        led = self.daily.with_user(self.leader_east)
        self._write_and_submit(self.daily)
        for state, told in (
            *(("submitted", False), ("reviewed", False), ("excused", False)),
            *(("returned", True), ("missing", True), ("draft", True)),
        ):
            with self.subTest(state), self.env.cr.savepoint() as savepoint:
                self.daily.sudo().state = state
                before = len(self._messages_to(self.salesperson_a))
                with self._at(self.evening + MINUTE):
                    message = led.action_remind()["params"]["message"]
                self.assertEqual("Nobody" in message, not told)
                count = len(self._messages_to(self.salesperson_a)) - before
                self.assertEqual(count, told)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_nobody_reminds_of_what_another_reviews(self):
        for user in (
            *(self.salesperson_a, self.salesperson_b, self.salesperson_c),
            *(self.leader_west, self.office_user),
        ):
            with (
                self.subTest(user.login),
                self._at(self.daily.date_due + SECOND),
                self.assertRaises(AccessError),
            ):
                self.daily.with_user(user).action_remind()
        self.assertFalse(self.daily.date_reminded)
        self.assertFalse(self.daily.activity_ids)

    def test_whoever_left_is_not_reminded(self):
        self.salesperson_b.active = False
        reports = self._reports(kind="daily")
        with self._at(self.daily.date_due + SECOND):
            reports.with_user(self.leader_east).action_remind()
        theirs = reports.filtered(lambda report: report.user_id == self.salesperson_b)
        self.assertFalse(theirs.activity_ids)
        self.assertFalse(self._messages_to(self.salesperson_b))
        self.assertTrue(self.daily.activity_ids)
        self.assertEqual(self.daily.date_reminded, self.daily.date_due + SECOND)


@tagged("post_install", "-at_install")
class TestByHand(RulesCommon):
    """Reports that people make themselves."""

    def test_how_far_back(self):
        """A year; nothing that has not begun."""
        user = self.salesperson_a
        today = date(2027, 3, 4)
        Report = self.Report.with_user(user)
        with self._at(self._local("2027-03-04 12:00:00")):
            for day, error in (
                (today + DAY, "begun"),
                (today - 367 * DAY, "year"),
                (today - 366 * DAY, None),
                (today, None),
            ):
                with self.subTest(day=day):
                    values = {"kind": "daily", "date_from": day}
                    if error:
                        with self.assertRaisesRegex(ValidationError, error):
                            Report.create(values)
                        continue
                    report = Report.create(values)
                    self.assertEqual((report.date_from, report.date_to), (day, day))
                    self.assertEqual(report.user_id, user)

    def test_today_is_the_day_of_the_person(self):
        """At the same moment it is Sunday in one place and Monday in another."""
        moment = self._local("2027-03-08 06:00:00")
        self.salesperson_b.tz = "Pacific/Honolulu"
        for user, day in (
            (self.salesperson_a, date(2027, 3, 8)),
            (self.salesperson_b, date(2027, 3, 7)),
        ):
            with self._at(moment):
                Report = self.Report.with_user(user)
                report = Report.browse(Report.action_open_today()["res_id"])
                self.assertEqual((report.date_from, report.tz), (day, user.tz))
                self.assertEqual(Report.action_open_today()["res_id"], report.id)
                # the week in which that day lies
                with self.assertRaisesRegex(ValidationError, "begun"):
                    Report.create({"kind": "daily", "date_from": day + DAY})

    def test_not_for_a_colleague(self):
        """Whoever names somebody else writes the own report."""
        with self._at(self._local("2027-03-06 12:00:00")):
            for name, value in (
                ("user_id", self.salesperson_b.id),
                ("team_id", self.team_west.id),
                ("company_id", self.company_2.id),
                ("date_due", "2030-01-01"),
                ("is_late", False),
                ("return_count", 0),
                ("tz", "Pacific/Honolulu"),
            ):
                with self.subTest(name), self.assertRaises(AccessError):
                    self.Report.with_user(self.salesperson_a).create(
                        {"kind": "daily", "date_from": "2027-03-06", name: value}
                    )
            report = (
                self.Report.with_user(self.salesperson_a)
                .with_context(
                    default_user_id=self.salesperson_b.id,
                    default_team_id=self.team_west.id,
                    default_tz="Pacific/Honolulu",
                )
                .create({"kind": "daily", "date_from": "2027-03-06"})
            )
        self.assertEqual(
            (report.user_id, report.team_id, report.tz),
            (self.salesperson_a, self.team_east, "Asia/Shanghai"),
        )


@tagged("post_install", "-at_install")
class TestSwitches(RulesCommon):
    """Since when a team owes reports."""

    def test_switched_on_again_begins_anew(self):
        begun = self.team_east.process_report_daily_since
        self.assertEqual(begun, self._local("2027-03-01 00:00:00"))
        # on while it is on changes nothing
        self._switch_on(self.team_east, self._local("2027-03-02 09:00:00"), "daily")
        self.assertEqual(self.team_east.process_report_daily_since, begun)
        self.team_east.process_report_daily = False
        later = self._local("2027-03-03 09:00:00")
        both = self.team_east | self.team_west
        self._switch_on(both, later, "daily", "weekly")
        self.assertEqual(both.mapped("process_report_daily_since"), [later] * 2)
        # the one that went on goes on
        self.assertEqual(self.team_east.process_report_weekly_since, begun)
        self.assertEqual(self.team_west.process_report_weekly_since, later)

    def test_archived_owed_nothing(self):
        self.team_east.active = False
        back = self._local("2027-03-20 09:00:00")
        with self._at(back):
            self.team_east.active = True
        self.assertEqual(self.team_east.process_report_checked, back)
        self._cron(back + MINUTE)
        days = self._reports(self.salesperson_a, "daily").mapped("date_from")
        self.assertLessEqual(set(days), {date(2027, 3, 1), date(2027, 3, 20)})

    def test_new_team_begins_when_it_is_made(self):
        moment = self._local("2027-03-04 10:00:00")
        with self._at(moment):
            team = self.env["crm.team"].create(
                {
                    "name": "New",
                    "process_report_daily": True,
                    "process_report_monthly": False,
                }
            )
        self.assertEqual(
            (team.process_report_daily_since, team.process_report_weekly_since),
            (moment, False),
        )
        # a copy is a team of its own
        with self._at(moment + DAY):
            copy = team.copy()
        self.assertEqual(copy.process_report_daily_since, moment + DAY)

    def test_salespeople_switch_nothing(self):
        for user in (self.salesperson_a, self.salesperson_c, self.leader_west):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.team_east.with_user(user).write({"process_report_daily": False})
        self.assertTrue(self.team_east.process_report_daily)
