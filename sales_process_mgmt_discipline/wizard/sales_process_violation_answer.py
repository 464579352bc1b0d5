# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

TEXT_LENGTH = 10_000


class SalesProcessViolationAnswer(models.TransientModel):
    """What is said about a violation: by the person, or by who decides."""

    _name = "sales.process.violation.answer"
    _description = "Answer to a Violation"
    _inherit = ["sales.process.answer"]
    _text_limits = {"text": TEXT_LENGTH}
    _words = "text"

    kind = fields.Selection(
        [
            ("statement", "Own Words"),
            ("uphold", "Uphold"),
            ("waive", "Waive"),
            ("appeal", "Appeal"),
        ],
        required=True,
    )
    violation_id = fields.Many2one("sales.process.violation", required=True)
    is_appealed = fields.Boolean(compute="_compute_is_appealed")
    text = fields.Text(required=True)

    @api.depends("violation_id.state")
    def _compute_is_appealed(self):
        for answer in self:
            answer.is_appealed = answer.violation_id.state == "appealed"

    def _get_subject(self):
        return self.violation_id

    def _answer(self):
        row, text = self.violation_id, self._get_words()
        if self.kind == "statement":
            row._say(text)
        elif self.kind == "appeal":
            row._appeal(text)
        else:
            row._decide(self.kind == "uphold", text)
