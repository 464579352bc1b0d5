# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """A message made directly is guarded like one that is posted."""
        if not self.env.su:
            self._check_customer_messages(vals_list)
        return super().create(vals_list)

    def unlink(self):
        """A message that is deleted before it has gone out was no contact."""
        if self and self.env["crm.team"]._get_active_process_ids():
            # sudo: whoever deletes a message may not read the follow-ups
            self.env["sales.process.followup"].sudo().search(
                [("mail_message_id", "in", self.ids)]
            )._take_back_unsent()
        return super().unlink()

    @api.model
    def _check_customer_messages(self, vals_list):
        """Refuse messages on the contact of a colleague's customer."""
        defaults = self.default_get(["model", "res_id"])
        ids = [
            values["res_id"]
            for values in ({**defaults, **values} for values in vals_list)
            if values.get("model") == "res.partner" and values.get("res_id")
        ]
        Ownership = self.env["sales.process.ownership"]
        if ids and Ownership._is_attended():
            Ownership._check_customer_work(self.env["res.partner"].browse(ids))
