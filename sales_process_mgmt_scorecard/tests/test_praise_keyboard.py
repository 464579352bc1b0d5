# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from .common import ScorecardCommon


@tagged("post_install", "-at_install")
class TestPraiseKeyboard(ScorecardCommon, HttpCase):
    def test_praise(self):
        """Somebody praises a colleague without a click."""
        self.start_tour(
            "/odoo/praise", "sales_process_keyboard_praise", login="salesperson_b"
        )
        praise = self.env["sales.process.praise"].search(
            [("giver_id", "=", self.salesperson_b.id)]
        )
        self.assertEqual(praise.user_id, self.salesperson_a)
        self.assertEqual(praise.text, "Stayed until the customer was served")
