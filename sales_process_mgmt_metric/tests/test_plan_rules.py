# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.sales_process_plan import ZONE_SPAN
from .common_plan import PlanCommon

SECOND = timedelta(seconds=1)
# June begins and ends in Shanghai
BEGIN, END = datetime(2026, 5, 31, 16), datetime(2026, 6, 30, 16)


class RoundCommon(PlanCommon):
    def _run(self, moment):
        """One run of the scheduled action, without its commits."""
        self._travel(moment)
        self.Plan.search([("date_final", "=", False)])._process_updates()
        self.env.flush_all()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestLock(RoundCommon):
    """Agreed before the period begins, locked by its first second."""

    def test_to_the_second(self):
        plan = self._create_plan(self.salesperson_a, {self.won: 2})
        plan.with_user(self.leader_east).action_agree()
        for moment, state in ((BEGIN - SECOND, "agreed"), (BEGIN, "locked")):
            self._run(moment)
            self.assertEqual(plan.state, state)

    def test_agreed_late_is_locked_at_once(self):
        for moment, state in ((BEGIN - SECOND, "agreed"), (BEGIN, "locked")):
            with self.subTest(moment=moment), self.env.cr.savepoint() as savepoint:
                self._travel(moment)
                plan = self._create_plan(self.salesperson_a, {self.won: 2})
                plan.with_user(self.leader_east).action_agree()
                self.assertEqual(plan.state, state)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_draft_is_never_locked(self):
        plan = self._create_plan(self.salesperson_a, {self.won: 2})
        self._run(END + SECOND)
        self.assertEqual(plan.state, "draft")
        self.assertTrue(plan.date_final)

    def test_back_to_draft_before_it_begins(self):
        plan = self._create_plan(self.salesperson_a, {self.won: 2})
        led = plan.with_user(self.leader_east)
        led.action_agree()
        with self.assertRaises(AccessError):
            plan.with_user(self.salesperson_a).action_reset()
        self._travel(BEGIN - SECOND)
        led.action_reset()
        self.assertEqual(plan.state, "draft")
        led.action_agree()
        self._travel(BEGIN)
        with self.assertRaisesRegex(UserError, "has started"):
            led.action_reset()
        self.assertEqual(plan.state, "agreed")

    def test_who_decides(self):
        """The leader and administrators; of the leader's own plan these alone."""
        plan = self._create_plan(self.salesperson_a, {self.won: 2})
        for user in (self.salesperson_a, self.leader_west, self.salesperson_c):
            with self.subTest(user.login), self.assertRaises(AccessError):
                plan.with_user(user).action_agree()
        mine = self._create_plan(self.leader_east, {self.won: 2})
        self.assertFalse(mine.with_user(self.leader_east).can_lead)
        self.assertTrue(mine.with_user(self.director).can_lead)
        with self.assertRaises(AccessError):
            mine.with_user(self.leader_east).action_agree()
        (plan | mine).with_user(self.director).action_agree()
        self.assertEqual((plan | mine).mapped("state"), ["agreed", "agreed"])
        with self.assertRaisesRegex(UserError, "agreed already"):
            plan.with_user(self.leader_east).action_agree()

    def test_what_an_agreed_plan_keeps(self):
        plan = self._create_plan(self.salesperson_a, {self.won: 2})
        plan.with_user(self.leader_east).action_agree()
        for values in (
            {"date_from": date(2026, 7, 1)},
            {"kind": "weekly"},
            {"user_id": self.salesperson_b.id},
            {"user_id": False, "team_id": self.team_east.id},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "stay as they"),
            ):
                plan.with_user(self.leader_east).write(values)
        [line] = plan.line_ids
        with self.assertRaises(AccessError):
            line.with_user(self.salesperson_a).goal = 1
        with self.assertRaises(AccessError):
            line.with_user(self.salesperson_a).unlink()
        line.with_user(self.leader_east).goal = 3
        self.assertEqual(line.goal, 3)
        self._run(BEGIN)
        with self.assertRaisesRegex(UserError, "locked plan is kept"):
            plan.with_user(self.director).unlink()

    def test_changes_are_written_down_from_the_start_on(self):
        """Goal, weight, a goal more and a goal less: each with its numbers."""
        plan = self._create_plan(self.salesperson_a, {self.won: 2, self.revenue: 100})
        plan.with_user(self.leader_east).action_agree()
        line = self._get_line(plan, self.won).with_user(self.leader_east)

        def told():
            return [
                str(body)
                for body in plan.message_ids.mapped("body")
                if "Changed after the start" in str(body)
            ]

        self._travel(BEGIN - SECOND)
        line.goal = 3
        self.assertEqual(told(), [])
        self._run(BEGIN)
        line.goal = 4
        self.assertIn("goal 3 → 4", told()[0])
        line.goal = 4
        self.assertEqual(len(told()), 1, "The same goal is no change")
        line.weight = 2
        self.assertIn("weight 1.0 → 2.0", told()[0])
        line.note = "By telephone"
        self.assertEqual(len(told()), 2)
        plan.line_ids.with_user(self.leader_east).create(
            {"plan_id": plan.id, "metric_id": self.expired.id, "goal": 7}
        )
        self.assertIn("added with the goal 7", told()[0])
        self._get_line(plan, self.won).with_user(self.leader_east).unlink()
        self.assertIn("removed, the goal was 4", told()[0])
        self.assertEqual(len(told()), 4)


@tagged("post_install", "-at_install")
class TestFinal(RoundCommon):
    """Counted while it runs, a last time when it has ended, and not again."""

    def test_person(self):
        plan = self._create_plan(self.salesperson_a, {self.won: 2})
        self._create_won(self.salesperson_a, datetime(2026, 6, 10))
        [line] = plan.line_ids
        for moment, is_final in ((END - SECOND, False), (END, True)):
            self._run(moment)
            self.assertEqual(bool(plan.date_final), is_final)
            self.assertEqual((line.actual_value, line.has_value), (1, True))
        self._create_won(self.salesperson_a, datetime(2026, 6, 11))
        self._run(END + timedelta(days=1))
        self.assertEqual((line.actual_value, line.actual), (1, 1))
        self.assertEqual(plan.date_final, END)

    def test_team_a_day_later(self):
        """Its people may live up to a day behind their leader."""
        plan = self._create_plan(self.team_east, {self.won: 2})
        day = timedelta(days=1)
        for moment, is_final in (
            (END, False),
            (END + day - SECOND, False),
            (END + day, True),
        ):
            self._run(moment)
            self.assertEqual(bool(plan.date_final), is_final)

    def test_nothing_to_average(self):
        """An average of nothing is no zero, neither running nor final."""
        plan = self._create_plan(self.salesperson_a, {self.between: 3, self.won: 1})
        line = self._get_line(plan, self.between)
        for moment in (BEGIN, END):
            self._run(moment)
            self.assertEqual((line.actual_value, line.has_value), (0, False))
            self.assertEqual(line.actual_label, "–")
        self.assertTrue(self._get_line(plan, self.won).has_value)

    def test_not_before_it_begins(self):
        plan = self._create_plan(self.salesperson_a, {self.won: 2})
        self._run(BEGIN - SECOND)
        self.assertFalse(plan.date_actual)
        self._run(BEGIN)
        self.assertEqual(plan.date_actual, BEGIN)

    def test_the_action_looks_a_zone_ahead(self):
        """It takes each plan that may have begun somewhere, and stops nowhere."""
        plan = self._create_plan(self.salesperson_a, {self.won: 2})
        self.salesperson_a.tz = "Pacific/Kiritimati"
        plan.with_user(self.leader_east).action_agree()
        begin = datetime(2026, 6, 1) - ZONE_SPAN
        cron = self.env.ref("sales_process_mgmt_metric.ir_cron_update_plans")
        for moment, state in ((begin - SECOND, "agreed"), (begin, "locked")):
            self._travel(moment)
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(plan.state, state)

    def test_people_of_a_team(self):
        """Members, and who planned as a member and has left since."""
        own = self._create_plan(self.salesperson_b, {self.won: 1})
        plan = self._create_plan(self.team_east, {self.won: 5})
        for user in (self.salesperson_a, self.salesperson_b, self.salesperson_d):
            self._create_won(user, datetime(2026, 6, 10))
        self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == self.salesperson_b
        ).unlink()
        self._travel(datetime(2026, 6, 15))
        self.assertEqual(self._get_line(plan, self.won).actual, 2)
        own.unlink()
        self.env.invalidate_all()
        self.assertEqual(self._get_line(plan, self.won).actual, 1)
        # a week of theirs is no month
        week = self._create_plan(self.salesperson_b, {self.won: 1}, kind="weekly")
        week.sudo().person_team_id = self.team_east
        self.env.invalidate_all()
        self.assertEqual(self._get_line(plan, self.won).actual, 1)


@tagged("post_install", "-at_install")
class TestFilling(PlanCommon):
    """A plan starts from the metrics, the period before, or the month's rest."""

    def test_copy_of_the_period_before(self):
        """Goals, weights, notes; what is set stays; the focus where there is none."""
        before = self._create_plan(
            self.salesperson_a,
            {self.won: 3, self.revenue: 500},
            date_from=date(2026, 5, 1),
            note="New customers",
        )
        first = self._get_line(before, self.won)
        first.write({"weight": 2, "note": "By telephone"})
        plan = self._create_plan(self.salesperson_a, {self.revenue: 900})
        plan.with_user(self.salesperson_a).action_copy_previous()
        copied = self._get_line(plan, self.won)
        self.assertEqual(
            (copied.goal, copied.weight, copied.note), (3, 2, "By telephone")
        )
        self.assertEqual(self._get_line(plan, self.revenue).goal, 900)
        self.assertEqual(plan.note, "New customers")
        plan.note = "Mine"
        plan.with_user(self.salesperson_a).action_copy_previous()
        self.assertEqual((plan.note, len(plan.line_ids)), ("Mine", 2))

    def test_what_is_no_period_before(self):
        """Another person's, another kind's, an empty one, the month before last."""
        plan = self._create_plan(self.salesperson_a)
        for user, values in (
            (self.salesperson_b, {"date_from": date(2026, 5, 1)}),
            (self.salesperson_a, {"date_from": date(2026, 4, 1)}),
            (self.salesperson_a, {"date_from": date(2026, 5, 25), "kind": "weekly"}),
        ):
            self._create_plan(user, {self.won: 1}, **values)
            with self.assertRaisesRegex(UserError, "no plan of the period before"):
                plan.with_user(self.salesperson_a).action_copy_previous()
        self._create_plan(self.salesperson_a, date_from=date(2026, 5, 1))
        with self.assertRaisesRegex(UserError, "no plan of the period before"):
            plan.with_user(self.salesperson_a).action_copy_previous()

    def test_rest_of_the_month(self):
        """By the days that are left: a week of 30 days, then of what remains."""
        month = self._create_plan(
            self.salesperson_a, {self.won: 30, self.revenue: 300, self.between: 4}
        )
        self._get_line(month, self.won).weight = 3
        for day, goals in (
            (date(2026, 6, 1), (7, 70, 4)),  # 7 of 30 days
            (date(2026, 6, 22), (24, 233.33, 4)),  # 7 of 9 days
            (date(2026, 6, 29), (30, 300, 4)),  # the last two
        ):
            week = self._create_plan(self.salesperson_a, kind="weekly", date_from=day)
            week.with_user(self.salesperson_a).action_take_rest()
            self.assertEqual(
                tuple(
                    self._get_line(week, metric).goal
                    for metric in (self.won, self.revenue, self.between)
                ),
                goals,
                day,
            )
            self.assertEqual(self._get_line(week, self.won).weight, 3)
        week.line_ids.goal = 1
        week.with_user(self.salesperson_a).action_take_rest()
        self.assertEqual(self._get_line(week, self.won).goal, 30)
        self.assertEqual(len(week.line_ids), 3)

    def test_rest_is_refused(self):
        month = self._create_plan(self.salesperson_a)
        with self.assertRaisesRegex(UserError, "Only a week"):
            month.with_user(self.salesperson_a).action_take_rest()
        week = self._create_plan(self.salesperson_a, kind="weekly")
        with self.assertRaisesRegex(UserError, "no plan of the month"):
            week.with_user(self.salesperson_a).action_take_rest()
        week.with_user(self.leader_east).action_add_metrics()
        week.with_user(self.leader_east).action_agree()
        for name in ("action_take_rest", "action_add_metrics", "action_copy_previous"):
            with self.subTest(name), self.assertRaisesRegex(AccessError, "is agreed"):
                getattr(week.with_user(self.salesperson_a), name)()

    def test_what_the_database_refuses(self):
        plan = self._create_plan(self.salesperson_a, {self.won: 1})
        [line] = plan.line_ids
        for name in ("goal", "weight"):
            line[name] = 0
            self.env.flush_all()
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                line[name] = -0.01
                self.env.flush_all()
            self.env.invalidate_all()

    def test_whose_plan_in_the_form(self):
        """Any day chooses its week; the team follows from the person."""
        with Form(self.Plan.with_user(self.director)) as form:
            self.assertEqual(form.user_id, self.director)
            form.user_id = self.salesperson_a
            form.kind = "weekly"
            form.date_from = date(2026, 6, 18)
            self.assertEqual(form.date_from, date(2026, 6, 15))
        plan = form.record
        self.assertEqual(
            (plan.date_from, plan.date_to), (date(2026, 6, 15), date(2026, 6, 21))
        )
        self.assertEqual(plan.person_team_id, self.team_east)
        self.assertIn(self.salesperson_a.partner_id, plan.message_partner_ids)


@tagged("post_install", "-at_install")
class TestSpreadRules(PlanCommon):
    """Shares of a team's goal: what adds up, who gets one, what is told."""

    def _open(self, plan, **values):
        wizard = (
            self.env["sales.process.plan.spread"]
            .with_user(self.leader_east)
            .with_context(default_plan_id=plan.id)
        )
        form = Form(wizard)
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_every_sum_is_the_goal(self):
        """By each method that shares out, for whole ones and for cents."""
        plan = self._create_plan(self.team_east, {self.won: 11, self.revenue: 100.01})
        self._create_won(self.salesperson_b, datetime(2026, 5, 10), 70)
        self._create_won(self.salesperson_c, datetime(2026, 5, 11), 35)
        for method in ("even", "last"):
            wizard = self._open(plan, method=method)
            for metric, goal in ((self.won, 11), (self.revenue, 100.01)):
                shares = wizard.line_ids.filtered(
                    lambda row, m=metric: row.metric_id == m
                )
                self.assertAlmostEqual(sum(shares.mapped("goal")), goal)
                self.assertEqual(len(shares), 3)
            self.assertTrue(wizard.is_matching)
            self.assertFalse(wizard.mismatch)
        by_user = {
            row.user_id: row.goal
            for row in wizard.line_ids
            if row.metric_id == self.revenue
        }
        self.assertEqual(
            [by_user[user] for user in self.team_east.member_ids.sorted("name")],
            [0, 66.67, 33.34],
        )

    def test_missing_and_too_much(self):
        plan = self._create_plan(self.team_east, {self.won: 9})
        wizard = self._open(plan)
        share = wizard.line_ids[0]
        for goal, words in ((2, "1 missing"), (3, ""), (5, "2 too much")):
            share.goal = goal
            self.assertEqual(wizard.is_matching, not words)
            self.assertIn(words, wizard.mismatch or "")
        wizard.action_apply()
        goals = [
            self._get_line(self.Plan._find(user, "monthly", self.june), self.won).goal
            for user in self.team_east.member_ids
        ]
        self.assertEqual(
            sorted(goals), [3, 3, 5], "As it was said, whatever it adds to"
        )

    def test_who_may(self):
        plan = self._create_plan(self.team_east, {self.won: 9})
        wizard = self._open(plan)
        for user in (self.salesperson_a, self.salesperson_c, self.leader_west):
            with self.subTest(user.login), self.assertRaises(AccessError):
                wizard.sudo().with_user(user).action_apply()
        self.assertFalse(self.Plan.search([("user_id", "!=", False)]))
        stranger = wizard.line_ids[0]
        stranger.sudo().user_id = self.salesperson_d
        with self.assertRaisesRegex(UserError, "not in this team"):
            wizard.action_apply()
        wizard.line_ids.unlink()
        with self.assertRaisesRegex(UserError, "nothing to spread"):
            wizard.action_apply()

    def test_weights_go_along(self):
        """New goals weigh as the team's do; those that are there keep theirs."""
        plan = self._create_plan(self.team_east, {self.won: 9, self.revenue: 90})
        self._get_line(plan, self.won).weight = 4
        mine = self._create_plan(self.salesperson_a, {self.won: 1})
        self._open(plan).action_apply()
        line = self._get_line(mine, self.won)
        self.assertEqual((line.goal, line.weight), (3, 1))
        theirs = self.Plan._find(self.salesperson_b, "monthly", self.june)
        self.assertEqual(self._get_line(theirs, self.won).weight, 4)
        self.assertEqual(self._get_line(theirs, self.revenue).weight, 1)
