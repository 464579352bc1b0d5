# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessExperienceThank(models.Model):
    """Somebody thanks for what a colleague has shared: once."""

    _name = "sales.process.experience.thank"
    _description = "Thanks for Shared Experience"
    _inherit = ["sales.process.guard"]
    _order = "create_date desc, id desc"
    _rec_name = "user_id"

    experience_id = fields.Many2one(
        "sales.process.experience",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who Thanks",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    author_id = fields.Many2one(
        related="experience_id.user_id", string="Who Is Thanked", store=True, index=True
    )
    company_id = fields.Many2one(
        related="experience_id.company_id", store=True, index=True
    )

    _person_uniq = models.Constraint(
        "UNIQUE(experience_id, user_id)", "You have thanked for this already."
    )
