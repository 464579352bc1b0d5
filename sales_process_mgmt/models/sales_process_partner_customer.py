# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whose customers contacts are."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools import identity
from ..tools.transaction import entering, get_merging

# So many contacts of one customer are read when it becomes somebody's.
CONTACTS_MAX = 500


class SalesProcessPartnerCustomer(models.AbstractModel):
    """Whose customer a contact is, and who hears of a change; contacts inherit it."""

    _name = "sales.process.partner.customer"
    _description = "Contact of a Customer"

    def _has_process(self):
        """Whether any team of the database has customers with owners; no query."""
        return bool(self and self.env["crm.team"]._get_active_process_ids())

    def _find_owned(self):
        """The running ownerships of these contacts and of their companies.

        :return: sales.process.ownership, sudo
        """
        # sudo: whoever edits a contact may not read whose customer it is
        Ownership = self.env["sales.process.ownership"].sudo()
        if not self._has_process():
            return Ownership
        return Ownership._find_by_partners(self | self.sudo().commercial_partner_id)

    @api.model
    def _get_contacts_by_customer(self, customer_ids):
        """Phones and e-mails of the contacts of companies, in one query.

        :param customer_ids: ids of commercial contacts
        :return: ``{customer id: [(phone, email, country id)]}``, of each customer the
            oldest; one more than ``CONTACTS_MAX`` says that there are more
        """
        self.flush_model(
            ["active", "commercial_partner_id", "country_id", "email", "phone"]
        )
        found = defaultdict(list)
        if not customer_ids:
            return found
        for customer_id, *details in self.env.execute_query(
            SQL(
                """
                SELECT customer.id, contact.phone, contact.email, contact.country_id
                  FROM unnest(%s::int[]) AS customer(id)
                 CROSS JOIN LATERAL (
                       SELECT id, phone, email, country_id
                         FROM res_partner
                        WHERE commercial_partner_id = customer.id
                          AND active
                          AND (phone > '' OR email > '')
                     ORDER BY id
                        LIMIT %s
                       ) AS contact
              ORDER BY contact.id
                """,
                list(customer_ids),
                CONTACTS_MAX + 1,
            )
        ):
            found[customer_id].append(tuple(details))
        return found

    def _join_customers(self, ownerships, going=False):
        """The details of contacts are those of the customers to which they belong.

        :param ownerships: running sales.process.ownership of some of these contacts
        :param bool going: the details are about to be overwritten
        """
        if merging := get_merging(self.env):
            # whose customer they are is decided when they are one
            ownerships -= merging.leads.sudo().ownership_id
        if not ownerships:
            return
        by_partner = defaultdict(ownerships.browse)
        for key in ownerships.key_ids:
            if key.kind == "partner":
                by_partner[int(key.value)] |= key.ownership_id
        details = defaultdict(dict)
        for partner in self.sudo():
            customer = partner.commercial_partner_id
            for ownership in by_partner[partner.id] | by_partner[customer.id]:
                company = ownership.company_id
                scope = company._get_customer_company().process_customer_scope
                if scope == "person" and ownership not in by_partner[partner.id]:
                    continue
                rows = company._read_contact_details(
                    {partner.phone}, {partner.email}, partner.country_id
                )
                rows += [(*key, key[1]) for key in identity.vat_key(customer.vat)]
                rows += [
                    (*key, key[1])
                    for key in identity.wechat_key(partner.process_wechat_id or "")
                ]
                details[ownership] |= company._label_keys(rows)
        # sudo: the list of what identifies nobody is the product's
        self.env["crm.lead"].sudo()._drop_shared_keys(details)
        ownerships._add_details(details, going)

    def _get_told_values(self, names):
        # sudo: only compared with what is there afterwards
        return {
            partner: {name: partner[name] for name in names} for partner in self.sudo()
        }

    def _tell_owners(self, ownerships, before, names):
        """Tell owners that a stranger changed the contact of their customer.

        :param ownerships: running sales.process.ownership of these contacts
        :param dict before: as :meth:`_get_told_values` returned it before the change
        :param names: of the fields that were written
        """
        user = self.env.user
        # sudo: only compared with what was there before
        changed = self.filtered(
            lambda partner: any(
                before[partner.sudo()][name] != partner.sudo()[name] for name in names
            )
        )
        if not changed or user._is_superuser():
            return
        strange = ownerships.filtered(
            lambda row: (
                row.state == "open"
                and row.process_mode == "enforce"
                and not row._can_work(user)
            )
        )
        if strange:
            strange._tell_contact_changed(changed, user)

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
