# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt_scorecard.hooks import post_init_hook

from .common import JUNE, ScorecardCommon
from .test_closing import ClosingCommon


@tagged("post_install", "-at_install")
class TestDoors(ClosingCommon):
    """The same rules for buttons, imports, defaults and dialogs, and for every role."""

    def test_counting_again(self):
        """The person and who decides count anew, and see the new number."""
        for number, user in enumerate(
            (self.salesperson_a, self.leader_east, self.director), 1
        ):
            self._create_leads([(self.salesperson_a, 3, 10, "Other")])
            self.card.with_user(user).action_count()
            line = self._line(self.card, "plan")
            with self.subTest(user=user.login):
                self.assertEqual(line.actual, 120 + 10 * number)
        for user in (
            self.salesperson_b,
            self.salesperson_c,
            self.leader_west,
            self.salesperson_x,
            self.office_user,
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.card.with_user(user).action_count()

    def test_several_at_once(self):
        """One that is not one's own refuses all of them."""
        cards = self.card | self._get_card(self.salesperson_b)
        with self.assertRaises(AccessError):
            cards.with_user(self.salesperson_a).action_count()
        for card in cards:
            self._mark(card, 80)
        cards.with_user(self.leader_east).action_discuss()
        cards.with_user(self.leader_east).action_close()
        self.assertEqual(set(cards.mapped("state")), {"closed"})
        self.assertEqual(cards.closed_by_id, self.leader_east)

    def test_half_done_is_not_done(self):
        """Of two, one has no mark: neither is discussed."""
        cards = self.card | self._get_card(self.salesperson_b)
        self._mark(self.card, 80)
        with (
            self.assertRaisesRegex(UserError, "Give the mark"),
            self.env.cr.savepoint(),
        ):
            cards.with_user(self.leader_east).action_discuss()
        self.env.invalidate_all()
        self.assertEqual(set(cards.mapped("state")), {"draft"})

    def test_marks_by_import(self):
        """A file of marks is the leader's, for the own people only."""
        self.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": "card_mark_line",
                "model": "sales.process.scorecard.line",
                "res_id": self._line(self.card, "mark").id,
            }
        )
        Line = self.env["sales.process.scorecard.line"]
        rows = [["__import__.card_mark_line", "70", "By file"]]
        for user, is_written in (
            (self.salesperson_a, False),
            (self.salesperson_b, False),
            (self.leader_west, False),
            (self.leader_east, True),
        ):
            with suppress(UserError), self.env.cr.savepoint():
                Line.with_user(user).load(["id", "mark", "comment"], rows)
            self.env.invalidate_all()
            with self.subTest(user=user.login):
                line = self._line(self.card, "mark")
                self.assertEqual(line.is_marked, is_written)
                self.assertEqual(line.mark, 70 if is_written else 0)

    def test_numbers_by_import(self):
        """No number comes in by a file, whoever sends it."""
        self.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": "card_of_a",
                "model": "sales.process.scorecard",
                "res_id": self.card.id,
            }
        )
        for user in (self.salesperson_a, self.leader_east, self.director):
            for name, value in (("score", "150"), ("state", "Closed")):
                with suppress(UserError), self.env.cr.savepoint():
                    self.Card.with_user(user).load(
                        ["id", name], [["__import__.card_of_a", value]]
                    )
                self.env.invalidate_all()
                with self.subTest(user=user.login, name=name):
                    self.assertEqual(self.card.state, "draft")
                    self.assertNotEqual(self.card.score, 150)

    def test_defaults_of_a_client(self):
        """A default in the context is no way to what is not entered."""
        for user in (self.salesperson_a, self.leader_east, self.director):
            Card = self.Card.with_user(user).with_context(
                default_user_id=user.id,
                default_score=150,
                default_state="closed",
                default_company_id=self.company.id,
                default_date_from="2026-01-01",
                default_date_to="2026-01-31",
            )
            with self.subTest(user=user.login), self.assertRaises(UserError):
                Card.create({})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Card.create(
                    {
                        "user_id": user.id,
                        "company_id": self.company.id,
                        "date_from": "2026-01-01",
                        "date_to": "2026-01-31",
                    }
                )
        line = self._line(self.card, "mark").with_user(self.leader_east)
        line.with_context(default_is_marked=True, default_contribution=30).write(
            {"mark": 10, "comment": "Late"}
        )
        self.assertEqual((line.mark, line.contribution), (10, 3))

    def test_a_mark_of_two_people(self):
        """Marks of two scorecards in one write: both are the leader's, or none is.

        The part in Team East is marked by its leader, whoever closes the month.
        """
        self._get_stay(self.salesperson_b).date_to = "2026-06-14"
        self.Stay.create(
            {
                "user_id": self.salesperson_b.id,
                "team_id": self.team_west.id,
                "date_from": "2026-06-15",
            }
        )
        other = self._get_card(self.salesperson_b)
        other._count()
        lines = self._line(self.card | other, "mark")
        self.assertEqual(other.decider_id, self.leader_west)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            lines.with_user(self.leader_west).write({"mark": 90, "comment": "Well"})
        self.env.invalidate_all()
        self.assertEqual(set(lines.mapped("is_marked")), {False})
        lines.with_user(self.leader_east).write({"mark": 90, "comment": "Well"})
        self.assertEqual(set(lines.mapped("is_marked")), {True})

    def test_a_comment_is_no_mark(self):
        """What is only commented is still to be marked."""
        line = self._line(self.card, "mark").with_user(self.leader_east)
        line.comment = "We talk tomorrow"
        self.assertFalse(line.is_marked)
        with self.assertRaisesRegex(UserError, "Give the mark"):
            self.card.with_user(self.leader_east).action_discuss()

    def test_longest_texts(self):
        """What is too long is refused in words, not cut."""
        for record, name, user in (
            (self.card, "statement", self.salesperson_a),
            (self.card, "note", self.leader_east),
            (self._line(self.card, "mark"), "comment", self.leader_east),
        ):
            most = record._text_limits[name]
            record.with_user(user).write({name: "x" * most})
            with self.subTest(name), self.assertRaises(ValidationError):
                record.with_user(user).write({name: "x" * (most + 1)})
            self.assertEqual(len(record[name]), most)

    def test_statement_of_the_person(self):
        """Until it is closed, also after it was discussed; of no colleague."""
        self._mark(self.card, 80)
        self.card.with_user(self.leader_east).action_discuss()
        self.card.with_user(self.salesperson_a).statement = "More than last year"
        self.assertEqual(self.card.statement, "More than last year")
        for user in (self.salesperson_b, self.leader_east, self.director):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.card.with_user(user).statement = "Nothing"

    def test_another_company(self):
        """A sales administrator of one company knows nothing of the other one."""
        self.env["sales.process.scorecard.template"].search([]).active = False
        template = self.env["sales.process.scorecard.template"].create(
            {"name": "Two", "company_id": self.company_2.id}
        )
        version = self.env["sales.process.scorecard.version"].create(
            {
                "template_id": template.id,
                "date_from": "2026-01-01",
                "item_ids": [(0, 0, {"kind": "mark", "name": "A", "weight": 100})],
            }
        )
        version.action_put_in_force()
        self._get_stay(self.salesperson_x).date_from = "2026-01-01"
        self._make(date(2026, 5, 1))
        card = self._get_card(self.salesperson_x, date(2026, 5, 1))
        self.assertEqual(card.company_id, self.company_2)
        own = {"company_id": self.company_2.id}
        for record, values in (
            (card, {"note": "Mine"}),
            (card.line_ids, {"mark": 100}),
            (template, {"name": "Mine"}),
            (version, {"score_floor": 5}),
            (version.item_ids, {"weight": 5}),
        ):
            mine = record.with_user(self.director)
            with self.subTest(record._name):
                self.assertFalse(mine.search([("id", "in", record.ids)]))
                with self.assertRaises(AccessError):
                    mine.write(values)
                with self.assertRaises(AccessError):
                    mine.read(["display_name"])
        for button in ("action_count", "action_discuss", "action_close"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(card.with_user(self.director), button)()
        for model, values in (
            ("sales.process.scorecard.template", {"name": "Mine", **own}),
            (
                "sales.process.scorecard.version",
                {"template_id": template.id, "date_from": "2026-09-01"},
            ),
            ("sales.process.scorecard.payroll", {"date_from": "2026-05-01", **own}),
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.director).create(values)

    def test_rank_tells_no_score(self):
        """A salesperson reads the own rank, out of how many, and nobody's score."""
        for user, mark in ((self.salesperson_b, 90), (self.salesperson_c, 10)):
            self._close(self._get_card(user), mark=mark)
        mine = self.card.with_user(self.salesperson_a)
        self.assertEqual((mine.rank, mine.rank_count), (0, 0))
        self._close(self.card)
        self.env.invalidate_all()
        self.assertEqual((mine.rank, mine.rank_count), (1, 3))
        self.assertEqual(mine.search([]), mine)
        self.assertEqual(
            mine._read_group([], ["user_id"], ["score:sum"]),
            [(self.salesperson_a.with_user(self.salesperson_a), 102)],
        )

    def test_rank_leaves_out_who_has_no_score(self):
        """Who has nothing to judge is in no rank, and is not counted."""
        for user in (self.salesperson_b, self.salesperson_c):
            self._close(self._get_card(user))
        self._close(self.card)
        self._get_card(self.salesperson_c).sudo().has_score = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((self.card.rank, self.card.rank_count), (1, 2))
        self.assertEqual(self._get_card(self.salesperson_c).rank, 0)

    def test_rank_by_what_is_seen(self):
        """Equal to the hundredth is equal; one hundredth more is first."""
        for user in (self.salesperson_b, self.salesperson_c):
            self._close(self._get_card(user))
        self._close(self.card)
        b, c = self._get_card(self.salesperson_b), self._get_card(self.salesperson_c)
        for score, ranks in (
            (102, [1, 1, 3]),
            (102.01, [2, 1, 3]),
            (101.99, [1, 2, 3]),
        ):
            b.sudo().score = score
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(score=score):
                self.assertEqual([row.rank for row in (self.card, b, c)], ranks)

    def test_rank_of_what_counts(self):
        """Opened anew: the team waits for the new one; the old one has no rank."""
        for user in (self.salesperson_b, self.salesperson_c):
            self._close(self._get_card(user))
        self._close(self.card)
        again = self.Card.browse(
            self.card.with_user(self.director).action_reopen()["res_id"]
        )
        b = self._get_card(self.salesperson_b)
        self.env.invalidate_all()
        self.assertEqual((self.card.rank, again.rank, b.rank), (0, 0, 0))
        self._close(again)
        self.env.invalidate_all()
        self.assertEqual((self.card.rank, again.rank, b.rank), (0, 1, 2))

    def test_reopened_by_a_new_definition(self):
        """Counted anew by what the number means now; the closed one keeps both."""
        self._close(self.card)
        before = self.wins.domain
        self.wins.domain = "[('name', '=', 'Nothing')]"
        again = self.Card.browse(
            self.card.with_user(self.director).action_reopen()["res_id"]
        )
        old = self.card.line_ids.filtered(lambda line: line.metric_id == self.wins)
        new = again.line_ids.filtered(lambda line: line.metric_id == self.wins)
        self.assertEqual((old.metric_domain, old.actual), (before, 4))
        self.assertEqual((new.metric_domain, new.actual), (self.wins.domain, 0))
        # 48 and 24; wins give nothing
        self.assertEqual((self.card.score, again.score), (102, 72))
        self.assertEqual(self._line(again, "mark").comment, "Seen at work")

    def test_goal_changed_after_closing(self):
        """A plan of a closed month that is another one now is listed, too."""
        self._close(self.card)
        plan = self.env["sales.process.plan"].search(
            [("user_id", "=", self.salesperson_a.id), ("date_from", "=", JUNE)]
        )
        plan.line_ids.sudo().goal = 400
        self.env.flush_all()
        self.card._process()
        line = self._line(self.card, "plan")
        self.assertEqual((line.goal_month, line.goal_now), (100, 400))
        self.assertTrue(line.is_changed and self.card.is_changed)
        self.assertEqual(self.card.score, 102)
        plan.line_ids.sudo().goal = 100
        self.env.flush_all()
        self.card._process()
        self.assertFalse(self.card.is_changed)

    def test_months_that_are_compared(self):
        """Three months back, and no longer."""
        self.Card.search([]).unlink()
        self.patch(
            self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kw: 1.0
        )
        old, last = self.Card.create(
            [
                {
                    "user_id": self.salesperson_a.id,
                    "team_id": self.team_east.id,
                    "company_id": self.company.id,
                    "date_from": first,
                    "date_to": last,
                    "state": "closed",
                }
                for first, last in (
                    ("2026-03-01", "2026-03-31"),
                    ("2026-04-01", "2026-04-30"),
                )
            ]
        )
        self.Card._cron_scorecards()
        self.assertFalse(old.date_checked)
        self.assertEqual(last.date_checked, datetime(2026, 7, 3, 2))

    def test_words_in_the_reader_s_language(self):
        """Told in Chinese, without a number."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.salesperson_a.lang = "zh_CN"
        self._close(self.card)
        told = self.env["mail.message"].search(
            [("model", "=", self.card._name), ("res_id", "=", self.card.id)]
        )
        self.assertEqual(len(told), 2)
        for message in told:
            self.assertIn("2026年6月", message.body)
            self.assertNotIn("102", message.body)
        self.assertEqual(told.partner_ids, self.salesperson_a.partner_id)

    def test_source_that_may_not_be_read(self):
        """Who may not read what is counted is told whom to ask."""
        line = self._line(self.card, "plan")
        self.patch(
            type(self.env["crm.lead"]), "has_access", lambda leads, operation: False
        )
        with self.assertRaisesRegex(UserError, "ask Leader East"):
            line.with_user(self.salesperson_a).action_source()


@tagged("post_install", "-at_install")
class TestStayDoors(ScorecardCommon):
    """Days in a team are kept by the system, and corrected by administrators."""

    def test_who(self):
        """Read by the person and who leads; written by administrators."""
        stay = self._get_stay(self.salesperson_a)
        for user, is_read in (
            (self.salesperson_a, True),
            (self.leader_east, True),
            (self.director, True),
            (self.salesperson_b, False),
            (self.leader_west, False),
            (self.salesperson_x, False),
        ):
            mine = stay.with_user(user)
            with self.subTest(user=user.login):
                self.assertEqual(bool(mine.search([("id", "=", stay.id)])), is_read)
                if user != self.director:
                    with self.assertRaises(AccessError):
                        mine.date_from = "2026-05-01"
                    with self.assertRaises(AccessError):
                        mine.unlink()
        stay.with_user(self.director).date_from = "2026-05-01"
        self.assertEqual(stay.date_from, date(2026, 5, 1))

    def test_person_and_team_stay(self):
        """A correction of days moves nobody."""
        stay = self._get_stay(self.salesperson_a).with_user(self.director)
        for values in (
            {"user_id": self.salesperson_b.id},
            {"team_id": self.team_west.id},
            {"company_id": self.company_2.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                stay.write(values)

    def test_company_is_that_of_the_team(self):
        """Whatever is sent; and one of another company is not read."""
        stay = self.Stay.create(
            {
                "user_id": self.salesperson_x.id,
                "team_id": self.team_c2.id,
                "date_from": "2020-01-01",
                "date_to": "2020-02-01",
            }
        )
        self.assertEqual(stay.company_id, self.company_2)
        self.assertFalse(stay.with_user(self.director).search([("id", "=", stay.id)]))

    def test_back_after_a_day(self):
        """Left on the 15th and back on it: one stay; on the 16th: another one."""
        member = self.env["crm.team.member"].search(
            [("user_id", "=", self.salesperson_a.id)]
        )
        for back, count in ((15, 1), (16, 2)):
            with self.subTest(back=back), self.env.cr.savepoint() as savepoint:
                with self._at(datetime(2026, 6, 15, 2)):
                    member.active = False
                with self._at(datetime(2026, 6, back, 2)):
                    member.active = True
                stays = self._get_stay(self.salesperson_a).sorted("date_from")
                self.assertEqual(len(stays), count)
                self.assertFalse(stays[-1].date_to)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_day_where_the_person_works(self):
        """Joined at five in the afternoon UTC: the next day in Shanghai."""
        with self._at(datetime(2026, 6, 15, 17)):
            self.env["crm.team.member"].create(
                {"user_id": self.office_user.id, "crm_team_id": self.team_west.id}
            )
        self.assertEqual(self._get_stay(self.office_user).date_from, date(2026, 6, 16))

    def test_installed_in_a_company_at_work(self):
        """People are in their teams since they came, by their own calendar, once."""
        self.Stay.search([]).unlink()
        members = (self.team_east | self.team_c2).crm_team_member_ids
        gone = members.filtered(lambda row: row.user_id == self.salesperson_b)
        gone.active = False
        self.env.cr.execute(
            "UPDATE crm_team_member SET create_date = %s WHERE id IN %s",
            ["2026-05-31 17:00:00", members._ids],
        )
        self.env.invalidate_all()
        self.Stay.search([]).unlink()
        for _time in range(2):
            post_init_hook(self.env)
        # Shanghai has the first of June already, New York has not
        for user, day in (
            (self.salesperson_a, date(2026, 6, 1)),
            (self.salesperson_x, date(2026, 5, 31)),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._get_stay(user).mapped("date_from"), [day])
        self.assertFalse(self._get_stay(self.salesperson_b))
        self.assertEqual(self._get_stay(self.salesperson_x).company_id, self.company_2)
