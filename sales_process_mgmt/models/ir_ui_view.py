# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

OURS = "sales_process_mgmt"


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    def _postprocess_access_rights(self, tree):
        """*New* is offered to nobody who may create no record of ours.

        Odoo asks the access rights of the model alone. Where a record rule lets only
        leaders create, those who lead no team would fill in a form that is refused.
        """
        if not self.env.su:
            for node in tree.xpath("//*[@model_access_rights]"):
                Model = self.env[node.get("model_access_rights")]
                if (
                    node.tag != "field"
                    and (Model._original_module or "").startswith(OURS)
                    and not self.env["ir.rule"]._may_create_any(Model)
                ):
                    node.set("create", "False")
        return super()._postprocess_access_rights(tree)
