# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessCommissionStatement(models.Model):
    _inherit = "sales.process.commission.statement"

    scorecard_id = fields.Many2one(
        "sales.process.scorecard",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The closed scorecard of the month, by which its commission was "
        "multiplied. What another one says later is a line of a later month.",
    )
    scorecard_factor = fields.Float(
        string="Factor of the Scorecard",
        related="scorecard_id.coefficient",
        digits=(16, 4),
        related_sudo=True,
        aggregator=None,
        help="Both coefficients of the scorecard together.",
    )
