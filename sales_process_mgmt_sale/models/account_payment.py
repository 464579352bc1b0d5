# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _tell_sales_process(self):
        """A payment that came in online is the money of its orders, too."""
        result = super()._tell_sales_process()
        self.payment_transaction_id._tell_sales_process()
        return result
