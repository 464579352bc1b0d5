# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SalesProcessCommon

START = fields.Datetime.to_datetime("2031-03-04 02:00:00")


@tagged("post_install", "-at_install")
class TestActivityTaken(SalesProcessCommon):
    """An activity goes with the customer; who has it on the screen is told so."""

    def setUp(self):
        super().setUp()
        with self._at(START):
            self.lead = self._create_lead(self.salesperson_a, phone="13812345678")
            self.activity = self.lead.with_user(self.salesperson_a).activity_schedule(
                "mail.mail_activity_data_call",
                summary="Ask about the offer",
                user_id=self.salesperson_a.id,
            )
            # another application may plan for the owner as well
            self.planned = self.lead.sudo().activity_schedule(
                "mail.mail_activity_data_call", user_id=self.salesperson_a.id
            )
            self.lead.with_user(self.leader_east).write(
                {"user_id": self.salesperson_b.id}
            )
            self.env.flush_all()
        self.env.invalidate_all()

    def _get_ways(self, user):
        """What somebody does with an activity that is on the screen."""
        mine = self.activity.with_user(user).sudo(False)
        planned = self.planned.with_user(user).sudo(False)
        return {
            "open": lambda: mine.read(["summary"]),
            "done": mine.action_done,
            "feedback": lambda: mine.action_feedback(feedback="Wants it cheaper"),
            "next": lambda: mine.action_feedback_schedule_next(feedback="Wants it"),
            "to another": mine.action_done_redirect_to_other,
            "cancel": mine.action_cancel,
            "today": mine.action_reschedule_today,
            "edit": lambda: mine.web_save({"summary": "Later"}, {"summary": {}}),
            "edit of others": lambda: planned.write({"summary": "Later"}),
            "deletion of others": planned.unlink,
        }

    def test_one_sentence_says_whose_it_is(self):
        """Whoever may know it learns who owns the customer now, and whom to ask."""
        ways = self._get_ways(self.salesperson_a)
        for name, act in ways.items():
            with (
                self.subTest(name),
                self._at(START),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(AccessError) as refused,
            ):
                self.env.invalidate_all()
                act()
            said = str(refused.exception)
            self.assertIn(self.salesperson_b.name, said, name)
            self.assertIn("team leader", said, name)
            self.assertNotIn("\n", said, name)
        self.assertTrue(self.activity.sudo().active)
        self.assertEqual(self.activity.sudo().summary, "Ask about the offer")
        self.assertTrue(self.planned.exists())

    def test_the_new_owner_finishes_it(self):
        with self._at(START):
            activity = self.activity.with_user(self.salesperson_b).sudo(False)
            activity.action_feedback(feedback="Wants it cheaper, said so by telephone")
        followup = self.env["sales.process.followup"].search(
            [("activity_id", "=", self.activity.id)]
        )
        self.assertEqual(followup.user_id, self.salesperson_b)
        self.assertTrue(followup.counts)

    def test_who_may_not_know_is_told_nothing(self):
        """Somebody without any customers learns no name."""
        with (
            self._at(START),
            mute_logger("odoo.addons.base.models.ir_rule"),
            self.assertRaises(AccessError) as refused,
        ):
            user = self.env.ref("base.default_user", raise_if_not_found=False)
            user = user or self.office_user
            self.activity.with_user(user).sudo(False).read(["summary"])
        self.assertNotIn(self.salesperson_b.name, str(refused.exception))
