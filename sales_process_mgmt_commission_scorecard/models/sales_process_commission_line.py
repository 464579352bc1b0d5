# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessCommissionLine(models.Model):
    _inherit = "sales.process.commission.line"

    kind = fields.Selection(
        selection_add=[("scorecard", "By the Scorecard")],
        # what was booked stays booked
        ondelete={"scorecard": "set granted"},
    )
    amount_adjusted = fields.Monetary(
        string="Tiers, Scorecard and Limit",
        help="What the tiers of the month and the scorecard add or take, and the limit "
        "cuts off.",
    )
    scorecard_id = fields.Many2one(
        "sales.process.scorecard",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The scorecard that was closed after the commission of its month.",
    )
