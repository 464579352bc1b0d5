# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _get_process_menus(self):
        prefix = "sales_process_mgmt_dashboard.sales_process_dashboard_menu_"
        return {
            **super()._get_process_menus(),
            f"{prefix}leader": frozenset(("leader",)),
            f"{prefix}region": frozenset(("region",)),
            f"{prefix}director": frozenset(("administrator", "director")),
        }
