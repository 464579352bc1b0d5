# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models, tools
from odoo.exceptions import UserError

from odoo.addons.phone_validation.tools.phone_validation import phone_format

from ..tools import identity

# One telephone number as Odoo writes it.
format_number = identity.make_formatter(phone_format, UserError)


class ResCountry(models.Model):
    _inherit = "res.country"

    # Odoo forgets what is "stable" when a code of a country changes.
    @tools.ormcache("self.id", cache="stable")
    def _get_phone_codes(self):
        """How telephone numbers without country code are read here.

        :return: ``(ISO code or None, calling code or None)``
        """
        return self.code or None, self.phone_code or None
