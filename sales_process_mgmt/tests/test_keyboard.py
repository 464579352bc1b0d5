# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Daily jobs by the keys alone: no step of these tours clicks."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .test_conflict_decisions import ConflictCommon


@tagged("post_install", "-at_install")
class TestKeyboard(ConflictCommon, HttpCase):
    def test_log_and_register(self):
        """Tab and arrows find the customer, Alt+Q logs and registers."""
        now = fields.Datetime.now()
        lead = self._create_lead(
            self.salesperson_a, partner_name="Tour Pumps", phone="13812345601"
        )
        # the other customer has less time left, and stands first
        self.ownership.date_deadline = now + timedelta(hours=1)
        lead.ownership_id.date_deadline = now + timedelta(hours=2)
        self.start_tour(
            "/odoo/sales-home", "sales_process_keyboard_home", login="salesperson_a"
        )
        self.env.invalidate_all()
        self.assertEqual(lead.process_followup_ids.subject, "Rang them at noon")
        self.assertFalse(self.lead.process_followup_ids)
        registered = self.env["crm.lead"].search([("phone", "like", "5678")])
        self.assertEqual((registered - self.lead).user_id, self.salesperson_a)

    def test_take(self):
        """The arrow goes from the search to the pool, Enter opens, Alt+Q takes."""
        lead = self._create_lead(
            self.salesperson_a, partner_name="Pooled Pumps", phone="13812345603"
        )
        lead.ownership_id.with_user(self.salesperson_a)._give_up("No need this year")
        self.start_tour(
            "/odoo/customer-pool", "sales_process_keyboard_pool", login="salesperson_b"
        )
        self.env.invalidate_all()
        self.assertEqual(lead.user_id, self.salesperson_b)

    def test_decide(self):
        """A leader decides a conflict and confirms it."""
        conflict = self._conflict()
        self.start_tour(
            "/odoo/customer-conflicts",
            "sales_process_keyboard_decide",
            login="leader_east",
        )
        self.env.invalidate_all()
        self.assertEqual((conflict.state, conflict.resolution), ("resolved", "kept"))
        self.assertEqual(self.lead.user_id, self.salesperson_a)

    def _ask_invitation(self):
        return (
            self.env["sales.process.invitation"]
            .with_user(self.salesperson_b)
            ._ask(self.ownership, self.salesperson_b, name="Pumps Ltd")
        )

    def test_invitations(self):
        """The owner lets one colleague help, and another not."""
        for tour, state in (("decline", "refused"), ("accept", "accepted")):
            invitation = self._ask_invitation()
            self.start_tour(
                "/odoo/customer-invitations",
                f"sales_process_keyboard_{tour}",
                login="salesperson_a",
            )
            self.env.invalidate_all()
            self.assertEqual(invitation.state, state)
        self.assertTrue(self.ownership._can_work(self.salesperson_b))

    def test_extension(self):
        """A leader lets an agreed day stand, from the home."""
        followup = (
            self.env["sales.process.followup"]
            .with_user(self.salesperson_a)
            .create(
                {
                    "lead_id": self.lead.id,
                    "subject": "Call me after the fair",
                    "date_next": self._today(self.salesperson_a) + timedelta(days=60),
                }
            )
        )
        self.assertTrue(followup.is_extension_asked)
        self.start_tour(
            "/odoo/sales-home", "sales_process_keyboard_extension", login="leader_east"
        )
        self.env.invalidate_all()
        self.assertFalse(followup.is_extension_asked)
        self.assertGreaterEqual(
            self.ownership.date_deadline.date(), followup.date_next - timedelta(days=1)
        )

    def test_duty(self):
        """A shift is offered to a colleague, who takes it over from the home."""
        start = fields.Datetime.now() + timedelta(days=1)
        duty = self.env["sales.process.duty"].create(
            {
                "team_id": self.team_east.id,
                "user_id": self.salesperson_a.id,
                "date_start": start,
                "date_end": start + timedelta(hours=4),
            }
        )
        self.start_tour(
            "/odoo/my-shifts", "sales_process_keyboard_swap_ask", login="salesperson_a"
        )
        self.env.invalidate_all()
        self.assertEqual(duty.swap_ids.substitute_id, self.salesperson_b)
        self.start_tour(
            "/odoo/sales-home",
            "sales_process_keyboard_swap_accept",
            login="salesperson_b",
        )
        self.env.invalidate_all()
        self.assertEqual(duty.duty_user_id, self.salesperson_b)

    def test_shared_values(self):
        """Two details are chosen and judged at once."""
        values = self.env["sales.process.shared.value"].create(
            [
                {"kind": "phone", "value": f"021 5555 000{number}", "state": "proposed"}
                for number in range(2)
            ]
        )
        self.start_tour(
            "/odoo/action-sales_process_mgmt.sales_process_shared_value_action",
            "sales_process_keyboard_shared_values",
            login="director",
        )
        self.env.invalidate_all()
        self.assertEqual(set(values.mapped("state")), {"confirmed"})
