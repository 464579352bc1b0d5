# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    customer_limit = fields.Integer(
        string="Open Customers at Most",
        help="How many open customers this person may hold. 0 means the limit of the "
        "sales team.",
    )
    open_customer_count = fields.Integer(compute="_compute_open_customer_count")

    _check_customer_limit = models.Constraint(
        "CHECK(customer_limit >= 0)",
        "The number of open customers cannot be negative.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ["customer_limit", "open_customer_count"]

    @api.depends_context("uid")
    def _compute_open_customer_count(self):
        # sudo: a number about a colleague, needed to see who has room
        counts = dict(
            self.env["sales.process.ownership"]
            .sudo()
            ._read_group(
                [
                    ("user_id", "in", self.ids),
                    ("state", "=", "open"),
                    ("phase", "=", "pursuing"),
                ],
                ["user_id"],
                ["__count"],
            )
        )
        for user in self:
            user.open_customer_count = counts.get(user.sudo(), 0)
