# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..hooks import (
    FAMILY,
    drop_refusing_keys,
    forget_names,
    forget_parents,
    leave_crm_working,
)
from ..tools.kept import drop_functions


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def module_uninstall(self):
        """Whichever addon of this family goes leaves Odoo CRM working.

        Here and not in a hook of each: who writes an addon cannot forget it.
        """
        ours = [name for name in self.mapped("name") if name.startswith(FAMILY)]
        for name in ours:
            leave_crm_working(self.env, name)
        drop_refusing_keys(self.env, ours)
        forget_parents(self.env, ours)
        result = super().module_uninstall()
        if FAMILY in ours:
            drop_functions(self.env)
        if ours:
            forget_names(self.env)
        return result
