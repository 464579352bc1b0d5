# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """The release has become a model of its own: the scheduled action calls that."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    cron = env.ref("sales_process_mgmt.ir_cron_release", raise_if_not_found=False)
    if cron:
        cron.model_id = env["ir.model"]._get("sales.process.release")
