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
              ADD COLUMN IF NOT EXISTS date_last_contact timestamp,
              ADD COLUMN IF NOT EXISTS is_pooled boolean
            """
        )
    )


def post_init_hook(env):
    """Start safely: existing teams only observe, their leads are taken over.

    :param env: the environment of the installation
    """
    teams = (
        env["crm.team"]
        .with_context(active_test=False)
        .search([("process_mode", "in", ("off", False))])
    )
    teams.write({"process_mode": "observe"})
    env["sales.process.ownership.key"]._log_health()


def uninstall_hook(env):
    """Leave Odoo CRM working: activities of our own types become to-dos.

    Teams, people and leads of the demonstration stay, as ordinary ones: what is kept
    of them in the ledger, until its tables go, would not let Odoo delete them.

    :param env: the environment of the uninstallation
    """
    env["ir.model.data"].search(
        [("module", "=", "sales_process_mgmt"), ("name", "like", "_demo")]
    ).filtered(lambda row: not row.model.startswith(("sales.process.", "ir."))).unlink()
    env["ir.model.data"].search(
        [("module", "=", "sales_process_mgmt"), ("name", "=", "demo_loaded")]
    ).unlink()
    types = env["ir.model.data"].search(
        [
            ("module", "=", "sales_process_mgmt"),
            ("model", "=", "mail.activity.type"),
        ]
    )
    todo = env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
    activities = (
        env["mail.activity"]
        .with_context(active_test=False)
        .search([("activity_type_id", "in", types.mapped("res_id"))])
    )
    activities.write({"activity_type_id": todo.id if todo else False})
