# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.sales_process_mgmt.tools.transaction import entering


class CrmIapLeadMiningRequest(models.Model):
    _inherit = "crm.iap.lead.mining.request"

    def _create_leads_from_response(self, result):
        """They are paid for: one owned customer among them does not lose the others."""
        # sudo: each lead gets a note, also those that go to a colleague
        requests = self.sudo()
        with entering(self.env, "application"):
            return super(CrmIapLeadMiningRequest, requests)._create_leads_from_response(
                result
            )
