# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

FAILED_STATES = ("bounce", "exception", "canceled")


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def write(self, vals):
        """A message that did not arrive was no contact: the clock moves back."""
        result = super().write(vals)
        if vals.get("notification_status") in FAILED_STATES:
            # sudo: whoever sends mail may not read the follow-ups
            followups = (
                self.env["sales.process.followup"]
                .sudo()
                .search([("mail_message_id", "in", self.mail_message_id.ids)])
            )
            followups.filtered(lambda row: row._is_undelivered())._void("undelivered")
        return result
