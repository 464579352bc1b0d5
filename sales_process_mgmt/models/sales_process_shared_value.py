# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessSharedValue(models.Model):
    _name = "sales.process.shared.value"
    _description = "Contact Detail That Identifies Nobody"
    _order = "state, conflict_count desc, id desc"

    value = fields.Char(
        required=True,
        index=True,
        help="A switchboard, an info@ address, a phone that many customers share. "
        "Phones are kept as digits with country code, e-mails in lower case.",
    )
    kind = fields.Selection(
        [
            ("phone", "Phone"),
            ("phone_digits", "Phone (Local Digits)"),
            ("email", "E-mail"),
            ("vat", "Tax ID"),
        ],
        required=True,
        default="phone",
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("confirmed", "Confirmed"),
            ("rejected", "Rejected"),
        ],
        required=True,
        default="confirmed",
        help="Only a confirmed value stops identifying customers. The system proposes "
        "values that keep making conflicts.",
    )
    note = fields.Char(string="Reason")
    conflict_count = fields.Integer(readonly=True)

    _value_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), kind, value)",
        "This contact detail is in the list already.",
    )
