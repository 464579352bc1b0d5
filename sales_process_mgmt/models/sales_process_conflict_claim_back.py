# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SalesProcessConflict(models.Model):
    """A customer that is claimed back: the colleague agrees, or the leader decides."""

    _inherit = "sales.process.conflict"

    is_claim_back = fields.Boolean(
        string="Claimed Back",
        readonly=True,
        help="The owner says that a colleague received the customer without "
        "recognising it.",
    )
    can_give_back = fields.Boolean(
        compute="_compute_can_give_back",
        help="Whether you received the customer that is claimed back.",
    )

    @api.depends_context("uid")
    @api.depends("is_claim_back", "state", "user_id")
    def _compute_can_give_back(self):
        for conflict in self:
            conflict.can_give_back = (
                conflict.is_claim_back
                and conflict.state == "open"
                and conflict.user_id == self.env.user
            )

    def action_give_back(self):
        """Agree that the customer is the owner's, as the one who received it."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_give_back:
            raise AccessError(
                self.env._("Only who received the customer gives it back.")
            )
        # sudo: what the two agree on is written by the methods of the ledger
        conflict = self.sudo()
        kept = conflict._get_running()
        received = conflict.other_ownership_id
        (kept | received)._lock_rows()
        if (
            kept.user_id != conflict.owner_id
            or received.state != "open"
            or received.user_id != self.env.user
        ):
            raise UserError(
                self.env._("One of the two customers has changed hands. Reload.")
            )
        kept._take_back(received)
        self._resolve("kept")
