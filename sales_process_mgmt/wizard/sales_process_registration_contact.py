# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessRegistrationContact(models.TransientModel):
    """Somebody who comes together with the customer: the party is one customer."""

    _name = "sales.process.registration.contact"
    _description = "Person of a Registered Party"

    registration_id = fields.Many2one(
        "sales.process.registration", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(size=128)
    phone = fields.Char(size=128)
    email = fields.Char(string="E-mail", size=256)
    wechat_id = fields.Char(string="WeChat ID", size=64)
