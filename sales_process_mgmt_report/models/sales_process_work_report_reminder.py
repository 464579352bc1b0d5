# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""People are reminded of the reports that they owe."""

import logging
from datetime import timedelta

from markupsafe import Markup

from odoo.tools import format_datetime

from odoo.addons.sales_process_mgmt.tools import labels
from odoo.addons.sales_process_mgmt.tools.spoken import get_spoken

_logger = logging.getLogger(__name__)

# Whoever presses the button twice sends one reminder
REMINDER_PAUSE = timedelta(minutes=10)


class ReportReminder:
    """One activity for each report, one message for each person.

    :param reports: sales.process.work.report
    :param bool asked: whether a person asks for the reports, not the clock
    """

    def __init__(self, reports, asked=False):
        self.asked = asked
        # sudo: sent by the system on behalf of the leader
        self.reports = reports.sudo()
        self.env = self.reports.env

    @staticmethod
    def filter_due(reports):
        """The reports of which nobody was reminded just now.

        :param reports: sales.process.work.report
        :return: some of them
        """
        pause = reports._get_now() - REMINDER_PAUSE
        return reports.filtered(
            lambda report: not report.date_reminded or report.date_reminded <= pause
        )

    def run(self):
        """Remind.

        :return: res.users, who was reminded
        """
        reports = self.reports.filtered("user_id.active")
        reports._plan_reminders()
        self.reports.write({"date_reminded": self.reports._get_now()})
        users = self.env["res.users"]
        for user, own in reports.grouped("user_id").items():
            try:
                with self.env.cr.savepoint():
                    self._tell(own, user)
                users |= user
            except Exception:
                # the activities stand, whoever cannot be told
                _logger.exception("User %s was not reminded of reports", user.id)
        return users

    def plan(self):
        """Plan the activities that do not stand yet, in one batch."""
        kind = self.env.ref("sales_process_mgmt_report.mail_activity_type_work_report")
        known = self.env["mail.activity"].search(
            [
                ("res_model", "=", self.reports._name),
                ("res_id", "in", self.reports.ids),
                ("activity_type_id", "=", kind.id),
            ]
        )
        reminded = set(known.mapped("res_id"))
        model_id = self.env["ir.model"]._get_id(self.reports._name)
        self.env["mail.activity"].with_context(
            mail_activity_quick_update=True, mail_create_nosubscribe=True
        ).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": report.id,
                    "activity_type_id": kind.id,
                    "user_id": report.user_id.id,
                    "summary": report.with_context(
                        lang=get_spoken(self.env, report.user_id.lang)
                    )._get_title(),
                    "date_deadline": report.date_to,
                }
                for report in self.reports
                if report.id not in reminded
            ]
        )

    def _tell(self, reports, user):
        if self.asked:
            moment = {"answer": True}
        elif all(row.kind == "daily" and row.date_due for row in reports):
            # those of each day stand on the list of each day
            moment = {"until": max(reports.mapped("date_due"))}
        else:
            moment = {"today": True}
        self.env["sales.process.notice"]._tell(
            user,
            lambda env: self._render(reports.with_context(lang=env.lang)),
            why="report",
            **moment,
        )

    def _render(self, reports):
        """What one person is told.

        :param reports: sales.process.work.report, in the language of the reader
        :return: tuple, subject and body
        """
        env = reports.env
        items = Markup().join(
            Markup("<li>%s</li>")
            % labels.join_pair(
                env,
                report._get_html_link(report._get_title()),
                env._(
                    "due on %(time)s",
                    time=format_datetime(
                        env, report.date_due, tz=report.tz, dt_format="short"
                    ),
                )
                if report.date_due
                else env._("returned"),
            )
            for report in reports.sorted(lambda report: (report.date_to, report.id))
        )
        subject = env._("Reports to submit: %(count)s", count=len(reports))
        return subject, Markup("<p>%s</p><ul>%s</ul>") % (subject, items)
