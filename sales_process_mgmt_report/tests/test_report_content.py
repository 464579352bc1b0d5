# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..models import sales_process_work_report_content as content_model
from ..models.sales_process_work_report_content import ReportContent
from .common_work_report import WorkReportCommon

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


class ContentCommon(WorkReportCommon):
    """The daily report of Friday, 5 March 2027, of salesperson_a."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.salesperson_a
        cls.lead = cls._create_lead(
            cls.user, phone="13812345601", partner_name="Pumps Ltd"
        )
        cls._register_long_ago(cls.lead)

    def setUp(self):
        super().setUp()
        self.noon = self._local("2027-03-05 12:00:00")
        begin = self._local("2027-03-05 00:00:00")
        self._switch_on(self.team_east, begin, "daily", "weekly")
        self._cron(self._local("2027-03-05 08:00:00"))
        self.daily = self._reports(self.user, "daily")
        self.weekly = self._reports(self.user, "weekly")
        self.own = self.daily.with_user(self.user)

    def _meet(self, start, name="Visit", **values):
        return (
            self.env["calendar.event"]
            .with_user(self.user)
            .create(
                {
                    "name": name,
                    "start": start,
                    "stop": start + HOUR,
                    "partner_ids": [(4, self.user.partner_id.id)],
                    **values,
                }
            )
        )

    def _plan(self, day, summary=None, user=None, **values):
        return self.lead.with_user(self.user).activity_schedule(
            "mail.mail_activity_data_call",
            day,
            summary=summary,
            user_id=(user or self.user).id,
            **values,
        )

    def _get_planned(self):
        return [row["subject"] for row in ReportContent(self.own).get_planned()]


@tagged("post_install", "-at_install")
class TestPlanned(ContentCommon):
    """What comes next: from tomorrow to the end of the next working day."""

    def test_first_and_last_second(self):
        """From Saturday's first second to Monday's last, in the zone of the report."""
        first = self._local("2027-03-06 00:00:00")
        last = self._local("2027-03-08 23:59:59")
        for moment, name in (
            (last + SECOND, "after"),
            (last, "last"),
            (first, "first"),
            (first - SECOND, "before"),
        ):
            self._meet(moment, name)
        self.assertEqual(self._get_planned(), ["first", "last"])

    def test_days_of_activities(self):
        for day in (9, 8, 6, 5):
            self._plan(date(2027, 3, day), f"Day {day}")
        self._plan(date(2027, 3, 8), "A colleague's", self.salesperson_b)
        self.assertEqual(self._get_planned(), ["Day 6", "Day 8"])

    def test_an_activity_is_noon_of_its_day(self):
        """Between the meetings of its day, and on that day in every view."""
        day = date(2027, 3, 8)
        self._meet(self._local("2027-03-08 15:00:00"), "Afternoon")
        self._plan(day, "Call")
        self._meet(self._local("2027-03-08 09:00:00"), "Morning")
        self.assertEqual(self._get_planned(), ["Morning", "Call", "Afternoon"])
        [call] = [
            row
            for row in ReportContent(self.own).get_planned()
            if row["source"] == "activity"
        ]
        self.assertEqual(
            (call["day"], call["date"]), (day, self._local("2027-03-08 12:00:00"))
        )
        self.assertEqual(call["customer"], "Pumps Ltd")

    def test_what_is_private_is_not_told(self):
        self._meet(self._local("2027-03-08 09:00:00"), "Doctor", privacy="private")
        self._meet(self._local("2027-03-08 10:00:00"), "Fair", privacy="public")
        foreign = self._meet(self._local("2027-03-08 11:00:00"), "Without me")
        foreign.sudo().partner_ids = self.salesperson_b.partner_id
        self.assertEqual(self._get_planned(), ["Fair"])
        with self._at(self.noon):
            self.assertNotIn("Doctor", str(self.own.planned))

    def test_holidays_are_skipped(self):
        """Where Monday is free the plan reaches to Tuesday, and no further."""
        self.env["sales.process.calendar.exception"].create(
            {
                "name": "Free",
                "team_id": self.team_east.id,
                "date": date(2027, 3, 8),
                "is_working": False,
            }
        )
        for day in (8, 9, 10):
            self._plan(date(2027, 3, day), f"Day {day}")
        self.assertEqual(self._get_planned(), ["Day 8", "Day 9"])

    def test_where_nobody_works_any_more(self):
        """Fifteen free days in a row: tomorrow alone is looked at."""
        for free, names in ((14, ["Day 6", "Day 20"]), (15, ["Day 6"])):
            with self.subTest(free=free), self.env.cr.savepoint() as savepoint:
                self.env["sales.process.calendar.exception"].create(
                    [
                        {
                            "name": "Closed",
                            "team_id": self.team_east.id,
                            "date": date(2027, 3, 6) + timedelta(days=number),
                            "is_working": number >= free,
                        }
                        for number in range(16)
                    ]
                )
                for day in (6, 20, 21):
                    self._plan(date(2027, 3, day), f"Day {day}")
                self.assertEqual(self._get_planned(), names)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_has_no_name(self):
        """An activity is named by its kind, in the list and in what is frozen."""
        activity = self._plan(date(2027, 3, 8))
        kind = activity.activity_type_id.name
        self.assertEqual(self._get_planned(), [kind])
        self.own.summary = "Worked"
        self._submit(self.daily, self.noon)
        [line] = self.daily.planned_line_ids
        self.assertEqual(
            (line.subject, line.source, line.channel, line.section),
            (kind, "activity", "other", "planned"),
        )
        self.assertNotIn(":", line.when, "A day, no hour")
        self.assertFalse(self.daily.done_line_ids)

    def test_meeting_of_a_lead_stands_once(self):
        """A meeting that was planned as an activity is one row."""
        event = self._meet(
            self._local("2027-03-08 10:00:00"), "Demo", opportunity_id=self.lead.id
        )
        activity = self._plan(date(2027, 3, 8), "Demo")
        activity.calendar_event_id = event
        [row] = ReportContent(self.own).get_planned()
        self.assertEqual((row["source"], row["customer"]), ("meeting", "Pumps Ltd"))

    def test_table(self):
        """As people read it: an hour for a meeting, none for an activity, escaped."""
        with self._at(self.noon):
            self.assertFalse(self.own.planned)
            self._meet(
                self._local("2027-03-08 10:30:00"),
                "<b>Big</b>",
                location="Wuxi",
                opportunity_id=self.lead.id,
            )
            self._plan(date(2027, 3, 8), "Call")
            self.env.invalidate_all()
            table = str(self.own.planned)
        self.assertIn("10:30", table)
        self.assertIn("Pumps Ltd · Wuxi", table)
        self.assertIn("&lt;b&gt;Big&lt;/b&gt;", table)
        self.assertEqual(table.count("<tr>"), 2)
        # a week plans in words, what was submitted is in its lines
        self.assertFalse(self.weekly.with_user(self.user).planned)
        self.own.summary = "Worked"
        self._submit(self.daily, self.noon)
        self.assertFalse(self.own.planned)


@tagged("post_install", "-at_install")
class TestDone(ContentCommon):
    """The contacts of the period, live until it is submitted, then as they were."""

    def test_live_in_a_day_that_is_open(self):
        self._follow_up(self.lead, self.user, self.noon, subject="Call")
        for state, is_live in (
            ("draft", True),
            ("missing", True),
            ("returned", True),
            ("excused", True),
        ):
            self.daily.sudo().write({"state": state, "date_submitted": self.noon})
            self.env.invalidate_all()
            self.assertEqual(bool(self.own.followup_ids), is_live, state)
        for state in ("submitted", "reviewed"):
            self.daily.sudo().state = state
            self.env.invalidate_all()
            self.assertFalse(self.own.followup_ids, state)
        self.assertFalse(self.weekly.with_user(self.user).followup_ids)
        self.assertEqual(self.weekly.with_user(self.user).followup_count, 1)

    def test_other_company(self):
        """Contacts of another company's customers stand in that one's report."""
        followup = self._follow_up(self.lead, self.user, self.noon)
        self.assertEqual(self.own.followup_count, 1)
        followup.flush_recordset()
        for company, count in ((self.company_2.id, 0), (None, 1)):
            self.env.cr.execute(
                "UPDATE sales_process_followup SET company_id = %s WHERE id = %s",
                [company, followup.id],
            )
            self.env.invalidate_all()
            daily = self.daily.sudo()
            found = self.env["sales.process.followup"].search_count(
                daily._get_followup_domain()
            )
            self.assertEqual(found, count)

    def test_as_it_was(self):
        """Each column of the contact is copied."""
        followup = self._follow_up(
            self.lead,
            self.user,
            self.noon,
            channel="visit",
            location="Suzhou",
            solution="Offer",
            next_step="Send a sample",
            duration=1.5,
        )
        self._submit(self.daily, self.noon + HOUR)
        self.assertRecordValues(
            self.daily.done_line_ids,
            [
                {
                    "source": "followup",
                    "followup_id": followup.id,
                    "date": followup.date,
                    "channel": "visit",
                    "customer": "Pumps Ltd",
                    "location": "Suzhou",
                    "subject": "Price and delivery",
                    "solution": "Offer",
                    "next_step": "Send a sample",
                    "duration": 1.5,
                    "counts": True,
                }
            ],
        )
        self.assertIn("12:00", self.daily.done_line_ids.when)

    def test_a_week_copies_nothing(self):
        self._follow_up(self.lead, self.user, self.noon)
        self._submit(self.weekly, self.noon + HOUR)
        self.assertEqual(self.weekly.state, "submitted")
        self.assertFalse(self.weekly.line_ids)

    def test_buttons(self):
        """The button opens what the report counts."""
        self._follow_up(self.lead, self.user, self.noon)
        action = self.own.action_view_followups()
        found = self.env[action["res_model"]].with_user(self.user)
        self.assertEqual(found.search_count(action["domain"]), 1)
        self.assertEqual(action["name"], self.own.display_name)


@tagged("post_install", "-at_install")
class TestPaper(ContentCommon):
    """What stands on paper, in each state and for each kind."""

    def _get_subjects(self, report, section="done"):
        report = report.with_user(self.user)
        return [row["subject"] for row in report._get_document_lines(section)]

    def test_day(self):
        """Live with its own lines; frozen as submitted, done and planned apart."""
        self._follow_up(self.lead, self.user, self.noon, subject="Call")
        self.own.line_ids = [(0, 0, {"subject": "Office"})]
        self._plan(date(2027, 3, 8), "Monday")
        self.assertEqual(self._get_subjects(self.daily), ["Call", "Office"])
        self.assertEqual(self._get_subjects(self.daily, "planned"), [])
        self._submit(self.daily, self.noon + HOUR)
        self.assertCountEqual(self._get_subjects(self.daily), ["Call", "Office"])
        self.assertEqual(self._get_subjects(self.daily, "planned"), ["Monday"])
        self.daily.sudo().state = "reviewed"
        self.assertEqual(self._get_subjects(self.daily, "planned"), ["Monday"])

    def test_week(self):
        """Face to face alone, at most a hundred; an urgent one has no list."""
        for number, channel in enumerate(
            ("visit", "call", "meeting", "email", "reception")
        ):
            self._follow_up(
                self.lead,
                self.user,
                self.noon + number * HOUR,
                channel=channel,
                subject=channel,
                **({"location": "Wuxi"} if channel == "visit" else {}),
            )
        found = self._get_subjects(self.weekly)
        self.assertEqual(found, ["visit", "meeting", "reception"])
        with patch.object(content_model, "MAX_DOCUMENT_LINES", 2):
            self.assertEqual(self._get_subjects(self.weekly), found[:2])
        self.assertEqual(self._get_subjects(self.weekly, "planned"), [])
        urgent = self.Report.with_user(self.user).create({"summary": "Fire"})
        self.assertEqual(urgent.kind, "urgent")
        self.assertEqual(self._get_subjects(urgent), [])

    def test_row(self):
        followup = self._follow_up(
            self.lead, self.user, self.noon, channel="visit", location="Wuxi"
        )
        [row] = self.own._get_document_lines()
        self.assertIn("12:00", row["when"])
        self.assertEqual(row["channel"], "Visit")
        self.assertEqual(
            row["customer"],
            followup.partner_id.display_name or followup.lead_id.display_name,
        )
        self.assertEqual(row["location"], "Wuxi")
