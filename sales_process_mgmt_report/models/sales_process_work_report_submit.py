# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A report is submitted by its author: checked, frozen, told to whom it concerns."""

from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime, format_list

from .sales_process_work_report_news import ReportNews
from .sales_process_work_report_period import NEWS_KINDS
from .sales_process_work_report_team import TeamNumbers

# States in which the author may still write
OPEN_STATES = ("draft", "returned", "missing", "excused")
TEXTS = ("summary", "problems", "next_plan", "help_needed")


class ReportSubmission:
    """Reports that are submitted together.

    :param reports: sales.process.work.report, with the rights of the author
    """

    def __init__(self, reports):
        self.reports = reports
        self.env = reports.env

    def run(self):
        """Submit them, all or none.

        :return: dict, a notification
        :raise AccessError: reports of somebody else
        :raise UserError: what is submitted already, or says nothing
        """
        self.reports.check_access("write")
        self.reports = self.reports._lock_rows()
        for report in self.reports:
            self._check(report)
        now = self.reports._get_now()
        for report in self.reports:
            report._freeze_lines()
            if report.kind in NEWS_KINDS:
                ReportNews(report).freeze()
            # sudo: state and times are the system's
            report.sudo().write(self._prepare_values(report, now))
        self.reports._refresh_values()
        self.reports._close_activities()
        urgent = self.reports.filtered(lambda report: report.kind == "urgent")
        if urgent:
            self._tell_urgent(urgent)
        return self._get_answer(urgent)

    def _check(self, report):
        if report.user_id != self.env.user:
            raise AccessError(self.env._("Everybody submits their own reports only."))
        if report.state not in OPEN_STATES:
            moment = report.date_resubmitted or report.date_submitted
            raise UserError(
                self.env._(
                    "%(report)s was submitted already, on %(time)s.",
                    report=report.display_name,
                    time=format_datetime(self.env, moment, tz=report.tz),
                )
            )
        if report.kind == "urgent" and not (report.summary or "").strip():
            raise UserError(
                self.env._("Say in the summary what is urgent, then submit.")
            )
        if report.kind == "daily" and not (
            report.line_ids
            or report.followup_ids
            or report.intelligence_ids
            or any((report[name] or "").strip() for name in TEXTS)
            or any(report.answer_ids.mapped("value"))
        ):
            raise UserError(
                self.env._(
                    "This report is empty. Add what was done today, at least one line "
                    "or a summary."
                )
            )

        report.answer_ids._check_given()
        ReportNews(report).check()

    def _prepare_values(self, report, now):
        # the author's rights say what is counted
        team_numbers = TeamNumbers(report).count()
        if report.date_submitted:
            return {
                "state": "submitted",
                "date_resubmitted": now,
                "team_numbers": team_numbers,
            }
        return {
            "team_numbers": team_numbers,
            "state": "submitted",
            "date_submitted": now,
            "is_late": bool(
                report.state != "excused" and report.date_due and now > report.date_due
            ),
        }

    def _tell_urgent(self, reports):
        """Bring urgent reports to the leader at once; to the one above, if absent."""
        # sudo: activities of others are planned
        for report in reports.sudo():
            readers = report._get_urgent_readers()
            report._tell(
                readers,
                lambda told: told.env._(
                    "Urgent report of %(name)s", name=told.user_id.name
                ),
                lambda told: told.summary,
                answer=True,
            )
            for reader in readers:
                # the message has told already
                self.env["sales.process.notice"]._plan(
                    report.with_context(mail_activity_quick_update=True),
                    "sales_process_mgmt_report.mail_activity_type_work_report_urgent",
                    reader,
                    date_deadline=self.env["crm.team"]._get_process_today(reader),
                )

    def _get_answer(self, urgent):
        """Say that it was submitted; whom it has reached, where all are urgent."""
        toast = self.env["sales.process.notice"]._toast
        if urgent and urgent == self.reports:
            readers = self.env["res.users"].union(
                *(report._get_urgent_readers() for report in urgent)
            )
            people = format_list(self.env, sorted(readers.mapped("name")))
            return toast(self.env._("Sent. %(people)s has been told.", people=people))
        if all(self.reports.mapped("date_resubmitted")):
            return toast(self.env._("Submitted again."))
        return toast(self.env._("Submitted."))
