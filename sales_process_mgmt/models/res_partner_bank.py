# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResPartnerBank(models.Model):
    """Where a customer's money comes from and goes to is the owner's to enter."""

    _inherit = "res.partner.bank"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._check_process_customer()
        return accounts

    def write(self, vals):
        self._check_process_customer()
        result = super().write(vals)
        if "partner_id" in vals:
            self._check_process_customer()
        return result

    def unlink(self):
        self._check_process_customer()
        return super().unlink()

    def _check_process_customer(self):
        """Refuse a salesperson who enters or changes an account of a colleague's.

        :raise CustomerOwnedError: the customer belongs to somebody else
        """
        Ownership = self.env["sales.process.ownership"]
        if (
            self
            and self.env["crm.team"]._get_active_process_ids()
            and Ownership._is_attended()
        ):
            # sudo: whose account it is, also where the contact is not read
            Ownership._check_customer_work(self.sudo().partner_id.with_env(self.env))
