# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SpreadsheetDashboard(models.Model):
    _inherit = "spreadsheet.dashboard"

    process_role = fields.Selection(
        [
            ("leader", "Leaders of a team"),
            ("region", "Leaders of several teams"),
            ("director", "Directors"),
            ("lead", "Everybody who leads"),
        ],
        string="For Whom in the Sales Process",
        help="Teams say who leads them. Whoever is none of these does not see the "
        "dashboard, whatever the groups. Empty: the groups alone decide.",
    )
