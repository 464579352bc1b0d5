# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    process_training = fields.Boolean(
        string="Training and Exams",
        default=True,
        help="Whether the people of this team are asked for the steps of training "
        "plans. Without it, what they were asked for before is closed; what they have "
        "passed stays.",
        prefetch="process_training",
    )

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(
            ("active", "process_mode", "process_training", "user_id")
        ):
            self.env["sales.process.training.plan"]._wake()
        return result
