# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

# What the file is, and where it belongs.
CONTENT_FIELDS = {"datas", "name", "raw", "res_id", "res_model", "type", "url"}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        if not self.env.su and not CONTENT_FIELDS.isdisjoint(vals):
            self._check_not_colleagues()
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._check_not_colleagues()
        return super().unlink()

    def _delete_and_notify(self, message=None):
        """Odoo deletes in sudo what somebody takes away from a message."""
        self.sudo(False)._check_not_colleagues()
        return super()._delete_and_notify(message)

    def _check_not_colleagues(self):
        """Refuse to change files of a colleague's customer, like its messages."""
        # sudo: where the file is, not what stands in it
        self.env["sales.process.ownership"]._check_document_work(
            (row.res_model, row.res_id) for row in self.sudo() if not row.res_field
        )
