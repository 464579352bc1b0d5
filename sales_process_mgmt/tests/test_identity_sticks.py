# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import CustomerOwnedError
from ..tools.transaction import entering
from .common import SalesProcessCommon

PHONE = "13812345678"
KEY = "+8613812345678"
ADDON = "odoo.addons.sales_process_mgmt.models"


class IdentityCommon(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Key = cls.env["sales.process.ownership.key"]
        cls.Partner = cls.env["res.partner"]
        cls.works = cls.Partner.create(
            {
                "name": "Big Works",
                "is_company": True,
                "phone": PHONE,
                "email": "office@works.example",
            }
        )
        cls.buyer = cls.Partner.create(
            {
                "name": "Buyer",
                "parent_id": cls.works.id,
                "phone": "13900000902",
                "email": "buyer@works.example",
            }
        )
        cls.clerk = cls._create_clerk()

    @classmethod
    def _create_clerk(cls):
        clerk = cls.office_user
        clerk.group_ids |= cls.env.ref("base.group_partner_manager")
        return clerk

    def _own(self, user=None, **values):
        values.setdefault("partner_id", self.works.id)
        lead = self._create_lead(user or self.salesperson_a, **values)
        self.env.flush_all()
        return lead

    def _owner(self, value):
        """Who owns a detail; nobody if it is free."""
        self.env.flush_all()
        self.env.invalidate_all()
        keys = self.Key.search([("value", "=", value), ("is_soft", "=", False)])
        self.assertLessEqual(len(keys.ownership_id), 1)
        return keys.ownership_id.user_id

    def _refused(self, **values):
        with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
            self._create_lead(self.salesperson_b, **values)

    def _told(self, ownership):
        return self.env["mail.message"].search(
            [
                ("model", "=", "sales.process.ownership"),
                ("res_id", "=", ownership.id),
                ("message_type", "=", "user_notification"),
            ]
        )


@tagged("post_install", "-at_install")
class TestIdentitySticks(IdentityCommon):
    """While a period runs keys only come."""

    def test_contact_edited_by_strangers(self):
        """A colleague, or a clerk: the details stay, the owner is told once."""
        lead = self._own()
        self.env["res.lang"]._activate_lang("zh_CN")
        self.salesperson_a.lang = "zh_CN"
        self.works.with_user(self.salesperson_b).write(
            {"phone": "13600000001", "email": "gone@example.com"}
        )
        self.assertEqual(self._owner(KEY), self.salesperson_a)
        self.assertEqual(self._owner("office@works.example"), self.salesperson_a)
        self.assertEqual(self._owner("+8613600000001"), self.salesperson_a)
        self._refused(phone=PHONE)
        self._refused(email_from="office@works.example")
        told = self._told(lead.ownership_id)
        self.assertEqual(told.notified_partner_ids, self.salesperson_a.partner_id)
        self.assertEqual(told.author_id, self.salesperson_b.partner_id)
        self.works.with_user(self.salesperson_b).phone = "13600000002"
        self.assertEqual(self._told(lead.ownership_id), told, "not at every keystroke")
        self.works.with_user(self.clerk).phone = "13600000003"
        self.assertEqual(len(self._told(lead.ownership_id)), 2, "somebody else is")
        self.assertEqual(self._owner(KEY), self.salesperson_a)

    def test_those_who_work_the_customer_are_not_told_of(self):
        lead = self._own()
        lead.ownership_id.with_user(self.salesperson_a).action_invite(
            self.salesperson_b.ids
        )
        self.env["sales.process.invitation"].search([])
        for user in (self.salesperson_a, self.leader_east):
            self.works.with_user(user).phone = f"1360000{user.id % 10000:04}"
        self.works.with_user(self.salesperson_a).name = "Big Works"
        self.assertFalse(self._told(lead.ownership_id))
        self.assertEqual(self._owner(KEY), self.salesperson_a, "nor do they free it")

    def test_nothing_told_where_nothing_changed(self):
        lead = self._own()
        self.works.with_user(self.salesperson_b).write({"phone": self.works.phone})
        self.assertFalse(self._told(lead.ownership_id))

    def test_country_filled_in(self):
        """An address is no identity: filled in, nothing is freed."""
        lead = self._own(country_id=False)
        for country in ("us", "vn", "hk"):
            lead.with_user(self.salesperson_a).country_id = self.env.ref(
                f"base.{country}"
            )
            self.works.with_user(self.clerk).country_id = self.env.ref(
                f"base.{country}"
            )
            self.assertEqual(self._owner(KEY), self.salesperson_a)
        self._refused(phone=PHONE)
        self._refused(phone=PHONE, country_id=self.env.ref("base.us").id)

    def test_contact_deleted_or_archived(self):
        """Only the leader deletes; whatever happens the details stay."""
        lead = self._own()
        for user in (self.salesperson_b, self.salesperson_a, self.clerk):
            for contact in (self.works, self.buyer):
                with (
                    self.assertRaisesRegex(UserError, "only the leader"),
                    self.env.cr.savepoint(),
                ):
                    contact.with_user(user).unlink()
        self.buyer.with_user(self.clerk).action_archive()
        self.assertEqual(self._owner("+8613900000902"), self.salesperson_a)
        self.assertTrue(self._told(lead.ownership_id))
        self.buyer.with_user(self.leader_east).unlink()
        self.assertFalse(self.buyer.exists())
        self.assertEqual(self._owner("+8613900000902"), self.salesperson_a)
        stranger = self.Partner.create({"name": "Nobody's"})
        stranger.with_user(self.clerk).unlink()
        self.assertFalse(stranger.exists(), "what is nobody's is deleted as before")

    def test_contact_moved_to_the_own_company(self):
        """Below the thief's own company the contact stays the owner's."""
        lead = self._own(partner_id=self.buyer.id)
        mine = self.Partner.create({"name": "Mine", "is_company": True})
        other = self._own(self.salesperson_b, partner_id=mine.id)
        with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
            self.buyer.with_user(self.salesperson_b).parent_id = mine
        self.env.invalidate_all()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.buyer.with_user(self.clerk).parent_id = mine
        self.env.invalidate_all()
        # sudo: another application may, whoever is behind it
        self.buyer.with_user(self.clerk).sudo().parent_id = mine
        self.assertEqual(self._owner("+8613900000902"), self.salesperson_a)
        self.assertEqual(self._owner(str(self.works.id)), self.salesperson_a)
        self.assertEqual(self._owner(str(mine.id)), self.salesperson_b)
        self.assertEqual(lead.ownership_id.partner_id, self.works)
        self.assertTrue(self._told(lead.ownership_id))
        conflict = self.env["sales.process.conflict"].search(
            [("state", "=", "open")], limit=1
        )
        self.assertTrue(conflict, "the leader decides")
        self.assertNotEqual(lead.ownership_id, other.ownership_id)

    def test_contact_without_details_is_moved(self):
        """Whatever is on a contact: whose customer it is, is not moved about."""
        theirs = self.Partner.create({"name": "Theirs", "is_company": True})
        person = self.Partner.create({"name": "Person", "parent_id": theirs.id})
        alone = self.Partner.create({"name": "Alone"})
        own = self.Partner.create({"name": "Own"})
        mine = self.Partner.create({"name": "Mine", "is_company": True})
        nobodys = self.Partner.create({"name": "Nobody", "is_company": True})
        self._own(partner_id=theirs.id)
        self._own(partner_id=alone.id)
        self._own(self.salesperson_b, partner_id=own.id)
        self._own(self.salesperson_b, partner_id=mine.id)

        def owners():
            return [
                self._owner(str(partner.id)) for partner in (theirs, alone, own, mine)
            ]

        before = owners()
        nobody = self.env["res.users"]
        between = {
            "to the own customer",
            "the customer itself",
            "the own customer below theirs",
            "from above",
            "from above, all",
        }
        acts = {
            "out of the customer": (person, {"parent_id": False}),
            "out, as a company of its own": (person, {"is_company": True}),
            "to the own customer": (person, {"parent_id": mine.id}),
            "to nobody": (person, {"parent_id": nobodys.id}),
            "the customer itself": (alone, {"parent_id": mine.id}),
            "the customer itself, to nobody": (alone, {"parent_id": nobodys.id}),
            "the own customer below theirs": (own, {"parent_id": theirs.id}),
            "from above": (mine, {"child_ids": [(4, person.id)]}),
            "from above, all": (mine, {"child_ids": [(6, None, person.ids)]}),
            "from the customer": (theirs, {"child_ids": [(3, person.id)]}),
        }
        for act, (partner, vals) in acts.items():
            with self.subTest(act=act):
                with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
                    partner.with_user(self.salesperson_b).write(vals)
                self.env.invalidate_all()
                self.assertEqual(owners(), before)
                # who keeps the address book gives nobody to another owner
                is_between = act in between
                if is_between:
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        partner.with_user(self.clerk).write(vals)
                    self.env.invalidate_all()
                    self.assertEqual(owners(), before)
                # and does the rest, and who leads does all
                clerk = nobody if is_between else self.clerk
                for user in self.leader_east | clerk:
                    with self.env.cr.savepoint() as savepoint:
                        partner.with_user(user).write(vals)
                        self.assertEqual(owners(), before)
                        savepoint.rollback()
                    self.env.invalidate_all()
        with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
            self.Partner.with_user(self.salesperson_b).create(
                {"name": "New", "is_company": True, "child_ids": [(4, person.id)]}
            )
        self.env.invalidate_all()
        self.assertEqual(person.parent_id, theirs)
        # nobody's contact becomes one of the customer's people
        free = self.Partner.create({"name": "Free"})
        free.with_user(self.salesperson_b).parent_id = theirs
        # and the own people are moved as before
        own.with_user(self.salesperson_b).parent_id = mine
        own.with_user(self.salesperson_b).parent_id = nobodys

    def test_conflict_over_a_salesperson_shows_the_customer(self):
        """Somebody else was named: the leader reads of whom, no detail is doubted."""
        lead = self._own(phone="13600000077")
        # nobody has decided it: another application writes it
        lead.user_id = self.salesperson_b
        self.assertEqual(lead.user_id, self.salesperson_a)
        conflict = self.env["sales.process.conflict"].search(
            [("lead_id", "=", lead.id)], limit=1
        )
        self.assertEqual(conflict.user_id, self.salesperson_b)
        self.assertIn("+8613600000077", conflict.keys)
        self.assertFalse(conflict.identities)

    def test_one_of_several_leads_goes(self):
        first = self._own(phone="13600000011")
        second = self._own(email_from="second@works.example")
        self.assertEqual(first.ownership_id, second.ownership_id)
        second.with_user(self.salesperson_a).action_set_lost()
        self.assertEqual(self._owner("second@works.example"), self.salesperson_a)
        second.unlink()
        self.assertEqual(self._owner("second@works.example"), self.salesperson_a)
        first.with_user(self.salesperson_a).phone = False
        self.assertEqual(self._owner("+8613600000011"), self.salesperson_a)
        self._refused(email_from="second@works.example")

    def test_end_of_the_period_frees(self):
        lead = self._own()
        lead.with_user(self.salesperson_a).action_set_lost()
        self.assertFalse(self._owner(KEY))
        self.assertFalse(self._owner("buyer@works.example"))
        mine = self._create_lead(self.salesperson_b, phone=PHONE)
        self.assertEqual(mine.ownership_id.user_id, self.salesperson_b)

    def test_closed_lead_adds_details(self):
        lead = self._own()
        lead.with_user(self.salesperson_a).action_set_won()
        lead.with_user(self.salesperson_a).email_from = "paid@works.example"
        self.assertEqual(self._owner("paid@works.example"), self.salesperson_a)
        self._refused(email_from="paid@works.example")


@tagged("post_install", "-at_install")
class TestCompanyIsOneCustomer(IdentityCommon):
    def test_typed_without_the_contact(self):
        self._own()
        self._refused(phone="139 0000 0902")
        self._refused(email_from="Buyer <buyer@works.example>")
        wizard = self.env["sales.process.registration"].with_user(self.salesperson_b)
        wizard = wizard.create(
            {"team_id": self.team_east.id, "phone": "+86 139 0000 0902"}
        )
        self.assertEqual(wizard.result_state, "owned")
        with entering(self.env, "gateway"):
            mail = self._create_lead(
                self.env["res.users"],
                self.team_east,
                email_from="buyer@works.example",
            )
        self.assertEqual(mail.user_id, self.salesperson_a)

    def test_contact_added_later(self):
        self._own()
        self.Partner.with_user(self.clerk).create(
            {
                "name": "New Buyer",
                "parent_id": self.works.id,
                "email": "new@works.example",
                "phone": "13600000021",
            }
        )
        self.assertEqual(self._owner("new@works.example"), self.salesperson_a)
        self._refused(phone="13600000021")

    def test_contact_of_somebody_elses_customer(self):
        """Whoever registers the company meets the owner of one of its contacts."""
        self._create_lead(self.salesperson_a, email_from="buyer@works.example")
        self._refused(partner_id=self.works.id)

    def test_details_that_are_owned_already(self):
        """A contact with a colleague's number: nothing taken, the leader decides."""
        self._create_lead(self.salesperson_b, phone="13600000031")
        lead = self._own()
        self.Partner.with_user(self.clerk).create(
            {"name": "Both", "parent_id": self.works.id, "phone": "13600000031"}
        )
        self.assertEqual(self._owner("+8613600000031"), self.salesperson_b)
        conflict = self.env["sales.process.conflict"].search([])
        self.assertEqual(conflict.other_ownership_id, lead.ownership_id)
        self.assertEqual((conflict.door, conflict.state), ("contact", "open"))

    def test_person_is_the_customer(self):
        self.company.process_customer_scope = "person"
        self._own()
        lead = self._create_lead(self.salesperson_b, phone="13900000902")
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)

    def test_very_many_contacts(self):
        """Beyond the limit no key is read, and the contact still is the owner's."""
        self.Partner.create(
            [
                {
                    "name": f"Contact {number}",
                    "parent_id": self.works.id,
                    "email": f"contact{number}@works.example",
                    "phone": f"135000000{number:02}",
                }
                for number in range(8)
            ]
        )
        with (
            patch(f"{ADDON}.sales_process_partner_customer.CONTACTS_MAX", 3),
            patch(f"{ADDON}.crm_lead_identity.CONTACTS_MAX", 3),
        ):
            lead = self._own()
        self.assertFalse(self._owner("contact7@works.example"), "no key")
        self.assertTrue(
            lead.ownership_id.key_ids.filtered("has_more_contacts"), "the mark"
        )
        self._refused(email_from="contact7@works.example")
        self._refused(phone="135 0000 0007")
        successors = lead.ownership_id._hand_over(
            {lead.ownership_id: self.salesperson_c}, "transfer", "transferred"
        )
        self.assertTrue(successors)
        self._refused(email_from="contact7@works.example")
        # overwritten by a stranger, what had no key becomes one
        contact = self.Partner.search([("email", "=", "contact7@works.example")])
        contact.with_user(self.salesperson_b).email = "taken@example.com"
        self.assertEqual(self._owner("contact7@works.example"), self.salesperson_c)

    def test_queries_do_not_depend_on_the_number_of_contacts(self):
        def count(contacts):
            company = self.Partner.create({"name": "Co", "is_company": True})
            self.Partner.create(
                [
                    {
                        "name": f"C{number}",
                        "parent_id": company.id,
                        "email": f"c{number}@co{company.id}.example",
                    }
                    for number in range(contacts)
                ]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._create_lead(self.salesperson_a, partner_id=company.id)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(abs(count(40) - count(2)), 1)


@tagged("post_install", "-at_install")
class TestOwnDetails(IdentityCommon):
    def test_our_own_identify_nobody(self):
        self.company.partner_id.write(
            {"email": "hello@us.example", "phone": "0571-88884401"}
        )
        for values in (
            {"email_from": "hello@us.example"},
            {"phone": "0571 8888 4401"},
            {"email_from": self.salesperson_c.email},
            {"partner_id": self.salesperson_c.partner_id.id},
            {"partner_id": self.company.partner_id.id},
            {"email_from": "Portal <no-reply@portal.example>"},
            {"email_from": "noreply+17@portal.example"},
        ):
            with self.subTest(values=values):
                first = self._create_lead(self.salesperson_a, **values)
                second = self._create_lead(self.salesperson_b, **values)
                self.assertNotEqual(first.ownership_id, second.ownership_id)

    def test_contact_of_a_program(self):
        """Chats of a chatbot are those of many customers."""
        bot = self.env["res.partner"].create({"name": "Chatbot", "active": False})
        leads = [
            self._create_lead(person, phone=False, email_from=False, partner_id=bot.id)
            for person in (self.salesperson_a, self.salesperson_b)
        ]
        self.assertEqual(
            [lead.ownership_id.user_id for lead in leads],
            [self.salesperson_a, self.salesperson_b],
        )
        self.assertFalse(leads[0].partner_id or leads[1].partner_id)
        # Odoo writes a lead's address onto its contact
        named = self._create_lead(
            self.salesperson_a, phone="13812340072", partner_id=bot.id
        )
        self.assertFalse(bot.phone or named.partner_id)
        # whatever else is known of an archived contact, it is somebody
        for values in ({"phone": "13812340071"}, {"is_company": True}):
            with self.subTest(values=values):
                contact = bot.copy({"active": False, **values})
                lead = self._create_lead(
                    self.salesperson_a, phone=False, partner_id=contact.id
                )
                self.assertEqual(lead.partner_id, contact)
        # and a customer of whom nothing is left is still somebody's
        customer = self.env["res.partner"].create({"name": "A Customer"})
        self._create_lead(self.salesperson_a, phone=False, partner_id=customer.id)
        customer.active = False
        with self.assertRaises(CustomerOwnedError):
            self._create_lead(self.salesperson_b, phone=False, partner_id=customer.id)

    def test_own_profile_frees_no_customer(self):
        """Whoever writes a colleague's customer into the own profile gains nothing."""
        self._own()
        self.salesperson_b.partner_id.sudo().write(
            {"phone": PHONE, "email": "buyer@works.example"}
        )
        self._refused(phone=PHONE)
        self._refused(email_from="buyer@works.example")

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_reply_to(self):
        """Inquiries that a platform or a colleague forwards are their senders'."""
        domain = self.env["mail.alias.domain"].create({"name": "us.example"})
        self.company.alias_domain_id = domain
        self.team_east.alias_name = "east"

        def receive(sender, number):
            message = (
                f"From: {sender}\nTo: east@us.example\nSubject: Inquiry\n"
                f"Message-ID: <{number}@x.example>\n"
                f"Reply-To: Eve <eve{number}@c.example>\n"
                "Content-Type: text/plain\n\nHello\n"
            )
            lead_id = self.env["mail.thread"].message_process("crm.lead", message)
            return self.env["crm.lead"].browse(lead_id)

        for index, sender in enumerate(
            ("Portal <noreply@portal.example>", self.salesperson_c.email_formatted)
        ):
            leads = [receive(sender, 10 * index + number) for number in range(2)]
            self.assertIn(f"<eve{10 * index}@c.example>", leads[0].email_from)
            self.assertFalse(leads[0].partner_id)
            self.assertTrue(leads[0].ownership_id)
            self.assertNotEqual(leads[0].ownership_id, leads[1].ownership_id)
        customer = receive("Zhang <zhang@c.example>", 99)
        self.assertIn("zhang@c.example", customer.email_from)

    def test_list_of_all_companies(self):
        """A row without company is for all of them."""
        self.env["sales.process.shared.value"].create(
            {"kind": "email", "value": "info@mall.example", "company_id": False}
        )
        for user in (self.salesperson_a, self.salesperson_b, self.salesperson_x):
            self._create_lead(user, email_from="info@mall.example")
        self.assertFalse(self._owner("info@mall.example"))


@tagged("post_install", "-at_install")
class TestKeyRemoval(IdentityCommon):
    def setUp(self):
        super().setUp()
        self.lead = self._own(partner_id=False, phone=PHONE)
        self.lead.with_user(self.salesperson_a).phone = "13600000041"
        self.ownership = self.lead.ownership_id
        self.key = self.ownership.key_ids.filtered(lambda key: key.value == KEY)

    def _todo(self):
        return self.ownership.activity_ids.filtered(
            lambda row: (
                row.activity_type_id
                == self.env.ref("sales_process_mgmt.mail_activity_type_key_removal")
            )
        )

    def test_owner_asks_leader_removes(self):
        key = self.key.with_user(self.salesperson_a)
        self.assertTrue(key.can_ask_removal)
        key.action_remove()
        self.assertEqual(self._owner(KEY), self.salesperson_a, "asked, not done")
        self.assertEqual(self._todo().user_id, self.leader_east)
        self.key.with_user(self.salesperson_a).action_remove()
        self.assertEqual(len(self._todo()), 1, "asked once")
        self.key.with_user(self.leader_east).action_remove()
        self.assertFalse(self._owner(KEY))
        self.assertFalse(self._todo())
        self.assertIn("13812345678", self.ownership.message_ids[0].body)
        lead = self._create_lead(self.salesperson_b, phone=PHONE)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)

    def test_leader_keeps(self):
        self.key.with_user(self.salesperson_a).action_remove()
        with self.assertRaises(UserError):
            self.key.with_user(self.salesperson_a).action_keep()
        self.key.with_user(self.leader_east).action_keep()
        self.assertFalse(self.key.removal_user_id)
        self.assertFalse(self._todo())
        self.assertEqual(self._owner(KEY), self.salesperson_a)

    def test_what_a_lead_carries_is_not_removed(self):
        self.lead.with_user(self.salesperson_a).phone = PHONE
        for user in (self.salesperson_a, self.leader_east):
            with self.assertRaisesRegex(UserError, "still stands"):
                self.key.with_user(user).action_remove()
        self.assertEqual(self._owner(KEY), self.salesperson_a)

    def test_others_do_not_remove(self):
        for user in (self.salesperson_b, self.salesperson_c, self.leader_west):
            with self.assertRaises(UserError):
                self.key.with_user(user).action_remove()
            with self.assertRaises(UserError):
                self.key.with_user(user).action_keep()
            with self.assertRaises(AccessError):
                self.key.with_user(user).write({"active": False})
        self.assertEqual(self._owner(KEY), self.salesperson_a)


@tagged("post_install", "-at_install")
class TestReadings(IdentityCommon):
    def test_read_again(self):
        """Keys of an older version gain every reading, what is taken is the leader's"""
        lead = self._own(partner_id=False, phone="85291234201")
        other = self._create_lead(self.salesperson_b, email_from="b@example.com")
        ownerships = lead.ownership_id | other.ownership_id
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE sales_process_ownership_key
               SET kind = 'phone_digits', value = '85291234201'
             WHERE ownership_id = %s AND kind = 'phone'
            """,
            [lead.ownership_id.id],
        )
        self.env.cr.execute("UPDATE crm_lead SET phone = NULL WHERE id = %s", [lead.id])
        self.env.cr.execute(
            "UPDATE crm_lead SET phone = %s WHERE id = %s", [PHONE, other.id]
        )
        self.env.invalidate_all()
        ownerships._read_details_again()
        self.assertEqual(self._owner("+85291234201"), self.salesperson_a, "by label")
        self.assertEqual(self._owner(KEY), self.salesperson_b)

    def test_scheduled_action(self):
        """Reads all running customers again, once, and then has nothing to do."""
        lead = self._own(partner_id=False, phone=PHONE)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_process_ownership_key SET active = FALSE"
            " WHERE ownership_id = %s",
            [lead.ownership_id.id],
        )
        self.env.invalidate_all()
        Ownership = self.env["sales.process.ownership"]
        Ownership._plan_reading_again()
        with (
            patch(f"{ADDON}.sales_process_ownership_detail.READ_BATCH", 2),
            patch.object(self.env.registry["ir.cron"], "_commit_progress"),
        ):
            Ownership._cron_read_again()
        self.assertEqual(self._owner(KEY), self.salesperson_a)
        Parameter = self.env["ir.config_parameter"]
        self.assertFalse(Parameter.get_param("sales_process_mgmt.read_again_after"))

    def test_queries_of_nobodys_contact(self):
        """An edit of a contact asks whose it is; nothing where no team does."""
        contact = self.Partner.create({"name": "Nobody's", "phone": "13600000051"})

        def count():
            contact.phone = "13600000052"
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            contact.phone = "13600000053"
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        active = count()
        self.env["crm.team"].search([]).process_mode = "off"
        with patch.object(
            self.env.registry["crm.team"],
            "_get_active_process_ids",
            lambda team: frozenset(),
        ):
            self.assertLessEqual(active - count(), 4)

    def test_country_of_the_company_changes(self):
        """Numbers are read again, and whoever had them still has them."""
        Parameter = self.env["ir.config_parameter"]
        Parameter.set_param("sales_process_mgmt.read_again_after", False)
        lead = self._own(partner_id=False, phone="030 123456")
        self.company.country_id = self.env.ref("base.de")
        self.assertEqual(
            Parameter.get_param("sales_process_mgmt.read_again_after"), "0"
        )
        lead.ownership_id._read_details_again()
        self._refused(phone="030/123456")
        self._refused(phone="+49 30 123456")


@tagged("post_install", "-at_install")
class TestContactMerge(IdentityCommon):
    def setUp(self):
        super().setUp()
        self.mine = self.Partner.create(
            {"name": "Mine", "is_company": True, "email": "mine@example.com"}
        )

    @mute_logger("odoo.addons.base.wizard.base_partner_merge")
    def _merge(self, user, kept, gone):
        # sudo: Odoo reads fields of the contact that only administrators read
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user).sudo()
        wizard._merge((kept | gone).ids, kept, extra_checks=False)
        self.env.flush_all()
        self.env.invalidate_all()

    def test_salespeople_do_not_merge_a_colleagues_customer(self):
        self._own(self.salesperson_b, partner_id=self.mine.id)
        self._own()
        self.buyer.parent_id = False
        for kept, gone in ((self.mine, self.works), (self.works, self.mine)):
            with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
                self._merge(self.salesperson_b, kept, gone)
        self.assertEqual(self._owner(str(self.works.id)), self.salesperson_a)
        self.assertEqual(self._owner(str(self.mine.id)), self.salesperson_b)

    def test_two_owners(self):
        """Merged by whomever: both keep their customer, the older one the contact."""
        mine = self._own(self.salesperson_b, partner_id=self.mine.id)
        theirs = self._own()
        self.buyer.parent_id = False
        self._merge(self.clerk, self.works, self.mine)
        self.assertEqual(self._owner(str(self.works.id)), self.salesperson_b)
        self.assertEqual(self._owner(KEY), self.salesperson_a)
        self.assertEqual(self._owner("mine@example.com"), self.salesperson_b)
        self.assertEqual(theirs.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(mine.ownership_id.user_id, self.salesperson_b)
        conflict = self.env["sales.process.conflict"].search([("state", "=", "open")])
        self.assertEqual(
            conflict.ownership_id | conflict.other_ownership_id,
            (mine | theirs).ownership_id,
        )

    def test_owner_gains_no_contact_by_merging(self):
        """Where nothing is enforced the merge goes through; it decides nothing."""
        self.team_east.process_mode = "observe"
        self._own(self.salesperson_b, partner_id=self.mine.id)
        self._own()
        self.buyer.parent_id = False
        self._merge(self.salesperson_b, self.mine, self.works)
        self.assertEqual(self._owner(str(self.mine.id)), self.salesperson_a)

    def test_merge_into_nobodys_contact(self):
        self._own()
        self.buyer.parent_id = False
        self._merge(self.clerk, self.mine, self.works)
        self.assertEqual(self._owner(str(self.mine.id)), self.salesperson_a)
        self._refused(partner_id=self.mine.id)
        self._refused(phone=PHONE)

    def test_contact_person_of_a_colleagues_company(self):
        """A person merged into the own company's one takes no company along."""
        self._own(partner_id=self.buyer.id)
        friend = self.Partner.create({"name": "Friend", "parent_id": self.mine.id})
        self._own(self.salesperson_b, partner_id=self.mine.id)
        self._merge(self.clerk, friend, self.buyer)
        self.assertEqual(self._owner(str(self.works.id)), self.salesperson_a)
        self.assertEqual(self._owner("+8613900000902"), self.salesperson_a)
        self.assertEqual(self._owner(str(self.mine.id)), self.salesperson_b)


@tagged("post_install", "-at_install")
class TestCompanies(IdentityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north, cls.south = cls.env["res.company"].create(
            [{"name": name, "parent_id": cls.company.id} for name in ("North", "South")]
        )
        users = cls.salesperson_d | cls.salesperson_e
        for user, branch in zip(users, (cls.north, cls.south), strict=True):
            user.write({"company_ids": [(6, 0, branch.ids)], "company_id": branch.id})
        cls.team_north, cls.team_south = (
            cls._create_team(
                branch.name, "enforce", cls.env["res.users"], user, company=branch
            )
            for user, branch in zip(users, (cls.north, cls.south), strict=True)
        )

    def _own_in(self, user, team, **values):
        return self._create_lead(user, team, **values)

    def test_never_without_a_company(self):
        team = self.env["crm.team"].create(
            {"name": "Everywhere", "company_id": False, "process_mode": "enforce"}
        )
        lead = self.env["crm.lead"].create(
            {"name": "Mail", "team_id": team.id, "user_id": False, "phone": PHONE}
        )
        lead.company_id = False
        self.assertEqual(lead.ownership_id.company_id, self.company)
        self.assertEqual(lead.ownership_id.key_ids.company_id, self.company)
        self._refused(phone=PHONE)

    def test_branches_share(self):
        lead = self._own_in(self.salesperson_d, self.team_north, phone=PHONE)
        self.assertEqual(lead.ownership_id.company_id, self.north)
        self.assertEqual(lead.ownership_id.key_ids.company_id, self.company)
        with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
            self._own_in(self.salesperson_e, self.team_south, phone=PHONE)
        self._refused(phone=PHONE)
        self.assertTrue(
            self.Key.with_user(self.salesperson_d).search([("value", "=", KEY)]),
            "the owner sees the details",
        )
        with entering(self.env, "gateway"):
            mail = self._create_lead(
                self.env["res.users"], self.team_south, phone=PHONE
            )
        self.assertEqual(mail.user_id, self.salesperson_d)
        self.assertEqual(mail.company_id, self.north, "the lead goes to the branch")
        other = self._create_lead(self.salesperson_x, phone=PHONE)
        self.assertEqual(other.ownership_id.user_id, self.salesperson_x)

    def test_branches_apart_and_together_again(self):
        self.company.process_share_branches = False
        north = self._own_in(self.salesperson_d, self.team_north, phone=PHONE)
        south = self._own_in(self.salesperson_e, self.team_south, phone=PHONE)
        self.assertEqual(north.ownership_id.key_ids.company_id, self.north)
        self.company.process_share_branches = True
        self.env.invalidate_all()
        self.assertEqual(self._owner(KEY), self.salesperson_d, "the older one")
        self.assertEqual(south.ownership_id.user_id, self.salesperson_e)
        conflict = self.env["sales.process.conflict"].search([("state", "=", "open")])
        self.assertEqual(conflict.ownership_id, north.ownership_id)
        self.assertEqual(conflict.other_ownership_id, south.ownership_id)
        self.company.process_share_branches = False
        self.assertEqual(north.ownership_id.key_ids.company_id, self.north)

    def test_moved_to_another_branch(self):
        """By a leader: ownership, lead and keys follow."""
        lead = self._own_in(self.salesperson_d, self.team_north, phone=PHONE)
        self.director.company_ids |= self.north | self.south
        director = self.director.with_context(
            allowed_company_ids=(self.company | self.north | self.south).ids
        )
        lead.with_user(director).with_context(
            allowed_company_ids=(self.company | self.north | self.south).ids
        ).write({"user_id": self.salesperson_e.id, "team_id": self.team_south.id})
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_e)
        self.assertEqual(lead.ownership_id.company_id, self.south)
        self.assertEqual(lead.company_id, self.south)
        self.assertEqual(self._owner(KEY), self.salesperson_e)

    def test_leader_moves_to_another_branch(self):
        """Who leads both teams does, by team or by salesperson; who leads one asks."""
        leader = self.leader_west
        branches = self.north | self.south
        leader.write({"company_ids": [(6, 0, (self.company | branches).ids)]})
        self.team_north.user_id = leader
        changes = {
            "both": {"user_id": self.salesperson_e.id, "team_id": self.team_south.id},
            "salesperson": {"user_id": self.salesperson_e.id},
            "company, too": {
                "user_id": self.salesperson_e.id,
                "team_id": self.team_south.id,
                "company_id": self.south.id,
            },
        }
        for place, (how, vals) in enumerate(changes.items()):
            with self.subTest(how=how):
                self.team_south.user_id = False
                lead = self._own_in(
                    self.salesperson_d, self.team_north, phone=f"1361111222{place}"
                )
                key = f"+861361111222{place}"
                own = lead.with_user(leader).with_context(
                    allowed_company_ids=(self.company | branches).ids
                )
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    own.write(vals)
                self.env.invalidate_all()
                self.assertEqual(self._owner(key), self.salesperson_d)
                self.assertEqual(lead.company_id, self.north)
                self.team_south.user_id = leader
                own.write(vals)
                period = lead.ownership_id
                self.assertEqual(period.user_id, self.salesperson_e)
                self.assertEqual(period.team_id, self.team_south)
                self.assertEqual(period.company_id, self.south)
                self.assertEqual(lead.company_id, self.south)
                self.assertEqual(period.key_ids.company_id, self.company)
                self.assertEqual(self._owner(key), self.salesperson_e)
                self.assertTrue(lead.with_user(self.salesperson_e).has_access("write"))


@tagged("post_install", "-at_install")
class TestRandomEdits(IdentityCommon):
    """Random edits of lead and contact by random people: every key stays."""

    def test_keys_stay(self):
        people = (
            self.salesperson_a
            | self.salesperson_b
            | self.salesperson_c
            | self.salesperson_d
            | self.clerk
            | self.leader_east
            | self.leader_west
            | self.director
        )
        chance = random.Random(20261125)
        leads = self._own() | self._own(
            partner_id=False, phone="13700000001", email_from="solo@example.com"
        )
        other = self._create_lead(self.salesperson_b, email_from="b@example.com")
        mine = self.Partner.create({"name": "Mine", "is_company": True})
        contacts = self.works | self.buyer | mine
        countries = self.env.ref("base.us") | self.env.ref("base.vn")
        ownerships = (leads | other).ownership_id
        numbers = [f"1370000{number:04}" for number in range(2000, 2040)]
        held = {}
        done = 0
        for _round in range(150):
            record = chance.choice([*leads, other, *contacts])
            is_lead = record._name == "crm.lead"
            vals = chance.choice(
                [
                    {"phone": chance.choice([False, PHONE, *numbers])},
                    {
                        "email_from" if is_lead else "email": chance.choice(
                            [False, "b@example.com", f"x{chance.random()}@example.com"]
                        )
                    },
                    {"country_id": chance.choice([False, *countries.ids])},
                    {"partner_id": chance.choice([False, *contacts.ids])}
                    if is_lead
                    else {"name": f"N{chance.random()}"},
                    {"active": False}
                    if not is_lead
                    else {"partner_name": f"P{chance.random()}"},
                    {"parent_id": chance.choice([self.works.id, mine.id, False])}
                    if record == self.buyer
                    else {"process_wechat_id": f"id{chance.randrange(1000):05}"},
                ]
            )
            user = chance.choice(people)
            try:
                with self.env.cr.savepoint():
                    record.with_user(user).write(vals)
                    self.env.flush_all()
                done += 1
            except (AccessError, UserError):
                continue
            finally:
                self.env.invalidate_all()
            running = ownerships.filtered(lambda row: row.state != "ended")
            self.assertEqual(running, ownerships, (user.login, record, vals))
            now = {
                (key.kind, key.value): key.ownership_id
                for key in self.Key.search([("is_soft", "=", False)])
            }
            for key, ownership in held.items():
                self.assertEqual(
                    now.get(key), ownership, (key, user.login, record, vals)
                )
            held = now
        self.assertGreater(done, 50, "something must be done")
