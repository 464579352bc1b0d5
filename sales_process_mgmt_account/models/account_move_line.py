# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .sales_process_money import acting


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @acting
    def reconcile(self):
        return super().reconcile()

    @acting
    def remove_move_reconcile(self):
        return super().remove_move_reconcile()
