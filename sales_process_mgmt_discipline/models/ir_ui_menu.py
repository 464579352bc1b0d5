# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.models.ir_ui_menu import LEAD, WORK


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _get_process_menus(self):
        prefix = "sales_process_mgmt_discipline.sales_process_"
        return {
            **super()._get_process_menus(),
            f"{prefix}policy_menu_root": WORK,
            f"{prefix}policy_menu_mine": WORK,
            f"{prefix}policy_menu_unconfirmed": LEAD,
            f"{prefix}violation_menu": WORK,
            f"{prefix}violation_record_menu": LEAD,
        }

    @api.model
    def _get_process_switches(self):
        prefix = "sales_process_mgmt_discipline.sales_process_"
        return {
            **super()._get_process_switches(),
            f"{prefix}policy_menu_root": (
                ("process_policy", "process_violation"),
                "sales.process.policy.acknowledgement",
            ),
            f"{prefix}policy_menu_mine": (
                ("process_policy",),
                "sales.process.policy.acknowledgement",
            ),
            f"{prefix}policy_menu_unconfirmed": (("process_policy",), None),
            f"{prefix}violation_menu": (
                ("process_violation",),
                "sales.process.violation",
            ),
            f"{prefix}violation_record_menu": (("process_violation",), None),
        }
