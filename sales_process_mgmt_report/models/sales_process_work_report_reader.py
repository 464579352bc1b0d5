# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who reads a work report, reviews it and is reminded of it."""

from datetime import timedelta

from markupsafe import Markup

from odoo import models
from odoo.fields import Domain
from odoo.tools.mail import plaintext2html

from odoo.addons.sales_process_mgmt.models.sales_process_guard import on_records

from .sales_process_work_report_period import ReportPeriods
from .sales_process_work_report_reminder import ReportReminder
from .sales_process_work_report_review import ReportReview

# What is still to be submitted, by people who are there
REMINDED_STATES = ("draft", "returned", "missing")
# "All who are missing": of the last so many days
REMINDER_SPAN = timedelta(days=31)


class SalesProcessWorkReportReader(models.AbstractModel):
    """Whom a report concerns: told, asked to review, reminded; reports inherit it."""

    _name = "sales.process.work.report.reader"
    _description = "Readers of a Work Report"

    def _get_urgent_readers(self):
        """Whom an urgent report reaches: the leader; whoever is above, if absent.

        Where nobody leads the team the sales administrators stand in.

        :return: res.users
        """
        self.ensure_one()
        # sudo: who leads a team is no secret; a report that is new has no team yet
        report = self.sudo()
        author = report.user_id
        team = report.team_id or ReportPeriods(self.env).find_team(author)
        readers = report.reviewer_id or team._get_reviewer(author)
        now = self.env.cr.now()
        if not readers or readers._get_absences(now, now):
            readers |= team._get_reviewer(team.user_id)
        readers = (readers - author).filtered("active")
        if readers:
            return readers
        company = report.company_id or team.company_id or self.env.company
        return self.env.ref("sales_team.group_sale_manager").user_ids.filtered(
            lambda user: user.active and company in user.company_ids and user != author
        )

    def _tell(self, users, get_subject, get_text, answer=False):
        """Send one message about this report, in the name of whoever acts.

        :param users: res.users
        :param get_subject: function of the report, in the language of the reader
        :param get_text: the same, gives plain text or nothing
        :param bool answer: whether the reader has to do something now
        """
        self.ensure_one()

        def render(env):
            # sudo: whoever acts may not see all that the reader does
            told = self.with_context(lang=env.lang).sudo()
            subject = get_subject(told)
            text = plaintext2html(get_text(told) or "")
            link = told._get_html_link(subject)
            return subject, Markup("<p>%s</p>%s") % (link, text)

        self.env["sales.process.notice"]._tell(
            users,
            render,
            self,
            why="report",
            answer=answer,
            author_id=self.env.user.partner_id.id,
        )

    def _close_activities(self):
        """Reminders of these reports are done with."""
        # sudo: reminders were planned by the system
        self.sudo().activity_unlink(
            [
                "sales_process_mgmt_report.mail_activity_type_work_report",
                "sales_process_mgmt_report.mail_activity_type_work_report_returned",
            ],
            only_automated=False,
        )

    # ------------------------------------------------------------
    # REVIEWER
    # ------------------------------------------------------------

    @on_records
    def action_return(self):
        """Give reports back; the comment says why."""
        ReportReview(self).give_back()
        return {"type": "ir.actions.act_window_close"}

    @on_records
    def action_review(self):
        """Close reports as read, with the mark and the comment they have."""
        ReportReview(self).close()
        return {"type": "ir.actions.act_window_close"}

    @on_records
    def action_open_review(self):
        """Read and review in a dialog, without leaving the list.

        :return: dict, a window action
        """
        self.ensure_one()
        view = self.env.ref(
            "sales_process_mgmt_report.sales_process_work_report_view_form_review"
        )
        return {
            **self._action_open(),
            "target": "new",
            "views": [(view.id, "form")],
            "context": {**self.env.context, "dialog_size": "extra-large"},
        }

    @on_records
    def action_review_next(self):
        """Review this one and open the next that waits.

        :return: dict, a window action
        """
        self.ensure_one()
        self.action_review()
        following = self.search(
            [
                ("reviewer_id", "=", self.env.uid),
                ("state", "=", "submitted"),
                ("user_id", "!=", self.env.uid),
            ],
            order="date_submitted, id",
            limit=1,
        )
        if following:
            return following.action_open_review()
        return {"type": "ir.actions.act_window_close"}

    # ------------------------------------------------------------
    # REMINDERS
    # ------------------------------------------------------------

    @on_records
    def action_remind(self):
        """Remind everybody whose reports these are, or all who are missing.

        Without a selection: all missing reports of the last month that the user
        reviews. Each person gets one message, whatever the number of reports.

        :return: dict, a notification
        """
        reports = self or self._find_missing_to_review()
        reports.check_access("write")
        reports = reports.filtered(lambda report: report.state in REMINDED_STATES)
        reports._check_can_review()
        reports = ReportReminder.filter_due(reports)
        users = reports._remind(asked=True)
        toast = self.env["sales.process.notice"]._toast
        if not users:
            return toast(self.env._("Nobody is to be reminded now."), kind="info")
        return toast(
            self.env._(
                "People reminded: %(people)s. Reports to submit: %(reports)s.",
                people=len(users),
                reports=len(reports),
            )
        )

    def _find_missing_to_review(self):
        return self.search(
            Domain("status", "=", "missing")
            & Domain("reviewer_id", "=", self.env.uid)
            & Domain("user_id", "!=", self.env.uid)
            & Domain("date_due", ">=", self.env.cr.now() - REMINDER_SPAN)
        )

    def _remind(self, asked=False):
        """One activity for each report, one message for each person.

        :param bool asked: whether a person asks for the reports
        :return: res.users, who was reminded
        """
        return ReportReminder(self, asked).run()

    def _plan_reminders(self):
        """Plan the activities that do not stand yet, in one batch."""
        ReportReminder(self).plan()
