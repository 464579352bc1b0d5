# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Let the keys of existing customers follow the rules of identity.

    What identifies nobody is freed, every reading of every detail becomes a key (a
    scheduled action, in batches), and what two customers had in common goes to the
    leader.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute("SELECT * FROM sales_process_lost_key")
    Ownership = env["sales.process.ownership"]
    Ownership._record_lost_keys(cr.fetchall())
    cr.execute("DROP TABLE sales_process_lost_key")
    rule = env.ref(
        "sales_process_mgmt.sales_process_ownership_key_rule_company",
        raise_if_not_found=False,
    )
    if rule:
        rule.domain_force = "[('company_id', 'parent_of', company_ids)]"
    env["sales.process.ownership.key"]._free_nobodys()
    Ownership._plan_reading_again()
