# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a contact took place: the position that was taken, on a map."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import maps


class SalesProcessFollowupPlace(models.AbstractModel):
    """The map of a follow-up. Follow-ups inherit it.

    The browser opens the map when somebody asks for it; the server asks nobody, and the
    address holds the position alone, no name.
    """

    _name = "sales.process.followup.place"
    _description = "Place of a Follow-Up"

    map_url = fields.Char(
        string="Map",
        compute="_compute_map_url",
        help="The position on the map that your company has chosen. Empty where none "
        "was taken.",
    )

    @api.depends_context("company")
    @api.depends("company_id", "latitude", "longitude")
    def _compute_map_url(self):
        templates = {}
        for followup in self:
            # sudo: which map a company has chosen is no secret
            company = followup.sudo().company_id or self.env.company.sudo()
            if company not in templates:
                templates[company] = company._get_map_template()
            place = followup.latitude, followup.longitude
            followup.map_url = any(place) and maps.fill(templates[company], *place)

    def action_open_map(self):
        """Open the map at the position of the contact, in a window of its own.

        :return: dict, an action that opens an address
        :raise AccessError: for whoever may not read the contact
        :raise UserError: where no position was taken
        """
        self.ensure_one()
        self.check_access("read")
        if not self.map_url:
            raise UserError(
                self.env._("No position was taken with this contact: ask who made it.")
            )
        return {"type": "ir.actions.act_url", "url": self.map_url, "target": "new"}
