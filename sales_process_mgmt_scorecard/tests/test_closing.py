# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ScorecardCommon, at


class ClosingCommon(ScorecardCommon):
    """One salesperson with 120 sold of 100, marked 80: 48 + 30 + 24 = 102."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_usual()
        with at(cls, datetime(2026, 5, 20, 4)):
            cls._create_plan(cls.salesperson_a, 100)
        cls.leads = cls._create_leads(
            [(cls.salesperson_a, day, 30, "Win") for day in (2, 9, 16, 30)]
        )

    def setUp(self):
        super().setUp()
        self._travel(datetime(2026, 7, 3, 2))
        self._make()
        self.card = self._get_card(self.salesperson_a)


@tagged("post_install", "-at_install")
class TestClosing(ClosingCommon):
    def test_steps(self):
        """Marked, discussed, closed; the person is told at each step."""
        card = self.card.with_user(self.leader_east)
        with self.assertRaisesRegex(UserError, "Give the mark “Attitude”"):
            card.action_discuss()
        self._mark(self.card, 80)
        with self.assertRaisesRegex(UserError, "Discuss the scorecard first"):
            card.action_close()
        card.action_discuss()
        with self.assertRaisesRegex(UserError, "discussed already"):
            card.action_discuss()
        card.action_back()
        self.assertEqual(card.state, "draft")
        with self.assertRaisesRegex(UserError, "Only a discussed scorecard"):
            card.action_back()
        card.action_discuss()
        self.card.with_user(self.salesperson_a).statement = "A good month"
        card.note = "More visits"
        card.action_close()
        self.assertEqual(self.card.state, "closed")
        self.assertEqual(self.card.closed_by_id, self.leader_east)
        self.assertEqual(self.card.score, 102)
        told = self.env["mail.message"].search(
            [
                ("model", "=", self.card._name),
                ("res_id", "=", self.card.id),
                ("partner_ids", "in", self.salesperson_a.partner_id.ids),
            ]
        )
        self.assertEqual(len(told), 3)
        self.assertNotIn("102", "".join(told.mapped("body")))

    def test_month_is_over(self):
        """On the last day of the month it is not closed, on the first after it is."""
        self._mark(self.card, 80)
        card = self.card.with_user(self.leader_east)
        card.action_discuss()
        with (
            self._at(datetime(2026, 6, 30, 15, 59)),
            self.assertRaisesRegex(UserError, "is not over yet"),
        ):
            card.action_close()
        with self._at(datetime(2026, 6, 30, 16)):
            card.action_close()
        self.assertEqual(self.card.state, "closed")

    def test_nothing_changes_any_more(self):
        """Closed: no note, no statement, no mark, no count, by nobody."""
        self._close(self.card)
        mark = self._line(self.card, "mark")
        for user, record, values in (
            (self.leader_east, self.card, {"note": "Other"}),
            (self.director, self.card, {"note": "Other"}),
            (self.salesperson_a, self.card, {"statement": "Other"}),
            (self.leader_east, mark, {"mark": 100}),
            (self.director, mark, {"comment": "Other"}),
        ):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                record.with_user(user).write(values)
        for button in ("action_count", "action_discuss", "action_close", "action_back"):
            with self.subTest(button), self.assertRaises(UserError):
                getattr(self.card.with_user(self.leader_east), button)()

    def test_mark_zero(self):
        """A mark of zero is a mark; without a comment it is not given."""
        line = self._line(self.card, "mark").with_user(self.leader_east)
        line.mark = 0
        self.assertTrue(line.is_marked)
        with self.assertRaisesRegex(UserError, "with a comment"):
            self.card.with_user(self.leader_east).action_discuss()
        line.comment = "Was not there"
        self.card.with_user(self.leader_east).action_discuss()
        self.assertEqual(self.card.score, 78)

    def test_only_marks_are_entered(self):
        with self.assertRaisesRegex(UserError, "Only the mark of the leader"):
            self._line(self.card, "plan").with_user(self.leader_east).comment = "No"

    @mute_logger("odoo.sql_db")
    def test_mark_above_100(self):
        line = self._line(self.card, "mark").with_user(self.leader_east)
        for mark in (101, -1):
            with (
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                line.mark = mark
                self.env.flush_all()

    def test_late_booking(self):
        """Entered in July for the 30th of June: listed, the closed month stays."""
        self._close(self.card)
        self._create_leads([(self.salesperson_a, 30, 80, "Win")])
        self.card._process()
        self.assertTrue(self.card.is_changed)
        self.assertEqual(self.card.score, 102)
        line = self._line(self.card, "plan")
        self.assertEqual((line.actual, line.value_now), (120, 200))
        self.assertTrue(line.is_changed)
        self.assertEqual(line.contribution, 48)

    def test_same_numbers(self):
        self._close(self.card)
        self.card._process()
        self.assertFalse(self.card.is_changed)
        self.assertTrue(self.card.date_checked)

    def test_metric_edited_after_closing(self):
        """The closed scorecard shows the old definition, and is not compared."""
        self._close(self.card)
        before = self.wins.domain
        self.wins.domain = "[('name', '=', 'Nothing')]"
        self.card._process()
        line = self.card.line_ids.filtered(lambda line: line.metric_id == self.wins)
        self.assertEqual(line.metric_domain, before)
        self.assertEqual((line.actual, line.percent), (4, 100))
        self.assertTrue(line.is_redefined)
        self.assertFalse(self.card.is_changed)

    def test_number_goes_with_its_addon(self):
        """A closed month stays as it was; in an open one there is nothing to judge."""
        other = self._create_seller("stays_open")
        self._make()
        open_card = self._get_card(other)
        self._close(self.card)
        line = self.card.line_ids.filtered(lambda line: line.metric_id == self.wins)
        before = (line.name, line.definition, line.actual, line.percent)
        self.wins._let_go()
        self.wins.unlink()
        self.card._process()
        self.assertFalse(line.metric_id)
        self.assertEqual(
            (line.name, line.definition, line.actual, line.percent), before
        )
        self.assertTrue(line.is_redefined)
        self.assertEqual((self.card.score, self.card.is_changed), (102, False))
        self.assertTrue(line.formula)
        open_card.with_user(self.leader_east).action_count()
        gone = open_card.line_ids.filtered(lambda line: line.kind == "fixed")
        self.assertEqual((gone.has_value, gone.contribution), (False, 0))

    def test_open_anew(self):
        """Another scorecard counts anew; the closed one is kept as it was."""
        self._close(self.card)
        self._create_leads([(self.salesperson_a, 30, 80, "Win")])
        with self.assertRaisesRegex(AccessError, "Only a sales administrator"):
            self.card.with_user(self.leader_east).action_reopen()
        action = self.card.with_user(self.director).action_reopen()
        again = self.Card.browse(action["res_id"])
        self.assertEqual(again, self._get_card(self.salesperson_a))
        self.assertEqual(again.replaces_id, self.card)
        self.assertTrue(self.card.is_replaced)
        self.assertEqual((self.card.score, self.card.state), (102, "closed"))
        # 200 % counts as 150 % × 40; 5 of 4 wins as 120 % × 30; mark as before
        self.assertEqual((again.score, again.state), (120, "draft"))
        with self.assertRaisesRegex(UserError, "that counts is opened anew"):
            self.card.with_user(self.director).action_reopen()
        self._close(again)
        self.assertEqual(again.score, 120)

    def test_correction_of_a_stay(self):
        """A day in the team that was entered late is listed, too."""
        self._close(self.card)
        self._get_stay(self.salesperson_a).with_user(
            self.director
        ).date_from = "2026-06-15"
        self.card._process()
        self.assertTrue(self.card.is_changed)

    def test_source(self):
        """The rows of a line, as the reader may open them."""
        line = self._line(self.card, "plan")
        for user in (self.salesperson_a, self.leader_east, self.director):
            action = line.with_user(user).action_source()
            self.assertEqual(action["res_model"], "crm.lead")
            found = self.env["crm.lead"].with_user(user).search(action["domain"])
            self.assertEqual(found, self.leads)
        with self.assertRaisesRegex(UserError, "counts nothing"):
            self._line(self.card, "mark").with_user(self.director).action_source()

    def test_twice(self):
        """Made once a month and person, however often the night comes."""
        self._make()
        self.assertEqual(
            self.Card.search_count([("user_id", "=", self.salesperson_a.id)]), 1
        )
        line = self._line(self.card, "plan")
        self.card._count()
        self.assertEqual(self._line(self.card, "plan"), line)

    def test_queries(self):
        """Counting again asks as often for six people as for three."""

        def count(cards):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cards._count()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        three = self.Card.search([("date_from", "=", date(2026, 6, 1))])
        self.assertEqual(len(three), 3)
        count(three)
        few = count(three)
        for number in range(3):
            self._create_seller(f"seller_{number}")
        self._make()
        six = self.Card.search([("date_from", "=", date(2026, 6, 1))])
        self.assertEqual(len(six), 6)
        count(six)
        self.assertLessEqual(count(six), few + 3)

    def test_one_that_fails_stops_no_other_one(self):
        """The others are made and counted; who decides is told the third time."""
        self.Card.search([]).unlink()
        count = type(self.Card)._count

        def fail(cards):
            if self.salesperson_a in cards.user_id:
                raise ValueError("poison")
            return count(cards)

        self.patch(type(self.Card), "_count", fail)
        self.patch(
            self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kw: 1.0
        )
        logger = "odoo.addons.sales_process_mgmt.models.sales_process_retry"
        for _night in range(2):
            with mute_logger(logger):
                self.Card._cron_scorecards()
        cards = self.Card.search([("date_from", "=", date(2026, 6, 1))])
        self.assertTrue(cards.filtered(lambda card: card.user_id != self.salesperson_a))
        self.assertTrue(
            all(
                bool(card.line_ids) == (card.user_id != self.salesperson_a)
                for card in cards
            )
        )
        card = cards.filtered(lambda card: card.user_id == self.salesperson_a)
        told = self.env["mail.message"].search(
            [
                ("partner_ids", "in", card._get_decider().partner_id.ids),
                ("body", "like", "failed three times"),
            ]
        )
        self.assertTrue(card._get_decider() and told)

    def test_night(self):
        """The scheduled action makes, counts and compares."""
        self.Card.search([]).unlink()
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1.0
        ):
            self.Card._cron_scorecards()
        months = self.Card.search([("user_id", "=", self.salesperson_a.id)])
        self.assertEqual(
            set(months.mapped("date_from")), {date(2026, 6, 1), date(2026, 7, 1)}
        )


@tagged("post_install", "-at_install")
class TestWhoDecides(ClosingCommon):
    def test_nobody_closes_the_own(self):
        """Neither scores nor closes; also who leads the team or administers."""
        card = self.card.with_user(self.salesperson_a)
        for button in (
            "action_discuss",
            "action_close",
            "action_back",
            "action_reopen",
        ):
            with (
                self.subTest(button),
                self.assertRaisesRegex(AccessError, "own scorecard: ask Leader East"),
            ):
                getattr(card, button)()
        with self.assertRaises(AccessError):
            self._line(card, "mark").mark = 100
        with self.assertRaises(AccessError):
            card.note = "Well done"

    def test_lines_through_the_card(self):
        """The dialog of a line saves through the scorecard: the same rights."""
        mark, plan = self._line(self.card, "mark"), self._line(self.card, "plan")
        command = [(1, mark.id, {"mark": 60, "comment": "Seen"})]
        with self.assertRaises(AccessError):
            self.card.with_user(self.salesperson_a).line_ids = command
        self.card.with_user(self.leader_east).line_ids = command
        # 60 % of 30, with 48 and 30
        self.assertEqual(self.card.score, 96)
        for command in (
            (1, plan.id, {"contribution": 60}),
            (0, 0, {"kind": "mark", "mark": 100}),
            (2, plan.id),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                self.card.with_user(self.leader_east).write({"line_ids": [command]})

    def test_nobody_gets_a_better_one(self):
        """Nobody makes, copies, imports or moves a scorecard, also not a director."""
        for user in (self.salesperson_a, self.leader_east, self.director):
            card = self.card.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    card.create({"user_id": user.id, "score": 150})
                with self.assertRaises(AccessError):
                    card.copy()
                with self.assertRaises(AccessError):
                    card.unlink()
                for name, value in (
                    ("score", 150),
                    ("state", "closed"),
                    ("decider_id", user.id),
                    ("coefficient", 3),
                    ("user_id", self.salesperson_b.id),
                    ("segment_ids", [(5, 0, 0)]),
                ):
                    with self.assertRaises(AccessError):
                        card.write({name: value})

    def test_own_card_of_an_administrator(self):
        """Who administers and sells closes all but the own one."""
        self.env["crm.team.member"].create(
            {"user_id": self.director.id, "crm_team_id": self.team_east.id}
        )
        self._get_stay(self.director).date_from = "2026-01-01"
        self._make()
        card = self._get_card(self.director)
        for button in ("action_discuss", "action_close", "action_reopen"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(card.with_user(self.director), button)()
        with self.assertRaises(AccessError):
            self._line(card, "mark").with_user(self.director).mark = 100
        self._close(card)
        with self.assertRaises(AccessError):
            card.with_user(self.director).action_reopen()

    def test_statement_is_the_persons(self):
        with self.assertRaisesRegex(AccessError, "Only the person writes"):
            self.card.with_user(self.leader_east).statement = "I am sorry"

    def test_leader_who_sells(self):
        """A leader who sells is closed by whom the team is below."""
        self._get_stay(self.leader_east).unlink()
        self.env["crm.team.member"].create(
            {"user_id": self.leader_east.id, "crm_team_id": self.team_east.id}
        )
        self._get_stay(self.leader_east).date_from = "2026-01-01"
        region = self._create_region(self.team_east)
        self._make()
        card = self._get_card(self.leader_east)
        self.assertEqual(card.decider_id, region)
        with self.assertRaises(AccessError):
            self._mark(card, 100, self.leader_east)
        with self.assertRaises(AccessError):
            card.with_user(self.leader_east).action_discuss()
        self._close(card, leader=region)
        self.assertEqual(card.closed_by_id, region)

    def test_leader_without_anybody_above(self):
        """A sales administrator, where nobody leads the leader."""
        self.env["crm.team.member"].create(
            {"user_id": self.leader_east.id, "crm_team_id": self.team_east.id}
        )
        self._get_stay(self.leader_east).date_from = "2026-01-01"
        self._make()
        card = self._get_card(self.leader_east)
        self.assertNotEqual(card.decider_id, self.leader_east)
        self.assertTrue(card.decider_id.has_group("sales_team.group_sale_manager"))

    def test_ranking_with_and_without_leader(self):
        """The leader who sells is first; without, the others move up."""
        self.env["crm.team.member"].create(
            {"user_id": self.leader_east.id, "crm_team_id": self.team_east.id}
        )
        self._get_stay(self.leader_east).date_from = "2026-01-01"
        self._make()
        cards = {}
        for user, mark in (
            (self.leader_east, 100),
            (self.salesperson_a, 100),
            (self.salesperson_b, 50),
            (self.salesperson_c, 50),
        ):
            cards[user] = self._get_card(user)
            self._close(cards[user], self.director, mark)
        self.env.invalidate_all()
        # no plan and no win: half of the mark; a: 48 + 30 + 30
        self.assertEqual(
            {user: card.score for user, card in cards.items()},
            {
                self.leader_east: 50,
                self.salesperson_a: 108,
                self.salesperson_b: 25,
                self.salesperson_c: 25,
            },
        )
        self.assertEqual([card.rank for card in cards.values()], [2, 1, 3, 3])
        self.assertEqual(
            [card.rank_without_leader for card in cards.values()], [0, 1, 2, 2]
        )

    def test_no_rank_without_a_team(self):
        """Nor are two without a team compared with each other."""
        cards = self.card | self._get_card(self.salesperson_b)
        for card in cards:
            self._close(card)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_process_scorecard SET team_id = NULL WHERE id IN %s",
            [tuple(cards.ids)],
        )
        self.env.invalidate_all()
        for card in cards.with_user(self.director):
            self.assertEqual((card.rank, card.rank_count, card.gain_rank), (0, 0, 0))

    def test_most_improved(self):
        """By the gain over the month before, both closed."""
        self._close(self.card)
        for user in (self.salesperson_b, self.salesperson_c):
            self._close(self._get_card(user), mark=10)
        self._make(date(2026, 7, 1))
        july = self._get_card(self.salesperson_b, date(2026, 7, 1))
        self._travel(datetime(2026, 8, 2, 2))
        for user, mark in (
            (self.salesperson_a, 90),
            (self.salesperson_b, 90),
            (self.salesperson_c, 20),
        ):
            self._close(self._get_card(user, date(2026, 7, 1)), mark=mark)
        self.env.invalidate_all()
        # June 5, July 45: both without plan and wins
        self.assertEqual((july.gain, july.gain_rank), (40, 1))
        other = self._get_card(self.salesperson_c, date(2026, 7, 1))
        self.assertEqual((other.gain, other.gain_rank), (5, 2))

    def test_no_gain_over_an_open_month(self):
        """While June is discussed there is nothing to compare July with."""
        self._make(date(2026, 7, 1))
        self._travel(datetime(2026, 8, 2, 2))
        for user in (self.salesperson_a, self.salesperson_b, self.salesperson_c):
            self._close(self._get_card(user, date(2026, 7, 1)), mark=90)
        self.env.invalidate_all()
        july = self._get_card(self.salesperson_a, date(2026, 7, 1))
        self.assertEqual((july.gain, july.gain_rank), (0, 0))
        self.assertTrue(july.rank)

    def test_strangers(self):
        """Nobody below leader reads a colleague's: by no way."""
        self._close(self.card)
        line = self.card.line_ids[0]
        for user in (
            self.salesperson_b,
            self.salesperson_c,
            self.leader_west,
            self.salesperson_d,
            self.salesperson_x,
        ):
            for record in (self.card, line, self.card.segment_ids):
                Model = record.browse().with_user(user)
                with self.subTest(user=user.login, model=record._name):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])
                    with self.assertRaises(UserError):
                        record.with_user(user).export_data(["id"])
                    self.assertFalse(Model.search([("id", "in", record.ids)]))
                    self.assertEqual(
                        Model._read_group([("id", "in", record.ids)], [], ["score:sum"])
                        if "score" in Model._fields
                        else [(0,)],
                        [(0,)],
                    )
            with self.assertRaises(AccessError):
                line.with_user(user).action_source()

    def test_who_led_before(self):
        """Whoever leads no more reads no scorecard that was closed, or is open."""
        self._close(self.card)
        other = self._get_card(self.salesperson_b)
        old, new = self.leader_east, self.salesperson_c
        self.assertTrue((self.card | other).with_user(old).has_access("read"))
        self.team_east.user_id = new
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.card.closed_by_id, old)
        self.assertEqual(other.decider_id, new)
        for card in self.card | other:
            for record in (card, card.line_ids, card.segment_ids):
                with self.subTest(card.display_name, model=record._name):
                    self.assertFalse(record.with_user(old).has_access("read"))
                    self.assertTrue(record.with_user(new).has_access("read"))
        # what is about oneself stays
        mine = self._get_card(old)
        self.assertTrue(not mine or mine.with_user(old).has_access("read"))
        self.assertTrue(other.with_user(new).can_decide)

    def test_another_leader_at_once(self):
        """Open cards follow; three months cost about as many queries as one."""
        counts = []
        for months in ((), (date(2026, 5, 1), date(2026, 4, 1))):
            for month in months:
                self._make(month)
            cards = self.Card.search(
                [
                    ("team_id", "=", self.team_east.id),
                    ("state", "!=", "closed"),
                    ("user_id", "!=", self.leader_east.id),
                ]
            )
            for leader in (self.leader_west, self.leader_east):
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                self.team_east.user_id = leader
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - start)
                self.assertEqual(cards.mapped("decider_id"), leader)
                self.assertEqual(cards.segment_ids.mapped("marker_id"), leader)
        self.assertGreater(len(cards.mapped("date_from")), 3)
        # eight more cost at least eight where each is asked about by itself
        self.assertLess(max(counts[2:]), min(counts[:2]) + 6)

    def test_old_leader(self):
        """After a change of team the new leader reads and closes, not the old one."""
        stay = self._get_stay(self.salesperson_a)
        stay.date_to = "2026-06-14"
        self.Stay.create(
            {
                "user_id": self.salesperson_a.id,
                "team_id": self.team_west.id,
                "date_from": "2026-06-15",
            }
        )
        self.card._count()
        self.assertEqual(self.card.decider_id, self.leader_west)
        self.assertTrue(self.card.with_user(self.leader_west).can_decide)
        with self.assertRaises(AccessError):
            self.card.with_user(self.leader_east).read(["score"])

    def test_no_metric_of_it(self):
        """Nobody defines a number of scorecards that plans and reports would show."""
        model = self.env["ir.model"]._get(self.card._name)
        with self.assertRaisesRegex(UserError, "private"):
            self.env["sales.process.metric"].with_user(self.director).create(
                {
                    "name": "Scores",
                    "code": "scores_of_all",
                    "model_id": model.id,
                    "date_field_id": self.env["ir.model.fields"]
                    ._get(model.model, "date_from")
                    .id,
                    "user_field_id": self.env["ir.model.fields"]
                    ._get(model.model, "user_id")
                    .id,
                }
            )
