# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.transaction import acting


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._check_customer_work()
        return messages

    def write(self, vals):
        result = super().write(vals)
        if "partner_ids" in vals:
            self._check_customer_work()
        return result

    def _check_customer_work(self):
        """A message planned for a colleague's customer is refused when it is planned.

        When it is sent, :meth:`message_post` asks again.
        """
        # sudo: the recipients of what the user has just planned
        rows = self.sudo()
        documents = rows.filtered(lambda row: row.model == "res.partner")
        partners = rows.partner_ids | self.env["res.partner"].browse(
            documents.mapped("res_id")
        )
        Ownership = self.env["sales.process.ownership"]
        if Ownership._is_attended():
            Ownership._check_customer_work(partners.with_env(self.env))

    def _post_message(self, raise_exception=True):
        """Whoever planned the message sends it, also where the scheduler does."""
        with acting(self.env):
            return super()._post_message(raise_exception=raise_exception)
