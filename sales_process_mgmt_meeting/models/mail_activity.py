# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .sales_process_meeting_decision import KIND

MODEL = "sales.process.meeting.decision"


class MailActivity(models.Model):
    """Who has done a to-do has done what the meeting decided."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        done = self.filtered(lambda row: row.res_model == MODEL and row.active)
        if not done:
            return super()._action_done(
                feedback=feedback, attachment_ids=attachment_ids
            )
        # whoever reads a decision may finish what is planned on it, and plan more
        kind = self.env.ref(KIND, raise_if_not_found=False)
        done = done.filtered(lambda row: row.activity_type_id == kind)
        # sudo: asked below
        decisions = self.env[MODEL].sudo().browse(done.mapped("res_id")).exists()
        decisions = decisions.filtered(lambda row: row.state == "open")
        decisions._check_finish(True)
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        decisions.filtered(lambda row: row.state == "open")._finish("done")
        return result
