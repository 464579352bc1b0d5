# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who the customer of a lead is, and which message reaches it."""

from odoo import api, models

from .crm_lead_identity import (
    LeadIdentity,
    find_company,
    find_customer,
)
from .crm_lead_message import CustomerContacts, LeadMessage


class SalesProcessLeadContact(models.AbstractModel):
    """Entries to ``LeadIdentity``, ``LeadMessage`` and ``CustomerContacts``.

    Leads inherit them.
    """

    _name = "sales.process.lead.contact"
    _description = "Customer of a Lead"

    def _get_customer_name(self):
        """The customer as people call it: the contact, else what was typed.

        The title of the lead says what it is about; it stands in only where nobody
        has been named.

        :return: str
        """
        return (
            self.partner_id.display_name
            or self.partner_name
            or self.contact_name
            or self.name
            or ""
        )

    def _get_process_company(self):
        """The company to which the customer belongs; there always is one.

        :return: res.company
        """
        self.ensure_one()
        return find_company(self)

    def _get_identity_partner(self):
        """The contact that stands for the customer: the company or the person.

        :return: res.partner, empty where the lead has no contact
        """
        self.ensure_one()
        return find_customer(self, find_company(self))

    def _get_identity_keys(self, with_shared=False):
        """What identifies the customers of these leads.

        Contact details that identify nobody (the company's list, our own, machines')
        are left out.

        :param bool with_shared: keep those of the list and our own, to tell a shared
            detail from none
        :return: ``{lead: {(company_id or 0, kind, value): label}}``, hard and soft
            kinds together
        """
        found = LeadIdentity(self).get_keys()
        return found if with_shared else self._drop_shared_keys(found)

    def _get_contact_keys(self):
        """What identifies the customer besides: details of the company's contacts.

        :return: tuple of ``{lead: {(company_id, kind, value): label}}`` and the set of
            ids of the customers that have more contacts than are read
        """
        found, large = LeadIdentity(self).get_contact_keys()
        return self._drop_shared_keys(found), large

    @api.model
    def _drop_shared_keys(self, keys_by_row):
        """Leave out contact details that identify nobody; changes the argument.

        :param keys_by_row: ``{anything: {(company_id or 0, kind, value): label}}``
        :return: the same
        """
        shared = self.env["sales.process.shared.value"]._get_confirmed(
            {key for keys in keys_by_row.values() for key in keys}
        )
        if shared:
            for keys in keys_by_row.values():
                for key in shared & keys.keys():
                    del keys[key]
        return keys_by_row

    def _log_message_contact(self, message, channel, recipients, numbers):
        """Record a message to the customer, see :meth:`LeadMessage.log`."""
        LeadMessage(self, message).log(channel, recipients, numbers)

    def _create_message_followup(self, message, channel, user, recipients, numbers):
        """Create its follow-up, see :meth:`LeadMessage.create_followup`."""
        LeadMessage(self, message).create_followup(channel, user, recipients, numbers)

    def _is_customer(self, partners, emails=()):
        """Tell whether one of these contacts or addresses is the customer.

        :param partners: res.partner
        :param emails: normalised addresses
        :return: bool
        """
        return CustomerContacts(self).is_customer(partners, emails)
