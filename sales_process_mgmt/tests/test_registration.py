# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import SalesProcessCommon


class RegistrationCommon(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.next_week = cls._today(cls.salesperson_a) + timedelta(days=5)

    @classmethod
    def _registration(cls, user, **values):
        """The wizard as the client saves it before a button is called."""
        return (
            cls.env["sales.process.registration"]
            .with_user(user)
            .create({"team_id": cls.team_east.id, **values})
        )

    @classmethod
    def _followups(cls, lead):
        return cls.env["sales.process.followup"].search([("lead_id", "=", lead.id)])

    @classmethod
    def _ownership(cls, phone):
        key = cls.env["sales.process.ownership.key"].search([("value", "=", phone)])
        return key.ownership_id


@tagged("post_install", "-at_install")
class TestRegistration(RegistrationCommon):
    def test_form_says_whose_customer_it_is(self):
        """The answer stands there as soon as the phone number is typed."""
        self._create_lead(self.salesperson_a, phone="13812345678", partner_name="Acme")
        with Form(
            self.env["sales.process.registration"].with_user(self.salesperson_b)
        ) as form:
            self.assertFalse(form.result_state)
            form.phone = "1381"
            self.assertFalse(form.result_state)
            self.assertIn("1381", form.result_message)
            form.phone = "13912345678"
            self.assertEqual(form.result_state, "new")
            self.assertTrue(form.can_register)
            form.phone = "138 1234-5678"
            self.assertEqual(form.result_state, "owned")
            self.assertFalse(form.can_register)
            self.assertIn("Salesperson A", form.result_message)
            self.assertNotIn("Acme", form.result_message)
            form.phone = False

    def test_register_new(self):
        """Lead, ownership and negotiation record in one go."""
        wizard = self._registration(
            self.salesperson_a,
            phone="13812345678",
            contact_name="Ms. Wang",
            channel="hotline",
            subject="Kitchen for a new flat",
            solution="Three metres, <b>white</b>",
            expected_revenue=5000,
            next_step="Send the offer",
            date_next=self.next_week,
        )
        action = wizard.action_register()
        lead = wizard.lead_id
        self.assertEqual(wizard.handled, "registered")
        self.assertEqual(lead.name, "Kitchen for a new flat")
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.expected_revenue, 5000)
        self.assertEqual(lead.user_id, self.salesperson_a)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(lead.ownership_id.origin, "hotline")
        self.assertNotIn("<b>", lead.description)
        followup = self._followups(lead)
        self.assertEqual(followup.ownership_id, lead.ownership_id)
        self.assertEqual(followup.user_id, self.salesperson_a)
        self.assertEqual(followup.channel, "hotline")
        self.assertEqual(followup.subject, "Kitchen for a new flat")
        self.assertTrue(followup.counts)
        self.assertEqual(lead.activity_ids.user_id, self.salesperson_a)
        self.assertEqual(lead.activity_ids.date_deadline, self.next_week)
        self.assertIn("Ms. Wang", action["params"]["message"])
        self.assertIn(str(lead.id), action["params"]["links"][0]["url"])

    def test_known_contact_is_not_overwritten(self):
        """Another number of a contact joins the customer, it replaces nothing."""
        contact = self.env["res.partner"].create(
            {"name": "Ms. Wang", "phone": "13812345678", "email": "wang@example.com"}
        )
        wizard = self._registration(
            self.salesperson_a, partner_id=contact.id, phone="13912345678"
        )
        wizard.action_register()
        self.assertEqual(contact.phone, "13812345678")
        self.assertEqual(contact.email, "wang@example.com")
        self.assertEqual(wizard.lead_id.phone, "13812345678")
        ownership = wizard.lead_id.ownership_id
        self.assertEqual(ownership.partner_id, contact)
        for value in ("+8613812345678", "+8613912345678", "wang@example.com"):
            self.assertEqual(self._ownership(value), ownership, value)

    def test_double_click_registers_once(self):
        wizard = self._registration(self.salesperson_a, phone="13812345678")
        wizard.action_register()
        wizard.action_register()
        again = wizard.copy({"token": wizard.token})
        again.action_register()
        self.assertEqual(
            self.env["crm.lead"].search_count([("phone", "=", "13812345678")]), 1
        )
        self.assertFalse(again.handled)

    def test_nothing_typed_is_refused(self):
        wizard = self._registration(self.salesperson_a, phone="  ", contact_name=" ")
        with self.assertRaisesRegex(UserError, "phone number"):
            wizard.action_register()

    def test_name_alone_is_registered(self):
        wizard = self._registration(self.salesperson_a, contact_name="Ms. Wang")
        self.assertEqual(wizard.result_state, False)
        wizard.action_register()
        self.assertEqual(wizard.lead_id.name, "Ms. Wang")

    def test_owned_by_somebody_else_is_not_registered(self):
        """A lost race shows the owner on the same screen; the attempt is kept."""
        self._create_lead(self.salesperson_a, phone="13812345678")
        wizard = self._registration(self.salesperson_b, phone="13812345678")
        action = wizard.action_register()
        self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual(wizard.result_state, "owned")
        self.assertFalse(wizard.handled)
        self.assertEqual(
            self.env["crm.lead"].search_count([("phone", "=", "13812345678")]), 1
        )
        conflict = self.env["sales.process.conflict"].search(
            [("user_id", "=", self.salesperson_b.id)]
        )
        self.assertEqual(conflict.resolution, "refused")
        self.assertEqual(conflict.owner_id, self.salesperson_a)
        wizard.action_register()
        self.assertEqual(conflict.attempt_count, 2)

    def test_observing_team_lets_register(self):
        self._create_lead(self.salesperson_d, phone="13812345678")
        wizard = self._registration(
            self.leader_west, team_id=self.team_west.id, phone="13812345678"
        )
        self.assertEqual(wizard.result_state, "owned")
        self.assertTrue(wizard.can_register)
        wizard.action_register()
        self.assertTrue(wizard.lead_id)
        self.assertFalse(wizard.lead_id.ownership_id)

    def test_team_that_is_off_has_no_owners(self):
        wizard = self._registration(
            self.salesperson_e, team_id=self.team_off.id, phone="13812345678"
        )
        wizard.action_register()
        self.assertEqual(wizard.lead_id.user_id, self.salesperson_e)
        self.assertFalse(wizard.lead_id.ownership_id)

    # ------------------------------------------------------------
    # OWN CUSTOMERS
    # ------------------------------------------------------------

    def test_own_customer_logs_the_visit(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        wizard = self._registration(
            self.salesperson_a, phone="13812345678", email="wang@example.com"
        )
        self.assertEqual(wizard.result_state, "mine")
        with self.assertRaisesRegex(UserError, "what was discussed"):
            wizard.action_log_visit()
        wizard.solution = "Chose the oak\nWants it in May"
        wizard.action_log_visit()
        followup = self._followups(lead)
        self.assertEqual(followup.subject, "Chose the oak")
        self.assertTrue(followup.counts)
        self.assertTrue(lead.date_last_contact)
        self.assertEqual((wizard.handled, wizard.lead_id), ("visited", lead))
        self.assertEqual(self._ownership("wang@example.com"), lead.ownership_id)
        key = lead.ownership_id.key_ids.filtered(lambda row: row.kind == "email")
        self.assertTrue(key.is_manual)

    def test_own_customer_new_opportunity(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        wizard = self._registration(
            self.salesperson_a, phone="13812345678", receive_for="person"
        )
        wizard.action_register()
        self.assertNotEqual(wizard.lead_id, lead)
        self.assertEqual(wizard.lead_id.ownership_id, lead.ownership_id)

    def test_own_served_customer_gets_a_new_opportunity(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        lead.action_set_won()
        wizard = self._registration(self.salesperson_a, phone="13812345678")
        wizard.action_log_visit()
        self.assertNotEqual(wizard.lead_id, lead)
        self.assertEqual(wizard.lead_id.won_status, "pending")

    def test_visit_of_a_stranger_is_not_logged(self):
        self._create_lead(self.salesperson_a, phone="13812345678")
        wizard = self._registration(
            self.salesperson_b, phone="13812345678", subject="Came again"
        )
        action = wizard.action_log_visit()
        self.assertEqual(action["res_id"], wizard.id)
        self.assertFalse(wizard.handled)

    def test_same_customer_with_a_new_number(self):
        """A soft key proposes; naming the customer adds the number to it."""
        lead = self._create_lead(
            self.salesperson_a, phone="13812345678", partner_name="Wang Trading Ltd"
        )
        wizard = self._registration(
            self.salesperson_a, phone="13912345678", partner_name="WANG trading ltd"
        )
        self.assertEqual(wizard.result_state, "new")
        self.assertEqual(wizard.match_ids, lead.ownership_id)
        self.assertIn("Possibly the same", wizard.result_message)
        wizard.same_as_id = lead.ownership_id
        wizard.subject = "Called from a new number"
        wizard.action_log_visit()
        self.assertEqual(wizard.lead_id, lead)
        self.assertEqual(self._ownership("+8613912345678"), lead.ownership_id)

    def test_same_as_takes_no_customer_of_others(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        wizard = self._registration(self.salesperson_b, phone="13912345678")
        wizard.sudo().same_as_id = lead.ownership_id
        wizard.action_log_visit()
        self.assertFalse(wizard.handled)
        self.assertFalse(self._ownership("+8613912345678"))

    def test_soft_match_never_refuses(self):
        self._create_lead(
            self.salesperson_a, phone="13812345678", partner_name="Wang Trading Ltd"
        )
        wizard = self._registration(
            self.salesperson_c, phone="13912345678", partner_name="Wang Trading Ltd"
        )
        self.assertEqual(wizard.result_state, "new")
        self.assertFalse(wizard.match_ids)
        self.assertIn("Salesperson A", wizard.result_message)
        wizard.action_register()
        self.assertEqual(wizard.lead_id.ownership_id.user_id, self.salesperson_c)

    # ------------------------------------------------------------
    # A PARTY
    # ------------------------------------------------------------

    def test_party_is_one_customer(self):
        wizard = self._registration(
            self.salesperson_a,
            phone="13812345678",
            contact_ids=[
                (0, 0, {"name": "Husband", "phone": "13912345678"}),
                (0, 0, {"name": "Mother", "email": "mother@example.com"}),
            ],
        )
        wizard.action_register()
        ownership = wizard.lead_id.ownership_id
        self.assertEqual(self._ownership("+8613912345678"), ownership)
        self.assertEqual(self._ownership("mother@example.com"), ownership)
        wizard.lead_id.with_user(self.salesperson_a).email_from = "new@example.com"
        self.assertEqual(self._ownership("mother@example.com"), ownership)
        other = self._registration(self.salesperson_b, phone="139 1234 5678")
        self.assertEqual(other.result_state, "owned")

    def test_party_with_a_stranger_is_refused(self):
        self._create_lead(self.salesperson_a, phone="13812345678")
        wizard = self._registration(
            self.salesperson_b,
            phone="13912345678",
            contact_ids=[(0, 0, {"phone": "13812345678"})],
        )
        self.assertEqual(wizard.result_state, "owned")
        wizard.action_register()
        self.assertFalse(wizard.handled)

    def test_two_owners(self):
        self._create_lead(self.salesperson_a, phone="13812345678")
        self._create_lead(self.salesperson_c, email_from="wang@example.com")
        wizard = self._registration(
            self.salesperson_b, phone="13812345678", email="wang@example.com"
        )
        self.assertEqual(wizard.result_state, "several")
        self.assertIn("Salesperson A", wizard.result_message)
        self.assertIn("Salesperson C", wizard.result_message)
        wizard.action_register()
        self.assertFalse(wizard.handled)
        wizard.action_call_leader()
        conflict = self.env["sales.process.conflict"].search(
            [("user_id", "=", self.salesperson_b.id), ("state", "=", "open")]
        )
        self.assertEqual(
            (conflict.ownership_id | conflict.other_ownership_id).user_id,
            self.salesperson_a | self.salesperson_c,
        )

    # ------------------------------------------------------------
    # FOR A COLLEAGUE
    # ------------------------------------------------------------

    def test_asked_for_by_name(self):
        """The reception registers for a colleague, although it may not read that."""
        wizard = self._registration(
            self.salesperson_b,
            phone="13812345678",
            receive_for="person",
            receiver_id=self.salesperson_a.id,
            date_next=self.next_week,
        )
        action = wizard.action_register()
        lead = wizard.sudo().lead_id
        self.assertEqual(lead.user_id, self.salesperson_a)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_a)
        self.assertIn("Salesperson A", action["params"]["message"])
        self.assertNotIn("links", action["params"])
        followup = self._followups(lead)
        self.assertEqual(followup.user_id, self.salesperson_a, "who receives")
        self.assertEqual(followup.create_uid, self.salesperson_b, "who typed")
        self.assertTrue(followup.counts)
        self.assertEqual(lead.activity_ids.user_id, self.salesperson_a)
        self.assertFalse(lead.with_user(self.salesperson_b).has_access("read"))

    def test_duty(self):
        """Whose turn it is receives; busy and away people are left out."""
        now = fields.Datetime.now()
        self.env["sales.process.duty"].create(
            [
                {
                    "team_id": self.team_east.id,
                    "user_id": user.id,
                    "date_start": now - timedelta(hours=1),
                    "date_end": now + timedelta(hours=1),
                    "state": "confirmed",
                }
                for user in (self.salesperson_a, self.salesperson_c)
            ]
        )
        self.salesperson_c.process_availability = "busy"
        wizard = self._registration(
            self.salesperson_b, phone="13812345678", receive_for="duty"
        )
        self.assertEqual(wizard.duty_message, "Salesperson A is next.")
        wizard.action_register()
        self.assertEqual(wizard.sudo().lead_id.ownership_id.user_id, self.salesperson_a)

    def test_duty_after_the_cool_down(self):
        """The desk hands nobody a customer whom the person has just let go."""
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        lead.ownership_id.with_user(self.salesperson_a)._give_up("No time")
        lead.ownership_id._end("lost")
        now = self.env.cr.now()
        users = (self.salesperson_a, self.salesperson_c)
        self.env["sales.process.duty"].create(
            [
                {
                    "team_id": self.team_east.id,
                    "user_id": user.id,
                    "date_start": now - timedelta(hours=1),
                    "date_end": now + timedelta(hours=1),
                    "state": "confirmed",
                }
                for user in users
            ]
        )
        wizard = self._registration(
            self.salesperson_b, phone="13812345678", receive_for="duty"
        )
        wizard.action_register()
        self.assertEqual(wizard.sudo().lead_id.user_id, self.salesperson_c)

    def test_duty_of_the_other_door(self):
        """Who has the hotline receives no walk-ins."""
        now = fields.Datetime.now()
        self.env["sales.process.duty"].create(
            [
                {
                    "team_id": self.team_east.id,
                    "user_id": user.id,
                    "kind": kind,
                    "date_start": now - timedelta(hours=1),
                    "date_end": now + timedelta(hours=1),
                    "state": "confirmed",
                }
                for user, kind in (
                    (self.salesperson_a, "hotline"),
                    (self.salesperson_c, "reception"),
                )
            ]
        )
        for channel, user in (
            ("hotline", self.salesperson_a),
            ("reception", self.salesperson_c),
        ):
            with self.subTest(channel=channel):
                wizard = self._registration(
                    self.salesperson_b,
                    phone=f"1381234567{len(channel)}"[:11],
                    receive_for="duty",
                    channel=channel,
                )
                self.assertEqual(wizard.duty_message, f"{user.name} is next.")
                wizard.action_register()
                self.assertEqual(wizard.sudo().lead_id.user_id, user)

    def test_defaults_of_a_front_desk(self):
        """A desk belongs to no team: it goes on where it was, for who is on duty."""
        desk = mail_new_test_user(
            self.env, login="desk", groups="sales_team.group_sale_salesman"
        )
        Wizard = self.env["sales.process.registration"].with_user(desk)
        self.assertEqual(Wizard.new().receive_for, "duty")
        Wizard.create({"team_id": self.team_east.id, "channel": "hotline"})
        wizard = Wizard.new()
        self.assertEqual(wizard.team_id, self.team_east)
        self.assertEqual(wizard.channel, "hotline")
        for user in (self.salesperson_a, self.leader_east):
            wizard = self.env["sales.process.registration"].with_user(user).new()
            self.assertEqual(wizard.receive_for, "myself", user.name)

    def test_nobody_on_duty(self):
        """The customer waits in the pool for the next shift, the leader is told."""
        wizard = self._registration(
            self.salesperson_b, phone="13812345678", receive_for="duty"
        )
        self.assertIn("Nobody is free", wizard.duty_message)
        wizard.action_register()
        ownership = wizard.sudo().lead_id.ownership_id
        self.assertEqual((ownership.state, ownership.awaits_duty), ("pool", True))
        told = self.env["mail.notification"].search_count(
            [
                ("res_partner_id", "=", self.leader_east.partner_id.id),
                ("mail_message_id.subject", "like", "Nobody is on duty"),
            ]
        )
        self.assertEqual(told, 1)

    def test_asked_for_a_stranger_to_the_team(self):
        wizard = self._registration(
            self.salesperson_b,
            phone="13812345678",
            receive_for="person",
            receiver_id=self.salesperson_d.id,
        )
        with self.assertRaisesRegex(UserError, "not a member"):
            wizard.action_register()
        wizard.receiver_id = False
        with self.assertRaisesRegex(UserError, "Choose"):
            wizard.action_register()

    def test_asked_for_the_owner(self):
        """The owner's new opportunity, registered by the reception."""
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        wizard = self._registration(
            self.salesperson_b,
            phone="13812345678",
            receive_for="person",
            receiver_id=self.salesperson_a.id,
        )
        self.assertTrue(wizard.can_register)
        wizard.action_register()
        self.assertEqual(wizard.sudo().lead_id.ownership_id, lead.ownership_id)

    def test_no_room(self):
        """Both sides of the limit of open customers."""
        self.team_east.process_customer_limit = 1
        self._registration(self.salesperson_a, phone="13812345678").action_register()
        self.env.invalidate_all()
        wizard = self._registration(self.salesperson_a, phone="13912345678")
        with self.assertRaisesRegex(UserError, "no room"):
            wizard.action_register()
        self.team_east.process_customer_limit = 2
        wizard.action_register()
        self.assertTrue(wizard.lead_id.ownership_id)

    def test_no_room_for_leads(self):
        """A lead made without the registration is no way around the limit."""
        self.team_east.process_customer_limit = 2
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        values_list = [
            {"name": "Walk-in", "type": "opportunity", "phone": f"1391234567{number}"}
            for number in range(2)
        ]
        Lead = self.env["crm.lead"].with_user(self.salesperson_a)
        with self.assertRaisesRegex(UserError, "as many open customers"):
            Lead.create(values_list)
        Lead.create(values_list[:1])
        with self.assertRaisesRegex(UserError, "as many open customers"):
            Lead.create(values_list[1:])
        # another inquiry of the same customer needs no room
        again = self._create_lead(self.salesperson_a, phone="13812345678")
        self.assertEqual(again.ownership_id, lead.ownership_id)
        by_leader = self._create_lead(
            self.leader_east, self.team_east, phone="13712345678"
        )
        self.team_east.process_customer_limit = 1
        self._create_lead(self.leader_east, self.team_east, phone="13712345679")
        self.assertTrue(by_leader.ownership_id)

    def test_pool_is_taken_under_its_rules(self):
        """Registering a customer of the pool takes it, as who receives it."""
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        ownership = lead.ownership_id
        pooled = ownership._hand_over(
            {ownership: self.env["res.users"]}, "release", "released"
        )[ownership]
        wizard = self._registration(self.salesperson_a, phone="13812345678")
        with self.assertRaises(UserError, msg="the cool-down of the last owner"):
            wizard.action_register()
        self.assertEqual(pooled.state, "pool")
        outsider = self._registration(self.salesperson_e, phone="13812345678")
        with self.assertRaises(AccessError):
            outsider.action_register()
        wizard = self._registration(
            self.salesperson_b,
            phone="13812345678",
            receive_for="person",
            receiver_id=self.salesperson_c.id,
        )
        wizard.action_register()
        self.assertEqual(pooled.state, "ended")
        successor = pooled.next_ids
        self.assertEqual(successor.origin, "pool")
        self.assertEqual(successor.user_id, self.salesperson_c)
        self.assertEqual(wizard.sudo().lead_id.ownership_id, successor)
        self.assertEqual(lead.user_id, self.salesperson_c)

    def test_pool_with_nobody_on_duty(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        ownership = lead.ownership_id
        ownership._hand_over({ownership: self.env["res.users"]}, "release", "released")
        wizard = self._registration(
            self.salesperson_b, phone="13812345678", receive_for="duty"
        )
        with self.assertRaisesRegex(UserError, "nobody is on duty"):
            wizard.action_register()

    # ------------------------------------------------------------
    # HOSTILE INPUT AND ROLES
    # ------------------------------------------------------------

    def test_hostile_input(self):
        arabic = "\u202e\u0645\u0624\u0633\u0633\u0629" * 10
        wizard = self._registration(
            self.salesperson_a,
            phone="１３８１２３４５６７８ / 139-1234-5678",
            email="A@Example.com, b@example.com",
            contact_name="x" * 10000,
            partner_name=arabic + "<script>alert(1)</script>" + "长" * 10000,
            wechat_id="w" * 10000,
            subject="%s %(customer)s {0}" + "y" * 10000,
        )
        wizard.action_register()
        ownership = wizard.lead_id.ownership_id
        for value in (
            "+8613812345678",
            "+8613912345678",
            "a@example.com",
            "b@example.com",
        ):
            self.assertEqual(self._ownership(value), ownership, value)
        other = self._registration(
            self.salesperson_b,
            phone="138 1234 5678",
            partner_name="<script>alert(1)</script>",
        )
        self.assertEqual(other.result_state, "owned")
        self.assertNotIn("<script>", other.result_message)
        unclear = self._registration(self.salesperson_b, phone="<img src=x>")
        self.assertNotIn("<img", unclear.result_message)

    def test_roles(self):
        """Plain internal users and portal users cannot register or look up."""
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal_registration",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        wizard = self._registration(self.salesperson_a, phone="13812345678")
        for user in (self.office_user, portal):
            with self.assertRaises(AccessError):
                self._registration(user, phone="13812345678")
            for method in (
                "action_register",
                "action_log_visit",
                "action_help",
                "action_ask_invitation",
                "action_call_leader",
            ):
                with self.assertRaises(AccessError):
                    getattr(wizard.with_user(user), method)()

    def test_what_others_type_is_private(self):
        wizard = self._registration(self.salesperson_a, phone="13812345678")
        colleague = wizard.with_user(self.salesperson_b)
        with self.assertRaises(AccessError):
            colleague.read(["phone"])
        with self.assertRaises(AccessError):
            colleague.action_register()
