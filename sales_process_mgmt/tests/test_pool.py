# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_release import ReleaseCommon


@tagged("post_install", "-at_install")
class TestPool(ReleaseCommon):
    """The pool keeps identity; whoever takes a customer has its whole history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._customer(cls.salesperson_a)
        cls.lead = cls.first.lead_ids
        cls.env["sales.process.followup"].with_user(cls.salesperson_a).create(
            {"lead_id": cls.lead.id, "subject": "Asked for a price"}
        )
        cls.first.with_user(cls.salesperson_a)._give_up("No need this year")
        cls.pooled = cls.first.next_ids

    def test_give_up(self):
        self.assertEqual(
            (self.first.end_reason, self.first.end_note),
            ("released", "No need this year"),
        )
        self.assertEqual(self.pooled.state, "pool")
        self.assertFalse(self.pooled.awaits_duty)
        with self.assertRaises(UserError):
            self.first.with_user(self.director)._give_up("Again")

    def test_take_and_read_the_history(self):
        pooled = self.pooled.with_user(self.salesperson_b)
        self.assertFalse(self.lead.with_user(self.salesperson_b).has_access("read"))
        self.assertFalse(self.lead.with_user(self.salesperson_c).has_access("read"))
        self.assertIn("****", pooled.masked_contact)
        self.assertFalse(
            pooled.key_ids.with_user(self.salesperson_b)._filtered_access("read")
        )
        pooled.action_take()
        taken = self.lead.ownership_id
        self.assertEqual((taken.user_id, taken.origin), (self.salesperson_b, "pool"))
        self.assertTrue(self.lead.with_user(self.salesperson_b).has_access("write"))
        history = taken.with_user(self.salesperson_b).chain_ids
        self.assertEqual(len(history), 3)
        self.assertEqual(
            history.followup_ids.with_user(self.salesperson_b).mapped("subject"),
            ["Asked for a price"],
        )

    def test_second_take_gets_the_sentence(self):
        self.pooled.with_user(self.salesperson_b).action_take()
        with self.assertRaises(UserError):
            self.pooled.with_user(self.salesperson_c).action_take()

    def test_cooldown(self):
        with self.assertRaises(UserError) as refusal:
            self.pooled.with_user(self.salesperson_a).action_take()
        self.assertIn("again from", str(refusal.exception))
        self.first.date_end -= timedelta(days=8)
        self.pooled.with_user(self.salesperson_a).action_take()

    def test_strangers_do_not_take(self):
        for user in (self.salesperson_d, self.office_user, self.salesperson_x):
            with self.assertRaises(AccessError):
                self.pooled.with_user(user).action_take()

    def test_daily_limit_is_not_refunded(self):
        self.team_east.process_pool_take_limit = 1
        self.pooled.with_user(self.salesperson_b).action_take()
        self.lead.ownership_id.with_user(self.salesperson_b)._give_up("Changed my mind")
        other = self._customer(self.salesperson_c)
        other.with_user(self.salesperson_c)._give_up("Busy")
        with self.assertRaises(UserError) as refusal:
            other.next_ids.with_user(self.salesperson_b).action_take()
        self.assertIn("limit", str(refusal.exception))

    def test_customer_limit(self):
        self.team_east.process_customer_limit = 1
        self._customer(self.salesperson_b)
        with self.assertRaises(UserError):
            self.pooled.with_user(self.salesperson_b).action_take()

    def test_dormant_and_frozen(self):
        self.pooled.is_dormant = True
        with self.assertRaises(UserError):
            self.pooled.with_user(self.salesperson_b).action_take()
        with self.assertRaises(AccessError):
            self.pooled.with_user(self.salesperson_b).action_wake()
        self.pooled.with_user(self.leader_east).action_wake()
        self.pooled.with_user(self.leader_east).action_freeze()
        with self.assertRaises(UserError):
            self.pooled.with_user(self.salesperson_b).action_take()

    def test_viewing_limit(self):
        """So many customers of the pool may be opened in a day, each counted once."""
        self.team_east.process_pool_view_limit = 1
        other = self._customer(self.salesperson_c)
        other.with_user(self.salesperson_c)._give_up("Busy")
        pooled = self.pooled.with_user(self.salesperson_b)
        for _row in range(2):
            pooled.action_open_pool_customer()
        with self.assertRaises(UserError):
            other.next_ids.with_user(self.salesperson_b).action_open_pool_customer()
        other.next_ids.with_user(self.leader_east).action_open_pool_customer()
        lookups = self.env["sales.process.lookup"].search([("kind", "=", "pool")])
        self.assertEqual(lookups.user_id, self.salesperson_b)
        self.assertEqual(len(lookups), 1)

    def test_choose_the_pool(self):
        ownership = self._customer(self.salesperson_a)
        wizard = (
            self.env["sales.process.pool.return"]
            .with_user(self.salesperson_a)
            .create(
                {
                    "ownership_ids": [(6, 0, ownership.ids)],
                    "reason": "Better in the west",
                    "pool_team_id": self.team_west.id,
                }
            )
        )
        wizard.action_give_up()
        self.assertEqual(ownership.next_ids.team_id, self.team_west)

    def test_reading_writes_nothing(self):
        """What is known is shown to who has opened the customer; reading logs nothing.

        Odoo may send what only reads to a replica of the database.
        """
        names = {"name": {}, "pool_facts": {}}
        pooled = self.pooled.with_user(self.salesperson_b)
        Lookup = self.env["sales.process.lookup"]
        self.env.flush_all()
        with patch.object(self.registry["sales.process.lookup"], "create") as create:
            self.assertFalse(pooled.web_read(names)[0]["pool_facts"])
            create.assert_not_called()
        action = pooled.action_open_pool_customer()
        self.assertEqual(action["res_id"], pooled.id)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(pooled.web_read(names)[0]["pool_facts"])
        logged = Lookup.search([("kind", "=", "pool")])
        self.assertEqual(logged.user_id, self.salesperson_b)
        # a colleague has not opened it
        colleague = self.pooled.with_user(self.salesperson_c)
        self.assertFalse(colleague.web_read(names)[0]["pool_facts"])
