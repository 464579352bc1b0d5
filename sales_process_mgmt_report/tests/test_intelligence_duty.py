# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_work_report import WorkReportCommon

SECOND = timedelta(seconds=1)
BEGIN = "2027-02-28 16:00:00"  # Monday 1 March begins in Shanghai


class IntelligenceDutyCommon(WorkReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Duty = cls.env["sales.process.intelligence.duty"]
        cls.due = cls._local(cls, "2027-03-07 17:00:00")

    def _oblige(self, topic="price", users=None, at=BEGIN, user=None, **values):
        with self._at(at):
            duty = self.Duty.with_user(user or self.leader_east).create(
                {
                    "team_id": self.team_east.id,
                    "topic": topic,
                    "user_ids": users and [Command.set(users.ids)],
                    **values,
                }
            )
            self.env.flush_all()
            # rows of one transaction are as old as their cursor says
            self.env.cr.execute(
                "UPDATE sales_process_intelligence_duty SET create_date = %s"
                " WHERE id = %s",
                [self.env.cr.now(), duty.id],
            )
            self.env.invalidate_all()
        return duty

    def _tell(self, user, topic, day="2027-03-02", **values):
        return (
            self.env["sales.process.intelligence"]
            .with_user(user)
            .create({"name": "Heard it", "topic": topic, "date": day, **values})
        )

    def _find_owed(self, user, kind="news_weekly"):
        return self._reports(user, kind).with_user(user)


@tagged("post_install", "-at_install")
class TestIntelligenceDuty(IntelligenceDutyCommon):
    """Who listens to what owes it as any report: clock, absence, list."""

    def test_nobody_owes_it_unless_asked(self):
        self._switch_on(self.team_east, BEGIN, "daily", "weekly", "monthly")
        self._cron("2027-03-01 01:00:00")
        kinds = set(self._reports().mapped("kind"))
        self.assertEqual(kinds, {"daily", "weekly", "monthly"})

    def test_who_has_left(self):
        """What one person owed who is archived is not owed by everybody."""
        duty = self._oblige("price", users=self.salesperson_a)
        self.salesperson_a.active = False
        self.env.invalidate_all()
        self.assertFalse(duty._filter_of(self.salesperson_b))
        self._cron("2027-03-01 01:00:00")
        self.assertFalse(self._find_owed(self.salesperson_b))

    def test_who_owes_which(self):
        """Named people, or everybody; weekly or monthly; only in this team."""
        self._oblige("price", users=self.salesperson_a)
        self._oblige("policy", users=self.salesperson_a | self.salesperson_b)
        self._oblige("product", kind="news_monthly")
        self._cron("2027-03-01 01:00:00")
        weekly = {
            report.user_id: report.with_user(report.user_id).topic_names
            for report in self._reports(kind="news_weekly")
        }
        self.assertEqual(
            weekly,
            {self.salesperson_a: "Price and Policy", self.salesperson_b: "Policy"},
        )
        monthly = self._reports(kind="news_monthly")
        self.assertEqual(
            monthly.user_id,
            self.salesperson_a | self.salesperson_b | self.salesperson_c,
        )
        self.assertEqual(set(monthly.mapped("period")), {"2027-03"})
        self.assertEqual(monthly.reviewer_id, self.leader_east)
        report = self._find_owed(self.salesperson_a)
        self.assertEqual(
            report.display_name.split(",")[0], "Weekly Intelligence 2027-W09"
        )
        self.assertFalse(report.value_ids, "no numbers of its own")

    def test_missing_to_the_second(self):
        """Due as the weekly report is, in the zone of the person."""
        self.salesperson_b.tz = "America/New_York"
        self.team_east.process_report_weekly_hour = 15.5
        self._oblige(users=self.salesperson_a | self.salesperson_b)
        self._cron("2027-03-01 06:00:00")
        for user, zone in (
            (self.salesperson_a, "Asia/Shanghai"),
            (self.salesperson_b, "America/New_York"),
        ):
            zone = self.team_east._get_process_timezone(user).zone or zone
            due = self._local("2027-03-07 15:30:00", zone)
            with self.subTest(user=user.login):
                report = self._find_owed(user)
                self._assert_second(report, due)

    def test_facts_of_their_own(self):
        """Missing and late intelligence is no missing report, and the other way."""
        self._switch_on(self.team_east, BEGIN, "weekly")
        self._oblige()
        self._cron("2027-03-01 01:00:00")
        late = self._find_owed(self.salesperson_b)
        with self._at(self.due + SECOND):
            late.nothing_new = True
            late.action_submit()
        self._cron(self.due + 2 * SECOND)
        missing = self._find_owed(self.salesperson_a)
        self.assertEqual(missing.state, "missing")
        self.assertTrue(late.is_late)
        with self._at(self.due + 3 * SECOND):
            self.env.flush_all()
            Fact = self.env["sales.process.fact"].with_user(self.leader_east)
            found = {
                kind: self.Report.browse(
                    Fact.search([("kind", "=", kind)]).mapped("res_id")
                )
                for kind in ("news_missing", "news_late", "report_missing")
            }
            outcome = self.env["sales.process.discipline.report"].search(
                [("kind", "=", "news_weekly"), ("outcome", "=", "missing")]
            )
        self.assertIn(missing, found["news_missing"])
        self.assertEqual(outcome.report_id, found["news_missing"])
        self.assertEqual(found["news_late"], late)
        self.assertEqual(set(found["report_missing"].mapped("kind")), {"weekly"})

    def test_metrics_count_them(self):
        self._oblige(users=self.salesperson_a | self.salesperson_b)
        self._cron("2027-03-01 01:00:00")
        late = self._find_owed(self.salesperson_b)
        with self._at(self.due + SECOND):
            late.nothing_new = True
            late.action_submit()
            self.env.flush_all()
            spans = [
                (
                    user.id,
                    user.id,
                    self._local("2027-03-01 00:00:00"),
                    self.due + SECOND,
                )
                for user in self.salesperson_a | self.salesperson_b
            ]
            for name, expected in (
                ("intelligence_missing", [1, 0]),
                ("intelligence_late", [0, 1]),
            ):
                metric = self.env.ref(
                    f"sales_process_mgmt_report.sales_process_metric_{name}"
                )
                found = metric._evaluate_buckets(spans, self.company)[metric]
                self.assertEqual(
                    [
                        found[user.id]
                        for user in self.salesperson_a | self.salesperson_b
                    ],
                    expected,
                    name,
                )

    def test_told_before_it_is_submitted(self):
        """Each topic by news of the period, or by saying that nothing is new."""
        self._oblige("price", users=self.salesperson_a)
        self._oblige("policy", users=self.salesperson_a)
        self._cron("2027-03-01 01:00:00")
        report = self._find_owed(self.salesperson_a)
        with self._at("2027-03-02 01:00:00"):
            with self.assertRaisesRegex(UserError, "Price and Policy"):
                report.action_submit()
            # of the week before, of somebody else, of another topic: not told
            self._tell(self.salesperson_a, "price", day="2027-02-28")
            self._tell(self.salesperson_b, "price")
            self._tell(self.salesperson_a, "product")
            report.invalidate_recordset()
            self.assertEqual(report.untold_topic_names, "Price and Policy")
            told = self._tell(self.salesperson_a, "price", day="2027-03-01")
            report.invalidate_recordset()
            self.assertEqual(report.untold_topic_names, "Policy")
            with self.assertRaisesRegex(UserError, "heard of Policy, or tick"):
                report.action_submit()
            report.nothing_new = True
            report.action_submit()
        self.assertEqual((report.state, report.is_late), ("submitted", False))
        self.assertEqual(told.report_id, report)
        with self.assertRaisesRegex(UserError, "frozen"):
            told.name = "Something else"
        with self.assertRaises(UserError):
            report.nothing_new = False

    def test_told_in_the_report_itself(self):
        self._oblige("price", users=self.salesperson_a)
        self._cron("2027-03-01 01:00:00")
        report = self._find_owed(self.salesperson_a)
        with self._at("2027-03-08 01:00:00"):
            # written on the day after the week, for the week
            report.intelligence_ids = [
                Command.create(
                    {"name": "8 % less", "topic": "price", "date": "2027-03-08"}
                )
            ]
            report.action_submit()
        self.assertEqual(report.state, "submitted")

    def test_what_was_owed_stays(self):
        """Another duty afterwards does not change what was submitted."""
        duty = self._oblige("price", users=self.salesperson_a)
        self._cron("2027-03-01 01:00:00")
        report = self._find_owed(self.salesperson_a)
        with self._at("2027-03-02 01:00:00"):
            report.nothing_new = True
            report.action_submit()
        duty.topic = "policy"
        report.invalidate_recordset()
        self.assertEqual(report.topic_names, "Price")
        self.assertFalse(report.untold_topic_names)

    def test_what_to_look_at(self):
        """What the leader wants to know in particular stands on the report to write."""
        duty = self._oblige("price", users=self.salesperson_a, note="of deliveries")
        self._oblige("policy", users=self.salesperson_a)
        self._oblige("product", users=self.salesperson_b, note="of pumps")
        self._cron("2027-03-01 01:00:00")
        report = self._find_owed(self.salesperson_a)
        self.assertEqual(report.topic_names, "Price (of deliveries) and Policy")
        duty.with_user(self.leader_east).note = "of transport"
        report.invalidate_recordset()
        self.assertEqual(report.topic_names, "Price (of transport) and Policy")
        with self._at("2027-03-02 01:00:00"):
            report.nothing_new = True
            report.action_submit()
        report.invalidate_recordset()
        self.assertEqual(report.topic_names, "Price and Policy")

    def test_absence_excuses(self):
        """Away all the time: not due. Back within the week: owed again."""
        self._oblige(users=self.salesperson_a)
        user = self.salesperson_a
        user.write(
            {
                "out_of_office_from": self._local("2027-02-27 00:00:00"),
                "out_of_office_to": self._local("2027-03-07 23:59:59"),
            }
        )
        self._cron("2027-03-01 01:00:00")
        report = self._find_owed(user)
        self.assertEqual(report.state, "excused")
        user.out_of_office_to = self._local("2027-03-03 08:00:00")
        self._cron(self._local("2027-03-03 09:00:00"))
        self.assertEqual(report.state, "draft")
        self._cron(self.due + SECOND)
        self.assertEqual(report.state, "missing")

    def test_switched_off(self):
        """Without a line, or without the person in it, nothing is owed any more."""
        first = self._oblige("price", users=self.salesperson_a | self.salesperson_b)
        self._cron("2027-03-01 01:00:00")
        a, b = (self._find_owed(u) for u in (self.salesperson_a, self.salesperson_b))
        first.user_ids -= self.salesperson_b
        self._cron("2027-03-02 01:00:00")
        self.assertEqual((a.state, b.state), ("draft", "excused"))
        first.unlink()
        self._cron("2027-03-03 01:00:00")
        self.assertEqual(a.state, "excused")
        self._cron("2027-03-09 01:00:00")
        self.assertEqual(len(self._reports(kind="news_weekly")), 2)

    def test_begun_in_the_week(self):
        """Owed for the week in which it is asked first, not for the one before."""
        self._oblige(at=self._local("2027-03-04 10:00:00"), users=self.salesperson_a)
        self._cron(self._local("2027-03-04 11:00:00"))
        self.assertEqual(self._find_owed(self.salesperson_a).period, "2027-W09")
        # on Saturday no working day is left
        self._oblige(
            "policy",
            at=self._local("2027-03-06 10:00:00"),
            users=self.salesperson_b,
        )
        self._cron(self._local("2027-03-06 11:00:00"))
        self.assertFalse(self._find_owed(self.salesperson_b))
        self._cron(self._local("2027-03-08 11:00:00"))
        self.assertEqual(self._find_owed(self.salesperson_b).period, "2027-W10")

    def test_one_reminder_with_the_reports(self):
        """The weekly report and the intelligence stand in one message."""
        self._switch_on(
            self.team_east, BEGIN, "weekly", process_report_reminder_hours=3
        )
        self._oblige(users=self.salesperson_a)
        self._cron("2027-03-01 01:00:00")
        self._cron(self.due - timedelta(hours=3) - SECOND)
        mine = self._reports(self.salesperson_a)
        self.assertFalse(any(mine.mapped("date_reminded")))
        before = self._messages_to(self.salesperson_a)
        self._cron(self.due - timedelta(hours=3))
        self.assertEqual(len(mine), 2)
        self.assertTrue(all(mine.mapped("date_reminded")))
        lines = self.env["sales.process.notice.line"].search(
            [("user_id", "=", self.salesperson_a.id)]
        )
        told = self._messages_to(self.salesperson_a) - before
        self.assertEqual(len(lines) + len(told), 1)

    def test_on_the_home(self):
        """What I owe stands with the other reports; the leader sees who has not."""
        self._oblige(users=self.salesperson_a)
        self._cron("2027-03-01 01:00:00")
        self._cron(self.due + SECOND)
        with self._at(self.due + SECOND):
            self.env.flush_all()
            team = self.team_east.with_user(self.leader_east)
            self.assertEqual(team.process_report_missing_count, 1)
            found = self.Report.with_user(self.leader_east).search(
                [("kind", "=", "news_weekly"), ("status", "=", "missing")]
            )
        self.assertEqual(found.user_id, self.salesperson_a)
        self.assertFalse(
            self.Report.with_user(self.leader_west).search_count(
                [("kind", "=", "news_weekly")]
            )
        )

    def test_who_may_oblige(self):
        duty = self._oblige(users=self.salesperson_a)
        for user in (self.salesperson_a, self.leader_west, self.salesperson_x):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._oblige("policy", user=user)
                with self.assertRaises(AccessError):
                    duty.with_user(user).user_ids = [Command.clear()]
                with self.assertRaises(AccessError):
                    duty.with_user(user).unlink()
        with self.assertRaises(AccessError):
            duty.team_id = self.team_west
        duty.with_user(self.director).topic = "product"
        self.assertEqual(duty.topic, "product")
        self.assertEqual(duty.user_ids, self.salesperson_a)

    def test_nobody_changes_what_was_owed(self):
        self._oblige(users=self.salesperson_a)
        self._cron("2027-03-01 01:00:00")
        report = self._find_owed(self.salesperson_a)
        with self.assertRaises(AccessError):
            report.owed_topics = "other"
        with self.assertRaises(AccessError):
            report.with_user(self.leader_east).nothing_new = True
        self.assertFalse(report.nothing_new)
