# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

from ..models import sales_process_complaint_intake as intake_module
from ..models.sales_process_complaint_intake import SOURCE_LIMIT, ComplaintIntake
from .common import COMPLAINT

AT_ONCE = SOURCE_LIMIT + 3
SOURCE = "a source that races"


@tagged("post_install", "-at_install")
class TestComplaintRace(SalesProcessRaceCase):
    """Many of one source at the same instant."""

    team_values = {"process_complaint": True}

    @classmethod
    def _remove_records(cls):
        with cls._environment() as env:
            env[COMPLAINT].search([("team_id", "=", cls.team_id)]).unlink()
        return super()._remove_records()

    def tearDown(self):
        with self._environment() as env:
            env[COMPLAINT].search([("team_id", "=", self.team_id)]).unlink()
        super().tearDown()

    def _send(self, number, source=SOURCE):
        def work(env):
            intake = ComplaintIntake(env, env["crm.team"].browse(self.team_id))
            if intake.is_too_much(origin_hash=source):
                return False
            intake.run(
                {
                    "channel": "public",
                    "description": f"Not the same words: {number}",
                    "origin_hash": source,
                }
            )
            env.flush_all()
            return True

        return work

    def _count(self):
        with self._environment() as env:
            return env[COMPLAINT].search_count([("origin_hash", "=", SOURCE)])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_limit_holds_at_the_same_instant(self):
        """What comes in at once does not slip through between count and row."""
        user_id = self.user_ids[0]
        kept = 0
        for number in range(SOURCE_LIMIT):
            outcomes = self._race(
                *(
                    (user_id, self._send(f"{number} {place}"))
                    for place in range(AT_ONCE)
                )
            )
            self.assertLessEqual(set(outcomes), {True, False}, outcomes)
            kept += outcomes.count(True)
            self.assertEqual(self._count(), kept)
        # each time one at least was kept, and never one too many
        self.assertEqual(kept, SOURCE_LIMIT)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_limit_of_a_link_holds_at_the_same_instant(self):
        """Many strangers at once: as many as the link takes, and nobody in vain."""
        user_id, most = self.user_ids[0], 4
        with patch.object(intake_module, "LINK_LIMIT", most):
            outcomes = self._race(
                *(
                    (user_id, self._send(number, f"stranger {number}"))
                    for number in range(most + 3)
                )
            )
        self.assertEqual(sorted(outcomes), [False] * 3 + [True] * most)
        with self._environment() as env:
            rows = env[COMPLAINT].search_count([("team_id", "=", self.team_id)])
            self.assertEqual(rows, most)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_same_words_at_the_same_instant(self):
        """One mail that two servers fetch is one complaint."""

        def work(env):
            row, is_new = ComplaintIntake(
                env, env["crm.team"].browse(self.team_id)
            ).run(
                {
                    "channel": "email",
                    "name": "Delivered late",
                    "description": "Two weeks late",
                    "contact_email": "late@customer.example",
                }
            )
            env.flush_all()
            return row.id, is_new

        for number in range(3):
            outcomes = self._race(*[(self.user_ids[0], work)] * 3)
            self.assertEqual(len({row[0] for row in outcomes}), 1, outcomes)
            self.assertEqual(
                sorted(row[1] for row in outcomes), [False, False, not number]
            )

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_reopened_twice(self):
        """The customer presses in two windows: it goes on once, with its time."""
        with self._environment() as env:
            row = ComplaintIntake(env, env["crm.team"].browse(self.team_id)).run(
                {"channel": "public", "description": "Late", "origin_hash": SOURCE}
            )[0]
            row.write(
                {"cause": "service", "action_taken": "Called", "state": "decided"}
            )
            row._close({"customer_agrees": "yes"})
            row_id = row.id

        def reopen(env):
            env[COMPLAINT].browse(row_id)._answer_of_customer(False, "It is not over")
            env.flush_all()
            return True

        outcomes = self._race(*[(1, reopen)] * 3)
        refused = [row for row in outcomes if isinstance(row, UserError)]
        self.assertEqual((outcomes.count(True), len(refused)), (1, 2), outcomes)
        with self._environment() as env:
            row = env[COMPLAINT].browse(row_id)
            self.assertEqual((row.state, row.reopen_count), ("open", 1))
