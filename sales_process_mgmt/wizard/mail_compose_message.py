# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

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
        """Refuse mails about colleagues' leads; tell owners of what is sent by itself.

        To whom a mail goes is judged where it is made, see ``mail.mail``.

        :param dict mail_values_all: ``{document id: values of the mail}``
        """
        Ownership = self.env["sales.process.ownership"]
        if Ownership._is_attended():
            if self.model == "crm.lead":
                ids = [row_id for row_id in mail_values_all if row_id]
                self.env["crm.lead"].browse(ids)._check_customer_work()
            return
        # sudo: who of ours has written what is sent by itself
        author = self.author_id.sudo().user_ids.filtered(Ownership._is_judged)[:1]
        if author and self.composition_mode == "mass_mail":
            partners, emails = self.env["mail.mail"]._get_mailed(
                mail_values_all.values()
            )
            # nobody is there to be refused: the owner is told who it was
            with entering(self.env, "application"):
                Ownership.with_user(author)._check_customer_work(
                    partners.with_user(author), emails=emails
                )
