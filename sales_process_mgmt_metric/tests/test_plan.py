# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.ir_module_module import find_going_metrics
from .common_plan import PlanCommon


@tagged("post_install", "-at_install")
class TestPlan(PlanCommon):
    def test_period(self):
        """Any day chooses its week or month; both ends belong to it."""
        plan = self._create_plan(self.salesperson_a, date_from=date(2028, 2, 17))
        self.assertEqual(plan.date_from, date(2028, 2, 1))
        self.assertEqual(plan.date_to, date(2028, 2, 29))
        week = self._create_plan(
            self.salesperson_a, kind="weekly", date_from=date(2027, 1, 1)
        )
        self.assertEqual(week.date_from, date(2026, 12, 28))
        self.assertEqual(week.date_to, date(2027, 1, 3))
        week.date_from = date(2027, 1, 4)
        self.assertEqual(week.date_to, date(2027, 1, 10))

    def test_form(self):
        """The form proposes oneself and this month; a team replaces the person."""
        with Form(self.Plan.with_user(self.salesperson_a)) as form:
            self.assertEqual(form.user_id, self.salesperson_a)
            self.assertEqual(form.date_from, date(2026, 5, 1))
            form.date_from = date(2026, 7, 9)
            self.assertEqual(form.date_from, date(2026, 7, 1))
            with form.line_ids.new() as line:
                line.metric_id = self.won
                line.goal = 4
        plan = form.record
        self.assertEqual(plan.company_id, self.company)
        self.assertEqual(plan.person_team_id, self.team_east)
        self.assertIn(self.salesperson_a.name, plan.display_name)
        self.assertEqual(
            self.Plan._find(self.salesperson_a, "monthly", date(2026, 7, 31)), plan
        )
        self.assertFalse(self.Plan._find(self.salesperson_a, "daily", self.june))

    def test_form_proposes_a_period_without_a_plan(self):
        """This month has a plan, the next one, too: the third is proposed."""
        for day in (date(2026, 5, 1), self.june):
            self._create_plan(self.salesperson_a, date_from=day)
        self._create_plan(self.team_east, date_from=date(2026, 5, 1))
        form = Form(self.Plan.with_user(self.salesperson_a))
        self.assertEqual(form.date_from, date(2026, 7, 1))
        form = Form(self.Plan.with_user(self.leader_east))
        self.assertEqual(form.date_from, date(2026, 5, 1))
        form.user_id = self.env["res.users"]
        form.team_id = self.team_east
        self.assertEqual(form.date_from, self.june)
        form.team_id = self.env["crm.team"]
        form.user_id = self.salesperson_a
        self.assertEqual(form.date_from, date(2026, 7, 1))
        # a day that somebody asks for is not changed
        form.date_from = self.june
        self.assertEqual(form.date_from, self.june)
        default = self.Plan.with_user(self.salesperson_a).with_context(
            default_date_from="2026-06-01"
        )
        self.assertEqual(Form(default).date_from, self.june)
        # whoever writes no form means this month
        plan = self.Plan.with_user(self.salesperson_b).create(
            {"user_id": self.salesperson_b.id}
        )
        self.assertEqual(plan.date_from, date(2026, 5, 1))

    @mute_logger("odoo.sql_db")
    def test_one_each(self):
        """One plan for a person and period; either a person or a team."""
        self._create_plan(self.salesperson_a)
        self._create_plan(self.salesperson_a, kind="weekly")
        self._create_plan(self.team_east)
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            self._create_plan(self.salesperson_a, date_from=date(2026, 6, 30))
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            self._create_plan(self.team_east, date_from=date(2026, 6, 30))
        for values in (
            {"user_id": self.salesperson_b.id, "team_id": self.team_east.id},
            {"user_id": False, "team_id": False},
        ):
            with self.assertRaises(psycopg2.errors.CheckViolation):
                self.Plan.create({"date_from": self.june, **values})
        with self.assertRaises(psycopg2.errors.CheckViolation):
            self._create_plan(self.salesperson_b, {self.won: -1})

    # ------------------------------------------------------------
    # AGREEING AND LOCKING
    # ------------------------------------------------------------

    def test_agree(self):
        """The leader agrees, not the person; then the person changes nothing."""
        plan = self._create_plan(self.salesperson_a, {self.won: 5})
        line = plan.line_ids
        line.goal = 6
        with self.assertRaises(AccessError):
            plan.action_agree()
        with self.assertRaises(AccessError):
            plan.state = "agreed"
        for user in (self.leader_west, self.salesperson_b):
            with self.assertRaises(AccessError):
                plan.with_user(user).action_agree()
        leader_plan = plan.with_user(self.leader_east)
        cron = self.env.ref("sales_process_mgmt_metric.ir_cron_update_plans")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        leader_plan.action_agree()
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers + 1,
            "the analysis does not wait for the next hour",
        )
        self.assertEqual(plan.state, "agreed")
        with self.assertRaises(UserError):
            leader_plan.action_agree()
        self.env.invalidate_all()
        for change in (
            lambda: setattr(line, "goal", 1),
            line.unlink,
            plan.unlink,
            plan.action_copy_previous,
            lambda: setattr(plan, "date_from", date(2026, 7, 1)),
        ):
            with self.assertRaises(AccessError):
                change()
        with self.assertRaises(UserError):
            leader_plan.date_from = date(2026, 7, 1)
        leader_plan.line_ids.goal = 8
        self.assertFalse(self._get_log(plan))
        leader_plan.action_reset()
        self.assertEqual(plan.state, "draft")

    def test_agree_empty(self):
        plan = self._create_plan(self.salesperson_a)
        with self.assertRaises(UserError):
            plan.with_user(self.leader_east).action_agree()

    def test_plan_of_a_leader(self):
        """Nobody agrees on their own plan; the leader above does."""
        plan = self._create_plan(self.leader_east, {self.won: 5})
        with self.assertRaises(AccessError):
            plan.action_agree()
        plan.with_user(self.director).action_agree()
        self.assertEqual(plan.state, "agreed")

    def test_lock_at_start(self):
        """Locked in the first second of the month in the person's own zone."""
        self.salesperson_b.tz = "Pacific/Honolulu"
        plans = self.Plan
        for user in (self.salesperson_a, self.salesperson_b):
            plans |= self._create_plan(user, {self.won: 5}).with_env(self.env)
        plans.with_user(self.leader_east).action_agree()
        start = datetime(2026, 5, 31, 16)
        for moment, states in (
            (start - timedelta(seconds=1), ["agreed", "agreed"]),
            (start, ["locked", "agreed"]),
            (datetime(2026, 6, 1, 9, 59, 59), ["locked", "agreed"]),
            (datetime(2026, 6, 1, 10), ["locked", "locked"]),
        ):
            self._travel(moment)
            self._run_cron()
            self.assertEqual(plans.mapped("state"), states, moment)
        with self.assertRaises(UserError):
            plans[0].with_user(self.leader_east).action_reset()
        for context in ({}, {"_force_unlink": True}):
            mine = plans[0].with_user(self.leader_east).with_context(**context)
            with self.assertRaises(UserError):
                mine.unlink()

    def _run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "sales_process_mgmt_metric.ir_cron_update_plans"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _get_log(self, plan):
        return [
            message.body
            for message in plan.sudo().message_ids
            if "Changed after" in (message.body or "")
        ]

    def test_changes_after_the_start(self):
        """They are possible for the leader and written down, old and new."""
        plan = self._create_plan(self.salesperson_a, {self.won: 5})
        leader_plan = plan.with_user(self.leader_east)
        leader_plan.action_agree()
        self._travel(datetime(2026, 6, 3))
        leader_plan.line_ids.goal = 7
        (log,) = self._get_log(plan)
        self.assertIn("goal 5 → 7", log)
        leader_plan.line_ids.note = "With the new catalogue"
        self.assertEqual(len(self._get_log(plan)), 1)
        leader_plan.line_ids.create(
            {"plan_id": plan.id, "metric_id": self.revenue.id, "goal": 100}
        )
        self.assertIn("added", self._get_log(plan)[0])
        self._get_line(leader_plan, self.won).unlink()
        self.assertIn("removed, the goal was 7", self._get_log(plan)[0])
        with self.assertRaises(AccessError):
            plan.line_ids.goal = 1

    def test_draft_after_the_start(self):
        """Who never asks for agreement is written down too; agreeing locks."""
        plan = self._create_plan(self.salesperson_a, {self.won: 5})
        self._travel(datetime(2026, 6, 29))
        late = self._create_plan(self.salesperson_b, {self.won: 5})
        self.assertFalse(self._get_log(late))
        plan.line_ids.goal = 1
        self.assertIn("goal 5 → 1", self._get_log(plan)[0])
        plan.with_user(self.leader_east).action_agree()
        self.assertEqual(plan.state, "locked")

    # ------------------------------------------------------------
    # FILLING
    # ------------------------------------------------------------

    def test_copy_previous(self):
        before = self._create_plan(
            self.salesperson_a,
            {self.won: 5, self.revenue: 900},
            date_from=date(2026, 5, 1),
            note="Dealers",
        )
        plan = self._create_plan(self.salesperson_a, {self.won: 9})
        plan.action_copy_previous()
        self.assertEqual(self._get_line(plan, self.won).goal, 9)
        self.assertEqual(self._get_line(plan, self.revenue).goal, 900)
        self.assertEqual(plan.note, "Dealers")
        self.assertEqual(len(before.line_ids), 2)
        other = self._create_plan(self.salesperson_b)
        with self.assertRaises(UserError):
            other.action_copy_previous()

    def test_add_metrics(self):
        plan = self._create_plan(self.salesperson_a, {self.won: 9})
        plan.action_add_metrics()
        metrics = self.env["sales.process.metric"]._get_for("monthly", self.company)
        self.assertEqual(plan.line_ids.metric_id, metrics)
        self.assertEqual(self._get_line(plan, self.won).goal, 9)
        plan.action_add_metrics()
        self.assertEqual(len(plan.line_ids), len(metrics))

    def test_rest_of_the_month(self):
        """A week starts from what is left of the month, rounded up to whole ones."""
        self._create_plan(
            self.salesperson_a, {self.won: 30, self.between: 4}, date_from=self.june
        )
        self._travel(datetime(2026, 6, 14, 4))
        for day in range(1, 11):
            self._create_won(self.salesperson_a, datetime(2026, 6, day))
        week = self._create_plan(
            self.salesperson_a, kind="weekly", date_from=date(2026, 6, 15)
        )
        week.action_take_rest()
        # 20 are left for 16 days, 7 of them in this week: 8.75
        self.assertEqual(self._get_line(week, self.won).goal, 9)
        self.assertEqual(self._get_line(week, self.between).goal, 4)
        with self.assertRaises(UserError):
            self._create_plan(self.salesperson_a, date_from=date(2026, 8, 1)).sudo(
                False
            ).action_take_rest()

    # ------------------------------------------------------------
    # ACTUAL
    # ------------------------------------------------------------

    def test_actual(self):
        """What was reached, live; ceilings are kept or exceeded."""
        plan = self._create_plan(
            self.salesperson_a,
            {self.won: 4, self.revenue: 0, self.expired: 2, self.between: 3},
        )
        self._travel(datetime(2026, 6, 16, 4))
        for _number in range(3):
            self._create_won(self.salesperson_a, datetime(2026, 6, 5), 100)
        self._create_won(self.salesperson_a, datetime(2026, 5, 31, 15, 59, 59), 100)
        self._create_won(self.salesperson_b, datetime(2026, 6, 5), 100)
        won = self._get_line(plan, self.won)
        self.assertEqual(won.actual, 3)
        self.assertEqual(won.progress, 75)
        self.assertEqual(won.status, "on_track")
        revenue = self._get_line(plan, self.revenue)
        self.assertEqual((revenue.actual, revenue.status), (300, "none"))
        expired = self._get_line(plan, self.expired)
        self.assertEqual((expired.status, expired.score), ("on_track", 100))
        between = self._get_line(plan, self.between)
        self.assertEqual((between.status, between.actual_label), ("on_track", "–"))
        self.assertAlmostEqual(plan.progress, (75 + 100 + 0) / 3, 2)
        self.assertAlmostEqual(plan.elapsed, 50, delta=3)
        won.weight = 2
        self.assertAlmostEqual(plan.progress, (75 * 2 + 100) / 4, 2)
        self._travel(datetime(2026, 6, 29))
        self.assertEqual(won.status, "behind")
        self._create_won(self.salesperson_a, datetime(2026, 6, 28))
        self.assertEqual(won.status, "reached")

    def test_actual_of_a_team(self):
        """Of all members, each in their own month; an average is that of all."""
        self.salesperson_b.tz = "Pacific/Kiritimati"
        plan = self._create_plan(self.team_east, {self.won: 10})
        self.assertFalse(plan.user_id)
        self._travel(datetime(2026, 6, 16, 4))
        # 2026-06-01 in Kiritimati, still May in Shanghai
        early = datetime(2026, 5, 31, 12)
        self._create_won(self.salesperson_a, early)
        self._create_won(self.salesperson_b, early)
        self._create_won(self.salesperson_c, datetime(2026, 6, 2))
        self._create_won(self.salesperson_d, datetime(2026, 6, 2))
        self.assertEqual(plan.line_ids.actual, 2)
        # whoever had a plan as a member counts although having left
        self._create_plan(self.salesperson_c, {self.won: 1})
        self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.salesperson_c
        ).action_archive()
        self.env.invalidate_all()
        self.assertEqual(plan.line_ids.actual, 2)

    def test_final(self):
        """When the period has ended the numbers are counted a last time."""
        plan = self._create_plan(self.salesperson_a, {self.won: 4})
        self._travel(datetime(2026, 6, 30, 15, 59, 59))
        self._create_won(self.salesperson_a, datetime(2026, 6, 5))
        self._run_cron()
        self.assertFalse(plan.date_final)
        self.assertEqual(plan.line_ids.actual_value, 1)
        self._create_won(self.salesperson_a, datetime(2026, 6, 6))
        self.assertEqual(plan.line_ids.actual, 2)
        self._travel(datetime(2026, 6, 30, 16))
        self._run_cron()
        self.assertTrue(plan.date_final)
        self._create_won(self.salesperson_a, datetime(2026, 6, 7))
        self.assertEqual(plan.line_ids.actual, 2)
        final = plan.date_final
        self._travel(datetime(2026, 7, 30))
        self._run_cron()
        self.assertEqual(plan.date_final, final)

    def test_query_count(self):
        """Actuals of one plan or of six: the same number of queries."""
        goals = {self.won: 4, self.revenue: 10, self.expired: 1}
        self._travel(datetime(2026, 6, 16, 4))
        plans = self.Plan
        for user in self.salesperson_a | self.salesperson_b | self.salesperson_c:
            plans |= self._create_plan(user, goals, self.director).with_env(self.env)
            plans |= self._create_plan(
                user, goals, self.director, kind="weekly"
            ).with_env(self.env)
        counts = []
        for some in (plans[:1], plans):
            self.env.flush_all()
            self.env.invalidate_all()
            some.line_ids.mapped("actual")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.line_ids.mapped("actual")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # ------------------------------------------------------------
    # ROLES
    # ------------------------------------------------------------

    def test_roles(self):
        """Own plans and those of the team are read, the leader reads the people's."""
        plan_a = self._create_plan(self.salesperson_a, {self.won: 1})
        plan_team = self._create_plan(self.team_east, {self.won: 1})
        plan_d = self._create_plan(self.salesperson_d, {self.won: 1})
        plan_x = self._create_plan(self.salesperson_x, {self.won: 1})
        plans = (plan_a | plan_team | plan_d | plan_x).with_env(self.env)
        for user, seen in (
            (self.salesperson_a, plan_a | plan_team),
            (self.salesperson_b, plan_team),
            (self.leader_east, plan_a | plan_team),
            (self.leader_west, plan_d),
            (self.salesperson_c, plan_a | plan_team | plan_d),
            (self.director, plan_a | plan_team | plan_d),
            (self.salesperson_x, plan_x),
        ):
            found = self.Plan.with_user(user).search([("id", "in", plans.ids)])
            self.assertEqual(set(found.ids), set(seen.ids), user.login)
            lines = plans.line_ids.with_user(user).search(
                [("plan_id", "in", plans.ids)]
            )
            self.assertEqual(set(lines.plan_id.ids), set(seen.ids), user.login)
        with self.assertRaises(AccessError):
            self.Plan.with_user(self.office_user).search([])
        # Only the leader plans for others and for the team
        for user in (self.salesperson_b, self.salesperson_c, self.leader_west):
            for whose in (self.salesperson_a, self.team_east):
                with self.assertRaises(AccessError):
                    self._create_plan(
                        whose, {self.won: 1}, user, date_from=date(2026, 7, 1)
                    )
        self._create_plan(
            self.salesperson_a, {self.won: 1}, self.leader_east, kind="weekly"
        )
        with self.assertRaises(AccessError):
            plan_a.with_user(self.salesperson_c).line_ids.goal = 7
        with self.assertRaises(AccessError):
            plan_team.with_user(self.salesperson_a).line_ids.goal = 7
        with self.assertRaises(AccessError):
            plan_a.user_id = self.salesperson_b
        plan_a.unlink()

    def test_a_number_goes_with_its_addon(self):
        """What an addon has named, or counts its records, leaves no goal behind."""
        named = self.won.copy({"code": "named"})
        counting = self.won.copy({"code": "counting"})
        model = self.env["ir.model"].create({"name": "Gone", "model": "x_gone"})
        self.env.flush_all()
        # no definition that anybody could write: such a model has no dates
        self.env.cr.execute(
            "UPDATE sales_process_metric SET model_id = %s WHERE id = %s",
            (model.id, counting.id),
        )
        self.env.invalidate_all()
        for record in (named, model):
            self.env["ir.model.data"].search(
                [("model", "=", record._name), ("res_id", "=", record.id)]
            ).unlink()
            self.env["ir.model.data"].create(
                {
                    "module": "sales_process_mgmt_gone",
                    "name": f"{record._table}_gone",
                    "model": record._name,
                    "res_id": record.id,
                }
            )
        plan = self._create_plan(
            self.salesperson_a, {self.won: 3, named: 4, counting: 5}
        )
        going = find_going_metrics(self.env, ["sales_process_mgmt_gone"])
        self.assertEqual(going, named | counting)
        self.assertFalse(find_going_metrics(self.env, ["sales_process_mgmt_other"]))
        going._let_go()
        self.assertEqual(plan.line_ids.metric_id, self.won)
        # nothing refuses any more
        going.unlink()
        self.assertEqual(plan.line_ids.goal, 3)
