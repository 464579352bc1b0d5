# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools.mail import email_split

from ..tools.transaction import entering


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
        is_mass = self.composition_mode == "mass_mail"
        if Ownership._is_attended():
            if self.model == "crm.lead":
                ids = [row_id for row_id in mail_values_all if row_id]
                self.env["crm.lead"].browse(ids)._check_customer_work()
            if is_mass:
                partners, emails = self._get_mailed(mail_values_all)
                Ownership._check_customer_work(partners, emails=emails)
            return
        # sudo: who of ours has written what is sent by itself
        author = self.author_id.sudo().user_ids.filtered(Ownership._is_judged)[:1]
        if author and is_mass:
            partners, emails = self._get_mailed(mail_values_all)
            # nobody is there to be refused: the owner is told who it was
            with entering(self.env, "application"):
                Ownership.with_user(author)._check_customer_work(
                    partners.with_user(author), emails=emails
                )

    def _get_mailed(self, mail_values_all):
        """Who receives the mails.

        :param dict mail_values_all: ``{document id: values of the mail}``
        :return: tuple of res.partner and a list of addresses
        """
        partners = self.env["res.partner"]
        if self.model == "res.partner":
            partners = partners.browse(row_id for row_id in mail_values_all if row_id)
        emails = set()
        for values in mail_values_all.values():
            for command in values.get("recipient_ids") or ():
                linked = command[2] if command[0] == 6 else command[1:2]
                partners |= partners.browse(linked)
            for name in ("email_to", "email_cc"):
                emails.update(email_split(values.get(name) or ""))
        return partners, sorted(emails)
