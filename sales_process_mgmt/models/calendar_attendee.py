# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.transaction import is_meeting_checked


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever is invited past the meeting is invited all the same."""
        attendees = super().create(vals_list)
        if not is_meeting_checked(self.env):
            # sudo: who attends what the user has just written
            attendees.sudo().event_id.with_env(self.env)._check_customer_work()
        return attendees

    def write(self, vals):
        """A meeting that the customer or the salesperson declined is no contact."""
        result = super().write(vals)
        if "state" in vals:
            self.event_id._review_followups()
        return result
