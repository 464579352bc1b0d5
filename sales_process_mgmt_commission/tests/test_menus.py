# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_menus import MenuCommon

ADDON = "sales_process_mgmt_commission"
READ = {
    "commission_dispute_menu",
    "commission_line_menu",
    "commission_statement_menu",
}


@tagged("post_install", "-at_install")
class TestCommissionMenus(MenuCommon):
    """Who earns sees what they earn; who administers sees the months and plans."""

    def test_menus(self):
        for user, menus in (
            (self.salesperson_a, READ),
            (self.leader_east, READ),
            (self._create_region(self.team_east), READ),
            (self.office_user, set()),
            (
                self.director,
                READ
                | {
                    "commission_agreement_menu",
                    "commission_month_menu",
                    "commission_plan_menu",
                },
            ),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._get_menus(user, ADDON), menus)
