# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessOwnershipKey(models.Model):
    _name = "sales.process.ownership.key"
    _description = "Customer Identity Key"
    _order = "ownership_id, kind, id"
    _rec_name = "label"

    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Ownership",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", index="btree_not_null")
    kind = fields.Selection(
        [
            ("phone", "Phone"),
            ("phone_digits", "Phone (Local Digits)"),
            ("email", "E-mail"),
            ("partner", "Contact"),
            ("vat", "Tax ID"),
            ("name", "Company Name"),
            ("wechat", "WeChat ID"),
            ("registration", "Registration Number"),
        ],
        required=True,
    )
    value = fields.Char(required=True)
    label = fields.Char(
        string="As Entered", help="The contact detail in a form that people read."
    )
    active = fields.Boolean(default=True)
    is_soft = fields.Boolean(
        string="Hint Only",
        help="A hint proposes that two customers may be the same. It never refuses "
        "anything.",
    )
    is_manual = fields.Boolean(
        string="Added by Hand",
        help="Added by a person, so a change on the lead does not remove it.",
    )

    _active_key_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), kind, value) WHERE active AND NOT is_soft",
        "Another salesperson has just become responsible for this customer. "
        "Look the customer up again.",
    )
    _value_idx = models.Index("(value, kind)")
