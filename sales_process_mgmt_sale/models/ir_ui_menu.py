# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.models.ir_ui_menu import WORK


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _get_process_menus(self):
        prefix = "sales_process_mgmt_sale.sales_process_"
        return {
            **super()._get_process_menus(),
            f"{prefix}credit_question_menu": WORK,
            f"{prefix}forecast_menu": WORK,
            f"{prefix}forecast_change_menu": WORK,
            f"{prefix}quotation_menu": WORK,
        }

    @api.model
    def _get_selling_menus(self):
        return (
            *super()._get_selling_menus(),
            "sale_crm.sale_order_menu_quotations_crm",
        )
