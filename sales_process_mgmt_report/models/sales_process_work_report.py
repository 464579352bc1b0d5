# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.tools import period as period_tools

from .sales_process_work_report_ask import ReportQuestions
from .sales_process_work_report_content import ReportContent
from .sales_process_work_report_cron import ReportRun
from .sales_process_work_report_period import (
    OWED_KINDS,
    ReportPeriods,
    get_period_kind,
)
from .sales_process_work_report_submit import OPEN_STATES, TEXTS, ReportSubmission

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
REVIEW_FIELDS = frozenset(("review_comment", "review_mark"))
# What the system decides; whoever creates a report by hand says kind and day only
CREATE_FIELDS = AUTHOR_FIELDS | {"date_from", "kind"}
TEXT_LIMIT = 20_000


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
        "sales.process.work.report.card",
        "sales.process.work.report.reader",
        "sales.process.guard",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_to desc, kind, id desc"
    _rec_names_search = ["user_id", "period"]
    _mail_post_access = "read"
    _fixed_fields = frozenset(["date_from", "kind"])
    _later_fields = REVIEW_FIELDS
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
