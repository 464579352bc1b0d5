# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmTeamMember(models.Model):
    """Whoever leaves a team conducts no meeting of it that lies ahead."""

    _inherit = "crm.team.member"

    def write(self, vals):
        teams = self.crm_team_id
        result = super().write(vals)
        if not vals.keys().isdisjoint(("active", "crm_team_id", "user_id")):
            teams._change_chairs()
        return result

    def unlink(self):
        teams = self.crm_team_id
        result = super().unlink()
        teams._change_chairs()
        return result
