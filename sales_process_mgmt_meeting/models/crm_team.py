# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class CrmTeam(models.Model):
    _inherit = "crm.team"

    process_meeting = fields.Boolean(
        string="Regular Meetings",
        help="Whether the regular meetings of this team are planned, with agenda, "
        "minutes and attendance. Without it nothing new is planned; what was held "
        "stays.",
        prefetch="process_meeting",
    )
    process_meeting_close_day = fields.Integer(
        string="Attendance Closes on Day",
        default=5,
        aggregator=None,
        help="Until the end of this day of the following month the attendance of a "
        "month is corrected, also by leave that is entered later.",
        prefetch="process_meeting",
    )
    process_experience = fields.Boolean(
        string="Experience Shared",
        default=True,
        help="Whether the people of this team share experience. What others share is "
        "read all the same.",
        prefetch="process_meeting",
    )

    _check_meeting_close_day = models.Constraint(
        "CHECK(process_meeting_close_day BETWEEN 1 AND 28)",
        "The attendance closes between day 1 and day 28 of the following month.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        if any(vals.get("process_meeting") for vals in vals_list):
            self.env.registry.clear_cache()
        return teams

    def write(self, vals):
        result = super().write(vals)
        if "process_meeting" in vals:
            self.env.registry.clear_cache()
        if not vals.keys().isdisjoint(("active", "process_meeting", "user_id")):
            self._plan_meetings()
        return result

    @api.model
    @tools.ormcache()
    def _get_meeting_team_ids(self):
        """The teams that have regular meetings; where there are none nobody asks.

        :return: frozenset of ids
        """
        # sudo: kept for everybody
        teams = self.sudo().with_context(active_test=False)
        return frozenset(teams.search([("process_meeting", "=", True)]).ids)

    def _plan_meetings(self):
        # sudo: whoever changes a team or its days plans its meetings
        self.env["sales.process.meeting.series"].sudo().with_context(
            active_test=False
        ).search([("team_id", "in", self.ids)])._plan()
        self._change_chairs()

    def _change_chairs(self):
        """Meetings ahead are conducted by people of these teams."""
        if not self._get_meeting_team_ids().isdisjoint(self.ids):
            # sudo: whoever changes the people of a team changes who conducts
            self.env["sales.process.meeting"].sudo()._change_chairs(self)

    def _plan_working_days(self):
        """Exceptional days move the regular meeting, too."""
        result = super()._plan_working_days()
        self._plan_meetings()
        return result

    def _check_meets(self):
        """Refuse where the team has no regular meetings.

        :raise ValidationError: one sentence
        """
        # sudo: a setting of the team
        for team in self.sudo():
            if not team.process_meeting:
                raise ValidationError(
                    self.env._(
                        "%(team)s has no regular meetings: switch them on in the team.",
                        team=team.name,
                    )
                )
