# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.exceptions import CustomerOwnedError

from ..tools.transaction import entering
from .race_common import SalesProcessRaceCase

ROUNDS = 200


@tagged("post_install", "-at_install")
class TestOwnershipRace(SalesProcessRaceCase):
    def _register(self, user_id, phone):
        def work(env):
            lead = env["crm.lead"].create(
                {
                    "name": "Walk-in",
                    "phone": phone,
                    "user_id": user_id,
                    "team_id": self.team_id,
                }
            )
            return lead.id

        return user_id, work

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_register_the_same_phone(self):
        """Two at the same instant: one owner, the other gets the sentence."""
        first, second, _leader = self.user_ids
        for number in range(ROUNDS):
            phone = f"+86137{number:08d}"
            outcomes = self._race(
                self._register(first, phone), self._register(second, phone)
            )
            refusals = [row for row in outcomes if isinstance(row, CustomerOwnedError)]
            leads = [row for row in outcomes if isinstance(row, int)]
            self.assertEqual((len(leads), len(refusals)), (1, 1), outcomes)
            with self._environment() as env:
                keys = env["sales.process.ownership.key"].search(
                    [("value", "=", phone)]
                )
                self.assertEqual(len(keys), 1)
                self.assertEqual(keys.ownership_id.lead_ids.ids, leads)
                conflicts = env["sales.process.conflict"].search(
                    [("ownership_id", "=", keys.ownership_id.id)]
                )
                self.assertEqual(conflicts.mapped("resolution"), ["refused"])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_unattended_doors_lose_no_lead(self):
        """Two e-mails of a new customer at once: two leads, one owner."""
        _first, _second, _leader = self.user_ids

        def receive(env):
            with entering(env, "gateway"):
                lead = (
                    env["crm.lead"]
                    .with_context(default_user_id=False)
                    .create(
                        {
                            "name": "E-mail",
                            "email_from": self.email,
                            "team_id": self.team_id,
                        }
                    )
                )
            return lead.id

        for number in range(20):
            self.email = f"race{number}@example.com"
            outcomes = self._race((1, receive), (1, receive))
            self.assertEqual([type(row) for row in outcomes], [int, int], outcomes)
            with self._environment() as env:
                leads = env["crm.lead"].browse(outcomes)
                leads.filtered("process_ownership_pending")._process_pending()
                self.assertEqual(len(leads.ownership_id), 1)
                self.assertFalse(any(leads.mapped("process_ownership_pending")))
