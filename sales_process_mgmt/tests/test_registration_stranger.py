# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .test_registration import RegistrationCommon


@tagged("post_install", "-at_install")
class TestRegistrationStranger(RegistrationCommon):
    """Somebody else's customer: help, ask to be invited, call the leader."""

    def test_help(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        before = lead.ownership_id.date_deadline
        wizard = self._registration(
            self.salesperson_b, phone="13812345678", subject="Came with a question"
        )
        wizard.action_help()
        wizard.action_help()
        conflict = self.env["sales.process.conflict"].search(
            [("user_id", "=", self.salesperson_b.id)]
        )
        self.assertEqual(conflict.resolution, "helped")
        self.assertEqual(conflict.state, "resolved")
        self.assertEqual(conflict.note, "Came with a question")
        self.assertEqual(lead.ownership_id.date_deadline, before)
        followup = self._followups(lead)
        self.assertEqual(followup.user_id, self.salesperson_b)
        self.assertEqual(followup.void_reason, "stranger")
        told = self.env["mail.notification"].search(
            [
                ("res_partner_id", "=", self.salesperson_a.partner_id.id),
                ("mail_message_id.model", "=", "crm.lead"),
                ("mail_message_id.res_id", "=", lead.id),
                ("mail_message_id.subject", "like", "as help"),
            ]
        )
        self.assertEqual(len(told), 1)

    def test_help_needs_an_owner(self):
        wizard = self._registration(self.salesperson_b, phone="13812345678")
        self.assertEqual(wizard.action_help()["res_id"], wizard.id)
        self.assertEqual(wizard.action_ask_invitation()["res_id"], wizard.id)
        self.assertEqual(wizard.action_call_leader()["res_id"], wizard.id)
        self.assertFalse(wizard.handled)

    def test_ask_invitation(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        wizard = self._registration(self.salesperson_b, phone="13812345678")
        wizard.action_ask_invitation()
        invitation = lead.ownership_id.invitation_ids
        self.assertEqual(invitation.user_id, self.salesperson_b)
        self.assertEqual(invitation.state, "asked")
        self.assertEqual(lead.activity_ids.user_id, self.salesperson_a)

    def test_call_leader(self):
        self._create_lead(self.salesperson_a, phone="13812345678")
        for _attempt in range(2):
            wizard = self._registration(self.salesperson_b, phone="13812345678")
            wizard.action_call_leader()
        conflict = self.env["sales.process.conflict"].search(
            [("user_id", "=", self.salesperson_b.id)]
        )
        self.assertEqual(len(conflict), 1)
        self.assertEqual((conflict.state, conflict.resolution), ("open", False))
        self.assertEqual(conflict.activity_ids.user_id, self.leader_east)

    def test_call_leader_without_leader(self):
        self.team_east.user_id = False
        self._create_lead(self.salesperson_a, phone="13812345678")
        self._registration(self.salesperson_b, phone="13812345678").action_call_leader()
        conflict = self.env["sales.process.conflict"].search(
            [("user_id", "=", self.salesperson_b.id)]
        )
        self.assertTrue(
            conflict.activity_ids.user_id.has_group("sales_team.group_sale_manager")
        )
