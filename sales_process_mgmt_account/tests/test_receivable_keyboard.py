# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What customers owe, by the keys alone: no step of these tours clicks."""

from odoo.tests import HttpCase, tagged

from .test_receivable import ReceivableCommon


@tagged("post_install", "-at_install")
class TestReceivableKeyboard(ReceivableCommon, HttpCase):
    def _promise_by_keys(self, tour):
        self._owe(10)
        self._get_money()
        self.env.flush_all()
        self.start_tour(
            "/odoo/receivables",
            f"sales_process_keyboard_{tour}",
            login=self.salesperson.login,
        )
        self.env.invalidate_all()
        return self.env["sales.process.promise"].search(
            [("user_id", "=", self.salesperson.id)]
        )

    def test_form(self):
        """Enter opens what is owed, Alt+Q enters what the customer promises."""
        promise = self._promise_by_keys("promise")
        self.assertEqual(promise.note, "Their cashier says they pay on Monday")
        self.assertEqual(promise.amount, 1000)

    def test_row(self):
        """The arrows reach the button of the row, and Enter presses it."""
        promise = self._promise_by_keys("promise_in_row")
        self.assertEqual(promise.note, "They pay the rest in May")
        self.assertEqual(promise.amount, 1000)
