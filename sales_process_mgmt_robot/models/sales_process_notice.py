# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SalesProcessNotice(models.AbstractModel):
    _inherit = "sales.process.notice"

    @api.model
    def _announce(self, event, records):
        """Groups hear of it, too."""
        super()._announce(event, records)
        if event != "report_missing":
            return

        def get_values(report):
            return {
                "user": report.user_id.name,
                "report": report.display_name,
                "team": report.team_id.name,
            }

        self.env["sales.process.robot"]._hear(event, records, get_values)
