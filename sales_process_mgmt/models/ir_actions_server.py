# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError


class IrActionsServer(models.Model):
    """Odoo runs what administrators have set up in sudo, where no guard is asked."""

    _inherit = "ir.actions.server"

    @api.constrains("state", "model_id", "update_path")
    def _check_process_fields(self):
        """No action writes what only the ledger and its buttons write.

        :raise ValidationError: one sentence that names the field
        """
        for action in self.filtered(lambda row: row.state == "object_write"):
            chain, _label = action._get_relation_chain("update_path")
            if not chain:
                continue
            Model = self.env[chain[-1].model_name]
            if (
                isinstance(Model, self.pool["sales.process.guard"])
                and chain[-1].name in Model._get_protected_fields()
            ):
                raise ValidationError(Model._get_refusal({chain[-1].name}))

    def _run_action_object_write(self, eval_context=None):
        """An action that was set up before is refused, too."""
        self._check_process_fields()
        return super()._run_action_object_write(eval_context=eval_context)
