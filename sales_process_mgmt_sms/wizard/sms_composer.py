# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SmsComposer(models.TransientModel):
    _inherit = "sms.composer"

    def _get_records(self):
        """To what somebody does not read no number is filled in."""
        records = super()._get_records()
        if records:
            self.env["mail.thread"].sudo(False)._check_named_documents(
                (records._name, res_id) for res_id in records.ids
            )
        return records
