# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, models

from ..tools.transaction import grading, merging_contacts


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """A salesperson merges no contact of a colleague's customer.

        The contacts that go are deleted as part of the merge, not by themselves.
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        self.env["sales.process.ownership"]._check_customer_work(partners)
        with merging_contacts(self.env):
            if dst_partner and len(partners) > 1:
                self._keep_better_grade(partners, dst_partner)
            return super()._merge(partner_ids, dst_partner, extra_checks)

    @api.model
    def _keep_better_grade(self, partners, dst_partner):
        """The better grade and potential of several contacts are those of who remains.

        :param partners: res.partner that become one
        :param dst_partner: the one that remains
        """
        # sudo: whoever merges contacts may not read every grade
        potential = max(partners.sudo().mapped("process_potential"))
        if dst_partner.sudo().process_potential != potential:
            # Superuser: nobody decides, what a leader has said of one of them stays
            dst_partner.with_user(SUPERUSER_ID).process_potential = potential
        grades = partners.sudo().process_grade_id.sorted()
        if not grades or dst_partner.sudo().process_grade_id == grades[0]:
            return
        # Superuser: nobody decides, the better grade stands
        customer = dst_partner.with_user(SUPERUSER_ID)
        before = {customer: customer.process_grade_id}
        with grading(self.env):
            customer.process_grade_id = grades[0]
        if self.env["crm.team"]._get_active_process_ids():
            self.env["sales.process.grade.change"].with_user(SUPERUSER_ID)._record_hand(
                before, self.env._("Contacts were merged.")
            )

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Contacts that become one are one customer: so do their ownerships.

        The wizard writes the contact of leads in plain SQL, past every hook.
        """
        # sudo: whoever merges contacts may not read whose customers they are
        running = self.env["sales.process.ownership"].sudo()
        if src_partners._has_process():
            partners = src_partners | dst_partner
            running = running._find_by_partners(
                partners | dst_partner.commercial_partner_id
            )
            leads = self.env["crm.lead"].sudo()
            running |= leads.search(
                [
                    ("partner_id", "in", src_partners.ids),
                    ("ownership_id.state", "in", ("open", "pool")),
                ]
            ).ownership_id
        result = super()._update_foreign_keys(src_partners, dst_partner)
        if running:
            running._follow_partner_merge(src_partners, dst_partner)
        return result
