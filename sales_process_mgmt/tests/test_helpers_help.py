# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.exceptions import CustomerOwnedError

from ..tools.transaction import entering
from .common import SalesProcessCommon

PHONE = "13812345678"


@tagged("post_install", "-at_install")
class TestHelpersHelp(SalesProcessCommon):
    """Helpers work a customer; what becomes of it is the owner's and the leader's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(
            cls.salesperson_a, phone=PHONE, partner_name="Wang Tools"
        )
        cls.ownership = cls.lead.ownership_id
        cls.ownership._add_collaborators(cls.salesperson_b)
        cls.reason = cls.env["crm.lost.reason"].create({"name": "Too expensive"})

    def _assert_refused(self, act):
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            act()
        self.env.invalidate_all()
        self.assertIn("You help with this customer", str(refusal.exception))
        self.assertEqual(self.ownership.state, "open")
        self.assertEqual(self.ownership.user_id, self.salesperson_a)
        self.assertEqual(self.lead.phone, PHONE)
        self.assertTrue(self.lead.active)

    def test_what_a_helper_does_not(self):
        won = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        second = self._create_lead(self.salesperson_a, phone=PHONE)
        for lead in (
            self.lead.with_user(self.salesperson_b),
            # another application, on behalf of the helper
            self.lead.with_user(self.salesperson_b).sudo(),
        ):
            for act in (
                lead.action_set_won,
                lead.action_archive,
                lead.unlink,
                lambda lead=lead: lead.write({"stage_id": won.id}),
                lambda lead=lead: lead.write({"active": False, "probability": 0}),
                lambda lead=lead: lead.write({"phone": "13900000001"}),
                lambda lead=lead: lead.write({"phone": False}),
                lambda lead=lead: lead.write(
                    {"phone": "13900000001", "stage_id": won.id}
                ),
                (lead | second.with_env(lead.env)).merge_opportunity,
            ):
                with self.subTest(su=lead.env.su, act=act):
                    if act == lead.unlink and not lead.env.su:
                        # salespeople delete no lead at all
                        with self.assertRaises(AccessError):
                            act()
                    else:
                        self._assert_refused(act)

    def test_what_a_helper_does(self):
        lead = self.lead.with_user(self.salesperson_b)
        stages = self.env["crm.stage"].search([("is_won", "=", False)], limit=2)
        lead.write({"stage_id": stages[1].id, "expected_revenue": 100})
        # a detail that was missing is added, one that is the same stays
        lead.write({"email_from": "wang@example.com", "phone": PHONE})
        self.assertIn("wang@example.com", self.ownership.key_ids.mapped("value"))
        lead.message_post(body="Called")
        self.assertEqual(self.ownership.user_id, self.salesperson_a)

    def test_lost_by_a_helper_is_a_question(self):
        wizard = (
            self.env["crm.lead.lost"]
            .with_user(self.salesperson_b)
            .create(
                {"lead_ids": [(6, 0, self.lead.ids)], "lost_reason_id": self.reason.id}
            )
        )
        result = wizard.action_lost_reason_apply()
        self.assertIn("has been asked", result["params"]["message"])
        self.assertEqual(self.lead.won_status, "pending")
        self.assertFalse(self.lead.lost_reason_id)
        self.assertEqual(self.ownership.state, "open")
        self.assertEqual(self.lead.process_lost_proposed_by_id, self.salesperson_b)
        todo = self.lead.activity_ids
        self.assertEqual(todo.user_id, self.salesperson_a)
        self.assertIn("Salesperson B", todo.summary)
        helper = self.lead.with_user(self.salesperson_b)
        for answer in (helper.action_confirm_lost, helper.action_keep_customer):
            self._assert_refused(answer)
        with self.assertRaises(AccessError):
            helper.write({"process_lost_proposed_by_id": False})
        stranger = self.lead.with_user(self.salesperson_c)
        with self.assertRaises(AccessError):
            stranger.action_confirm_lost()
        self.lead.with_user(self.salesperson_a).action_confirm_lost()
        self.assertEqual(self.lead.won_status, "lost")
        self.assertEqual(self.lead.lost_reason_id, self.reason)
        self.assertEqual(self.ownership.end_reason, "lost")
        self.assertFalse(self.lead.process_lost_proposed_by_id)
        self.assertFalse(self.lead.activity_ids)
        # what the helper said is no way to the customer: the owner decided it
        self._create_lead(self.salesperson_c, phone=PHONE)

    def test_owner_keeps_the_customer(self):
        self.lead.with_user(self.salesperson_b).action_set_lost()
        with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
            self._create_lead(self.salesperson_b, phone=PHONE)
        self.lead.with_user(self.salesperson_a).action_keep_customer()
        self.assertFalse(self.lead.process_lost_proposed_by_id)
        self.assertFalse(self.lead.activity_ids)
        self.assertEqual(self.ownership.state, "open")

    def test_own_to_do_of_a_helper_stays(self):
        """The answer takes the question off the list, not what the helper planned."""
        helper = self.lead.with_user(self.salesperson_b)
        own = self.env["mail.activity"].with_user(self.salesperson_b)
        own = own.create(
            {
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": self.lead.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "user_id": self.salesperson_b.id,
                "summary": "Send the catalogue",
            }
        )
        helper.action_set_lost()
        self.assertEqual(len(self.lead.activity_ids), 2)
        self.lead.with_user(self.salesperson_a).action_keep_customer()
        self.assertEqual(self.lead.activity_ids, own)

    def test_leader_who_helps_decides(self):
        self.ownership._add_collaborators(self.leader_east)
        self.lead.with_user(self.leader_east).action_set_lost()
        self.assertEqual(self.ownership.end_reason, "lost")

    def test_one_door_for_helpers(self):
        """Conflict, transfer and merge add helpers as the invitation does."""
        conflict = self.env["sales.process.conflict"].create(
            {
                "user_id": self.office_user.id,
                "ownership_id": self.ownership.id,
                "team_id": self.team_east.id,
            }
        )
        with self.assertRaises(UserError):
            conflict.with_user(self.leader_east).action_split()
        conflict.user_id = self.salesperson_c
        conflict.with_user(self.leader_east).action_split()
        self.assertIn(self.salesperson_c, self.ownership.collaborator_ids)
        self.ownership.with_user(self.salesperson_a)._give_up("Moved away")
        pooled = self.lead.ownership_id
        self.assertEqual(pooled.state, "pool")
        self.assertFalse(pooled.collaborator_ids)
        with self.assertRaises(ValidationError):
            pooled.collaborator_ids = self.salesperson_b
        late = self.env["sales.process.conflict"].create(
            {
                "user_id": self.salesperson_b.id,
                "ownership_id": self.ownership.id,
                "team_id": self.team_east.id,
            }
        )
        with self.assertRaisesRegex(UserError, "Nobody owns this customer"):
            late.with_user(self.leader_east).action_split()

    def test_who_leads_all_sides_decides(self):
        self.team_west.process_mode = "enforce"
        other = self._create_lead(self.salesperson_d, phone="13900000009")
        conflict = self.env["sales.process.conflict"].create(
            {
                "user_id": self.salesperson_d.id,
                "ownership_id": self.ownership.id,
                "other_ownership_id": other.ownership_id.id,
                "team_id": self.team_east.id,
            }
        )
        for leader in (self.leader_east, self.leader_west):
            for decide in ("action_keep", "action_transfer", "action_split"):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    getattr(conflict.with_user(leader), decide)()
            self.assertFalse(conflict.with_user(leader).can_lead)
        conflict.with_user(self.director).action_transfer()
        self.assertEqual(self.lead.ownership_id.user_id, self.salesperson_d)
        self.assertEqual(self.lead.ownership_id.team_id, self.team_west)
        self.assertEqual(other.ownership_id, self.lead.ownership_id)

    def test_rules_of_a_team_are_its_leaders(self):
        """Another application lets its manager write sales teams."""
        team = self.team_east.with_user(self.office_user).sudo()
        for values in ({"process_mode": "off"}, {"process_followup_days": 300}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                team.write(values)
        team.write({"name": "East by the till"})
        Team = self.env["crm.team"].with_user(self.office_user).sudo()
        mine = {"name": "Mine", "user_id": self.office_user.id}
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            Team.create({**mine, "process_mode": "enforce"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            Team.with_context(default_process_mode="observe").create(mine)
        self.assertEqual(Team.create(mine).process_mode, "off")
        self.team_east.with_user(self.leader_east).sudo().process_followup_days = 9
        self.assertEqual(self.team_east.process_followup_days, 9)

    def test_a_refusal_tells_outsiders_nothing(self):
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal_of_doors",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        self.lead.name = "SECRET tender"
        Followup = self.env["sales.process.followup"]
        for user, sentence in (
            (portal, False),
            (self.office_user, False),
            (self.salesperson_x, False),
            (self.salesperson_d, True),
        ):
            lead = self.lead.with_user(user)
            for act in (
                lambda lead=lead: lead.read(["name"]),
                lambda lead=lead: lead.write({"name": "x"}),
                lead.action_log_followup,
                lead.action_view_followups,
                lead.action_answer_invitations,
                lead.action_invite_helper,
                lead.action_view_ownership,
                lead.action_transfer_customer,
                lambda lead=lead: lead.message_post(body="x"),
                lambda user=user: Followup.with_user(user).create(
                    {"lead_id": self.lead.id, "subject": "Called them"}
                ),
            ):
                with self.subTest(user=user.login, act=act):
                    with self.assertRaises(AccessError) as refusal:
                        act()
                    text = str(refusal.exception)
                    self.assertNotIn("SECRET", text)
                    self.assertNotIn("Salesperson A", text)
                    told = "This customer belongs to a salesperson of Team East" in text
                    self.assertEqual(told, sentence, text)
        # reading a colleague's lead by its link: the sentence, not a riddle
        with self.assertRaisesRegex(AccessError, "belongs to Salesperson A"):
            self._other().read(["name"])
        # who reads it anyway is told which lead it is
        with self.assertRaisesRegex(AccessError, "SECRET tender: This customer"):
            self.lead.with_user(self.salesperson_c).write({"name": "x"})

    def _other(self):
        lead = self._create_lead(self.salesperson_a, phone="13900000008")
        return lead.with_user(self.salesperson_b)

    def test_no_team_is_no_way_out(self):
        Lead = self.env["crm.lead"]
        theirs = Lead.with_user(self.salesperson_c)
        for team in (False, self.team_off.id):
            with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
                theirs.create(
                    {
                        "name": "Mine",
                        "phone": PHONE,
                        "user_id": self.salesperson_c.id,
                        "team_id": team,
                    }
                )
            with entering(self.env, "website"):
                routed = Lead.create(
                    {
                        "name": "Chat",
                        "phone": PHONE,
                        "team_id": team,
                        "company_id": self.company.id,
                        "user_id": False,
                    }
                )
            self.assertEqual(routed.ownership_id, self.ownership)
            self.assertEqual(routed.team_id, self.team_east)
        new = theirs.create({"name": "New", "phone": "13900000002", "team_id": False})
        self.assertEqual(new.team_id, self.team_east)
        self.assertEqual(new.sudo().ownership_id.user_id, self.salesperson_c)
        # the owner's number in a team that is off is still the owner's customer
        own = Lead.with_user(self.salesperson_a).create(
            {"name": "Again", "phone": PHONE, "team_id": self.team_off.id}
        )
        self.assertEqual(own.sudo().ownership_id, self.ownership)
        # nor is it by adding the number later
        off = theirs.create({"name": "Blank", "team_id": self.team_off.id})
        self.assertFalse(off.sudo().ownership_id)
        with self.assertRaises(CustomerOwnedError):
            off.phone = PHONE

    def test_leaving_the_process_is_the_leaders(self):
        own = self.lead.with_user(self.salesperson_a)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            own.team_id = self.team_off
        deadline = self.ownership.date_deadline
        own.team_id = False
        self.assertEqual(self.lead.team_id, self.team_east)
        self.assertEqual(self.lead.ownership_id, self.ownership)
        self.assertEqual(self.ownership.date_deadline, deadline)
        self.lead.with_user(self.leader_east).team_id = self.team_off
        self.assertFalse(self.lead.ownership_id)
        self.assertEqual(self.ownership.end_reason, "transferred")

    def _portal(self):
        return self.env["res.users"].create(
            {
                "name": "Reseller <b>",
                "login": "reseller_of_doors",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )

    def test_visitors_propose(self):
        """What a portal user sends for an owned customer is the owner's to decide."""
        won = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        for actor in (self._portal(), self.office_user):
            lead = self.lead.with_user(actor).sudo()
            lead.write(
                {
                    "phone": "13900000001",
                    "partner_name": "<i>Other</i>",
                    "stage_id": won.id,
                    "expected_revenue": 700,
                }
            )
            self.assertEqual(self.lead.phone, PHONE)
            self.assertEqual(self.lead.partner_name, "Wang Tools")
            self.assertEqual(self.lead.won_status, "pending")
            self.assertEqual(self.lead.expected_revenue, 700)
            todo = self.lead.activity_ids
            self.assertEqual(todo.user_id, self.salesperson_a)
            self.assertIn(actor.name, todo.summary)
            self.assertIn("13900000001", todo.note)
            self.assertNotIn("<i>", todo.note)
            self.assertNotIn("13900000001", str(self.ownership.key_ids.mapped("value")))
            todo.unlink()
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                lead.unlink() if not actor.share else lead.sudo(False).unlink()
            lead.write({"phone": PHONE, "priority": "2"})
            self.assertFalse(self.lead.activity_ids, "Nothing was proposed")

    def test_portal_users_own_nothing(self):
        """Whoever an application makes salesperson, a portal user owns nothing."""
        portal = self._portal()
        Lead = self.env["crm.lead"]
        values = {
            "name": "Form",
            "phone": "13900000003",
            "team_id": self.team_east.id,
            "user_id": portal.id,
        }
        for actor in (self.env.user, portal):
            with self.env.cr.savepoint():
                lead = Lead.with_user(actor).sudo().create(values)
                self.assertFalse(lead.user_id)
                self.assertEqual(lead.ownership_id.state, "pool")
                lead.with_user(portal).sudo().user_id = portal
                self.assertFalse(lead.user_id)
                lead.with_user(self.director).unlink()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.lead.with_user(self.leader_east).user_id = portal
        with self.assertRaises(UserError):
            self.ownership._check_hand_over(portal, portal, self.team_east)
        with self.assertRaises(ValidationError):
            self.ownership.user_id = portal
