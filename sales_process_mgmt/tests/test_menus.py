# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import SalesProcessCommon

ADDON = "sales_process_mgmt"
PREFIX = f"{ADDON}.sales_process_"
HOME = f"{PREFIX}home_action"
PIPELINE = "crm.action_your_pipeline"
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
        for user in (self.salesperson_a, self.salesperson_c):
            with self.subTest(user=user.login):
                self.assertEqual(self._get_menus(user), WORK | {"ownership_menu_mine"})
        # in a team that is off
        self.assertEqual(
            self._get_menus(self.salesperson_e),
            WORK - {"home_menu"} | {"home_aside_menu", "ownership_menu_mine"},
        )

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
        selling = {
            self.env.ref(xml_id).id
            for xml_id in self.env["ir.ui.menu"]._get_selling_menus()
            if "menu_leads" not in xml_id
        }

        def find(user):
            return selling & set(self.env["ir.ui.menu"].with_user(user).load_menus(0))

        self.assertFalse(find(desk))
        for user in (self.salesperson_a, self.leader_east, self.director):
            self.assertEqual(find(user), selling)

    def test_nobody_uses_the_process(self):
        teams = self.env["crm.team"].with_context(active_test=False)
        teams.search([("process_mode", "!=", "off")]).write({"process_mode": "off"})
        self.assertFalse(self._get_menus(self.salesperson_a))
        menus = self._get_menus(self.director)
        # the first steps stand there
        self.assertIn("home_aside_menu", menus)
        self.assertNotIn("home_menu", menus)
        self.assertLessEqual(CONFIGURATION, menus)

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

    def _assert_opens(self, user, action):
        """The app opens with an action: that of the first menu that has one."""
        app = self.env.ref("crm.crm_menu_root").id
        menus = self.env["ir.ui.menu"].with_user(user).load_web_menus(False)
        self.assertEqual(menus[app]["actionID"], self.env.ref(action).id)

    def test_the_app_opens_with_the_home(self):
        region = self._create_region(self.team_east, self.team_west)
        reader = self._make_user("reader", "sales_team.group_sale_salesman_all_leads")
        desk = self._make_user("desk", f"{ADDON}.group_sales_process_reception")
        for user in (
            *(self.salesperson_a, self.leader_east, region),
            *(self.director, reader, desk),
        ):
            with self.subTest(user=user.login):
                self._assert_opens(user, HOME)

    def test_the_app_opens_as_in_odoo(self):
        """For whoever is in no team with the process, until they join one."""
        newcomer = self._make_user("newcomer", "sales_team.group_sale_salesman")
        for user in (newcomer, self.salesperson_e):
            with self.subTest(user=user.login):
                self._assert_opens(user, PIPELINE)
        member = self.env["crm.team.member"].create(
            {"user_id": newcomer.id, "crm_team_id": self.team_west.id}
        )
        self._assert_opens(newcomer, HOME)
        member.active = False
        self._assert_opens(newcomer, PIPELINE)
        self.team_off.process_mode = "observe"
        self._assert_opens(self.salesperson_e, HOME)

    def test_without_the_process_the_app_opens_as_in_odoo(self):
        teams = self.env["crm.team"].with_context(active_test=False)
        teams.search([("process_mode", "!=", "off")]).write({"process_mode": "off"})
        for user in (self.salesperson_a, self.leader_east, self.director):
            with self.subTest(user=user.login):
                self._assert_opens(user, PIPELINE)
                self.assertFalse(user.action_id)


@tagged("post_install", "-at_install")
class TestMenuOrder(SalesProcessCommon):
    """Whichever addons are there: each menu has its place."""

    def test_no_two_menus_share_a_place(self):
        """Otherwise they stand in the order in which addons were installed."""
        rows = self.env["ir.model.data"].search(
            [("module", "=like", f"{ADDON}%"), ("model", "=", "ir.ui.menu")]
        )
        menus = self.env["ir.ui.menu"].with_context(**{"ir.ui.menu.full_list": True})
        menus = menus.browse(rows.mapped("res_id"))
        self.assertGreater(len(menus), len(WORK))
        places = defaultdict(list)
        for menu in menus:
            places[menu.parent_id, menu.sequence].append(menu.complete_name)
        shared = [names for names in places.values() if len(names) > 1]
        self.assertFalse(shared)
