# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

TEXT_LENGTH = 10_000


class SalesProcessComplaintAnswer(models.TransientModel):
    """What is said about a complaint: the verdict, the customer's answer."""

    _name = "sales.process.complaint.answer"
    _description = "Answer to a Complaint"
    _inherit = ["sales.process.guard"]
    _text_limits = {"text": TEXT_LENGTH}

    kind = fields.Selection(
        [("decide", "Verdict"), ("tell", "Customer Told"), ("reopen", "Reopen")],
        required=True,
    )
    complaint_id = fields.Many2one("sales.process.complaint", required=True)
    verdict = fields.Selection(
        [
            ("justified", "Justified"),
            ("partly", "Partly Justified"),
            ("unjustified", "Not Justified"),
        ],
    )
    customer_agrees = fields.Selection(
        [
            ("yes", "Agrees"),
            ("no", "Does Not Agree"),
            ("unreached", "Could Not Be Reached"),
        ],
        string="What the Customer Says",
    )
    text = fields.Text(string="Reason")

    @api.model
    def _open(self, kind, title, complaint):
        """Ask in a dialog.

        :param str kind: value of ``kind``
        :param str title: of the dialog
        :param complaint: sales.process.complaint
        :return: dict, a window action
        """
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_kind": kind,
                "default_complaint_id": complaint.id,
            },
        }

    def action_save(self):
        """Say it; who may is asked where it is kept.

        :return: dict, a client action
        :raise UserError: where nothing is said
        """
        self.ensure_one()
        row, text = self.complaint_id, (self.text or "").strip()
        if self.kind == "tell":
            if not self.customer_agrees:
                raise UserError(self.env._("Choose what the customer says."))
            row._close_told(self.customer_agrees)
        else:
            if not text:
                raise UserError(self.env._("Write down why."))
            if self.kind == "reopen":
                row._reopen_by_hand(text)
            elif not self.verdict:
                raise UserError(self.env._("Choose whether it is justified."))
            else:
                row._decide(self.verdict, text)
        return self.env["sales.process.notice"]._toast(
            self.env._("Saved."), {"type": "ir.actions.client", "tag": "soft_reload"}
        )
