# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    process_date_left = fields.Date(
        string="Left On",
        copy=False,
        groups="sales_team.group_sale_manager,base.group_erp_manager",
        prefetch="process_commission",
        help="The last day in the company, as it is written when the person is "
        "archived. Correct it where that was later: what was signed before earns by "
        "it, as the commission plan says.",
    )

    def write(self, vals):
        leaving = self.browse()
        if vals.get("active") is False and "process_date_left" not in vals:
            leaving = self.filtered("active")
        elif vals.get("active"):
            vals = {**vals, "process_date_left": False}
        result = super().write(vals)
        for user in leaving:
            # sudo: who archives people may know nothing of commissions
            user.sudo().process_date_left = user._get_process_today()
        return result
