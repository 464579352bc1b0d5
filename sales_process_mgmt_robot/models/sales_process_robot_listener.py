# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.tools.transaction import forget_kept


class SalesProcessRobotListener(models.AbstractModel):
    """What decides who wants to hear what, which is kept in memory."""

    _name = "sales.process.robot.listener"
    _description = "Listener of a Group"
    _inherit = ["sales.process.guard"]

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        forget_kept(self.env)
        return records

    def write(self, vals):
        result = super().write(vals)
        forget_kept(self.env)
        return result

    def unlink(self):
        forget_kept(self.env)
        return super().unlink()
