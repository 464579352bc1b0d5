# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    def _sign(self):
        """The group hears of customers who have signed."""
        pursued = self.filtered(lambda row: row.phase == "pursuing")
        result = super()._sign()
        self.env["sales.process.notice"]._announce("won", pursued)
        return result
