# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SalesProcessPraise(models.Model):
    _inherit = "sales.process.praise"

    @api.model_create_multi
    def create(self, vals_list):
        """Praise that the team reads gives a badge; what is private stays private."""
        praises = super().create(vals_list)
        # sudo: the setting of the team, whoever praises
        earned = praises.sudo().filtered(
            lambda praise: praise.is_shown and praise.team_id.process_badge
        )
        self.env["gamification.badge.user"]._grant(
            "praise", "process_praise_id", earned
        )
        return praises

    @api.ondelete(at_uninstall=False)
    def _unlink_with_badges(self):
        # sudo: the badge goes with what has earned it
        self.env["gamification.badge.user"].sudo().search(
            [("process_praise_id", "in", self.ids)]
        )._take_back()
