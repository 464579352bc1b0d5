# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResGroups(models.Model):
    _name = "res.groups"
    _inherit = ["res.groups", "sales.process.own.detail"]

    _own_detail_fields = frozenset(("implied_by_ids", "implied_ids", "user_ids"))
