# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

TEXT_LENGTH = 10_000


class SalesProcessComplaintAnswer(models.TransientModel):
    """What is said about a complaint: the verdict, the customer's answer."""

    _name = "sales.process.complaint.answer"
    _description = "Answer to a Complaint"
    _inherit = ["sales.process.answer"]
    _text_limits = {"text": TEXT_LENGTH}
    _words = "text"

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

    def _get_subject(self):
        return self.complaint_id

    def _answer(self):
        row = self.complaint_id
        if self.kind == "tell":
            if not self.customer_agrees:
                raise UserError(self.env._("Choose what the customer says."))
            row._close_told(self.customer_agrees)
            return
        text = self._get_words()
        if self.kind == "reopen":
            row._reopen_by_hand(text)
        elif not self.verdict:
            raise UserError(self.env._("Choose whether it is justified."))
        else:
            row._decide(self.verdict, text)
