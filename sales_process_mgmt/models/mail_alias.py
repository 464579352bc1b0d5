# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailAlias(models.Model):
    _name = "mail.alias"
    _inherit = ["mail.alias", "sales.process.own.detail"]

    _own_detail_fields = frozenset(("alias_domain_id", "alias_name"))
