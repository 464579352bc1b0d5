# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessCommissionTier(models.Model):
    """What a month above an amount earns more, or less."""

    _name = "sales.process.commission.tier"
    _description = "Tier of a Commission Plan"
    _is_copied = True
    _inherit = ["sales.process.dated.part", "sales.process.guard"]
    _order = "version_id, amount_from, id"

    version_id = fields.Many2one(
        "sales.process.commission.version",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="version_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_from = fields.Monetary(
        string="Above",
        required=True,
        help="What the person has brought in the month, without taxes.",
    )
    percent = fields.Float(
        string="Factor (%)",
        digits=(16, 4),
        default=100,
        help="The commission is multiplied by it: 150 is half as much again.",
    )

    _amount_uniq = models.UniqueIndex(
        "(version_id, amount_from)", "This tier is there already."
    )
    _check_numbers = models.Constraint(
        "CHECK(amount_from >= 0 AND percent BETWEEN 0 AND 1000)",
        "A tier begins at zero or above, and its factor lies between 0 and 1,000 %.",
    )
