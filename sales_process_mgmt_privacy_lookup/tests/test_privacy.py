# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon
from odoo.addons.sales_process_mgmt.tools.ledger_rules import RULES

NAME = "Person Itenov"
EMAIL = "itenov@person.example"


@tagged("post_install", "-at_install")
class TestPrivacy(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": NAME, "email": EMAIL, "phone": "13812345678"}
        )
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.partner.id)
        cls.ownership = cls.lead.ownership_id
        cls.followup = (
            cls.env["sales.process.followup"]
            .with_user(cls.salesperson_a)
            .create(
                {
                    "lead_id": cls.lead.id,
                    "channel": "call",
                    "subject": f"{NAME} asked for a price",
                    "next_step": f"Write to {EMAIL}",
                }
            )
        )
        cls.other = cls._create_lead(
            cls.salesperson_b, phone="13900000001", name="Another customer"
        )
        cls.privacy_officer = cls.env.ref("base.user_admin")

    def _look_up(self):
        wizard = (
            self.env["privacy.lookup.wizard"]
            .with_user(self.privacy_officer)
            .create({"name": NAME, "email": EMAIL})
        )
        wizard.action_lookup()
        return wizard.line_ids

    def _line(self, record):
        return self._look_up().filtered(
            lambda line: (line.res_model, line.res_id) == (record._name, record.id)
        )

    def _get_texts(self):
        """Everything of ours that is text, for a search as a curious person does it."""
        self.env.flush_all()
        for name, model in self.env.registry.items():
            if not name.startswith("sales.process.") or not model._auto:
                continue
            if model._transient or model._abstract:
                continue
            self.env.cr.execute(f'SELECT t::text FROM "{model._table}" AS t')
            for (text,) in self.env.cr.fetchall():
                yield name, text

    def test_found(self):
        """Every row about the person is found once, and none of somebody else."""
        lines = self._look_up()
        rows = [(line.res_model, line.res_id) for line in lines]
        self.assertEqual(len(rows), len(set(rows)))
        for record in (self.ownership, self.followup, *self.ownership.key_ids):
            self.assertIn((record._name, record.id), rows)
        self.assertNotIn(("sales.process.ownership", self.other.ownership_id.id), rows)

    def test_anonymous(self):
        """The person is forgotten, the chain stays, the number is free."""
        date_start, owner = self.ownership.date_start, self.ownership.user_id
        line = self._line(self.ownership)
        line.action_unlink()
        self.assertTrue(line.is_unlinked)
        self.assertIn("Made anonymous", line.execution_details)
        self.assertRecordValues(
            self.ownership,
            [
                {
                    "state": "ended",
                    "date_start": date_start,
                    "user_id": owner.id,
                    "partner_id": False,
                }
            ],
        )
        self.assertTrue(self.followup.exists())
        self.assertFalse(self.followup.next_step)
        for model, text in self._get_texts():
            for secret in ("Itenov", "person.example", "13812345678"):
                self.assertNotIn(secret, text, model)
        self.assertFalse(
            self.env["mail.message"].search(
                [
                    ("model", "=like", "sales.process.%"),
                    ("body", "ilike", "Itenov"),
                ]
            )
        )
        for rule in RULES:
            self.env.cr.execute(rule.query)
            self.assertFalse(self.env.cr.fetchall(), rule.sentence)
        self.lead.unlink()
        successor = self._create_lead(self.salesperson_b, phone="13812345678")
        self.assertEqual(successor.ownership_id.user_id, self.salesperson_b)

    def test_whole_chain(self):
        """All periods of the customer are made anonymous, from whichever row."""
        self.ownership.with_user(self.leader_east)._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )
        self.env.flush_all()
        newest = self.lead.ownership_id
        self.assertNotEqual(newest, self.ownership)
        key = newest.key_ids[:1]
        self._line(key).action_unlink()
        self.assertEqual(
            (self.ownership | newest).mapped("name"), ["Anonymous", "Anonymous"]
        )
        self.assertEqual(newest.previous_id, self.ownership)
        self.assertEqual(newest.state, "ended")

    def test_one_followup(self):
        """A single row can be emptied without ending the period."""
        self._line(self.followup).action_unlink()
        self.assertEqual(self.followup.subject, "Anonymous")
        self.assertEqual(self.ownership.state, "open")

    def test_twice(self):
        """What is anonymous is not found again."""
        self._line(self.ownership).action_unlink()
        self.lead.unlink()
        self.partner.unlink()
        found = set(self._look_up().mapped("res_model"))
        self.assertFalse({name for name in found if name.startswith("sales.process.")})

    def test_only_administrators(self):
        for user in (self.salesperson_a, self.leader_east, self.director):
            with self.assertRaises(AccessError):
                self.env["privacy.lookup.wizard"].with_user(user).create(
                    {"name": NAME, "email": EMAIL}
                )
