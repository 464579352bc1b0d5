# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz

from odoo import fields

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon

from ..models.sales_process_work_report_cron import ReportRun

KINDS = ("daily", "weekly", "monthly")
STEPS = ("make_owed", "judge_open", "remind", "close")


class WorkReportCommon(SalesProcessCommon):
    """Teams whose members have been there for years; time travels in 2027.

    1 March 2027 is a Monday.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["sales.process.work.report"]
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE crm_team_member SET create_date = '2020-01-01'")
        cls.env.cr.execute("UPDATE crm_team SET create_date = '2020-01-01'")
        cls.env.invalidate_all()

    def _local(self, text, zone="Asia/Shanghai"):
        """A moment on the wall of a zone, as naive UTC."""
        wall = fields.Datetime.to_datetime(text)
        zone = pytz.timezone(zone)
        return zone.localize(wall).astimezone(pytz.utc).replace(tzinfo=None)

    def _switch_on(self, team, at, *kinds, **values):
        with self._at(at):
            team.write({**{f"process_report_{kind}": True for kind in kinds}, **values})

    def _cron(self, at):
        """What the scheduled action does at a moment, without its commits."""
        with self._at(at):
            self._run_steps()
        self.env.invalidate_all()

    def _run_steps(self):
        for step in STEPS:
            after = 0
            while True:
                _count, after = getattr(ReportRun(self.env), step)(after)
                if not after:
                    break
        self.env.flush_all()

    def _reports(self, user=None, kind=None, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        if user:
            domain.append(("user_id", "in", user.ids))
        if kind:
            domain.append(("kind", "=", kind))
        return self.Report.search(domain, order="date_from, user_id")

    def _submit(self, report, at):
        with self._at(at):
            report.with_user(report.user_id).action_submit()
            self.env.flush_all()
        self.env.invalidate_all()

    def _follow_up(self, lead, user, at, **values):
        with self._at(at):
            return (
                self.env["sales.process.followup"]
                .with_user(user)
                .create({"lead_id": lead.id, "subject": "Price and delivery", **values})
            )

    def _messages_to(self, user):
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", user.partner_id.ids),
            ],
            order="id desc",
        )

    def _assert_second(self, report, deadline):
        """In time at the deadline, missing one second later."""
        self.assertEqual(report.date_due, deadline)
        with self._at(deadline):
            report.invalidate_recordset()
            self.assertEqual(report.status, "owed")
        with self._at(deadline + timedelta(seconds=1)):
            report.invalidate_recordset()
            self.assertEqual(report.status, "missing")
