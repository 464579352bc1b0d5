# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Contacts that lie in a pool already say so: the pool hides them.

    The same as ``_compute_process_pool_team_id`` of res.partner, for all at once.
    """
    cr.execute(
        """
        UPDATE res_partner partner
           SET process_pool_team_id = pooled.team_id
          FROM sales_process_ownership pooled
     LEFT JOIN res_company company ON company.id = pooled.company_id
         WHERE pooled.state = 'pool'
           AND partner.partner_share
           AND (partner.id = pooled.partner_id
                OR partner.commercial_partner_id = pooled.partner_id
                   AND COALESCE(company.process_customer_scope, 'company') != 'person')
           AND partner.process_pool_team_id IS DISTINCT FROM pooled.team_id
        """
    )
