# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.tests import tagged

from ..models.crm_team import RECENT
from .common_work_report import WorkReportCommon

MONDAY = datetime(2027, 2, 28, 16)  # Monday 1 March begins in Shanghai
DUE = datetime(2027, 3, 1, 12)  # eight in the evening
SECOND = timedelta(seconds=1)


@tagged("post_install", "-at_install")
class TestReportFact(WorkReportCommon):
    """Who has not reported, or not in time, as the two contracts tell it."""

    def setUp(self):
        super().setUp()
        self._switch_on(self.team_east, MONDAY, "daily")
        self._cron(MONDAY + timedelta(hours=8))
        self.report_a = self._reports(self.salesperson_a)
        self.report_b = self._reports(self.salesperson_b)
        self.report_c = self._reports(self.salesperson_c)
        for report in self.report_a | self.report_b | self.report_c:
            report.summary = "Visited three customers"

    def _find(self, model, at, user, kind):
        with self._at(at):
            self.env.flush_all()
            rows = self.env[model].with_user(user).search([("kind", "=", kind)])
            return self.Report.browse(rows.mapped("res_id"))

    def _facts(self, at, kind, user=None):
        return self._find("sales.process.fact", at, user or self.director, kind)

    def _items(self, at, user=None):
        user = user or self.director
        return self._find("sales.process.agenda.item", at, user, "report_missing")

    def test_missing_to_the_second(self):
        everybody = self.report_a | self.report_b | self.report_c
        self.assertFalse(self._facts(DUE, "report_missing"))
        self.assertFalse(self._items(DUE))
        self.assertEqual(self._facts(DUE + SECOND, "report_missing"), everybody)
        self.assertEqual(self._items(DUE + SECOND), everybody)
        with self._at(DUE + SECOND):
            fact = self.env["sales.process.fact"].search(
                [("kind", "=", "report_missing"), ("res_id", "=", self.report_a.id)]
            )
            self.assertEqual(fact.name, self.report_a.period)
            self.assertEqual(fact.user_id, self.salesperson_a)
            self.assertEqual(fact.team_id, self.team_east)
            self.assertEqual(fact.moment, DUE)
            self.assertEqual(fact.date, date(2027, 3, 1))
            action = fact.with_user(self.salesperson_a).action_open_evidence()
            self.assertEqual(action["res_id"], self.report_a.id)

    def test_in_time_late_and_excused(self):
        self._submit(self.report_a, DUE)
        self._submit(self.report_b, DUE + SECOND)
        self.report_c.state = "excused"
        after = DUE + timedelta(hours=1)
        self.assertFalse(self._facts(after, "report_missing"))
        self.assertFalse(self._items(after))
        self.assertEqual(self._facts(after, "report_late"), self.report_b)
        with self._at(after):
            fact = self.env["sales.process.fact"].search([("kind", "=", "report_late")])
            self.assertEqual(fact.date, date(2027, 3, 1), "the day it was due")

    def test_urgent_reports_are_owed_by_nobody(self):
        with self._at(DUE):
            self.Report.with_user(self.salesperson_a).create(
                {"kind": "urgent", "summary": "Fire"}
            )
        later = self._facts(DUE + timedelta(days=9), "report_missing")
        self.assertNotIn("urgent", later.mapped("kind"))

    def test_the_same_as_the_sources(self):
        """The discipline report, the team's number and the agenda agree."""
        self._submit(self.report_b, DUE + SECOND)
        moment = DUE + timedelta(days=1)
        with self._at(moment):
            self.env.flush_all()
            for outcome in ("missing", "late"):
                rows = self.env["sales.process.discipline.report"].search(
                    [("outcome", "=", outcome)]
                )
                self.assertEqual(
                    set(self._facts(moment, f"report_{outcome}").ids), set(rows.ids)
                )
            team = self.team_east.with_user(self.leader_east)
            team.invalidate_recordset()
            items = self._items(moment, self.leader_east)
            self.assertEqual(len(items), team.process_report_missing_count)
            self.assertEqual(items, self.report_a | self.report_c)

    def test_nobody_asks_for_old_ones(self):
        last = DUE + RECENT
        self.assertIn(self.report_a, self._items(last))
        self.assertNotIn(self.report_a, self._items(last + SECOND))
        self.assertIn(self.report_a, self._facts(last + SECOND, "report_missing"))

    def test_who_reads(self):
        after = DUE + SECOND
        for user, found in (
            (self.salesperson_a, self.report_a),
            (self.salesperson_c, self.report_c),
            (self.salesperson_d, self.Report),
            (self.leader_west, self.Report),
            (self.salesperson_x, self.Report),
            (self.leader_east, self.report_a | self.report_b | self.report_c),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._facts(after, "report_missing", user), found)
                self.assertEqual(self._items(after, user), found)
