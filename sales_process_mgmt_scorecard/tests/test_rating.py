# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import JUNE, ScorecardCommon

MAY = date(2026, 5, 1)


@tagged("post_install", "-at_install")
class TestRating(ScorecardCommon):
    """Colleagues rate each other until the 5th; the average is there afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson_f = cls._create_seller("salesperson_f")
        cls._create_version(
            [
                {"kind": "peers", "name": "Colleagues", "weight": 50, "cap": 100},
                {"kind": "mark", "name": "Attitude", "weight": 50},
            ]
        )
        cls.Rating = cls.env["sales.process.scorecard.rating"]
        cls.people = (
            cls.salesperson_a
            | cls.salesperson_b
            | cls.salesperson_c
            | cls.salesperson_f
        )

    def setUp(self):
        super().setUp()
        self._travel(datetime(2026, 7, 2, 2))
        self._make()
        self.Rating._ask(JUNE)
        self.card = self._get_card(self.salesperson_a)

    def _rate(self, giver, user, value, day=JUNE):
        rating = self.Rating.search(
            [
                ("giver_id", "=", giver.id),
                ("user_id", "=", user.id),
                ("date_from", "=", day),
            ]
        )
        rating.with_user(giver).value = str(value)
        return rating

    def _get_percent(self):
        self.env.flush_all()
        self.card._count()
        line = self._line(self.card, "peers")
        return line.percent if line.has_value else None

    def test_asked_once(self):
        """Everybody about everybody else of the team, however often it is asked."""
        self.Rating._ask(JUNE)
        mine = self.Rating.search([("giver_id", "=", self.salesperson_a.id)])
        self.assertEqual(mine.user_id, self.people - self.salesperson_a)
        self.assertEqual(len(mine), 3)
        # to the end of the 5th in Shanghai
        self.assertEqual(mine[0].date_due, datetime(2026, 7, 5, 16))

    def test_hidden_below_three(self):
        """Two answers say nothing, three an average: 4, 4 and 5 of 5 are 86.6 %."""
        self._rate(self.salesperson_b, self.salesperson_a, 4)
        self._rate(self.salesperson_c, self.salesperson_a, 4)
        with self._at(datetime(2026, 7, 5, 16)):
            self.assertIsNone(self._get_percent())
        self._rate(self.salesperson_f, self.salesperson_a, 5)
        with self._at(datetime(2026, 7, 5, 16)):
            self.assertEqual(self._get_percent(), 86.6)

    def test_no_live_average(self):
        """While somebody may answer there is no average, whatever is counted."""
        for giver in self.people - self.salesperson_a:
            self._rate(giver, self.salesperson_a, 5)
        self.assertIsNone(self._get_percent())
        self._mark(self.card, 80)
        card = self.card.with_user(self.leader_east)
        card.action_discuss()
        self.assertFalse(self._line(self.card, "peers").has_value)
        with self.assertRaisesRegex(UserError, "Colleagues may answer until"):
            card.action_close()
        with self._at(datetime(2026, 7, 5, 15, 59, 59)):
            self.assertIsNone(self._get_percent())
        with self._at(datetime(2026, 7, 5, 16)):
            card.action_close()
        self.assertEqual(self._line(self.card, "peers").percent, 100)
        self.assertEqual(self.card.score, 90)

    def test_too_late(self):
        """What is counted stays: nobody changes an answer afterwards."""
        rating = self._rate(self.salesperson_b, self.salesperson_a, 4)
        with self._at(datetime(2026, 7, 5, 16)):
            self.env.invalidate_all()
            with self.assertRaisesRegex(UserError, "The month is counted"):
                rating.with_user(self.salesperson_b).value = "1"

    def test_nobody_else_reads(self):
        """Neither the colleague nor leader nor director: by no way."""
        rating = self._rate(self.salesperson_b, self.salesperson_a, 1)
        for user in (self.salesperson_a, self.leader_east, self.director):
            Rating = self.Rating.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    rating.with_user(user).read(["value"])
                with self.assertRaises(AccessError):
                    rating.with_user(user).value = "5"
                domain = [("id", "=", rating.id)]
                self.assertFalse(Rating.search(domain))
                self.assertEqual(Rating._read_group(domain, ["value"], ["__count"]), [])

    def test_nobody_adds_one(self):
        """Who was not asked does not rate; nobody rates the own work."""
        for user in (self.salesperson_b, self.salesperson_d, self.leader_east):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.Rating.with_user(user).create(
                    {"user_id": self.salesperson_a.id, "value": "5"}
                )
        rating = self._rate(self.salesperson_b, self.salesperson_a, 4)
        for name, value in (
            ("user_id", self.salesperson_c.id),
            ("date_due", "2027-01-01 00:00:00"),
            ("giver_id", self.salesperson_c.id),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                rating.with_user(self.salesperson_b).write({name: value})
        self.assertFalse(self.Rating.search([("user_id", "=", self.leader_east.id)]))

    def test_pairs(self):
        """5 for 5, two months in a row: flagged once, and counted all the same."""
        pair = self.env["sales.process.scorecard.pair"]
        a, b, c = self.salesperson_a, self.salesperson_b, self.salesperson_c
        for giver, user in ((a, b), (b, a), (a, c), (c, a)):
            self._rate(giver, user, 5)
        with self._at(datetime(2026, 7, 6, 2)):
            self.Rating._flag_pairs(JUNE)
            self.assertFalse(pair.search([]))
        with self._at(datetime(2026, 6, 2, 2)):
            self.env.invalidate_all()
            self._make(MAY)
            self.Rating._ask(MAY)
            self._rate(a, b, 5, MAY)
            self._rate(b, a, 5, MAY)
            self._rate(a, c, 5, MAY)
            self._rate(c, a, 4, MAY)
        with self._at(datetime(2026, 7, 6, 2)):
            self.env.invalidate_all()
            self.Rating._flag_pairs(JUNE)
            self.Rating._flag_pairs(JUNE)
            found = pair.search([])
            self.assertEqual(found.user_id | found.other_id, a | b)
            self.assertEqual(len(found), 1)
            self._rate_count()

    def test_average_is_rounded_as_all_numbers(self):
        """33 by eight is 4.125, and reads 4.13: half up, as everywhere."""
        givers = (
            self.people - self.salesperson_a
            | self.salesperson_d
            | self.salesperson_e
            | self.leader_east
            | self.leader_west
            | self.director
        )
        self.assertEqual(len(givers), 8)
        self.Rating.search([("user_id", "=", self.salesperson_a.id)]).unlink()
        self.Rating.create(
            [
                {
                    "giver_id": giver.id,
                    "user_id": self.salesperson_a.id,
                    "team_id": self.team_east.id,
                    "company_id": self.company.id,
                    "date_from": JUNE,
                    "date_due": "2026-07-01 00:00:00",
                    "value": "5" if number == 0 else "4",
                }
                for number, giver in enumerate(givers)
            ]
        )
        self.assertEqual(self._get_percent(), 82.6)

    def test_not_rated_is_no_answer(self):
        """Who takes the answer back has not answered: two are left."""
        for giver in self.people - self.salesperson_a:
            rating = self._rate(giver, self.salesperson_a, 5)
        rating.with_user(rating.giver_id).value = "0"
        with self._at(datetime(2026, 7, 5, 16)):
            self.assertIsNone(self._get_percent())

    def test_only_six_answers(self):
        for value in ("6", "-1", "all"):
            with (
                self.subTest(value),
                self.assertRaisesRegex(ValidationError, "does not take this value"),
            ):
                self._rate(self.salesperson_b, self.salesperson_a, value)

    def test_asked_until_the_end(self):
        """Who comes late is asked, until the last second; then nobody is."""
        for moment, is_asked in (
            (datetime(2026, 7, 5, 16), False),
            (datetime(2026, 7, 5, 15, 59, 59), True),
        ):
            self.Rating.search([("date_from", "=", JUNE)]).unlink()
            with self._at(moment):
                self.Rating._ask(JUNE)
            with self.subTest(moment=moment):
                self.assertEqual(
                    bool(self.Rating.search([("date_from", "=", JUNE)])), is_asked
                )

    def test_newcomer_is_asked_and_told_once(self):
        """A colleague who is there since the 20th rates and is rated, too."""
        said = self.env["mail.message"].search_count([])
        self.Rating._ask(JUNE)
        self.assertEqual(self.env["mail.message"].search_count([]), said)
        new = self._create_seller("salesperson_g", since="2026-06-20")
        self._make()
        self.Rating._ask(JUNE)
        mine = self.Rating.search([("giver_id", "=", new.id)])
        self.assertEqual(mine.user_id, self.people)
        self.assertEqual(
            self.Rating.search([("user_id", "=", new.id)]).giver_id, self.people
        )
        told = self.env["mail.message"].search(
            [("partner_ids", "in", new.partner_id.ids), ("subject", "like", "How was")]
        )
        self.assertEqual(len(told), 1)
        for user in self.people:
            self.assertNotIn(user.name, told.body)

    def test_teams_without_such_a_line(self):
        """Nobody is asked about whom nobody judges by it."""
        self.assertFalse(self.Rating.search([("user_id", "=", self.salesperson_d.id)]))
        self._create_version(
            [{"kind": "mark", "name": "Attitude", "weight": 100}], team=self.team_west
        )
        self._make()
        self.Rating._ask(JUNE)
        self.assertTrue(self._get_card(self.salesperson_d))
        self.assertFalse(self.Rating.search([("user_id", "=", self.salesperson_d.id)]))

    def test_only_the_own_hand(self):
        """Not by an import, not by a default, not for somebody else."""
        rating = self._rate(self.salesperson_b, self.salesperson_a, 2)
        self.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": "card_rating",
                "model": rating._name,
                "res_id": rating.id,
            }
        )
        for user in (self.salesperson_a, self.leader_east, self.director):
            with suppress(UserError), self.env.cr.savepoint():
                self.Rating.with_user(user).load(
                    ["id", "value"], [["__import__.card_rating", "Excellent"]]
                )
            self.env.invalidate_all()
            with self.subTest(user=user.login):
                self.assertEqual(rating.value, "2")
                with self.assertRaises(AccessError):
                    self.Rating.with_user(user).with_context(
                        default_giver_id=self.salesperson_c.id,
                        default_date_from="2026-06-01",
                    ).create({"user_id": self.salesperson_a.id, "value": "5"})

    def test_pairs_are_for_administrators(self):
        """Neither who is in it nor who leads sees a flag."""
        pair = self.env["sales.process.scorecard.pair"].create(
            {
                "user_id": self.salesperson_a.id,
                "other_id": self.salesperson_b.id,
                "company_id": self.company.id,
                "date_from": JUNE,
            }
        )
        for user in (self.salesperson_a, self.salesperson_b, self.leader_east):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                pair.with_user(user).read(["other_id"])
        self.assertTrue(pair.with_user(self.director).search([("id", "=", pair.id)]))
        with self.assertRaises(AccessError):
            pair.with_user(self.director).unlink()

    def test_best_of_one_month_only(self):
        """5 for 5 in June and 5 for 4 in May is no pair; nor is it while asked."""
        Pair = self.env["sales.process.scorecard.pair"]
        a, b = self.salesperson_a, self.salesperson_b
        self._rate(a, b, 5)
        self._rate(b, a, 5)
        self.Rating.create(
            [
                {
                    "giver_id": giver.id,
                    "user_id": user.id,
                    "team_id": self.team_east.id,
                    "company_id": self.company.id,
                    "date_from": MAY,
                    "date_due": "2026-06-05 16:00:00",
                    "value": value,
                }
                for giver, user, value in ((a, b, "5"), (b, a, "4"))
            ]
        )
        with self._at(datetime(2026, 7, 6, 2)):
            self.Rating._flag_pairs(JUNE)
            self.assertFalse(Pair.search([]))
        self.Rating.search(
            [("date_from", "=", MAY), ("giver_id", "=", b.id)]
        ).value = "5"
        with self._at(datetime(2026, 7, 5, 15, 59, 59)):
            self.Rating._flag_pairs(JUNE)
            self.assertFalse(Pair.search([]))
        with self._at(datetime(2026, 7, 5, 16)):
            self.Rating._flag_pairs(JUNE)
            self.assertEqual(len(Pair.search([])), 1)

    def _rate_count(self):
        """The flagged ones stay in the average of three."""
        self.env.cr.execute(
            "UPDATE sales_process_scorecard_rating SET value = '3'"
            " WHERE giver_id = %s AND user_id = %s AND date_from = %s",
            (self.salesperson_f.id, self.salesperson_a.id, JUNE),
        )
        self.env.invalidate_all()
        averages = self.Rating._get_averages(self.salesperson_a, JUNE)
        # the mean of 5, 5 and 3
        self.assertEqual(averages, {(self.salesperson_a.id, self.team_east.id): 4.33})
