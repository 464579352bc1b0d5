# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_ledger import LedgerActs

SEEDS = 6
ROUNDS = 40


@tagged("post_install", "-at_install")
class TestRandomLedger(LedgerActs):
    """Whatever people do to leads and contacts, in whatever order: the rules hold."""

    @mute_logger("odoo.addons.sales_process_mgmt.models.crm_lead_sync")
    def test_rules_hold(self):
        works = [getattr(self, name) for name in dir(self) if name.startswith("do_")]
        weights = [3 if work == self.do_merge else 1 for work in works]
        for seed in range(SEEDS):
            chance = random.Random(seed)
            done, refused = [], 0
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.leads = self.env["crm.lead"]
                self.partners = type(self).partners
                for _number in range(8):
                    self._try(self.do_register, chance, self.salesperson_a, done)
                for _number in range(ROUNDS):
                    if len(self.leads) < 6:
                        work = self.do_register
                    else:
                        work = chance.choices(works, weights)[0]
                    user = chance.choice(self.people)
                    refused += not self._try(work, chance, user, done)
                    self.leads = self.leads.exists()
                    self._assert_rules(done)
                self.assertLess(refused, ROUNDS * 0.8, "Something must be done")
                savepoint.rollback()
