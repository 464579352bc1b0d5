# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_menus import MenuCommon

ADDON = "sales_process_mgmt_meeting"
READ = {
    "experience_menu",
    "meeting_attendance_menu",
    "meeting_decision_menu",
    "meeting_menu",
    "meeting_menu_root",
}
LEAD = READ | {"meeting_line_menu", "meeting_series_menu"}


@tagged("post_install", "-at_install")
class TestMeetingMenus(MenuCommon):
    """Who works reads the own meetings; who leads says when they are."""

    def test_menus(self):
        (self.team_east | self.team_west).process_meeting = True
        for user, menus in (
            (self.salesperson_a, READ),
            (self.leader_east, LEAD),
            (self._create_region(self.team_east), LEAD),
            (self.director, LEAD),
            (self.office_user, set()),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._get_menus(user, ADDON), menus)
