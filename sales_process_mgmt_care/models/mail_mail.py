# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .sales_process_complaint_mail import COMPLAINT, draw_message_id


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        """A mail about a complaint that is not posted first, by a template or to many.

        Odoo has named it after the complaint, or would now: see
        ``sales.process.complaint._message_create`` for what is posted.
        """
        renamed = []
        for vals in vals_list:
            if vals.get("model") == COMPLAINT and not vals.get("mail_message_id"):
                name, old = draw_message_id(), vals.get("message_id")
                vals = {**vals, "message_id": name}
                if old and vals.get("references") == old:
                    vals["references"] = name
            renamed.append(vals)
        return super().create(renamed)
