# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import email_normalize


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def invite_by_email(self, emails):
        """An invitation to a channel is a message to the customer."""
        Ownership = self.env["sales.process.ownership"]
        if self.env["crm.team"]._get_active_process_ids() and Ownership._is_attended():
            addresses = {
                email_normalize(email) for email in emails if isinstance(email, str)
            }
            Ownership._check_customer_work(
                self.env["res.partner"], emails=sorted(addresses - {False, ""})
            )
        return super().invite_by_email(emails)
