# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..tools.transaction import get_asked_lookups
from .test_registration import RegistrationCommon


@tagged("post_install", "-at_install")
class TestLookup(RegistrationCommon):
    def setUp(self):
        super().setUp()
        # the tests of a class share a cursor, and what it remembers
        self.addCleanup(get_asked_lookups(self.env).clear)

    def _logged(self, user):
        return self.env["sales.process.lookup"].search([("user_id", "=", user.id)])

    def _look_up(self, user, phone):
        return self._registration(user, phone=phone).result_state

    # ------------------------------------------------------------
    # WHAT IS TOLD
    # ------------------------------------------------------------

    def test_privacy(self):
        """Team to everybody, name in the team, contact and deadline to few."""
        self._create_lead(self.salesperson_a, phone="13812345678", partner_name="Acme")

        def told(user):
            return self._registration(user, phone="13812345678").result_message

        outsider = told(self.salesperson_e)
        self.assertIn("Team East", outsider)
        self.assertNotIn("Salesperson A", outsider)
        self.assertNotIn("Acme", outsider)
        colleague = told(self.salesperson_b)
        self.assertIn("Salesperson A", colleague)
        self.assertNotIn("Deadline", colleague)
        leader = told(self.leader_east)
        for words in ("Salesperson A", "Deadline", "Acme"):
            self.assertIn(words, leader)
        self.company.process_owner_visibility = "company"
        self.assertIn("Salesperson A", told(self.salesperson_e))

    def test_helper(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        lead.ownership_id._add_collaborators(self.salesperson_b)
        wizard = self._registration(self.salesperson_b, phone="13812345678")
        self.assertEqual(wizard.result_state, "helper")
        self.assertFalse(wizard.can_register)
        self.assertIn("Deadline", wizard.result_message)
        wizard.subject = "Asked for the price"
        wizard.action_log_visit()
        self.assertEqual(wizard.lead_id, lead)

    def test_free_again(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        lead.with_user(self.salesperson_a).action_set_lost()
        wizard = self._registration(self.salesperson_b, phone="13812345678")
        self.assertEqual(wizard.result_state, "expired")
        self.assertIn("Salesperson A", wizard.result_message)
        self.assertIn("Lost", wizard.result_message)
        outsider = self._registration(self.salesperson_e, phone="13812345678")
        self.assertNotIn("Salesperson A", outsider.result_message)
        own = self._registration(self.salesperson_a, phone="13812345678")
        self.assertIn("It was yours", own.result_message)
        wizard.action_register()
        self.assertEqual(wizard.lead_id.ownership_id.previous_id, lead.ownership_id)

    def test_long_ago_is_new(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        lead.with_user(self.salesperson_a).action_set_lost()
        lead.ownership_id.date_end = "2020-01-01"
        wizard = self._registration(self.salesperson_b, phone="13812345678")
        self.assertEqual(wizard.result_state, "new")

    def test_pool(self):
        """Team, but neither name nor contact details, of a customer in the pool."""
        lead = self._create_lead(
            self.salesperson_a, phone="13812345678", partner_name="Acme"
        )
        ownership = lead.ownership_id
        ownership._hand_over({ownership: self.env["res.users"]}, "release", "released")
        wizard = self._registration(self.salesperson_b, phone="13812345678")
        self.assertEqual(wizard.result_state, "pool")
        self.assertIn("Team East", wizard.result_message)
        self.assertNotIn("Acme", wizard.result_message)

    def test_shared_value(self):
        self.env["sales.process.shared.value"].create(
            {"kind": "phone", "value": "13812345678", "company_id": self.company.id}
        )
        wizard = self._registration(self.salesperson_b, phone="13812345678")
        self.assertEqual(wizard.result_state, "shared")
        wizard.email = "wang@example.com"
        self.assertEqual(wizard.result_state, "new")

    def test_other_company_is_another_customer(self):
        self._create_lead(self.salesperson_a, phone="+8613812345678")
        wizard = self._registration(
            self.salesperson_x, team_id=self.team_c2.id, phone="+8613812345678"
        )
        self.assertEqual(wizard.result_state, "new")

    def test_contact_of_a_company(self):
        """All contacts of one company are one customer."""
        company = self.env["res.partner"].create(
            {"name": "Wang Trading", "is_company": True}
        )
        boss, clerk = self.env["res.partner"].create(
            [
                {"name": "Boss", "parent_id": company.id},
                {"name": "Clerk", "parent_id": company.id, "phone": "13812345678"},
            ]
        )
        self._create_lead(self.salesperson_a, partner_id=boss.id)
        wizard = self._registration(self.salesperson_b, partner_id=clerk.id)
        self.assertEqual(wizard.result_state, "owned")

    def test_related_name_does_not_leak(self):
        """A record that names an ownership does not tell its customer."""
        lead = self._create_lead(
            self.salesperson_a, phone="13812345678", partner_name="Acme"
        )
        self._registration(
            self.salesperson_b, phone="13812345678"
        ).action_ask_invitation()
        invitation = lead.ownership_id.invitation_ids
        asked = invitation.with_user(self.salesperson_b).read(["ownership_id"])[0]
        self.assertEqual(asked["ownership_id"][1], "Customer of Team East")
        owner = invitation.with_user(self.salesperson_a).read(["ownership_id"])[0]
        self.assertEqual(owner["ownership_id"][1], "Acme")

    # ------------------------------------------------------------
    # LOG AND LIMIT
    # ------------------------------------------------------------

    def test_log_is_masked(self):
        self._create_lead(self.salesperson_a, phone="13812345678")
        wizard = self._registration(
            self.salesperson_b, phone="13812345678", email="someone@example.com"
        )
        self.assertEqual(wizard.result_state, "owned")
        rows = self._logged(self.salesperson_b)
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(set(rows.mapped("outcome")), {"owned"})
        everything = str(rows.read())
        self.assertNotIn("12345678", everything)
        self.assertNotIn("someone@", everything)
        self.assertEqual(sum(rows.mapped("is_charged")), 1, "one customer")

    def test_repeated_within_a_minute_is_one(self):
        with freeze_time("2026-03-02 02:00:00"):
            self._look_up(self.salesperson_b, "13812345678")
            self._look_up(self.salesperson_b, "138 12345678")
        self.assertEqual(len(self._logged(self.salesperson_b)), 1)
        with freeze_time("2026-03-02 02:01:01"):
            self._look_up(self.salesperson_b, "13812345678")
        self.assertEqual(len(self._logged(self.salesperson_b)), 2)

    def test_who_reads_asks_nothing(self):
        """What was asked is shown, uncounted; what was not asked is not shown."""
        self._create_lead(self.salesperson_a, phone="13812345678")
        with freeze_time("2026-03-02 02:00:00"):
            wizard = self._registration(self.salesperson_b, phone="13912345678")
        self.assertEqual(len(self._logged(self.salesperson_b)), 1)
        with freeze_time("2026-03-02 02:30:00"):
            wizard.invalidate_recordset()
            self.assertEqual(wizard.result_state, "new")
            self.env["sales.process.registration.contact"].with_user(
                self.salesperson_b
            ).create({"registration_id": wizard.id, "phone": "13812345678"})
            wizard.invalidate_recordset()
            self.assertFalse(wizard.result_state)
            self.assertNotIn("Salesperson A", wizard.result_message)
            shown = wizard.browse().onchange(
                {"phone": "13812345678", "team_id": self.team_east.id},
                ["subject"],
                {"phone": {}, "team_id": {}, "subject": {}, "result_state": {}},
            )
            self.assertFalse(shown["value"].get("result_state"))
        self.assertEqual(len(self._logged(self.salesperson_b)), 1)
        wizard.write({"phone": "13812345678"})
        self.assertEqual(wizard.result_state, "owned")
        self.assertEqual(len(self._logged(self.salesperson_b)), 2)

    def test_limit(self):
        """The last look-up of the hour works, the next does not, an hour later does."""
        self.company.process_lookup_limit = 3
        for minute in range(3):
            with freeze_time(f"2026-03-02 02:0{minute}:00"):
                wizard = self._registration(
                    self.salesperson_b, phone=f"1391234000{minute}"
                )
                self.assertEqual(wizard.result_state, "new")
        with freeze_time("2026-03-02 02:59:59"):
            wizard = self._registration(self.salesperson_b, phone="13912340009")
            self.assertEqual(wizard.result_state, "limited")
            self.assertFalse(wizard.can_register)
            self.assertIn("11:00", wizard.result_message, "Shanghai time")
            with self.assertRaises(UserError):
                wizard.action_help()
        with freeze_time("2026-03-02 03:00:00"):
            wizard = self._registration(self.salesperson_b, phone="13912340009")
            self.assertEqual(wizard.result_state, "new")

    def test_who_was_told_registers(self):
        """The last look-up within the limit is one customer, looked up and registered.

        Beyond it the registration says the same of what is known and what is not.
        """
        self.company.process_lookup_limit = 1
        self._create_lead(self.salesperson_a, phone="13812345678")
        with self._at("2026-03-02 02:00:00"):
            wizard = self._registration(self.salesperson_b, phone="13912340001")
            self.assertEqual(wizard.result_state, "new")
        with self._at("2026-03-02 02:30:00"):
            wizard.action_register()
            self.assertEqual(wizard.lead_id.user_id, self.salesperson_b)
            sentences = set()
            for phone in ("13912340002", "13812345678"):
                wizard = self._registration(self.salesperson_b, phone=phone)
                self.assertEqual(wizard.result_state, "limited")
                with self.assertRaises(UserError) as caught:
                    wizard.action_register()
                sentences.add(str(caught.exception))
            self.assertEqual(len(sentences), 1)

    def test_limit_counts_every_number_of_a_field(self):
        self.company.process_lookup_limit = 3
        wizard = self._registration(
            self.salesperson_b, phone="13912340001/13912340002/13912340003"
        )
        self.assertEqual(wizard.result_state, "new")
        wizard = self._registration(self.salesperson_b, phone="13912340004")
        self.assertEqual(wizard.result_state, "limited")
        self.company.process_lookup_limit = 1
        wizard = self._registration(self.salesperson_c, phone="13912340001/13912340002")
        self.assertEqual(wizard.result_state, "limited")

    def test_own_customers_leaders_and_zero_are_unlimited(self):
        self.company.process_lookup_limit = 1
        self._create_lead(self.salesperson_a, phone="13812345678")
        for number in range(3):
            own = self._registration(self.salesperson_a, phone="13812345678")
            self.assertEqual(own.result_state, "mine")
            leader = self._registration(self.leader_east, phone=f"1391234000{number}")
            self.assertEqual(leader.result_state, "new")
            director = self._registration(self.director, phone=f"1391234000{number}")
            self.assertEqual(director.result_state, "new")
        self.company.process_lookup_limit = 0
        for number in range(3):
            wizard = self._registration(self.salesperson_b, phone=f"1391234000{number}")
            self.assertEqual(wizard.result_state, "new")

    def test_queries(self):
        """As many queries for ten contact details as for one."""

        def count(phones, people):
            wizard = self._registration(
                self.salesperson_b,
                phone=phones,
                contact_ids=[(0, 0, {"phone": phone}) for phone in people],
            )
            self.env.flush_all()
            self.env.invalidate_all()
            wizard.team_id.mapped("name")
            wizard.contact_ids.mapped("phone")
            before = self.cr.sql_log_count
            self.assertEqual(wizard.result_state, "owned")
            self.env.flush_all()
            return self.cr.sql_log_count - before

        for number in range(10):
            self._create_lead(self.salesperson_a, phone=f"1391234000{number}")
        count("13912340000", ["13912340001"])
        one = count("13912340001", ["13912340002"])
        many = count(
            "13912340003", [f"1391234000{number}" for number in (4, 5, 6, 7, 8, 9)]
        )
        self.assertEqual(one, many)
        self.assertLessEqual(many, 20)

    def test_roles(self):
        """One reads one's own look-ups, a leader the team's, an administrator all."""
        self._look_up(self.salesperson_b, "13812345678")
        rows = self._logged(self.salesperson_b)
        for user in (self.salesperson_b, self.leader_east, self.director):
            self.assertTrue(rows.with_user(user).read(["value"]), user.name)
        for user in (self.salesperson_a, self.leader_west, self.office_user):
            with self.assertRaises(AccessError):
                rows.with_user(user).read(["value"])
        for user in (self.salesperson_b, self.director):
            with self.assertRaises(AccessError):
                rows.with_user(user).unlink()
            with self.assertRaises(AccessError):
                rows.with_user(user).write({"is_charged": False})
            with self.assertRaises(AccessError):
                self.env["sales.process.lookup"].with_user(user).create(
                    {"user_id": user.id}
                )

    # ------------------------------------------------------------
    # WHOEVER IS BEHIND THE ACT, WHATEVER THE DOOR
    # ------------------------------------------------------------

    def _refused(self, user, **values):
        """What a salesperson is told who creates a lead by hand."""
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self._create_lead(user, self.team_east, **values)
        self.env.invalidate_all()
        return str(caught.exception)

    def test_refused_leads_are_look_ups(self):
        """The last refusal within the limit says whose it is, the next does not."""
        self.company.process_lookup_limit = 3
        self._create_lead(self.salesperson_a, phone="13812345678")
        told = [self._refused(self.salesperson_b, phone="13812345678") for _ in "12345"]
        self.assertEqual(
            ["belongs to" in sentence for sentence in told],
            [True, True, True, False, False],
        )
        self.assertIn("Try again at", told[3])
        # and the registration knows of them
        wizard = self._registration(self.salesperson_b, phone="13900000001")
        self.assertEqual(wizard.result_state, "limited")
        # what is new and what is not look the same
        told.append(self._refused(self.salesperson_b, phone="13900000002"))
        self.assertEqual(told[3], told[-1])

    def test_every_answer_counts(self):
        """What is accepted is an answer, by every door; beyond it all look the same."""
        self.company.process_lookup_limit = 3
        user = self.salesperson_b
        self._create_lead(self.salesperson_a, phone="13812345678", email_from="z@x.cn")
        own = self._create_lead(user, phone="13700000000")
        customer = self.env["res.partner"].create({"name": "Own"})
        own.partner_id = customer
        Partner = self.env["res.partner"].with_user(user)
        Lead = self.env["crm.lead"].with_user(user)
        names = ["name", "phone", "user_id/.id", "team_id/.id"]

        def load_contacts(number):
            result = Partner.load([".id", "phone"], [[str(customer.id), number]])
            if result["messages"]:
                raise UserError(result["messages"][0]["message"])

        def load_leads(number):
            row = ["L", number, str(user.id), str(self.team_east.id)]
            result = Lead.load(names, [row])
            if result["messages"]:
                raise UserError(result["messages"][0]["message"])

        ways = {
            "lead": lambda number: self._create_lead(user, phone=number),
            "lead of nobody": lambda number: Lead.create(
                {
                    "name": "L",
                    "phone": number,
                    "user_id": False,
                    "team_id": self.team_east.id,
                }
            ),
            "team that is off": lambda number: self._create_lead(
                user, self.team_off, phone=number
            ),
            "name_create": lambda number: Lead.with_context(
                default_phone=number
            ).name_create("L"),
            "lead edited": lambda number: own.with_user(user).write({"phone": number}),
            "file of leads": load_leads,
            "contact of a customer": lambda number: customer.with_user(user).write(
                {"phone": number}
            ),
            "person of a customer": lambda number: Partner.create(
                {"name": "P", "parent_id": customer.id, "phone": number}
            ),
            "file of contacts": load_contacts,
            "written to": lambda number: Partner.create(
                {"name": "P", "phone": number}
            ).message_post(body="Hello", message_type="comment"),
            "planned": lambda number: Partner.create(
                {"name": "P", "phone": number}
            ).activity_schedule("mail.mail_activity_data_todo", user_id=user.id),
            "registered": lambda number: self._registration(
                user, phone=number
            ).action_register(),
            "registered beside an own contact": lambda number: self._registration(
                user, partner_id=customer.id, phone=number, subject="Price"
            ).action_register(),
        }
        for place, (way_name, way) in enumerate(ways.items()):
            with self.subTest(way=way_name):
                asked = get_asked_lookups(self.env)
                asked.clear()
                self._logged(user).unlink()
                told = []
                numbers = [f"139{place:02}34000{digit}" for digit in range(4)]
                for number in [*numbers, "13812345678"]:
                    try:
                        with suppress(ZeroDivisionError), self.env.cr.savepoint():
                            way(number)
                            told.append("")
                            if number == numbers[2]:
                                continue
                            raise ZeroDivisionError  # what fails has answered, too
                    except UserError as error:
                        told.append(str(error))
                    self.env.invalidate_all()
                self.assertEqual(told[:3], ["", "", ""], told)
                self.assertIn("Try again at", told[3])
                self.assertEqual(told[3], told[4])

    def _import(self, user, numbers, taken_back=False):
        """Own new customers by a file, as a salesperson sends it.

        :return: what is told, empty where it is accepted
        """
        names = ["name", "phone", "user_id/.id", "team_id/.id", "type"]
        rows = [
            ["L", number, str(user.id), str(self.team_east.id), "opportunity"]
            for number in numbers
        ]
        try:
            with self.env.cr.savepoint() as savepoint:
                result = self.env["crm.lead"].with_user(user).load(names, rows)
                if result["messages"]:
                    return result["messages"][0]["message"]
                if taken_back:
                    savepoint.rollback()
        except UserError as error:
            return str(error)
        finally:
            self.env.invalidate_all()
        return ""

    def test_new_customers_that_one_keeps(self):
        """Five of them are one look-up: who was at a fair imports its cards."""
        self.company.process_lookup_limit = 10
        user = self.salesperson_b
        numbers = [f"1390000{place:04}" for place in range(60)]
        self.assertEqual(self._import(user, numbers[:46]), "")
        self.assertIn("Try again at", self._import(user, numbers[46:47]))
        self.assertEqual(user.process_open_customer_count, 46)
        # what is known looks the same, and is not told for less
        self._create_lead(self.salesperson_a, phone="13812345678")
        told = [
            self._refused(user, phone=number) for number in ("13812345678", numbers[50])
        ]
        self.assertEqual(told[0], told[1])

    def test_new_customers_that_one_takes_back(self):
        """To test a file is to ask: a thousand numbers are not asked for that way."""
        self.company.process_lookup_limit = 10
        user = self.salesperson_b
        numbers = [f"1390000{place:04}" for place in range(1000)]
        accepted = 0
        for start in range(0, 1000, 20):
            part = numbers[start : start + 20]
            accepted += not self._import(user, part, taken_back=True)
        # twenty count whole as soon as somebody asks again
        self.assertEqual(accepted, 1)
        # and one by one, no more than the limit
        get_asked_lookups(self.env).clear()
        self._logged(user).unlink()
        told = [
            self._import(user, [number], taken_back=True) for number in numbers[:15]
        ]
        self.assertEqual([not row for row in told], [True] * 10 + [False] * 5)

    def test_thousand_numbers_by_registering_them(self):
        """Each costs a customer to look after, and they end within the hour."""
        self.company.process_lookup_limit = 10
        user = self.salesperson_b
        accepted = sum(
            not self._import(user, [f"1390000{place:04}"]) for place in range(60)
        )
        self.assertEqual(accepted, 46)

    def test_what_is_kept_is_read_after_the_commit(self):
        """What was taken back meanwhile is in the log as a whole look-up."""
        self.company.process_lookup_limit = 10
        user = self.salesperson_b
        asked = get_asked_lookups(self.env)
        asked.clear()
        self._import(user, ["13900000001"])
        self._import(user, ["13900000002"], taken_back=True)
        self.env.flush_all()
        self.env["sales.process.lookup"]._insert_asked(self.env.cr, asked[:])
        rows = self._logged(user)
        self.assertEqual(sorted(rows.mapped("is_kept")), [False, True])
        self.assertNotIn("00000001", str(rows.read(["value", "digest"])))

    def test_what_a_repeated_request_keeps(self):
        """A request that lost a race and was repeated costs as one that won it."""
        self.company.process_lookup_limit = 10
        user = self.salesperson_b
        numbers = [f"1390000{place:04}" for place in range(40)]
        asked = get_asked_lookups(self.env)
        for is_taken_back, kept in ((True, 0), (False, 40)):
            asked.clear()
            self._import(user, numbers, taken_back=is_taken_back)
            self.env.flush_all()
            self.env["sales.process.lookup"]._insert_asked(self.env.cr, asked[:])
            rows = self._logged(user)
            self.env.invalidate_all()
            with self.subTest(is_taken_back=is_taken_back):
                self.assertEqual(len(rows), 40)
                self.assertEqual(rows.mapped("is_kept").count(True), kept)
        asked.clear()
        # 40 of 50 fifths are spent: a whole look-up is left
        self.assertEqual(self._import(user, ["13900001000"]), "")

    def test_refused_batch_counts_as_many(self):
        phones = [f"1381234567{digit}" for digit in range(4)]
        for phone in phones:
            self._create_lead(self.salesperson_a, phone=phone)
        self.company.process_lookup_limit = 3
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.env["crm.lead"].with_user(self.salesperson_b).create(
                [
                    {
                        "name": phone,
                        "phone": phone,
                        "user_id": self.salesperson_b.id,
                        "team_id": self.team_east.id,
                    }
                    for phone in phones
                ]
            )
        self.assertNotIn("belongs to", str(caught.exception))

    def test_refused_leads_of_a_leader_are_unlimited(self):
        self.company.process_lookup_limit = 1
        self._create_lead(self.salesperson_a, phone="13812345678")
        for _time in range(3):
            told = self._refused(
                self.leader_west, phone="13812345678", user_id=self.leader_west.id
            )
            self.assertIn("belongs to", told)

    def test_refused_look_up_is_masked(self):
        lead = self._create_lead(
            self.salesperson_a, phone="13812345678", partner_name="Acme"
        )
        Lookup = self.env["sales.process.lookup"]
        kept = []
        self.patch(
            type(Lookup), "_keep_asked", lambda _model, rows, _asked: kept.extend(rows)
        )
        self._refused(self.salesperson_b, phone="13812345678")
        self.env.flush_all()
        Lookup._insert_asked(self.env.cr, kept)
        logged = self._logged(self.salesperson_b)
        self.assertEqual(logged.ownership_id, lead.ownership_id)
        self.assertIn("***", logged.value)
        told = str(logged.read(["value", "digest", "identity_kind", "session"]))
        self.assertNotIn("12345678", told)
        self.assertNotIn("Acme", told)

    def test_import_holds_no_more_than_the_limit(self):
        """Those above it are nobody's; none is lost."""
        self.team_east.process_customer_limit = 2
        result = (
            self.env["crm.lead"]
            .with_user(self.salesperson_b)
            .load(
                ["name", "phone", "user_id/.id", "team_id/.id", "type"],
                [
                    [
                        f"L{digit}",
                        f"1391234567{digit}",
                        str(self.salesperson_b.id),
                        str(self.team_east.id),
                        "opportunity",
                    ]
                    for digit in range(4)
                ],
            )
        )
        self.assertFalse(result["messages"])
        leads = self.env["crm.lead"].browse(result["ids"])
        self.assertEqual(len(leads), 4)
        owners = [row.user_id for row in leads.ownership_id]
        self.assertEqual(owners.count(self.salesperson_b), 2)

    def test_a_list_of_numbers_is_no_party(self):
        """Ten details of a party are one customer, each ten more another one."""
        self.team_east.process_customer_limit = 3

        def register(user, count, start):
            return self._registration(
                user,
                phone=f"1381{start:07}",
                contact_ids=[
                    (0, 0, {"phone": f"1391{start + number:07}"})
                    for number in range(count)
                ],
            )

        register(self.salesperson_b, 9, 100).action_register()
        self.assertEqual(self.salesperson_b.process_open_customer_count, 1)
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            register(self.salesperson_b, 20, 200).action_register()
        register(self.salesperson_b, 10, 300).action_register()
        self.env.invalidate_all()
        self.assertEqual(self.salesperson_b.process_open_customer_count, 3)

    def test_a_list_of_numbers_on_one_lead(self):
        """Ten details are one customer, wherever and however they are typed."""
        user = self.salesperson_b
        self.team_east.process_customer_limit = 3

        def count():
            self.env.invalidate_all()
            return user.process_open_customer_count

        def numbers(start, amount):
            return ",".join(f"1381{start + place:07}" for place in range(amount))

        lead = self._create_lead(user, phone=numbers(0, 10))
        self.assertEqual(count(), 1)
        lead.with_user(user).phone = numbers(100, 10)
        self.assertEqual(count(), 2, "the first ten stay keys")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._create_lead(user, phone=numbers(200, 11))
        lead.with_user(user).phone = numbers(300, 10)
        self.assertEqual(count(), 3)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            lead.with_user(user).phone = numbers(400, 10)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._create_lead(user, phone=numbers(500, 1))
        # what gains nothing is changed, whatever it counts
        self.team_east.process_customer_limit = 1
        lead.with_user(user).write({"partner_name": "Acme"})
        # number after number on the contact
        self.team_east.process_customer_limit = 5
        self.env.invalidate_all()
        customer = self.env["res.partner"].create({"name": "C", "is_company": True})
        lead.with_user(user).partner_id = customer
        for place in range(12):
            customer.with_user(user).phone = numbers(600 + place, 1)
        self.assertEqual(count(), 5)
        with self.assertRaises(UserError):
            for place in range(12):
                customer.with_user(user).phone = numbers(700 + place, 1)

    def test_a_list_of_numbers_beside_an_own_customer(self):
        """Logging a visit brings no more numbers than registering does."""
        user = self.salesperson_b
        self.team_east.process_customer_limit = 2
        self._create_lead(user, phone="13812345678")

        def visit(start, count):
            self._registration(
                user,
                phone="13812345678",
                subject="Asked for the price",
                contact_ids=[
                    (0, 0, {"phone": f"1391000{start + place:04}"})
                    for place in range(count)
                ],
            ).action_log_visit()
            self.env.invalidate_all()

        visit(0, 12)
        self.assertEqual(user.process_open_customer_count, 2)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            visit(100, 12)
        self.env.invalidate_all()
        self.assertEqual(user.process_open_customer_count, 2)

    def test_people_of_a_large_customer(self):
        """What stands on the contacts of a company counts for less."""
        user = self.salesperson_b
        customer = self.env["res.partner"].create({"name": "C", "is_company": True})
        self.env["res.partner"].create(
            [
                {
                    "name": f"P{place}",
                    "parent_id": customer.id,
                    "phone": f"1391000{place:04}",
                    "email": f"p{place}@example.com",
                }
                for place in range(26)
            ]
        )
        self._create_lead(user, partner_id=customer.id)
        self.assertEqual(user.process_open_customer_count, 2)

    def test_import_of_lists(self):
        """A row with a list of numbers needs as much room as the list."""
        user = self.salesperson_b
        self.team_east.process_customer_limit = 2
        numbers = ",".join(f"1391000{place:04}" for place in range(25))
        result = (
            self.env["crm.lead"]
            .with_user(user)
            .load(
                ["name", "phone", "user_id/.id", "team_id/.id", "type"],
                [
                    ["L", phone, str(user.id), str(self.team_east.id), "opportunity"]
                    for phone in (numbers, "13812345678")
                ],
            )
        )
        self.assertFalse(result["messages"])
        leads = self.env["crm.lead"].browse(result["ids"])
        self.assertFalse(leads[0].ownership_id.user_id)
        self.assertEqual(leads[1].ownership_id.user_id, user)

    def test_a_list_of_numbers_is_as_many_look_ups(self):
        self.company.process_lookup_limit = 5
        wizard = self._registration(
            self.salesperson_b,
            phone="13810000000",
            contact_ids=[
                (0, 0, {"phone": f"1391000000{number}"}) for number in range(10)
            ],
        )
        with self.assertRaisesRegex(UserError, "Try again at"):
            wizard.action_register()
        self.assertFalse(self._ownership("+8613910000001"))

    def test_values_of_a_client(self):
        """What is no number, no kind and no text is refused in one sentence."""
        Shared = self.env["sales.process.shared.value"].with_user(self.director)
        for values in (
            {"kind": "bogus", "value": "13812345678"},
            {"kind": ["phone"], "value": "13812345678"},
            {"kind": "phone", "value": 13812345678},
            {"kind": "phone", "value": {}},
            {"kind": "phone"},
        ):
            with self.assertRaisesRegex(UserError, "is no phone"):
                Shared.create(values)

    def test_all_that_is_typed_is_read(self):
        """A number behind a long text is read, or the text is refused."""
        self._create_lead(self.salesperson_a, phone="13812345678", email_from="z@x.cn")
        partner = self.env["res.partner"].create({"name": "P"})
        self._create_lead(self.salesperson_b, partner_id=partner.id)
        partner = partner.with_user(self.salesperson_b)
        details = ("phone", "13812345678"), ("email_from", "z@x.cn")
        for name, value in details:
            for filler in ("x ", " ", "1", "\N{ZERO WIDTH SPACE}", "a@b.cn "):
                for length in (400, 1900, 9000):
                    text = (filler * length)[:length] + " " + value
                    with self.subTest(name=name, filler=filler, length=length):
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            self._create_lead(self.salesperson_b, **{name: text})
                        self.env.invalidate_all()
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            partner[name.removesuffix("_from")] = text
                        self.env.invalidate_all()
