# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmTeamMember(models.Model):
    """Whoever leaves a team conducts no meeting of it that lies ahead."""

    _inherit = "crm.team.member"

    def write(self, vals):
        is_change = not vals.keys().isdisjoint(("active", "crm_team_id", "user_id"))
        teams = self._find_meeting_teams() if is_change else self.env["crm.team"]
        result = super().write(vals)
        teams._change_chairs()
        return result

    def unlink(self):
        teams = self._find_meeting_teams()
        result = super().unlink()
        teams._change_chairs()
        return result

    def _find_meeting_teams(self):
        """Those that meet; where none does nobody asks.

        :return: crm.team
        """
        meeting_ids = self.env["crm.team"]._get_meeting_team_ids()
        teams = self.env["crm.team"]
        if meeting_ids:
            # sudo: in which team somebody is, whoever takes the person out of it
            teams = self.sudo().crm_team_id.filtered(
                lambda team: team.id in meeting_ids
            )
        return teams
