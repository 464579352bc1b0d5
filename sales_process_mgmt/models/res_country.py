# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models, tools
from odoo.exceptions import UserError

from odoo.addons.phone_validation.tools.phone_validation import phone_format


def format_number(number, country_code, phone_code):
    """One telephone number as Odoo writes it.

    :param str number: in plain characters
    :param country_code: ISO code of the country in which it is read, or None
    :param phone_code: its calling code, or None
    :return: E.164, or None if it is not valid
    """
    try:
        return phone_format(number, country_code, phone_code, "E164")
    except UserError:
        return None


class ResCountry(models.Model):
    _inherit = "res.country"

    # Odoo forgets what is "stable" when a code of a country changes.
    @tools.ormcache("self.id", cache="stable")
    def _get_phone_codes(self):
        """How telephone numbers without country code are read here.

        :return: ``(ISO code or None, calling code or None)``
        """
        return self.code or None, self.phone_code or None
