# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import CustomerOwnedError
from .common import SalesProcessCommon

PHONE = "138 5550 7711"


@tagged("post_install", "-at_install")
class TestMailServer(SalesProcessCommon):
    """What Odoo offers to the mail server alone is no door for people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(cls.salesperson_a, phone=PHONE)

    def _hand_in(self, user, model=False, values=None, thread_id=None):
        message = (
            f"From: {self.salesperson_a.email}\nTo: nobody@nowhere.example\n"
            "Subject: Mine\nMessage-Id: <mine@example.com>\n\nWe take it."
        )
        return (
            self.env["mail.thread"]
            .with_user(user)
            .message_process(model, message, values, thread_id=thread_id)
        )

    def test_salesperson_hands_in_nothing(self):
        """Odoo would write it all in sudo: protected fields, teams, others' words."""
        user = self.salesperson_b
        before = len(self.lead.message_ids)
        for model, values, thread_id in (
            ("crm.lead", None, self.lead.id),
            ("crm.lead", {"user_id": user.id, "team_id": self.team_east.id}, None),
            ("crm.team", {"name": "Mine", "user_id": user.id}, None),
            (
                "sales.process.ownership",
                {
                    "user_id": user.id,
                    "team_id": self.team_east.id,
                    "date_start": "2024-01-01",
                },
                None,
            ),
            (
                "sales.process.followup",
                {"lead_id": self.lead.id, "extension_approved": True},
                None,
            ),
            (False, None, None),
        ):
            with (
                self.subTest(model=model),
                self.assertRaisesRegex(AccessError, "by the mail server alone"),
            ):
                self._hand_in(user, model, values, thread_id)
        self.assertEqual(len(self.lead.message_ids), before)
        self.assertNotIn(user.partner_id, self.lead.message_partner_ids)

    def test_script_of_the_mail_server(self):
        """It is a user of its own, and names neither document nor values."""
        robot = self.env["res.users"].create(
            {
                "name": "Mail Gate",
                "login": "mail_gate",
                "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
            }
        )
        with self.assertRaisesRegex(AccessError, "by the mail server alone"):
            self._hand_in(robot, "crm.lead", None, self.lead.id)
        # Odoo itself finds no route for it
        with self.assertRaisesRegex(ValueError, "No possible route"):
            self._hand_in(robot)

    def test_new_message_by_a_person(self):
        """A person who plays the gateway is refused like anybody at the form."""
        Lead = self.env["crm.lead"].with_user(self.salesperson_b)
        mail = {"subject": "Mine", "email_from": "b@example.net", "body": ""}
        leads = self.env["crm.lead"].search_count([])
        with self.assertRaises(CustomerOwnedError):
            Lead.message_new(mail, {"phone": PHONE, "user_id": self.salesperson_b.id})
        self.assertEqual(self.env["crm.lead"].search_count([]), leads)
        self.assertEqual(self.lead.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(len(self.lead.ownership_id.lead_ids), 1)
