# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Numbers are drawn by lot: nothing counts complaints any more.

    What customers have been told before keeps its number.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    sequence = env.ref(
        "sales_process_mgmt_care.ir_sequence_complaint", raise_if_not_found=False
    )
    if sequence:
        sequence.unlink()
