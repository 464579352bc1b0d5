# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

TEXT_LENGTH = 10_000


class SalesProcessViolationAnswer(models.TransientModel):
    """What is said about a violation: by the person, or by who decides."""

    _name = "sales.process.violation.answer"
    _description = "Answer to a Violation"
    _inherit = ["sales.process.guard"]
    _text_limits = {"text": TEXT_LENGTH}

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
    text = fields.Text(required=True)

    @api.model
    def _open(self, kind, title, violation):
        """Ask in a dialog.

        :param str kind: value of ``kind``
        :param str title: of the dialog
        :param violation: sales.process.violation
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
                "default_violation_id": violation.id,
            },
        }

    def action_save(self):
        """Say it; who may is asked where it is kept.

        :return: dict, a client action
        :raise UserError: where nothing is said
        """
        self.ensure_one()
        text = (self.text or "").strip()
        if not text:
            raise UserError(self.env._("Write down why."))
        row = self.violation_id
        if self.kind == "statement":
            row._say(text)
        elif self.kind == "appeal":
            row._appeal(text)
        else:
            row._decide(self.kind == "uphold", text)
        return self.env["sales.process.notice"]._toast(
            self.env._("Saved."), {"type": "ir.actions.client", "tag": "soft_reload"}
        )
