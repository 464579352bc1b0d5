# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.models.sales_process_ownership_pool import (
    CONTACT_PATTERN,
    PoolView,
)

from .common_contact import DAY, SECOND, START, ContactCommon


class PoolCommon(ContactCommon):
    """A customer that salesperson_a has given up this Monday."""

    def setUp(self):
        super().setUp()
        self.pooled = self._pool(self.ownership)

    def _pool(self, ownership, reason="No need this year"):
        return (
            ownership.with_user(ownership.user_id)._give_up(reason).with_env(self.env)
        )

    def _more(self, number=1):
        with self._at(START - 30 * DAY):
            rows = self._many(self.salesperson_c, number)
        return rows.browse().union(*(self._pool(row) for row in rows))


@tagged("post_install", "-at_install")
class TestWhoTakes(PoolCommon):
    """Members of the pool's team and of those that share it, within the rules."""

    def test_table(self):
        b, d, e = self.salesperson_b, self.salesperson_d, self.salesperson_e
        share = {"process_pool_team_id": self.team_east.id}
        for user, customer, team, sentence in (
            (b, {}, {}, None),
            (self.salesperson_c, {}, {}, None),
            (self.leader_east, {}, {}, None),
            (self.director, {}, {}, None),
            (d, {}, {}, "Only members of Team East"),
            (d, {}, share, None),
            (self.leader_west, {}, {}, "Only members of Team East"),
            (self.leader_west, {}, share, None),
            (e, {}, {}, "Only members of Team East"),
            (self.office_user, {}, {}, "Only salespeople take"),
            (b, {"is_frozen": True}, {}, "does not want to be contacted"),
            (self.leader_east, {"is_frozen": True}, {}, "does not want"),
            (b, {"is_dormant": True}, {}, "This customer rests"),
            (self.leader_east, {"is_dormant": True}, {}, None),
            (self.director, {"is_dormant": True}, {}, None),
            # a leader of those that share it is none of this pool
            (self.leader_west, {"is_dormant": True}, share, "This customer rests"),
            (self.salesperson_a, {}, {}, "You let this customer go"),
        ):
            with (
                self.subTest(user=user.login, customer=customer, team=team),
                self.env.cr.savepoint() as savepoint,
            ):
                self.pooled.write(customer)
                self.team_west.write(team)
                pooled = self.pooled.with_user(user)
                if sentence:
                    with self.assertRaisesRegex((AccessError, UserError), sentence):
                        pooled.action_take()
                    self.assertEqual(self.pooled.state, "pool")
                else:
                    pooled.action_take()
                    taken = self.pooled.next_ids
                    self.assertEqual((taken.user_id, taken.origin), (user, "pool"))
                    self.assertEqual(
                        taken.team_id, self.team_west if team else self.team_east
                    )
                    self.assertEqual(self.lead.user_id, user)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_taken_twice(self):
        self.pooled.with_user(self.salesperson_b).action_take()
        for user in (self.salesperson_b, self.salesperson_c):
            with self.assertRaisesRegex(UserError, "Somebody has just taken"):
                self.pooled.with_user(user).action_take()

    def test_cool_down(self):
        """So many days after it was let go, to the second; none is none."""
        for days, moment, may in (
            (7, START + 7 * DAY - SECOND, False),
            (7, START + 7 * DAY, True),
            (1, START + DAY, True),
            (0, START, True),
        ):
            self.team_east.process_cooldown_days = days
            with (
                self.subTest(days=days, moment=moment),
                self._at(moment),
                self.env.cr.savepoint() as savepoint,
            ):
                pooled = self.pooled.with_user(self.salesperson_a)
                if may:
                    pooled.action_take()
                else:
                    with self.assertRaisesRegex(UserError, "again from 03/08/2027"):
                        pooled.action_take()
                savepoint.rollback()
            self.env.invalidate_all()

    def test_takes_of_a_day(self):
        """Of all pools, since midnight where the team works; transfers are none."""
        self.team_east.process_pool_take_limit = 2
        rows = self._more(4)
        midnight = datetime(2027, 3, 1, 16)
        for row, moment, may in (
            (rows[0], START, True),
            (rows[1], midnight - SECOND, True),
            (rows[2], midnight - SECOND, False),
            (rows[2], midnight, True),
        ):
            with self._at(moment), self.subTest(moment=moment, may=may):
                pooled = row.with_user(self.salesperson_b)
                if may:
                    pooled.action_take()
                else:
                    with self.assertRaisesRegex(UserError, "taken today: 2"):
                        pooled.action_take()
        # a colleague has an own number, and none is no limit
        rows[3].with_user(self.leader_east).action_take()
        self.team_east.process_pool_take_limit = 0
        with self._at(midnight + SECOND):
            self.pooled.with_user(self.salesperson_b).action_take()

    def test_room(self):
        """Not more than one may hold in the team for which one takes."""
        self._create_lead(self.salesperson_b, phone="13700000001")
        for limit, may in ((1, False), (2, True)):
            self.team_east.process_customer_limit = limit
            pooled = self.pooled.with_user(self.salesperson_b)
            if may:
                pooled.action_take()
            else:
                with self.assertRaisesRegex(UserError, "as many open customers"):
                    pooled.action_take()


@tagged("post_install", "-at_install")
class TestWhoGivesUp(ContactCommon):
    """The owner and the leader, with a reason, into a pool that has takers."""

    def test_who(self):
        self.ownership.collaborator_ids = self.salesperson_b
        for user, may in (
            (self.salesperson_a, True),
            (self.leader_east, True),
            (self.director, True),
            (self.salesperson_b, False),
            (self.salesperson_c, False),
            (self.leader_west, False),
        ):
            with (
                self.subTest(user=user.login),
                self.env.cr.savepoint() as savepoint,
            ):
                own = self.ownership.with_user(user)
                if may:
                    pooled = own._give_up("Busy")
                    self.assertEqual(pooled.sudo().state, "pool")
                    self.assertEqual(self.ownership.end_reason, "released")
                    self.assertEqual(self.ownership.end_note, "Busy")
                    self.assertFalse(self.lead.user_id)
                else:
                    with self.assertRaises(AccessError):
                        own._give_up("Busy")
                    self.assertEqual(self.ownership.state, "open")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_of_several_teams(self):
        """Each into the pool of its own team, or of the one that is named there."""
        with self._at(START - 30 * DAY):
            west = self._customer(self.salesperson_d)
        rows = (self.ownership | west).with_user(self.director)
        pooled = rows._give_up("Moved").with_env(self.env)
        self.assertEqual(pooled.team_id, self.team_east | self.team_west)
        self.assertEqual(pooled[0].team_id, self.team_east)

    def test_pool_of_the_settings(self):
        self.team_east.process_pool_team_id = self.team_west
        pooled = self.ownership.with_user(self.salesperson_a)._give_up("Busy")
        self.assertEqual(pooled.sudo().team_id, self.team_west)

    def test_which_pool(self):
        """One that is on, of the same company or of none."""
        nobody = self.env["res.users"]
        everywhere = self._create_team("Everywhere", "enforce", nobody, nobody)
        everywhere.company_id = False
        for team, may in (
            (self.team_west, True),
            (everywhere, True),
            (self.team_off, False),
            (self.team_c2, False),
        ):
            with (
                self.subTest(team=team.name),
                self.env.cr.savepoint() as savepoint,
            ):
                own = self.ownership.with_user(self.salesperson_a)
                if may:
                    pooled = own._give_up("Busy", team)
                    self.assertEqual(pooled.sudo().team_id, team)
                else:
                    with self.assertRaisesRegex(UserError, "has no pool for these"):
                        own._give_up("Busy", team)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_not_twice(self):
        own = self.ownership.with_user(self.salesperson_a)
        pooled = own._give_up("Busy")
        for row in (own, pooled.with_user(self.leader_east)):
            with self.assertRaisesRegex(UserError, "Only an owned customer"):
                row._give_up("Busy")


@tagged("post_install", "-at_install")
class TestWhatThePoolShows(PoolCommon):
    """Facts for who has opened it today, without any way to reach the customer."""

    def test_masked(self):
        """Whatever looks like a number or an address; dates and amounts stay."""
        for text, masked in (
            ("Call 13812345678 at noon", "Call *** at noon"),
            ("Call +86 138 1234 5678", "Call ***"),
            ("(021) 6234-5678 ext", "(***) ***"),
            ("wang@example.com or li@x.cn", "*** or ***"),
            ("12 pumps, 3.5 t", "12 pumps, 3.5 t"),
            ("Ask for 2 of 10", "Ask for 2 of 10"),
        ):
            shown = CONTACT_PATTERN.sub("***", text)
            if masked.startswith("(***)"):
                self.assertNotIn("6234", shown)
            else:
                self.assertEqual(shown, masked)

    def test_facts(self):
        china = self.env.ref("base.cn")
        tag = self.env["crm.tag"].create({"name": "Pumps of 9"})
        source = self.env["utm.source"].create({"name": "Fair of 9"})
        self.lead.write(
            {
                "name": "Inquiry of 13812345678",
                "country_id": china.id,
                "city": "Wuhan",
                "tag_ids": [(6, 0, tag.ids)],
                "source_id": source.id,
            }
        )
        self.pooled.with_user(self.salesperson_b).action_open_pool_customer()
        facts = self.pooled.with_user(self.salesperson_b).pool_facts
        for text in ("Inquiry of ***", "Pumps of 9", "China Wuhan", "Fair of 9"):
            self.assertIn(text, facts)
        self.assertIn("No need this year", facts)
        self.assertNotIn("1381234", facts)
        # nothing is shown of what nobody knows
        self.assertNotIn("Last Contact", facts)

    def test_opened_today(self):
        """From midnight of the team on it has to be opened again."""
        view = PoolView(self.pooled.with_user(self.salesperson_b))
        view.open()
        midnight = datetime(2027, 3, 1, 16)
        for moment, found in (
            (START + SECOND, self.pooled),
            (midnight - SECOND, self.pooled),
            (midnight, self.pooled.browse()),
        ):
            with self._at(moment):
                self.assertEqual(
                    view.get_opened_today().with_env(self.env), found, moment
                )
        other = PoolView(self.pooled.with_user(self.salesperson_c))
        self.assertFalse(other.get_opened_today())

    def test_limit(self):
        """So many a day, several at once count each; what was opened is free."""
        rows = self._more(3)
        for limit, opened, may in (
            (2, rows[:2], True),
            (2, rows[:2], True),
            (2, rows[2], False),
            (3, rows[2], True),
            (3, self.pooled, False),
            (0, self.pooled, True),
        ):
            self.team_east.process_pool_view_limit = limit
            view = PoolView(opened.with_user(self.salesperson_b))
            with self.subTest(limit=limit, opened=opened.ids):
                if may:
                    view.open()
                else:
                    with self.assertRaisesRegex(UserError, "opened today: "):
                        view.open()
        logged = self.env["sales.process.lookup"].search([("kind", "=", "pool")])
        self.assertEqual(len(logged), 4)

    def test_who_opens(self):
        """Who may take; leaders open what they like, and nothing is counted."""
        for user, may, is_logged in (
            (self.salesperson_b, True, True),
            (self.leader_east, True, False),
            (self.director, True, False),
            (self.salesperson_d, False, False),
            (self.salesperson_e, False, False),
        ):
            view = PoolView(self.pooled.with_user(user))
            with self.subTest(user=user.login):
                if may:
                    view.open()
                else:
                    with self.assertRaisesRegex(AccessError, "Only members"):
                        view.open()
                logged = self.env["sales.process.lookup"].search(
                    [("kind", "=", "pool"), ("user_id", "=", user.id)]
                )
                self.assertEqual(bool(logged), is_logged)

    def test_own_customer_is_no_view_of_the_pool(self):
        with self._at(START - 30 * DAY):
            own = self._customer(self.salesperson_b)
        PoolView(own.with_user(self.salesperson_b)).open()
        self.assertFalse(
            self.env["sales.process.lookup"].search([("kind", "=", "pool")])
        )


@tagged("post_install", "-at_install")
class TestWhoIsBarred(PoolCommon):
    """Whoever let a customer go, for as long as that team says."""

    def _barred(self, row=None):
        return (row or self.pooled)._get_barred_users()[row or self.pooled]

    def test_nobody_asked_about_nothing(self):
        self.assertEqual(self.pooled.browse()._get_barred_users(), {})

    def test_until_when(self):
        a = self.salesperson_a.id
        self.assertEqual(self._barred(), {a: START + 7 * DAY})
        for values, until in (
            ({"end_reason": "expired"}, START + 7 * DAY),
            ({"end_reason": "transferred"}, None),
            ({"end_reason": "lost"}, None),
            ({"is_excused": True}, None),
            ({"date_end": START - 7 * DAY}, None),
            ({"date_end": START - 7 * DAY + SECOND}, START + SECOND),
        ):
            with (
                self.subTest(values=values),
                self.env.cr.savepoint() as savepoint,
            ):
                self.ownership.write(values)
                self.assertEqual(self._barred().get(a), until)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_owner_of_now(self):
        """About to be released: as if let go now, unless away."""
        with self._at(START - 30 * DAY):
            own = self._customer(self.salesperson_c)
        c = self.salesperson_c.id
        self.assertEqual(self._barred(own), {c: START + 7 * DAY})
        own.is_excused = True
        self.assertEqual(self._barred(own), {})
        own.is_excused = False
        self.team_east.process_cooldown_days = 0
        self.assertEqual(self._barred(own), {})

    def test_several_owners(self):
        """Each by the own last time; the later one where one had it twice."""
        with self._at(START + DAY):
            self.pooled.with_user(self.salesperson_b).action_take()
            second = self._pool(self.pooled.next_ids)
        with self._at(START + 8 * DAY):
            self.assertEqual(self._barred(second), {})
        with self._at(START + 8 * DAY - SECOND):
            self.assertEqual(
                self._barred(second), {self.salesperson_b.id: START + 8 * DAY}
            )
        with self._at(START + 2 * DAY):
            self.assertEqual(
                self._barred(second),
                {
                    self.salesperson_a.id: START + 7 * DAY,
                    self.salesperson_b.id: START + 8 * DAY,
                },
            )
