# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools.mail import email_split


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _evaluate_res_ids(self):
        """What somebody does not read is not written about.

        Odoo fills in subject, text and recipients in sudo, and so names the document.
        """
        res_ids = super()._evaluate_res_ids()
        self.env["mail.thread"].sudo(False)._check_named_documents(
            (self.model, res_id) for res_id in res_ids or ()
        )
        return res_ids

    def _manage_mail_values(self, mail_values_all):
        """Whoever writes to many writes to each: one question for the batch."""
        result = super()._manage_mail_values(mail_values_all)
        self._check_customer_mails(result)
        return result

    def _check_customer_mails(self, mail_values_all):
        """Refuse mails to colleagues' customers, by document and by recipient.

        :param dict mail_values_all: ``{document id: values of the mail}``
        """
        Ownership = self.env["sales.process.ownership"]
        if not Ownership._is_attended():
            return
        ids = [row_id for row_id in mail_values_all if row_id]
        if self.model == "crm.lead":
            self.env["crm.lead"].browse(ids)._check_customer_work()
        if self.composition_mode != "mass_mail":
            return
        partners = self.env["res.partner"]
        if self.model == "res.partner":
            partners = partners.browse(ids)
        emails = set()
        for values in mail_values_all.values():
            for command in values.get("recipient_ids") or ():
                linked = command[2] if command[0] == 6 else command[1:2]
                partners |= partners.browse(linked)
            for name in ("email_to", "email_cc"):
                emails.update(email_split(values.get(name) or ""))
        Ownership._check_customer_work(partners, emails=sorted(emails))
