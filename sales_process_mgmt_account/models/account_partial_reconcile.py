# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._tell_sales_process()
        return partials

    def write(self, vals):
        result = super().write(vals)
        if {"amount", "debit_move_id", "credit_move_id"} & vals.keys():
            self._tell_sales_process()
        return result

    def unlink(self):
        self._tell_sales_process()
        return super().unlink()

    def _tell_sales_process(self):
        Money = self.env["sales.process.money"]
        if Money._is_listening():
            Money._hear((self.debit_move_id | self.credit_move_id).move_id)
