# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..models.sales_process_money import acting


class AccountPaymentRegister(models.TransientModel):
    _name = "account.payment.register"
    _inherit = ["sales.process.counted", "account.payment.register"]

    _counted_fields = frozenset(("amount",))

    @acting
    def _create_payments(self):
        return super()._create_payments()
