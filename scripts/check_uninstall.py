"""Uninstall addons inside Odoo's shell and say what is left of them.

    SPM_FIRST=sales_process_mgmt_sale scripts/odoo shell -d DATABASE <THIS FILE

The database is changed for good. The last line is NOTHING IS LEFT if all is well.
"""

# ruff: noqa: F821  (`env` is the shell's)
import os

CORE = "sales_process_mgmt"
MODULES = """
    SELECT name FROM ir_module_module
     WHERE state = 'installed' AND name LIKE 'sales_process_mgmt%'
"""


def read(query):
    env.cr.execute(query)
    return {row[0] for row in env.cr.fetchall()}


def uninstall(name):
    module = env["ir.module.module"].search(
        [("name", "=", name), ("state", "=", "installed")]
    )
    if module:
        module.button_immediate_uninstall()


def check_crm():
    """A salesperson works with what is left."""
    team = env["crm.team"].search([], limit=1)
    lead = env["crm.lead"].create(
        {"name": "Afterwards", "type": "opportunity", "phone": "13800000000"}
    )
    lead.write({"team_id": team.id, "partner_name": "Somebody"})
    lead.action_set_won()
    env["crm.lead"].search([], limit=10).read()
    env.cr.rollback()


def main():
    left = []
    for name in (os.environ["SPM_FIRST"], CORE):
        before = read(MODULES)
        uninstall(name)
        gone = before - read(MODULES)
        if name in before and name not in gone:
            left.append(f"module {name}")
        env.cr.execute(
            """
            SELECT module || ': ' || model || ' ' || name
              FROM ir_model_data WHERE module = ANY(%s)
            """,
            [list(gone)],
        )
        left += [row[0] for row in env.cr.fetchall()]
        check_crm()
    left += read(
        """
        SELECT 'table ' || tablename FROM pg_tables
         WHERE schemaname = 'public' AND tablename LIKE 'sales_process%'
        """
    )
    left += read(
        """
        SELECT 'model ' || model FROM ir_model WHERE model LIKE 'sales.process%'
        """
    )
    left += read(
        """
        SELECT 'scheduled action ' || cron_name FROM ir_cron
         WHERE cron_name LIKE 'Sales Process%'
        """
    )
    print("\n".join(left) if left else "NOTHING IS LEFT")


main()
