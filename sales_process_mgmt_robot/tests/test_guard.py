# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_guard import GuardCommon, GuardWalk

from .test_access_matrix import RobotRecords


class RobotGuardCommon(GuardCommon, RobotRecords):
    pass


@tagged("post_install", "-at_install")
class TestRobotGuard(GuardWalk, RobotGuardCommon):
    least_values = 5
    least_commands = 0

    def _get_real_rows(self):
        # administrators alone make robots
        return {}
