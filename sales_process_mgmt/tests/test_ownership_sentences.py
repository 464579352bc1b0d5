# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is said and shown of a customer, and to whom."""

from datetime import datetime, timedelta

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .common_followup import FollowupCommon

# the first of February in Shanghai, the last of January in New York
START = datetime(2026, 1, 31, 17)
CALL = "mail.mail_activity_data_call"


class SentenceCommon(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ownership.write({"name": "Acme", "date_start": START})
        cls.desk = mail_new_test_user(
            cls.env,
            login="desk_of_sentences",
            name="Front Desk",
            groups="base.group_user,sales_process_mgmt.group_sales_process_reception",
            tz="America/New_York",
        )


@tagged("post_install", "-at_install")
class TestWhoLearnsWhat(SentenceCommon):
    """Everybody the team, the team the name, who works it contact and deadline."""

    def _tell(self, user, method="_get_conflict_sentence", ownership=None):
        row = (ownership or self.ownership).with_user(user).sudo()
        return getattr(row, method)(user)

    def test_of_an_owned_customer(self):
        self.ownership._add_collaborators(self.salesperson_d)
        self.ownership.date_last_contact = datetime(2026, 2, 1, 18)
        for user, name, dates in (
            (self.salesperson_a, True, True),
            (self.salesperson_d, True, True),
            (self.leader_east, True, True),
            (self.director, True, True),
            (self.salesperson_b, True, False),
            (self.salesperson_c, True, False),
            (self.desk, True, False),
            (self.salesperson_e, False, False),
            (self.leader_west, False, False),
            (self.office_user, False, False),
        ):
            text = self._tell(user)
            with self.subTest(user=user.login):
                self.assertIn("Team East", text)
                self.assertEqual("Salesperson A" in text, name)
                self.assertEqual("Last contact: " in text, dates)
                self.assertEqual("Deadline: " in text, dates)
                self.assertEqual("Ask to be invited" in text, not dates)
                self.assertNotIn("Acme", text)

    def test_of_a_customer_of_another_company(self):
        """Neither the team nor the owner, whatever the state; helpers read all."""
        stranger = self.salesperson_x
        text = self._tell(stranger)
        self.assertIn("another company", text)
        for name in ("Team East", "Salesperson A", "Acme"):
            self.assertNotIn(name, text)
        self.ownership._give_up("No need")
        pooled = self.env["sales.process.ownership"].search(
            [("root_id", "=", self.ownership.id), ("state", "=", "pool")]
        )
        self.assertNotIn("Team East", self._tell(stranger, ownership=pooled))
        self.assertIn("Team East", self._tell(self.salesperson_e, ownership=pooled))

    def test_company_that_shows_the_owner(self):
        self.company.process_owner_visibility = "company"
        for user in (self.salesperson_e, self.leader_west, self.office_user):
            text = self._tell(user)
            self.assertIn("Salesperson A", text)
            self.assertNotIn("Last contact", text)

    def test_days_are_those_of_the_reader(self):
        for user, tz, day in (
            (self.salesperson_b, "Asia/Shanghai", "02/01/2026"),
            (self.salesperson_b, "America/New_York", "01/31/2026"),
            (self.desk, "America/New_York", "01/31/2026"),
            # nobody's zone: that of the leader of the team
            (self.salesperson_b, False, "02/01/2026"),
        ):
            user.tz = tz
            self.assertIn(f"since {day}", self._tell(user), tz)

    def test_times_are_those_of_the_reader(self):
        self.ownership.write(
            {"date_last_contact": START, "date_deadline": START + timedelta(days=7)}
        )
        text = self._tell(self.leader_east)
        self.assertIn("Last contact: 02/01/2026 01:00:00", text)
        self.assertIn("Deadline: 02/08/2026 01:00:00", text)
        self.ownership.write({"date_last_contact": False, "date_deadline": False})
        text = self._tell(self.leader_east)
        self.assertIn("Last contact: none. Deadline: none.", text)

    def test_in_the_pool(self):
        pooled = self.ownership._give_up("Moved")
        for user in (self.salesperson_a, self.salesperson_e, self.leader_east):
            text = self._tell(user, ownership=pooled)
            self.assertIn("in the pool of Team East", text)
            self.assertNotIn("Salesperson A", text)

    def test_own_sentence(self):
        self.ownership._add_collaborators(self.salesperson_b)
        owner = self._tell(self.salesperson_a, "_get_own_sentence")
        self.assertIn("Acme is yours. Last contact:", owner)
        helper = self._tell(self.salesperson_b, "_get_own_sentence")
        self.assertIn("Acme belongs to Salesperson A. Last contact:", helper)
        self.ownership.write({"name": False, "date_deadline": False})
        text = self._tell(self.salesperson_a, "_get_own_sentence")
        self.assertIn("Customer is yours. Last contact: none. Deadline: none.", text)

    def test_of_one_that_is_free_again(self):
        self.ownership._end("lost")
        self.ownership.date_end = START
        for user, words in (
            (self.salesperson_a, "It was yours until 02/01/2026 (Lost)"),
            (
                self.salesperson_b,
                "belonged to Salesperson A (Team East) until 02/01/2026 (Lost)",
            ),
            (self.desk, "Salesperson A (Team East) until 01/31/2026 (Lost)"),
            (
                self.salesperson_e,
                "belonged to a salesperson of Team East until 02/01/2026 and",
            ),
        ):
            text = self._tell(user, "_get_previous_sentence")
            self.assertIn(words, text)
            self.assertIn("is free again", text)
        self.assertNotIn(
            "Salesperson A", self._tell(self.salesperson_e, "_get_previous_sentence")
        )
        pooled = self._create_lead(self.salesperson_b, phone="13900000001")
        row = pooled.ownership_id._give_up("Moved")
        row._end("released")
        text = self._tell(self.leader_east, "_get_previous_sentence", row)
        self.assertIn("It belonged to the pool (Team East)", text)

    def test_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        row = self.ownership.with_context(lang="zh_CN")
        self.assertNotIn(
            "This customer", row._get_conflict_sentence(self.salesperson_b)
        )

    def test_name_read_past_the_rules(self):
        """A record that names a customer does not tell a stranger which."""
        for user, name in (
            (self.salesperson_a, "Acme"),
            (self.leader_east, "Acme"),
            (self.director, "Acme"),
            (self.salesperson_d, "Customer of Team East"),
            (self.office_user, "Customer of Team East"),
        ):
            row = self.ownership.with_user(user).sudo()
            row.invalidate_recordset(["display_name"])
            self.assertEqual(row.display_name, name, user.login)
        self.ownership.name = False
        row = self.ownership.with_user(self.salesperson_a)
        row.invalidate_recordset(["display_name"])
        self.assertEqual(row.display_name, "Customer")


@tagged("post_install", "-at_install")
class TestWhatIsPlannedNext(SentenceCommon):
    """The earliest activity on an open lead, else what the last follow-up plans."""

    def _next(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        row = self.ownership.with_user(user or self.salesperson_a)
        return row.next_step, row.date_next_step and str(row.date_next_step)

    def _plan(self, lead, day, **values):
        return lead.with_user(self.salesperson_a).activity_schedule(
            CALL, user_id=self.salesperson_a.id, date_deadline=day, **values
        )

    def test_activity_before_words(self):
        self.assertEqual(self._next(), (False, False))
        self._record("2026-02-01 03:00:00", next_step="Send the offer")
        self.assertEqual(self._next(), ("Send the offer", False))
        self._record(
            "2026-02-02 03:00:00", next_step="Visit them", date_next="2026-03-01"
        )
        self.assertEqual(self._next()[0], "Visit them")
        # what plans nothing takes nothing back
        self._record("2026-02-03 03:00:00")
        self.assertEqual(self._next()[0], "Visit them")
        self.lead.activity_ids.unlink()
        self.other_lead.activity_ids.unlink()
        self.assertEqual(self._next(), ("Visit them", "2026-03-01"))
        later = self._plan(self.lead, "2027-04-02", summary="Later")
        self.assertEqual(self._next(), ("Later", "2027-04-02"))
        self._plan(self.other_lead, "2027-04-01", summary="Sooner")
        self.assertEqual(self._next(), ("Sooner", "2027-04-01"))
        self.other_lead.with_user(self.salesperson_a).action_set_won()
        self.assertEqual(self._next(), ("Later", "2027-04-02"), "An open lead")
        later.summary = False
        self.assertEqual(self._next()[0], later.activity_type_id.name)

    def test_helper_sees_what_the_owner_plans(self):
        self.ownership._add_collaborators(self.salesperson_b)
        self._plan(self.lead, "2027-04-02", summary="Call Ms. Li")
        self.assertEqual(self._next(self.salesperson_b), ("Call Ms. Li", "2027-04-02"))


@tagged("post_install", "-at_install")
class TestWhatACustomerShows(SentenceCommon):
    """Numbers and facts on the customer's form, each for whom they are."""

    def test_leads_and_their_revenue(self):
        self.lead.expected_revenue = 100
        self.other_lead.expected_revenue = 20
        lost = self._create_lead(
            self.salesperson_a, phone="13812345678", expected_revenue=3
        )
        lost.with_user(self.salesperson_a).action_set_lost()
        won = self._create_lead(
            self.salesperson_a, phone="13812345678", expected_revenue=4
        )
        won.with_user(self.salesperson_a).action_set_won()
        self.env.flush_all()
        self.env.invalidate_all()
        row = self.ownership.with_user(self.salesperson_a)
        self.assertEqual(row.open_lead_count, 2)
        self.assertEqual(row.closed_lead_count, 2)
        self.assertEqual(row.lead_count, 4)
        self.assertEqual(row.expected_revenue, 120)
        self.assertEqual(row.currency_id, self.company.currency_id)
        empty = self.env["sales.process.ownership"].new({})
        self.assertEqual((empty.open_lead_count, empty.expected_revenue), (0, 0))

    def test_days_held(self):
        self.ownership._end("lost")
        for start, end, days in (
            ("2026-01-31 17:00:00", "2026-02-01 16:59:59", 0),
            ("2026-01-31 17:00:00", "2026-02-01 17:00:00", 1),
            ("2028-02-28 00:00:00", "2028-03-01 00:00:00", 2),
            ("2026-01-31 17:00:00", "2026-01-31 16:00:00", 0),
        ):
            self.ownership.write({"date_start": start, "date_end": end})
            self.assertEqual(self.ownership.days_held, days, end)

    def test_hidden_contact(self):
        self.lead.write({"email_from": "zhang.wei@example.com", "partner_name": "Acme"})
        pooled = self.ownership._give_up("Moved")
        shown = pooled.with_user(self.salesperson_b).masked_contact
        self.assertIn("***", shown)
        self.assertIn("@example.com", shown)
        for secret in ("zhang.wei", "12345678", "Acme"):
            self.assertNotIn(secret, shown)

    def test_history_of_all_periods(self):
        first = self._record("2026-02-01 03:00:00")
        new = self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )[self.ownership]
        second = self._record("2026-02-02 03:00:00", user=self.salesperson_b)
        stranger = self._create_lead(self.salesperson_b, phone="13900000001")
        other = self._record(
            "2026-02-02 03:00:00", lead=stranger, user=self.salesperson_b
        )
        for row in (self.ownership, new):
            self.assertEqual(row.chain_followup_ids, first | second)
            self.assertEqual(row.followup_count, 2)
        self.assertEqual(stranger.ownership_id.chain_followup_ids, other)
        with self.assertRaises(AccessError):
            new.with_user(self.salesperson_d).read(["chain_followup_ids"])

    def test_who_may(self):
        self.ownership._add_collaborators(self.salesperson_d)
        for user, works, leads in (
            (self.salesperson_a, True, False),
            (self.salesperson_d, True, False),
            (self.leader_east, True, True),
            (self.director, True, True),
            (self.salesperson_b, False, False),
            (self.leader_west, False, False),
        ):
            row = self.ownership.with_user(user).sudo()
            row.invalidate_recordset(["can_work", "can_lead"])
            self.assertEqual((row.can_work, row.can_lead), (works, leads), user.login)

    def test_only_helped(self):
        """Who helps and is nothing else, in a team that enforces."""
        helper = self.salesperson_b
        self.assertFalse(self.ownership._is_only_helped(helper))
        self.ownership._add_collaborators(helper | self.leader_east)
        self.assertTrue(self.ownership._is_only_helped(helper))
        self.assertFalse(self.ownership._is_only_helped(self.leader_east))
        self.assertFalse(self.ownership._is_only_helped(self.salesperson_a))
        self.assertFalse(self.ownership.browse()._is_only_helped(helper))
        self.team_east.process_mode = "observe"
        self.assertFalse(self.ownership._is_only_helped(helper))

    def test_who_decides(self):
        self.assertEqual(self.ownership._get_deciding_user(), self.leader_east)
        self.leader_east.active = False
        decides = self.ownership._get_deciding_user()
        self.assertTrue(decides.has_group("sales_team.group_sale_manager"))
        self.assertTrue(decides.active)
        self.assertIn(self.company, decides.company_ids)
        self.ownership.company_id = self.env["res.company"].create({"name": "Empty"})
        self.env["res.users"].search(
            [("company_ids", "in", self.ownership.company_id.ids)]
        ).company_ids -= self.ownership.company_id
        self.assertEqual(
            self.ownership._get_deciding_user(), self.env.ref("base.user_admin")
        )

    def test_where_a_contact_is_logged(self):
        """The newest open lead, else the newest."""
        self.assertEqual(self.ownership._get_current_lead(), self.other_lead)
        self.other_lead.with_user(self.salesperson_a).action_set_won()
        self.assertEqual(self.ownership._get_current_lead(), self.lead)
        self.lead.with_user(self.salesperson_a).action_set_won()
        self.assertEqual(self.ownership._get_current_lead(), self.other_lead)

    def test_one_detail_more_than_a_customer_has(self):
        company_id = self.company.id
        Key = self.env["sales.process.ownership.key"]
        self.assertEqual(len(self.ownership.key_ids), 1)
        for count, many in ((9, False), (1, True)):
            number = len(self.ownership.key_ids)
            Key._add_manual(
                self.ownership,
                {
                    (company_id, "email", f"{number + n}@a.example"): "x"
                    for n in range(count)
                },
            )
            self.assertEqual(self.ownership._has_many_details(), many)
        # a contact, a name, a WeChat ID are no further detail
        other = self._create_lead(self.salesperson_b, phone="13900000001").ownership_id
        Key._add_manual(
            other, {(company_id, "wechat", f"wx{number}"): "x" for number in range(30)}
        )
        self.assertFalse(other._has_many_details())

    def test_the_database_and_the_model_agree(self):
        """A customer has an owner or lies in the pool, and nobody helps there."""
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal_of_owners",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.ownership.user_id = portal
        for values in (
            {"user_id": False},
            {"state": "pool"},
            {"state": "ended"},
            {"date_end": START},
        ):
            with self.subTest(values=values):
                self.assertRaises(psycopg2.IntegrityError, self._write_now, values)
        self.assertEqual(self.ownership.user_id, self.salesperson_a)

    def _write_now(self, values):
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.ownership.write(values)
                self.env.flush_all()
        finally:
            self.env.invalidate_all(flush=False)
