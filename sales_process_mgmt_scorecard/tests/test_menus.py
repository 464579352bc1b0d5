# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_menus import MenuCommon

ADDON = "sales_process_mgmt_scorecard"
READ = {
    "scorecard_menu",
    "scorecard_line_menu",
    "scorecard_rating_menu",
    "scorecard_praise_menu",
    "scorecard_praise_give_menu",
}
LEAD = READ | {"scorecard_team_menu"}


@tagged("post_install", "-at_install")
class TestScorecardMenus(MenuCommon):
    """Everybody sees the own scorecards, who leads sees those of the team."""

    def test_menus(self):
        for user, menus in (
            (self.salesperson_a, READ),
            (self.leader_east, LEAD),
            (self._create_region(self.team_east), LEAD),
            (self.office_user, set()),
            (
                self.director,
                LEAD
                | {
                    "scorecard_template_menu",
                    "scorecard_stay_menu",
                    "scorecard_payroll_menu",
                    "scorecard_pair_menu",
                },
            ),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._get_menus(user, ADDON), menus)
