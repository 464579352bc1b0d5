# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .test_registration import RegistrationCommon


@tagged("post_install", "-at_install")
class TestConflictInbox(RegistrationCommon):
    """A conflict is decided on facts, and the decision closes what asked for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(
            cls.salesperson_a, phone="13812345678", partner_name="Pumps Ltd"
        )
        cls.followup = (
            cls.env["sales.process.followup"]
            .with_user(cls.salesperson_a)
            .create({"lead_id": cls.lead.id, "subject": "Price of two pumps"})
        )

    def setUp(self):
        super().setUp()
        self._registration(
            self.salesperson_b, phone="13812345678", subject="Wants three pumps"
        ).action_call_leader()
        self.conflict = self.env["sales.process.conflict"].search(
            [("user_id", "=", self.salesperson_b.id)]
        )

    def test_leader_sees_the_facts(self):
        conflict = self.conflict.with_user(self.leader_east)
        self.assertEqual(conflict.name, "13812345678")
        self.assertEqual(conflict.customer_name, "Pumps Ltd")
        self.assertEqual(conflict.note, "Wants three pumps")
        self.assertEqual(conflict.date_last_contact, self.followup.date)
        self.assertEqual(conflict.date_deadline, self.lead.followup_deadline)
        self.assertIn(self.followup, conflict.followup_ids)

    def test_who_tried_learns_nothing(self):
        conflict = self.conflict.with_user(self.salesperson_b)
        self.assertFalse(conflict.customer_name)
        self.assertFalse(conflict.date_last_contact)
        self.assertFalse(conflict.date_deadline)
        self.assertFalse(conflict.followup_ids)

    def test_a_decision_closes_the_to_do(self):
        for action in ("action_keep", "action_split", "action_transfer"):
            with self.subTest(action=action), self.env.cr.savepoint() as savepoint:
                self.assertEqual(self.conflict.activity_ids.user_id, self.leader_east)
                getattr(self.conflict.with_user(self.leader_east), action)()
                self.assertFalse(self.conflict.activity_ids)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_leader_writes_the_reason(self):
        message = self.conflict.with_user(self.leader_east).message_post(
            body="Both were told on the telephone"
        )
        self.assertIn("on the telephone", message.body)
