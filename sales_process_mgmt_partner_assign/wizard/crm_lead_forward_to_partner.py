# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.sales_process_mgmt.tools.transaction import keeping_owners


class CrmLeadForwardToPartner(models.TransientModel):
    _inherit = "crm.lead.forward.to.partner"

    def action_forward(self):
        """Odoo writes the reseller's salesperson: the owner stays the owner."""
        with keeping_owners(self.env):
            return super().action_forward()
