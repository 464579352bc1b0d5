# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        self.env["sales.process.scorecard.stay"]._begin(members.filtered("active"))
        return members

    def write(self, vals):
        if vals.keys().isdisjoint(("active", "crm_team_id", "user_id")):
            return super().write(vals)
        before = self._get_active_pairs()
        result = super().write(vals)
        after = self._get_active_pairs()
        Stay = self.env["sales.process.scorecard.stay"]
        Stay._end([pair for pair in before if pair not in after])
        Stay._begin(
            self.filtered(
                lambda member: (
                    member.active and (member.user_id, member.crm_team_id) not in before
                )
            )
        )
        return result

    def unlink(self):
        pairs = self._get_active_pairs()
        result = super().unlink()
        self.env["sales.process.scorecard.stay"]._end(pairs)
        return result

    def _get_active_pairs(self):
        return [
            (member.user_id, member.crm_team_id) for member in self if member.active
        ]
