# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

EVERYBODY = frozenset(
    ("administrator", "director", "leader", "reception", "region", "salesperson")
)
SELL = frozenset(("salesperson",))
LEAD = frozenset(("administrator", "director", "leader", "region"))
WORK = SELL | LEAD
# They answer for teams that are not their own.
ALL_TEAMS = frozenset(("administrator", "director"))
# The same home: what opens with the app, and behind what Odoo opens it with.
FIRST_HOME = "sales_process_mgmt.sales_process_home_menu"
ASIDE_HOME = "sales_process_mgmt.sales_process_home_aside_menu"
# The desk registers for others, and has no pipeline.
DESK_ALONE = frozenset(("reception",))


class IrUiMenu(models.Model):
    """Menus by role: what somebody cannot use is not there.

    Groups say what a person may do; whether the person sells, leads a team or sits at
    the desk is said by the teams. Odoo keeps the menus of each user until groups,
    members or leaders change.
    """

    _inherit = "ir.ui.menu"

    @api.model
    def _load_menus_blacklist(self):
        Home = self.env["sales.process.home"]
        roles = Home._get_menu_roles(self.env.user)
        is_in_process = Home._is_in_process(self.env.user)
        other_home = ASIDE_HOME if is_in_process else FIRST_HOME
        get_id = self.env["ir.model.data"]._xmlid_to_res_id
        hidden = [
            get_id(xml_id, raise_if_not_found=False)
            for xml_id, shown_to in self._get_process_menus().items()
            if not roles & shown_to or xml_id == other_home
        ]
        if roles == DESK_ALONE:
            hidden += [
                get_id(xml_id, raise_if_not_found=False)
                for xml_id in self._get_selling_menus()
            ]
        if not roles & ALL_TEAMS:
            hidden += self._find_switched_off(get_id)
        return super()._load_menus_blacklist() + [menu for menu in hidden if menu]

    def _find_switched_off(self, get_id):
        """Menus of features that no team of the user has switched on.

        Where something of before is there to be read its menu stays.

        :param get_id: function of an external id
        :return: list of ids
        """
        user = self.env.user
        # sudo: what a team has switched on is no secret of it
        teams = user.sudo().crm_team_ids | user.sudo().process_overseen_team_ids
        return [
            get_id(xml_id, raise_if_not_found=False)
            for xml_id, (names, model) in self._get_process_switches().items()
            if not any(team[name] for team in teams for name in names)
            and not (model and self._has_any(self.env[model]))
        ]

    @staticmethod
    def _has_any(Model):
        return Model.has_access("read") and bool(Model.search_count([], limit=1))

    @api.model
    def _get_selling_menus(self):
        """Menus of Odoo's for who sells or leads, not for the desk; addons add more.

        :return: tuple of external ids
        """
        return (
            "crm.menu_crm_opportunities",
            "crm.crm_lead_menu_my_activities",
            "crm.sales_team_menu_team_pipeline",
            "crm.crm_menu_leads",
            "crm.crm_menu_report",
        )

    @api.model
    def _get_process_switches(self):
        """Which menus belong to what a team switches on; an addon adds its own.

        :return: ``{external id: (names of fields of crm.team, model or None)}``; rows
            of the model are what is left when the team has switched it off
        """
        return {}

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
                "home_aside_menu": EVERYBODY,
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
