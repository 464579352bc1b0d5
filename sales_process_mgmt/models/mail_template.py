# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools.mail import email_split


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail_batch(
        self,
        res_ids,
        force_send=False,
        raise_exception=False,
        email_values=None,
        email_layout_xmlid=False,
    ):
        """To whom a template goes is asked about like what is posted."""
        if not self.env.su:
            self._check_customer_recipients(res_ids, email_values or {})
        return super().send_mail_batch(
            res_ids,
            force_send=force_send,
            raise_exception=raise_exception,
            email_values=email_values,
            email_layout_xmlid=email_layout_xmlid,
        )

    def _check_customer_recipients(self, res_ids, email_values):
        """Refuse a template that goes to colleagues' customers.

        :param list res_ids: documents of the template's model
        :param dict email_values: values that replace those of the template
        """
        Ownership = self.env["sales.process.ownership"]
        if (
            not self.env["crm.team"]._get_active_process_ids()
            or not Ownership._is_attended()
            or not self.env.user.has_group("sales_team.group_sale_salesman")
        ):
            return
        # whoever may not read the documents learns nothing from the recipients
        self._send_check_access(res_ids)
        partners = self.env["res.partner"]
        emails = set()
        rendered = self._generate_template_recipients(
            res_ids, {"email_cc", "email_to", "partner_to"}
        )
        for values in [*rendered.values(), email_values]:
            partners |= partners.browse(values.get("partner_ids") or ())
            for command in values.get("recipient_ids") or ():
                if isinstance(command, int):
                    partners |= partners.browse(command)
                elif command[0] in (4, 6):
                    linked = command[2] if command[0] == 6 else command[1:2]
                    partners |= partners.browse(linked)
            for name in ("email_to", "email_cc"):
                emails.update(email_split(values.get(name) or ""))
        Ownership._check_customer_work(partners, emails=sorted(emails))

    def _send_check_access(self, res_ids):
        """A template that is sent past the composer is guarded like it."""
        result = super()._send_check_access(res_ids)
        if not self.env.su:
            Ownership = self.env["sales.process.ownership"]
            for template in self:
                # sudo: only for which model it is written
                records = self.env[template.sudo().model or "res.partner"]
                if records._name == "crm.lead":
                    records.browse(res_ids)._check_customer_work()
                elif records._name == "res.partner" and Ownership._is_attended():
                    Ownership._check_customer_work(records.browse(res_ids))
        return result
