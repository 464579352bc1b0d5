# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessTrainingAnswer(models.TransientModel):
    """What a leader has to say in words about a step or a result."""

    _name = "sales.process.training.answer"
    _description = "Decision about a Training"
    _inherit = ["sales.process.guard"]
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

    @api.model
    def _open(self, kind, title, **context):
        """Ask in a dialog.

        :param str kind: value of ``kind``
        :param str title: of the dialog
        :param context: defaults
        :return: dict, a window action
        """
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_kind": kind, **context},
        }

    def action_save(self):
        """Do what was asked about; who may is asked where it is done.

        :return: dict, a client action
        :raise AccessError: where it is about nothing
        :raise UserError: where the reason is missing
        """
        self.ensure_one()
        if not (self.result_id if self.kind == "correct" else self.task_id):
            # what a client names and may not read is empty here
            raise AccessError(
                self.env._("This dialog is about nothing that you may read.")
            )
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write down why."))
        if self.kind == "correct":
            self.result_id._correct(self.percentage, reason)
        elif self.kind == "excuse":
            self.task_id._excuse(reason)
        else:
            self.task_id._grant(reason)
        return self.env["sales.process.notice"]._toast(
            self.env._("Saved."), {"type": "ir.actions.client", "tag": "soft_reload"}
        )
