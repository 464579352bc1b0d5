# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What visitors, helpers and applications may do to the leads of a customer."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools.transaction import (
    Merging,
    entering,
    find_door,
    get_door,
    get_merging,
    get_reply_to,
    is_looked_up,
    is_meeting_checked,
    keeping_owners,
    keeps_owners,
    looked_up,
    receiving,
)
from .common import SalesProcessCommon

PHONE = "13812345678"


class DoorsCommon(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(
            cls.salesperson_a, phone=PHONE, partner_name="Wang Tools"
        )
        cls._register_long_ago(cls.lead)
        cls.ownership = cls.lead.ownership_id
        cls.won = cls.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        cls.portal = cls.env["res.users"].create(
            {
                "name": "Reseller",
                "login": "reseller_of_lead_doors",
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )


@tagged("post_install", "-at_install")
class TestVisitorsPropose(DoorsCommon):
    """What a visitor sends for an owned customer changes nothing that identifies it."""

    def _send(self, values, user=None, lead=None):
        lead = lead or self.lead
        # Odoo adds to what it is given
        lead.with_user(user or self.portal).sudo().write(dict(values))
        self.env.flush_all()
        self.env.invalidate_all()

    def test_which_values_are_proposed(self):
        partner = self.env["res.partner"].create({"name": "Somebody"})
        other = self.env["res.partner"].create({"name": "Somebody Else"})
        stage = self.env["crm.stage"].search(
            [("is_won", "=", False), ("id", "!=", self.lead.stage_id.id)], limit=1
        )
        for values, asked in (
            ({"phone": "13900000001"}, {"phone"}),
            ({"phone": False}, {"phone"}),
            ({"email_from": "x@c.example"}, {"email_from"}),
            ({"process_wechat_id": "zhang"}, {"process_wechat_id"}),
            ({"partner_name": "Other"}, {"partner_name"}),
            ({"active": False}, {"active"}),
            ({"stage_id": self.won.id}, {"stage_id"}),
            ({"stage_id": stage.id}, set()),
            # what is the same is no change
            ({"phone": PHONE, "partner_name": "Wang Tools", "active": True}, set()),
            # Odoo links a contact to a lead that has none
            ({"partner_id": partner.id}, set()),
            ({"priority": "3", "description": "Please call"}, set()),
            ({"phone": "13900000001", "priority": "3"}, {"phone"}),
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                before = self.lead.read(list(values))[0]
                self._send(values)
                after = self.lead.read(list(values))[0]
                changed = {name for name in values if before[name] != after[name]}
                self.assertFalse(changed & asked)
                self.assertEqual(len(self.lead.activity_ids), int(bool(asked)))
                if "priority" in values:
                    self.assertEqual(self.lead.priority, "3")
                savepoint.rollback()
                self.env.invalidate_all()
        self.lead.partner_id = partner
        self._send({"partner_id": other.id})
        self.assertEqual(self.lead.partner_id, partner)
        self.assertIn("Somebody Else", self.lead.activity_ids.note)

    def test_closed_lead_is_not_reopened(self):
        self.lead.with_user(self.salesperson_a).action_set_won()
        stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        self._send({"stage_id": stage.id})
        self.assertEqual(self.lead.won_status, "won")
        self.assertEqual(self.lead.activity_ids.user_id, self.salesperson_a)

    def test_who_is_asked(self):
        """The salesperson; in the pool the leader; nobody who has left."""
        self._send({"phone": "13900000001"})
        self.assertEqual(self.lead.activity_ids.user_id, self.salesperson_a)
        self.assertEqual(
            self.lead.activity_ids.date_deadline, self._today(self.salesperson_a)
        )
        self.lead.activity_ids.unlink()
        self.ownership._give_up("Moved")
        self._send({"phone": "13900000001"})
        self.assertEqual(self.lead.activity_ids.user_id, self.leader_east)
        self.lead.activity_ids.unlink()
        self.leader_east.active = False
        self._send({"phone": "13900000001"})
        self.assertFalse(self.lead.activity_ids)
        self.assertEqual(self.lead.phone, PHONE, "Not changed either")

    def test_who_proposes(self):
        """A visitor and an application for a stranger; who works it writes."""
        self.ownership._add_collaborators(self.salesperson_b)
        for user, proposes in (
            (self.portal, True),
            (self.office_user, True),
            (self.salesperson_c, True),
            (self.leader_west, True),
            (self.salesperson_a, False),
            (self.leader_east, False),
            (self.director, False),
            (self.env.ref("base.user_root"), False),
        ):
            with self.subTest(user=user.login), self.env.cr.savepoint() as savepoint:
                self._send({"partner_name": "New Name"}, user)
                self.assertEqual(
                    self.lead.partner_name, "Wang Tools" if proposes else "New Name"
                )
                self.assertEqual(bool(self.lead.activity_ids), proposes)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_where_nothing_is_owned_visitors_write(self):
        """In a team that observes, and of a customer whose period has ended."""
        self.team_east.process_mode = "observe"
        self._send({"partner_name": "Observed"})
        self.assertEqual(self.lead.partner_name, "Observed")
        self.team_east.process_mode = "enforce"
        self.lead.with_user(self.salesperson_a).action_set_lost()
        self._send({"partner_name": "Ended"})
        self.assertEqual(self.lead.partner_name, "Ended")
        self.assertFalse(self.lead.activity_ids)

    def test_each_lead_of_a_batch_by_itself(self):
        free = self._create_lead(self.salesperson_e, team=self.team_off)
        (self.lead | free).with_user(self.office_user).sudo().write(
            {"partner_name": "Both", "priority": "3"}
        )
        self.assertEqual(free.partner_name, "Both")
        self.assertEqual(self.lead.partner_name, "Wang Tools")
        self.assertEqual((self.lead | free).mapped("priority"), ["3", "3"])

    def test_no_application_deletes_for_a_stranger(self):
        for user, may in (
            (self.portal, False),
            (self.office_user, False),
            (self.salesperson_c, False),
            (self.salesperson_a, True),
            (self.env.ref("base.user_root"), True),
        ):
            with self.subTest(user=user.login), self.env.cr.savepoint() as savepoint:
                delete = self.lead.with_user(user).sudo().unlink
                if may:
                    delete()
                else:
                    with self.assertRaises(AccessError):
                        delete()
                self.assertEqual(bool(self.lead.exists()), not may)
                savepoint.rollback()
                self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestHelpersAddAndDoNotReplace(DoorsCommon):
    """A helper fills in what is missing; the question whether it is lost is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ownership._add_collaborators(cls.salesperson_b)
        cls.helped = cls.lead.with_user(cls.salesperson_b)
        cls.reason = cls.env["crm.lost.reason"].create({"name": "Too expensive"})

    def test_details(self):
        partner = self.env["res.partner"].create({"name": "Wang"})
        for values, may in (
            ({"email_from": "wang@c.example"}, True),
            ({"process_wechat_id": "wang"}, True),
            ({"partner_id": partner.id}, True),
            ({"phone": PHONE}, True),
            ({"phone": f"{PHONE} "}, False),
            ({"phone": ""}, False),
            ({"phone": "13900000001"}, False),
            ({"partner_name": "Wang Tools Ltd"}, True),
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                if may:
                    self.helped.write(values)
                else:
                    with self.assertRaisesRegex(UserError, "ask them"):
                        self.helped.write(values)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_sentence_names_owner_and_team(self):
        with self.assertRaises(UserError) as refusal:
            self.helped.action_archive()
        self.assertIn("is for Salesperson A", str(refusal.exception))
        self.assertIn("the leader of Team East", str(refusal.exception))

    def test_who_is_asked_whether_it_is_lost(self):
        second = self._create_lead(self.salesperson_a, phone=PHONE)
        mine = self._create_lead(self.salesperson_b, phone="13900000002")
        leads = (self.lead | second | mine).with_user(self.salesperson_b)
        leads.action_set_lost(lost_reason_id=self.reason.id)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(mine.won_status, "lost", "The own one is")
        for lead in self.lead | second:
            self.assertEqual(lead.won_status, "pending")
            self.assertEqual(lead.process_lost_proposed_by_id, self.salesperson_b)
            self.assertEqual(lead.process_lost_proposed_reason_id, self.reason)
            self.assertEqual(lead.activity_ids.user_id, self.salesperson_a)
        theirs = self.lead.with_user(self.leader_east).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.salesperson_a.id
        )
        call = self.helped.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson_b.id
        )
        self.lead.with_user(self.salesperson_a).action_keep_customer()
        self.assertFalse(self.lead.process_lost_proposed_reason_id)
        self.assertEqual(
            self.lead.activity_ids.with_env(self.env),
            theirs.with_env(self.env) | call.with_env(self.env),
            "Only the question is gone",
        )
        self.assertTrue(second.process_lost_proposed_by_id, "Asked of each")

    def test_lost_by_the_owner_answers_the_question(self):
        self.helped.action_set_lost(lost_reason_id=self.reason.id)
        self.lead.with_user(self.salesperson_a).action_set_lost()
        self.assertFalse(self.lead.process_lost_proposed_by_id)
        self.assertFalse(self.lead.activity_ids)
        self.assertEqual(self.ownership.end_reason, "lost")

    def test_nobody_is_asked_who_has_left(self):
        self.salesperson_a.active = False
        toast = self.helped.action_set_lost()
        self.assertIn("Nothing has changed", toast["params"]["message"])
        self.assertEqual(self.lead.won_status, "pending")
        self.assertFalse(self.lead.activity_ids)

    def test_closed_leads_are_no_question(self):
        self.lead.with_user(self.salesperson_a).action_set_won()
        with self.assertRaises(UserError):
            self.helped.action_set_lost()
        self.assertEqual(self.lead.won_status, "won")

    def test_where_the_team_observes_a_helper_does_all(self):
        self.team_east.process_mode = "observe"
        self.helped.action_set_lost(lost_reason_id=self.reason.id)
        self.assertEqual(self.lead.won_status, "lost")


@tagged("post_install", "-at_install")
class TestProductLinesAreTheLeaders(DoorsCommon):
    """A tag that changes the days of an owned customer is set by the leader."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Tag = cls.env["crm.tag"]
        cls.plants, cls.pumps, cls.plain = (
            Tag.create({"name": name}) for name in ("Plants", "Pumps", "Plain")
        )
        Rule = cls.env["sales.process.followup.rule"]
        for sequence, (tag, days) in enumerate(((cls.plants, 90), (cls.pumps, 3))):
            Rule.create(
                {
                    "team_id": cls.team_east.id,
                    "tag_id": tag.id,
                    "followup_days": days,
                    "sequence": sequence,
                }
            )

    def _tag(self, user, *tags, lead=None):
        lead = (lead or self.lead).with_user(user)
        lead.tag_ids = [Command.set([tag.id for tag in tags])]
        self.env.flush_all()
        self.env.invalidate_all()

    def test_who_sets_which_tag(self):
        for user, tags, may in (
            (self.salesperson_a, [self.plain], True),
            (self.salesperson_a, [self.plants], False),
            (self.salesperson_a, [self.pumps], False),
            (self.salesperson_a, [self.plain, self.plants], False),
            (self.leader_east, [self.plants], True),
            (self.director, [self.pumps], True),
        ):
            with (
                self.subTest(user=user.login, tags=[tag.name for tag in tags]),
                self.env.cr.savepoint() as savepoint,
            ):
                if may:
                    self._tag(user, *tags)
                else:
                    with self.assertRaisesRegex(AccessError, "ask the leader of Team"):
                        self._tag(user, *tags)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_neither_is_it_taken_off(self):
        self._tag(self.leader_east, self.plants)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._tag(self.salesperson_a)
        # another one beside it changes nothing: the first rule that fits
        self._tag(self.salesperson_a, self.plants, self.pumps)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._tag(self.salesperson_a, self.pumps)

    def test_one_of_several_leads(self):
        second = self._create_lead(self.salesperson_a, phone=PHONE)
        self._tag(self.leader_east, self.plants)
        # the customer has the days already
        self._tag(self.salesperson_a, self.plants, lead=second)
        self._tag(self.salesperson_a, lead=second)

    def test_a_new_lead_brings_no_other_days(self):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._create_lead(
                self.salesperson_a,
                phone=PHONE,
                tag_ids=[Command.link(self.plants.id)],
            )
        new = self._create_lead(
            self.salesperson_a,
            phone="13900000003",
            tag_ids=[Command.link(self.plants.id)],
        )
        days = (new.followup_deadline - new.ownership_id.date_start).days
        self.assertIn(days, (89, 90), "A new customer says what it wants")

    def test_closed_leads_and_free_customers_carry_what_they_like(self):
        self.lead.with_user(self.salesperson_a).action_set_lost()
        self._tag(self.salesperson_a, self.plants)
        self.assertEqual(self.lead.tag_ids, self.plants)
        free = self._create_lead(self.salesperson_e, team=self.team_off)
        self._tag(self.salesperson_e, self.plants, lead=free)

    def test_a_tag_of_the_leader_holds_from_tomorrow(self):
        self.ownership._give_fresh_period()
        before = self.ownership.date_deadline
        self._tag(self.leader_east, self.plants)
        self.assertGreater(self.ownership.date_deadline, before)
        self._tag(self.leader_east, self.pumps)
        self.assertLess(self.ownership.date_deadline, before)


@tagged("post_install", "-at_install")
class TestMarksOfATransaction(DoorsCommon):
    """Which door something came through is said by our code, for as long as it runs."""

    def test_door_without_a_mark(self):
        for user, su, door in (
            (self.salesperson_a, False, "interactive"),
            (self.salesperson_a, True, "application"),
            (self.portal, False, "website"),
            (self.portal, True, "website"),
        ):
            env = self.env(user=user.id, su=su)
            self.assertEqual(find_door(env), door)
            with entering(env, "import"):
                self.assertEqual(find_door(env), "import")
                # a mark is the transaction's, whoever acts in it
                self.assertEqual(get_door(self.env(user=self.portal.id)), "import")
            self.assertIsNone(get_door(env))

    def test_a_door_has_a_name(self):
        """A conflict names its door: what it cannot name is none."""
        with self.assertRaisesRegex(ValueError, "selection_add"):
            entering(self.env, "training")
        self.assertIsNone(get_door(self.env))

    def test_marks_in_each_other(self):
        with entering(self.env, "gateway"):
            with entering(self.env, "import"):
                self.assertEqual(get_door(self.env), "import")
            self.assertEqual(get_door(self.env), "gateway")
            with self.assertRaises(ValueError), entering(self.env, "cron"):
                raise ValueError
            self.assertEqual(get_door(self.env), "gateway")
        self.assertIsNone(get_door(self.env))
        for mark, is_marked in (
            (keeping_owners, keeps_owners),
            (looked_up, is_looked_up),
        ):
            self.assertIs(is_marked(self.env), False)
            with mark(self.env):
                self.assertIs(is_marked(self.env), True)
            self.assertIs(is_marked(self.env), False)
        self.assertIs(is_meeting_checked(self.env), False)
        self.assertEqual(get_reply_to(self.env), "")
        with receiving(self.env, "hotline"):
            lead = self._create_lead(self.salesperson_a, phone="13900000004")
        self.assertEqual(lead.ownership_id.origin, "hotline")

    def test_customers_are_joined_once_when_one_lead_is_left(self):
        leads = self.lead
        for number in range(2):
            leads |= self._create_lead(self.salesperson_a, phone=f"1390000010{number}")
        joined = []
        merging = Merging(leads, joined.append)
        with merging.going_on(self.env):
            self.assertIs(get_merging(self.env), merging)
            merging.before_deletion(leads[1])
            self.assertFalse(joined, "Two are left")
            merging.before_deletion(leads[1] | leads[2])
            self.assertEqual(joined, [leads[0]])
            merging.before_deletion(leads[1] | leads[2])
            self.assertEqual(len(joined), 1)
        self.assertIsNone(get_merging(self.env))

    def test_salespeople_written_by_an_application(self):
        """What nobody has decided does not happen, and nobody is refused."""
        Conflict = self.env["sales.process.conflict"]
        mine = self.lead.with_user(self.leader_west).sudo()
        with keeping_owners(self.env):
            mine.write({"user_id": self.salesperson_d.id})
        self.assertEqual(self.lead.user_id, self.salesperson_a)
        self.assertFalse(Conflict.search([("lead_id", "=", self.lead.id)]))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            mine.write({"user_id": self.salesperson_d.id})

    def test_a_lead_from_elsewhere_is_not_lost_for_its_length(self):
        long = "1" * 5000
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._create_lead(self.salesperson_a, phone=long)
        with entering(self.env, "gateway"):
            lead = self.env["crm.lead"].create(
                {"name": "Mail", "team_id": self.team_east.id, "phone": long}
            )
        self.assertLess(len(lead.phone), 5000)
        self.assertTrue(long.startswith(lead.phone))


@tagged("post_install", "-at_install")
class TestMergedLeadsAreOneCustomer(DoorsCommon):
    """Who merges, which customer stays, and what is left of the other one."""

    def _merge(self, user, *leads):
        leads = self.lead.union(*leads)
        head = leads.with_user(user).merge_opportunity().with_env(self.env)
        self.env.flush_all()
        self.env.invalidate_all()
        return head

    def test_who_merges_two_owners(self):
        theirs = self._create_lead(self.salesperson_b, phone="13900000005")
        for user, may in (
            (self.salesperson_a, False),
            (self.salesperson_b, False),
            (self.salesperson_c, False),
            (self.leader_west, False),
            (self.leader_east, True),
            (self.director, True),
        ):
            with self.subTest(user=user.login), self.env.cr.savepoint() as savepoint:
                if may:
                    head = self._merge(user, theirs)
                    running = (self.ownership | theirs.exists().ownership_id).filtered(
                        lambda row: row.state != "ended"
                    )
                    self.assertEqual(head.ownership_id, running)
                    self.assertEqual(head.user_id, running.user_id)
                    self.assertIn(
                        "+8613900000005", head.ownership_id.key_ids.mapped("value")
                    )
                    self.assertIn(
                        f"+86{PHONE}", head.ownership_id.key_ids.mapped("value")
                    )
                else:
                    with (
                        self.assertRaises(UserError) as refused,
                        self.env.cr.savepoint(),
                    ):
                        self._merge(user, theirs)
                    # whose customer is in the way, which is never one's own
                    self.assertNotIn(user.name, str(refused.exception))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_older_period_of_one_owner_stays(self):
        second = self._create_lead(self.salesperson_a, phone="13900000006")
        period = second.ownership_id
        for leads in ((second,), (second,)):
            with self.env.cr.savepoint() as savepoint:
                head = self._merge(self.salesperson_a, *leads)
                self.assertEqual(head.ownership_id, self.ownership)
                self.assertEqual(period.end_reason, "merged")
                self.assertIn("The same customer as", period.end_note)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_contacts_go_to_the_lead_that_stays(self):
        second = self._create_lead(self.salesperson_a, phone="13900000007")
        followups = self.env["sales.process.followup"]
        for number, lead in enumerate((self.lead, second)):
            followups |= followups.create(
                {
                    "lead_id": lead.id,
                    "user_id": self.salesperson_a.id,
                    "subject": f"Asked about pump {number} of the new plant",
                }
            )
        head = self._merge(self.salesperson_a, second)
        self.assertEqual(followups.lead_id, head)
        self.assertEqual(followups.ownership_id, head.ownership_id)
        self.assertEqual(
            head.ownership_id.date_last_contact, max(followups.mapped("date"))
        )

    def test_helpers_of_both_help(self):
        second = self._create_lead(self.salesperson_b, phone="13900000008")
        second.ownership_id._add_collaborators(self.salesperson_c | self.salesperson_a)
        head = self._merge(self.leader_east, second)
        owner = head.ownership_id.user_id
        self.assertNotIn(owner, head.ownership_id.collaborator_ids)
        self.assertIn(self.salesperson_c, head.ownership_id.collaborator_ids)

    def test_won_and_lost_leads_say_where_it_stands(self):
        second = self._create_lead(self.salesperson_a, phone=PHONE)
        second.with_user(self.salesperson_a).action_set_lost()
        head = self._merge(self.salesperson_a, second)
        self.assertEqual(head.ownership_id.state, "open")
        self.assertEqual(head.ownership_id, self.ownership)

    def test_a_merge_of_leads_that_nobody_owns(self):
        leads = self.env["crm.lead"]
        for number in range(2):
            leads |= self._create_lead(
                self.salesperson_e, team=self.team_off, phone=f"1390000020{number}"
            )
        head = leads.with_user(self.salesperson_e).merge_opportunity()
        self.assertFalse(head.sudo().ownership_id)
