# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SalesProcessCalendarException(models.Model):
    """A dated exception above the team's calendar.

    Make-up working days have no place in a weekly calendar: they are a Saturday or
    Sunday once. The follow-up timer and the duty roster both obey these rows.
    """

    _name = "sales.process.calendar.exception"
    _description = "Calendar Exception"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "date desc, team_id"
    _check_company_auto = True

    name = fields.Char(
        required=True, help="Why the day is different, for example a make-up day."
    )
    team_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        default=lambda self: self.env["sales.process.duty"]._default_team_id(),
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    date = fields.Date(
        required=True, index=True, help="The day, in the zone of the team's calendar."
    )
    is_working = fields.Boolean(
        string="Working Day",
        default=True,
        help="Set: the team works although the calendar says no. Not set: the day is "
        "free although the calendar says otherwise.",
    )

    _unique_day = models.Constraint(
        "UNIQUE(team_id, date)",
        "There is already an exception of this team on that day.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        exceptions = super().create(vals_list)
        exceptions.team_id._plan_working_days()
        return exceptions

    def write(self, vals):
        teams = self.team_id
        result = super().write(vals)
        (teams | self.team_id)._plan_working_days()
        return result

    def unlink(self):
        teams = self.team_id
        result = super().unlink()
        teams.exists()._plan_working_days()
        return result
