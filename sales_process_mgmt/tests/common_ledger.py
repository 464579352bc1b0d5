# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..tools.ledger_rules import RULES
from .common import SalesProcessCommon
from .common_followup import FollowupCommon

PHONES = [f"1380000000{number}" for number in range(6)]
EMAILS = [f"buyer{number}@example.com" for number in range(6)]


class LedgerActs(SalesProcessCommon):
    """What people do to leads, contacts and customers, chosen by chance.

    Each ``do_`` method is one act of one person; ``chance`` is a ``random.Random``.
    An act is done, or refused by a sentence.
    """

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

    def do_pay(self, chance, user):
        # what a bridge to orders or invoices says, whoever books it
        self._choose_running(chance, "open").with_user(user).sudo()._serve("paid")

    def do_freeze(self, chance, user):
        row = self._choose_running(chance, "open", "pool").with_user(user)
        chance.choice([row.action_freeze, row.action_unfreeze])()

    def do_give_up(self, chance, user):
        row = self._choose_running(chance, "open").with_user(user)
        row.check_access("read")
        row._give_up("No interest")

    def do_leave(self, chance, user):
        self._choose_running(chance, "open").with_user(user).action_leave()

    def do_archive_lead(self, chance, user):
        lead = chance.choice(self.leads).with_user(user)
        lead.active = not lead.active

    def do_remove_detail(self, chance, user):
        keys = self._choose_running(chance, "open", "pool").key_ids
        if keys:
            chance.choice(keys).with_user(user).action_remove()

    def _try(self, work, chance, user, done):
        """Do it, or be refused by a sentence; anything else is an error."""
        done.append((work.__name__, user.login))
        try:
            with self.env.cr.savepoint():
                work(chance, user)
        except (AccessError, UserError):
            return False
        return True

    def _read_keys(self):
        """Who is known by what now.

        :return: ``{(company id, kind, value): id of the customer's first period}``
        """
        self.env.flush_all()
        return {
            tuple(key): root
            for *key, root in self.env.execute_query(
                SQL(
                    """
                    SELECT key.company_id, key.kind, key.value,
                           COALESCE(period.root_id, period.id)
                      FROM sales_process_ownership_key AS key
                      JOIN sales_process_ownership AS period
                        ON period.id = key.ownership_id
                     WHERE key.active AND NOT key.is_soft
                    """
                )
            )
        }

    def _is_running(self, root_id):
        """Whether the customer whose first period this is goes on."""
        return bool(
            self.env["sales.process.ownership"].search_count(
                [
                    ("state", "!=", "ended"),
                    "|",
                    ("id", "=", root_id),
                    ("root_id", "=", root_id),
                ],
                limit=1,
            )
        )

    def _find_left_behind(self):
        """Open leads of customers that were found to be one, and did not go along.

        :return: list of ids of crm.lead
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT lead.id
                  FROM crm_lead AS lead
                  JOIN sales_process_ownership AS period
                    ON period.id = lead.ownership_id
                  JOIN crm_team AS team ON team.id = lead.team_id
                 WHERE lead.active
                   AND lead.won_status = 'pending'
                   AND period.end_reason = 'merged'
                   AND team.process_mode = 'enforce'
                """
            )
        )
