# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.models.ir_ui_menu import LEAD, WORK


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _get_process_menus(self):
        prefix = "sales_process_mgmt_survey.sales_process_"
        return {
            **super()._get_process_menus(),
            f"{prefix}training_menu_root": WORK,
            f"{prefix}training_menu_mine": WORK,
            f"{prefix}exam_result_menu": WORK,
            f"{prefix}training_menu_team": LEAD,
        }

    @api.model
    def _get_process_switches(self):
        prefix = "sales_process_mgmt_survey.sales_process_"
        return {
            **super()._get_process_switches(),
            f"{prefix}training_menu_root": (
                ("process_training",),
                "sales.process.training.task",
            ),
            f"{prefix}training_menu_mine": (
                ("process_training",),
                "sales.process.training.task",
            ),
            f"{prefix}exam_result_menu": (
                ("process_training",),
                "sales.process.exam.result",
            ),
            f"{prefix}training_menu_team": (("process_training",), None),
        }
