# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

# What was said, to whom, and by whom; marks of a reader are one's own.
CONTENT_FIELDS = {
    "attachment_ids",
    "author_id",
    "body",
    "date",
    "email_from",
    "is_internal",
    "message_type",
    "notification_ids",
    "parent_id",
    "partner_ids",
    "subject",
    "subtype_id",
    "tracking_value_ids",
}


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.depends_context("uid")
    def _compute_display_name(self):
        """The subject of a message that one may not read is read by a link to it.

        Everybody reads which notifications there are, and Odoo names in sudo what
        they are about.
        """
        hidden = self._filter_pool_hidden()
        result = super(MailMessage, self - hidden)._compute_display_name()
        hidden.display_name = False
        return result

    def _filter_pool_hidden(self):
        """The messages of which the current user is not told the subject.

        :return: mail.message
        """
        user = self.env.user
        if (
            not self.env.su
            or user._is_superuser()
            # sudo: which pools are closed to a person is the team's to say
            or not user.sudo().process_pool_hidden_team_ids
            or not user.has_group("sales_team.group_sale_salesman")
            or user.has_group("sales_team.group_sale_manager")
        ):
            return self.browse()
        readable = self.sudo(False)._filtered_access("read")
        return self.browse(set(self.ids) - set(readable.ids))

    def _check_access(self, operation):
        """A message made directly is guarded like one that is posted."""
        result = super()._check_access(operation)
        if operation == "create" and self and not result:
            try:
                self._check_customer_messages()
            except UserError as error:
                refusal = error
                return self, lambda: refusal
        return result

    def write(self, vals):
        if not CONTENT_FIELDS.isdisjoint(vals) and not self.env.su:
            self._check_not_colleagues()
        result = super().write(vals)
        if not vals.keys().isdisjoint(("model", "res_id")):
            # sudo: where it stands now
            self.env["mail.thread"]._check_named_documents(
                (row.model, row.res_id) for row in self.sudo()
            )
        return result

    def unlink(self):
        """A message that is deleted before it has gone out was no contact."""
        if not self.env.su:
            self._check_not_colleagues()
        if self and self.env["crm.team"]._get_active_process_ids():
            # sudo: whoever deletes a message may not read the follow-ups
            self.env["sales.process.followup"].sudo().search(
                [("mail_message_id", "in", self.ids)]
            )._take_back_unsent()
        return super().unlink()

    def _message_reaction(self, content, action, partner, guest, store=None):
        """Odoo adds in sudo what a person has clicked."""
        self.sudo(False)._check_not_colleagues()
        return super()._message_reaction(content, action, partner, guest, store)

    def _check_not_colleagues(self):
        """Refuse to change what was said with a colleague's customer.

        On its leads and contacts: like posting there.
        """
        # sudo: where the message is, not what stands in it
        self.env["sales.process.ownership"]._check_document_work(
            (message.model, message.res_id) for message in self.sudo()
        )

    def _check_customer_messages(self):
        """Refuse messages on the contact or a lead of a colleague's customer."""
        ids = {"res.partner": [], "crm.lead": []}
        for message in self:
            if message.model in ids and message.res_id:
                ids[message.model].append(message.res_id)
        Ownership = self.env["sales.process.ownership"]
        if ids["res.partner"] and Ownership._is_attended():
            Ownership._check_customer_work(
                self.env["res.partner"].browse(ids["res.partner"])
            )
        if ids["crm.lead"]:
            self.env["crm.lead"].browse(ids["crm.lead"])._check_post()
