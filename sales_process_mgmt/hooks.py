# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL


def pre_init_hook(env):
    """Create the columns on leads empty, so that no million rows are computed.

    :param env: the environment of the installation
    """
    env.cr.execute(
        SQL(
            """
            ALTER TABLE crm_lead
              ADD COLUMN IF NOT EXISTS ownership_id integer,
              ADD COLUMN IF NOT EXISTS followup_deadline timestamp,
              ADD COLUMN IF NOT EXISTS date_last_contact timestamp
            """
        )
    )


def post_init_hook(env):
    """Start safely: existing teams only observe, their leads are taken over.

    :param env: the environment of the installation
    """
    teams = env["crm.team"].with_context(active_test=False).search([])
    teams.write({"process_mode": "observe"})
    env["sales.process.ownership"]._log_missing_indexes()


def uninstall_hook(env):
    """Leave Odoo CRM working: what the addon hid or queued is given free.

    :param env: the environment of the uninstallation
    """
    env["mail.activity"].search(
        [("activity_type_id.category", "=", "sales_process")]
    ).unlink()
