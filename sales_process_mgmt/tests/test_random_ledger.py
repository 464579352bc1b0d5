# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..tools.ledger_rules import RULES
from .common import SalesProcessCommon
from .common_followup import FollowupCommon

SEEDS = 6
ROUNDS = 40
PHONES = [f"1380000000{number}" for number in range(6)]
EMAILS = [f"buyer{number}@example.com" for number in range(6)]


@tagged("post_install", "-at_install")
class TestRandomLedger(SalesProcessCommon):
    """Whatever people do to leads and contacts, in whatever order: the rules hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "is_company": True,
                    "phone": PHONES[number],
                    "email": EMAILS[-number],
                }
                for number in range(4)
            ]
        )
        cls.people = (
            cls.salesperson_a
            | cls.salesperson_b
            | cls.salesperson_d
            | cls.salesperson_e
            | cls.leader_east
            | cls.director
        )
        cls.leads = cls.env["crm.lead"]

    def _assert_rules(self, done):
        self.env.flush_all()
        for rule in RULES:
            broken = self.env.execute_query(SQL(rule.query))
            self.assertFalse(broken, f"{rule.sentence} After {done[-3:]}")

    def _choose_details(self, chance):
        return {
            "phone": chance.choice([False, *PHONES]),
            "email_from": chance.choice([False, *EMAILS]),
            "partner_id": chance.choice([False, False, *self.partners.ids]),
        }

    def do_register(self, chance, user):
        owner = user if user.sale_team_id else self.salesperson_a
        self.leads |= self._create_lead(owner, **self._choose_details(chance))

    def do_edit(self, chance, user):
        name, value = chance.choice(list(self._choose_details(chance).items()))
        chance.choice(self.leads).with_user(user).write({name: value})

    def do_edit_contact(self, chance, user):
        partner = chance.choice(self.partners)
        name = chance.choice(["phone", "email"])
        values = PHONES if name == "phone" else EMAILS
        partner.with_user(user).write({name: chance.choice([False, *values])})

    def do_add_contact(self, chance, user):
        self.partners |= (
            self.env["res.partner"]
            .with_user(user)
            .create(
                {
                    "name": "Buyer",
                    "parent_id": chance.choice(self.partners).commercial_partner_id.id,
                    "phone": chance.choice([False, *PHONES]),
                    "email": chance.choice([False, *EMAILS]),
                }
            )
            .with_env(self.env)
        )

    def do_move_contact(self, chance, user):
        below = self.partners.filtered("parent_id")
        if below:
            companies = self.partners - below
            contact = chance.choice(below).with_user(user)
            contact.parent_id = chance.choice([False, *companies.ids])

    def do_archive_contact(self, chance, user):
        partner = chance.choice(self.partners).with_user(user)
        partner.active = not partner.active

    def do_delete_contact(self, chance, user):
        if len(self.partners) > 3:
            chance.choice(self.partners).with_user(user).unlink()
            self.partners = self.partners.exists()

    def do_import(self, chance, user):
        owner = chance.choice(self.people)
        rows = [
            [f"Row {number}", chance.choice(PHONES), chance.choice(EMAILS)]
            + [str(owner.id), str(owner.sale_team_id.id or self.team_east.id)]
            for number in range(2)
        ]
        names = ["name", "phone", "email_from", "user_id/.id", "team_id/.id"]
        loaded = self.env["crm.lead"].with_user(user).load(names, rows)
        self.leads |= self.leads.browse(loaded["ids"] or ())

    def do_merge(self, chance, user):
        count = chance.choice([2, 2, 3])
        leads = self.leads.browse(chance.sample(self.leads.ids, count))
        leads.with_user(user).merge_opportunity()

    def do_close(self, chance, user):
        lead = chance.choice(self.leads).with_user(user)
        chance.choice([lead.action_set_won, lead.action_set_lost])()

    def do_reopen(self, chance, user):
        lead = chance.choice(self.leads).with_user(user)
        if lead.active:
            lead.stage_id = self.env["crm.stage"].search([], limit=1)
        else:
            lead.action_unarchive()

    def do_change_salesperson(self, chance, user):
        receiver = chance.choice(self.people)
        lead = chance.choice(self.leads).with_user(user)
        lead.write({"user_id": receiver.id, "team_id": receiver.sale_team_id.id})

    def do_let_go(self, chance, user):
        chance.choice(self.leads).with_user(user).user_id = False

    def do_delete(self, chance, user):
        chance.choice(self.leads).with_user(user).unlink()

    def _choose_running(self, chance, *states):
        running = self.leads.ownership_id.filtered(lambda row: row.state in states)
        return chance.choice(running or self.leads.ownership_id)

    def do_take(self, chance, user):
        self._choose_running(chance, "pool").with_user(user).action_take()

    def do_invite(self, chance, user):
        self._choose_running(chance, "open").with_user(user).action_invite(
            chance.choice(self.people).ids
        )

    def do_transfer(self, chance, user):
        receiver = chance.choice(self.people)
        self.env["sales.process.transfer"].with_user(user).create(
            {
                "ownership_ids": [
                    Command.set(self._choose_running(chance, "open", "pool").ids)
                ],
                "user_id": receiver.id,
                "reason": "Another region",
            }
        ).action_transfer()

    def do_decide_conflict(self, chance, user):
        conflicts = self.env["sales.process.conflict"].search([("state", "=", "open")])
        if conflicts:
            conflict = chance.choice(conflicts).with_user(user)
            chance.choice(
                [conflict.action_keep, conflict.action_transfer, conflict.action_split]
            )()

    def do_merge_contacts(self, chance, user):
        if len(self.partners) > 2:
            kept, gone = chance.sample(self.partners, 2)
            # sudo: Odoo reads fields of a contact that administrators read only
            wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
            wizard.sudo()._merge((kept | gone).ids, kept, extra_checks=False)
            self.partners = self.partners.exists()

    def do_follow_up(self, chance, user):
        self.env["sales.process.followup"].with_user(user).create(
            {
                "lead_id": chance.choice(self.leads).id,
                "subject": FollowupCommon._say(chance.randrange(1000)),
                "channel": "call",
            }
        )

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

    def _try(self, work, chance, user, done):
        """Do it, or be refused by a sentence; anything else is an error."""
        done.append((work.__name__, user.login))
        try:
            with self.env.cr.savepoint():
                work(chance, user)
        except (AccessError, UserError):
            return False
        return True
