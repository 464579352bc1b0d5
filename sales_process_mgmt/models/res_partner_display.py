# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResPartner(models.Model):
    """Whose customer a contact is, as far as the reader may know."""

    _inherit = "res.partner"

    current_owner_id = fields.Many2one(
        "res.users",
        string="Customer Owner",
        compute="_compute_current_owner_id",
        help="The salesperson responsible for this customer now.",
    )

    @api.depends("ownership_ids.state", "ownership_ids.user_id")
    @api.depends_context("uid")
    def _compute_current_owner_id(self):
        # No related field: that would read past the rules on ownerships.
        for partner in self:
            partner.current_owner_id = partner.current_ownership_id.user_id
