# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools.transaction import entering, get_merging

# A change of one of these changes what identifies the customer.
IDENTITY_FIELDS = {
    "company_registry",
    "country_id",
    "email",
    "is_company",
    "name",
    "parent_id",
    "phone",
    "vat",
    "wechat_id",
}


class ResPartner(models.Model):
    _inherit = "res.partner"

    process_grade_id = fields.Many2one(
        "sales.process.customer.grade",
        string="Customer Grade",
        index="btree_not_null",
        tracking=True,
        help="Sets the follow-up period and the revisit cycle of the customer.",
    )
    wechat_id = fields.Char(
        string="WeChat ID",
        help="Used as a hint that two customers may be the same.",
    )
    ownership_ids = fields.One2many(
        "sales.process.ownership", "partner_id", string="Ownership History"
    )
    current_ownership_id = fields.Many2one(
        "sales.process.ownership",
        compute="_compute_current_ownership_id",
        help="The ownership that stands now for this customer.",
    )
    ownership_count = fields.Integer(
        string="Ownership Periods", compute="_compute_current_ownership_id"
    )

    @api.depends("ownership_ids.state", "parent_id")
    @api.depends_context("uid")
    def _compute_current_ownership_id(self):
        customers = self | self.commercial_partner_id
        Ownership = self.env["sales.process.ownership"]
        if not Ownership.has_access("read"):
            self.current_ownership_id = False
            self.ownership_count = 0
            return
        groups = Ownership._read_group(
            [("partner_id", "in", customers.ids)],
            ["partner_id", "state"],
            ["id:recordset"],
        )
        running, counts = {}, {}
        for partner, state, ownerships in groups:
            counts[partner] = counts.get(partner, 0) + len(ownerships)
            if state != "ended":
                running[partner] = running.get(partner, Ownership) | ownerships
        for partner in self:
            customer = partner.commercial_partner_id
            found = running.get(partner) or running.get(customer) or Ownership
            partner.current_ownership_id = found[:1]
            partner.ownership_count = counts.get(partner, 0) or counts.get(customer, 0)

    def write(self, vals):
        result = super().write(vals)
        self._forget_company_country(vals)
        if IDENTITY_FIELDS & vals.keys():
            self._sync_ownership()
        return result

    def _update_address(self, vals):
        """Addresses that follow another one are written past ``write``."""
        result = super()._update_address(vals)
        self._forget_company_country(vals)
        return result

    def _forget_company_country(self, names):
        """The country of a company is that of its contact, and kept in memory.

        :param names: what was written on these contacts
        """
        if "country_id" not in names:
            return
        own = self.env["res.company"]._get_process_partner_ids()
        if not own.isdisjoint((self | self.commercial_partner_id)._ids):
            self.env.registry.clear_cache()
            # another thread may have read between the write and the commit
            self.env.cr.postcommit.add(self.env.registry.clear_cache)

    def _sync_ownership(self):
        """The keys of the customer follow its contacts.

        A contact is edited by anybody and from anywhere, so this never refuses: a
        detail that belongs to somebody else becomes a conflict for the leader.
        """
        # sudo: the leads of a contact may be a colleague's
        Lead = self.env["crm.lead"].sudo()
        leads = Lead.with_context(active_test=False).search(
            [("partner_id", "child_of", self.ids), ("ownership_id", "!=", False)]
        )
        running = leads.filtered(
            lambda lead: lead.ownership_id.state in ("open", "pool")
        )
        if merging := get_merging(self.env):
            # whose customer they are is decided when they are one
            running -= merging.leads
        with entering(self.env, "contact"):
            running._sync_ownership(changed={"partner_id"})
