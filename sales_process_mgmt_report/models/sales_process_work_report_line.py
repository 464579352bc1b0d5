# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from odoo.addons.sales_process_mgmt.models.sales_process_followup import (
    CHANNELS,
    TEXT_LIMITS,
)
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools


class SalesProcessWorkReportLine(models.Model):
    """One line of the daily list: a follow-up as it was, or work added by hand."""

    _name = "sales.process.work.report.line"
    _description = "Work Report Line"
    _inherit = ["sales.process.guard"]
    _order = "report_id, section, sequence, date, id"
    _rec_name = "subject"
    _fixed_fields = frozenset(["report_id"])
    _text_limits = TEXT_LIMITS
    _personal_names = ("customer",)
    _personal_texts = ("subject", "solution", "next_step", "location")
    _personal_ownerships = ("followup_id.ownership_id",)

    report_id = fields.Many2one(
        "sales.process.work.report", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    section = fields.Selection(
        [("done", "Done"), ("planned", "Planned")],
        default="done",
        required=True,
        readonly=True,
        help="What was done in the period, or what is planned for the next days.",
    )
    source = fields.Selection(
        [
            ("followup", "Follow-Up"),
            ("manual", "By Hand"),
            ("meeting", "Calendar"),
            ("activity", "Activity"),
        ],
        default="manual",
        required=True,
        readonly=True,
        help="Where the line comes from.",
    )
    followup_id = fields.Many2one(
        "sales.process.followup",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The follow-up; the line shows it as it was when submitted.",
    )
    date = fields.Datetime(string="When", help="When it took place or is planned.")
    when = fields.Char(
        string="Day and Time",
        compute="_compute_when",
        help="In the zone of the report; an activity has a day only.",
    )
    channel = fields.Selection(
        [
            *CHANNELS,
            ("office", "Office Work"),
            ("travel", "Travel"),
            ("training", "Training"),
        ],
        string="What",
        default="office",
        required=True,
        help="How the customer was reached, or what kind of work it was.",
    )
    customer = fields.Char(help="The name of the customer.")
    location = fields.Char(string="Place", help="Where it took place.")
    subject = fields.Char(
        string="Problem", required=True, help="What was discussed, or what was done."
    )
    solution = fields.Text(help="What was solved or offered.")
    next_step = fields.Char(help="What happens next.")
    duration = fields.Float(string="Hours", help="How long it took, in hours.")
    counts = fields.Boolean(
        string="Counted as Contact",
        readonly=True,
        help="Whether the contact reset the follow-up timer.",
    )

    _check_duration = models.Constraint(
        "CHECK(duration >= 0 AND duration <= 1000)",
        "The duration lies between 0 and 1,000 hours.",
    )

    @api.depends("date", "report_id.tz", "source")
    @api.depends_context("lang")
    def _compute_when(self):
        for line in self:
            if line.date and line.source == "activity" and line.report_id.tz:
                zone = line.report_id._get_zone()
                day = deadline_tools.local_date(line.date, zone)
                line.when = format_date(self.env, day)
            else:
                line.when = line.date and format_datetime(
                    self.env, line.date, tz=line.report_id.tz, dt_format="short"
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        self._check_open()
        return result

    def unlink(self):
        self._check_open()
        return super().unlink()

    def _check_open(self):
        """Lines follow their report: only the author writes, until it is submitted."""
        if not self.env.su:
            for report in self.report_id:
                report._check_can_edit()
