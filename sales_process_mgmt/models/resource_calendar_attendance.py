# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

DAY_FIELDS = {
    "calendar_id",
    "date_from",
    "date_to",
    "day_period",
    "dayofweek",
    "display_type",
    "resource_id",
    "week_type",
}


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env["crm.team"]._plan_for_calendars(rows.calendar_id)
        return rows

    def write(self, vals):
        if not DAY_FIELDS & vals.keys():
            return super().write(vals)
        calendars = self.calendar_id
        result = super().write(vals)
        self.env["crm.team"]._plan_for_calendars(calendars | self.calendar_id)
        return result

    def unlink(self):
        calendars = self.calendar_id
        result = super().unlink()
        self.env["crm.team"]._plan_for_calendars(calendars.exists())
        return result
