# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SalesProcessConflict(models.Model):
    _inherit = "sales.process.conflict"

    @api.model
    def _record(self, values_list):
        """The group of the team hears of the first attempt of a day."""
        conflicts = super()._record(values_list)

        def get_values(row):
            return {
                "customer": row.name,
                "owner": row.owner_id.name,
                "user": row.user_id.name,
                "team": row.team_id.name,
            }

        self.env["sales.process.robot"]._hear(
            "conflict",
            conflicts.filtered(lambda row: row.attempt_count == 1),
            get_values,
        )
        return conflicts
