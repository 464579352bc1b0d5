# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Customers that had signed without an order stay signed, and say why.

    Zero orders that had signed sign no more, at the next look at the customer.
    """
    cr.execute(
        """
        UPDATE sale_order
           SET process_date_signed = date_order
         WHERE ownership_id IS NOT NULL
           AND state = 'sale'
           AND process_date_signed IS NULL
        """
    )
    # after what is written past the ORM: nothing of it has been read before
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.invalidate_all()
    env["sales.process.ownership"]._keep_signed_before_orders()
    orders = env["sale.order"].search(
        [("process_date_signed", "!=", False), ("state", "=", "sale")]
    )
    for start in range(0, len(orders), 1000):
        env["sales.process.money"]._refresh_orders(orders[start : start + 1000])
        env.flush_all()
        env.invalidate_all()
    cron = env.ref(
        "sales_process_mgmt_account.ir_cron_refresh_money", raise_if_not_found=False
    )
    if cron:
        cron._trigger()
