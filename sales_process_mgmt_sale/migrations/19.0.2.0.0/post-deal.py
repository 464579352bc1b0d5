# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Customers that small orders had signed stay signed: the rule is new."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["sales.process.ownership"]._keep_signed_by_small_orders()
