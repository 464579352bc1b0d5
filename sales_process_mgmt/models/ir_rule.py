# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import AccessError


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Say whose customer it is, instead of naming a record rule.

        A lead that one opens by its link says it as one to be written; a contact in
        the pool says where it lies.
        """
        if records._name == "res.partner" and not self.env.su:
            if sentence := records.with_env(self.env)._get_pool_refusal():
                return AccessError(sentence)
        error = super()._make_access_error(operation, records)
        if operation == "read" and records._name == "crm.lead":
            return records.with_env(self.env)._make_refusal(lambda: error)
        return error
