# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmTeamMember(models.Model):
    """Newcomers get the plan of their first weeks; who leaves is not asked any more."""

    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        self.env["sales.process.training.plan"]._wake()
        return members

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(("active", "crm_team_id", "user_id")):
            self.env["sales.process.training.plan"]._wake()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["sales.process.training.plan"]._wake()
        return result
