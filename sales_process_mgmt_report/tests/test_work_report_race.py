# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

from ..models.sales_process_work_report_cron import ReportRun

ROUNDS = 20


@tagged("post_install", "-at_install")
class TestWorkReportRace(SalesProcessRaceCase):
    @classmethod
    def _remove_records(cls):
        with cls.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM sales_process_work_report WHERE team_id = %s",
                (cls.team_id,),
            )
        return super()._remove_records()

    def _reports(self, env):
        return env["sales.process.work.report"].search([("team_id", "=", self.team_id)])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_handed_in_twice_at_the_same_instant(self):
        """One is submitted, the other gets the sentence; one list, one set of
        numbers."""
        user_id = self.user_ids[0]
        for _round in range(ROUNDS):
            with self._environment(user_id) as env:
                report = env["sales.process.work.report"].create(
                    {"kind": "urgent", "summary": "At once"}
                )
            report_id = report.id

            def submit(env, report_id=report_id):
                env["sales.process.work.report"].browse(report_id).action_submit()
                return "done"

            outcomes = self._race((user_id, submit), (user_id, submit))
            refused = [row for row in outcomes if isinstance(row, UserError)]
            self.assertEqual((outcomes.count("done"), len(refused)), (1, 1), outcomes)
            with self._environment() as env:
                report = env["sales.process.work.report"].browse(report_id)
                self.assertEqual(report.state, "submitted")
                self.assertEqual(len(report.activity_ids), 1)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_report_of_a_period(self):
        """The person and two servers make the report of one day at once."""
        user_id = self.user_ids[0]
        for _round in range(ROUNDS):
            with self._environment() as env:
                self._reports(env).unlink()
                env["crm.team"].browse(self.team_id).write(
                    {
                        "process_report_daily": True,
                        "process_report_days": "all",
                        "process_report_checked": False,
                    }
                )
                env.cr.execute(
                    "UPDATE crm_team SET process_report_daily_since"
                    " = process_report_daily_since"
                    " - INTERVAL '1 day', process_report_daily_hour = 24,"
                    " process_report_checked = NULL WHERE id = %s",
                    (self.team_id,),
                )
                env.cr.execute(
                    "UPDATE crm_team_member SET create_date = create_date"
                    " - INTERVAL '2 day' WHERE crm_team_id = %s",
                    (self.team_id,),
                )

            def by_hand(env):
                return env["sales.process.work.report"].action_open_today()["res_id"]

            def by_cron(env):
                return ReportRun(env).make_owed()

            outcomes = self._race((user_id, by_hand), (1, by_cron), (1, by_cron))
            for outcome in outcomes:
                if isinstance(outcome, Exception):
                    self.assertIsInstance(outcome, ValidationError)
            with self._environment() as env:
                reports = self._reports(env)
                keys = [(row.user_id.id, row.date_from) for row in reports]
                self.assertEqual(len(keys), len(set(keys)))
                today = max(row.date_from for row in reports)
                self.assertEqual(
                    {key[0] for key in keys if key[1] == today}, set(self.user_ids[:2])
                )

    def test_team_changed_meanwhile(self):
        """What somebody writes on the team is neither waited for nor an error."""
        with self._environment() as env:
            env["crm.team"].browse(self.team_id).process_report_daily = True

        def get_checked():
            with self._environment() as env:
                return env["crm.team"].browse(self.team_id).process_report_checked

        def make(meanwhile):
            with self._environment() as env:
                env.cr.execute("SELECT 1 FROM crm_team LIMIT 1")
                meanwhile(env)
                with self.assertNoLogs("odoo.sql_db", "ERROR"):
                    self.assertEqual(ReportRun(env).make_owed()[1], 0)

        def write(_env):
            with self._environment() as other:
                other["crm.team"].browse(self.team_id).process_report_checked = False

        make(write)
        self.assertFalse(get_checked())
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT 1 FROM crm_team WHERE id = %s FOR UPDATE", [self.team_id]
            )
            make(lambda env: env.cr.execute("SET LOCAL lock_timeout = '5s'"))
        self.assertFalse(get_checked())
        make(lambda env: None)
        self.assertTrue(get_checked())
