# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A report is read by its reviewer: given back with a reason, or closed."""

from odoo.exceptions import UserError
from odoo.tools.mail import plaintext2html

from odoo.addons.sales_process_mgmt.tools import labels


class ReportReview:
    """Reports that are reviewed together.

    :param reports: sales.process.work.report, with the rights of the reviewer
    """

    def __init__(self, reports):
        self.reports = reports
        self.env = reports.env

    def _check(self):
        self.reports.check_access("write")
        self.reports = self.reports._lock_rows()
        self.reports._check_can_review()

    # ------------------------------------------------------------
    # GIVE BACK
    # ------------------------------------------------------------

    def give_back(self):
        """Give them back to their authors; the comment says why."""
        self._check()
        for report in self.reports:
            self._check_can_give_back(report)
            self._give_back(report, report.review_comment.strip())

    def _check_can_give_back(self, report):
        if report.state not in ("submitted", "reviewed"):
            raise UserError(
                self.env._(
                    "Only a report that was submitted can be returned: %(report)s.",
                    report=report.display_name,
                )
            )
        if not (report.review_comment or "").strip():
            raise UserError(
                self.env._("Say in the comment what is missing, then return it.")
            )

    def _give_back(self, report, reason):
        report._thaw_lines()
        # sudo: state is the system's
        report.sudo().write(
            {
                "state": "returned",
                "return_reason": reason,
                "return_count": report.return_count + 1,
                "review_comment": False,
                "review_mark": False,
                "reviewed_by_id": False,
                "date_reviewed": False,
            }
        )
        report._tell(
            report.user_id,
            lambda told: told.env._("Returned: %(report)s", report=told.display_name),
            lambda told: reason,
            answer=True,
        )
        # sudo: planned by the system; the message has told already
        self.env["sales.process.notice"]._plan(
            report.sudo().with_context(mail_activity_quick_update=True),
            "sales_process_mgmt_report.mail_activity_type_work_report_returned",
            report.user_id,
            date_deadline=self.env["crm.team"]._get_process_today(report.user_id),
            note=plaintext2html(reason),
        )

    # ------------------------------------------------------------
    # CLOSE
    # ------------------------------------------------------------

    def close(self):
        """Close them as read, with the mark and the comment that they have."""
        self._check()
        for report in self.reports:
            if report.state != "submitted":
                raise UserError(
                    self.env._(
                        "Only a report that was submitted can be reviewed: %(report)s.",
                        report=report.display_name,
                    )
                )
        # sudo: state is the system's
        reports = self.reports.sudo()
        reports.write(
            {
                "state": "reviewed",
                "reviewed_by_id": self.env.uid,
                "date_reviewed": reports._get_now(),
            }
        )
        reports.activity_unlink(
            ["sales_process_mgmt_report.mail_activity_type_work_report_urgent"]
        )
        for report in self.reports:
            self._tell_comment(report)

    def _tell_comment(self, report):
        comment = (report.review_comment or "").strip()
        if not comment:
            return

        def get_text(told):
            mark = told._get_mark()
            return labels.join_pair(told.env, mark, comment) if mark else comment

        report._tell(
            report.user_id,
            lambda told: told.env._("Reviewed: %(report)s", report=told.display_name),
            get_text,
        )
