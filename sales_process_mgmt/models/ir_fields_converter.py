# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.transaction import get_named


class IrFieldsConverter(models.AbstractModel):
    _inherit = "ir.fields.converter"

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        """Each name in a file of ours is searched for once, not once a row."""
        if subfield is None and (
            found := get_named(self.env).get((field.comodel_name, value))
        ):
            return found, []
        return super().db_id_for(model, field, subfield, value, savepoint)
