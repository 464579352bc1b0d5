# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

# More people are no party: their contact details would block those of others.
MAX_PARTY = 50


class SalesProcessRegistrationContact(models.TransientModel):
    """Somebody who comes together with the customer: the party is one customer."""

    _name = "sales.process.registration.contact"
    _description = "Person of a Registered Party"
    _inherit = ["sales.process.guard"]

    registration_id = fields.Many2one(
        "sales.process.registration", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Name of the Person", size=128)
    phone = fields.Char(size=128)
    email = fields.Char(string="E-mail", size=256)
    wechat_id = fields.Char(string="WeChat ID", size=64)

    @api.constrains("registration_id")
    def _check_party(self):
        for registration in self.registration_id:
            if len(registration.contact_ids) > MAX_PARTY:
                raise ValidationError(
                    self.env._(
                        "At most %(limit)s people come with a customer. Register the "
                        "others as customers of their own.",
                        limit=MAX_PARTY,
                    )
                )
