# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A line that is wrong, by the keys alone: no step of these tours clicks."""

from odoo.tests import HttpCase, tagged

from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestCommissionKeyboard(CommissionCommon, HttpCase):
    def test_dispute(self):
        """The salesperson says what is wrong, the administrator answers."""
        self._pay(self._invoice(1000))
        line = self._get_statement().line_ids
        self.assertEqual(len(line), 1)
        self.start_tour(
            "/odoo/commission-lines",
            "sales_process_keyboard_commission_dispute",
            login=self.salesperson.login,
        )
        self.env.invalidate_all()
        dispute = line.dispute_ids
        self.assertEqual(dispute.note, "They bought the machine, not the parts")
        self.assertEqual((dispute.user_id, dispute.state), (self.salesperson, "open"))
        self.start_tour(
            "/odoo/commission-disputes",
            "sales_process_keyboard_commission_answer",
            login=self.administrator.login,
        )
        self.env.invalidate_all()
        self.assertEqual(dispute.state, "refused")
        self.assertEqual(dispute.answer, "The invoice was for both")
        self.assertEqual(dispute.answered_by_id, self.administrator)
