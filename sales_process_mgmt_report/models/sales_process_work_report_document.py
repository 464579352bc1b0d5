# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import format_datetime

# A month on paper names so many contacts, the others are in the numbers
MAX_DOCUMENT_LINES = 100
FACE_TO_FACE = ("visit", "meeting", "reception")


class SalesProcessWorkReport(models.Model):
    """The report as a printed document."""

    _inherit = "sales.process.work.report"

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
