# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

DETAILS = ("email_normalized", "phone")


class WebsiteVisitor(models.Model):
    _inherit = "website.visitor"

    @api.depends_context("uid")
    def _compute_email_phone(self):
        """Odoo reads them from the contact and the leads of a visitor in sudo.

        Who sells is told no more of a visitor than of these records themselves.
        """
        result = super()._compute_email_phone()
        if not self.env["sales.process.ownership"]._is_judged(self.env.user):
            return result
        leads = self.lead_ids
        hidden = leads - leads.sudo(False)._filtered_access("read")
        pooled = self.partner_id._filter_pool_hidden()
        for visitor in self:
            told = {
                row[name]
                for rows in (visitor.partner_id & pooled, visitor.lead_ids & hidden)
                for row in rows
                for name in DETAILS
            }
            if visitor.email in told:
                visitor.email = False
            if visitor.mobile in told:
                visitor.mobile = False
        return result
