# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.test_poison import (
    POISON,
    RETRY_LOGGER,
    Poison,
)

from ..models import sales_process_work_report_cron
from ..models.sales_process_work_report_cron import ReportRun
from ..models.sales_process_work_report_judge import ReportJudge
from .common_work_report import WorkReportCommon


@tagged("post_install", "-at_install")
class TestPoisonedReport(Poison, WorkReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.begin = datetime(2027, 2, 28, 16)  # Monday begins in Shanghai
        cls.day = cls.begin + timedelta(hours=8)
        cls.logger = sales_process_work_report_cron.__name__

    def setUp(self):
        super().setUp()
        self._switch_on(self.team_east, self.begin, "daily")

    def _at_cron(self, moment):
        """The scheduled action as a whole at a moment, without its commits."""
        cron = type(self.env["ir.cron"])
        with (
            self._at(moment),
            patch.object(cron, "_commit_progress", lambda *args, **kwargs: 1.0),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self.Report._cron_work_reports()
        self.env.invalidate_all()

    def test_person_who_cannot_be_judged(self):
        prepare = ReportRun._prepare_owed_row
        poisoned = self.salesperson_b.id

        def fail(run, judge, key, *args):
            if key[0] == poisoned:
                raise ValueError(POISON)
            return prepare(run, judge, key, *args)

        with (
            patch.object(ReportRun, "_prepare_owed_row", fail),
            mute_logger(self.logger),
        ):
            self._at_cron(self.day)
            self._at_cron(self.day)
        made = self._reports(kind="daily")
        self.assertEqual(made.user_id, self.salesperson_a | self.salesperson_c)
        self.assertEqual(len(made), 2)
        after = self.day + timedelta(days=1)
        self._at_cron(after)
        self.assertEqual(
            self._reports(self.salesperson_b).mapped("date_from"),
            [date(2027, 3, 1), date(2027, 3, 2)],
            "what could not be made is still owed",
        )

    def test_report_that_cannot_be_made(self):
        insert = ReportRun._insert_rows

        def fail(run, rows):
            if any(row["user_id"] == self.salesperson_b.id for row in rows):
                raise ValueError(POISON)
            return insert(run, rows)

        with patch.object(ReportRun, "_insert_rows", fail), mute_logger(RETRY_LOGGER):
            self._at_cron(self.day)
            with patch(f"{self.logger}.BATCH_SIZE", 1):
                self._at_cron(self.day + timedelta(days=1))
        made = self._reports(kind="daily")
        self.assertEqual(made.user_id, self.salesperson_a | self.salesperson_c)
        self.assertEqual(len(made), 4)
        self._at_cron(self.day + timedelta(days=1))
        self.assertEqual(len(self._reports(self.salesperson_b)), 2)

    def test_rules_are_read_once_for_a_run(self):
        """However many batches there are, rules are read once to make and to judge."""
        judges = []
        read = ReportJudge.__init__

        def count(judge, *args):
            judges.append(judge)
            read(judge, *args)

        with (
            patch.object(ReportJudge, "__init__", count),
            patch(f"{self.logger}.BATCH_SIZE", 1),
        ):
            self._at_cron(self.day)
        self.assertEqual(len(self._reports(kind="daily")), 3)
        self.assertEqual(len(judges), 2)

    def test_report_that_cannot_be_closed(self):
        self._at_cron(self.day)
        poisoned = self._reports(self.salesperson_b)
        healthy = self._reports(kind="daily") - poisoned
        over = self.begin + timedelta(days=1)
        with self._poisoned(self.Report, "_refresh_values", poisoned):
            self._at_cron(over)
            self.assertTrue(all(healthy.mapped("date_final")))
            self.assertFalse(poisoned.date_final)
            self.assertEqual(self._get_failure(poisoned).failure_count, 1)
            self.assertEqual(
                self._get_failure(poisoned).date_retry, over + timedelta(hours=1)
            )
            self._at_cron(over + timedelta(minutes=59))
            self.assertEqual(self._get_failure(poisoned).failure_count, 1)
            self._at_cron(over + timedelta(hours=1))
            self.assertEqual(self._get_failure(poisoned).failure_count, 2)
            self._at_cron(over + timedelta(hours=3))
            message = self._assert_told(poisoned, 1)
            self.assertEqual(message.partner_ids, self.leader_east.partner_id)
            self._at_cron(over + timedelta(days=40))
            self._assert_told(poisoned, 1)
            self.assertEqual(
                self._get_failure(poisoned).date_retry,
                over + timedelta(days=40, hours=8),
            )
        self._at_cron(over + timedelta(days=42))
        self.assertTrue(poisoned.date_final)
        self.assertFalse(self._get_failure(poisoned))

    def test_report_that_cannot_be_judged(self):
        self._at_cron(self.day)
        poisoned = self._reports(self.salesperson_b)
        healthy = self._reports(kind="daily") - poisoned
        with self._poisoned(self.Report, "_judge", poisoned):
            self._at_cron(self.day + timedelta(hours=13))
        self.assertEqual(set(healthy.mapped("state")), {"missing"})
        self.assertEqual(poisoned.state, "draft")
        with self._at(self.day + timedelta(hours=13)):
            self.assertEqual(poisoned.status, "missing", "shown as what it is")

    def test_person_who_cannot_be_reminded(self):
        self._at_cron(self.day)
        poisoned = self._reports(self.salesperson_b)
        healthy = self._reports(kind="daily") - poisoned
        with self._poisoned(self.Report, "_plan_reminders", poisoned):
            self._at_cron(self.day + timedelta(hours=11))
        self.assertTrue(all(healthy.mapped("date_reminded")))
        self.assertFalse(poisoned.date_reminded)
        self.assertEqual(self._get_failure(poisoned).failure_count, 1)

    def test_step_that_is_broken(self):
        """The other steps go on."""
        self._at_cron(self.day)
        reports = self._reports(kind="daily")
        with (
            mute_logger(self.logger),
            patch.object(ReportRun, "_get_owed_rows", side_effect=ValueError(POISON)),
        ):
            self._at_cron(self.day + timedelta(hours=13))
        self.assertEqual(set(reports.mapped("state")), {"missing"})
