# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessTrainingAnswer(models.TransientModel):
    """What a leader has to say in words about a step or a result."""

    _name = "sales.process.training.answer"
    _description = "Decision about a Training"
    _inherit = ["sales.process.answer"]
    _text_limits = {"reason": texts.REASON_LENGTH}

    kind = fields.Selection(
        [
            ("excuse", "Excuse"),
            ("grant", "Grant an Attempt"),
            ("correct", "Correct the Result"),
        ],
        required=True,
    )
    task_id = fields.Many2one("sales.process.training.task")
    result_id = fields.Many2one("sales.process.exam.result")
    percentage = fields.Float(string="Right Score (%)", digits=(5, 2))
    reason = fields.Char(size=texts.REASON_LENGTH)

    def _get_subject(self):
        return self.result_id if self.kind == "correct" else self.task_id

    def _answer(self):
        reason = self._get_words()
        if self.kind == "correct":
            self.result_id._correct(self.percentage, reason)
        elif self.kind == "excuse":
            self.task_id._excuse(reason)
        else:
            self.task_id._grant(reason)
