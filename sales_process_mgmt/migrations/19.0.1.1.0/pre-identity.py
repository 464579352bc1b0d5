# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.sales_process_mgmt.key_company import move_keys


def migrate(cr, version):
    """Give every customer and every key a company: there is none without one.

    Keys that two customers have in common then stay with the older one; what the
    other one lost is left in a table for the leader's inbox (``post-identity``).
    """
    cr.execute(
        """
        UPDATE sales_process_ownership AS ownership
           SET company_id = COALESCE(
               (SELECT lead.company_id
                  FROM crm_lead AS lead
                 WHERE lead.ownership_id = ownership.id
                   AND lead.company_id IS NOT NULL
              ORDER BY lead.id DESC
                 LIMIT 1),
               (SELECT company_id FROM crm_team WHERE id = ownership.team_id),
               (SELECT company_id FROM res_users WHERE id = ownership.user_id),
               (SELECT res_id
                  FROM ir_model_data
                 WHERE module = 'base' AND name = 'main_company'),
               (SELECT MIN(id) FROM res_company))
         WHERE company_id IS NULL
        """
    )
    # branches share their customers unless the company above them says otherwise
    lost = move_keys(cr, share="TRUE")
    cr.execute(
        """
        CREATE TABLE IF NOT EXISTS sales_process_lost_key (
               ownership_id INTEGER, keeper_id INTEGER, company_id INTEGER,
               kind VARCHAR, value VARCHAR)
        """
    )
    for row in lost:
        cr.execute(
            "INSERT INTO sales_process_lost_key VALUES (%s, %s, %s, %s, %s)", row
        )
