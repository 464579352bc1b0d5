# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    process_policy = fields.Boolean(
        string="Policies",
        default=True,
        help="Whether the people of this team are asked to confirm policies. Without "
        "it, what they were asked for before is closed.",
    )

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(
            ("active", "process_mode", "process_policy", "user_id")
        ):
            self.env["sales.process.policy"]._wake()
        return result
