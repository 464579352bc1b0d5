# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools.mail import generate_tracking_message_id

COMPLAINT = "sales.process.complaint"


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _get_message_id(self, values):
        """The name of a mail does not carry the running number of a complaint.

        An answer is found by the whole name, whatever is in it.
        """
        if values.get("model") == COMPLAINT:
            return generate_tracking_message_id("complaint")
        return super()._get_message_id(values)
