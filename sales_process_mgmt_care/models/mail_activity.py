# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

COMPLAINT = "sales.process.complaint"


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._check_no_accused()
        return activities

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(("user_id", "res_id", "res_model_id")):
            self._check_no_accused()
        return result

    def _check_no_accused(self):
        """Refuse a to-do about a complaint for the person complained about.

        :raise UserError: one sentence
        """
        asked = self.filtered(lambda row: row.res_model == COMPLAINT and row.user_id)
        if not asked:
            return
        # sudo: whom it is against, whoever plans the to-do
        complaints = self.env[COMPLAINT].sudo().browse(asked.mapped("res_id"))
        by_id = {row.id: row.against_id for row in complaints.exists()}
        if any(row.user_id == by_id.get(row.res_id) for row in asked):
            raise UserError(
                self.env._(
                    "Nobody works on a complaint about themselves: choose somebody "
                    "else."
                )
            )
