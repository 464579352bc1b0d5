# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What identifies the customers of leads: numbers, addresses, contacts, names."""

from ..tools import identity
from .sales_process_partner_customer import CONTACTS_MAX


def find_company(lead):
    """The company to which the customer of a lead belongs; there always is one.

    The lead's, that of the running ownership (Odoo empties the lead's together with
    its salesperson), the team's, the salesperson's, the main company.

    :return: res.company
    """
    sudo_lead = lead.sudo()  # sudo: teams and people of other companies
    ownership = sudo_lead.ownership_id
    return (
        sudo_lead.company_id
        or (ownership.state != "ended" and ownership.company_id)
        or sudo_lead.team_id.company_id
        or sudo_lead.user_id.company_id
        or lead.env["res.company"]._get_process_main_company()
    ).with_env(lead.env)


def find_customer(lead, company):
    """The contact that stands for the customer: the company or the person.

    :param company: res.company, see :func:`find_company`
    :return: res.partner, empty where the lead has no contact
    """
    contact = lead.partner_id
    if not contact or company._get_customer_scope() == "person":
        return contact
    return contact.commercial_partner_id


def is_program(contact):
    """Whether a contact is a name and nothing else, and whoever has it is no person.

    :param contact: res.partner in sudo
    :return: bool
    """
    return not (
        contact.active
        or contact.is_company
        or contact.parent_id
        or contact.email
        or contact.phone
        or contact.vat
        or contact.process_wechat_id
        # a customer was one with less
        or contact.process_ownership_ids
        or contact.with_context(active_test=False).user_ids
    )


class LeadIdentity:
    """What identifies the customers of leads, as keys of the ledger.

    A key is ``(company_id or 0, kind, value)`` with a label for people; hard kinds and
    soft ones together. Company and customer of each lead are found once, and kept.

    :param leads: crm.lead
    """

    def __init__(self, leads):
        self.leads = leads
        self.env = leads.env
        self.company_by_lead = {lead: find_company(lead) for lead in leads}
        self.customer_by_lead = {
            lead: find_customer(lead, company)
            for lead, company in self.company_by_lead.items()
        }

    def get_keys(self):
        """What is written on the leads and on their contacts.

        :return: ``{lead: {key: label}}``
        """
        found = {}
        for lead in self.leads:
            contact, company = lead.partner_id, self.company_by_lead[lead]
            # the company in which the keys are exclusive
            company_id = company._get_customer_company_id()
            details = company._read_contact_details(
                {lead.phone, contact.phone},
                {lead.email_from, contact.email},
                lead.country_id | contact.country_id,
            )
            customer = self.customer_by_lead[lead]
            details += self._read_customer(customer) if customer else []
            name = lead.partner_name or (customer.is_company and customer.name)
            details += [(*key, name) for key in identity.name_key(name or "")]
            for wechat in {lead.process_wechat_id, contact.process_wechat_id} - {False}:
                details += [(*key, key[1]) for key in identity.wechat_key(wechat)]
            found[lead] = {
                (company_id, kind, value): label for kind, value, label in details
            }
        return found

    def _read_customer(self, customer):
        vat = identity.vat_key(customer.vat)
        registration = identity.registration_key(customer.company_registry)
        return [
            ("partner", str(customer.id), customer.display_name),
            *((*key, key[1]) for key in vat),
            *((*key, key[1]) for key in registration),
        ]

    def get_contact_keys(self):
        """What identifies the customer besides: details of the company's contacts.

        Only where a company is one customer. At most ``CONTACTS_MAX`` contacts of one
        customer are read; the look-up finds the others by their contact, see
        ``sales.process.ownership.key._find_with_past``.

        :return: tuple of ``{lead: {key: label}}`` and the set of ids of the customers
            that have more contacts
        """
        customers = {
            lead: lead.partner_id.commercial_partner_id
            for lead in self.leads
            if lead.partner_id
            and self.company_by_lead[lead]._get_customer_scope() == "company"
        }
        contacts = self.env["res.partner"]._get_contacts_by_customer(
            {customer.id for customer in customers.values()}
        )
        found = {}
        for lead, customer in customers.items():
            company = self.company_by_lead[lead]
            found[lead] = company._label_keys(
                [
                    detail
                    for phone, email, country_id in contacts.get(customer.id, ())
                    for detail in company._read_contact_details(
                        {phone},
                        {email},
                        self.env["res.country"].browse(country_id or ()),
                    )
                ]
            )
        large = {key for key, rows in contacts.items() if len(rows) > CONTACTS_MAX}
        return found, large


def find_real_sender(env, msg_dict, reply_to):
    """The customer of a mail that a machine or one of our own people has sent.

    :param dict msg_dict: as ``message_parse`` returns it
    :param str reply_to: to whom an answer goes; may be empty
    :return: dict, the same where the sender is a customer
    """
    sender = identity.email_keys(msg_dict.get("email_from"))
    keys = env.company._label_keys([(*key, key[1]) for key in sender])
    machine = any(identity.is_no_sender(value) for _kind, value in sender)
    # sudo: what is our own is asked for everybody
    shared = env["sales.process.shared.value"].sudo()
    if not env["crm.team"]._get_active_process_ids() or not (
        machine or shared._get_confirmed(set(keys))
    ):
        return msg_dict
    found = [
        address
        for _kind, address in identity.email_keys(reply_to)
        if not identity.is_no_sender(address) and ("email", address) not in sender
    ]
    # a machine, or a colleague who forwards a mail, is not the customer's contact
    values = {**msg_dict, "author_id": False}
    if found:
        values |= {"email_from": reply_to, "from": reply_to}
    return values
