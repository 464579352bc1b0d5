# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    process_praise_shown = fields.Boolean(
        string="Praise Is Shown to the Team",
        default=True,
        help="Without it only the person, who gives it and who leads the team read it.",
        prefetch="process_scorecard",
    )

    @api.model
    def _follow_leaders(self):
        result = super()._follow_leaders()
        # sudo: whoever sets a leader need not read what that leader decides
        self.env["sales.process.scorecard"].sudo()._ask_anew()
        return result
