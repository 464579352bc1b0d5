# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SalesProcessDatedPart(models.AbstractModel):
    """A line of rules that hold from a day on: changed while they are a draft."""

    _name = "sales.process.dated.part"
    _description = "Line of a Version From a Day On"

    def _get_version(self):
        """The versions whose lines these are.

        :return: records of a ``sales.process.dated.version``
        """
        return self.version_id

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._get_version()._check_draft()
        return parts

    def write(self, vals):
        self._get_version()._check_draft()
        result = super().write(vals)
        # it may have been moved to another one
        self._get_version()._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self._get_version()._check_draft()
