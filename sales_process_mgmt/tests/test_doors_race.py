# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from itertools import count

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .race_common import SalesProcessRaceCase

ROUNDS = 8


@tagged("post_install", "-at_install")
class TestDoorsRace(SalesProcessRaceCase):
    """Two doors at one instant: the customer has one owner, or lies in the pool."""

    _numbers = count()

    def _make(self, owner_id, phone=None, overdue=False):
        """A customer of its owner.

        :return: ids of the lead and of the ownership, and its telephone number
        """
        phone = phone or f"+86134{next(self._numbers):08d}"
        with self._environment(owner_id) as env:
            lead = env["crm.lead"].create(
                {
                    "name": f"Race {phone}",
                    "type": "opportunity",
                    "phone": phone,
                    "user_id": owner_id,
                    "team_id": self.team_id,
                }
            )
            ownership = lead.sudo().ownership_id
            if overdue:
                ownership.date_start = env.cr.now() - timedelta(days=30)
                ownership._update_deadlines()
                lead.team_id.with_user(SUPERUSER_ID).write(
                    {
                        "process_release_ceiling_percent": 0,
                        "process_date_release_from": False,
                    }
                )
            return lead.id, ownership.id, phone

    def _get_holders(self, env, phones):
        """The periods that hold these numbers, each number once.

        :return: sales.process.ownership
        """
        keys = env["sales.process.ownership.key"].search(
            [("kind", "=", "phone"), ("value", "in", phones), ("active", "=", True)]
        )
        self.assertEqual(sorted(keys.mapped("value")), sorted(phones))
        running = keys.ownership_id
        self.assertNotIn("ended", running.mapped("state"))
        for row in running:
            self.assertEqual(row.state == "open", bool(row.user_id), row.state)
            for lead in row.lead_ids.filtered("active"):
                self.assertEqual(lead.user_id, row.user_id)
                self.assertEqual(lead.ownership_id, row)
        return running

    def _assert_outcome(self, outcome):
        if isinstance(outcome, Exception):
            self.assertIsInstance(outcome, UserError)

    @mute_logger("odoo.sql_db", "odoo.service.model", "odoo.models.unlink")
    def test_merge_and_claim(self):
        """The owner merges two leads while a colleague registers the number of one."""
        owner_id, colleague_id, _leader_id = self.user_ids
        for _round in range(ROUNDS):
            first_id, _ownership_id, phone = self._make(owner_id)
            second_id, _ownership_id, other = self._make(owner_id)

            def merge(env, ids=(first_id, second_id)):
                merged = env["crm.lead"].browse(ids).merge_opportunity()
                env.flush_all()
                return merged.id

            def claim(env, phone=other):
                lead = env["crm.lead"].create(
                    {
                        "name": "Claimed",
                        "phone": phone,
                        "user_id": colleague_id,
                        "team_id": self.team_id,
                    }
                )
                env.flush_all()
                return lead.id

            merged, claimed = self._race((owner_id, merge), (colleague_id, claim))
            self.assertIsInstance(merged, int)
            self.assertIsInstance(claimed, UserError)
            with self._environment() as env:
                running = self._get_holders(env, [phone, other])
                self.assertEqual(running.user_id.ids, [owner_id])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_archive_and_release(self):
        """The only lead is closed in the moment in which the customer is released."""
        owner_id = self.user_ids[0]
        for _round in range(ROUNDS):
            lead_id, ownership_id, phone = self._make(owner_id, overdue=True)

            def close(env, lead_id=lead_id):
                env["crm.lead"].browse(lead_id).action_set_lost()
                env.flush_all()

            def release(env, ownership_id=ownership_id):
                Release = env["sales.process.release"]
                due = Release._lock_due(10, [ownership_id])
                Release._release(due)
                return len(due)

            closed, released = self._race((owner_id, close), (SUPERUSER_ID, release))
            self._assert_outcome(closed)
            self.assertIsInstance(released, int)
            with self._environment() as env:
                lead = env["crm.lead"].browse(lead_id)
                period = env["sales.process.ownership"].browse(ownership_id)
                self.assertEqual(period.state, "ended")
                if isinstance(closed, UserError):
                    # refused: it was no longer the owner's to close
                    self.assertEqual((lead.active, released), (True, 1))
                    self._get_holders(env, [phone])
                else:
                    self.assertFalse(lead.active)
                    self.assertFalse(
                        env["sales.process.ownership.key"].search(
                            [("value", "=", phone), ("active", "=", True)]
                        )
                    )
