# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_list
from odoo.tools.mail import plaintext2html

from odoo.addons.sales_process_mgmt.tools import labels
from odoo.addons.sales_process_mgmt.tools import period as period_tools

from .sales_process_work_report_ask import ReportQuestions
from .sales_process_work_report_content import ReportContent
from .sales_process_work_report_cron import ReportRun
from .sales_process_work_report_news import ReportNews
from .sales_process_work_report_period import (
    NEWS_KINDS,
    OWED_KINDS,
    ReportPeriods,
    get_period_kind,
)
from .sales_process_work_report_reminder import ReportReminder
from .sales_process_work_report_review import ReportReview
from .sales_process_work_report_submit import OPEN_STATES, TEXTS, ReportSubmission
from .sales_process_work_report_team import TeamNumbers

MARKS = [
    ("0", "No mark"),
    ("1", "Poor"),
    ("2", "Fair"),
    ("3", "Good"),
    ("4", "Very good"),
    ("5", "Excellent"),
]
# What people write, by who writes it
AUTHOR_FIELDS = {
    "answer_ids",
    "help_needed",
    "intelligence_ids",
    "line_ids",
    "next_plan",
    "nothing_new",
    "problems",
    "summary",
}
REVIEW_FIELDS = {"review_comment", "review_mark"}
# What the system decides; whoever creates a report by hand says kind and day only
CREATE_FIELDS = AUTHOR_FIELDS | {"date_from", "kind"}
TEXT_LIMIT = 20_000
# What is still to be submitted, by people who are there
REMINDED_STATES = ("draft", "returned", "missing")
# "All who are missing": of the last so many days
REMINDER_SPAN = timedelta(days=31)


class SalesProcessWorkReport(models.Model):
    """The report of one person on one day, week or month, or an urgent one.

    The record says what it holds and who may do what. What happens to it are services,
    each in a file of its own: ``ReportRun`` (what is owed appears), ``ReportContent``
    (daily list, plans, paper), ``ReportPeriods`` (what follows from kind and day),
    ``ReportSubmission``, ``ReportReview`` and ``ReportReminder``; numbers are counted
    by ``sales.process.work.report.value``.
    """

    _name = "sales.process.work.report"
    _description = "Work Report"
    _inherit = [
        "sales.process.guard",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_to desc, kind, id desc"
    _rec_names_search = ["user_id", "period"]
    _mail_post_access = "read"
    _fixed_fields = frozenset(["date_from", "kind"])
    _text_limits = dict.fromkeys(TEXTS, TEXT_LIMIT)

    kind = fields.Selection(
        [
            ("daily", "Daily"),
            ("weekly", "Weekly"),
            ("monthly", "Monthly"),
            ("news_weekly", "Weekly Intelligence"),
            ("news_monthly", "Monthly Intelligence"),
            ("urgent", "Urgent"),
        ],
        required=True,
        default="urgent",
        help="An urgent report belongs to no period and reaches the leader at once.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.user,
        help="Whose report it is.",
    )
    team_id = fields.Many2one(
        "crm.team",
        index=True,
        readonly=True,
        help="The team to which the person belonged when the report was due.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    reviewer_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        readonly=True,
        help="Who reads and reviews the report: the team leader, of the leader the "
        "person above.",
    )
    period = fields.Char(
        readonly=True,
        help="The period in short: 2026-03-31, 2026-W14 or 2026-03.",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._get_today()
    )
    date_to = fields.Date(string="To", required=True, readonly=True)
    tz = fields.Char(
        string="Time Zone",
        required=True,
        readonly=True,
        help="The zone of the person in which days and the deadline are told.",
    )
    bound_from = fields.Datetime(
        string="Counted From",
        readonly=True,
        required=True,
        help="The first moment whose records belong to the period.",
    )
    bound_to = fields.Datetime(
        string="Counted To",
        readonly=True,
        required=True,
        help="The first moment whose records do not belong to the period any more.",
    )
    date_due = fields.Datetime(
        string="Due",
        readonly=True,
        help="The last second at which the report is in time.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("returned", "Returned"),
            ("reviewed", "Reviewed"),
            ("missing", "Missing"),
            ("excused", "Excused"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
        help="Missing: not submitted at the deadline; it can still be. Excused: the "
        "person was absent all the time or has left.",
    )
    status = fields.Selection(
        [
            ("owed", "Owed"),
            ("on_time", "In Time"),
            ("late", "Late"),
            ("missing", "Missing"),
            ("excused", "Excused"),
        ],
        string="Timeliness",
        compute="_compute_status",
        search="_search_status",
        help="Whether the report was submitted, to the second of the deadline.",
    )
    date_submitted = fields.Datetime(
        readonly=True,
        copy=False,
        help="When it was submitted for the first time. That decides whether it was "
        "late.",
    )
    date_resubmitted = fields.Datetime(
        string="Submitted Again",
        readonly=True,
        help="When it was submitted again after it had been returned.",
    )
    is_late = fields.Boolean(
        readonly=True, help="Submitted after the deadline, for the first time."
    )
    date_values = fields.Datetime(
        string="Numbers As Of",
        readonly=True,
        help="The moment at which the numbers were taken.",
    )
    date_final = fields.Datetime(
        string="Final Numbers Since",
        readonly=True,
        help="When the numbers of the whole period were taken, after its end.",
    )
    date_reminded = fields.Datetime(
        string="Reminded", readonly=True, help="When the last reminder was sent."
    )
    summary = fields.Text(help="What was done and reached.")
    problems = fields.Text(help="What stands in the way.")
    next_plan = fields.Text(
        string="Plan for the Next Period", help="What comes next, and with whom."
    )
    help_needed = fields.Text(help="What you need from your leader or colleagues.")
    return_reason = fields.Text(
        readonly=True, help="Why the report was returned, for the last time."
    )
    return_count = fields.Integer(
        string="Times Returned", readonly=True, help="How often it was returned."
    )
    review_mark = fields.Selection(
        MARKS, string="Mark", help="The mark of whoever reviews the report."
    )
    review_comment = fields.Text(
        string="Comment", help="What the reviewer says about the report."
    )
    reviewed_by_id = fields.Many2one("res.users", readonly=True)
    date_reviewed = fields.Datetime(string="Reviewed On", readonly=True)
    line_ids = fields.One2many(
        "sales.process.work.report.line",
        "report_id",
        string="Daily List",
        copy=False,
        help="What was done. Follow-ups come by themselves when the report is handed "
        "in; other work is added by hand.",
    )
    value_ids = fields.One2many(
        "sales.process.work.report.value", "report_id", string="Numbers", readonly=True
    )
    intelligence_ids = fields.One2many(
        "sales.process.intelligence", "report_id", string="Market Intelligence"
    )
    answer_ids = fields.One2many(
        "sales.process.work.report.answer",
        "report_id",
        string="Answers",
        copy=False,
        help="What the report form of the team asks.",
    )
    nothing_new = fields.Boolean(
        help="I listened, and heard nothing new of the other topics.",
    )
    owed_topics = fields.Char(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="The topics that were owed when it was submitted.",
    )
    topic_names = fields.Char(
        string="Topics Owed",
        compute="_compute_topic_names",
        help="What the team asks you to listen to.",
    )
    untold_topic_names = fields.Char(
        string="Still to Tell",
        compute="_compute_topic_names",
        help="Topics of which you have told nothing in this period.",
    )
    can_edit = fields.Boolean(
        compute="_compute_can", help="Whether you may write the report now."
    )
    can_review = fields.Boolean(
        compute="_compute_can", help="Whether you review this report."
    )

    followup_ids = fields.Many2many(
        "sales.process.followup",
        string="Follow-Ups",
        compute="_compute_followup_ids",
        help="The follow-ups of the period. They are copied into the daily list when "
        "the report is submitted.",
    )
    followup_count = fields.Integer(
        compute="_compute_followup_count",
        help="How many follow-ups the person has in the period.",
    )
    planned = fields.Html(
        compute="_compute_planned",
        sanitize=False,
        help="Meetings and planned activities up to the next working day.",
    )
    team_numbers = fields.Json(
        readonly=True,
        copy=False,
        help="What the report of a leader says of the team, as it was when it was "
        "submitted.",
    )
    team_table = fields.Html(
        string="Team in Numbers",
        compute="_compute_team_table",
        sanitize=False,
        help="The led people or, of a region, its teams: contacts that count, "
        "customers taken and lost, reports missing in the period.",
    )
    done_line_ids = fields.One2many(
        "sales.process.work.report.line",
        "report_id",
        string="Done",
        domain=[("section", "=", "done")],
        readonly=True,
    )
    planned_line_ids = fields.One2many(
        "sales.process.work.report.line",
        "report_id",
        string="Planned Lines",
        domain=[("section", "=", "planned")],
        readonly=True,
    )

    has_goals = fields.Boolean(
        compute="_compute_has_goals",
        help="Whether a plan sets goals for this period.",
    )
    urgent_recipient_names = fields.Char(
        string="Reaches",
        compute="_compute_urgent_recipient_names",
        help="Who is told at once of an urgent report.",
    )

    _period_uniq = models.UniqueIndex(
        "(user_id, company_id, kind, date_from) WHERE kind != 'urgent'",
        "This person has a report of this period already.",
    )
    _check_dates = models.Constraint(
        "CHECK(date_from <= date_to AND bound_from <= bound_to)",
        "A period ends after it begins.",
    )
    _check_due = models.Constraint(
        "CHECK(kind = 'urgent' OR (date_due IS NOT NULL AND team_id IS NOT NULL))",
        "A report of a period belongs to a team and has a deadline.",
    )
    _check_submitted = models.Constraint(
        "CHECK(state NOT IN ('submitted', 'returned', 'reviewed')"
        " OR date_submitted IS NOT NULL)",
        "A report that was submitted says when.",
    )
    _open_idx = models.Index("(date_due) WHERE state IN ('draft', 'excused')")
    _final_idx = models.Index(
        "(bound_to) WHERE date_final IS NULL AND kind != 'urgent'"
    )
    # facts are asked for by their days
    _due_idx = models.Index("(date_due) WHERE kind != 'urgent'")
    _reviewer_period_idx = models.Index("(reviewer_id, date_to)")
    _date_to_idx = models.Index("(date_to)")
    _unread_idx = models.Index("(team_id) WHERE state = 'submitted'")

    # ------------------------------------------------------------
    # WHAT IT SAYS
    # ------------------------------------------------------------

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
                report.topic_names = news.name(news.get_owed())
                if report.state in OPEN_STATES:
                    report.untold_topic_names = news.name(news.get_untold())

    @api.depends("kind", "reviewer_id", "team_id", "user_id")
    def _compute_urgent_recipient_names(self):
        for report in self:
            report.urgent_recipient_names = (
                format_list(self.env, report._get_urgent_readers().mapped("name"))
                if report.kind == "urgent" and report.user_id
                else False
            )

    @api.model
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
    # WRITE
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        kind, day = values.get("kind"), values.get("date_from")
        if kind in OWED_KINDS and day:
            values["date_from"], values["date_to"] = period_tools.period_dates(
                get_period_kind(kind), fields.Date.to_date(day)
            )
        return values

    def _believe(self, values, origin=None):
        believed = super()._believe(values, origin)
        kind, day = believed.get("kind"), believed.get("date_from")
        if not origin and kind in OWED_KINDS and day and "date_to" in believed:
            day = fields.Date.to_date(day)
            kind = get_period_kind(kind)
            believed["date_to"] = period_tools.period_dates(kind, day)[1]
        return believed

    @api.model_create_multi
    def create(self, vals_list):
        """People make their own reports; what follows from kind and day is added."""
        if not self.env.su:
            named = {name for vals in vals_list for name in vals if vals[name]}
            if marks := REVIEW_FIELDS & named:
                raise AccessError(self._get_refusal(marks))
            self._refuse_protected({name for vals in vals_list for name in vals})
            vals_list = [
                {name: vals[name] for name in vals if name in CREATE_FIELDS}
                for vals in vals_list
            ]
        self._check_texts(vals_list)
        self._check_ranges(vals_list)
        self.check_access("create")
        defaults = self.default_get(["kind", "date_from"])
        periods = ReportPeriods(self.env)
        prepared = [periods.prepare({**defaults, **vals}) for vals in vals_list]
        periods.check_first(prepared)
        # sudo: what follows from the period is the system's; own reports only
        reports = super(SalesProcessWorkReport, self.sudo()).create(
            [
                {
                    **{name: vals[name] for name in vals if name not in AUTHOR_FIELDS},
                    **period,
                }
                for vals, period in zip(vals_list, prepared, strict=True)
            ]
        )
        reports._refresh_values()
        ReportQuestions(reports).ask_current()
        reports = reports.sudo(self.env.su)
        for report, vals in zip(reports, vals_list, strict=True):
            # what people write themselves is written with their own rights
            report.write({name: vals[name] for name in vals if name in AUTHOR_FIELDS})
        return reports

    def write(self, vals):
        if not self.env.su:
            self._check_may_write(vals)
        return super().write(vals)

    def _check_may_write(self, vals):
        """The author writes until it is submitted, the reviewer afterwards."""
        self._refuse_protected(vals, fixed=True)
        for report in self:
            if AUTHOR_FIELDS & vals.keys():
                report._check_can_edit()
            if REVIEW_FIELDS & vals.keys():
                report._check_can_review()

    def _check_can_edit(self):
        self.ensure_one()
        if self.user_id != self.env.user:
            raise AccessError(self.env._("Everybody writes their own reports only."))
        if self.state not in OPEN_STATES:
            raise UserError(
                self.env._(
                    "%(report)s has been submitted and is frozen. The leader can "
                    "return it.",
                    report=self.display_name,
                )
            )

    def _check_can_review(self):
        for report in self:
            if not report._can_review():
                raise AccessError(
                    self.env._(
                        "%(report)s is reviewed by %(reviewer)s.",
                        report=report.display_name,
                        # sudo: the name of the leader is no secret
                        reviewer=report.sudo().reviewer_id.name
                        or self.env._("the sales administrator"),
                    )
                )

    # ------------------------------------------------------------
    # CONTENT
    # ------------------------------------------------------------

    def _get_zone(self):
        """The zone in which the days of the report are told.

        :return: pytz zone
        """
        return ReportContent(self).get_zone()

    def _get_followup_domain(self):
        """The contacts of the person in the period.

        :return: list, a domain
        """
        return ReportContent(self).get_followup_domain()

    def _freeze_lines(self):
        """Copy the follow-ups and what is planned into the daily list, as they are."""
        ReportContent(self).freeze()

    def _thaw_lines(self):
        """Take the copies away; lines added by hand stay."""
        ReportContent(self).thaw()

    def _refresh_values(self, is_final=False):
        """Count the numbers of these reports, all at once.

        :param bool is_final: the numbers of the whole period, else those up to now
        """
        if self:
            self.env["sales.process.work.report.value"]._count(self, is_final)

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
    # AUTHOR
    # ------------------------------------------------------------

    def action_submit(self):
        """Submit: freeze the daily list and the numbers; tell the leader if urgent.

        :return: dict, a notification
        """
        return ReportSubmission(self).run()

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

    def action_return(self):
        """Give reports back; the comment says why."""
        ReportReview(self).give_back()
        return {"type": "ir.actions.act_window_close"}

    def action_review(self):
        """Close reports as read, with the mark and the comment they have."""
        ReportReview(self).close()
        return {"type": "ir.actions.act_window_close"}

    def _get_mark(self):
        """The mark in words, empty without one.

        :return: str
        """
        marks = labels.get_choices(self, "review_mark")
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
                "%(people)s people were reminded of %(reports)s reports.",
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

    # ------------------------------------------------------------
    # SCHEDULED ACTION
    # ------------------------------------------------------------

    @api.model
    def _cron_work_reports(self):
        """Make the reports that are owed, remind, mark missing ones, close numbers.

        Works in batches, each committed by itself: it may be killed at any point, run
        twice, or run on two servers at once. After a pause it makes what it missed,
        with the deadlines those reports had. What fails never stops the rest.
        """
        ReportRun(self.env).run()

    @api.model
    def _trigger_cron(self, moments=None):
        """Let the scheduled action run when this is committed, or at some moments."""
        cron = self.env.ref(
            "sales_process_mgmt_report.ir_cron_work_reports", raise_if_not_found=False
        )
        if cron:
            # sudo: who changes a team need not know the scheduled actions
            cron.sudo()._trigger(moments)

    def _judge(self, judge):
        """State, team and deadline that this report ought to have now.

        :param judge: a ``ReportJudge``, read once for many reports
        :return: dict of columns
        """
        return judge.judge(self)
