# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.depends("email_from", "partner_id.email", "won_status")
    def _compute_process_card(self):
        return super()._compute_process_card()

    def _get_process_marks(self, period):
        """Whether the team asks, and the customer cannot be written to."""
        marks = super()._get_process_marks(period)
        # sudo: whether the team asks, and where, is no secret
        known = self.sudo()
        if (
            known.won_status == "won"
            and not (known.email_from or known.partner_id.email)
            and known.team_id.process_satisfaction
        ):
            marks.append("satisfaction")
        return marks

    def action_show_satisfaction(self):
        """Show a code with which the customer says how it was.

        :return: dict, a window action
        """
        return self.env["sales.process.satisfaction.show"]._open(self)
