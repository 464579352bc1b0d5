# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """Customers that had signed before orders could tell stay signed, orders answered.

    :param env: the environment of the installation
    """
    env["sales.process.ownership"]._keep_signed_before_orders()
    env.cr.execute(
        """
        UPDATE sale_order SET process_date_answered = date_order
         WHERE state = 'sale' AND process_date_answered IS NULL
        """
    )
