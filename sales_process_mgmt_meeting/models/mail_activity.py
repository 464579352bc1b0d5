# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

MODEL = "sales.process.meeting.decision"


class MailActivity(models.Model):
    """Who has done a to-do has done what the meeting decided."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        done = self.filtered(lambda row: row.res_model == MODEL and row.active)
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if done:
            # sudo: asked above whether one may finish the to-do
            decisions = self.env[MODEL].sudo().browse(done.mapped("res_id")).exists()
            decisions.filtered(lambda row: row.state == "open")._finish("done")
        return result
