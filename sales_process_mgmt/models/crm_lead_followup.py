# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import html2plaintext

_logger = logging.getLogger(__name__)


class CrmLead(models.Model):
    _inherit = "crm.lead"

    followup_ids = fields.One2many("sales.process.followup", "lead_id")
    followup_count = fields.Integer(compute="_compute_followup_count")

    @api.depends("followup_ids")
    def _compute_followup_count(self):
        counts = dict(
            self.env["sales.process.followup"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.followup_count = counts.get(lead, 0)

    def _check_may_follow_up(self):
        """Only the owner, helpers and leaders log contacts in teams that enforce.

        :raise AccessError: with the sentence that says whose customer it is
        """
        if self.env.su:
            return
        self.check_access("read")
        strangers = self - self._filter_workable()
        if strangers:
            raise strangers[0]._make_owned_access_error()

    def action_log_followup(self):
        """Open the small form that records a contact.

        :return: dict, a window action
        """
        self.ensure_one()
        self._check_may_follow_up()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_followup_action_quick"
        )
        action["context"] = {"default_lead_id": self.id}
        return action

    def action_view_followups(self):
        """Open the contacts with the customer of this lead, of all its leads.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_followup_action"
        )
        lead_ids = (self | self.ownership_id.chain_ids.lead_ids).ids
        action["domain"] = [("lead_id", "in", lead_ids)]
        action["context"] = {"default_lead_id": self.id}
        return action

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """An e-mail or SMS that goes to the customer is contact.

        At this point Odoo knows the recipients, followers and plain addresses
        included. Whether the mail arrives is known later: a bounce takes the
        contact back.
        """
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        if (self.sudo().process_mode or "off") != "off" and self.ownership_id:
            try:
                with self.env.cr.savepoint():
                    self._follow_up_message(message, recipients or [], kwargs)
            except AccessError:
                raise
            except Exception:
                # The message has been sent; that must not fail because of us.
                _logger.exception("No follow-up for message %s", message.id)
        return recipients

    def _follow_up_message(self, message, recipients, kwargs):
        channel = self._get_message_channel(message, recipients, kwargs)
        user = message.author_id.user_ids.filtered(lambda user: not user.share)[:1]
        if not channel or not user:
            return
        text = html2plaintext(message.body or "").strip()
        # sudo: made by the system from what the user did in the chatter
        self.env["sales.process.followup"].sudo().create(
            {
                "lead_id": self.id,
                "user_id": user.id,
                "date": message.date or fields.Datetime.now(),
                "channel": channel,
                "subject": (message.subject or text or "")[:200],
                "source": "sms" if channel == "sms" else "mail",
                "mail_message_id": message.id,
            }
        )

    @api.model
    def _get_message_channel(self, message, recipients, kwargs):
        """How a message reached the customer.

        :return: ``email``, ``sms``, or None for what is no contact
        """
        if kwargs.get("scheduled_date") or message.message_type not in (
            "comment",
            "sms",
        ):
            return None
        if message.message_type == "sms":
            return "sms"
        if message.is_internal or message.subtype_id.internal:
            return None
        to_customer = any(
            row.get("notif") == "email" and (row.get("share") or not row.get("id"))
            for row in recipients
        )
        return "email" if to_customer or message.outgoing_email_to else None
