# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    process_won_signs = fields.Boolean(
        string="Won Is Signed",
        help="For teams whose contracts are not written in Sales: a won lead has "
        "signed without an order. Otherwise the team leader is asked, and the timer "
        "goes on.",
    )
