# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.tests import tagged

from .common import PERSONAL, ScorecardCommon, make_steps

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


@tagged("post_install", "-at_install")
class TestGivenBack(ScorecardCommon):
    """Case 13: points that go after a month was closed are given back by the next one.

    Everybody is marked with 100, and each trouble takes 10. June of A has two: 80.
    """

    def setUp(self):
        super().setUp()
        self._create_version(
            [
                {"kind": "mark", "name": "Attitude", "weight": 100},
                {
                    "kind": "points",
                    "metric_id": self.trouble.id,
                    "point_score": 10,
                    "point_most": 30,
                },
            ],
            team=self.team_east | self.team_west,
            personal_step_ids=make_steps("personal", PERSONAL),
        )
        self.trouble_of_june = self._create_leads(
            [(self.salesperson_a, day, 0, "Trouble") for day in (3, 4)]
        )
        self._travel(datetime(2026, 7, 3, 2))
        self._make()
        self.june = self._get_card(self.salesperson_a)
        self._close(self.june, mark=100)
        self.assertEqual((self.june.score, self.june.coefficient), (80, 1))

    def _next(self, day, mark=100):
        """The scorecard of another month, counted now."""
        self._make(day)
        card = self._get_card(self.salesperson_a, day)
        if mark is not None:
            self._mark(card, mark)
        card._count()
        self.env.flush_all()
        return card

    def _take_back(self, number=1):
        self.trouble_of_june[:number].name = "Nothing"
        self.trouble_of_june -= self.trouble_of_june[:number]
        self.env.flush_all()

    def _given(self, card):
        return self._line(card, "correction").mapped("contribution")

    def test_next_month_gives_back(self):
        """July: 100 + 10, the closed June stays; what was given is not given again."""
        self.assertFalse(self._line(self._next(JULY), "correction"))
        self._take_back()
        july = self._next(JULY)
        self.assertEqual(self._given(july), [10])
        self.assertEqual((july.score, july.coefficient), (110, 1.2))
        self.assertEqual((self.june.score, self.june.state), (80, "closed"))
        line = self._line(july, "correction").with_user(self.salesperson_a)
        for part in ("June 2026", "with 80 ", "to 90 ", "earlier: 0,", "here: 10."):
            self.assertIn(part, line.formula)
        self.assertIn("June 2026", line.name)
        self.assertEqual(line.action_source()["domain"], [("id", "=", self.june.id)])
        july._count()
        self.assertEqual(self._given(july), [10])
        self._travel(datetime(2026, 8, 4, 2))
        self._close(july)
        self.assertEqual(july.score, 110)
        august = self._next(AUGUST)
        self.assertFalse(self._given(august))
        # the second one goes as well: ten of the twenty have been given
        self._take_back()
        august = self._next(AUGUST)
        self.assertEqual((self._given(august), august.score), ([10], 110))
        self.assertIn(
            "earlier: 10, here: 10.", self._line(august, "correction").formula
        )

    def test_month_that_is_opened_anew_is_not_given_twice(self):
        """July has given 10 back, June counts them by itself: August takes them."""
        self._take_back()
        self._travel(datetime(2026, 8, 4, 2))
        july = self._next(JULY)
        self._close(july)
        action = self.june.with_user(self.director).action_reopen()
        again = self.Card.browse(action["res_id"])
        self.assertEqual(again.score, 90)
        # as long as it is open, nothing is known
        self.assertFalse(self._given(self._next(AUGUST)))
        self._close(again)
        august = self._next(AUGUST)
        self.assertEqual((self._given(august), august.score), ([-10], 90))
        total = again.score + july.score + august.score
        self.assertEqual(total, 90 + 100 + 100)

    def test_month_that_gave_is_opened_anew(self):
        """It gives the same once more, as the closed one does not count any more."""
        self._take_back()
        self._travel(datetime(2026, 8, 4, 2))
        july = self._next(JULY)
        self._close(july)
        again = self.Card.browse(
            july.with_user(self.director).action_reopen()["res_id"]
        )
        self.assertEqual((self._given(again), again.score), ([10], 110))
        self.assertFalse(self._given(self._next(AUGUST)))

    def test_first_open_month_gives(self):
        """July waits to be closed: August gives nothing."""
        self._take_back()
        self._travel(datetime(2026, 8, 4, 2))
        july, august = self._next(JULY), self._next(AUGUST)
        self.assertEqual((self._given(july), self._given(august)), ([10], []))

    def test_what_is_found_later_is_not_taken(self):
        """Against somebody a closed month counts by a decision alone."""
        self._create_leads([(self.salesperson_a, 5, 0, "Trouble")])
        july = self._next(JULY)
        self.assertEqual((self._given(july), july.score), ([], 100))

    def test_limit_of_the_line_holds(self):
        """Five troubles took 30 of 100; without three, two take 20: 10 come back."""
        more = self._create_leads([(self.salesperson_b, 5, 0, "Trouble")] * 5)
        card = self._get_card(self.salesperson_b)
        card._count()
        self._close(card, mark=100)
        self.assertEqual(card.score, 70)
        more[:3].name = "Nothing"
        self._make(JULY)
        july = self._get_card(self.salesperson_b, JULY)
        self._mark(july, 100)
        july._count()
        self.assertEqual(self._given(july), [10])

    def test_nothing_is_judged(self):
        """Without a score there is nothing to add to: the line waits for it."""
        self._take_back()
        july = self._next(JULY, mark=None)
        self.assertEqual((july.has_score, self._given(july)), (False, []))
        self._mark(july, 0)
        self.assertEqual((july.score, self._given(july)), (10, [10]))

    def test_two_parts(self):
        """In each part of the month, so that the month gives all of it."""
        self._take_back()
        stay = self._get_stay(self.salesperson_a)
        stay.date_to = "2026-07-10"
        self.Stay.create(
            {
                "user_id": self.salesperson_a.id,
                "team_id": self.team_west.id,
                "date_from": "2026-07-11",
            }
        )
        july = self._next(JULY)
        self.assertEqual(len(july.segment_ids), 2)
        self.assertEqual((self._given(july), july.score), ([10, 10], 110))

    def test_metric_that_is_edited(self):
        """Its number is not compared any more: nothing is given by an edit."""
        self.trouble.domain = "[('name', '=', 'Nothing')]"
        self.assertFalse(self._given(self._next(JULY)))

    def test_older_than_three_months(self):
        self._take_back()
        self._travel(datetime(2026, 11, 4, 2))
        self.assertFalse(self._given(self._next(date(2026, 10, 1))))
        self.assertEqual(self._given(self._next(date(2026, 9, 1))), [10])
