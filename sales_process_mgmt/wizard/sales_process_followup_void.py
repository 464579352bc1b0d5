# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..tools import texts


class SalesProcessFollowupVoid(models.TransientModel):
    _name = "sales.process.followup.void"
    _description = "Take Follow-Ups Back"
    _inherit = ["sales.process.guard"]

    followup_ids = fields.Many2many(
        "sales.process.followup", string="Follow-Ups", required=True
    )
    reason = fields.Char(
        size=texts.REASON_LENGTH,
        required=True,
        help="Read by the person who made the contact.",
    )

    def action_void(self):
        """The contacts do not count any more; the people are told.

        :return: dict, an action
        :raise AccessError: for whoever may not judge them
        """
        self.ensure_one()
        self.followup_ids._void(self.reason)
        return self.env["sales.process.notice"]._toast(
            self.env._("Taken back: the deadline was computed again."),
            {"type": "ir.actions.client", "tag": "soft_reload"},
        )
