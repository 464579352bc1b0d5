# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is going on in this transaction; see tools/transaction.py of the core."""

from odoo.addons.sales_process_mgmt.tools import transaction

GRANTING = "granting badges"


def granting(env):
    """While server code of ours gives or takes badges.

    :return: context manager
    """
    return transaction._going_on(env, GRANTING, True)


def is_granting(env):
    """Tell whether server code of ours gives or takes badges.

    :return: bool
    """
    return bool(transaction._get_mark(env, GRANTING))
