# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools import identity
from ..tools.identity import email_keys, is_no_sender
from ..tools.transaction import get_reply_to
from .res_partner import CONTACTS_MAX

# Several numbers and words beside them; an index of Odoo holds 2,704 bytes. All of it
# is read: what is not read hides a colleague's number.
LENGTHS = {"phone": 500, "email_from": 500}


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._bound_details(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._bound_details(vals))

    @api.model
    def _bound_details(self, vals):
        """Refuse by hand what is too long; a lead from elsewhere is not lost.

        :return: dict, the values with details that can be kept
        :raise ValidationError: one sentence that names the field
        """
        for name, limit in LENGTHS.items():
            value = str(vals.get(name) or "")
            if len(value) <= limit:
                continue
            if self._get_process_door() == "interactive":
                raise ValidationError(
                    self.env._(
                        "“%(field)s” is too long: at most %(limit)s characters.",
                        field=self._fields[name]._description_string(self.env),
                        limit=limit,
                    )
                )
            vals = {**vals, name: value[:limit]}
        return vals

    @api.model
    def _find_real_sender(self, msg_dict):
        """The customer of a mail that a machine or one of our own people has sent.

        :param dict msg_dict: as ``message_parse`` returns it
        :return: dict, the same where the sender is a customer
        """
        company = self.env.company
        sender = email_keys(msg_dict.get("email_from"))
        keys = company._label_keys([(*key, key[1]) for key in sender])
        machine = any(is_no_sender(value) for _kind, value in sender)
        # sudo: what is our own is asked for everybody
        shared = self.env["sales.process.shared.value"].sudo()
        if not self.env["crm.team"]._get_active_process_ids() or not (
            machine or shared._get_confirmed(set(keys))
        ):
            return msg_dict
        real = get_reply_to(self.env)
        found = [
            address
            for _kind, address in email_keys(real)
            if not is_no_sender(address) and ("email", address) not in sender
        ]
        # a machine, or a colleague who forwards a mail, is not the customer's contact
        values = {**msg_dict, "author_id": False}
        if found:
            values |= {"email_from": real, "from": real}
        return values

    def _get_process_company(self):
        """The company to which the customer belongs; there always is one.

        The lead's, that of the running ownership (Odoo empties the lead's together
        with its salesperson), the team's, the salesperson's, the main company.

        :return: res.company
        """
        self.ensure_one()
        lead = self.sudo()  # sudo: teams and people of other companies
        ownership = lead.ownership_id
        return (
            lead.company_id
            or (ownership.state != "ended" and ownership.company_id)
            or lead.team_id.company_id
            or lead.user_id.company_id
            or self.env["res.company"]._get_main_company()
        ).with_env(self.env)

    def _get_identity_partner(self):
        """The contact that stands for the customer: the company or the person."""
        self.ensure_one()
        if self._get_customer_scope() == "person":
            return self.partner_id
        return self.partner_id.commercial_partner_id

    def _get_customer_scope(self):
        """What a customer is, as the company says whose customers are shared.

        :return: a value of ``process_customer_scope`` of res.company
        """
        company = self._get_process_company()._get_customer_company()
        # sudo: the company may be one that the person does not see
        return company.sudo().process_customer_scope

    def _get_identity_keys(self, with_shared=False):
        """What identifies the customers of these leads.

        Contact details that identify nobody (the company's list, our own, machines')
        are left out.

        :param bool with_shared: keep those of the list and our own, to tell a shared
            detail from none
        :return: ``{lead: {(company_id or 0, kind, value): label}}``, hard and soft
            kinds together
        """
        found = {}
        for lead in self:
            customer = lead._get_identity_partner()
            contact = lead.partner_id
            company = lead._get_process_company()
            rows = company._read_contact_details(
                {lead.phone, contact.phone},
                {lead.email_from, contact.email},
                lead.country_id | contact.country_id,
            )
            if customer:
                rows.append(("partner", str(customer.id), customer.display_name))
                rows += [(*key, key[1]) for key in identity.vat_key(customer.vat)]
                rows += [
                    (*key, key[1])
                    for key in identity.registration_key(customer.company_registry)
                ]
            name = lead.partner_name or (customer.is_company and customer.name)
            rows += [(*key, name) for key in identity.name_key(name or "")]
            for wechat in {lead.wechat_id, contact.wechat_id} - {False}:
                rows += [(*key, key[1]) for key in identity.wechat_key(wechat)]
            found[lead] = company._label_keys(rows)
        return found if with_shared else self._drop_shared_keys(found)

    def _add_own_details(self):
        """Closed leads: a customer that goes on gains what is written on them, too."""
        leads = self.filtered(lambda lead: lead.ownership_id.state in ("open", "pool"))
        if not leads:
            return
        details = {}
        for lead, keys in leads._get_identity_keys().items():
            details.setdefault(lead.ownership_id, {}).update(keys)
        leads.ownership_id._add_details(details)

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

    def _get_contact_keys(self):
        """What identifies the customer besides: details of the company's contacts.

        Only where a company is one customer. At most ``CONTACTS_MAX`` contacts of one
        customer are read; the look-up finds the others by their contact, see
        ``sales.process.ownership.key._find_with_past``.

        :return: tuple of ``{lead: {(company_id, kind, value): label}}`` and the set of
            ids of the customers that have more contacts
        """
        customers = {
            lead: lead.partner_id.commercial_partner_id
            for lead in self
            if lead.partner_id and lead._get_customer_scope() == "company"
        }
        contacts = self.env["res.partner"]._get_contacts_by_customer(
            {customer.id for customer in customers.values()}
        )
        found = {}
        for lead, customer in customers.items():
            company = lead._get_process_company()
            found[lead] = company._label_keys(
                [
                    row
                    for phone, email, country_id in contacts.get(customer.id, ())
                    for row in company._read_contact_details(
                        {phone},
                        {email},
                        self.env["res.country"].browse(country_id or ()),
                    )
                ]
            )
        large = {key for key, rows in contacts.items() if len(rows) > CONTACTS_MAX}
        return self._drop_shared_keys(found), large
