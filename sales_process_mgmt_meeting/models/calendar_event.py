# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.sales_process_mgmt.models.calendar_event import TIME_FIELDS

from ..tools.marks import is_mirroring

FOLLOWED = {*TIME_FIELDS, "active", "process_series_id", "user_id"}


class CalendarEvent(models.Model):
    """Appointments of a meeting series, whatever is done with them."""

    _inherit = "calendar.event"

    process_series_id = fields.Many2one(
        "sales.process.meeting.series",
        string="Meeting Series",
        index="btree_not_null",
        ondelete="set null",
        help="The regular meeting of a team that takes place then.",
        prefetch="process_meeting",
    )

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        if any(vals.get("process_series_id") for vals in vals_list):
            events._follow_in_meetings()
        return events

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(FOLLOWED) and (
            self.env["crm.team"]._get_meeting_team_ids()
        ):
            self.exists()._follow_in_meetings()
        return result

    def _follow_in_meetings(self):
        """Meetings find their appointment again, by its day."""
        if is_mirroring(self.env):
            return
        # sudo: of which series it is, whoever moves it
        series = self.sudo().process_series_id
        if series:
            self.env["sales.process.meeting"].sudo()._find_events(series)
