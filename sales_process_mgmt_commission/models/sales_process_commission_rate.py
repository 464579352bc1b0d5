# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessCommissionRate(models.Model):
    """A rate for some products, customers or teams."""

    _name = "sales.process.commission.rate"
    _description = "Rate of a Commission Plan"
    _is_copied = True
    _inherit = ["sales.process.dated.part", "sales.process.guard"]
    _order = "version_id, sequence, id"

    version_id = fields.Many2one(
        "sales.process.commission.version",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="version_id.company_id", store=True)
    sequence = fields.Integer(
        default=10, help="The first rate that fits counts, from the top."
    )
    category_id = fields.Many2one(
        "product.category",
        string="Product Category",
        ondelete="restrict",
        help="With the categories below it. Empty: all products.",
    )
    grade_id = fields.Many2one(
        "sales.process.customer.grade",
        string="Customer Grade",
        ondelete="restrict",
        help="The grade that the customer has when it signs. Empty: all customers.",
    )
    team_id = fields.Many2one(
        "crm.team",
        ondelete="restrict",
        help="The team whose customer signs. Empty: all teams.",
    )
    percent = fields.Float(string="Rate (%)", digits=(16, 4))

    _check_percent = models.Constraint(
        "CHECK(percent BETWEEN 0 AND 100)", "Rates lie between 0 and 100 %."
    )

    def _is_for(self, category, grade, team):
        """See :meth:`~SalesProcessCommissionVersion._get_rate`.

        :return: bool
        """
        self.ensure_one()
        above = (category.parent_path or "").split("/") if category else []
        return (
            (not self.category_id or str(self.category_id.id) in above)
            and (not self.grade_id or self.grade_id == grade)
            and (not self.team_id or self.team_id == team)
        )
