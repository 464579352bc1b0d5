# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whoever is in the process already signs in at its home, as who joins from now on."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    teams = env["crm.team"].browse(env["crm.team"]._get_active_process_ids())
    teams._get_people()._settle_process_home()
