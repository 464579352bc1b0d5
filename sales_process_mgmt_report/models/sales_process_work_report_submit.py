# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_datetime
from odoo.tools.mail import plaintext2html

from .sales_process_work_report import OPEN_STATES

_logger = logging.getLogger(__name__)

# Whoever presses the button twice sends one reminder
REMINDER_PAUSE = timedelta(minutes=10)
# "All who are missing": of the last so many days
REMINDER_SPAN = timedelta(days=31)
# A month on paper names so many contacts, the others are in the numbers
MAX_DOCUMENT_LINES = 100
FACE_TO_FACE = ("visit", "meeting", "reception")


class SalesProcessWorkReport(models.Model):
    """What the author and the reviewer do with a report."""

    _inherit = "sales.process.work.report"

    urgent_recipient_names = fields.Char(
        string="Reaches",
        compute="_compute_urgent_recipient_names",
        help="Who is told at once of an urgent report.",
    )

    # ------------------------------------------------------------
    # AUTHOR
    # ------------------------------------------------------------

    def action_submit(self):
        """Submit: freeze the daily list and the numbers; tell the leader if urgent."""
        self.check_access("write")
        self._lock_rows()
        for report in self:
            report._check_may_submit()
        now = self._get_now()
        for report in self:
            report._freeze_lines()
            values = {"state": "submitted"}
            if report.date_submitted:
                values["date_resubmitted"] = now
            else:
                values["date_submitted"] = now
                values["is_late"] = bool(
                    report.state != "excused"
                    and report.date_due
                    and now > report.date_due
                )
            # sudo: state and times are the system's
            report.sudo().write(values)
        self._refresh_values()
        self._close_activities()
        urgent = self.filtered(lambda report: report.kind == "urgent")
        urgent._tell_urgent()
        if urgent and urgent == self:
            return self._get_urgent_notification()
        return self.env["sales.process.notice"]._toast(
            self.env._("Submitted again.")
            if all(self.mapped("date_resubmitted"))
            else self.env._("Submitted.")
        )

    def _get_urgent_notification(self):
        """Say whom the urgent reports have reached, and close the dialog.

        :return: dict, a client action
        """
        names = {name for report in self for name in [report.urgent_recipient_names]}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Sent. %(people)s has been told.",
                    people=", ".join(sorted(filter(None, names))),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_may_submit(self):
        if self.user_id != self.env.user:
            raise AccessError(self.env._("Everybody submits their own reports only."))
        if self.state not in OPEN_STATES:
            moment = self.date_resubmitted or self.date_submitted
            raise UserError(
                self.env._(
                    "%(report)s was submitted already, on %(time)s.",
                    report=self.display_name,
                    time=format_datetime(self.env, moment, tz=self.tz),
                )
            )
        if self.kind == "urgent" and not (self.summary or "").strip():
            raise UserError(
                self.env._("Say in the summary what is urgent, then submit.")
            )
        if self.kind == "daily" and not (
            self.line_ids
            or self.followup_ids
            or self.intelligence_ids
            or any(
                (self[name] or "").strip()
                for name in ("summary", "problems", "next_plan", "help_needed")
            )
        ):
            raise UserError(
                self.env._(
                    "This report is empty. Add what was done today, at least one line "
                    "or a summary."
                )
            )

    def _tell_urgent(self):
        """Bring urgent reports to the leader at once; to the one above, if absent."""
        for report in self.sudo():
            readers = report._get_urgent_readers()
            for reader in readers:
                told = report.with_context(lang=reader.lang)
                told._tell(
                    reader,
                    told.env._("Urgent report of %(name)s", name=report.user_id.name),
                    report.summary,
                )
            for reader in readers:
                # the message has told already
                report.with_context(mail_activity_quick_update=True).activity_schedule(
                    "sales_process_mgmt_report.mail_activity_type_work_report_urgent",
                    user_id=reader.id,
                    date_deadline=self.env["crm.team"]._get_process_today(reader),
                )

    def _get_urgent_readers(self):
        """Whom an urgent report reaches: the leader; whoever is above, if absent.

        Where nobody leads the team the sales administrators stand in.

        :return: res.users
        """
        self.ensure_one()
        # sudo: who leads a team is no secret; a report that is new has no team yet
        report = self.sudo()
        author = report.user_id
        team = report.team_id or author.sale_team_id
        readers = report.reviewer_id or team._get_reviewer(author)
        now = self.env.cr.now()
        if not readers or readers._get_absences(now, now):
            readers |= team.report_to_id
        readers = (readers - author).filtered("active")
        if readers:
            return readers
        company = report.company_id or team.company_id or self.env.company
        return self.env.ref("sales_team.group_sale_manager").user_ids.filtered(
            lambda user: user.active and company in user.company_ids and user != author
        )

    @api.depends("kind", "reviewer_id", "team_id", "user_id")
    def _compute_urgent_recipient_names(self):
        for report in self:
            report.urgent_recipient_names = (
                ", ".join(report._get_urgent_readers().mapped("name"))
                if report.kind == "urgent" and report.user_id
                else False
            )

    def _tell(self, users, subject, text=None):
        """Send one message about this report.

        :param users: res.users
        :param str text: plain text
        """
        self.ensure_one()
        if users:
            # sudo: sent by the system, in the name of whoever acts
            self.sudo().message_notify(
                author_id=self.env.user.partner_id.id,
                partner_ids=users.partner_id.ids,
                subject=subject,
                body=Markup("<p>%s</p>%s")
                % (
                    self.sudo()._get_html_link(subject),
                    plaintext2html(text or ""),
                ),
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

    @api.model
    def action_open_today(self):
        """Open the report of today, made if need be.

        :return: dict, a window action
        """
        today = self._get_today()
        # sudo: own report; one of the same day may be in another company's shadow
        report = self.search(
            [
                ("user_id", "=", self.env.uid),
                ("kind", "=", "daily"),
                ("date_from", "=", today),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        ) or self.create([{"kind": "daily", "date_from": today}])
        return report._action_open()

    def _action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------
    # REVIEWER
    # ------------------------------------------------------------

    def action_return(self):
        """Give reports back; the comment says why."""
        self.check_access("write")
        self._lock_rows()
        self._check_can_review()
        for report in self:
            if report.state not in ("submitted", "reviewed"):
                raise UserError(
                    self.env._(
                        "Only a report that was submitted can be returned: %(report)s.",
                        report=report.display_name,
                    )
                )
            reason = (report.review_comment or "").strip()
            if not reason:
                raise UserError(
                    self.env._("Say in the comment what is missing, then return it.")
                )
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
            told = report.with_context(lang=report.user_id.lang)
            told._tell(
                report.user_id,
                told.env._("Returned: %(report)s", report=told.display_name),
                reason,
            )
            # sudo: planned by the system; the message has told already
            quick = report.sudo().with_context(mail_activity_quick_update=True)
            quick.activity_schedule(
                "sales_process_mgmt_report.mail_activity_type_work_report_returned",
                user_id=report.user_id.id,
                date_deadline=self.env["crm.team"]._get_process_today(report.user_id),
                note=plaintext2html(reason),
            )
        return {"type": "ir.actions.act_window_close"}

    def action_review(self):
        """Close reports as read, with the mark and the comment they have."""
        self.check_access("write")
        self._lock_rows()
        self._check_can_review()
        for report in self:
            if report.state != "submitted":
                raise UserError(
                    self.env._(
                        "Only a report that was submitted can be reviewed: %(report)s.",
                        report=report.display_name,
                    )
                )
        # sudo: state is the system's
        self.sudo().write(
            {
                "state": "reviewed",
                "reviewed_by_id": self.env.uid,
                "date_reviewed": self._get_now(),
            }
        )
        self.sudo().activity_unlink(
            ["sales_process_mgmt_report.mail_activity_type_work_report_urgent"]
        )
        for report in self:
            comment = (report.review_comment or "").strip()
            if comment:
                told = report.with_context(lang=report.user_id.lang)
                mark = told._get_mark()
                told._tell(
                    report.user_id,
                    told.env._("Reviewed: %(report)s", report=told.display_name),
                    f"{mark}: {comment}" if mark else comment,
                )
        return {"type": "ir.actions.act_window_close"}

    def _get_mark(self):
        """The mark in words, empty without one.

        :return: str
        """
        marks = dict(self._fields["review_mark"]._description_selection(self.env))
        return marks[self.review_mark] if int(self.review_mark or 0) else ""

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

    def action_remind(self):
        """Remind everybody whose reports these are, or all who are missing.

        Without a selection: all missing reports of the last month that the user
        reviews. Each person gets one message, whatever the number of reports.

        :return: dict, a notification
        """
        reports = self
        if not reports:
            earliest = self.env.cr.now() - REMINDER_SPAN
            reports = self.search(
                Domain("status", "=", "missing")
                & Domain("reviewer_id", "=", self.env.uid)
                & Domain("user_id", "!=", self.env.uid)
                & Domain("date_due", ">=", earliest)
            )
        reports.check_access("write")
        # sudo: own reports or those of an administrator are allowed, others are not
        reports = reports.filtered(
            lambda report: report.state in ("draft", "returned", "missing")
        )
        reports._check_can_review()
        pause = self._get_now() - REMINDER_PAUSE
        reports = reports.filtered(
            lambda report: not report.date_reminded or report.date_reminded <= pause
        )
        users = reports._remind()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if users else "info",
                "message": self.env._(
                    "%(people)s people were reminded of %(reports)s reports.",
                    people=len(users),
                    reports=len(reports),
                )
                if users
                else self.env._("Nobody is to be reminded now."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _remind(self):
        """One activity for each report, one message for each person.

        :return: res.users, who was reminded
        """
        # sudo: sent by the system on behalf of the leader
        reports = self.sudo().filtered("user_id.active")
        reports._plan_reminders()
        self.sudo().write({"date_reminded": self._get_now()})
        users = self.env["res.users"]
        for user, own in reports.grouped("user_id").items():
            try:
                with self.env.cr.savepoint():
                    own.with_context(lang=user.lang)._tell_reminder(user)
                users |= user
            except Exception:
                # the activities stand, whoever cannot be told
                _logger.exception("User %s was not reminded of reports", user.id)
        return users

    def _plan_reminders(self):
        """Plan the activities that do not stand yet, in one batch."""
        kind = self.env.ref("sales_process_mgmt_report.mail_activity_type_work_report")
        known = self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", kind.id),
            ]
        )
        reminded = set(known.mapped("res_id"))
        model_id = self.env["ir.model"]._get_id(self._name)
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
                        lang=report.user_id.lang
                    )._get_title(),
                    "date_deadline": report.date_to,
                }
                for report in self
                if report.id not in reminded
            ]
        )

    def _tell_reminder(self, user):
        items = Markup().join(
            Markup("<li>%s: %s</li>")
            % (
                report._get_html_link(report._get_title()),
                self.env._(
                    "due on %(time)s",
                    time=format_datetime(
                        self.env, report.date_due, tz=report.tz, dt_format="short"
                    ),
                )
                if report.date_due
                else self.env._("returned"),
            )
            for report in self.sorted(lambda report: (report.date_to, report.id))
        )
        subject = self.env._("Reports to submit: %(count)s", count=len(self))
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=Markup("<p>%s</p><ul>%s</ul>") % (subject, items),
        )

    def _get_texts(self):
        """What the author wrote, with its headings.

        :return: list of ``(heading, text)``
        """
        return [
            (self._fields[name]._description_string(self.env), self[name])
            for name in ("summary", "problems", "next_plan", "help_needed")
        ]

    def _get_document_lines(self, section="done"):
        """The daily list of a day, the contacts face to face of a week or month.

        :param str section: ``done`` or ``planned``
        :return: list of dicts with texts
        """
        self.ensure_one()
        if self.kind == "daily" and self.state in ("submitted", "reviewed"):
            records = self.line_ids.filtered(lambda line: line.section == section)
        elif section == "planned" or self.kind == "urgent":
            return []
        else:
            domain = self._get_followup_domain()
            if self.kind != "daily":
                domain.append(("channel", "in", FACE_TO_FACE))
            records = self.env["sales.process.followup"].search(
                domain, order="date, id", limit=MAX_DOCUMENT_LINES
            )
        lines = [self._get_document_line(record) for record in records]
        if self.kind == "daily" and records._name != self.line_ids._name:
            lines += [self._get_document_line(line) for line in self.line_ids]
        return lines

    def _get_document_line(self, record):
        channels = dict(record._fields["channel"]._description_selection(self.env))
        if record._name == "sales.process.followup":
            customer = record.partner_id.display_name or record.lead_id.display_name
        else:
            customer = record.customer
        return {
            "when": record.when
            if "when" in record._fields
            else format_datetime(self.env, record.date, tz=self.tz, dt_format="short"),
            "channel": channels.get(record.channel, ""),
            "customer": customer,
            "location": record.location,
            "subject": record.subject,
            "solution": record.solution,
            "next_step": record.next_step,
        }
