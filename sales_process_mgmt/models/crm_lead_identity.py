# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools import identity

# Several numbers and words beside them; an index of Odoo holds 2,704 bytes.
PHONE_LENGTH = 500


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._bound_phone(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._bound_phone(vals))

    @api.model
    def _bound_phone(self, vals):
        """Refuse by hand what PostgreSQL would; a lead from elsewhere is not lost.

        :return: dict, the values with a phone that can be kept
        :raise ValidationError: one sentence that names the field
        """
        phone = vals.get("phone")
        if not isinstance(phone, str) or len(phone) <= PHONE_LENGTH:
            return vals
        if self._get_process_door() == "interactive":
            raise ValidationError(
                self.env._(
                    "“%(field)s” is too long: at most %(limit)s characters.",
                    field=self._fields["phone"]._description_string(self.env),
                    limit=PHONE_LENGTH,
                )
            )
        return {**vals, "phone": phone[:PHONE_LENGTH]}

    def _get_identity_country(self):
        """The country in which a phone without country code is read.

        It must not depend on who saves the lead: its own country, its contact's,
        its company's, its team's, else that of the first company.

        :return: res.country, may be empty
        """
        self.ensure_one()
        country = self.country_id or self.partner_id.country_id
        if country:
            return country
        for company in (self.company_id, self.team_id.company_id):
            if country_id := company._get_process_country_id():
                return country.browse(country_id)
        main_company = self.env.ref("base.main_company")
        return country.browse(main_company._get_process_country_id())

    def _get_process_company(self):
        """The company in which the customer is owned.

        The lead's or its team's; where only one company exists, that one, so that a
        lead without company is no back door.

        :return: res.company, may be empty
        """
        self.ensure_one()
        return (
            self.company_id
            or self.team_id.company_id
            or self.env["res.company"]._get_sole_company()
        )

    def _get_identity_partner(self):
        """The contact that stands for the customer: the company or the person."""
        self.ensure_one()
        company = self._get_process_company() or self.env.ref("base.main_company")
        if company.process_customer_scope == "person":
            return self.partner_id
        return self.partner_id.commercial_partner_id

    def _get_identity_keys(self, with_shared=False):
        """What identifies the customers of these leads.

        Contact details that identify nobody (the company's list) are left out.

        :param bool with_shared: keep them, to tell a shared detail from none
        :return: ``{lead: {(company_id or 0, kind, value): label}}``, hard and soft
            kinds together
        """
        found = {}
        for lead in self:
            phone_codes = lead._get_identity_country()._get_phone_codes()
            customer = lead._get_identity_partner()
            rows = []
            for phone in {lead.phone, lead.partner_id.phone} - {False}:
                rows += [
                    (kind, value, phone)
                    for kind, value in identity.phone_keys(phone, *phone_codes)
                ]
            for email in {lead.email_from, lead.partner_id.email} - {False}:
                rows += [(*key, key[1]) for key in identity.email_keys(email)]
            if customer:
                rows.append(("partner", str(customer.id), customer.display_name))
                rows += [(*key, key[1]) for key in identity.vat_key(customer.vat)]
                rows += [
                    (*key, key[1])
                    for key in identity.registration_key(customer.company_registry)
                ]
            name = lead.partner_name or (customer.is_company and customer.name)
            rows += [(*key, name) for key in identity.name_key(name or "")]
            for wechat in {lead.wechat_id, lead.partner_id.wechat_id} - {False}:
                rows += [(*key, key[1]) for key in identity.wechat_key(wechat)]
            company_id = lead._get_process_company().id or 0
            found[lead] = {
                (company_id, kind, value): label for kind, value, label in rows
            }
        if with_shared:
            return found
        shared = self.env["sales.process.shared.value"]._get_confirmed(
            {key for keys in found.values() for key in keys}
        )
        if shared:
            for keys in found.values():
                for key in shared & keys.keys():
                    del keys[key]
        return found
