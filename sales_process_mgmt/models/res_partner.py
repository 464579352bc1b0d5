# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    process_grade_id = fields.Many2one(
        "sales.process.customer.grade",
        string="Customer Grade",
        index="btree_not_null",
        help="Sets the follow-up period and the revisit cycle of the customer.",
    )
    wechat_id = fields.Char(
        string="WeChat ID",
        help="Used as a hint that two customers may be the same.",
    )
    ownership_ids = fields.One2many(
        "sales.process.ownership", "partner_id", string="Ownership History"
    )
