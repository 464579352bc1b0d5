# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ScorecardCommon


@tagged("post_install", "-at_install")
class TestPraise(ScorecardCommon):
    """As easy as a violation: one dialog, and the person is told."""

    def setUp(self):
        super().setUp()
        self._travel(datetime(2026, 6, 10, 2))
        self.Praise = self.env["sales.process.praise"]

    def _praise(self, giver, user, text="Stayed until the customer was served"):
        return self.Praise.with_user(giver).create({"user_id": user.id, "text": text})

    def test_told(self):
        praise = self._praise(self.salesperson_b, self.salesperson_a)
        toast = praise.action_give()
        self.assertEqual(toast["params"]["message"], "Salesperson A is told.")
        self.assertEqual(praise.giver_id, self.salesperson_b)
        self.assertEqual(praise.sudo().team_id, self.team_east)
        told = self.env["mail.message"].search(
            [
                ("model", "=", praise._name),
                ("res_id", "=", praise.id),
                ("partner_ids", "in", self.salesperson_a.partner_id.ids),
            ]
        )
        self.assertEqual(told.subject, "Salesperson B praises you")
        self.assertIn("Stayed until", told.body)

    def test_shown_to_the_team(self):
        """By the setting of the team, as it was when it was given."""
        shown = self._praise(self.salesperson_d, self.salesperson_a)
        self.team_east.process_praise_shown = False
        hidden = self._praise(self.leader_east, self.salesperson_a)
        for user, seen in (
            (self.salesperson_a, shown | hidden),
            (self.leader_east, shown | hidden),
            (self.director, shown | hidden),
            (self.salesperson_b, shown),
            (self.salesperson_d, shown),
            (self.leader_west, shown.browse()),
            (self.salesperson_x, shown.browse()),
        ):
            with self.subTest(user=user.login):
                found = self.Praise.with_user(user).search(
                    [("id", "in", (shown | hidden).ids)]
                )
                self.assertEqual(found, seen)

    def test_spaces_praise_nobody(self):
        with self.assertRaisesRegex(ValidationError, "Write something in"):
            self._praise(self.salesperson_b, self.salesperson_a, text="   ")

    def test_not_oneself(self):
        with self.assertRaisesRegex(ValidationError, "somebody else praise you"):
            self._praise(self.salesperson_a, self.salesperson_a)

    def test_colleagues_only(self):
        """Nobody of another company, nobody who left, no customer."""
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "praise_portal",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        self.salesperson_e.active = False
        for user in (portal, self.salesperson_x, self.salesperson_e):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(ValidationError, "Choose a colleague"),
            ):
                self._praise(self.salesperson_a, user)

    def test_not_by_the_dozen(self):
        """The same person once a day, five a day; the next day again."""
        self._praise(self.salesperson_b, self.salesperson_a)
        with self.assertRaisesRegex(UserError, "this colleague today"):
            self._praise(self.salesperson_b, self.salesperson_a)
        with self.assertRaisesRegex(UserError, "this colleague today"):
            self.Praise.with_user(self.salesperson_b).create(
                [{"user_id": self.salesperson_c.id, "text": "Well"}] * 2
            )
        for user in (
            self.salesperson_c,
            self.salesperson_d,
            self.leader_east,
            self.leader_west,
        ):
            self._praise(self.salesperson_b, user)
        with self.assertRaisesRegex(UserError, "more than 5 times a day"):
            self._praise(self.salesperson_b, self.director)
        with self._at(datetime(2026, 6, 11, 2, 0, 1)):
            self._praise(self.salesperson_b, self.salesperson_a)

    def test_a_day_ends_at_midnight_of_the_giver(self):
        """A second before it is today, afterwards it is not any more; in Shanghai."""
        self.salesperson_b.tz = "Asia/Shanghai"
        self._praise(self.salesperson_b, self.salesperson_a)
        with (
            self._at(datetime(2026, 6, 10, 15, 59, 59)),
            self.assertRaisesRegex(UserError, "this colleague today"),
        ):
            self._praise(self.salesperson_b, self.salesperson_a)
        with self._at(datetime(2026, 6, 10, 16)):
            self._praise(self.salesperson_b, self.salesperson_a)
        # what others give is not counted
        self._praise(self.salesperson_c, self.salesperson_a)

    def test_day_ahead_is_used_up(self):
        """Whoever moves into a zone where it is tomorrow has no day more."""
        self.salesperson_b.tz = "Asia/Shanghai"
        for moment, zone in (
            (datetime(2026, 6, 10, 2), "Asia/Shanghai"),
            (datetime(2026, 6, 10, 11), "Pacific/Kiritimati"),
        ):
            with self._at(moment):
                self.salesperson_b.tz = zone
                self._praise(self.salesperson_b, self.salesperson_a)
        for moment in (datetime(2026, 6, 10, 12), datetime(2026, 6, 11, 12)):
            with self._at(moment):
                self.salesperson_b.tz = "Asia/Shanghai"
                with self.assertRaisesRegex(UserError, "this colleague today"):
                    self._praise(self.salesperson_b, self.salesperson_a)
        with self._at(datetime(2026, 6, 11, 16)):
            self._praise(self.salesperson_b, self.salesperson_a)

    def test_five_at_once_and_not_six(self):
        """In one request as one by one, and of six none is given."""
        people = (
            self.salesperson_a
            | self.salesperson_c
            | self.salesperson_d
            | self.leader_east
            | self.leader_west
            | self.director
        )
        values = [{"user_id": user.id, "text": "Well done"} for user in people]
        mine = self.Praise.with_user(self.salesperson_b)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            mine.create(values)
        self.assertFalse(mine.search([("giver_id", "=", self.salesperson_b.id)]))
        self.assertEqual(len(mine.create(values[:5])), 5)

    def test_by_default_and_by_file(self):
        """The same refusals for a person that a client sends as a default."""
        mine = self.Praise.with_user(self.salesperson_b)
        with self.assertRaisesRegex(ValidationError, "somebody else praise you"):
            mine.with_context(default_user_id=self.salesperson_b.id).create(
                {"text": "I am good"}
            )
        praise = mine.with_context(
            default_user_id=self.salesperson_a.id, default_giver_id=self.director.id
        ).create({"text": "Well done"})
        self.assertEqual(praise.user_id, self.salesperson_a)
        self.assertEqual(praise.giver_id, self.salesperson_b)
        result = mine.load(["user_id", "text"], [["Salesperson B", "I am good"]])
        self.assertFalse(result["ids"])

    def test_who_has_no_team(self):
        """Praised in the name of the company; shown by no team's setting."""
        praise = self._praise(self.salesperson_a, self.office_user).sudo()
        self.assertEqual(praise.company_id, self.company)
        self.assertFalse(praise.team_id or praise.is_shown)
        found = self.Praise.search([("id", "=", praise.id)])
        self.assertTrue(found.with_user(self.salesperson_a).text)
        for user in (self.salesperson_b, self.leader_east):
            with self.subTest(user=user.login):
                self.assertFalse(
                    self.Praise.with_user(user).search([("id", "=", praise.id)])
                )

    def test_who_may(self):
        """Somebody without sales rights praises nobody here."""
        with self.assertRaises(AccessError):
            self._praise(self.office_user, self.salesperson_a)

    def test_for_good(self):
        """Neither changed nor taken back, nor given in somebody else's name."""
        praise = self._praise(self.salesperson_b, self.salesperson_a)
        for user in (self.salesperson_a, self.salesperson_b, self.director):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                praise.with_user(user).text = "Other"
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                praise.with_user(user).unlink()
        for name, value in (
            ("giver_id", self.director.id),
            ("is_shown", False),
            ("date_given", "2026-01-01 00:00:00"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                self.Praise.with_user(self.salesperson_b).create(
                    {"user_id": self.salesperson_c.id, "text": "Well", name: value}
                )

    def test_metric_and_fact(self):
        """Counted for the person, and a fact for who may read it."""
        praise = self._praise(self.salesperson_b, self.salesperson_a)
        self.env.flush_all()
        metric = self.env.ref(
            "sales_process_mgmt_scorecard.sales_process_metric_praise"
        )
        now = self.env.cr.now()
        span = now - timedelta(hours=1), now + timedelta(hours=1)
        values = metric._evaluate(
            {self.salesperson_a.id: span, self.salesperson_b.id: span}, self.company
        )[metric]
        self.assertEqual(values, {self.salesperson_a.id: 1, self.salesperson_b.id: 0})
        for user, count in (
            (self.salesperson_a, 1),
            (self.leader_east, 1),
            (self.salesperson_d, 0),
        ):
            facts = self.env["sales.process.fact"].with_user(user)
            found = facts.search([("kind", "=", "praised")])
            found = found.filtered(lambda row: row.res_id == praise.id)
            with self.subTest(user=user.login):
                self.assertEqual(len(found), count)


@tagged("post_install", "-at_install")
class TestAgenda(ScorecardCommon):
    def test_to_close(self):
        """A month that is over waits for who closes it, and for nobody else."""
        self._create_version([{"kind": "mark", "name": "Attitude", "weight": 100}])
        self._travel(datetime(2026, 7, 3, 2))
        self._make()
        card = self._get_card(self.salesperson_a)
        self.env.flush_all()

        def find(user):
            items = self.env["sales.process.agenda.item"].with_user(user)
            return items.search([("kind", "=", "scorecard_open")]).filtered(
                lambda item: item.res_id == card.id
            )

        self.assertTrue(find(self.leader_east))
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            with self.subTest(user=user.login):
                self.assertFalse(find(user))
        Owed = self.env["sales.process.owed.item"]
        mine = [("kind", "=", "scorecard_mine"), ("res_id", "=", card.id)]
        self.assertTrue(Owed.with_user(self.salesperson_a).search(mine))
        self.assertFalse(Owed.with_user(self.leader_east).search(mine))
        self._close(card)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(find(self.leader_east))
        self.assertFalse(Owed.with_user(self.salesperson_a).search(mine))
