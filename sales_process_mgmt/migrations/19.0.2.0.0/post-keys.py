# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """More ways to write a number are read: the scheduled action reads all again."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["sales.process.ownership"]._plan_reading_again()
