# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailAliasDomain(models.Model):
    _name = "mail.alias.domain"
    _inherit = ["mail.alias.domain", "sales.process.own.detail"]

    _own_detail_fields = frozenset(
        ("bounce_alias", "catchall_alias", "default_from", "name")
    )
