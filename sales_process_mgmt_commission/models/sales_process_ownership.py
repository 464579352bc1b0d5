# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    def action_commission_splits(self):
        """What the owner gives away of the commission of this customer.

        :return: dict, a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Agreed Shares"),
            "res_model": "sales.process.commission.split",
            "views": [(False, "list")],
            "domain": [("ownership_id", "=", self.id)],
            "context": {"default_ownership_id": self.id},
        }
