# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _send_check_access(self, res_ids):
        """A template that is sent past the composer is guarded like it."""
        result = super()._send_check_access(res_ids)
        if not self.env.su:
            Ownership = self.env["sales.process.ownership"]
            for template in self:
                # sudo: only for which model it is written
                records = self.env[template.sudo().model or "res.partner"]
                if records._name == "crm.lead":
                    records.browse(res_ids)._check_customer_work()
                elif records._name == "res.partner" and Ownership._is_attended():
                    Ownership._check_customer_work(records.browse(res_ids))
        return result
