# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.models.ir_ui_menu import EVERYBODY, LEAD, WORK


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _get_process_menus(self):
        prefix = "sales_process_mgmt_care.sales_process_"
        return {
            **super()._get_process_menus(),
            f"{prefix}care_menu_root": EVERYBODY,
            f"{prefix}complaint_menu": WORK,
            f"{prefix}complaint_entry_menu": EVERYBODY,
            f"{prefix}satisfaction_menu": LEAD,
            f"{prefix}satisfaction_rank_menu": LEAD,
        }

    @api.model
    def _get_process_switches(self):
        prefix = "sales_process_mgmt_care.sales_process_"
        return {
            **super()._get_process_switches(),
            f"{prefix}satisfaction_menu": (
                ("process_satisfaction",),
                "sales.process.satisfaction",
            ),
            f"{prefix}satisfaction_rank_menu": (
                ("process_satisfaction",),
                "sales.process.satisfaction.rank",
            ),
        }
