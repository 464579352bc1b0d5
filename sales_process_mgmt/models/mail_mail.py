# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import email_normalize


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.depends_context("uid")
    def _compute_display_name(self):
        """As of the message that is sent."""
        messages = self.mail_message_id._filter_pool_hidden()
        hidden = self.filtered(lambda mail: mail.mail_message_id in messages)
        result = super(MailMail, self - hidden)._compute_display_name()
        hidden.display_name = False
        return result

    def _postprocess_sent_message(self, success_pids, success_emails, **kwargs):
        """What has really gone out, and to which address, decides about contacts.

        An address may have been changed after the mail was written.
        """
        if self and self.env["crm.team"]._get_active_process_ids():
            # sudo: addresses of whoever has been written to
            partners = self.env["res.partner"].sudo().union(*success_pids)
            sent_to = {
                str(partner.id): partner.email_normalized or "" for partner in partners
            }
            sent_to.update(dict.fromkeys(map(email_normalize, success_emails), ""))
            is_failed = bool(kwargs.get("failure_type"))
            self._find_process_followups()._mark_sent(self.sudo(), sent_to, is_failed)
            self._mark_invited(partners)
        return super()._postprocess_sent_message(success_pids, success_emails, **kwargs)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "cancel":
            self._find_process_followups()._review_delivery()
        return result

    def unlink(self):
        """What waits to be sent and is deleted never arrives."""
        followups = self._find_process_followups()
        result = super().unlink()
        followups.exists()._review_delivery()
        return result

    def _find_process_followups(self):
        """The contacts that these mails are; no query where no team is active.

        :return: sales.process.followup in sudo
        """
        # sudo: whoever sends mail may not read the follow-ups
        Followup = self.env["sales.process.followup"].sudo()
        if not self or not self.env["crm.team"]._get_active_process_ids():
            return Followup
        messages = self.sudo().mail_message_id
        return Followup.search([("mail_message_id", "in", messages.ids)])

    def _mark_invited(self, partners):
        """Remember who has really been written to about a meeting.

        :param partners: res.partner who have been sent one of these mails
        """
        mails = self.sudo().filtered(lambda mail: mail.model == "calendar.event")
        if not mails or not partners:
            return
        # sudo: whoever sends mail may not read the meeting
        attendees = (
            self.env["calendar.attendee"]
            .sudo()
            .search(
                [
                    ("event_id", "in", mails.mapped("res_id")),
                    ("partner_id", "in", partners.ids),
                    ("process_invited_email", "=", False),
                ]
            )
        )
        for email, rows in attendees.grouped(
            lambda row: row.partner_id.email_normalized
        ).items():
            if email:
                rows.write({"process_invited_email": email})
