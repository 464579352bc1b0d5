# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
from unittest.mock import patch

from odoo.service import model as service_model
from odoo.tests import tagged
from odoo.tools import mute_logger

from .race_common import SalesProcessRaceCase


@tagged("post_install", "-at_install")
class TestDeadlockRace(SalesProcessRaceCase):
    """The one order of locks that Odoo does not let us keep: see docs/locks.md."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._environment(cls.user_ids[0]) as env:
            lead = env["crm.lead"].create(
                {
                    "name": "Walk-in",
                    "phone": "+8613700009999",
                    "user_id": cls.user_ids[0],
                    "team_id": cls.team_id,
                }
            )
            cls.lead_id, cls.ownership_id = lead.id, lead.ownership_id.id

    def _cross(self, first, second):
        """Two steps; between them everybody waits for the others, the first time."""
        waited = threading.local()

        def work(env):
            first(env)
            env.flush_all()
            if not getattr(waited, "done", False):
                waited.done = True
                self.barrier.wait(timeout=10)
            second(env)
            env.flush_all()
            return "done"

        return work

    @mute_logger("odoo.sql_db")
    def test_lead_first_and_period_first(self):
        """Both hold what the other wants: one is repeated, both succeed."""
        self.barrier = threading.Barrier(2)

        def edit(env):
            env["crm.lead"].browse(self.lead_id).name = "Renamed"

        def describe(env):
            env["crm.lead"].sudo().browse(self.lead_id).referred = "A friend"

        def lock(env):
            env["sales.process.ownership"].sudo().browse(self.ownership_id)._lock_rows()

        with patch.object(service_model._logger, "info") as logged:
            outcomes = self._race(
                (self.user_ids[0], self._cross(edit, lock)),
                (self.user_ids[0], self._cross(lock, describe)),
            )
        self.assertEqual(outcomes, ["done", "done"])
        self.assertIn("DEADLOCK_DETECTED", str(logged.call_args_list))
        with self._environment() as env:
            lead = env["crm.lead"].browse(self.lead_id)
            self.assertEqual((lead.name, lead.referred), ("Renamed", "A friend"))
            self.assertEqual(lead.ownership_id.id, self.ownership_id)

    @mute_logger("odoo.sql_db")
    def test_contact_against_transfer(self):
        """Two who change one customer at once: one is repeated with what is true."""
        self.barrier = threading.Barrier(2)

        def look(env):
            env["crm.lead"].browse(self.lead_id).mapped("ownership_id.name")

        def log_contact(env):
            env["sales.process.followup"].create(
                {"lead_id": self.lead_id, "channel": "call", "subject": "Called back"}
            )

        def rename(env):
            env["sales.process.ownership"].sudo().browse(self.ownership_id).name = "New"

        with patch.object(service_model._logger, "info") as logged:
            outcomes = self._race(
                (self.user_ids[0], self._cross(look, log_contact)),
                (self.user_ids[0], self._cross(look, rename)),
            )
        self.assertEqual(outcomes, ["done", "done"])
        self.assertIn("SERIALIZATION_FAILURE", str(logged.call_args_list))
        with self._environment() as env:
            ownership = env["sales.process.ownership"].browse(self.ownership_id)
            self.assertEqual(ownership.name, "New")
            self.assertTrue(ownership.date_last_contact)
