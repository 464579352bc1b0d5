# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_plan import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanSpread(PlanCommon):
    def setUp(self):
        super().setUp()
        self.plan = self._create_plan(
            self.team_east, {self.won: 10, self.revenue: 1000, self.between: 3}
        )

    def _open(self, user=None):
        return Form(
            self.env["sales.process.plan.spread"]
            .with_user(user or self.leader_east)
            .with_context(default_plan_id=self.plan.id)
        )

    def _get_goals(self, metric):
        people = self.salesperson_a | self.salesperson_b | self.salesperson_c
        return [
            self._get_line(
                self.Plan.sudo()._find(user, "monthly", self.june), metric
            ).goal
            for user in people
        ]

    def test_evenly(self):
        """Whole ones, to the cent, and a goal for an average is that of each."""
        form = self._open()
        self.assertTrue(form.is_matching)
        self.assertFalse(form.mismatch)
        action = form.save().action_apply()
        plans = self.Plan.with_user(self.leader_east).search(action["domain"])
        self.assertEqual(len(plans), 3)
        self.assertEqual(set(plans.mapped("state")), {"draft"})
        self.assertEqual(self._get_goals(self.won), [4, 3, 3])
        self.assertEqual(self._get_goals(self.revenue), [333.34, 333.33, 333.33])
        self.assertEqual(self._get_goals(self.between), [3, 3, 3])
        # a second time changes nothing
        self._open().save().action_apply()
        self.assertEqual(self._get_goals(self.won), [4, 3, 3])

    def test_by_last_period(self):
        """By what each reached in May; where nobody did, evenly."""
        for user, count in ((self.salesperson_a, 3), (self.salesperson_b, 1)):
            for _number in range(count):
                self._create_won(user, datetime(2026, 5, 10))
        form = self._open()
        form.method = "last"
        form.save().action_apply()
        self.assertEqual(self._get_goals(self.won), [8, 2, 0])
        self.assertEqual(self._get_goals(self.revenue), [333.34, 333.33, 333.33])

    def test_by_hand(self):
        """The sum must match, or it says by how much it does not."""
        self._create_plan(self.salesperson_a, {self.won: 6})
        form = self._open()
        form.method = "hand"
        self.assertFalse(form.is_matching)
        self.assertIn("6 of 10 spread, 4 missing", form.mismatch)
        wizard = form.save()
        shares = wizard.line_ids.filtered(lambda line: line.metric_id == self.won)
        for share in shares:
            share.goal = 4
        self.assertIn("12 of 10 spread, 2 too much", wizard.mismatch)
        wizard.action_apply()
        self.assertEqual(self._get_goals(self.won), [4, 4, 4])

    def test_some_people(self):
        form = self._open()
        form.user_ids.remove(id=self.salesperson_c.id)
        wizard = form.save()
        self.assertTrue(wizard.is_matching)
        wizard.action_apply()
        self.assertEqual(self._get_goals(self.won)[:2], [5, 5])
        self.assertFalse(self.Plan._find(self.salesperson_c, "monthly", self.june))

    def test_after_the_start(self):
        """Spreading into running plans is written down like any change."""
        plan = self._create_plan(self.salesperson_a, {self.won: 1})
        plan.with_user(self.leader_east).action_agree()
        self._travel(datetime(2026, 6, 2))
        self._open().save().action_apply()
        self.assertEqual(self._get_goals(self.won), [4, 3, 3])
        self.assertTrue(
            plan.sudo().message_ids.filtered(
                lambda message: "goal 1 → 4" in (message.body or "")
            )
        )

    def test_refused(self):
        """Only the leader spreads, only over members."""
        wizard = self._open().save()
        with self.assertRaises(AccessError):
            self._open(self.salesperson_a).save().action_apply()
        wizard.line_ids[0].user_id = self.salesperson_d
        with self.assertRaises(UserError):
            wizard.action_apply()
        self.plan.line_ids.goal = 0
        with self.assertRaises(UserError):
            self._open().save().action_apply()
