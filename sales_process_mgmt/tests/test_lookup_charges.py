# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a look-up costs: which details count, when, and from when on one waits."""

from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..exceptions import LookupLimitError
from ..tools.transaction import get_asked_lookups, get_told_lookups
from .test_registration import RegistrationCommon

# a month's last evening in UTC
NOW = datetime(2026, 1, 31, 23, 30)
PHONE = "+8613812345678"
FREE = "+8613900000001"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class ChargesCommon(RegistrationCommon):
    """Salesperson A owns PHONE; salesperson B asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Lookup = cls.env["sales.process.lookup"]
        cls.lead = cls._create_lead(cls.salesperson_a, phone=PHONE)
        cls._register_long_ago(cls.lead)

    def setUp(self):
        super().setUp()
        # the tests of a class share a cursor, and what it remembers
        for get in (get_asked_lookups, get_told_lookups):
            self.addCleanup(get(self.env).clear)
            get(self.env).clear()

    def _key(self, value, kind=None):
        kind = kind or ("email" if "@" in value else "phone")
        return (self.company.id, kind, value)

    def _ask(self, *values, user=None, session="", moment=NOW, company=None):
        """Look these details up together.

        :return: from when on the person may, or False
        """
        user = user or self.salesperson_b
        keys = {
            value if isinstance(value, tuple) else self._key(value): str(value)
            for value in values
        }
        with self._at(moment):
            result = self.Lookup._find(keys, user)
            return self.Lookup._charge(
                user, company or self.company, keys, result, session
            )

    def _log(self, user=None):
        user = user or self.salesperson_b
        return self.Lookup.search([("user_id", "=", user.id)], order="id")

    def _charged(self, user=None):
        return self._log(user).mapped("is_charged")


@tagged("post_install", "-at_install")
class TestWhatCounts(ChargesCommon):
    """One customer counts once; what one works, and what one was told, not again."""

    def test_details_of_one_customer(self):
        """The first detail counts; a further one of another kind does not."""
        for values, charged in (
            ([FREE], [True]),
            ([FREE, "a@c.example"], [True, False]),
            ([FREE, "+8613900000002"], [True, True]),
            ([FREE, "a@c.example", "b@c.example"], [True, True, False]),
            ([("wechat", "zhang")], [True]),
            ([FREE, ("wechat", "zhang")], [True, False]),
            ([("registration", "330100")], []),
            ([], []),
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                keys = [
                    self._key(value[1], value[0]) if isinstance(value, tuple) else value
                    for value in values
                ]
                self.assertFalse(self._ask(*keys))
                self.assertEqual(sorted(self._charged()), sorted(charged))
                savepoint.rollback()
                self.env.invalidate_all()
                get_told_lookups(self.env).clear()

    def test_one_registration_is_one_customer(self):
        self._ask(FREE, session="one")
        self._ask("a@c.example", session="one", moment=NOW + MINUTE)
        self._ask("+8613900000002", session="one", moment=NOW + 2 * MINUTE)
        self._ask("b@c.example", session="two", moment=NOW + 3 * MINUTE)
        self.assertEqual(self._charged(), [True, False, True, True])
        self.assertEqual(self._log().mapped("session"), ["one", "one", "one", "two"])

    def test_asked_again(self):
        """Within a minute it is one look-up; what is known is charged each time."""
        for value, passed, charged in (
            (FREE, MINUTE - SECOND, [True]),
            (FREE, MINUTE, [True, False]),
            (FREE, HOUR - SECOND, [True, False]),
            (FREE, HOUR, [True, True]),
            (PHONE, MINUTE - SECOND, [True]),
            (PHONE, MINUTE, [True, True]),
            (PHONE, HOUR, [True, True]),
        ):
            with (
                self.subTest(value=value, passed=passed),
                self.env.cr.savepoint() as savepoint,
            ):
                self._ask(value)
                self._ask(value, moment=NOW + passed)
                self.assertEqual(self._charged(), charged)
                savepoint.rollback()
                self.env.invalidate_all()
                get_told_lookups(self.env).clear()

    def test_what_one_works_costs_nothing(self):
        self.lead.ownership_id._add_collaborators(self.salesperson_c)
        for user, charged, outcome in (
            (self.salesperson_a, False, "mine"),
            (self.salesperson_c, False, "helper"),
            (self.salesperson_b, True, "owned"),
        ):
            self._ask(PHONE, user=user)
            row = self._log(user)
            self.assertEqual((row.is_charged, row.outcome), (charged, outcome))
            self.assertEqual(row.ownership_id, self.lead.ownership_id)
        # a further detail beside an own customer is a question
        self._ask(PHONE, FREE, user=self.salesperson_a, moment=NOW + 2 * MINUTE)
        rows = self._log(self.salesperson_a)[1:]
        found = {row.value: (row.is_charged, row.outcome) for row in rows}
        self.assertIn((True, "new"), found.values())
        self.assertIn((False, "mine"), found.values())

    def test_what_lies_in_the_pool_counts(self):
        self.lead.ownership_id._give_up("Moved")
        for user in (self.salesperson_a, self.salesperson_b):
            self._ask(PHONE, user=user)
            self.assertEqual(self._log(user).outcome, "pool")
            self.assertEqual(self._charged(user), [True])

    def test_what_is_kept_of_strangers(self):
        self._ask(FREE, "zhang.wei@c.example", self._key("zhang_wei", "wechat"))
        for row in self._log():
            for secret in ("139000000", "zhang.wei", "zhang_wei"):
                self.assertNotIn(secret, row.value)
                self.assertNotIn(secret, row.digest)
        self.assertEqual(len(set(self._log().mapped("digest"))), 3)


@tagged("post_install", "-at_install")
class TestFromWhenOnOneMay(ChargesCommon):
    """The limit of an hour, both sides; leaders look up as much as they need."""

    def test_both_sides_of_the_limit(self):
        self.company.process_lookup_limit = 2
        begun = [NOW, NOW + 10 * MINUTE]
        for number, moment in enumerate(begun):
            self.assertFalse(self._ask(f"+861390000001{number}", moment=moment))
        for asked, passed, until in (
            (1, 20 * MINUTE, begun[0] + HOUR),
            (2, 20 * MINUTE, begun[1] + HOUR),
            # more at once than the whole limit: never
            (3, 20 * MINUTE, NOW + 20 * MINUTE + HOUR),
            (1, HOUR - SECOND, begun[0] + HOUR),
            (1, HOUR, False),
            (2, HOUR, begun[1] + HOUR),
            (2, HOUR + 10 * MINUTE, False),
            (0, 20 * MINUTE, False),
        ):
            with (
                self.subTest(asked=asked, passed=passed),
                self.env.cr.savepoint() as savepoint,
            ):
                values = [f"+861390000002{number}" for number in range(asked)]
                before = len(self._log())
                self.assertEqual(self._ask(*values, moment=NOW + passed), until)
                logged = len(self._log()) - before
                self.assertEqual(logged, 0 if until else asked, "Refused is nothing")
                savepoint.rollback()
                self.env.invalidate_all()
                get_told_lookups(self.env).clear()

    def test_who_is_limited(self):
        self.company.process_lookup_limit = 1
        for user, limited in (
            (self.salesperson_b, True),
            (self.salesperson_e, True),
            (self.leader_east, False),
            (self.leader_west, False),
            (self.director, False),
        ):
            self._ask("+8613900000031", user=user)
            until = self._ask("+8613900000032", user=user, moment=NOW + MINUTE)
            self.assertEqual(bool(until), limited, user.login)

    def test_limits_are_those_of_the_company(self):
        self.company.process_lookup_limit = 1
        self._ask(FREE)
        later = {"moment": NOW + MINUTE}
        self.assertTrue(self._ask("+8613900000002", **later))
        self.assertFalse(
            self._ask("+8613900000002", company=self.company_2, **later), "No limit"
        )
        # whoever asks in one company has asked
        self.company_2.process_lookup_limit = 2
        self.assertTrue(
            self._ask("+8613900000003", company=self.company_2, moment=NOW + 5 * MINUTE)
        )

    def test_views_of_the_pool_are_another_limit(self):
        self.company.process_lookup_limit = 1
        pooled = self.lead.ownership_id._give_up("Moved")
        with self._at(NOW):
            self.Lookup._log_pool_views(self.salesperson_b, pooled)
        self.assertEqual(self._log().kind, "pool")
        self.assertFalse(self._ask(FREE, moment=NOW + MINUTE))

    def test_sentence_in_the_zone_of_the_reader(self):
        self.company.process_lookup_limit = 7
        for tz, time in (("Asia/Shanghai", "8:30"), ("America/New_York", "7:30")):
            self.salesperson_b.tz = tz
            Lookup = self.Lookup.with_user(self.salesperson_b).with_context(tz=tz)
            text = Lookup._get_limit_sentence(self.company, NOW + HOUR)
            self.assertIn("7 customers", text)
            self.assertIn(time, text)


@tagged("post_install", "-at_install")
class TestEveryAnswerCountsOnce(ChargesCommon):
    """What is done with a detail answers, refused or not: see ``_charge_questions``."""

    def _question(self, *values, user=None, moment=NOW, owner=None):
        user = user or self.salesperson_b
        owners = {
            self._key(value): owner or self.env["sales.process.ownership"]
            for value in values
        }
        with self._at(moment):
            self.Lookup._charge_questions(user, [(self.company, owners)])
        return list(get_asked_lookups(self.env))

    def test_known_and_unknown_cost_the_same(self):
        self.company.process_lookup_limit = 1
        theirs = self.lead.ownership_id
        for owner in (theirs, theirs.browse()):
            get_asked_lookups(self.env).clear()
            rows = self._question(FREE, owner=owner)
            self.assertEqual([row["is_charged"] for row in rows], [True])
            for again in (theirs, theirs.browse()):
                with self.assertRaises(LookupLimitError) as refusal:
                    self._question("+8613900000002", owner=again, moment=NOW + MINUTE)
                self.assertIn("within an hour", str(refusal.exception))

    def test_told_is_new_and_registered(self):
        self.company.process_lookup_limit = 1
        self._question(FREE)
        self.assertEqual(len(self._question(FREE, moment=NOW + MINUTE)), 1)
        # a customer of somebody else is charged however often it is tried
        with self.assertRaises(LookupLimitError):
            self._question(FREE, owner=self.lead.ownership_id, moment=NOW + MINUTE)

    def test_nobody_is_asked_where_nobody_enforces(self):
        self.company.process_lookup_limit = 1
        teams = self.team_east | self.team_c2
        teams.process_mode = "observe"
        for number in range(3):
            self.assertFalse(self._question(f"+861390000004{number}"))
        self.assertFalse(self.Lookup._is_enforced())
        teams.process_mode = "enforce"
        self.assertTrue(self.Lookup._is_enforced())

    def test_whose_questions_are_counted(self):
        """What is unknown only where it is limited; what is known always."""
        for limit, user, owner, counted in (
            (0, self.salesperson_b, False, 0),
            (0, self.salesperson_b, True, 1),
            (5, self.salesperson_b, False, 1),
            (5, self.director, False, 0),
            (5, self.director, True, 1),
            (5, self.leader_east, False, 1),
            (5, self.env.ref("base.user_root"), False, 0),
        ):
            with self.subTest(limit=limit, user=user.login, owner=owner):
                get_asked_lookups(self.env).clear()
                self.company.process_lookup_limit = limit
                rows = self._question(
                    FREE, user=user, owner=owner and self.lead.ownership_id
                )
                self.assertEqual(len(rows), counted)

    def test_several_numbers_are_several_customers(self):
        self.company.process_lookup_limit = 9
        rows = self._question(FREE, "+8613900000002", "a@c.example")
        self.assertEqual([row["is_charged"] for row in rows].count(True), 2)
        self.assertEqual({row["outcome"] for row in rows}, {"new"})

    def test_written_in_a_transaction_of_its_own(self):
        """Whatever is gone meanwhile: who asked is, the log is not kept of it."""
        rows = self._question(FREE, owner=self.lead.ownership_id)
        gone = {**rows[0], "user_id": 2**31 - 1}
        lost = {**rows[0], "ownership_id": 2**31 - 1, "company_id": 2**31 - 1}
        self.Lookup._insert_asked(self.env.cr, [*rows, gone, lost])
        logged = self._log()
        self.assertEqual(len(logged), 2)
        self.assertEqual(logged.mapped("outcome"), ["owned", "owned"])
        # They are written by one statement, in whatever order it finds them.
        kept = logged.filtered("ownership_id")
        self.assertEqual(kept.ownership_id, self.lead.ownership_id)
        self.assertFalse((logged - kept).ownership_id)
        self.assertFalse((logged - kept).company_id)
        self.assertEqual(set(logged.mapped("date")), {NOW})
        self.assertEqual(set(logged.mapped("is_charged")), {True})


@tagged("post_install", "-at_install")
class TestWhoseItIs(ChargesCommon):
    """The state that a look-up tells, from the point of view of who asks."""

    def _state(self, *values, user=None, **options):
        keys = {self._key(value) for value in values}
        user = user or self.salesperson_b
        return self.Lookup._find(keys, user, **options)

    def test_states(self):
        own = self.lead.ownership_id
        email = self._create_lead(self.salesperson_c, email_from="a@c.example")
        theirs = email.ownership_id
        second = self._create_lead(self.salesperson_a, email_from="b@c.example")
        a, b, c = self.salesperson_a, self.salesperson_b, self.salesperson_c
        for values, user, state in (
            ([], b, False),
            ([FREE], b, "new"),
            ([PHONE], a, "mine"),
            ([PHONE], b, "owned"),
            ([PHONE, FREE], b, "owned"),
            ([PHONE, "b@c.example"], a, "mine"),
            ([PHONE, "b@c.example"], b, "owned"),
            ([PHONE, "a@c.example"], b, "several"),
            ([PHONE, "a@c.example"], a, "several"),
        ):
            self.assertEqual(self._state(*values, user=user).state, state, values)
        own._add_collaborators(b)
        self.assertEqual(self._state(PHONE).state, "helper")
        self.assertEqual(
            self._state(PHONE, "b@c.example").state, "owned", "Helps with one of two"
        )
        second.ownership_id._add_collaborators(b)
        self.assertEqual(self._state(PHONE, "b@c.example").state, "helper")
        theirs._give_up("Moved")
        self.assertEqual(self._state("a@c.example", user=c).state, "pool")
        self.assertEqual(self._state("a@c.example", PHONE).state, "several")
        self.assertEqual(self._state(is_shared=True).state, "shared")
        self.assertEqual(self._state(FREE, is_shared=True).state, "shared")
        self.assertEqual(self._state(PHONE, user=a, is_shared=True).state, "mine")

    def test_free_again_for_ninety_days(self):
        own = self.lead.ownership_id
        own._end("lost")
        for days, state in ((0, "expired"), (89, "expired"), (90, "new"), (91, "new")):
            with self._at(NOW):
                own.date_end = NOW - timedelta(days=days)
                found = self._state(PHONE)
                self.assertEqual(found.state, state, days)
                self.assertEqual(bool(found.previous), state == "expired")

    def test_hints_are_no_owners(self):
        """A name or a WeChat ID proposes; no more than five, running ones only."""
        leads = self.env["crm.lead"]
        for number in range(7):
            leads |= self._create_lead(
                self.salesperson_c,
                phone=f"1390000005{number}",
                process_wechat_id="zhang_wei",
            )
        key = {self._key("zhang_wei", "wechat")}
        found = self.Lookup._find(key, self.salesperson_b)
        self.assertEqual(found.state, "new")
        self.assertEqual(len(found.hints), 5)
        self.assertFalse(found.holders)
        self.assertFalse(found.matched)
        leads[-1].ownership_id._end("lost")
        found = self.Lookup._find(key, self.salesperson_b)
        self.assertNotIn(leads[-1].ownership_id, found.hints.with_env(self.env))
        # the customer itself is no hint at itself
        both = key | {self._key("+8613900000050")}
        found = self.Lookup._find(both, self.salesperson_b)
        self.assertEqual(found.holders.with_env(self.env), leads[0].ownership_id)
        self.assertNotIn(leads[0].ownership_id, found.hints.with_env(self.env))

    def test_the_oldest_holder_first(self):
        second = self._create_lead(self.salesperson_c, email_from="a@c.example")
        found = self._state(PHONE, "a@c.example", FREE)
        self.assertEqual(
            found.holders.ids, (self.lead.ownership_id | second.ownership_id).ids
        )
        self.assertEqual(
            {key[2]: row.id for key, row in found.owners.items()},
            {
                PHONE: self.lead.ownership_id.id,
                "a@c.example": second.ownership_id.id,
            },
        )
        self.assertEqual(
            {key[2] for key in found.matched}, {PHONE, "a@c.example"}, "Not the new one"
        )

    def test_limited_form_says_nothing(self):
        """Beyond the limit a known customer and an unknown one are told the same."""
        self.company.process_lookup_limit = 1
        self._registration(self.salesperson_b, phone="13900000061")
        told = set()
        for phone in (PHONE, "13900000062"):
            wizard = self._registration(self.salesperson_b, phone=phone)
            self.assertEqual(wizard.result_state, "limited")
            self.assertFalse(wizard.match_ids)
            for act in (
                wizard.action_register,
                wizard.action_log_visit,
                wizard.action_help,
                wizard.action_ask_invitation,
                wizard.action_call_leader,
            ):
                with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
                    act()
                told.add(str(refusal.exception))
        self.assertEqual(len(told), 1)
