# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

VERSION = "sales.process.policy.version"


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _check_not_colleagues(self):
        """Refuse to change files of a policy that has been published, too."""
        result = super()._check_not_colleagues()
        # sudo: where the file is, not what stands in it
        version_ids = {
            row.res_id
            for row in self.sudo()
            if row.res_model == VERSION and row.res_id and not row.res_field
        }
        if version_ids:
            self.env[VERSION].sudo().browse(version_ids).exists()._check_draft()
        return result
