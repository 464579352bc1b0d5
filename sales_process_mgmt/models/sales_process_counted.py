# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .sales_process_guard import check_counted


class SalesProcessCounted(models.AbstractModel):
    """A record of Odoo's with amounts that we count: they are of this world.

    It stands first in ``_inherit``, before Odoo rounds what was written.
    """

    _name = "sales.process.counted"
    _description = "Counted Amounts"

    # Amounts of Odoo's with which we count.
    _counted_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse amounts that are out of this world."""
        check_counted(self, self._counted_fields, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        check_counted(self, self._counted_fields, [vals])
        return super().write(vals)
