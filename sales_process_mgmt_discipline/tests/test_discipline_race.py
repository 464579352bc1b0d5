# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

ROW = "sales.process.policy.acknowledgement"
POLICY = "sales.process.policy"
VIOLATION = "sales.process.violation"
ROUNDS = 5


@tagged("post_install", "-at_install")
class TestDisciplineRace(SalesProcessRaceCase):
    """What is said once is said once, also in two windows at the same instant."""

    team_values = {"process_policy": True, "process_violation": True}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._environment() as env:
            cls.type_id = (
                env["sales.process.violation.type"]
                .create({"name": "Racing", "points": 2, "date_from": "2020-01-01"})
                .id
            )
            policy = env[POLICY].create(
                {
                    "name": "Racing",
                    "company_id": cls.company_id,
                    "team_ids": [cls.team_id],
                }
            )
            cls.policy_id = policy.id
            version = env["sales.process.policy.version"].create(
                {
                    "policy_id": policy.id,
                    "text": "<p>One at a time.</p>",
                    "lang": "en_US",
                    "reading_days": 7,
                }
            )
            version.action_publish()
            cls.version_id, cls.content_hash = version.id, version.content_hash

    @classmethod
    def _remove_records(cls):
        with cls._environment() as env:
            env[POLICY].browse(cls.policy_id).current_version_id = False
        cls._delete_rows(
            ("sales_process_violation", "team_id", cls.team_id),
            ("sales_process_violation_type", "id", cls.type_id),
            ("sales_process_policy_acknowledgement", "team_id", cls.team_id),
            ("sales_process_policy_version", "policy_id", cls.policy_id),
            ("sales_process_policy", "id", cls.policy_id),
        )
        return super()._remove_records()

    def _check_one(self, outcomes, sentence):
        """One is heard, the other one reads why not."""
        refused = [row for row in outcomes if isinstance(row, UserError)]
        self.assertEqual((outcomes.count(True), len(refused)), (1, 1), outcomes)
        self.assertIn(sentence, str(refused[0]))

    def _record(self, state="open"):
        """A violation of the first racer, which was proposed."""
        with self._environment() as env:
            now = env.cr.now().replace(microsecond=0)
            row = env[VIOLATION].create(
                {
                    "type_id": self.type_id,
                    "user_id": self.user_ids[0],
                    "team_id": self.team_id,
                    "company_id": self.company_id,
                    "date": now.date(),
                    "note": "Two windows",
                }
            )
            row.write(
                {
                    "state": state,
                    "recorded_by_id": False,
                    "date_statement_due": now - timedelta(days=1),
                    "date_appeal_due": now + timedelta(days=1),
                }
            )
            row._update_decider()
            return row.id

    def _call(self, row_id, name, *args):
        return self._calling(lambda env: env[VIOLATION].browse(row_id), name, *args)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_appeal_twice(self):
        person = self.user_ids[0]
        for _number in range(ROUNDS):
            row_id = self._record("upheld")
            outcomes = self._race(
                (person, self._call(row_id, "_appeal", "First")),
                (person, self._call(row_id, "_appeal", "Second")),
            )
            self._check_one(outcomes, "appealed already")
            said = ("First", "Second")[outcomes.index(True)]
            with self._environment() as env:
                self.assertEqual(env[VIOLATION].browse(row_id).appeal, said)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_decided_twice(self):
        """Uphold in one window, waive in the other: the first one stands."""
        leader = self.user_ids[2]
        for _number in range(ROUNDS):
            row_id = self._record()
            outcomes = self._race(
                (leader, self._call(row_id, "_decide", True, "It was so")),
                (leader, self._call(row_id, "_decide", False, "It was not")),
            )
            winner = outcomes.index(True)
            self.assertEqual(outcomes.count(True), 1, outcomes)
            self.assertIsInstance(outcomes[1 - winner], UserError)
            with self._environment() as env:
                row = env[VIOLATION].browse(row_id)
                self.assertEqual(row.state, ("upheld", "waived")[winner])
                # the third of a kind weighs more
                self.assertEqual(bool(row.points), winner == 0)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_heard_in_two_windows(self):
        """Both words are kept, none is lost."""
        person = self.user_ids[0]
        row_id = self._record()
        outcomes = self._race(
            (person, self._call(row_id, "_say", "First")),
            (person, self._call(row_id, "_say", "Second")),
        )
        self.assertEqual(outcomes, [True, True])
        with self._environment() as env:
            statement = env[VIOLATION].browse(row_id).statement
        self.assertEqual(sorted(statement.split()), ["First", "Second"])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_confirmed_and_declined(self):
        """One answer stands, the other window reads so."""
        person = self.user_ids[0]

        said = (self.version_id, self.content_hash)
        confirm = self._calling(lambda env: env[ROW].search(mine), "_confirm", *said)
        decline = self._calling(
            lambda env: env[ROW].search(mine), "_decline", *said, "I cannot"
        )
        mine = [("version_id", "=", self.version_id), ("user_id", "=", person)]
        with self._environment() as env:
            self.assertEqual(len(env[ROW].search(mine)), 1)
        outcomes = self._race((person, confirm), (person, confirm), (person, decline))
        with self._environment() as env:
            row = env[ROW].search(mine)
            # whoever confirms twice is told so twice; whoever declined may still agree
            self.assertEqual(outcomes[:2], [True, True])
            self.assertEqual(row.state, "confirmed")
            self.assertEqual(row.confirmed_hash, self.content_hash)
            self.assertEqual(len(row), 1)
