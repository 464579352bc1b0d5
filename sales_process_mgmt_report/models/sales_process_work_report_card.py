# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a work report shows, and what opens from there."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, format_list

from odoo.addons.sales_process_mgmt.models.sales_process_guard import on_records
from odoo.addons.sales_process_mgmt.tools import labels
from odoo.addons.sales_process_mgmt.tools import period as period_tools

from .sales_process_work_report_content import ReportContent
from .sales_process_work_report_news import ReportNews
from .sales_process_work_report_period import NEWS_KINDS
from .sales_process_work_report_submit import OPEN_STATES, TEXTS
from .sales_process_work_report_team import TeamNumbers

# What is to be reviewed follows a new leader for so many days.
ASK_DAYS = 62


class SalesProcessWorkReportCard(models.AbstractModel):
    """Title, state, contacts and numbers as they are shown; reports inherit it."""

    _name = "sales.process.work.report.card"
    _description = "Card of a Work Report"

    @api.depends("kind", "period", "user_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for report in self:
            title = report._get_title()
            report.display_name = (
                self.env._(
                    "%(report)s, %(person)s", report=title, person=report.user_id.name
                )
                if report.user_id
                else title
            )

    def _get_title(self):
        """What the report is, without the person: “Weekly Report 2026-W14”."""
        titles = {
            "daily": self.env._("Daily Report %(period)s", period=self.period or ""),
            "weekly": self.env._("Weekly Report %(period)s", period=self.period or ""),
            "monthly": self.env._(
                "Monthly Report %(period)s", period=self.period or ""
            ),
            "news_weekly": self.env._(
                "Weekly Intelligence %(period)s", period=self.period or ""
            ),
            "news_monthly": self.env._(
                "Monthly Intelligence %(period)s", period=self.period or ""
            ),
            "urgent": self.env._("Urgent Report %(period)s", period=self.period or ""),
        }
        return titles.get(self.kind, "").strip()

    def _get_date_range(self):
        """First and last date as people read them.

        :return: str
        """
        if self.date_from == self.date_to:
            return format_date(self.env, self.date_from)
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, self.date_from),
            last=format_date(self.env, self.date_to),
        )

    def _get_now(self):
        """The present second; deadlines are told in whole ones."""
        return self.env.cr.now().replace(microsecond=0)

    @api.depends("date_due", "is_late", "state")
    def _compute_status(self):
        now = self._get_now()
        for report in self:
            if report.state == "excused":
                report.status = "excused"
            elif report.state in ("draft", "missing"):
                if report.date_due:
                    is_over = report.date_due < now
                    report.status = "missing" if is_over else "owed"
                else:
                    report.status = False
            else:
                report.status = "late" if report.is_late else "on_time"

    @api.model
    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = self._get_now()
        handed_in = Domain("state", "in", ("submitted", "returned", "reviewed"))
        waiting = Domain("state", "in", ("draft", "missing"))
        is_over = Domain("date_due", "<", now)
        domains = {
            "owed": waiting & Domain("date_due", ">=", now),
            "on_time": handed_in & Domain("is_late", "=", False),
            "late": handed_in & Domain("is_late", "=", True),
            "missing": waiting & is_over,
            "excused": Domain("state", "=", "excused"),
            # an urgent report that is still written
            False: waiting & Domain("date_due", "=", False),
        }
        return Domain.OR(domains[name] for name in value if name in domains)

    @api.depends("reviewer_id", "state", "team_id", "user_id")
    @api.depends_context("uid")
    def _compute_can(self):
        for report in self:
            report.can_edit = report._can_edit()
            report.can_review = report._can_review()

    def _can_edit(self):
        return self.user_id == self.env.user and self.state in OPEN_STATES

    @api.model
    def _ask_anew(self):
        """Somebody else leads: what is still to be reviewed is reviewed by that one.

        What is older than two months stays with whom it was sent to.
        """
        rows = self.search(
            [
                ("state", "in", (*OPEN_STATES, "submitted")),
                ("date_to", ">=", self._get_today() - timedelta(days=ASK_DAYS)),
            ]
        )
        for (team, user), reports in rows.grouped(
            lambda report: (report.team_id, report.user_id)
        ).items():
            reviewer = team._get_reviewer(user)
            reports.filtered(
                lambda report, reviewer=reviewer: report.reviewer_id != reviewer
            ).write({"reviewer_id": reviewer.id})

    def _can_review(self):
        """Nobody reviews an own report; administrators stand in for any leader."""
        user = self.env.user
        if self.user_id == user:
            return False
        return self.reviewer_id == user or user.has_group(
            "sales_team.group_sale_manager"
        )

    @api.depends("value_ids.display_goal")
    def _compute_has_goals(self):
        for report in self:
            report.has_goals = any(report.value_ids.mapped("display_goal"))

    @api.depends("bound_from", "bound_to", "kind", "state", "user_id")
    @api.depends_context("uid")
    def _compute_followup_ids(self):
        self.followup_ids = False
        for report in self:
            if report.kind == "daily" and report.state in OPEN_STATES:
                report.followup_ids = ReportContent(report).find_followups()

    @api.depends("bound_from", "bound_to", "user_id")
    @api.depends_context("uid")
    def _compute_followup_count(self):
        Followup = self.env["sales.process.followup"]
        self.followup_count = 0
        for report in self:
            if report.kind in period_tools.KINDS:
                # each: a form shows one report
                report.followup_count = Followup.search_count(
                    report._get_followup_domain()
                )

    @api.depends("date_to", "kind", "state", "user_id")
    @api.depends_context("lang", "uid")
    def _compute_planned(self):
        self.planned = False
        for report in self:
            if report.kind != "daily" or report.state in ("submitted", "reviewed"):
                continue
            if report.date_to and report.tz:
                report.planned = ReportContent(report).get_planned_table()

    @api.depends("kind", "state", "team_numbers", "user_id")
    @api.depends_context("lang", "uid")
    def _compute_team_table(self):
        """While it is written the numbers of now, for the author; then those told."""
        for report in self:
            report.team_table = TeamNumbers(report).render(report._get_team_numbers())

    def _get_team_numbers(self):
        """Those that were told; before that those of now, for the author.

        :return: dict, see ``TeamNumbers``, or False
        """
        self.ensure_one()
        if self.state not in OPEN_STATES:
            return self.team_numbers
        if self.user_id != self.env.user or not self.bound_from:
            return False
        return TeamNumbers(self).count()

    @api.depends("intelligence_ids.topic", "kind", "state", "team_id", "user_id")
    @api.depends_context("lang")
    def _compute_topic_names(self):
        self.topic_names = self.untold_topic_names = False
        for report in self:
            if report.kind in NEWS_KINDS and report.date_to:
                news = ReportNews(report)
                report.topic_names = news.describe_owed()
                if report.state in OPEN_STATES:
                    report.untold_topic_names = news.name(news.get_untold())

    @api.depends("kind", "reviewer_id", "team_id", "user_id")
    @api.depends_context("lang")
    def _compute_urgent_recipient_names(self):
        for report in self:
            report.urgent_recipient_names = (
                format_list(self.env, report._get_urgent_readers().mapped("name"))
                if report.kind == "urgent" and report.user_id
                else False
            )

    @on_records
    def action_open_team_sheet(self):
        """Print the period of a leader's report: the teams that the reader oversees.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["sales.process.team.sheet"]._open(
            TeamNumbers(self).get_teams(), self.kind, self.date_from
        )

    def _get_today(self):
        """Today, for the current user."""
        user = self.env.user
        # sudo: the zone comes from the team, which need not be readable
        return user.sale_team_id.sudo()._get_process_today(user)

    # ------------------------------------------------------------
    # CONTENT
    # ------------------------------------------------------------

    def _get_texts(self):
        """What the author wrote, with its headings.

        :return: list of ``(heading, text)``
        """
        return [(labels.get_label(self, name), self[name]) for name in TEXTS]

    def _get_document_lines(self, section="done"):
        """The daily list of a day, the contacts face to face of a week or month.

        :param str section: ``done`` or ``planned``
        :return: list of dicts with texts
        """
        return ReportContent(self).get_document_lines(section)

    @on_records
    def action_view_followups(self):
        """Open the follow-ups of the period.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_followup_action"
        )
        return {
            **action,
            "name": self.display_name,
            "domain": self._get_followup_domain(),
            "context": {},
        }

    # ------------------------------------------------------------
    # REVIEWER
    # ------------------------------------------------------------

    def _get_mark(self):
        """The mark in words, empty without one.

        :return: str
        """
        marks = labels.get_choices(self, "review_mark")
        return marks[self.review_mark] if int(self.review_mark or 0) else ""
