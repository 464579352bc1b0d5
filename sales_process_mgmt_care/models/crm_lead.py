# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    process_may_show_satisfaction = fields.Boolean(
        compute="_compute_process_may_show_satisfaction",
        export_string_translation=False,
    )

    @api.depends("email_from", "partner_id.email", "team_id", "won_status")
    def _compute_process_may_show_satisfaction(self):
        for lead in self:
            # sudo: whether the team asks, and where, is no secret
            known = lead.sudo()
            lead.process_may_show_satisfaction = (
                known.won_status == "won"
                and not (known.email_from or known.partner_id.email)
                and known.team_id.process_satisfaction
            )

    def action_show_satisfaction(self):
        """Show a code with which the customer says how it was.

        :return: dict, a window action
        """
        return self.env["sales.process.satisfaction.show"]._open(self)
