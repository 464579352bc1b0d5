# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SalesProcessMeetingPresence(models.TransientModel):
    """Somebody types the code that is shown in the room."""

    _name = "sales.process.meeting.presence"
    _description = "Presence by Code"
    _inherit = ["sales.process.guard"]
    _text_limits = {"code": 64}

    meeting_id = fields.Many2one(
        "sales.process.meeting", required=True, ondelete="cascade"
    )
    code = fields.Char(string="Code in the Room", required=True)

    @api.model
    def _open(self, meeting):
        """Ask for the code in a dialog.

        :param meeting: sales.process.meeting
        :return: dict, a window action
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("I Am Here"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_meeting_id": meeting.id},
        }

    def action_confirm(self):
        """Say that one is there; a wrong code is said, and counted.

        :return: dict, a client action
        """
        self.ensure_one()
        is_right, sentence = self.meeting_id._confirm_presence(self.code)
        # sudo: what was typed is kept nowhere
        self.sudo().code = "-"
        Notice = self.env["sales.process.notice"]
        reload = {"type": "ir.actions.client", "tag": "soft_reload"}
        if is_right:
            return Notice._toast(sentence, reload)
        return Notice._toast(sentence, reload, "danger")
