# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon

from ..models.sales_process_robot import OPEN_PARAMETER
from ..tools import webhook
from .messenger import SECRET, Messenger

MODELS = "odoo.addons.sales_process_mgmt_robot.models"
KINDS = ("wecom", "dingtalk", "feishu")
NOW = datetime(2027, 3, 1, 2)
SECOND = timedelta(seconds=1)


class RobotCommon(SalesProcessCommon):
    """A server on this machine stands for the messengers; no other is called."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.messenger = Messenger()
        cls.addClassCleanup(cls.messenger.stop)
        cls.env["ir.config_parameter"].set_param(OPEN_PARAMETER, "True")
        cls.Robot = cls.env["sales.process.robot"]
        cls.Message = cls.env["sales.process.robot.message"]
        cls.robot = cls._make_robot(cls.team_east, "wecom")

    @classmethod
    def _make_robot(cls, team, kind, events=None, **values):
        if events is not None:
            values["event_ids"] = [(0, 0, {"event": event}) for event in events]
        return cls.Robot.create(
            {
                "name": "Showroom",
                "team_id": team.id,
                "kind": kind,
                "address": cls.messenger.get_address(kind),
                "secret": SECRET,
                "lang": "en_US",
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        self.messenger.bodies.clear()
        self.messenger.next.clear()

    def _get_texts(self, robot=None):
        robot = robot or self.robot
        found = self.Message.search([("robot_id", "=", robot.id)], order="id")
        return found.mapped("text")

    def _make_message(self, number=1, robot=None):
        with self._at(NOW):
            return self.Message.create(
                [
                    {
                        "robot_id": (robot or self.robot).id,
                        "title": "News",
                        "text": f"News {position}",
                    }
                    for position in range(number)
                ]
            )

    def _run(self, at=NOW):
        """What the scheduled action does at a moment, without its commits."""
        with (
            self._at(at),
            patch.object(
                type(self.env["ir.cron"]),
                "_commit_progress",
                lambda *args, **kwargs: 1.0,
            ),
        ):
            self.Message._cron_send()
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestRobot(RobotCommon):
    # -- who may do what -------------------------------------------------

    def test_secrets(self):
        """A leader sees the robot of the team, and neither address nor secret."""
        robot = self.robot.with_user(self.leader_east)
        self.assertEqual(robot.read(["name", "kind"])[0]["kind"], "wecom")
        for name in ("address", "secret"):
            with self.assertRaises(AccessError):
                robot.read([name])
            with self.assertRaises(AccessError):
                robot.search([(name, "ilike", "key")])
        for user in (self.salesperson_a, self.leader_west, self.salesperson_x):
            self.assertFalse(self.robot.with_user(user).has_access("read"))
        self.assertTrue(self.robot.with_user(self.director).secret)
        with self.assertRaises(AccessError):
            robot.write({"name": "Mine"})

    def test_secrets_are_not_copied(self):
        copied = self.robot.with_user(self.director).copy(
            {"address": "https://robot.example/x"}
        )
        self.assertFalse(copied.secret)
        self.assertEqual(len(copied.event_ids), len(self.robot.event_ids))

    def test_address_is_checked(self):
        robot = self.robot.with_user(self.director)
        robot.address = "http://10.0.0.1/x"
        parameters = self.env["ir.config_parameter"]
        for value in ("False", "", "nonsense"):
            parameters.set_param(OPEN_PARAMETER, value)
            for address in (
                "http://a.example/",
                "https://127.0.0.1/",
                "https://localhost/",
                "https://u:p@a.example/",
                "nonsense",
            ):
                with self.subTest(address), self.assertRaises(ValidationError):
                    robot.address = address
        robot.address = "https://open.feishu.cn/open-apis/bot/v2/hook/x"

    def test_private_is_not_called_later(self):
        """An address that was allowed is asked again when something is sent."""
        self.env["ir.config_parameter"].set_param(OPEN_PARAMETER, "False")
        self._make_message()
        with mute_logger(f"{MODELS}.sales_process_robot_message"):
            self._run()
        self.assertFalse(self.messenger.bodies)
        self.assertIn("https://", self.Message.search([], limit=1).error)

    # -- a test ----------------------------------------------------------

    def test_send_a_test(self):
        for kind in KINDS:
            robot = self._make_robot(self.team_east, kind).with_user(self.director)
            answer = robot.action_send_test()
            self.assertEqual(answer["params"]["type"], "success")
            self.assertEqual(robot.message_ids.state, "sent")
        self.assertEqual(len(self.messenger.bodies), 3)
        self.assertIn("Team East", self.messenger.bodies[0]["markdown"]["content"])
        for user in (self.leader_east, self.salesperson_a):
            with self.assertRaisesRegex(AccessError, "administrator"):
                self.robot.with_user(user).action_send_test()

    def test_send_a_test_that_fails(self):
        robot = self._make_robot(self.team_east, "dingtalk", secret="wrong")
        with self.assertRaisesRegex(UserError, "sign not match"):
            robot.with_user(self.director).action_send_test()
        self.env["ir.config_parameter"].set_param(OPEN_PARAMETER, "False")
        with self.assertRaisesRegex(UserError, "https"):
            robot.with_user(self.director).action_send_test()

    def test_tests_are_limited(self):
        with self._at(NOW):
            for _number in range(20):
                self.Message._log_test(self.robot, "Test")
            with self.assertRaisesRegex(UserError, "20 messages a minute"):
                self.robot.with_user(self.director).action_send_test()
        with self._at(NOW + timedelta(minutes=1)):
            self.robot.with_user(self.director).action_send_test()

    # -- sending ---------------------------------------------------------

    def test_each_is_sent_once(self):
        messages = self._make_message(3)
        self._run()
        self.assertEqual(
            [body["markdown"]["content"] for body in self.messenger.bodies],
            ["News 0", "News 1", "News 2"],
        )
        self.assertEqual(set(messages.mapped("state")), {"sent"})
        self.assertEqual(messages.mapped("date_sent"), [NOW] * 3)
        self._run(NOW + timedelta(hours=1))
        self.assertEqual(len(self.messenger.bodies), 3)

    def test_twenty_a_minute(self):
        """The twenty-first waits; another group does not."""
        other = self._make_robot(self.team_west, "feishu")
        self._make_message(25)
        self._make_message(2, other)
        self._run()
        self.assertEqual(len(self.messenger.bodies), 22)
        self._run(NOW + timedelta(seconds=59))
        self.assertEqual(len(self.messenger.bodies), 22)
        self._run(NOW + timedelta(seconds=61))
        self.assertEqual(len(self.messenger.bodies), 27)

    @mute_logger(f"{MODELS}.sales_process_robot_message")
    def test_tried_again(self):
        """After a minute, two, four; never more than an hour."""
        message = self._make_message()
        moment = NOW
        for number, pause in enumerate((1, 2, 4, 8, 16, 32, 60, 60), 1):
            self.messenger.next.append((500, b"<html>", []))
            self._run(moment)
            self.assertEqual(message.attempt_count, number)
            self.assertEqual(message.date_due, moment + timedelta(minutes=pause))
            self.assertEqual(message.error, "HTTP 500")
            self._run(message.date_due - SECOND)
            self.assertEqual(message.attempt_count, number, "a second too early")
            moment = message.date_due
        self._run(moment)
        self.assertEqual(message.state, "sent")
        self.assertFalse(message.error)

    @mute_logger(f"{MODELS}.sales_process_robot_message")
    def test_robot_that_is_wrong(self):
        """What is wrong with the robot pauses it, and is seen; others go on."""
        self.robot.address = self.messenger.get_address("wecom") + "x"
        other = self._make_robot(self.team_west, "feishu")
        self._make_message(3)
        self._make_message(1, other)
        self._run()
        self.assertEqual(len(self.messenger.bodies), 2, "the others wait with it")
        failure = self.env["sales.process.failure"].search(
            [("model", "=", self.robot._name), ("res_id", "=", self.robot.id)]
        )
        self.assertIn("93000", failure.error)
        self.assertNotIn("key-of", failure.error)
        self.robot.address = self.messenger.get_address("wecom")
        self._run(failure.date_retry + SECOND)
        self.assertEqual(len(self.messenger.bodies), 5)
        self.assertFalse(failure.exists())

    @mute_logger(f"{MODELS}.sales_process_robot_message")
    def test_too_many(self):
        """A messenger that wants a pause is no failure."""
        self.messenger.next.append((200, {"errcode": 45009, "errmsg": "limit"}, []))
        message = self._make_message()
        self._run()
        self.assertEqual(message.state, "waiting")
        self.assertFalse(
            self.env["sales.process.failure"].search([("model", "=", self.robot._name)])
        )

    def test_given_up_after_a_day(self):
        message = self._make_message()
        made = message.create_date
        self.robot.active = False
        self._run(made + timedelta(days=1))
        self.assertEqual(message.state, "waiting")
        self._run(made + timedelta(days=1, seconds=1))
        self.assertEqual(message.state, "given_up")
        self.robot.active = True
        self._run(made + timedelta(days=2))
        self.assertFalse(self.messenger.bodies)

    def test_killed_before_the_network(self):
        """What was claimed and not sent is sent after the pause, once."""
        message = self._make_message()
        with self._at(NOW):
            self.assertEqual(self.Message._claim(), message)
            self.assertFalse(self.Message._claim(), "another server's")
        self._run(NOW + timedelta(seconds=59))
        self.assertFalse(self.messenger.bodies)
        self._run(NOW + timedelta(minutes=1))
        self.assertEqual(len(self.messenger.bodies), 1)

    def test_kept_for_a_month(self):
        message = self._make_message()
        self._run()
        made = message.create_date
        with self._at(made + timedelta(days=30)):
            self.Message._gc_old()
        self.assertTrue(message.exists())
        with self._at(made + timedelta(days=30, seconds=1)):
            self.Message._gc_old()
        self.assertFalse(message.exists())

    # -- templates -------------------------------------------------------

    def test_placeholders_are_checked(self):
        event = self.robot.event_ids.filtered(lambda row: row.event == "won")
        event = event.with_user(self.director)
        self.assertEqual(event.placeholders, "{customer} {owner} {team}")
        event.template = "{owner}: {customer} {{signed}}"
        self.assertEqual(
            event._render({"owner": "Li", "customer": "Acme"}), "Li: Acme {signed}"
        )
        for text in (
            "{phone}",
            "{user}",
            "{}",
            "{0}",
            "{owner.login}",
            "{owner[0]}",
            "{owner!r}",
            "{owner:>1000000000}",
            "{owner",
            "owner}",
            "{ owner}",
        ):
            with self.subTest(text=text), self.assertRaises(ValidationError):
                event.template = text
        for text in ("Call 13812345678", "Write to wang@acme.example"):
            with self.assertRaisesRegex(ValidationError, "No telephone number"):
                event.template = text
        with self.assertRaises(ValidationError):
            event.template = "x" * 1001

    def test_no_detail_in_a_message(self):
        event = self.robot.event_ids.filtered(lambda row: row.event == "won")
        text = event._render(
            {"owner": "Li\n<@all>", "customer": "Wang 13812345678 w@acme.example"}
        )
        self.assertNotIn("1381", text)
        self.assertNotIn("acme", text)
        self.assertNotIn("<@all>", text)
        self.assertNotIn("\n", text)

    def test_one_text_an_event(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            self.env["sales.process.robot.event"].create(
                {"robot_id": self.robot.id, "event": "won"}
            )
            self.env.flush_all()

    def test_event_is_said_once(self):
        event = self.robot.event_ids[0].with_user(self.director)
        with self.assertRaises(AccessError):
            event.event = "received"

    def test_language_of_the_group(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        event = self.robot.event_ids.filtered(lambda row: row.event == "won")
        event.template = "Won: {customer}"
        event.with_context(lang="zh_CN").template = "恭喜：{customer}"
        self.robot.lang = "zh_CN"
        lead = self._create_lead(self.salesperson_a, partner_name="Acme")
        self.Robot._hear("won", lead.ownership_id, lambda row: {"customer": "Acme"})
        self.assertIn("恭喜：Acme", self._get_texts()[-1])

    # -- what happens ----------------------------------------------------

    def test_no_robot_no_query(self):
        self.robot.active = False
        self.Robot._get_listeners()
        lead = self._create_lead(self.salesperson_a)
        ownership = lead.ownership_id
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.Robot._hear("won", ownership, lambda row: {})
        self.assertFalse(self._get_texts())

    def test_nobody_listens_nobody_is_asked(self):
        """The core knows what groups listen to, and asks us for nothing else."""
        Notice = self.env["sales.process.notice"]
        self.Robot.search([]).active = False
        self.assertFalse(Notice._get_heard_events())
        with patch.object(type(Notice), "_speak") as speak:
            self._create_lead(self.salesperson_a)
            self.assertFalse(speak.called)
            robot = self._make_robot(
                self.team_west, "wecom", ["received", "weekly_summary"]
            )
            # the summary is no news: nobody announces it
            self.assertEqual(Notice._get_heard_events(), {"received"})
            lead = self._create_lead(self.salesperson_a)
            speak.assert_called_once_with("received", lead.ownership_id)
            Notice._announce("conflict", self.env["sales.process.conflict"])
            robot.active = False
            self._create_lead(self.salesperson_a)
            speak.assert_called_once()

    def test_received(self):
        robot = self._make_robot(self.team_east, "wecom", ["received"])
        self._create_lead(self.salesperson_a, partner_name="Acme", phone="13812345678")
        (text,) = self._get_texts(robot)
        self.assertIn("Salesperson A received", text)
        self.assertNotIn("13812345678", text)
        self.assertFalse(self._get_texts(), "who did not ask does not hear")
        self._create_lead(self.salesperson_d, partner_name="Other team")
        self.assertEqual(len(self._get_texts(robot)), 1)

    def test_expired_in_one_message(self):
        leads = self.env["crm.lead"].union(
            *(
                self._create_lead(self.salesperson_a, partner_name=f"Acme {number}")
                for number in range(22)
            )
        )
        owned = leads.ownership_id
        owned._hand_over(
            dict.fromkeys(owned, self.env["res.users"]), "release", "expired"
        )
        (text,) = self._get_texts()
        self.assertEqual(text.count("\n- "), 21)
        self.assertIn("and 2 more", text)
        again = self._create_lead(self.salesperson_a).ownership_id
        again._hand_over({again: self.salesperson_b}, "transfer", "transferred")
        self.assertEqual(len(self._get_texts()), 1, "a transfer is no news")

    def test_won(self):
        lead = self._create_lead(self.salesperson_a, partner_name="Acme")
        lead.ownership_id._sign()
        self.assertIn("Salesperson A won", self._get_texts()[-1])

    def test_conflict(self):
        lead = self._create_lead(
            self.salesperson_a, partner_name="Acme", phone="13812345678"
        )
        period = lead.ownership_id
        values = {
            "user_id": self.salesperson_b.id,
            "owner_id": self.salesperson_a.id,
            "ownership_id": period.id,
            "team_id": self.team_east.id,
            "company_id": self.company.id,
            "door": "interactive",
            "state": "resolved",
            "resolution": "refused",
            "lead_id": False,
            "identities": [],
        }
        for _attempt in range(2):
            self.env["sales.process.conflict"]._record([dict(values)])
        texts = self._get_texts()
        self.assertEqual(len(texts), 1, "told of the first attempt of a day")
        self.assertIn("Salesperson B met", texts[0])

    def test_report_missing(self):
        robot = self._make_robot(self.team_east, "wecom", ["report_missing"])

        lead = self._create_lead(self.salesperson_a)
        # any record with a person and a team stands for a report of another addon
        self.env["sales.process.notice"]._announce("report_missing", lead)
        self.assertIn("Salesperson A has not submitted", self._get_texts(robot)[-1])
        self.env["sales.process.notice"]._announce("made_up", lead)
        self.assertEqual(len(self._get_texts(robot)), 1)

    def test_work_goes_on(self):
        """Whatever is wrong with a robot, whoever works is not stopped."""
        robot = self._make_robot(self.team_east, "wecom", ["received"])

        def fail(*args):
            raise ValueError("broken")

        with (
            patch.object(type(robot.event_ids), "_queue", fail),
            self.assertLogs(f"{MODELS}.sales_process_robot", "ERROR"),
        ):
            lead = self._create_lead(self.salesperson_a)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_a)

    def test_nothing_is_sent_in_the_request(self):
        self._make_robot(self.team_east, "wecom", ["received"])
        with patch.object(webhook, "send") as send:
            self._create_lead(self.salesperson_a)
        send.assert_not_called()

    # -- the week --------------------------------------------------------

    def _summarise(self, text):
        with self._at(text):
            self.Robot._cron_summarise()
            self.env.flush_all()
        return self._get_texts()

    def test_week(self):
        """On Monday at nine in the team's zone, once; 1 March 2027 is a Monday."""
        self.robot.date_summary = date(2027, 2, 22)
        self.assertFalse(self._summarise("2027-03-01 00:59:59"))
        (text,) = self._summarise("2027-03-01 01:00:00")
        self.assertIn("2027-02-22 to 2027-02-28", text)
        self.assertIn("0 customers received", text)
        self.assertEqual(len(self._summarise("2027-03-01 02:00:00")), 1)
        self.assertEqual(len(self._summarise("2027-03-07 23:00:00")), 1)
        self.assertEqual(len(self._summarise("2027-03-09 23:00:00")), 2, "late")

    def test_one_that_fails_stops_no_other_one(self):
        """It is tried again with the next run, and is not taken for told."""
        other = self._make_robot(self.team_west, "wecom", ["weekly_summary"])
        queue = type(other.event_ids)._queue

        def fail(event, *args):
            if event.robot_id == self.robot:
                raise ValueError("broken")
            return queue(event, *args)

        logger = "odoo.addons.sales_process_mgmt.models.sales_process_retry"
        with (
            patch.object(type(other.event_ids), "_queue", fail),
            self.assertLogs(logger, "ERROR"),
        ):
            self._summarise("2027-03-08 02:00:00")
        self.assertEqual(str(other.date_summary), "2027-03-08")
        self.assertFalse(self.robot.date_summary)
        self._summarise("2027-03-08 03:00:00")
        self.assertEqual(str(self.robot.date_summary), "2027-03-08")

    def test_week_of_a_new_robot(self):
        self.assertFalse(self._summarise("2027-03-03 02:00:00"))
        self.assertEqual(len(self._summarise("2027-03-08 02:00:00")), 1)

    def test_numbers_of_a_week(self):
        periods = self.env["sales.process.ownership"]
        for moment in (
            "2027-02-21 15:59:59",
            "2027-02-21 16:00:00",
            "2027-02-28 15:59:59",
            "2027-02-28 16:00:00",
        ):
            lead = self._create_lead(self.salesperson_a, partner_name=moment)
            periods |= lead.ownership_id
            lead.ownership_id.date_start = moment
        self.env.flush_all()
        zone = self.team_east._get_process_timezone(self.leader_east)
        values = self.robot._count_week(self.team_east, date(2027, 3, 1), zone)
        self.assertEqual(values["received"], 2, "from Monday to Sunday, in the zone")
        self.assertEqual(values["from"], date(2027, 2, 22))
        self.assertEqual(values["to"], date(2027, 2, 28))
