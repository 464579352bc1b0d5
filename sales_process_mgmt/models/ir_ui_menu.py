# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

EVERYBODY = frozenset(
    ("administrator", "director", "leader", "reception", "region", "salesperson")
)
SELL = frozenset(("salesperson",))
LEAD = frozenset(("administrator", "director", "leader", "region"))
WORK = SELL | LEAD


class IrUiMenu(models.Model):
    """Menus by role: what somebody cannot use is not there.

    Groups say what a person may do; whether the person sells, leads a team or sits at
    the desk is said by the teams. Odoo keeps the menus of each user until groups,
    members or leaders change.
    """

    _inherit = "ir.ui.menu"

    @api.model
    def _load_menus_blacklist(self):
        roles = self.env["sales.process.home"]._get_menu_roles(self.env.user)
        get_id = self.env["ir.model.data"]._xmlid_to_res_id
        hidden = [
            get_id(xml_id, raise_if_not_found=False)
            for xml_id, shown_to in self._get_process_menus().items()
            if not roles & shown_to
        ]
        return super()._load_menus_blacklist() + [menu for menu in hidden if menu]

    @api.model
    def _get_process_menus(self):
        """Who sees which of our menus; an addon adds its own.

        :return: ``{external id: roles}``; menus that are not named follow their groups
        """
        prefix = "sales_process_mgmt.sales_process_"
        return {
            f"{prefix}{name}": roles
            for name, roles in {
                "home_menu": EVERYBODY,
                "menu_root": EVERYBODY,
                "registration_menu": EVERYBODY,
                "owed_item_menu": EVERYBODY,
                "ownership_menu_mine": SELL,
                "followup_menu": WORK,
                "ownership_menu_pool": WORK,
                "duty_menu": EVERYBODY,
                "duty_swap_menu": WORK,
                "invitation_menu": WORK,
                "register_menu": WORK,
                "revisit_menu": WORK,
                "absence_menu": WORK,
                "menu_team": LEAD,
                "menu_reporting": WORK,
            }.items()
        }
