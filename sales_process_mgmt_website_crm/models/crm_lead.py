# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def website_form_input_filter(self, request, values):
        """Nobody is filled in for a team that enforces: who is on duty receives it.

        Odoo fills in the leader, and takes any salesperson that the visitor sends. The
        one whom the settings of the website name stays.
        """
        values = super().website_form_input_filter(request, values)
        # sudo: a visitor reads no sales team
        team = self.env["crm.team"].sudo().browse(values.get("team_id") or ())
        if team.process_mode == "enforce":
            values["user_id"] = request.website.sudo().crm_default_user_id.id
        return values
