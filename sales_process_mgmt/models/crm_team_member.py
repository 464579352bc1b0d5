# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    def write(self, vals):
        leaving = self.browse()
        if vals.get("active") is False:
            leaving = self.filtered("active")
        result = super().write(vals)
        leaving._leave_customers()
        return result

    def unlink(self):
        pairs = [(member.user_id, member.crm_team_id) for member in self]
        result = super().unlink()
        self.env["sales.process.ownership"]._mark_owner_left(pairs)
        return result

    def _leave_customers(self):
        """Whoever leaves a team leaves its customers."""
        self.env["sales.process.ownership"]._mark_owner_left(
            [(member.user_id, member.crm_team_id) for member in self]
        )
