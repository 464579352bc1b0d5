# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Command
from odoo.tools import email_normalize
from odoo.tools.mail import email_split


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

    @api.model_create_multi
    def create(self, vals_list):
        """A mail to a colleague's customer is refused, from whatever dialog.

        Every one is such a record before it is sent: to many, as a test, as an
        invitation, to an address that somebody types. What sends a message was judged
        with the message.
        """
        if self.env["crm.team"]._get_active_process_ids():
            sent = [
                vals
                for vals in vals_list
                if not vals.get("mail_message_id") and vals.get("state") != "cancel"
            ]
            Ownership = self.env["sales.process.ownership"]
            if sent and Ownership._is_attended():
                partners, emails = self._get_mailed(sent)
                Ownership._check_customer_work(partners, emails=emails)
        return super().create(vals_list)

    @api.model
    def _get_mailed(self, vals_list):
        """Who receives mails, or is the contact on which they are written.

        :param list vals_list: values of mails
        :return: tuple of res.partner and a list of addresses
        """
        partner_ids = set()
        emails = set()
        for vals in vals_list:
            if vals.get("model") == "res.partner":
                partner_ids.add(vals.get("res_id"))
            for command in vals.get("recipient_ids") or ():
                if isinstance(command, int):
                    partner_ids.add(command)
                elif command[0] in (Command.LINK, Command.SET):
                    is_link = command[0] == Command.LINK
                    partner_ids.update(command[1:2] if is_link else command[2])
            for name in ("email_to", "email_cc"):
                emails.update(email_split(vals.get(name) or ""))
        partners = self.env["res.partner"].browse(partner_ids - {None, False})
        return partners, sorted(emails)

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
