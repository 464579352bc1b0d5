# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        self._check_customer_invitation()
        return super().action_grant_access()

    def action_invite_again(self):
        self._check_customer_invitation()
        return super().action_invite_again()

    def _check_customer_invitation(self):
        """An invitation to the portal is a message to the customer."""
        Ownership = self.env["sales.process.ownership"]
        if Ownership._is_attended():
            # sudo: the question is about customers of everybody
            partners = self.sudo().partner_id.with_env(self.env)
            Ownership._check_customer_work(partners)
