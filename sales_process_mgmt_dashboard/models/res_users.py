# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

LEADING = ("leader", "region", "director")


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_dashboard_roles(self):
        """For whom a dashboard may be, so that this user sees it.

        Asked by a record rule. Teams say who leads them: Odoo forgets rules together
        with what is kept of teams.

        :return: list of values of ``process_role``
        """
        self.ensure_one()
        roles = self.env["sales.process.home"]._get_menu_roles(self)
        if "administrator" in roles:
            return [*LEADING, "lead"]
        roles = [role for role in LEADING if role in roles]
        return [*roles, "lead"] if roles else []
