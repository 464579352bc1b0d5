# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo.tests import tagged

from ..models.sales_process_notice import EVENTS, RECEIVED
from ..models.sales_process_robot import OPEN_PARAMETER
from ..models.sales_process_robot_event import PLACEHOLDERS
from ..tools.webhook import AddressError
from .test_robot import NOW, SECOND, RobotCommon


@tagged("post_install", "-at_install")
class TestWhatGroupsHear(RobotCommon):
    """News, and what is none; both sides of each rule."""

    def _make_period(self, origin, user=None, previous=None):
        ownership = self._create_lead(self.salesperson_a).ownership_id
        values = {"origin": origin, "previous_id": previous and previous.id}
        if user is not None:
            values |= {"user_id": user.id, "state": "open" if user else "pool"}
        ownership.write(values)
        return ownership

    def test_who_was_received(self):
        robot = self._make_robot(self.team_east, "wecom", ["received"])
        origins = self.env["sales.process.ownership"]._fields["origin"]
        first = self._make_period("lead")
        nobodys = first.user_id.browse()
        before = len(self._get_texts(robot))
        announce = self.env["sales.process.notice"]._announce
        for origin in origins.get_values(self.env):
            period = self._make_period(origin)
            count = len(self._get_texts(robot))
            announce("received", period)
            with self.subTest(origin=origin):
                heard = len(self._get_texts(robot)) - count
                self.assertEqual(heard, int(origin in RECEIVED))
        self.assertGreater(len(self._get_texts(robot)), before)
        for period in (
            self._make_period("lead", previous=first),
            self._make_period("lead", nobodys),
        ):
            count = len(self._get_texts(robot))
            announce("received", period)
            self.assertEqual(len(self._get_texts(robot)), count)

    def test_take_over_is_no_news(self):
        """A transfer is heard of by the people, not by the group."""
        robot = self._make_robot(self.team_east, "wecom", ["received", "expired"])
        ownership = self._create_lead(self.salesperson_a).ownership_id
        self.assertEqual(len(self._get_texts(robot)), 1)
        leader = ownership.with_user(self.leader_east)
        leader._hand_over({leader: self.salesperson_b}, "transfer", "transferred")
        self.assertEqual(len(self._get_texts(robot)), 1)

    def test_let_go_from_the_pool_is_no_news(self):
        robot = self._make_robot(self.team_east, "wecom", ["expired"])
        pooled = self._make_period("lead", self.salesperson_a.browse())
        announce = self.env["sales.process.notice"]._announce
        announce("expired", pooled)
        self.assertFalse(self._get_texts(robot))
        announce("expired", self._make_period("lead"))
        self.assertEqual(len(self._get_texts(robot)), 1)

    def test_won_once(self):
        """Who has signed before, and pays now, is not won again."""
        ownership = self._create_lead(self.salesperson_a).ownership_id
        ownership.write({"phase": "signed"})
        with patch.object(type(self.Robot), "_hear", autospec=True) as hear:
            ownership._sign()
        told = [call.args[2] for call in hear.call_args_list if call.args[1] == "won"]
        self.assertFalse([row for rows in told for row in rows])

    def test_each_event_has_words(self):
        """What the groups may choose is said, and the values stand in the words."""
        event = self.robot.event_ids[:1]
        for name, placeholders in PLACEHOLDERS.items():
            with self.subTest(event=name):
                row = event.new({"event": name, "robot_id": self.robot.id})
                values = {word: f"<{word}>" for word in placeholders}
                text = row._render(values)
                self.assertNotIn("{", text)
                row._check_text(row._get_text())
                if name != "weekly_summary":
                    self.assertIn(name, EVENTS)

    def test_memory_is_forgotten(self):
        """Made, changed, archived, deleted: the next news are for whoever listens."""
        listeners = self.Robot._get_listeners
        key = (self.team_west.id, "received")
        self.assertNotIn(key, listeners())
        robot = self._make_robot(self.team_west, "feishu", ["received"])
        self.assertEqual(listeners()[key], tuple(robot.event_ids.ids))
        second = self._make_robot(self.team_west, "wecom", ["received"])
        self.assertEqual(len(listeners()[key]), 2)
        second.active = False
        self.assertEqual(len(listeners()[key]), 1)
        second.active = True
        robot.team_id = self.team_east
        self.assertEqual(listeners()[key], tuple(second.event_ids.ids))
        second.event_ids.unlink()
        self.assertNotIn(key, listeners())


@tagged("post_install", "-at_install")
class TestHowItIsSent(RobotCommon):
    def test_who_opens_private_addresses(self):
        """Only what says yes opens; what says nothing closes."""
        parameters = self.env["ir.config_parameter"]
        for value, is_open in (
            ("True", True),
            ("1", True),
            ("False", False),
            ("0", False),
            ("perhaps", False),
            (False, False),
        ):
            parameters.set_param(OPEN_PARAMETER, value)
            with self.subTest(value=value):
                self.assertEqual(self.Robot._is_open(), is_open)

    def test_each_refusal_is_a_sentence(self):
        sentences = {
            self.Robot._explain(AddressError(reason))
            for reason in ("https", "user", "private", "unknown", "anything else")
        }
        self.assertEqual(len(sentences), 5)
        for sentence in sentences:
            self.assertTrue(sentence.endswith("."), sentence)

    def test_next_run(self):
        """When the next message is due, or in ten seconds: not all the time."""
        cron = self.env.ref("sales_process_mgmt_robot.ir_cron_send")
        message = self._make_message(21)
        with patch.object(type(cron), "_trigger", autospec=True) as trigger:
            self._run()
            self.assertEqual(
                trigger.call_args.kwargs["at"], NOW + timedelta(seconds=10)
            )
            later = NOW + timedelta(minutes=5)
            message.filtered(lambda row: row.state == "waiting").date_due = later
            self._run(NOW + timedelta(minutes=2))
            self.assertEqual(trigger.call_args.kwargs["at"], later)
            trigger.reset_mock()
            self._run(later)
            trigger.assert_not_called()
        self.assertEqual(set(message.mapped("state")), {"sent"})

    def test_lost_race(self):
        """Another server was faster: what waits is sent by the next run."""
        message = self._make_message()
        error = psycopg2.errors.SerializationFailure()
        with (
            patch.object(type(self.Message), "_claim", side_effect=error),
            # a test keeps its transaction
            patch.object(self.env.cr, "rollback"),
        ):
            self._run()
        self.assertEqual((message.state, message.attempt_count), ("waiting", 0))
        self._run()
        self.assertEqual(message.state, "sent")

    def test_archived_robot_is_silent(self):
        message = self._make_message()
        self.robot.active = False
        self._run()
        self.assertEqual((message.state, message.attempt_count), ("waiting", 0))
        self.robot.active = True
        self._run(NOW + SECOND)
        self.assertEqual(message.state, "sent")
