# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.exceptions import CustomerOwnedError

from ..tools.transaction import entering
from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestOwnership(SalesProcessCommon):
    def test_first_contact_owns(self):
        """Whoever receives a customer first owns it, whatever the notation."""
        lead = self._create_lead(self.salesperson_a, phone="138 1234 5678")
        ownership = lead.ownership_id
        self.assertEqual(ownership.user_id, self.salesperson_a)
        self.assertEqual(ownership.state, "open")
        self.assertEqual(ownership.origin, "lead")
        self.assertEqual(ownership.key_ids.mapped("value"), ["+8613812345678"])
        self.assertTrue(lead.followup_deadline)
        self.assertEqual(lead.followup_deadline, ownership.date_deadline)
        with self.assertRaises(CustomerOwnedError) as refusal:
            self._create_lead(self.salesperson_b, phone="+86 13812345678")
        self.assertIn("Salesperson A", str(refusal.exception))
        self.assertNotIn("Deadline", str(refusal.exception))

    def test_same_owner_joins(self):
        first = self._create_lead(self.salesperson_a, phone="13812345678")
        second = self._create_lead(
            self.salesperson_a, phone="13812345678", email_from="w@example.com"
        )
        self.assertEqual(first.ownership_id, second.ownership_id)
        self.assertEqual(
            set(first.ownership_id.key_ids.mapped("kind")), {"phone", "email"}
        )

    def test_other_company_is_another_customer(self):
        self._create_lead(self.salesperson_a, phone="+8613812345678")
        lead = self._create_lead(self.salesperson_x, phone="+8613812345678")
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_x)

    def test_off_team_is_inert(self):
        lead = self._create_lead(self.salesperson_e, phone="13812345678")
        self.assertFalse(lead.ownership_id)

    def test_observe_records_only(self):
        self._create_lead(self.salesperson_d, phone="13812345678")
        other = (
            self.env["crm.lead"]
            .with_user(self.leader_west)
            .create(
                {
                    "name": "Again",
                    "phone": "13812345678",
                    "user_id": self.leader_west.id,
                    "team_id": self.team_west.id,
                }
            )
        )
        self.assertFalse(other.ownership_id)
        conflict = self.env["sales.process.conflict"].search(
            [("lead_id", "=", other.id)]
        )
        self.assertEqual(conflict.resolution, "observed")

    def test_observed_attempts_are_counted(self):
        """An import in batches: one conflict a day for each person and customer."""
        team = self.salesperson_a.sale_team_id
        team.process_mode = "observe"
        self._create_lead(self.salesperson_a, phone="13812345678")
        for _number in range(3):
            self._create_lead(self.salesperson_b, phone="13812345678")
        conflict = self.env["sales.process.conflict"].search(
            [("team_id", "=", team.id)]
        )
        self.assertEqual(conflict.mapped("resolution"), ["observed"])
        self.assertEqual(conflict.attempt_count, 3)

    def test_unattended_goes_to_owner(self):
        lead = self._create_lead(self.salesperson_a, email_from="wang@example.com")
        with entering(self.env, "gateway"):
            new = self.env["crm.lead"].create(
                {
                    "name": "Mail",
                    "email_from": "Wang <WANG@example.com>",
                    "team_id": self.team_east.id,
                    "user_id": self.salesperson_b.id,
                }
            )
        self.assertEqual(new.user_id, self.salesperson_a)
        self.assertEqual(new.ownership_id, lead.ownership_id)
        conflict = self.env["sales.process.conflict"].search([("lead_id", "=", new.id)])
        self.assertEqual(
            (conflict.resolution, conflict.user_id), ("routed", self.salesperson_b)
        )

    def test_manager_changes_salesperson(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        second = self._create_lead(self.salesperson_a, phone="13812345678")
        won = self._create_lead(self.salesperson_a, phone="13812345678")
        won.action_set_won()
        old = lead.ownership_id
        lead.with_user(self.leader_east).user_id = self.salesperson_b
        new = lead.ownership_id
        self.assertEqual(old.state, "ended")
        self.assertEqual(old.end_reason, "transferred")
        self.assertEqual(new.user_id, self.salesperson_b)
        self.assertEqual(new.previous_id, old)
        self.assertEqual(second.user_id, self.salesperson_b)
        self.assertEqual(second.ownership_id, new)
        self.assertEqual(won.user_id, self.salesperson_a)
        self.assertEqual(won.ownership_id, old)
        self.assertEqual(old.holder_id, self.salesperson_b)

    def test_salesperson_cannot_take_or_give(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        with self.assertRaises(AccessError) as refusal:
            lead.with_user(self.salesperson_c).write({"priority": "1"})
        self.assertIn("Salesperson A", str(refusal.exception))
        with self.assertRaises(UserError):
            lead.with_user(self.salesperson_a).user_id = self.salesperson_b

    def test_lost_frees(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        ownership = lead.ownership_id
        lead.with_user(self.salesperson_a).action_set_lost()
        self.assertEqual(ownership.state, "ended")
        self.assertEqual(ownership.end_reason, "lost")
        new = self._create_lead(self.salesperson_b, phone="13812345678")
        self.assertEqual(new.ownership_id.user_id, self.salesperson_b)
        self.assertEqual(new.ownership_id.previous_id, ownership)

    def test_won_is_served(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        lead.with_user(self.salesperson_a).action_set_won()
        self.assertEqual(lead.ownership_id.phase, "served")
        self.assertFalse(lead.ownership_id.date_deadline)
        with self.assertRaises(CustomerOwnedError):
            self._create_lead(self.salesperson_b, phone="13812345678")

    def test_corrected_phone_frees_nothing(self):
        """Whoever had the first number keeps it: an edit is no way to free one."""
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        lead.with_user(self.salesperson_a).phone = "13912345678"
        with self.assertRaises(CustomerOwnedError):
            self._create_lead(self.salesperson_b, phone="13812345678")
        with self.assertRaises(CustomerOwnedError):
            self._create_lead(self.salesperson_b, phone="13912345678")
        lead.with_user(self.salesperson_a).phone = "13812345678"
        self.assertEqual(len(lead.ownership_id.key_ids), 2)


@tagged("post_install", "-at_install")
class TestFieldsOfOthers(SalesProcessCommon):
    """A class of its own: its end takes the field out of the registry again."""

    def test_what_others_compute_from_a_lead_is_told(self):
        """A stored field that somebody made of the customer follows a transfer."""
        self.env["ir.model.fields"].create(
            {
                "name": "x_period",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "ttype": "integer",
                "store": True,
                "depends": "ownership_id",
                "compute": "for lead in self: lead['x_period'] = lead.ownership_id.id",
            }
        )
        lead = self._create_lead(self.salesperson_a, phone="13812349876")
        before = lead.ownership_id
        self.assertEqual(lead.x_period, before.id)
        before._hand_over({before: self.salesperson_b}, "transfer", "transferred")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertNotEqual(lead.ownership_id, before)
        self.assertEqual(lead.x_period, lead.ownership_id.id)
