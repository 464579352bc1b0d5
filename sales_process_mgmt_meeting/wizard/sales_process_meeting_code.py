# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SalesProcessMeetingCode(models.TransientModel):
    """A code that the chair shows in the room for a few minutes."""

    _name = "sales.process.meeting.code"
    _description = "Code in the Room"
    _inherit = ["sales.process.guard"]

    meeting_id = fields.Many2one(
        "sales.process.meeting", required=True, readonly=True, ondelete="cascade"
    )
    code = fields.Char(readonly=True)
    date_until = fields.Datetime(string="Good until", readonly=True)

    @api.model
    def _open(self, meeting, code, until):
        """Show a code in a dialog of whoever conducts the meeting.

        :param meeting: sales.process.meeting
        :param str code: the code
        :param until: naive UTC datetime
        :return: dict, a window action
        """
        values = {"meeting_id": meeting.id, "code": code, "date_until": until}
        # sudo: only the server says the code; the dialog is the user's own
        dialog = self.sudo().create(values)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Code in the Room"),
            "res_model": self._name,
            "res_id": dialog.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_again(self):
        """Show the next code.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        return self.meeting_id.action_show_code()
