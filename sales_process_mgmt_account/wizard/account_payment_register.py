# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..models.sales_process_money import acting


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    @acting
    def _create_payments(self):
        return super()._create_payments()
