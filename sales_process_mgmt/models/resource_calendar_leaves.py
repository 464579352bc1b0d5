# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

DAY_FIELDS = {
    "calendar_id",
    "company_id",
    "date_from",
    "date_to",
    "resource_id",
    "time_type",
}


class ResourceCalendarLeaves(models.Model):
    """A holiday announced later, or called off, moves deadlines from tomorrow on."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._plan_process_deadlines()
        return leaves

    def write(self, vals):
        """People write their own days off: they make no holiday for all of them."""
        moves = bool(DAY_FIELDS & vals.keys())
        if moves:
            self._plan_process_deadlines()
        result = super().write(vals)
        if moves:
            self._plan_process_deadlines()
        if "resource_id" in vals and not self.env.su:
            self.check_access("write")
        return result

    def unlink(self):
        self._plan_process_deadlines()
        return super().unlink()

    def _plan_process_deadlines(self):
        """Deadlines of the teams move for which these days are holidays.

        The leave of one person is no holiday of the team.
        """
        public = self.filtered(lambda leave: not leave.resource_id)
        if not public:
            return
        Team = self.env["crm.team"]
        Team._plan_for_calendars(public.calendar_id)
        everywhere = public.filtered(lambda leave: not leave.calendar_id)
        if everywhere:
            # of no calendar: for all those of the company
            Team._plan_for_calendars(None)
