# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stands in one report by itself: the daily list, what is planned, the paper."""

import pytz
from markupsafe import Markup

from odoo.tools import format_date, format_datetime, format_time

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import labels
from odoo.addons.sales_process_mgmt.tools import period as period_tools

# The plan looks at most so many days ahead for the next working day
MAX_FREE_DAYS = 15
MAX_LINES = 500
# A month on paper names so many contacts, the others are in the numbers
MAX_DOCUMENT_LINES = 100
FACE_TO_FACE = ("visit", "meeting", "reception")


class ReportContent:
    """The contacts of a period and what is planned, on the screen and on paper.

    :param report: sales.process.work.report, one
    """

    def __init__(self, report):
        report.ensure_one()
        self.report = report
        self.env = report.env

    def get_zone(self):
        return pytz.timezone(self.report.tz)

    # ------------------------------------------------------------
    # DONE
    # ------------------------------------------------------------

    def get_followup_domain(self):
        """The contacts of the person in the period.

        :return: list, a domain
        """
        report = self.report
        return [
            ("user_id", "=", report.user_id.id),
            ("company_id", "in", (False, report.company_id.id)),
            ("date", ">=", report.bound_from),
            ("date", "<", report.bound_to),
        ]

    def find_followups(self, domain=(), limit=MAX_LINES):
        """The contacts of the period that may be read, in order of time.

        :param domain: further conditions
        :return: sales.process.followup
        """
        return self.env["sales.process.followup"].search(
            [*self.get_followup_domain(), *domain], order="date, id", limit=limit
        )

    def freeze(self):
        """Copy the follow-ups and what is planned into the daily list, as they are."""
        # sudo: the lines are the author's own follow-ups and plans
        content = ReportContent(self.report.sudo())
        content.thaw()
        if self.report.kind == "daily":
            lines = [
                content._prepare_done_line(followup)
                for followup in content.find_followups()
            ]
            lines += [
                content._prepare_planned_line(plan) for plan in content.get_planned()
            ]
            content.env["sales.process.work.report.line"].create(lines)

    def _prepare_done_line(self, followup):
        return {
            "report_id": self.report.id,
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

    def _prepare_planned_line(self, plan):
        copied = ("source", "date", "channel", "customer", "location")
        return {
            "report_id": self.report.id,
            "section": "planned",
            "subject": plan["subject"] or "–",
            **{name: plan[name] for name in copied},
        }

    def thaw(self):
        """Take the copies away; lines added by hand stay."""
        # sudo: copies are the system's
        lines = self.report.sudo().line_ids
        lines.filtered(lambda line: line.source != "manual").unlink()

    # ------------------------------------------------------------
    # PLANNED
    # ------------------------------------------------------------

    def _get_next_dates(self):
        """From the day after the period to the next working day.

        :return: ``(first, last)`` dates
        """
        first = last = deadline_tools.add_days(self.report.date_to, 1)
        # sudo: the calendar of the team decides for everybody in it
        team = self.report.team_id.sudo()
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

    def get_planned(self):
        """Meetings and activities from tomorrow up to the next working day.

        :return: list of dicts, in order of time
        """
        first, last = self._get_next_dates()
        plans = [
            *self._get_planned_meetings(first, last),
            *self._get_planned_activities(first, last),
        ]
        return sorted(plans, key=lambda plan: (plan["day"], plan["date"]))

    def _get_planned_meetings(self, first, last):
        zone = self.get_zone()
        start, end = period_tools.dates_to_utc(first, last, zone)
        # sudo: the author's own calendar, shown to the leader
        events = (
            self.env["calendar.event"]
            .sudo()
            .search(
                [
                    ("partner_ids", "in", self.report.user_id.partner_id.ids),
                    ("start", ">=", start),
                    ("start", "<", end),
                    ("privacy", "!=", "private"),
                ],
                order="start, id",
                limit=MAX_LINES,
            )
        )
        return [
            {
                "source": "meeting",
                "day": deadline_tools.local_date(event.start, zone),
                "date": event.start,
                "channel": "meeting",
                "customer": event.opportunity_id._get_customer_name(),
                "location": event.location,
                "subject": event.name,
            }
            for event in events
        ]

    def _get_planned_activities(self, first, last):
        # sudo: the author's own activities, shown to the leader
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("user_id", "=", self.report.user_id.id),
                    ("res_model", "=", "crm.lead"),
                    ("date_deadline", ">=", first),
                    ("date_deadline", "<=", last),
                    ("calendar_event_id", "=", False),
                ],
                order="date_deadline, id",
                limit=MAX_LINES,
            )
        )
        Lead = self.env["crm.lead"].sudo()
        leads = Lead.browse(set(activities.mapped("res_id"))).exists().grouped("id")
        zone = self.get_zone()
        return [
            {
                "source": "activity",
                "day": activity.date_deadline,
                # noon: the day is what counts, and it is that day in every view
                "date": deadline_tools.local_moment_utc(
                    activity.date_deadline, 12, zone
                ),
                "channel": activity.activity_type_id.process_followup_channel
                or "other",
                "customer": leads.get(activity.res_id, Lead)._get_customer_name(),
                "location": False,
                "subject": activity.summary or activity.activity_type_id.name,
            }
            for activity in activities
        ]

    def get_planned_table(self):
        """What is planned, as people read it while they write the report.

        :return: Markup, False where nothing is
        """
        rows = Markup().join(
            Markup("<tr><td>%s</td><td>%s</td><td>%s</td></tr>")
            % (
                self._get_plan_time(plan),
                " · ".join(filter(None, (plan["customer"], plan["location"]))),
                plan["subject"] or "",
            )
            for plan in self.get_planned()
        )
        if not rows:
            return False
        return Markup("<table class='table table-sm mb-0'>%s</table>") % rows

    def _get_plan_time(self, plan):
        day = format_date(self.env, plan["day"])
        if plan["source"] != "meeting":
            return day
        hour = format_time(
            self.env, plan["date"], tz=self.report.tz, time_format="short"
        )
        return f"{day} {hour}"

    # ------------------------------------------------------------
    # ON PAPER
    # ------------------------------------------------------------

    def get_document_lines(self, section):
        """The daily list of a day, the contacts face to face of a week or month.

        :param str section: ``done`` or ``planned``
        :return: list of dicts with texts
        """
        report = self.report
        if report.kind == "daily" and report.state in ("submitted", "reviewed"):
            lines = report.line_ids.filtered(lambda line: line.section == section)
            return [self._get_document_line(line) for line in lines]
        if section == "planned" or report.kind == "urgent":
            return []
        if report.kind == "daily":
            followups = self.find_followups(limit=MAX_DOCUMENT_LINES)
            records = [*followups, *report.line_ids]
        else:
            records = self.find_followups(
                [("channel", "in", FACE_TO_FACE)], limit=MAX_DOCUMENT_LINES
            )
        return [self._get_document_line(record) for record in records]

    def _get_document_line(self, record):
        channels = labels.get_choices(record, "channel", self.env)
        if record._name == "sales.process.followup":
            customer = record.partner_id.display_name or record.lead_id.display_name
        else:
            customer = record.customer
        return {
            "when": self._get_time(record),
            "channel": channels.get(record.channel, ""),
            "customer": customer,
            "location": record.location,
            "subject": record.subject,
            "solution": record.solution,
            "next_step": record.next_step,
        }

    def _get_time(self, record):
        if "when" in record._fields:
            return record.when
        return format_datetime(
            self.env, record.date, tz=self.report.tz, dt_format="short"
        )
