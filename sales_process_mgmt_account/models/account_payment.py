# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .sales_process_money import acting


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["sales.process.counted", "account.payment"]

    _counted_fields = frozenset(("amount",))

    @api.constrains("state", "amount", "invoice_ids", "outstanding_account_id")
    def _check_sales_process(self):
        # No refusal: Odoo calls this also where a state has been computed. What is told
        # is a method of its own: an override would take the place of this one.
        self._tell_sales_process()

    def _tell_sales_process(self):
        """What has changed is heard; an addon tells more."""
        Money = self.env["sales.process.money"]
        if Money._is_listening():
            Money._hear(self.move_id | self.invoice_ids)

    def unlink(self):
        self._tell_sales_process()
        return super().unlink()

    @acting
    def action_post(self):
        return super().action_post()

    @acting
    def action_validate(self):
        return super().action_validate()

    @acting
    def action_reject(self):
        return super().action_reject()

    @acting
    def action_cancel(self):
        return super().action_cancel()

    @acting
    def action_draft(self):
        return super().action_draft()
