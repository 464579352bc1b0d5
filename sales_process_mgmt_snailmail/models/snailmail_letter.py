# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SnailmailLetter(models.Model):
    _inherit = "snailmail.letter"

    @api.model_create_multi
    def create(self, vals_list):
        """A letter to a colleague's customer is refused, whatever document it is of."""
        self._check_recipients(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """So is one that was made for somebody else, and is addressed anew."""
        if vals.get("partner_id"):
            self._check_recipients([vals])
        return super().write(vals)

    @api.model
    def _check_recipients(self, vals_list):
        """Refuse recipients who are somebody else's customers.

        No query where no team is active.

        :param list vals_list: values of letters
        :raise CustomerOwnedError: one sentence
        """
        if not self.env["crm.team"]._get_active_process_ids():
            return
        Ownership = self.env["sales.process.ownership"]
        if Ownership._is_attended():
            ids = {vals.get("partner_id") for vals in vals_list}
            Ownership._check_customer_work(
                self.env["res.partner"].browse(ids - {False, None})
            )
