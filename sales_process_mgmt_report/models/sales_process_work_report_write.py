# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import period as period_tools

from .sales_process_work_report import OPEN_STATES

# What people write, by who writes it
AUTHOR_FIELDS = {
    "help_needed",
    "intelligence_ids",
    "line_ids",
    "next_plan",
    "problems",
    "summary",
}
REVIEW_FIELDS = {"review_comment", "review_mark"}
# What the system decides; whoever creates a report by hand says kind and day only
CREATE_FIELDS = AUTHOR_FIELDS | {"date_from", "kind"}
TEXT_LIMIT = 20_000
# Nobody makes up for a report that is older
PAST_DAYS = 366


class SalesProcessWorkReport(models.Model):
    """Who may write what in a report, and when."""

    _inherit = "sales.process.work.report"
    _fixed_fields = frozenset(["date_from", "kind"])
    _text_limits = dict.fromkeys(
        ("summary", "problems", "next_plan", "help_needed"), TEXT_LIMIT
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        kind, day = values.get("kind"), values.get("date_from")
        if kind in period_tools.KINDS and day:
            values["date_from"], values["date_to"] = period_tools.period_dates(
                kind, fields.Date.to_date(day)
            )
        return values

    def _believe(self, values, origin=None):
        believed = super()._believe(values, origin)
        kind, day = believed.get("kind"), believed.get("date_from")
        if not origin and kind in period_tools.KINDS and day and "date_to" in believed:
            day = fields.Date.to_date(day)
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
        self.check_access("create")
        defaults = self.default_get(["kind", "date_from"])
        periods = [self._prepare_period({**defaults, **vals}) for vals in vals_list]
        self._check_first_of_period(periods)
        # sudo: what follows from the period is the system's; own reports only
        reports = super(SalesProcessWorkReport, self.sudo()).create(
            [
                {
                    **{name: vals[name] for name in vals if name not in AUTHOR_FIELDS},
                    **period,
                }
                for vals, period in zip(vals_list, periods, strict=True)
            ]
        )
        reports._refresh_values()
        reports = reports.sudo(self.env.su)
        for report, vals in zip(reports, vals_list, strict=True):
            # what people write themselves is written with their own rights
            report.write({name: vals[name] for name in vals if name in AUTHOR_FIELDS})
        return reports

    @api.model
    def _check_first_of_period(self, periods):
        """Explain kindly what the database enforces in any case."""
        names = ("user_id", "company_id", "kind", "date_from")
        for period in periods:
            if period["kind"] == "urgent":
                continue
            # sudo: one's own reports, whatever company is chosen
            known = self.sudo().search(
                [(name, "=", period[name]) for name in names], limit=1
            )
            if known:
                raise ValidationError(
                    self.env._(
                        "There is already a report of this period: %(report)s.",
                        report=known.display_name,
                    )
                )

    def _prepare_period(self, vals):
        """What follows from kind, day and person of a report made by hand."""
        kind = vals["kind"]
        user = self.env["res.users"].browse(vals.get("user_id") or self.env.uid)
        # sudo: own team, whether or not one may read teams
        team = self.env["crm.team"].browse(vals.get("team_id")).sudo()
        team = team or user.sudo().sale_team_id
        if not team and kind != "urgent":
            # sudo: leaders of a team need not be its members
            team = team.search(
                [
                    ("user_id", "=", user.id),
                    ("company_id", "in", (False, self.env.company.id)),
                ],
                limit=1,
            )
            if not team:
                raise UserError(
                    self.env._(
                        "Reports of a period belong to a sales team, and you are in "
                        "none. Ask your administrator."
                    )
                )
        zone = team._get_process_timezone(user)
        today = deadline_tools.local_date(self.env.cr.now(), zone)
        day = fields.Date.to_date(vals.get("date_from")) or today
        period_kind = "daily" if kind == "urgent" else kind
        date_from, date_to = period_tools.period_dates(period_kind, day)
        if date_from > today:
            raise ValidationError(
                self.env._("A report cannot be made before its period has begun.")
            )
        if not self.env.su and date_to < deadline_tools.add_days(today, -PAST_DAYS):
            raise ValidationError(
                self.env._(
                    "A report is written up to a year later. Choose a newer period."
                )
            )
        bound_from, bound_to = period_tools.dates_to_utc(date_from, date_to, zone)
        return {
            "user_id": user.id,
            "team_id": team.id,
            "company_id": (team.company_id or self.env.company).id,
            "reviewer_id": team._get_reviewer(user).id,
            "kind": kind,
            "period": self._get_period_name(kind, date_from),
            "date_from": date_from,
            "date_to": date_to,
            "tz": zone.zone,
            "bound_from": bound_from,
            "bound_to": bound_to,
            "date_due": kind != "urgent"
            and team._get_report_deadline(kind, date_from, zone),
        }

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
