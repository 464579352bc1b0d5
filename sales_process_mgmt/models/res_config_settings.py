# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    process_customer_scope = fields.Selection(
        related="company_id.process_customer_scope", readonly=False
    )
    process_owner_visibility = fields.Selection(
        related="company_id.process_owner_visibility", readonly=False
    )
    process_lookup_limit = fields.Integer(
        related="company_id.process_lookup_limit", readonly=False
    )
    process_shared_value_threshold = fields.Integer(
        related="company_id.process_shared_value_threshold", readonly=False
    )
