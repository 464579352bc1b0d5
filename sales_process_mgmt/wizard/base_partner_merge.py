# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """A salesperson merges no contact of a colleague's customer."""
        partners = self.env["res.partner"].browse(partner_ids).exists()
        self.env["sales.process.ownership"]._check_customer_work(partners)
        return super()._merge(
            partner_ids, dst_partner=dst_partner, extra_checks=extra_checks
        )

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Contacts that become one are one customer: so do their ownerships.

        The wizard writes the contact of leads in plain SQL, past every hook.
        """
        Ownership = self.env["sales.process.ownership"].sudo()
        partners = src_partners | dst_partner
        running = Ownership._find_by_partners(partners | partners.commercial_partner_id)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        running._follow_partner_merge(src_partners, dst_partner)
        return result
