# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Absences are records; what is lost meanwhile is not counted."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    # not updated by itself: a director may have changed it
    metric = env.ref(
        "sales_process_mgmt.sales_process_metric_customers_expired",
        raise_if_not_found=False,
    )
    if metric and metric.domain == "[('end_reason', '=', 'expired')]":
        metric.domain = "[('end_reason', '=', 'expired'), ('is_excused', '!=', True)]"
    # out-of-office dates of before stand; those that are over do not matter
    now = cr.now()
    users = env["res.users"].search(
        [
            ("share", "=", False),
            ("out_of_office_from", "!=", False),
            "|",
            ("out_of_office_to", "=", False),
            ("out_of_office_to", ">", now),
        ]
    )
    users._sync_out_of_office()
