# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from .race_common import SalesProcessRaceCase

ROUNDS = 20


@tagged("post_install", "-at_install")
class TestRegistrationRace(SalesProcessRaceCase):
    """Two people at two counters, one customer, at one instant."""

    @classmethod
    def _remove_records(cls):
        with cls.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM sales_process_registration WHERE create_uid IN %s",
                (tuple(cls.user_ids),),
            )
        return super()._remove_records()

    def _save(self, position, **values):
        """The wizard as the client has saved it before the button is pressed."""
        with self._environment(self.user_ids[position]) as env:
            return (
                env["sales.process.registration"]
                .create({"team_id": self.team_id, **values})
                .id
            )

    @staticmethod
    def _register(wizard_id):
        return lambda env: (
            env["sales.process.registration"].browse(wizard_id).action_register()
        )

    def _read(self, phone):
        with self._environment() as env:
            leads = env["crm.lead"].search(
                [("phone", "=", phone), ("team_id", "=", self.team_id)]
            )
            return leads.mapped(lambda lead: (lead.user_id.id, lead.ownership_id.id))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_counters(self):
        """One owns the customer, the other sees whose it is on the same screen."""
        for number in range(ROUNDS):
            phone = f"+86139999{number:05}"
            wizards = [self._save(position, phone=phone) for position in (0, 1)]
            outcomes = self._race(
                *(
                    (self.user_ids[position], self._register(wizards[position]))
                    for position in (0, 1)
                )
            )
            kinds = sorted(row["type"] for row in outcomes)
            self.assertEqual(
                kinds, ["ir.actions.act_window", "ir.actions.client"], outcomes
            )
            loser = [row["type"] for row in outcomes].index("ir.actions.act_window")
            leads = self._read(phone)
            self.assertEqual(len(leads), 1)
            self.assertEqual(leads[0][0], self.user_ids[1 - loser])
            with self._environment(self.user_ids[loser]) as env:
                wizard = env["sales.process.registration"].browse(wizards[loser])
                self.assertFalse(wizard.handled)
                self.assertEqual(wizard.result_state, "owned")
                self.assertIn(f"Racer {1 - loser}", wizard.result_message)
                attempt = env["sales.process.conflict"].search(
                    [
                        ("user_id", "=", env.uid),
                        ("ownership_id", "=", leads[0][1]),
                    ]
                )
                self.assertEqual(attempt.resolution, "refused")

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_double_click(self):
        """The same screen sent twice at once makes one lead."""
        for number in range(ROUNDS):
            phone = f"+86138888{number:05}"
            wizard = self._save(0, phone=phone)
            work = (self.user_ids[0], self._register(wizard))
            outcomes = self._race(work, work)
            self.assertEqual(
                [row["tag"] for row in outcomes], ["display_notification"] * 2, outcomes
            )
            self.assertEqual(len(self._read(phone)), 1)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_screen_saved_twice(self):
        """Two records of one screen, as a resent request makes them: one lead."""
        for number in range(ROUNDS):
            phone = f"+86137777{number:05}"
            wizards = [
                self._save(0, phone=phone, token=f"screen {number}") for _copy in "ab"
            ]
            outcomes = self._race(
                *((self.user_ids[0], self._register(wizard)) for wizard in wizards)
            )
            self.assertEqual(
                [row["tag"] for row in outcomes], ["display_notification"] * 2, outcomes
            )
            self.assertEqual(len(self._read(phone)), 1)
