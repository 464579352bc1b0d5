# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    process_badge = fields.Boolean(
        string="Badges",
        help="Whether closed scorecards and praise give badges, which everybody in the "
        "company sees; praise between the same two people gives one in 30 days. Off: "
        "none is given; those that were given stay.",
        prefetch="process_scorecard",
    )
