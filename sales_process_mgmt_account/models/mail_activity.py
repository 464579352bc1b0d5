# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

CHASE = "sales.process.chase"


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """A call or a visit about money is contact with the customer."""
        talks = []
        if feedback and feedback.strip():
            for row in self.filtered(lambda row: row.res_model == CHASE and row.active):
                channel = row.activity_type_id._get_followup_channel()
                if channel:
                    talks.append((row.res_id, channel))
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        for chase_id, channel in talks:
            # sudo: one may finish a to-do on what one cannot read
            chase = self.env[CHASE].sudo().browse(chase_id).exists()
            if chase:
                period = chase.ownership_id.with_env(self.env)
                period._log_collection(channel, feedback)
        return result
