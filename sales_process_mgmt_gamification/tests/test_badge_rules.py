# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import BADGE, JUNE, LAST, MAY, BadgeCommon


@tagged("post_install", "-at_install")
class TestBadgeRules(BadgeCommon):
    """What earns a badge, both sides of each limit, and what takes it back."""

    def setUp(self):
        super().setUp()
        self._travel(LAST)
        self.ada, self.bea, self.carl = (
            self.salesperson_a,
            self.salesperson_b,
            self.salesperson_c,
        )

    def test_improved_most(self):
        """Whoever has gained most, and something; equal gains share the badge."""
        june = self._improve({self.ada: 0, self.bea: 0, self.carl: 0})
        nobody = self.ada.browse()
        for gains, winners in (
            ((0.01, 0, -5), self.ada),
            ((0, 0, -5), nobody),
            ((-0.01, -2, -3), nobody),
            ((10, 10, 9.99), self.ada | self.bea),
            ((9.99, 10, 9.99), self.bea),
            ((-1, -1, 0.01), self.carl),
        ):
            for card, gain in zip(june, gains, strict=True):
                card.score = 60 + gain
            with self.subTest(gains=gains):
                june._update_badges()
                rows = self._find("improved")
                self.assertEqual(rows.user_id, winners)
                self.assertEqual(len(rows), len(winners))
                # once more, by one of them: the same rows
                june[:1]._update_badges()
                self.assertEqual(self._find("improved"), rows)
        self.assertFalse(self._find("team_goal"), "There is no goal")

    def test_improved_needs_two_scores(self):
        """A month without a score, or not there, is no zero from which to rise."""
        self._add(MAY, {self.bea: None, self.carl: 60})
        june = self._add(JUNE, {self.ada: 100, self.bea: 100, self.carl: 60.5})
        june._update_badges()
        self.assertEqual(self._find("improved").user_id, self.carl)
        june[2].has_score = False
        june._update_badges()
        self.assertFalse(self._find("improved"))

    def test_goal_of_the_team(self):
        """99.99 % is not reached, 100 % is; without a goal nothing is."""
        june = self._add(JUNE, {self.ada: 50, self.bea: 60}, reached=0)
        for reached, has_goal, is_earned in (
            (99.99, True, False),
            (100, True, True),
            (250, True, True),
            (100, False, False),
            (0, True, False),
        ):
            june.segment_ids.write({"team_reached": reached, "has_team_goal": has_goal})
            with self.subTest(reached=reached, has_goal=has_goal):
                june._update_badges()
                self.assertEqual(
                    self._find("team_goal").process_card_id,
                    june if is_earned else june.browse(),
                )

    def test_goal_of_the_last_team(self):
        """Whoever has moved shares the goal of the team of the end of the month."""
        june = self._add(JUNE, {self.ada: 50, self.bea: 60}, reached=120)
        self._add_parts(june[0], date(2026, 6, 15), 99)
        june._update_badges()
        self.assertEqual(self._find("team_goal").user_id, self.bea)
        # days that were corrected afterwards are written last, and are not the last
        self._add_parts(june[0], date(2026, 6, 8), 150)
        june._update_badges()
        self.assertEqual(self._find("team_goal").user_id, self.bea)

    def test_month_not_closed(self):
        """One scorecard that is open holds back all of them, of that team alone."""
        self.team_west.process_badge = True
        west = self._improve({self.salesperson_d: 1}, team=self.team_west, reached=100)
        june = self._improve({self.ada: 10, self.bea: 5}, reached=100)
        for state in ("draft", "discussed"):
            june[1].state = state
            (june | west)._update_badges()
            with self.subTest(state=state):
                self.assertEqual(self._find().process_card_id, west)
        june[1].state = "closed"
        june[1]._update_badges()
        self.assertEqual(self._find("improved").user_id, self.ada | west.user_id)
        self.assertEqual(self._find("team_goal").process_card_id, june | west)

    def test_off_for_a_team_and_other_company(self):
        """Each team by its own setting; off, what was given stays."""
        west = self._improve({self.salesperson_d: 9}, team=self.team_west, reached=100)
        other = self._improve({self.salesperson_x: 2}, team=self.team_c2, reached=100)
        june = self._improve({self.ada: 10}, reached=100)
        cards = west | other | june
        cards._update_badges()
        self.assertEqual(self._find().user_id, self.ada)
        self.team_c2.process_badge = True
        cards._update_badges()
        # a team of each company has somebody who has improved most
        self.assertEqual(self._find("improved").user_id, self.ada | other.user_id)
        (self.team_east | self.team_c2).process_badge = False
        cards._update_badges()
        self.assertEqual(len(self._find()), 4)
        # what has not been earned any more goes, whatever the setting
        june.score = 10
        cards._update_badges()
        self.assertEqual(self._find("improved").user_id, other.user_id)

    def test_without_team_and_who_has_left(self):
        """Compared with nobody: no badge. Who has left keeps what was earned."""
        alone = self._improve(
            {self.office_user: 9}, team=self.env["crm.team"], reached=100
        )
        june = self._improve({self.ada: 10, self.bea: 5}, reached=100)
        self.ada.active = False
        (alone | june)._update_badges()
        rows = self._find()
        self.assertEqual(rows.user_id, self.ada | self.bea)
        self.assertEqual(self._find("improved").user_id, self.ada)
        self.bea.active = False
        june._update_badges()
        self.assertEqual(self._find(), rows)

    def test_praise_without_team(self):
        """Praise that no team reads, and that of nobody's colleague: no badge."""
        self._praise(user=self.office_user)
        self._praise(user=self.salesperson_d)
        self.assertFalse(self._find())
        both = (
            self.env["sales.process.praise"]
            .with_user(self.leader_east)
            .create(
                [
                    {"user_id": user.id, "text": "Well"}
                    for user in (self.ada, self.salesperson_e, self.bea)
                ]
            )
        )
        rows = self._find("praise")
        self.assertEqual(rows.user_id, self.ada | self.bea)
        # each goes with its own praise, and a second praise is a second badge
        again = self._praise(self.carl, self.ada)
        self.assertEqual(len(self._find("praise")), 3)
        both[:2].sudo().unlink()
        self.assertEqual(
            self._find("praise").process_praise_id, (both[2] | again).sudo()
        )

    def test_ring_of_two(self):
        """Who praise each other every day have one badge in thirty days, not sixty."""
        begin = datetime(2027, 3, 1, 2)
        for number in range(30):
            with self._at(begin + timedelta(days=number, minutes=number)):
                self._praise(self.ada, self.bea)
                self._praise(self.bea, self.ada)
        self.assertEqual(self._find("praise").user_id, self.bea)
        self.assertEqual(len(self._find("praise")), 1)
        with self._at(begin + timedelta(days=30, hours=1)):
            # somebody else's praise is none of theirs
            self._praise(self.carl, self.ada)
            self._praise(self.bea, self.ada)
        self.assertEqual(len(self._find("praise")), 3)
        # the praise itself stays, and is counted
        self.assertEqual(
            self.env["sales.process.praise"].search_count(
                [("user_id", "in", (self.ada | self.bea).ids)]
            ),
            62,
        )

    def test_told_once(self):
        """In one's own language, with the name of the badge; of praise one was told."""
        june = self._improve({self.ada: 10, self.bea: 5}, reached=90)
        june._update_badges()
        june._update_badges()
        self.assertEqual(self._count_told(self.ada), 1)
        self.assertFalse(self._count_told(self.bea))
        told = self.env["mail.message"].search(
            [("subject", "=", "You have earned a badge")], limit=1
        )
        self.assertIn("Most Improved", told.body)
        self._praise()
        self.assertEqual(self._count_told(self.ada), 1)

    def test_opened_anew(self):
        """All badges of the team and month go, once closed anew they come once."""
        self._create_version([{"kind": "mark", "name": "Attitude", "weight": 100}])
        self._add(MAY, {self.ada: 60, self.bea: 60})
        self._make(JUNE)
        for user, mark in ((self.ada, 90), (self.bea, 70), (self.carl, 80)):
            self._close(self._get_card(user), self.director, mark=mark)
        june = self.Card.search(
            [("date_from", "=", JUNE), ("team_id", "=", self.team_east.id)]
        )
        for card in june.filtered(lambda card: card.state != "closed"):
            self._close(card, self.director)
        self.assertEqual(self._find("improved").user_id, self.ada)
        card = self._get_card(self.ada)
        again = self.Card.browse(
            card.with_user(self.director).action_reopen()["res_id"]
        )
        self.assertFalse(self._find())
        self._close(again, self.director)
        row = self._find("improved")
        self.assertEqual(row.process_card_id, again)
        again._update_badges()
        self.assertEqual(self._find(), row)

    def test_month_before_opened_anew(self):
        """It is compared with the month before: until that is closed, nobody knows."""
        self._create_version([{"kind": "mark", "name": "Attitude", "weight": 100}])
        june = self._improve({self.ada: 30, self.bea: 10}, reached=100)
        june._update_badges()
        self.assertEqual(self._find("improved").user_id, self.ada)
        may = self._get_card(self.ada, MAY)
        again = self.Card.browse(may.with_user(self.director).action_reopen()["res_id"])
        self.assertFalse(self._find("improved"))
        self.assertFalse(self._count_told(self.bea) - 1, "Of the goal alone")
        self.assertEqual(self._find("team_goal").process_card_id, june)
        self._close(again, self.director, mark=85)
        self.assertEqual(self._find("improved").process_card_id, june[1])

    def test_month_before_closed_late(self):
        """The order in which two months are closed makes no difference."""
        june = self._improve({self.ada: 30, self.bea: 10})
        may = self._get_card(self.ada, MAY)
        may.state = "discussed"
        june._update_badges()
        self.assertFalse(self._find("improved"), "Bea has not improved most")
        may.state = "closed"
        may._update_badges()
        self.assertEqual(self._find("improved").process_card_id, june[0])

    def test_archived_badge(self):
        """An administrator who archives a badge wants none given; the rest go on."""
        june = self._improve({self.ada: 10}, reached=100)
        self.badges["improved"].with_user(self.admin).active = False
        june._update_badges()
        self.assertEqual(self._find().badge_id, self.badges["team_goal"])
        self.badges["team_goal"].active = False
        june.segment_ids.team_reached = 10
        june._update_badges()
        self.assertFalse(
            self.env[BADGE].search([("process_card_id", "in", june.ids)]),
            "What is not earned any more goes, archived or not",
        )

    def test_queries_do_not_grow(self):
        """The badges of fifty cost as many queries as those of five, told or not."""
        first = mail_new_test_user(
            self.env, login="badge_0", groups="sales_team.group_sale_salesman"
        )
        people = first.create(
            [
                {
                    "name": f"Badge {number}",
                    "login": f"badge_{number}",
                    "group_ids": [(6, 0, first.group_ids.ids)],
                }
                for number in range(1, 56)
            ]
        )
        given, known = [], []
        for team, group in (
            (self.team_off, people[:1]),
            (self.team_west, people[1:6]),
            (self.team_east, people[6:]),
        ):
            team.process_badge = True
            cards = self._improve(dict.fromkeys(group, 1), team=team, reached=100)
            given.append(self._count_queries(cards[0]._update_badges))
            for kind in ("improved", "team_goal"):
                rows = self._find(kind)
                self.assertEqual(rows.process_card_id & cards, cards)
            known.append(self._count_queries(cards[0]._update_badges))
        # of the first, what is read once

        self.assertEqual(given[1], given[2])
        self.assertEqual(known[1], known[2])

    def _count_queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
