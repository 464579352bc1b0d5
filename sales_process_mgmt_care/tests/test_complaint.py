# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import COMPLAINT, MONDAY, PHONE, CareCommon


@tagged("post_install", "-at_install")
class TestComplaint(CareCommon):
    """A complaint comes in, and finds whose it is."""

    def test_customer_is_found_silently(self):
        """The owner then, the team, the leader; and nobody else becomes an owner."""
        owners = self.env["sales.process.ownership"].search_count([])
        lookups = self.env["sales.process.lookup"].search_count([])
        before = self._max_message()
        row = self._complain(contact_phone="+86 138-1234-5678", team=self.team_west)
        self.assertEqual(row.ownership_id, self.ownership)
        self.assertEqual(row.owner_id, self.salesperson_a)
        # the customer's team, not the addressed one
        self.assertEqual(row.team_id, self.team_east)
        self.assertEqual(row.decider_id, self.leader_east)
        self.assertFalse(row.handler_id)
        self.assertEqual(self._messages(self.salesperson_a, before).ids, [])
        self.assertEqual(len(self._messages(self.leader_east, before)), 1)
        self.assertEqual(self.env["sales.process.ownership"].search_count([]), owners)
        self.assertEqual(self.env["sales.process.lookup"].search_count([]), lookups)
        self.assertFalse(self.lead.message_ids.filtered(lambda row: "C0" in row.body))

    def test_unknown_customer(self):
        row = self._complain(contact_phone="13900000001", team=self.team_west)
        self.assertFalse(row.ownership_id or row.owner_id)
        self.assertEqual(row.team_id, self.team_west)
        self.assertEqual(row.decider_id, self.leader_west)
        self.assertFalse(
            self.env["res.partner"].search([("phone", "=", "13900000001")])
        )

    def test_owner_then_stays(self):
        """Handed over between the event and today: it stays with the owner then."""
        row = self._complain()
        self.ownership.sudo()._hand_over(
            {self.ownership.sudo(): self.salesperson_b}, "transfer", "transferred"
        )
        self.env.invalidate_all()
        self.assertEqual(row.owner_id, self.salesperson_a)

    def test_deadline_by_severity(self):
        """Monday 10:00: 4, 16 and 40 working hours, lunch and nights left out."""
        for severity, due in (
            ("grave", datetime(2027, 3, 1, 7)),
            ("serious", datetime(2027, 3, 3, 2)),
            ("minor", datetime(2027, 3, 8, 2)),
        ):
            with self.subTest(severity):
                row = self._complain(severity=severity, description=severity)
                self.assertEqual((row.date_due, row.date_escalate), (due, due))

    def test_exceptional_days_move_the_deadline(self):
        self.env["sales.process.calendar.exception"].create(
            [
                {
                    "name": "Closed",
                    "team_id": self.team_east.id,
                    "date": "2027-03-02",
                    "is_working": False,
                },
                {
                    "name": "Make-up",
                    "team_id": self.team_east.id,
                    "date": "2027-03-06",
                    "is_working": True,
                },
            ]
        )
        # six hours on Monday, none on Tuesday, eight on Wednesday, two on Thursday
        row = self._complain(severity="serious")
        self.assertEqual(row.date_due, datetime(2027, 3, 4, 2))
        # Friday 16:00: one hour, then the Saturday from nine o'clock on
        row = self._complain("2027-03-05 08:00:00", severity="grave", name="Other")
        self.assertEqual(row.date_due, datetime(2027, 3, 6, 4))

    def test_severity_is_changed_by_the_decider(self):
        row = self._complain()
        with self._at("2027-03-01 02:10:00"):
            row.with_user(self.leader_east).handler_id = self.salesperson_a
            with self.assertRaises(AccessError):
                row.with_user(self.salesperson_a).severity = "minor"
            row.with_user(self.leader_east).severity = "grave"
        self.assertEqual(row.severity, "grave")
        self.assertEqual(row.date_due, datetime(2027, 3, 1, 7))

    def test_recorded_by_hand(self):
        """The owner works on it; the answer is the same for every customer."""
        own = self._record(self.salesperson_a)
        row = self._last()
        self.assertEqual(row.handler_id, self.salesperson_a)
        self.assertEqual(row.decider_id, self.leader_east)
        self.assertEqual(row.with_user(self.salesperson_a).name, "Rude on the phone")
        other = self._record(self.salesperson_d, description="Again")
        stranger = self._record(
            self.salesperson_d, contact_phone="13900000002", description="Again"
        )
        self.assertEqual(own, other)
        self.assertEqual(own, stranger)
        rows = self.env[COMPLAINT].search([("id", ">", row.id)])
        self.assertEqual(rows.team_id, self.team_east | self.team_west)
        # whoever recorded it learns nothing: not whose customer it is either
        mine = self.env[COMPLAINT].with_user(self.salesperson_d)
        self.assertFalse(mine.search([]))
        with self.assertRaises(AccessError):
            mine.browse(rows.ids).read(["owner_id"])

    def test_hand_twice_is_once(self):
        self._record(self.salesperson_a)
        row = self._last()
        self._record(self.salesperson_a)
        self.assertEqual(self._last(), row)

    def test_the_same_number_in_another_notation(self):
        """Who complains is the same, however the number or address is written."""
        row = self._complain(contact_phone="13812345678")
        for phone in ("+86 138 1234 5678", "138-1234-5678", "0086 13812345678"):
            with self.subTest(phone):
                self.assertEqual(self._complain(contact_phone=phone), row)
        self.assertNotEqual(self._complain(contact_phone="13812345679"), row)
        row = self._complain(contact_email="Lin@Example.com", contact_phone=False)
        for email in ("lin@example.com", "Lin Hua <LIN@example.com>"):
            with self.subTest(email):
                same = self._complain(contact_email=email, contact_phone=False)
                self.assertEqual(same, row)
        # what cannot be read is what was written
        row = self._complain(contact_phone="extension 12")
        self.assertEqual(self._complain(contact_phone="Extension  12"), row)
        self.assertNotEqual(self._complain(contact_phone="extension 13"), row)

    def test_refused_by_hand(self):
        for values, sentence in (
            ({"against_id": self.salesperson_a.id}, "about themselves"),
            ({"contact_phone": False}, "Say who complains"),
        ):
            with self.assertRaisesRegex(UserError, sentence):
                self._record(self.salesperson_a, **values)
        self.team_east.process_complaint = False
        with self.assertRaisesRegex(UserError, "switch it on"):
            self._record(self.salesperson_a)
        with self.assertRaises(AccessError):
            self._record(self.office_user)

    def test_nobody_makes_one_past_the_door(self):
        Complaint = self.env[COMPLAINT].with_user(self.director)
        with self.assertRaises(AccessError):
            Complaint.create({"name": "Mine", "company_id": self.company.id})
        with self.assertRaises(AccessError):
            Complaint.with_user(self.salesperson_a).create({"name": "Mine"})
        row = self._complain()
        with self.assertRaises(AccessError):
            row.with_user(self.leader_east).unlink()

    def test_other_company_reads_nothing(self):
        self._complain()
        self.assertFalse(self.env[COMPLAINT].with_user(self.salesperson_x).search([]))

    def test_handler_reads_and_writes_what_happened(self):
        row = self._complain()
        mine = row.with_user(self.salesperson_b)
        self.assertFalse(mine.has_access("read"))
        row.with_user(self.leader_east).handler_id = self.salesperson_b
        self.assertTrue(mine.has_access("read"))
        mine.write({"cause": "delivery", "action_taken": "Sent again"})
        for name, value in (
            ("against_id", self.salesperson_a.id),
            ("handler_id", self.salesperson_c.id),
            ("severity", "minor"),
            ("partner_id", False),
            ("state", "closed"),
            ("verdict", "unjustified"),
            ("owner_id", self.salesperson_c.id),
            ("weighs_on_id", False),
            ("date_due", "2030-01-01"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                mine.write({name: value})

    def test_handler_must_be_able_to_open_it(self):
        row = self._complain().with_user(self.leader_east)
        with self.assertRaisesRegex(UserError, "cannot open"):
            row.handler_id = self.office_user
        with self.assertRaises(UserError):
            row.handler_id = self.salesperson_x

    def test_decider_who_leaves(self):
        row = self._complain()
        self.leader_east.action_archive()
        self.env[COMPLAINT]._process_late()
        self.assertIn(row.decider_id, self.managers)

    def test_release_waits_for_the_leader(self):
        """Its timer runs on; when it is due it is held, and not given up."""
        Release = self.env["sales.process.release"]
        self.team_east.process_date_release_from = False
        self.team_east.process_release_ceiling_percent = 0
        row = self._complain()
        other = self._create_lead(self.salesperson_a, phone="13900000003").ownership_id
        self.ownership.date_deadline = MONDAY
        other.date_deadline = MONDAY
        self.env.flush_all()
        self.assertEqual(
            (self.ownership | other)._filter_awaiting_leader(), self.ownership
        )

        def night(moment):
            with self._at(moment):
                Release._release(Release._lock_due(100))
                self.env.flush_all()
            self.env.invalidate_all()

        night("2027-03-02 02:00:00")
        self.assertEqual(other.state, "ended")
        self.assertEqual((self.ownership.state, self.ownership.is_held), ("open", True))
        with self.assertRaisesRegex(UserError, "to be settled first"):
            self.ownership.with_user(self.salesperson_a)._give_up("No need")
        self._settle(row, moment="2027-03-02 03:00:00")
        night("2027-03-02 04:00:00")
        self.assertEqual(self.ownership.state, "open")
        night("2027-03-03 02:00:00")
        self.assertEqual(self.ownership.state, "ended")

    def test_owner_keeps_nobody_by_a_late_complaint(self):
        """What the owner writes down once the customer is due holds nobody."""
        self.ownership.date_deadline = "2027-03-01 02:00:00"
        self._record(self.salesperson_a, "2027-03-01 02:00:00")
        row = self._last()
        self.assertEqual(row.recorded_by_id, self.salesperson_a)
        self.assertFalse(self.ownership._filter_awaiting_leader())
        # a second before it was due, by somebody else, or by the customer: it holds
        self._record(self.salesperson_b, "2027-03-01 03:00:00", description="By B")
        self.assertEqual(self.ownership._filter_awaiting_leader(), self.ownership)
        self._settle(self._last())
        self.assertFalse(self.ownership._filter_awaiting_leader())
        self._record(self.salesperson_a, "2027-03-01 01:59:59", description="In time")
        self.assertEqual(self.ownership._filter_awaiting_leader(), self.ownership)

    def test_contact_that_is_known_later(self):
        """The leader chooses the contact: whose customer it is follows."""
        partner = self.env["res.partner"].create({"name": "Wang"})
        self.lead.partner_id = partner
        row = self._complain(contact_phone="13900000009")
        self.assertFalse(row.ownership_id)
        row.with_user(self.leader_east).partner_id = partner
        self.assertEqual(
            (row.ownership_id, row.owner_id), (self.ownership, self.salesperson_a)
        )

    def test_cause_is_the_deciders_after_the_verdict(self):
        """Whoever it counts for does not change the cause before it is closed."""
        row = self._complain()
        row.with_user(self.leader_east).handler_id = self.salesperson_a
        self._investigate(self.salesperson_a, row, cause="conduct")
        self._answer(
            self.leader_east, row, "decide", verdict="justified", text="It was so"
        )
        with self.assertRaisesRegex(AccessError, "do not decide"):
            row.with_user(self.salesperson_a).cause = "product"
        self._answer(self.salesperson_a, row, "tell", customer_agrees="no")
        row.with_user(self.salesperson_a).cause = "service"
        self.assertEqual(row.cause, "service")

    def test_hold_follows_the_customer(self):
        """Handed over, or joined with another contact: the complaint comes along."""
        self._complain()
        new = self.ownership.sudo()._hand_over(
            {self.ownership.sudo(): self.salesperson_b}, "transfer", "transferred"
        )[self.ownership.sudo()]
        self.assertEqual(new._filter_awaiting_leader(), new)
        other = self._create_lead(self.salesperson_b, phone="13900000004").ownership_id
        self.assertFalse(other._filter_awaiting_leader())
        other.sudo()._absorb(new.sudo())
        self.assertEqual(other._filter_awaiting_leader(), other)

    def test_no_query_where_nobody_is_asked(self):
        with self.assertQueryCount(0):
            self.env["sales.process.ownership"]._filter_awaiting_leader()
        many = self.ownership
        for number in range(5):
            many |= self._create_lead(
                self.salesperson_a, phone=f"1390000100{number}"
            ).ownership_id
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            many.sudo()._filter_awaiting_leader()

    def test_switched_on(self):
        """Address and link are made once, and stay when it is switched off and on."""
        team = self.team_east
        alias, token = team.process_complaint_alias_id, team.process_complaint_token
        self.assertTrue(alias and token)
        self.assertIn(token, team.process_complaint_url)
        team.process_complaint = False
        self.assertFalse(team.process_complaint_url)
        team.process_complaint = True
        self.assertEqual(team.process_complaint_alias_id, alias)
        self.assertEqual(team.process_complaint_token, token)
        new = self._create_team(
            "Team South", "enforce", self.leader_west, self.env["res.users"]
        )
        self.assertFalse(new.process_complaint_alias_id)
        new.with_user(self.director).process_complaint = True
        self.assertTrue(new.process_complaint_alias_id)
        with self.assertRaises(AccessError):
            team.with_user(self.salesperson_a).process_complaint = False
        alias = new.process_complaint_alias_id
        new.unlink()
        self.assertFalse(alias.exists())

    def test_waits_for_whoever_handles_it(self):
        """Beside the decider, whose list has it; never for whom it is against."""
        row = self._complain()
        Item = self.env["sales.process.owed.item"]

        def find(user):
            self.env.flush_all()
            return Item.with_user(user).search([("kind", "=", "complaint_todo")])

        for user in (self.salesperson_a, self.salesperson_b, row.decider_id):
            self.assertFalse(find(user), user.login)
        row.with_user(row.decider_id).handler_id = self.salesperson_b
        item = find(self.salesperson_b)
        self.assertEqual((item.res_id, item.date_due), (row.id, row.date_due))
        for user in (self.salesperson_a, self.leader_east, self.director):
            self.assertFalse(find(user), user.login)

    def test_agenda_and_fact(self):
        """What waits stands on the decider's list, what was justified is a fact."""
        Item = self.env["sales.process.agenda.item"]
        domain = [("kind", "=", "complaint_open")]
        row = self._complain()
        for user, is_shown in (
            (self.leader_east, True),
            (self.director, True),
            (self.salesperson_a, False),
            (self.leader_west, False),
        ):
            found = Item.with_user(user).search(domain)
            self.assertEqual(bool(found), is_shown, user.name)
        item = Item.with_user(self.leader_east).search(domain)
        self.assertEqual((item.name, item.date_due), (row.code, row.date_due))
        Fact = self.env["sales.process.fact"]
        domain = [("kind", "=", "complaint_justified")]
        self.assertFalse(Fact.search(domain))
        self._settle(row)
        self.assertFalse(Item.search([("kind", "=", "complaint_open")]))
        fact = Fact.with_user(self.salesperson_a).search(domain)
        self.assertEqual((fact.user_id, fact.name), (self.salesperson_a, row.code))
        self.assertEqual(fact.date, fields_date("2027-03-01"))
        with self.assertRaises(UserError):
            fact.action_open_evidence()
        self.assertFalse(Fact.with_user(self.salesperson_b).search(domain))

    def test_metric(self):
        metric = self.env.ref(
            "sales_process_mgmt_care.sales_process_metric_complaints_justified"
        )
        self.assertFalse(metric.problem)
        self._settle(self._complain())
        self._settle(self._complain(name="Other"), verdict="unjustified")
        rows = self.env[COMPLAINT].search(
            [("weighs_on_id", "=", self.salesperson_a.id)]
        )
        self.assertEqual(len(rows), 1)

    def test_late(self):
        row = self._complain(severity="grave")
        with self._at(row.date_due + timedelta(seconds=1)):
            row.invalidate_recordset(["is_late"])
            self.assertTrue(row.is_late)
            self.assertIn(row, row.search([("is_late", "=", True)]))
            self.assertNotIn(row, row.search([("is_late", "=", False)]))
        with self._at(row.date_due):
            row.invalidate_recordset(["is_late"])
            self.assertFalse(row.is_late)
            self.assertNotIn(row, row.search([("is_late", "=", True)]))

    def test_texts_from_outside_are_cut(self):
        row = self._complain(
            name="x" * 900,
            description="y\x00\ud800" * 200_000,
            contact_name="z" * 900,
            contact_phone="1" * 900,
        )
        self.assertEqual(len(row.name), 256)
        self.assertLessEqual(len(row.description), 100_000)
        self.assertTrue({"\x00", "\ud800"}.isdisjoint(row.description))
        empty = self._complain(name=" ", description="", contact_phone="0")
        self.assertTrue(empty.name)

    def test_phone_of_many_readings(self):
        """Whatever the customer types behind the number, it is found."""
        for phone in (PHONE, f"0086{PHONE}", f"{PHONE}.0", f"手机：{PHONE}（王）"):
            with self.subTest(phone):
                row = self._complain(contact_phone=phone, description=phone)
                self.assertEqual(row.ownership_id, self.ownership)


def fields_date(text):
    return datetime.fromisoformat(text).date()
