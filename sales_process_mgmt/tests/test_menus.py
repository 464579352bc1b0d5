# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import SalesProcessCommon

ADDON = "sales_process_mgmt"
PREFIX = f"{ADDON}.sales_process_"
DESK = {
    "home_menu",
    "menu_root",
    "registration_menu",
    "owed_item_menu",
    "duty_menu",
    "notice_line_menu",
}
REPORTING = {
    "menu_reporting",
    "ownership_report_menu",
    "ownership_report_menu_expired",
    "followup_report_menu",
    "fact_menu",
    "grade_change_menu",
}
WORK = REPORTING | {
    "home_menu",
    "menu_root",
    "registration_menu",
    "ownership_menu_pool",
    "followup_menu",
    "invitation_menu",
    "register_menu",
    "revisit_menu",
    "duty_menu",
    "duty_swap_menu",
    "absence_menu",
    "notice_line_menu",
    "owed_item_menu",
}
TEAM = {
    "menu_team",
    "agenda_item_menu",
    "conflict_menu",
    "ownership_menu",
    "followup_menu_sample",
    "followup_menu_visits",
    "handover_menu",
    "release_run_menu",
    "import_check_menu",
}
CONFIGURATION = {
    "menu_configuration",
    "customer_grade_menu",
    "grade_rule_menu",
    "grade_standing_menu",
    "followup_rule_menu",
    "shared_value_menu",
    "calendar_exception_menu",
    "failure_menu",
    "lookup_menu",
}


class MenuCommon(SalesProcessCommon):
    def _get_menus(self, user, addon=ADDON):
        """Our menus that somebody sees, without their prefix."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        return {
            menu["xmlid"].removeprefix(f"{addon}.sales_process_")
            for menu in menus.values()
            if (menu.get("xmlid") or "").startswith(f"{addon}.")
        }


@tagged("post_install", "-at_install")
class TestMenus(MenuCommon):
    """What a role cannot use it does not see."""

    def _make_user(self, login, group):
        return mail_new_test_user(
            self.env, login=login, groups=f"base.group_user,{group}"
        )

    def test_salesperson(self):
        for user in (self.salesperson_a, self.salesperson_c, self.salesperson_e):
            with self.subTest(user=user.login):
                self.assertEqual(self._get_menus(user), WORK | {"ownership_menu_mine"})

    def test_leader(self):
        self.assertEqual(
            self._get_menus(self.leader_east), WORK | TEAM | {"ownership_menu_mine"}
        )

    def test_regional_leader(self):
        self.team_west.user_id = self.leader_east
        self.assertEqual(
            self._get_menus(self.leader_east), WORK | TEAM | {"ownership_menu_mine"}
        )

    def test_leader_of_teams_above(self):
        regional = self._create_region(self.team_east, self.team_west)
        self.assertEqual(self._get_menus(regional), WORK | TEAM)

    def test_director_who_only_reads(self):
        reader = self._make_user("reader", "sales_team.group_sale_salesman_all_leads")
        self.assertEqual(self._get_menus(reader), WORK | TEAM)

    def test_sales_administrator(self):
        self.assertEqual(self._get_menus(self.director), WORK | TEAM | CONFIGURATION)

    def test_sales_administrator_who_sells(self):
        self.env["crm.team.member"].create(
            {"user_id": self.director.id, "crm_team_id": self.team_east.id}
        )
        self.assertIn("ownership_menu_mine", self._get_menus(self.director))

    def test_reception(self):
        desk = self._make_user("desk", f"{ADDON}.group_sales_process_reception")
        self.assertEqual(self._get_menus(desk), DESK)

    def test_nobody_uses_the_process(self):
        teams = self.env["crm.team"].with_context(active_test=False)
        teams.search([("process_mode", "!=", "off")]).write({"process_mode": "off"})
        self.assertFalse(self._get_menus(self.salesperson_a))
        self.assertIn("home_menu", self._get_menus(self.director))
        self.assertLessEqual(CONFIGURATION, self._get_menus(self.director))

    def test_office(self):
        self.assertFalse(self._get_menus(self.office_user))

    def test_menus_follow_the_teams(self):
        """Whoever is made the leader sees the menus with the next page."""
        self.assertNotIn("menu_team", self._get_menus(self.salesperson_b))
        self.team_east.user_id = self.salesperson_b
        self.assertIn("menu_team", self._get_menus(self.salesperson_b))
        self.assertNotIn("menu_team", self._get_menus(self.leader_east))

    def test_lists_are_cards_on_a_phone(self):
        """Whoever works in a list reads it as cards on a phone, in each addon of ours.

        A list whose rows are written in the list itself has no cards.
        """
        for user in (self.salesperson_a, self.leader_east):
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            actions = self.env["ir.actions.act_window"].browse(
                menu["actionID"]
                for menu in menus.values()
                if (menu.get("xmlid") or "").startswith(ADDON)
                and menu.get("actionModel") == "ir.actions.act_window"
            )
            for action in actions.sudo():
                modes = action.view_mode.split(",")
                if modes[0] != "list" or "kanban" in modes:
                    continue
                with self.subTest(user=user.login, action=action.name):
                    model = self.env[action.res_model].with_user(user)
                    view = action.view_ids.filtered(lambda v: v.view_mode == "list")
                    arch = model.get_view(view.view_id.id, "list")["arch"]
                    self.assertIn("editable=", arch)

    def test_the_app_opens_with_the_home(self):
        app = self.env.ref("crm.crm_menu_root").id
        home = self.env.ref(f"{PREFIX}home_action").id
        for user in (self.salesperson_a, self.leader_east, self.director):
            menus = self.env["ir.ui.menu"].with_user(user).load_web_menus(False)
            self.assertEqual(menus[app]["actionID"], home)
