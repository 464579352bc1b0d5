# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.models.ir_ui_menu import LEAD, WORK


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _get_process_menus(self):
        prefix = "sales_process_mgmt_scorecard.sales_process_scorecard_"
        return {
            **super()._get_process_menus(),
            f"{prefix}menu": WORK,
            f"{prefix}line_menu": WORK,
            f"{prefix}team_menu": LEAD,
            f"{prefix}rating_menu": WORK,
            f"{prefix}praise_menu": WORK,
            f"{prefix}praise_give_menu": WORK,
        }
