# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

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
        # by values, or by a default of the client
        # sudo: only whether it stands for a meeting of a team
        if self.env["crm.team"]._get_meeting_team_ids() and any(
            events.sudo().mapped("process_series_id.id")
        ):
            events._check_may_move()
            events._follow_in_meetings()
        return events

    def write(self, vals):
        is_followed = not vals.keys().isdisjoint(FOLLOWED) and bool(
            self.env["crm.team"]._get_meeting_team_ids()
        )
        if is_followed:
            self._check_may_move()
        result = super().write(vals)
        if is_followed:
            events = self.exists()
            # what it is a part of now
            if "process_series_id" in vals:
                events._check_may_move()
            events._follow_in_meetings()
        return result

    def _check_may_move(self):
        """Whoever is invited, or names the leader as organiser, moves no meeting.

        :raise AccessError: one sentence
        """
        if self.env.su:
            return
        # sudo: of which series it is, whoever moves it
        for team in self.sudo().process_series_id.team_id:
            if not team._is_leader(self.env.user):
                raise AccessError(
                    self.env._(
                        "Only the leader of %(team)s moves its regular meeting.",
                        team=team.name,
                    )
                )

    def _follow_in_meetings(self):
        """Meetings find their appointment again, by its day."""
        if is_mirroring(self.env):
            return
        # sudo: of which series it is, whoever moves it
        series = self.sudo().process_series_id
        if series:
            self.env["sales.process.meeting"].sudo()._find_events(series)
