# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.exceptions import CustomerOwnedError
from odoo.addons.sales_process_mgmt.models.sales_process_ownership_claim import (
    OwnershipClaims,
)

from ..tools.transaction import entering, get_door, writing_ledger
from .common import SalesProcessCommon

PHONE = "13812345678"


@tagged("post_install", "-at_install")
class TestOwnershipDoors(SalesProcessCommon):
    """Whatever the door, exactly one owner and no lost lead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(
            cls.salesperson_a, phone=PHONE, email_from="wang@example.com"
        )
        cls.ownership = cls.lead.ownership_id
        cls.Conflict = cls.env["sales.process.conflict"]

    def _assert_one_owner(self):
        """The promise: one running ownership per hard key."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT COALESCE(company_id, 0), kind, value
              FROM sales_process_ownership_key
             WHERE active AND NOT is_soft
          GROUP BY 1, 2, 3 HAVING COUNT(*) > 1
            """
        )
        self.assertFalse(self.env.cr.fetchall())
        self.env.cr.execute(
            """
            SELECT key.id FROM sales_process_ownership_key key
              JOIN sales_process_ownership o ON o.id = key.ownership_id
             WHERE key.active AND o.state = 'ended'
            """
        )
        self.assertFalse(self.env.cr.fetchall(), "An ended period holds no key")
        Lead = self.env["crm.lead"].with_context(active_test=False)
        self.assertFalse(Lead.search([("process_ownership_pending", "=", True)]))

    def test_context_of_the_client_opens_no_door(self):
        """Whatever a client writes into the context, the owner stays the owner."""
        lead = self._create_lead(self.salesperson_a, phone=PHONE)
        ownership = lead.ownership_id
        values = {
            "name": "Mine",
            "type": "opportunity",
            "phone": PHONE,
            "user_id": self.salesperson_b.id,
            "team_id": self.team_east.id,
        }
        Lead = self.env["crm.lead"].with_user(self.salesperson_b)
        for context in (
            {"sales_process_skip": True},
            {"sales_process_skip": "SkipSync"},
            {"sales_process_door": "backfill"},
            {"sales_process_door": "cron"},
            {"sales_process_door": ["website"]},
            {"sales_process_door": "gateway"},
            {"sales_process_door": "import"},
            {"sales_process_door": "website"},
            {"import_file": True},
        ):
            with self.subTest(context=context), self.assertRaises(CustomerOwnedError):
                Lead.with_context(**context).create(values)
        for door in ("gateway", "import", "website"):
            with self.subTest(door=door):
                with entering(self.env, door):
                    routed = Lead.create(values)
                self.assertEqual(routed.sudo().ownership_id, ownership)
                self.assertEqual(routed.sudo().user_id, self.salesperson_a)
        own = lead.with_user(self.salesperson_a).with_context(sales_process_skip=True)
        with self.assertRaises(UserError):
            own.write({"user_id": self.salesperson_b.id})
        other = self._create_lead(self.salesperson_b, phone="13812345679")
        origin = other.with_user(self.salesperson_b).with_context(
            sales_process_origin="reception"
        )
        new = origin.create({**values, "phone": "13812345680"})
        self.assertEqual(new.sudo().ownership_id.origin, "lead")

    def test_a_default_of_the_client_is_no_value(self):
        """``default_ownership_id`` attaches nothing, running, pooled or ended."""
        running = self._create_lead(self.salesperson_a, phone=PHONE).ownership_id
        pooled = self._create_lead(self.salesperson_a, phone="13812345681")
        pooled.ownership_id.with_user(self.salesperson_a)._give_up("Moved away")
        ended = self._create_lead(self.salesperson_a, phone="13812345682")
        ended.with_user(self.salesperson_a).action_set_lost()
        before = self.env["sales.process.ownership"].search_count([])
        for ownership in (running, pooled.ownership_id, ended.ownership_id):
            for context in ({}, {"import_file": True}, {"sales_process_door": "cron"}):
                with self.subTest(state=ownership.state, context=context):
                    Lead = self.env["crm.lead"].with_context(
                        default_ownership_id=ownership.id,
                        default_is_pooled=True,
                        default_followup_deadline="2030-01-01 00:00:00",
                        **context,
                    )
                    Lead = Lead.with_user(self.salesperson_b)
                    self.assertNotIn(
                        "ownership_id", Lead.default_get(["name", "ownership_id"])
                    )
                    lead = Lead.create({"name": "Peek"}).sudo()
                    self.assertNotEqual(lead.ownership_id, ownership)
                    self.assertFalse(lead.ownership_id.previous_id)
                    self.assertFalse(lead.process_is_pooled)
                    self.assertLess(lead.followup_deadline.year, 2030)
        self.env["sales.process.ownership"].flush_model()
        self.assertEqual(running.user_id, self.salesperson_a)
        self.assertEqual(
            self.env["sales.process.ownership"].search_count([]), before + 9
        )

    def _assert_stays(self, lead, act, refused=True):
        """The customer stays with its owner, whatever was tried."""
        if refused:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                act()
        else:
            act()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(lead.user_id, self.salesperson_a)
        self.assertEqual(lead.team_id, self.team_east)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(lead.ownership_id, self.ownership)
        self.assertEqual(self.ownership.state, "open")

    def test_one_permission_whatever_the_door(self):
        """By hand, by import, by another application: the person is asked."""
        self.ownership._add_collaborators(self.salesperson_b)
        for actor, values in (
            (self.salesperson_b, {"user_id": self.salesperson_b.id}),
            (self.salesperson_a, {"user_id": self.salesperson_b.id}),
            (self.salesperson_a, {"team_id": self.team_off.id}),
            (self.salesperson_a, {"company_id": self.company_2.id}),
            # who leads one side only does not decide for the other one
            (self.leader_east, {"team_id": self.team_west.id}),
            (
                self.leader_west,
                {"team_id": self.team_west.id, "user_id": self.salesperson_d.id},
            ),
            (self.office_user, {"user_id": self.office_user.id}),
        ):
            mine = self.lead.with_user(actor)
            for door in (None, "gateway", "import", "application", "website"):
                for lead in (mine, mine.sudo()):
                    with (
                        self.subTest(actor=actor.login, door=door, su=lead.env.su),
                        entering(self.env, door),
                    ):
                        self._assert_stays(
                            self.lead,
                            lambda lead=lead, values=values: lead.write(values),
                        )
        rows = [[str(self.lead.id), str(self.salesperson_b.id)]]
        result = (
            self.env["crm.lead"]
            .with_user(self.salesperson_a)
            .load([".id", "user_id/.id"], rows)
        )
        self.assertIn("Only the leader", result["messages"][0]["message"])
        self._assert_stays(self.lead, lambda: None, refused=False)
        result = (
            self.env["crm.lead"]
            .with_user(self.leader_east)
            .load([".id", "user_id/.id"], rows)
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.lead.ownership_id.user_id, self.salesperson_b)

    def test_nobody_changes_no_owner(self):
        """A chatbot, a visitor, a rule: the owner stays, the conflict says who."""
        visitor = self.env.ref("base.public_user")
        for actor in (self.env.user, visitor):
            for values in (
                {"user_id": self.salesperson_b.id},
                {"user_id": False},
                {"team_id": self.team_west.id, "user_id": self.salesperson_d.id},
                {"team_id": self.team_off.id},
            ):
                with self.subTest(actor=actor.login, values=values):
                    lead = self.lead.with_user(actor).sudo()
                    write = partial(lead.write, dict(values))
                    self._assert_stays(self.lead, write, refused=False)
        conflicts = self.Conflict.search([("ownership_id", "=", self.ownership.id)])
        self.assertEqual(set(conflicts.mapped("resolution")), {"routed"})
        self.assertIn(self.salesperson_b, conflicts.user_id)
        self.assertEqual(conflicts.actor_id, self.env.user | visitor)
        self.assertEqual(set(conflicts.mapped("door")), {"application", "website"})

    def test_who_may_hand_over(self):
        """The one permission, role by role."""
        users = self.env["res.users"]
        to_pool, to_b = users, self.salesperson_b
        east, west = self.team_east, self.team_west
        for actor, user, team, allowed in (
            (self.salesperson_a, to_pool, east, True),
            (self.salesperson_a, to_b, east, False),
            (self.salesperson_b, to_b, east, False),
            (self.salesperson_b, to_pool, east, False),
            (self.salesperson_c, to_b, east, False),
            (self.leader_east, to_b, east, True),
            (self.leader_east, self.salesperson_d, west, False),
            (self.leader_east, to_b, self.team_off, True),
            (self.leader_west, self.salesperson_d, west, False),
            (self.director, self.salesperson_d, west, True),
            (self.office_user, to_b, east, False),
        ):
            with self.subTest(actor=actor.login, user=user.login, team=team.name):
                if allowed:
                    self.ownership._check_hand_over(actor, user, team)
                else:
                    with self.assertRaises(UserError):
                        self.ownership._check_hand_over(actor, user, team)
        self.team_east.process_mode = "observe"
        self.ownership._check_hand_over(self.salesperson_b, to_b, east)

    def test_doors_are_marked_for_a_while(self):
        """A mark ends with the work, also when it fails, and outlives a commit."""
        with entering(self.env, "gateway"):
            with self.assertRaises(ValueError), entering(self.env, "import"):
                self.env.cr.cache.clear()
                self.assertEqual(get_door(self.env), "import")
                raise ValueError
            self.assertEqual(get_door(self.env), "gateway")
        self.assertIsNone(get_door(self.env))
        Lead = self.env["crm.lead"]
        self.assertEqual(Lead._get_process_door(), "application")
        person = Lead.with_user(self.salesperson_b)
        self.assertEqual(person._get_process_door(), "interactive")
        self.assertEqual(person.sudo()._get_process_door(), "application")
        public = Lead.with_user(self.env.ref("base.public_user"))
        self.assertEqual(public.sudo()._get_process_door(), "website")

    def test_ledger_fields_of_a_lead_are_not_written_by_hand(self):
        lead = self._create_lead(self.salesperson_a, phone=PHONE)
        ownership = lead.ownership_id
        other = self._create_lead(self.salesperson_b, phone="13812345679")
        own = lead.with_user(self.salesperson_a)
        for values in (
            {"ownership_id": False},
            {"ownership_id": other.ownership_id.id},
            {"process_is_pooled": True},
            {"process_ownership_pending": True},
            {"followup_deadline": "2030-01-01 00:00:00"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                own.write(values)
        self.assertEqual(lead.ownership_id, ownership)
        with self.assertRaises(AccessError):
            own.create({"name": "Mine", "ownership_id": other.ownership_id.id})

    def test_form(self):
        form = Form(self.env["crm.lead"].with_user(self.salesperson_b))
        form.name = "Walk-in"
        form.phone = PHONE
        with self.assertRaises(CustomerOwnedError):
            form.save()

    def test_quick_create(self):
        view = self.env.ref("crm.quick_create_opportunity_form")
        Lead = self.env["crm.lead"].with_user(self.salesperson_b)
        form = Form(Lead.with_context(default_type="opportunity"), view)
        form.name = "Quick"
        form.email_from = "Wang <WANG@example.com>"
        with self.assertRaises(CustomerOwnedError):
            form.save()

    def test_name_create(self):
        """A lead that names nobody is a customer of its own, with a timer."""
        lead_id, _name = (
            self.env["crm.lead"].with_user(self.salesperson_b).name_create("Somebody")
        )
        lead = self.env["crm.lead"].browse(lead_id)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)
        self.assertFalse(lead.ownership_id.key_ids.filtered(lambda k: not k.is_soft))
        self.assertTrue(lead.followup_deadline)

    def test_create_thousand(self):
        """A thousand leads at once cost few queries; one conflict refuses all."""
        values = [
            {
                "name": f"Lead {number}",
                "phone": f"139{number:08d}",
                "user_id": self.salesperson_b.id,
                "team_id": self.team_east.id,
            }
            for number in range(1000)
        ]
        Lead = self.env["crm.lead"].with_user(self.salesperson_b)
        leads = Lead.create(values)
        self.assertEqual(len(leads.ownership_id), 1000)
        self.assertEqual(leads.ownership_id.user_id, self.salesperson_b)
        with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
            Lead.create([*values, {**values[0], "phone": PHONE}])
        self._assert_one_owner()

    def test_gateway(self):
        """An e-mail of an owned customer goes to the owner, it is never refused."""
        lead_id = self.env["mail.thread"].message_process(
            "crm.lead",
            "From: Wang <wang@example.com>\nTo: sales@example.com\n"
            "Subject: Again\nMessage-Id: <again@example.com>\n\nHello",
            custom_values={"team_id": self.team_east.id},
        )
        lead = self.env["crm.lead"].browse(lead_id)
        self.assertEqual(lead.user_id, self.salesperson_a)
        self.assertEqual(lead.ownership_id, self.ownership)

    def test_gateway_new_customer_nobody_on_duty(self):
        """Nobody on duty: the customer waits in the pool and keeps its identity."""
        lead_id = self.env["mail.thread"].message_process(
            "crm.lead",
            "From: Li <li@example.com>\nTo: sales@example.com\n"
            "Subject: New\nMessage-Id: <new@example.com>\n\nHello",
            custom_values={"team_id": self.team_east.id},
        )
        lead = self.env["crm.lead"].browse(lead_id)
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.ownership_id.state, "pool")
        self.assertTrue(lead.ownership_id.awaits_duty)
        with self.assertRaises(CustomerOwnedError):
            self._create_lead(self.salesperson_b, email_from="li@example.com")

    def test_import(self):
        """Import: no row is lost, conflicts go to the owner."""
        result = (
            self.env["crm.lead"]
            .with_user(self.salesperson_b)
            .load(
                ["name", "phone"],
                [["One", PHONE], ["Two", "13900000001"], ["Three", "13900000001"]],
            )
        )
        self.assertFalse(result["messages"])
        leads = self.env["crm.lead"].browse(result["ids"])
        self.assertEqual(leads[0].user_id, self.salesperson_a)
        self.assertEqual(leads[1].ownership_id.origin, "import")
        self.assertEqual(leads[1].ownership_id, leads[2].ownership_id)
        conflict = self.Conflict.search([("lead_id", "=", leads[0].id)])
        self.assertEqual(conflict.door, "import")
        self.assertEqual(conflict.resolution, "routed")

    def test_import_into_pool(self):
        result = (
            self.env["crm.lead"]
            .with_user(self.director)
            .load(
                ["name", "phone", "user_id/.id", "team_id/.id", "process_into_pool"],
                [["Pool", "13900000002", "", str(self.team_east.id), "1"]],
            )
        )
        self.assertFalse(result["messages"])
        lead = self.env["crm.lead"].browse(result["ids"])
        self.assertEqual(lead.ownership_id.state, "pool")
        self.assertFalse(lead.ownership_id.awaits_duty)

    def test_copy(self):
        copy = self.lead.with_user(self.salesperson_a).copy()
        self.assertEqual(copy.ownership_id, self.ownership)

    def test_archive_is_not_lost(self):
        self.lead.probability = 20
        self.lead.with_user(self.salesperson_a).action_archive()
        self.assertEqual(self.lead.won_status, "pending")
        self.assertEqual(self.ownership.state, "open")
        self.lead.with_user(self.salesperson_a).action_unarchive()
        self.assertEqual(self.lead.ownership_id, self.ownership)

    def test_restore_is_a_new_first_contact(self):
        self.lead.with_user(self.salesperson_a).action_set_lost()
        other = self._create_lead(self.salesperson_b, phone=PHONE)
        with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
            self.lead.with_user(self.salesperson_a).action_unarchive()
        other.with_user(self.salesperson_b).action_set_lost()
        self.lead.invalidate_recordset()
        self.lead.with_user(self.salesperson_a).action_unarchive()
        self.assertEqual(self.lead.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(self.lead.ownership_id.previous_id, other.ownership_id)
        self.assertEqual(len(self.lead.ownership_id.chain_ids), 3)

    def test_unlink(self):
        self.lead.with_user(self.director).unlink()
        self.assertEqual(self.ownership.end_reason, "released")
        self._create_lead(self.salesperson_b, phone=PHONE)
        self._assert_one_owner()

    def test_merge_same_owner(self):
        second = self._create_lead(self.salesperson_a, phone="13900000003")
        second_ownership = second.ownership_id
        (self.lead | second).with_user(self.salesperson_a).merge_opportunity()
        remaining = (self.lead | second).exists()
        self.assertEqual(len(remaining), 1)
        ownership = remaining.ownership_id
        self.assertEqual(ownership.state, "open")
        self.assertEqual(ownership.user_id, self.salesperson_a)
        # The customer has both numbers, whatever is edited on the lead afterwards.
        remaining.email_from = "merged@example.com"
        for phone in (PHONE, "13900000003"):
            with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
                self._create_lead(self.salesperson_b, phone=phone)
        self.assertEqual(
            (self.ownership | second_ownership).mapped("end_reason"),
            [False, "merged"],
        )
        self._assert_one_owner()

    def test_merge_gives_the_contact_of_the_other_lead(self):
        """Odoo writes the contact, by which both leads are one customer already."""
        partner = self.env["res.partner"].create(
            {"name": "Chengdu Valves", "is_company": True, "phone": "13900000003"}
        )
        second = self._create_lead(self.salesperson_a, partner_id=partner.id)
        both = self.ownership | second.ownership_id
        for lead, probability in ((self.lead, 90), (second, 10)):
            lead.probability = probability
        (self.lead | second).with_user(self.salesperson_a).merge_opportunity()
        remaining = (self.lead | second).exists()
        self.assertEqual(remaining.partner_id, partner)
        kept = remaining.ownership_id
        self.assertEqual(kept.state, "open")
        self.assertEqual((kept.partner_id, kept.name), (partner, partner.name))
        self.assertEqual((both - kept).end_reason, "merged")
        self.assertFalse((both - kept).key_ids.filtered("active"))
        for phone in (PHONE, "13900000003"):
            with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
                self._create_lead(self.salesperson_b, phone=phone)
        self._assert_one_owner()

    def test_leader_merges_a_lead_with_a_colleagues_contact(self):
        """Nothing for the leader to decide a second time."""
        partner = self.env["res.partner"].create(
            {"name": "Chengdu Valves", "is_company": True, "phone": "13900000003"}
        )
        second = self._create_lead(self.salesperson_b, partner_id=partner.id)
        both = self.ownership | second.ownership_id
        for lead, probability in ((self.lead, 90), (second, 10)):
            lead.probability = probability
        conflicts = self.env["sales.process.conflict"].search_count([])
        (self.lead | second).with_user(self.leader_east).merge_opportunity()
        remaining = (self.lead | second).exists()
        self.assertEqual(remaining.partner_id, partner)
        self.assertEqual(remaining.ownership_id, self.ownership)
        self.assertEqual((both - self.ownership).end_reason, "merged")
        self.assertEqual(self.env["sales.process.conflict"].search_count([]), conflicts)
        self._assert_one_owner()

    def test_two_customers_found_to_be_one_twice(self):
        """Each of the two leads names the other's customer."""
        second = self._create_lead(self.salesperson_a, phone="13900000003")
        both = self.ownership | second.ownership_id
        leads = self.lead | second
        with writing_ledger(self.env):
            leads.write({"email_from": "both@example.com"})
            self.lead.phone = "13900000003"
            second.phone = PHONE
        leads._sync_ownership(changed={"phone"})
        kept = leads.ownership_id
        self.assertEqual(len(kept), 1)
        self.assertEqual(kept.state, "open")
        self.assertEqual((both - kept).end_reason, "merged")
        self.assertFalse((both - kept).key_ids.filtered("active"))
        self._assert_one_owner()

    def test_merge_of_one_customer(self):
        """Two leads of one customer: the number of the lead that goes stays."""
        second = self._create_lead(self.salesperson_a, phone=PHONE)
        second.phone = "13900000003"
        self.assertEqual(second.ownership_id, self.ownership)
        (self.lead | second).with_user(self.salesperson_a).merge_opportunity()
        self.assertEqual(self.ownership.state, "open")
        self.assertEqual(len(self.ownership.lead_ids), 1)
        self.ownership.lead_ids.email_from = "merged@example.com"
        for phone in (PHONE, "13900000003"):
            with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
                self._create_lead(self.salesperson_b, phone=phone)
        self._assert_one_owner()

    def test_merge_with_a_lead_of_nobody(self):
        """A number that nobody owned yet is claimed together with the lead."""
        stray = self._create_lead(self.salesperson_a, phone="13900000003")
        stray.ownership_id._end("released")
        with writing_ledger(self.env):
            stray.ownership_id = False
        (self.lead | stray).with_user(self.salesperson_a).merge_opportunity()
        remaining = (self.lead | stray).exists()
        remaining.phone = "13900000003"
        self.assertEqual(remaining.ownership_id, self.ownership)
        with self.assertRaises(CustomerOwnedError):
            self._create_lead(self.salesperson_b, phone="13900000003")

    def test_merge_into_a_team_that_is_off(self):
        """The customer is free, as if its lead had been moved there."""
        second = self._create_lead(self.salesperson_a, phone=PHONE)
        wizard = (
            self.env["crm.merge.opportunity"]
            .with_user(self.director)
            .create(
                {
                    "opportunity_ids": [Command.set((self.lead | second).ids)],
                    "user_id": self.salesperson_e.id,
                    "team_id": self.team_off.id,
                }
            )
        )
        wizard.action_merge()
        remaining = (self.lead | second).exists()
        self.assertEqual(remaining.team_id, self.team_off)
        self.assertFalse(remaining.ownership_id)
        self.assertEqual(self.ownership.end_reason, "transferred")
        lead = self._create_lead(self.salesperson_b, phone=PHONE)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)

    def test_merge_of_an_owned_lead_into_one_that_is_off(self):
        free = self._create_lead(self.salesperson_e, self.team_off, phone="13900000003")
        self.assertFalse(free.ownership_id)
        (self.lead | free).with_user(self.director).merge_opportunity(
            user_id=self.salesperson_e.id, team_id=self.team_off.id
        )
        self.assertFalse((self.lead | free).exists().ownership_id)
        self.assertEqual(self.ownership.end_reason, "transferred")
        lead = self._create_lead(self.salesperson_b, phone=PHONE)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)

    def test_move_stage(self):
        """From one open stage to the next nothing is asked; at the end it is."""
        stages = self.env["crm.stage"].search([("is_won", "=", False)], limit=2)
        self.lead.stage_id = stages[0]
        lead = self.lead.with_user(self.salesperson_a)
        self.env.flush_all()
        with patch.object(OwnershipClaims, "run") as run:
            lead.stage_id = stages[1]
        run.assert_not_called()
        self.assertEqual(self.ownership.phase, "pursuing")
        lead.action_set_won()
        self.assertNotEqual(self.ownership.phase, "pursuing")
        lead.stage_id = stages[0]
        self.assertEqual(self.ownership.phase, "pursuing")
        lead.action_set_lost()
        self.assertEqual(self.ownership.end_reason, "lost")
        lead.action_unarchive()
        self.assertEqual(lead.ownership_id.state, "open")

    def test_merge_of_two_owners_needs_the_leader(self):
        second = self._create_lead(self.salesperson_b, phone="13900000003")
        second.ownership_id.collaborator_ids = self.salesperson_a
        leads = self.lead | second
        with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
            leads.with_user(self.salesperson_a).merge_opportunity()
        leads.with_user(self.director).merge_opportunity()
        remaining = leads.exists()
        self.assertEqual(remaining.ownership_id.user_id, remaining.user_id)
        self.assertEqual(
            self.env["sales.process.ownership"].search_count(
                [("state", "=", "open"), ("team_id", "=", self.team_east.id)]
            ),
            1,
        )
        self._assert_one_owner()

    def test_convert_with_new_partner(self):
        lead = self._create_lead(
            self.salesperson_a, type="lead", phone="13900000004", contact_name="Zhao"
        )
        wizard = (
            self.env["crm.lead2opportunity.partner"]
            .with_user(self.salesperson_a)
            .with_context(
                active_model="crm.lead", active_ids=lead.ids, active_id=lead.id
            )
            .create({"name": "convert", "action": "create"})
        )
        wizard.action_apply()
        self.assertTrue(lead.partner_id)
        self.assertEqual(lead.ownership_id.partner_id, lead.partner_id)
        self.assertIn("partner", lead.ownership_id.key_ids.mapped("kind"))
        self.assertEqual(
            lead.partner_id.process_current_ownership_id, lead.ownership_id
        )

    def test_partner_edited_later(self):
        """A contact edited anywhere adds keys and frees none; it is never refused."""
        partner = self.env["res.partner"].create(
            {"name": "Wang", "phone": PHONE, "email": "wang@example.com"}
        )
        self.lead.partner_id = partner
        other = self._create_lead(self.salesperson_b, phone="13900000005")
        partner.with_user(self.office_user).sudo().phone = "13900000006"
        self.assertIn("+8613900000006", self.ownership.key_ids.mapped("value"))
        self.assertIn(f"+86{PHONE}", self.ownership.key_ids.mapped("value"))
        partner.phone = "13900000005"
        conflict = self.Conflict.search([("lead_id", "=", self.lead.id)])
        self.assertEqual(conflict.state, "open")
        self.assertEqual(conflict.ownership_id, other.ownership_id)
        self.assertEqual(self.lead.ownership_id, self.ownership)
        self._assert_one_owner()

    def test_partner_company_is_one_customer(self):
        company = self.env["res.partner"].create({"name": "Acme", "is_company": True})
        buyer, boss = self.env["res.partner"].create(
            [
                {"name": "Buyer", "parent_id": company.id},
                {"name": "Boss", "parent_id": company.id},
            ]
        )
        self._create_lead(self.salesperson_a, partner_id=buyer.id)
        with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
            self._create_lead(self.salesperson_b, partner_id=boss.id)
        self.company.process_customer_scope = "person"
        lead = self._create_lead(self.salesperson_b, partner_id=boss.id)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)

    def _merge_partners(self, destination, source):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((destination | source).ids, destination)
        self.env.invalidate_all()

    @mute_logger("odoo.addons.base.wizard.base_partner_merge")
    def test_partners_merged_two_owners(self):
        first, second = self.env["res.partner"].create(
            [{"name": "Wang", "email": "w1@example.com"}, {"name": "Wang"}]
        )
        lead_a = self._create_lead(self.salesperson_a, partner_id=first.id)
        lead_b = self._create_lead(self.salesperson_b, partner_id=second.id)
        periods = self.env["sales.process.ownership"].search_count([])
        self._merge_partners(second, first)
        self.assertEqual(self.env["sales.process.ownership"].search_count([]), periods)
        self.assertEqual(lead_a.partner_id, second)
        self.assertEqual(lead_a.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(lead_b.ownership_id.user_id, self.salesperson_b)
        conflict = self.Conflict.search(
            [("other_ownership_id", "=", lead_b.ownership_id.id)]
        )
        self.assertEqual(conflict.state, "open")
        self._assert_one_owner()
        conflict.with_user(self.leader_east).action_transfer()
        self.assertEqual(lead_a.user_id, self.salesperson_b)
        self.assertEqual(lead_a.ownership_id, lead_b.ownership_id)
        self._assert_one_owner()

    @mute_logger("odoo.addons.base.wizard.base_partner_merge")
    def test_partners_merged_same_owner(self):
        first, second = self.env["res.partner"].create(
            [{"name": "Wang"}, {"name": "Wang"}]
        )
        leads = self._create_lead(
            self.salesperson_a, partner_id=first.id
        ) | self._create_lead(self.salesperson_a, partner_id=second.id)
        self._merge_partners(second, first)
        self.assertEqual(len(leads.ownership_id), 1)
        self.assertEqual(leads.ownership_id.partner_id, second)
        self._assert_one_owner()

    def test_moved_to_team_that_is_off(self):
        self.lead.with_user(self.director).team_id = self.team_off
        self.assertFalse(self.lead.ownership_id)
        self.assertEqual(self.ownership.end_reason, "transferred")
        self._assert_one_owner()

    def test_moved_to_another_team(self):
        self.lead.with_user(self.director).write(
            {"team_id": self.team_west.id, "user_id": self.salesperson_d.id}
        )
        self.assertEqual(self.lead.ownership_id.team_id, self.team_west)
        self.assertEqual(self.lead.ownership_id.user_id, self.salesperson_d)
        self.assertEqual(self.lead.ownership_id.previous_id, self.ownership)
        self._assert_one_owner()

    def test_moved_to_another_company(self):
        self.lead.with_user(self.director).sudo().write(
            {
                "team_id": self.team_c2.id,
                "user_id": self.salesperson_x.id,
                "company_id": self.company_2.id,
            }
        )
        ownership = self.lead.ownership_id
        self.assertEqual(ownership.company_id, self.company_2)
        self.assertEqual(ownership.user_id, self.salesperson_x)
        self.assertEqual(ownership.key_ids.company_id, self.company_2)
        self.assertEqual(self.ownership.state, "ended")
        self._create_lead(self.salesperson_b, phone=PHONE)
        self._assert_one_owner()

    def test_salesperson_removed_goes_to_pool(self):
        self.lead.with_user(self.leader_east).user_id = False
        self.assertEqual(self.lead.ownership_id.state, "pool")
        self.assertEqual(self.lead.company_id, self.company)
        self.assertEqual(self.ownership.end_reason, "released")
        self._assert_one_owner()

    def test_two_customers_joined_by_a_new_phone(self):
        second = self._create_lead(self.salesperson_b, phone="13900000007")
        with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
            second.with_user(self.salesperson_b).phone = PHONE
        self.assertEqual(second.ownership_id.user_id, self.salesperson_b)
        self._assert_one_owner()

    def test_keys_of_two_owners(self):
        """An unattended lead whose keys point at two owners: the leader decides."""
        other = self._create_lead(self.salesperson_b, email_from="li@example.com")
        lead = (
            self.env["crm.lead"]
            .sudo()
            .create(
                {
                    "name": "Both",
                    "phone": PHONE,
                    "email_from": "li@example.com",
                    "team_id": self.team_east.id,
                    "user_id": False,
                }
            )
        )
        conflict = self.Conflict.search([("lead_id", "=", lead.id)])
        self.assertEqual(conflict.state, "open")
        self.assertEqual(
            conflict.ownership_id | conflict.other_ownership_id,
            self.ownership | other.ownership_id,
        )
        self.assertEqual(lead.ownership_id, self.ownership)
        self._assert_one_owner()

    def test_bad_phones_never_break_a_lead(self):
        for phone in ("转8001", "110", "x" * 500, "\u202e\u0661\u0663", "///", "+"):
            lead = self._create_lead(self.salesperson_b, phone=phone)
            self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)
        self._assert_one_owner()
