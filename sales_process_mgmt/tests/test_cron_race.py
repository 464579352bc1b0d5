# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import MAX_RETRIES, repeat_lost_races
from ..models.sales_process_ownership_warning import OwnershipWarnings
from .race_common import SalesProcessRaceCase


@tagged("post_install", "-at_install")
class TestCronRace(SalesProcessRaceCase):
    """Scheduled actions meet people who work on the same customers."""

    def setUp(self):
        super().setUp()
        owner_id = self.user_ids[0]
        with self._environment(owner_id) as env:
            lead = env["crm.lead"].create(
                {
                    "name": "Walk-in",
                    "phone": "+8613600009999",
                    "user_id": owner_id,
                    "team_id": self.team_id,
                }
            )
            self.lead_id = lead.id
            self.ownership_id = lead.sudo().ownership_id.id
        self.addCleanup(self._remove_lead)

    def _remove_lead(self):
        with self._environment() as env:
            lead = env["crm.lead"].browse(self.lead_id)
            lead.process_followup_ids.unlink()
            env["calendar.event"].search([("opportunity_id", "=", lead.id)]).unlink()
            lead.unlink()

    def _work_on_customer(self):
        """Somebody else changes the customer and has it committed."""
        with self._environment() as env:
            ownership = env["sales.process.ownership"].browse(self.ownership_id)
            ownership.date_timer_start = env.cr.now()

    @mute_logger("odoo.sql_db")
    def test_meeting_is_recorded(self):
        with self._environment() as env:
            stop = env.cr.now() - timedelta(hours=1)
            event = env["calendar.event"].create(
                {
                    "name": "Visited the site",
                    "opportunity_id": self.lead_id,
                    "user_id": self.user_ids[0],
                    "start": stop - timedelta(hours=1),
                    "stop": stop,
                }
            )
            event_id = event.id
        with (
            self._environment() as env,
            self.assertNoLogs(
                "odoo.addons.sales_process_mgmt.models.calendar_event", "WARNING"
            ),
        ):
            events = env["calendar.event"]._get_held_meetings()
            self.assertIn(event_id, events.ids)
            self._work_on_customer()
            self.assertTrue(repeat_lost_races(env, events._process_meetings))
        with self._environment() as env:
            event = env["calendar.event"].browse(event_id)
            # once; without the customer it is no contact until words say what it was
            self.assertEqual(event.process_followup_ids.mapped("rank"), ["machine"])

    @mute_logger("odoo.sql_db")
    def test_warning_is_told_once(self):
        with self._environment() as env:
            ownership = env["sales.process.ownership"].browse(self.ownership_id)
            ownership.write({"warning_level": 1, "is_warning_untold": True})
        with (
            self._environment() as env,
            self.assertNoLogs(
                "odoo.addons.sales_process_mgmt.models.sales_process_ownership_warning",
                "WARNING",
            ),
        ):
            Ownership = env["sales.process.ownership"]
            self.assertTrue(Ownership.search_count([("is_warning_untold", "=", True)]))
            self._work_on_customer()
            for _run in range(2):
                self.assertTrue(repeat_lost_races(env, OwnershipWarnings(env).tell))
        with self._environment() as env:
            ownership = env["sales.process.ownership"].browse(self.ownership_id)
            self.assertFalse(ownership.is_warning_untold)
            messages = env["mail.message"].search(
                [
                    ("partner_ids", "in", self.partner_ids[:1]),
                    ("subject", "=", "Customers to contact in time: 1"),
                ]
            )
            self.assertEqual(len(messages), 1)

    def test_races_that_are_always_lost(self):
        tries = []

        def lose():
            tries.append(1)
            raise ConcurrencyError("Somebody was faster")

        with self._environment() as env:
            self.assertFalse(repeat_lost_races(env, lose))
        self.assertEqual(len(tries), MAX_RETRIES)
