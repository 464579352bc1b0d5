# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.models.ir_ui_menu import LEAD, WORK


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _get_process_menus(self):
        prefix = "sales_process_mgmt_meeting.sales_process_"
        return {
            **super()._get_process_menus(),
            f"{prefix}meeting_menu_root": WORK,
            f"{prefix}meeting_menu": WORK,
            f"{prefix}meeting_decision_menu": WORK,
            f"{prefix}meeting_attendance_menu": WORK,
            f"{prefix}meeting_line_menu": LEAD,
            f"{prefix}meeting_series_menu": LEAD,
            f"{prefix}experience_menu": WORK,
        }

    @api.model
    def _get_process_switches(self):
        prefix = "sales_process_mgmt_meeting.sales_process_"
        return {
            **super()._get_process_switches(),
            f"{prefix}meeting_menu_root": (
                ("process_meeting", "process_experience"),
                "sales.process.meeting",
            ),
            f"{prefix}meeting_menu": (("process_meeting",), "sales.process.meeting"),
            f"{prefix}meeting_decision_menu": (
                ("process_meeting",),
                "sales.process.meeting.decision",
            ),
            f"{prefix}meeting_attendance_menu": (
                ("process_meeting",),
                "sales.process.meeting.attendance",
            ),
            f"{prefix}meeting_line_menu": (
                ("process_meeting",),
                "sales.process.meeting.line",
            ),
            f"{prefix}experience_menu": (("process_experience",), None),
        }
