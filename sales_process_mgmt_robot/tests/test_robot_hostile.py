# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.exceptions import RETRY_ERRORS
from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

from .messenger import KEY, Messenger
from .test_robot import RobotCommon


@tagged("post_install", "-at_install")
class TestRobotHostile(RobotCommon):
    """Somebody wants the key of the group, or its voice."""

    def test_ways_to_the_key(self):
        """A leader, who reads the robot, reads its key by no way."""
        robot = self.robot.with_user(self.leader_east)
        team = self.team_east.with_user(self.leader_east)
        self.assertNotIn("address", robot.fields_get())
        for way in (
            lambda: robot.read(["address"]),
            lambda: robot.address,
            lambda: robot.export_data(["name", "address"]),
            lambda: robot.search([("address", "=like", "http%")]),
            lambda: robot.search([], order="address"),
            lambda: robot._read_group([], ["secret"], ["__count"]),
            lambda: robot.web_read({"secret": {}}),
            lambda: robot.event_ids.web_read({"robot_id": {"fields": {"secret": {}}}}),
            lambda: robot.message_ids.search([("robot_id.address", "ilike", KEY)]),
            robot.copy,
        ):
            with self.assertRaises(UserError):
                # an order by a field that is not there is a ValueError of Odoo
                self._try(way)
        self.assertTrue(team.has_access("read"))
        self.assertNotIn(KEY, str(robot.read()))

    def _try(self, way):
        try:
            return way()
        except ValueError as error:
            raise AccessError(str(error)) from error

    def test_voice_of_the_group(self):
        """Nobody but the system writes messages, and nobody sends without right."""
        for user in (self.leader_east, self.salesperson_a, self.director):
            for way in (
                lambda own: own.create(
                    {"robot_id": self.robot.id, "title": "x", "text": "x"}
                ),
                lambda own: own.search([]).write({"text": "x"}),
                lambda own: own.with_context(default_state="waiting").create({}),
                lambda own: (
                    own.load(
                        ["robot_id/.id", "title", "text"],
                        [[str(self.robot.id), "x", "x"]],
                    )["ids"]
                    or own.browse(-1).check_access("create")
                ),
            ):
                self._make_message()
                with self.assertRaises(UserError):
                    way(self.Message.with_user(user))
        with self.assertRaises(AccessError):
            self.robot.with_user(self.director).write(
                {"message_ids": [(0, 0, {"title": "x", "text": "x"})]}
            )
        self.assertFalse(self.messenger.bodies)

    def test_other_company(self):
        """An administrator of one company sees no robot of another."""
        other = self._make_robot(self.team_c2, "wecom")
        own = other.with_user(self.director).with_context(
            allowed_company_ids=self.director.company_ids.ids
        )
        self.assertFalse(own.search([("id", "=", other.id)]))
        with self.assertRaises(AccessError):
            own.action_send_test()
        with self.assertRaises(AccessError):
            own.write({"address": "https://evil.example/x"})

    def test_names_that_speak(self):
        """A customer whose name is markup, a telephone number or a long text."""
        robot = self._make_robot(self.team_east, "wecom", ["received"])
        for name in (
            "<@all> [go](https://evil.example) 13812345678",
            "{team} {{owner}} {0.__class__}",
            "客" * 3000,
            "a\n# b\n> c",
        ):
            self._create_lead(self.salesperson_a, partner_name=name[:250])
        self._run()
        for message in robot.message_ids:
            self.assertNotIn("<@all>", message.text)
            self.assertNotIn("13812345678", message.text)
            self.assertNotIn("](http", message.text)
            self.assertNotIn("\n# b", message.text)
            self.assertLessEqual(len(message.text.encode()), 3800)


@tagged("post_install", "-at_install")
class TestRobotRace(SalesProcessRaceCase):
    """Two servers, and one that is killed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.messenger = Messenger()
        cls.addClassCleanup(cls.messenger.stop)
        with cls._environment() as env:
            robot = env["sales.process.robot"].create(
                {
                    "name": "Race",
                    "team_id": cls.team_id,
                    "kind": "wecom",
                    "address": "https://robot.example/hook",
                }
            )
            env["sales.process.robot.message"].create(
                [
                    {"robot_id": robot.id, "title": "News", "text": f"News {number}"}
                    for number in range(2)
                ]
            )
            cls.robot_id = robot.id

    def _claim(self, env):
        message = env["sales.process.robot.message"]._claim()
        return message.filtered(lambda row: row.robot_id.id == self.robot_id).ids

    def test_claimed_once(self):
        with self._environment() as second:
            second.cr.execute("SELECT 1 FROM res_users LIMIT 1")
            with self._environment() as first:
                found = self._claim(first)
                self.assertEqual(len(found), 1)
                self.assertFalse(self._claim(second), "the robot is locked")
            with mute_logger("odoo.sql_db"):
                try:
                    self.assertNotEqual(self._claim(second), found)
                    second.cr.commit()
                except RETRY_ERRORS:
                    second.cr.rollback()
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT attempt_count FROM sales_process_robot_message WHERE id = %s",
                found,
            )
            self.assertEqual(cr.fetchone(), (1,))
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.assertTrue(env["sales.process.robot.message"].browse(found).exists())
