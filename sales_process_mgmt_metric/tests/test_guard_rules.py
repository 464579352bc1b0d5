# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.test_guard import QUIET

from .test_guard import MetricGuardCommon


@tagged("post_install", "-at_install")
class TestMetricGuardRules(MetricGuardCommon):
    """What has been written is asked about again, and stays what it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metrics = cls.env["sales.process.metric"].search([], limit=3)
        cls.month = cls.env.cr.now().date().replace(day=1)

    def _create_plan(self, user, month=None, *metrics):
        return (
            self.env["sales.process.plan"]
            .with_user(user)
            .create(
                {
                    "kind": "monthly",
                    "date_from": month or self.month,
                    "line_ids": [
                        Command.create({"metric_id": metric.id, "goal": 1})
                        for metric in metrics or self.metrics[:1]
                    ],
                }
            )
        )

    @mute_logger(*QUIET)
    def test_goal_is_not_moved(self):
        """Not into the own locked plan, not into a colleague's, by no way."""
        user = self.salesperson_b
        locked = self._create_plan(user)
        locked.with_user(self.leader_east).action_agree()
        self.assertEqual(locked.state, "locked")
        later = (self.month + timedelta(days=400)).replace(day=1)
        draft = self._create_plan(user, later, self.metrics[1], self.metrics[2])
        other = self._create_plan(self.salesperson_c, later)
        for target in (locked, other):
            with self.assertRaises(UserError):
                draft.line_ids[0].write({"plan_id": target.id})
            with self.assertRaises(UserError):
                target.with_user(user).write(
                    {"line_ids": [Command.link(draft.line_ids[0].id)]}
                )
        self.env.invalidate_all()
        self.assertEqual(
            [len(plan.line_ids) for plan in (locked, other, draft)], [1, 1, 2]
        )

    @mute_logger(*QUIET)
    def test_plan_stays_with_who_may_write_it(self):
        plan = self._create_plan(self.salesperson_b)
        with self.assertRaises(AccessError):
            plan.user_id = self.salesperson_c

    # ------------------------------------------------------------
    # METRICS
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_metric_counts_what_its_definer_may_read(self):
        """Neither preview nor report tells what stands in a private message."""
        user, other = self.salesperson_a, self.salesperson_b
        channel = (
            self.env["discuss.channel"]
            .with_user(user)
            .create(
                {
                    "name": "Private",
                    "channel_type": "group",
                    "channel_member_ids": [
                        Command.create({"partner_id": person.partner_id.id})
                        for person in (user, other)
                    ],
                }
            )
        )
        channel.message_post(body="raise to 31000", message_type="comment")
        self.env.flush_all()
        Field = self.env["ir.model.fields"]

        def define(by, text):
            return (
                self.env["sales.process.metric"]
                .with_user(by)
                .create(
                    {
                        "name": text,
                        "code": f"m_{by.id}_{text.replace(' ', '_')}",
                        "model_id": self.env["ir.model"]._get_id("mail.message"),
                        "domain": repr([("body", "ilike", text)]),
                        "date_field_id": Field._get("mail.message", "create_date").id,
                        "user_field_id": Field._get("mail.message", "create_uid").id,
                    }
                )
            )

        now = self.env.cr.now()
        bounds = {user.id: (now - timedelta(days=1), now + timedelta(days=1))}
        right = define(self.director, "raise to 3")
        wrong = define(self.director, "raise to 4")
        self.assertEqual(right.definer_id, self.director)
        for metric in (right, wrong):
            self.assertEqual(
                metric.sudo()._evaluate(bounds, self.company)[metric], {user.id: 0}
            )
        self.assertEqual(
            right.preview.replace("raise to 3", ""),
            wrong.preview.replace("raise to 4", ""),
        )
        shipped = define(self.env.ref("base.user_root"), "raise to 3")
        found = shipped._evaluate(bounds, self.company)[shipped]
        self.assertEqual(found, {user.id: 1}, "What the addons ship counts everything")
        shipped.with_user(self.director).domain = repr([("body", "ilike", "raise")])
        self.assertEqual(shipped.definer_id, self.director)

    @mute_logger(*QUIET)
    def test_metric_of_a_director_counts_all_customers(self):
        """Record rules of the definer take nothing away from who may read all."""
        Field = self.env["ir.model.fields"]
        metric = (
            self.env["sales.process.metric"]
            .with_user(self.director)
            .create(
                {
                    "name": "Leads",
                    "code": "leads_all",
                    "model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "date_field_id": Field._get("crm.lead", "create_date").id,
                    "user_field_id": Field._get("crm.lead", "user_id").id,
                }
            )
        )
        now = self.env.cr.now()
        bounds = {
            self.salesperson_a.id: (now - timedelta(days=1), now + timedelta(days=1))
        }
        found = metric.with_user(self.salesperson_a)._evaluate(bounds, self.company)
        self.assertEqual(found[metric], {self.salesperson_a.id: 1})

    @mute_logger(*QUIET)
    def test_numbers_and_days_out_of_range(self):
        plan = self._create_plan(self.salesperson_b)
        Plan = self.env["sales.process.plan"].with_user(self.salesperson_b)
        line = plan.line_ids
        for attack in (
            lambda: line.write({"goal": 1e308}),
            lambda: line.write({"goal": float("inf")}),
            lambda: line.write({"goal": float("nan")}),
            lambda: line.write({"weight": 10**14}),
            lambda: line.write({"goal": -1e308}),
            lambda: Plan.create({"kind": "weekly", "date_from": "9999-12-31"}),
        ):
            with self.assertRaises(ValidationError):
                attack()
                self.env.flush_all()
        line.goal = 9_999_999_999
        self.env.flush_all()
        self.assertEqual(line.goal, 9_999_999_999)
