# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_work_report import WorkReportCommon

SECOND = timedelta(seconds=1)


@tagged("post_install", "-at_install")
class TestWorkReport(WorkReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(
            cls.salesperson_a, phone="13812345601", partner_name="Pumps Ltd"
        )
        cls._register_long_ago(cls.lead)

    def setUp(self):
        super().setUp()
        begin = self._local("2027-03-01 00:00:00")
        self._switch_on(self.team_east, begin, "daily", "weekly")
        self._cron(self._local("2027-03-01 08:00:00"))
        self.daily = self._reports(self.salesperson_a, "daily")
        self.weekly = self._reports(self.salesperson_a, "weekly")

    def _values(self, report, code):
        return report.value_ids.filtered(lambda value: value.metric_id.code == code)

    # ------------------------------------------------------------
    # HAND IN
    # ------------------------------------------------------------

    def test_daily_list_is_there_and_freezes(self):
        """Follow-ups stand in the list by themselves; submitted, they stay as were."""
        user = self.salesperson_a
        noon = self._local("2027-03-01 12:00:00")
        followup = self._follow_up(
            self.lead, user, noon, channel="visit", location="Suzhou", solution="Offer"
        )
        before = self._local("2027-03-01 23:59:59")
        self._follow_up(self.lead, user, before, subject="Late call in the evening")
        self._follow_up(
            self.lead, user, before + SECOND, subject="First call of the next day"
        )
        own = self.daily.with_user(user)
        self.assertEqual(
            own.followup_ids.mapped("subject"),
            ["Price and delivery", "Late call in the evening"],
        )
        own.write(
            {"line_ids": [(0, 0, {"subject": "Travel back", "channel": "travel"})]}
        )
        self._submit(self.daily, before)
        lines = self.daily.line_ids.sorted("id")
        self.assertEqual(lines.mapped("source"), ["manual", "followup", "followup"])
        visit = lines.filtered(lambda line: line.followup_id == followup)
        self.assertEqual(
            (visit.channel, visit.location, visit.subject, visit.solution),
            ("visit", "Suzhou", "Price and delivery", "Offer"),
        )
        with self._at(before):
            followup.sudo().write({"subject": "Something else", "location": "Wuxi"})
        self.assertEqual(
            (visit.subject, visit.location), ("Price and delivery", "Suzhou")
        )
        with self.assertRaises(UserError):
            visit.with_user(user).subject = "Nicer"
        with self.assertRaises(UserError):
            self.daily.with_user(user).summary = "Nicer"
        with self.assertRaises(UserError):
            lines[0].with_user(user).unlink()

    def test_numbers_freeze_and_the_difference_is_seen(self):
        user = self.salesperson_a
        monday = self._local("2027-03-01 12:00:00")
        self._follow_up(self.lead, user, monday, channel="visit")
        self._submit(self.weekly, self._local("2027-03-06 12:00:00"))
        visits = self._values(self.weekly, "visits")
        self.assertEqual((visits.value_submitted, visits.has_final), (1, False))
        sunday = self._local("2027-03-07 16:00:00")
        self._follow_up(self.lead, user, sunday, channel="visit", subject="Sunday")
        self.assertEqual((visits.value_submitted, visits.value_current), (1, 2))
        self.assertTrue(visits.is_changed)
        self._cron(self._local("2027-03-07 23:59:59"))
        self.assertFalse(self.weekly.date_final)
        self._cron(self._local("2027-03-08 00:00:00"))
        self.assertEqual(
            (visits.value_submitted, visits.value_final, visits.value_current),
            (1, 2, 2),
        )
        self.assertFalse(visits.is_changed)
        # what is entered later changes neither
        self._follow_up(
            self.lead,
            user,
            self._local("2027-03-08 09:00:00"),
            channel="visit",
            subject="Forgotten visit",
            date=self._local("2027-03-06 20:00:00"),
        )
        self._cron(self._local("2027-03-08 09:15:00"))
        self.assertEqual(
            (visits.value_submitted, visits.value_final, visits.value_current),
            (1, 2, 3),
        )
        self.assertTrue(visits.is_changed)
        average = self._values(self.weekly, "days_between_contacts")
        self.assertTrue(average.has_final)

    def test_nothing_to_average_is_no_zero(self):
        self._submit(self.weekly, self._local("2027-03-06 12:00:00"))
        average = self._values(self.weekly, "days_between_contacts")
        self.assertFalse(average.has_submitted)
        self.assertEqual(average.display_submitted, "–")

    def test_late_to_the_second(self):
        for seconds, is_late in ((0, False), (1, True)):
            report = (
                self.weekly
                if not seconds
                else self._reports(self.salesperson_b, "weekly")
            )
            self._submit(report, report.date_due + seconds * SECOND)
            self.assertEqual((report.is_late, report.state), (is_late, "submitted"))

    def test_missing_can_be_handed_in(self):
        self._cron(self.weekly.date_due + SECOND)
        self.assertEqual(self.weekly.state, "missing")
        self._submit(self.weekly, self.weekly.date_due + timedelta(days=2))
        self.assertEqual((self.weekly.state, self.weekly.status), ("submitted", "late"))

    def test_handing_in_twice(self):
        moment = self._local("2027-03-06 12:00:00")
        self._submit(self.weekly, moment)
        with self.assertRaisesRegex(UserError, "was submitted already"):
            self._submit(self.weekly, moment + SECOND)
        self.assertEqual(self.weekly.date_submitted, moment)

    def test_empty_reports(self):
        moment = self._local("2027-03-01 18:00:00")
        with self.assertRaisesRegex(UserError, "empty"):
            self._submit(self.daily, moment)
        self.daily.with_user(self.salesperson_a).summary = "Fair in Shanghai"
        self._submit(self.daily, moment)
        urgent = self.Report.with_user(self.salesperson_a).create({"kind": "urgent"})
        with self.assertRaisesRegex(UserError, "what is urgent"):
            urgent.action_submit()

    def test_second_report_of_a_period(self):
        with (
            self._at(self._local("2027-03-02 12:00:00")),
            self.assertRaisesRegex(ValidationError, "already"),
        ):
            self.Report.with_user(self.salesperson_a).create(
                {"kind": "weekly", "date_from": date(2027, 3, 2)}
            )

    def test_own_report_by_hand(self):
        """A Saturday is not owed, but can be reported; tomorrow cannot."""
        user = self.salesperson_a
        Report = self.Report.with_user(user)
        with self._at(self._local("2027-03-06 12:00:00")):
            action = Report.action_open_today()
            report = Report.browse(action["res_id"])
            self.assertEqual(
                (report.kind, report.date_from), ("daily", date(2027, 3, 6))
            )
            self.assertEqual(Report.action_open_today()["res_id"], report.id)
            with self.assertRaises(ValidationError):
                Report.create({"kind": "daily", "date_from": date(2027, 3, 7)})
            for forged in (
                {"state": "reviewed"},
                {"review_mark": "5"},
                {"reviewer_id": user.id},
            ):
                with self.assertRaises(AccessError):
                    Report.create({"kind": "urgent", "summary": "x", **forged})
            # neither what the system fills in, nor what is said later by who reviews
            self.env["ir.default"].with_user(user).set(
                Report._name, "review_comment", "Splendid", user_id=True
            )
            plain = Report.with_context(
                default_state="reviewed", default_review_mark="5"
            ).create({"kind": "urgent", "summary": "x"})
        self.assertEqual(
            (plain.state, plain.review_mark, plain.reviewer_id),
            ("draft", False, self.leader_east),
        )
        self.assertFalse(plain.review_comment)
        self.assertEqual(report.date_due, self._local("2027-03-06 20:00:00"))

    def test_office_user_has_no_reports(self):
        with self.assertRaises(AccessError):
            self.Report.with_user(self.office_user).create({"kind": "urgent"})

    def test_planned_next(self):
        """Friday shows Saturday to Monday: the next working day."""
        user = self.salesperson_a
        self._cron(self._local("2027-03-05 08:00:00"))
        friday = self._reports(user, "daily")[-1]
        for day, name in ((6, "Saturday"), (8, "Monday"), (9, "Tuesday")):
            self.lead.with_user(user).activity_schedule(
                "mail.mail_activity_data_call",
                date(2027, 3, day),
                summary=f"Call on {name}",
                user_id=user.id,
            )
        self.env["calendar.event"].with_user(user).create(
            {
                "name": "Visit the plant",
                "start": self._local("2027-03-08 10:00:00"),
                "stop": self._local("2027-03-08 11:00:00"),
                "opportunity_id": self.lead.id,
                "location": "Wuxi",
                "partner_ids": [(4, user.partner_id.id)],
            }
        )
        shown = friday.with_user(user).planned
        for text in ("Call on Saturday", "Call on Monday", "Visit the plant", "Wuxi"):
            self.assertIn(text, shown)
        self.assertNotIn("Tuesday", shown)
        friday.with_user(user).summary = "Done"
        self._submit(friday, self._local("2027-03-05 18:00:00"))
        self.assertEqual(
            friday.planned_line_ids.mapped("subject"),
            ["Call on Saturday", "Visit the plant", "Call on Monday"],
        )

    # ------------------------------------------------------------
    # RETURN AND REVIEW
    # ------------------------------------------------------------

    def test_return_and_hand_in_again(self):
        """Returned with a reason; submitted again it is as late as the first time."""
        user = self.salesperson_a
        self._follow_up(self.lead, user, self._local("2027-03-01 12:00:00"))
        self._submit(self.daily, self.daily.date_due)
        led = self.daily.with_user(self.leader_east)
        with self.assertRaisesRegex(UserError, "what is missing"):
            led.action_return()
        led.review_comment = "Where was the visit?"
        led.action_return()
        self.assertEqual(
            (self.daily.state, self.daily.return_reason, self.daily.return_count),
            ("returned", "Where was the visit?", 1),
        )
        self.assertFalse(self.daily.review_comment)
        self.assertFalse(self.daily.line_ids)
        self.assertIn("Where was the visit?", self._messages_to(user)[0].body)
        self.assertEqual(self.daily.activity_ids.user_id, user)
        with self.assertRaises(UserError):
            led.action_review()
        # the list is live again until it is submitted again
        self._follow_up(
            self.lead, user, self._local("2027-03-01 21:00:00"), subject="Second call"
        )
        again = self.daily.date_due + timedelta(hours=14)
        self._submit(self.daily, again)
        self.assertEqual(len(self.daily.line_ids), 2)
        self.assertEqual(
            (self.daily.state, self.daily.is_late, self.daily.date_resubmitted),
            ("submitted", False, again),
        )
        self.assertEqual(self.daily.date_submitted, self.daily.date_due)
        self.assertFalse(self.daily.activity_ids)

    def test_review(self):
        user = self.salesperson_a
        self._submit(self.weekly, self._local("2027-03-06 12:00:00"))
        led = self.weekly.with_user(self.leader_east)
        self.assertTrue(led.can_review)
        led.write({"review_mark": "4", "review_comment": "Good week"})
        led.action_review()
        self.assertEqual(
            (self.weekly.state, self.weekly.reviewed_by_id),
            ("reviewed", self.leader_east),
        )
        message = self._messages_to(user)[0]
        self.assertIn("Good week", message.body)
        self.assertIn("Very good", message.body)
        with self.assertRaises(UserError):
            led.action_review()
        led.review_comment = "Look at the visits again"
        led.action_return()
        self.assertEqual(
            (self.weekly.state, self.weekly.review_mark), ("returned", False)
        )

    def test_who_reviews(self):
        """The leader and the administrator; nobody else, nobody the own report."""
        self.team_east.process_report_to_id = self.leader_west
        self._cron(self._local("2027-03-02 12:00:00"))
        report = self.weekly
        own = self._reports(self.leader_east, "weekly")
        self._submit(report, self._local("2027-03-06 12:00:00"))
        self._submit(own, self._local("2027-03-06 12:00:00"))
        for user, of_member, of_leader in (
            (self.salesperson_a, False, False),
            (self.salesperson_b, False, False),
            (self.salesperson_c, False, False),
            (self.leader_east, True, False),
            (self.leader_west, False, True),
            (self.director, True, True),
        ):
            for row, may in ((report, of_member), (own, of_leader)):
                with self.subTest(user=user.login, report=row.display_name):
                    if may:
                        row.with_user(user).review_mark = "3"
                        self.assertTrue(row.with_user(user)._can_review())
                    else:
                        with self.assertRaises(AccessError):
                            row.with_user(user).action_review()
                        with self.assertRaises(AccessError):
                            row.with_user(user).review_mark = "5"

    def test_who_reads_and_writes(self):
        """The matrix of roles and operations."""
        line = self.env["sales.process.work.report.line"].create(
            {"report_id": self.daily.id, "subject": "Office"}
        )
        value = self.weekly.value_ids[0]
        for user, reads, writes in (
            (self.salesperson_a, True, True),
            (self.salesperson_b, False, False),
            (self.salesperson_c, False, False),
            (self.salesperson_d, False, False),
            (self.salesperson_x, False, False),
            (self.leader_east, True, False),
            (self.leader_west, False, False),
            (self.director, True, False),
            (self.office_user, False, False),
        ):
            with self.subTest(user=user.login):
                for record in (self.daily, line, value):
                    self.assertEqual(record.with_user(user).has_access("read"), reads)
                if writes:
                    self.daily.with_user(user).summary = "Mine"
                    line.with_user(user).subject = "Mine"
                else:
                    with self.assertRaises(AccessError):
                        self.daily.with_user(user).summary = "Not mine"
                    with self.assertRaises(AccessError):
                        line.with_user(user).subject = "Not mine"
                for name in ("state", "date_submitted", "date_due", "is_late"):
                    with self.assertRaises(AccessError):
                        self.daily.with_user(user).write({name: self.daily[name]})
                with self.assertRaises(AccessError):
                    value.with_user(user).write({"value_submitted": 99})
                with self.assertRaises(AccessError):
                    self.daily.with_user(user).unlink()

    # ------------------------------------------------------------
    # URGENT REPORTS AND REMINDERS
    # ------------------------------------------------------------

    def test_urgent_reaches_the_leader_at_once(self):
        user = self.salesperson_a
        report = self.Report.with_user(user).create(
            {"kind": "urgent", "summary": "The warehouse is under water"}
        )
        self.assertFalse(report.date_due)
        before = self._messages_to(self.leader_east)
        report.action_submit()
        message = self._messages_to(self.leader_east) - before
        self.assertEqual(len(message), 1)
        self.assertIn("under water", message.body)
        self.assertEqual(report.sudo().activity_ids.user_id, self.leader_east)
        self.assertFalse(report.is_late)
        report.with_user(self.leader_east).action_review()
        self.assertFalse(report.sudo().activity_ids)

    def test_a_report_that_is_named_twice(self):
        """Submitted, returned and reviewed once, and told once."""
        report = self.Report.with_user(self.salesperson_a).create(
            {"kind": "urgent", "summary": "Water"}
        )
        twice = self.Report.browse(report.ids * 2)
        before = self._messages_to(self.leader_east)
        twice.with_user(self.salesperson_a).action_submit()
        self.assertEqual(len(self._messages_to(self.leader_east) - before), 1)
        self.assertFalse(report.date_resubmitted)
        theirs = twice.with_user(self.leader_east)
        theirs.review_comment = "Where?"
        theirs.action_return()
        self.assertEqual(report.return_count, 1)
        twice.with_user(self.salesperson_a).action_submit()
        before = self._messages_to(self.salesperson_a)
        theirs.review_comment = "Thank you"
        theirs.action_review()
        self.assertEqual(len(self._messages_to(self.salesperson_a) - before), 1)

    def test_urgent_from_the_form(self):
        """The dialog says whom it reaches and is complete with one field."""
        with self._at(self._local("2027-03-02 12:00:00")):
            form = Form(
                self.Report.with_user(self.salesperson_a).with_context(
                    default_kind="urgent"
                ),
                "sales_process_mgmt_report.sales_process_work_report_view_form_urgent",
            )
            self.assertEqual(form.urgent_recipient_names, self.leader_east.name)
            form.summary = "Water in the warehouse"
            report = form.save()
            action = report.action_submit()
        self.assertEqual(report.state, "submitted")
        self.assertIn(self.leader_east.name, action["params"]["message"])
        self.assertIn(
            report.activity_ids.user_id, self.leader_east, "the leader has a to-do"
        )

    def test_new_report_from_the_list(self):
        """What the system fills in is not asked for on the form."""
        with self._at(self._local("2027-03-06 12:00:00")):
            form = Form(self.Report.with_user(self.salesperson_a))
            form.kind = "urgent"
            form.summary = "Water in the warehouse"
            self.assertEqual(form.save().date_to, date(2027, 3, 6))

    def test_customer_of_the_daily_list(self):
        """The list names the customer, not the title of the lead."""
        self.assertEqual(self.lead._get_customer_name(), "Pumps Ltd")
        moment = self._local("2027-03-01 12:00:00")
        self._follow_up(self.lead, self.salesperson_a, moment)
        self._submit(self.daily, self._local("2027-03-01 18:00:00"))
        self.assertEqual(self.daily.line_ids.customer, "Pumps Ltd")

    def test_urgent_with_an_absent_leader(self):
        self.team_east.process_report_to_id = self.director
        now = self.env.cr.now()
        self.leader_east.write(
            {
                "out_of_office_from": now - timedelta(days=1),
                "out_of_office_to": now + timedelta(days=1),
            }
        )
        report = self.Report.with_user(self.salesperson_a).create(
            {"kind": "urgent", "summary": "Fire"}
        )
        report.action_submit()
        self.assertEqual(
            report.sudo().activity_ids.user_id, self.leader_east | self.director
        )

    def test_urgent_without_a_leader(self):
        report = self.Report.with_user(self.salesperson_e).create(
            {"kind": "urgent", "summary": "Fire"}
        )
        report.action_submit()
        self.assertLessEqual(
            self.director | self.administrator, report.sudo().activity_ids.user_id
        )

    def test_remind_all_missing(self):
        """One message for each person, whatever they miss; not twice in a moment."""
        self._cron(self._local("2027-03-08 01:00:00"))
        late = self._local("2027-03-08 02:00:00")
        self._submit(self._reports(self.salesperson_c, "weekly"), late)
        before = {
            user: len(self._messages_to(user))
            for user in (self.salesperson_a, self.salesperson_b)
        }
        with self._at(late):
            missing = self.Report.search([("status", "=", "missing")])
            result = self.Report.with_user(self.leader_east).action_remind()
            self.assertIn("reminded: 3", result["params"]["message"])
            self.Report.with_user(self.leader_east).action_remind()
        for user, count in before.items():
            self.assertEqual(len(self._messages_to(user)), count + 1)
        self.assertGreater(len(missing), 6)
        for user in (self.salesperson_a, self.leader_west):
            with self._at(late + timedelta(hours=1)), self.assertRaises(AccessError):
                self.weekly.with_user(user).action_remind()

    # ------------------------------------------------------------
    # DISCIPLINE, DOCUMENT
    # ------------------------------------------------------------

    def test_discipline(self):
        """Every number of the report equals one counted from the reports."""
        for day in range(1, 6):
            self._cron(self._local(f"2027-03-0{day} 08:00:00"))
            reports = self._reports(kind="daily").filtered(
                lambda report, day=day: report.date_from.day == day
            )
            for number, report in enumerate(reports):
                report.with_user(report.user_id).summary = "Worked"
                seconds = (0, 1, 7200)[number] if day % 2 else 0
                if (day + number) % 4:
                    self._submit(report, report.date_due + seconds * SECOND)
        self._cron(self._local("2027-03-06 08:00:00"))
        with self._at(self._local("2027-03-06 08:00:00")):
            Discipline = self.env["sales.process.discipline.report"]
            rows = Discipline.search([("team_id", "=", self.team_east.id)])
            reports = self.Report.browse(rows.ids)
            self.assertEqual(reports, self._reports())
            for row in rows:
                self.assertEqual(row.outcome, row.report_id.status)
            for user in self.team_east.member_ids:
                own = rows.filtered(lambda row, user=user: row.user_id == user)
                of_user = reports.filtered(
                    lambda report, user=user: report.user_id == user
                )
                for name in ("on_time", "late", "missing", "owed"):
                    self.assertEqual(
                        sum(own.mapped(f"{name}_count")),
                        len(of_user.filtered(lambda r, name=name: r.status == name)),
                    )
            ((rate,),) = Discipline._read_group(
                [("kind", "=", "daily")], [], ["on_time_rate:avg"]
            )
            daily = reports.filtered(lambda report: report.kind == "daily")
            in_time = daily.filtered(lambda report: report.status == "on_time")
            self.assertAlmostEqual(rate, 100.0 * len(in_time) / len(daily))
            late = daily.filtered("is_late")
            ((hours,),) = Discipline._read_group(
                [("outcome", "=", "late")], [], ["hours_late:avg"]
            )
            self.assertAlmostEqual(
                hours,
                sum(
                    (row.date_submitted - row.date_due).total_seconds() / 3600
                    for row in late
                )
                / len(late),
            )
            own = rows.filtered(lambda row: row.user_id == self.salesperson_a)
            for reader, expected in (
                (self.salesperson_a, own),
                (self.salesperson_d, Discipline),
                (self.leader_east, rows),
                (self.director, rows),
            ):
                self.assertEqual(Discipline.with_user(reader).search([]), expected)

    def test_document(self):
        user = self.salesperson_a
        self._follow_up(
            self.lead,
            user,
            self._local("2027-03-01 12:00:00"),
            channel="visit",
            subject="客户要求降价",
            location="苏州",
        )
        self.weekly.with_user(user).summary = "本周拜访客户三家"
        self._submit(self.weekly, self._local("2027-03-06 12:00:00"))
        self.daily.with_user(user).line_ids = [(0, 0, {"subject": "Office"})]
        self._submit(self.daily, self._local("2027-03-01 19:00:00"))
        for report, texts in (
            (self.weekly, ("2027-W09", "本周拜访客户三家", "客户要求降价", "苏州")),
            (self.daily, ("2027-03-01", "客户要求降价", "Office")),
        ):
            html, _kind = (
                self.env["ir.actions.report"]
                .with_user(user)
                ._render_qweb_html(
                    "sales_process_mgmt_report.report_work_report", report.ids
                )
            )
            html = html.decode()
            for text in (*texts, "Noto Sans CJK SC", user.name):
                self.assertIn(text, html)
