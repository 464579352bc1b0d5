# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common_off import SwitchedOff


@tagged("post_install", "-at_install")
class TestSwitchedOff(SwitchedOff):
    """A team without the process: of customers, deals and time nothing follows."""

    def test_nothing_follows(self):
        self._assert_nothing_follows()
