# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, format_date, format_time

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import period as period_tools

# The plan looks at most so many days ahead for the next working day
MAX_FREE_DAYS = 15
MAX_LINES = 500


class SalesProcessWorkReport(models.Model):
    """What stands in a report by itself: the daily list, what is planned, numbers."""

    _inherit = "sales.process.work.report"

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

    @api.depends("value_ids.display_goal")
    def _compute_has_goals(self):
        for report in self:
            report.has_goals = any(report.value_ids.mapped("display_goal"))

    def _get_zone(self):
        self.ensure_one()
        return pytz.timezone(self.tz)

    # ------------------------------------------------------------
    # DAILY LIST
    # ------------------------------------------------------------

    def _get_followup_domain(self):
        return [
            ("user_id", "=", self.user_id.id),
            ("company_id", "in", (False, self.company_id.id)),
            ("date", ">=", self.bound_from),
            ("date", "<", self.bound_to),
        ]

    @api.depends("bound_from", "bound_to", "kind", "state", "user_id")
    @api.depends_context("uid")
    def _compute_followup_ids(self):
        Followup = self.env["sales.process.followup"]
        for report in self:
            report.followup_ids = Followup
            if report.kind == "daily" and report.state in (
                "draft",
                "returned",
                "missing",
                "excused",
            ):
                report.followup_ids = Followup.search(
                    report._get_followup_domain(), order="date, id", limit=MAX_LINES
                )

    @api.depends("bound_from", "bound_to", "user_id")
    @api.depends_context("uid")
    def _compute_followup_count(self):
        for report in self:
            report.followup_count = (
                self.env["sales.process.followup"].search_count(
                    report._get_followup_domain()
                )
                if report.kind != "urgent"
                else 0
            )

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

    def _freeze_lines(self):
        """Copy the follow-ups and what is planned into the daily list, as they are."""
        self.ensure_one()
        # sudo: the lines are the author's own follow-ups and plans
        report = self.sudo()
        report._thaw_lines()
        if report.kind != "daily":
            return
        followups = report.env["sales.process.followup"].search(
            report._get_followup_domain(), order="date, id", limit=MAX_LINES
        )
        lines = [
            {
                "report_id": report.id,
                "source": "followup",
                "followup_id": followup.id,
                "date": followup.date,
                "channel": followup.channel,
                "customer": followup.lead_id._get_customer_name(),
                "location": followup.location,
                "subject": followup.subject or "–",
                "solution": followup.solution,
                "next_step": followup.next_step,
                "duration": followup.duration,
                "counts": followup.counts,
            }
            for followup in followups
        ]
        lines += [
            {
                "report_id": report.id,
                "section": "planned",
                "source": row["source"],
                "date": row["date"],
                "channel": row["channel"],
                "customer": row["customer"],
                "location": row["location"],
                "subject": row["subject"] or "–",
            }
            for row in report._get_planned()
        ]
        report.env["sales.process.work.report.line"].create(lines)

    def _thaw_lines(self):
        """Take the copies away; lines added by hand stay."""
        # sudo: copies are the system's
        self.sudo().line_ids.filtered(lambda line: line.source != "manual").unlink()

    # ------------------------------------------------------------
    # WHAT IS PLANNED
    # ------------------------------------------------------------

    def _get_next_dates(self):
        """From the day after the period to the next working day.

        :return: ``(first, last)`` dates
        """
        first = last = deadline_tools.add_days(self.date_to, 1)
        # sudo: the calendar of the team decides for everybody in it
        team = self.team_id.sudo()
        calendar = team._get_working_calendar() if team else False
        if calendar:
            is_working_day = team._is_working_day_factory(calendar)
            for days in range(MAX_FREE_DAYS):
                last = deadline_tools.add_days(first, days)
                if is_working_day(last):
                    break
            else:
                last = first
        return first, last

    def _get_planned(self):
        """Meetings and activities from tomorrow up to the next working day.

        :return: list of dicts, in order of time
        """
        self.ensure_one()
        first, last = self._get_next_dates()
        start, end = period_tools.dates_to_utc(first, last, self._get_zone())
        # sudo: the author's own calendar and activities, shown to the leader
        events = (
            self.env["calendar.event"]
            .sudo()
            .search(
                [
                    ("partner_ids", "in", self.user_id.partner_id.ids),
                    ("start", ">=", start),
                    ("start", "<", end),
                    ("privacy", "!=", "private"),
                ],
                order="start, id",
                limit=MAX_LINES,
            )
        )
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("user_id", "=", self.user_id.id),
                    ("res_model", "=", "crm.lead"),
                    ("date_deadline", ">=", first),
                    ("date_deadline", "<=", last),
                    ("calendar_event_id", "=", False),
                ],
                order="date_deadline, id",
                limit=MAX_LINES,
            )
        )
        leads = (
            self.env["crm.lead"]
            .sudo()
            .browse(set(activities.mapped("res_id")))
            .exists()
            .grouped("id")
        )
        rows = [
            {
                "source": "meeting",
                "day": deadline_tools.local_date(event.start, self._get_zone()),
                "date": event.start,
                "channel": "meeting",
                "customer": event.opportunity_id._get_customer_name(),
                "location": event.location,
                "subject": event.name,
            }
            for event in events
        ]
        for activity in activities:
            lead = leads.get(activity.res_id, self.env["crm.lead"])
            rows.append(
                {
                    "source": "activity",
                    "day": activity.date_deadline,
                    # noon: the day is what counts, and it is that day in every view
                    "date": deadline_tools.local_moment_utc(
                        activity.date_deadline, 12, self._get_zone()
                    ),
                    "channel": activity.activity_type_id.followup_channel or "other",
                    "customer": lead._get_customer_name(),
                    "location": False,
                    "subject": activity.summary or activity.activity_type_id.name,
                }
            )
        return sorted(rows, key=lambda row: (row["day"], row["date"]))

    @api.depends("date_to", "kind", "state", "user_id")
    @api.depends_context("lang", "uid")
    def _compute_planned(self):
        for report in self:
            report.planned = False
            if report.kind != "daily" or report.state in ("submitted", "reviewed"):
                continue
            if not report.date_to or not report.tz:
                continue
            rows = Markup().join(
                Markup("<tr><td>%s</td><td>%s</td><td>%s</td></tr>")
                % (
                    format_date(self.env, row["day"])
                    + (
                        " "
                        + format_time(
                            self.env,
                            row["date"],
                            tz=report.tz,
                            time_format="short",
                        )
                        if row["source"] == "meeting"
                        else ""
                    ),
                    " · ".join(filter(None, (row["customer"], row["location"]))),
                    row["subject"] or "",
                )
                for row in report._get_planned()
            )
            if rows:
                report.planned = (
                    Markup("<table class='table table-sm mb-0'>%s</table>") % rows
                )

    # ------------------------------------------------------------
    # NUMBERS
    # ------------------------------------------------------------

    def _get_rows(self, until=None):
        """The spans to count, one bucket for each report.

        :param until: naive UTC datetime at which to stop; by default the period's end
        :return: list for ``sales.process.metric._evaluate_buckets``
        """
        rows = []
        for report in self:
            end = report.bound_to
            if until:
                end = max(report.bound_from, min(end, until))
            rows.append((report.id, report.user_id.id, report.bound_from, end))
        return rows

    def _refresh_values(self, is_final=False):
        """Count the numbers of these reports, in a number of queries that does not
        grow with them.

        :param bool is_final: the numbers of the whole period, else those up to now
        """
        now = self._get_now()
        until = None if is_final else now + timedelta(seconds=1)
        Metric = self.env["sales.process.metric"]
        goals = self._get_goals()
        rows = []
        for (company, kind), reports in self.grouped(
            lambda report: (report.company_id, report.kind)
        ).items():
            # sudo: numbers of the author, whoever asks for them
            metrics = Metric.sudo()._get_for(kind, company)
            if is_final:
                # what was submitted is compared, although no longer shown in new ones
                metrics |= reports.value_ids.metric_id
            if not metrics:
                continue
            found = metrics._evaluate_buckets(reports._get_rows(until), company)
            rows += [
                (report_id, metric, number, goals.get((report_id, metric.id)))
                for metric, numbers in found.items()
                for report_id, number in numbers.items()
            ]
        self.env["sales.process.work.report.value"].sudo()._store(rows, is_final)
        name = "date_final" if is_final else "date_values"
        if self:
            self.flush_recordset()
            self.env.execute_query(
                SQL(
                    "UPDATE sales_process_work_report SET %s = %s WHERE id = ANY(%s)"
                    " RETURNING id",
                    SQL.identifier(name),
                    now,
                    self.ids,
                )
            )
            self.invalidate_recordset([name], flush=False)

    def _get_goals(self):
        """The goals of the plans of these people and periods.

        :return: ``{(report id, metric id): goal}``
        """
        # sudo: the plan of the author, whoever asks
        lines = (
            self.env["sales.process.plan.line"]
            .sudo()
            .search(
                [
                    ("plan_id.user_id", "in", self.user_id.ids),
                    ("plan_id.date_from", "in", list(set(self.mapped("date_from")))),
                    ("plan_id.kind", "in", ("weekly", "monthly")),
                    ("plan_id.state", "!=", "draft"),
                ]
            )
        )
        by_period = {}
        for line in lines:
            plan = line.plan_id
            by_period.setdefault((plan.user_id, plan.kind, plan.date_from), []).append(
                line
            )
        return {
            (report.id, line.metric_id.id): line.goal
            for report in self
            for line in by_period.get(
                (report.user_id, report.kind, report.date_from), ()
            )
        }
