# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.models.ir_ui_menu import LEAD, SELL, WORK


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _get_process_menus(self):
        prefix = "sales_process_mgmt_report.sales_process_"
        return {
            **super()._get_process_menus(),
            f"{prefix}work_report_menu_root": WORK,
            f"{prefix}work_report_menu_today": SELL,
            f"{prefix}work_report_menu_mine": SELL,
            f"{prefix}work_report_menu_urgent": SELL,
            f"{prefix}work_report_menu_review": LEAD,
            f"{prefix}team_sheet_menu": LEAD,
            f"{prefix}report_form_menu": LEAD,
            f"{prefix}work_report_answer_menu": WORK,
            f"{prefix}intelligence_duty_menu": LEAD,
            f"{prefix}intelligence_menu": WORK,
        }
