# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SalesProcessScorecard(models.Model):
    _inherit = "sales.process.scorecard"

    def action_close(self):
        result = super().action_close()
        # sudo: who closes a scorecard reads no commission
        self.env["sales.process.commission.ledger"].sudo()._apply_scorecards(
            self.sudo()
        )
        return result
