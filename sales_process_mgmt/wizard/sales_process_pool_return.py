# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..tools import texts


class SalesProcessPoolReturn(models.TransientModel):
    _name = "sales.process.pool.return"
    _description = "Give Customers Up"
    _inherit = ["sales.process.guard"]

    ownership_ids = fields.Many2many(
        "sales.process.ownership", string="Customers", required=True
    )
    pool_team_id = fields.Many2one(
        "crm.team",
        string="Pool",
        help="Whose pool receives the customers. Empty: the pool of the team's "
        "settings.",
    )
    reason = fields.Char(
        size=texts.REASON_LENGTH,
        required=True,
        help="Read by whoever takes the customer next.",
    )

    def action_give_up(self):
        """Give the customers up into the pool."""
        self.ensure_one()
        # the pool of a team that one may not see is refused by the record rules
        self.pool_team_id.check_access("read")
        self.ownership_ids._give_up(self.reason, self.pool_team_id)
        return self.env["sales.process.notice"]._toast(
            self.env._("Given up: the customer is in the pool."),
            {"type": "ir.actions.client", "tag": "soft_reload"},
        )
