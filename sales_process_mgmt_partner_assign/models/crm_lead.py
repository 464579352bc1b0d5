# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.sales_process_mgmt.tools.transaction import keeping_owners


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def assign_salesman_of_assigned_partner(self):
        """The reseller is noted; whose customer it is does not change by that."""
        with keeping_owners(self.env):
            return super().assign_salesman_of_assigned_partner()
