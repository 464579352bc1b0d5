# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import PolicyCommon


@tagged("post_install", "-at_install")
class TestPolicyKeyboard(PolicyCommon, HttpCase):
    def test_read_and_answer(self):
        """From the home, by keys alone: not agreed, and confirmed."""
        version = self._publish(fields.Datetime.to_string(fields.Datetime.now()))
        rows = {row.user_id: row for row in version.acknowledgement_ids}
        for user, tour, state in (
            (self.salesperson_a, "decline", "declined"),
            (self.salesperson_b, "confirm", "confirmed"),
        ):
            self.start_tour(
                "/odoo/sales-home",
                f"sales_process_keyboard_policy_{tour}",
                login=user.login,
            )
            self.env.invalidate_all()
            self.assertEqual(rows[user].state, state)
            self.assertTrue(rows[user].date_read)
        self.assertEqual(rows[self.salesperson_c].state, "to_read")

    def test_versions(self):
        """The administrator looks at a version, writes the next one, publishes it."""
        first = self._publish(fields.Datetime.to_string(fields.Datetime.now()))
        self.start_tour(
            "/odoo/sales-policies",
            "sales_process_keyboard_policy_versions",
            login=self.director.login,
        )
        self.env.invalidate_all()
        second = self.policy.version_ids - first
        self.assertEqual(second.state, "published")
        self.assertIn("At most three percent", second.text)
        self.assertIn("At most five percent", first.text)
