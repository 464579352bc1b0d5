# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.test_guard import GuardCommon, GuardWalk

from .test_access_matrix import TrainingRecords


class TrainingGuardCommon(GuardCommon, TrainingRecords):
    pass


@tagged("post_install", "-at_install")
class TestTrainingGuard(GuardWalk, TrainingGuardCommon):
    least_values = 3
    # no record of another model has them as its lines
    least_commands = -1

    def _get_real_rows(self):
        return {}
