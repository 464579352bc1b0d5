# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_guard import GuardCommon, GuardWalk

from .test_access_matrix import MeetingRecords


class MeetingGuardCommon(GuardCommon, MeetingRecords):
    pass


@tagged("post_install", "-at_install")
class TestMeetingGuard(GuardWalk, MeetingGuardCommon):
    least_values = 60
    least_commands = 10

    def _get_real_rows(self):
        return {}
