# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessPolicyAnswer(models.TransientModel):
    """What has to be said in words, or shown, about a policy."""

    _name = "sales.process.policy.answer"
    _description = "Answer to a Policy"
    _inherit = ["sales.process.answer"]
    _text_limits = {
        "reason": texts.REASON_LENGTH,
        "scan_name": texts.NAME_LENGTH,
    }

    kind = fields.Selection(
        [
            ("decline", "Not Agreed"),
            ("exempt", "Exempt"),
            ("paper", "Signed on Paper"),
            ("withdraw", "Withdraw"),
        ],
        required=True,
    )
    acknowledgement_id = fields.Many2one("sales.process.policy.acknowledgement")
    version_id = fields.Many2one("sales.process.policy.version")
    content_hash = fields.Char(help="The checksum of the text that was shown.")
    reason = fields.Char(size=texts.REASON_LENGTH)
    scan = fields.Binary(string="Signed Paper", help="A scan or a photograph of it.")
    scan_name = fields.Char(string="File of the Paper", size=texts.NAME_LENGTH)

    def _get_subject(self):
        return self.version_id if self.kind == "withdraw" else self.acknowledgement_id

    def _answer(self):
        row = self.acknowledgement_id
        if self.kind == "paper":
            if not self.scan:
                raise UserError(self.env._("Add the scan of the signed paper."))
            row._enter_paper(self.scan, self.scan_name)
            return
        reason = self._get_words()
        if self.kind == "decline":
            row._decline(self.version_id.id, self.content_hash, reason)
        elif self.kind == "exempt":
            row._exempt(reason)
        else:
            self.version_id._withdraw(reason)
