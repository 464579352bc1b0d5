# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SmsSms(models.Model):
    _inherit = "sms.sms"

    @api.model_create_multi
    def create(self, vals_list):
        """A text message to a colleague's customer is refused, from whatever dialog.

        Every one is such a record before it is sent: from a document, to many, to a
        number that somebody types.
        """
        if self.env["crm.team"]._get_active_process_ids():
            Ownership = self.env["sales.process.ownership"]
            if Ownership._is_attended():
                sent = [vals for vals in vals_list if vals.get("state") != "canceled"]
                partners = {vals.get("partner_id") for vals in sent}
                numbers = {vals.get("number") for vals in sent}
                Ownership._check_customer_work(
                    self.env["res.partner"].browse(partners - {False, None}),
                    phones=sorted(numbers - {False, None, ""}),
                )
        return super().create(vals_list)
