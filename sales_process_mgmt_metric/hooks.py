# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.sales_process_mgmt.hooks import restore_kept


def post_init_hook(env):
    """Keep what users had set while the records still belonged to the core.

    :param env: the environment of the installation
    """
    restore_kept(env, "sales_process_mgmt_metric")
