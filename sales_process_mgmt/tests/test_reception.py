# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .test_registration import RegistrationCommon


@tagged("post_install", "-at_install")
class TestReception(RegistrationCommon):
    """The front desk registers for others, whatever the team, and owns nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = mail_new_test_user(
            cls.env,
            login="desk",
            name="Front Desk",
            groups="base.group_user,sales_process_mgmt.group_sales_process_reception",
            tz="Asia/Shanghai",
            notification_type="inbox",
        )
        cls.lead = cls._create_lead(
            cls.salesperson_a, phone="13812345678", partner_name="Acme"
        )

    def _on_duty(self, user):
        now = self.env.cr.now()
        return self.env["sales.process.duty"].create(
            {
                "team_id": self.team_east.id,
                "user_id": user.id,
                "date_start": now - timedelta(hours=1),
                "date_end": now + timedelta(hours=6),
            }
        )

    def test_learns_the_owner(self):
        wizard = self._registration(self.desk, phone="13812345678")
        self.assertEqual(wizard.result_state, "owned")
        self.assertIn("Salesperson A", wizard.result_message)
        self.assertIn("Call", wizard.result_message)
        self.assertTrue(wizard.can_register)
        # neither the customer's name nor its dates
        self.assertNotIn("Acme", wizard.result_message)
        self.assertNotIn("Deadline", wizard.result_message)
        # somebody of another team learns no name
        other = self._registration(self.salesperson_e, phone="13812345678")
        self.assertNotIn("Salesperson A", other.result_message)

    def test_learns_who_stands_in(self):
        now = self.env.cr.now()
        self.env["sales.process.absence"].with_user(self.leader_east).create(
            {
                "user_id": self.salesperson_a.id,
                "date_start": now - timedelta(hours=1),
                "date_end": now + timedelta(days=2),
                "deputy_id": self.salesperson_b.id,
            }
        )
        wizard = self._registration(self.desk, phone="13812345678")
        self.assertIn("Salesperson A", wizard.result_message)
        self.assertIn("Salesperson B, who stands in", wizard.result_message)

    def test_registers_the_visit_for_the_owner(self):
        before = len(self._followups(self.lead))
        wizard = self._registration(
            self.desk, phone="13812345678", subject="Came to see the new kitchen"
        )
        wizard.action_register()
        self.assertEqual(wizard.lead_id, self.lead)
        followups = self._followups(self.lead)
        self.assertEqual(len(followups), before + 1)
        followup = followups.sorted("id")[-1]
        self.assertEqual(followup.user_id, self.salesperson_a)
        self.assertEqual(followup.create_uid, self.desk)
        self.assertEqual(followup.channel, "reception")
        self.assertTrue(followup.counts)
        told = self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", self.salesperson_a.partner_id.ids),
                ("body", "ilike", "Received by Front Desk"),
            ]
        )
        self.assertEqual(len(told), 1)

    def test_receiver_is_credited(self):
        """Fifty walk-ins that the desk registers are receptions of who receives."""
        self._on_duty(self.salesperson_b)
        wizard = self._registration(
            self.desk, phone="13912345678", subject="Wants a new kitchen"
        )
        self.assertEqual(wizard.receive_for, "duty")
        wizard.action_register()
        lead = wizard.lead_id
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)
        followup = self._followups(lead)
        self.assertEqual(followup.user_id, self.salesperson_b)
        self.assertTrue(followup.counts)
        self.env.flush_all()
        counted = self.env["sales.process.followup.report"].search_count(
            [
                ("user_id", "=", self.salesperson_b.id),
                ("is_contact", "=", True),
                ("channel", "=", "reception"),
            ]
        )
        self.assertEqual(counted, 1)

    def test_a_colleague_is_not_the_desk(self):
        """Nobody credits an owner with a contact by registering the customer again."""
        wizard = self._registration(
            self.salesperson_b,
            phone="13812345678",
            receive_for="person",
            receiver_id=self.salesperson_a.id,
            subject="Came to see the new kitchen",
        )
        wizard.action_register()
        followup = self._followups(wizard.lead_id).sorted("id")[-1:]
        self.assertEqual(followup.user_id, self.salesperson_b)
        self.assertFalse(followup.counts)

    def test_owns_nothing(self):
        with self.assertRaisesRegex(UserError, "owns no customers"):
            self._registration(
                self.desk, phone="13700000001", receive_for="myself"
            ).action_register()
        self.env.invalidate_all()
        # a lead made by hand goes to who is on duty, or waits
        lead = self._create_lead(self.desk, self.team_east, phone="13700000002")
        self.assertEqual(lead.ownership_id.state, "pool")
        self.assertFalse(lead.user_id)
        self._on_duty(self.salesperson_b)
        lead = self._create_lead(self.desk, self.team_east, phone="13700000003")
        self.assertEqual(lead.user_id, self.salesperson_b)
        # nobody gives it a customer, and it takes none
        with self.assertRaisesRegex(UserError, "owns no customers"):
            self.lead.with_user(self.leader_east).user_id = self.desk
            self.env.flush_all()
        self.env.invalidate_all()
        self.lead.ownership_id.with_user(self.salesperson_a)._give_up("No need")
        with self.assertRaises(UserError):
            self.lead.ownership_id.with_user(self.desk).action_take()

    def test_refusal_of_a_lead_names_the_owner(self):
        with self.assertRaisesRegex(UserError, "Salesperson A"):
            self._create_lead(self.desk, self.team_east, phone="13812345678")
