# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """A lead that one opens by its link says whose it is, as one to be written."""
        error = super()._make_access_error(operation, records)
        if operation == "read" and records._name == "crm.lead":
            return records.with_env(self.env)._make_refusal(lambda: error)
        return error
