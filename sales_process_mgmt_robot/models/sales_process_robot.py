# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import time
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import str2bool

from odoo.addons.sales_process_mgmt.exceptions import RETRY_ERRORS
from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_on_each
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools.spoken import get_spoken

from ..tools import webhook

_logger = logging.getLogger(__name__)

OPEN_PARAMETER = "sales_process_mgmt_robot.allow_private_addresses"
MANAGER = "sales_team.group_sale_manager"
# The week before is told on Monday, at this hour on the wall of the team.
SUMMARY_HOUR = 9


class SalesProcessRobot(models.Model):
    """A robot that tells a group of a messenger what happens in a team.

    Its address and its secret are keys: sales administrators alone read them.
    """

    _name = "sales.process.robot"
    _description = "Group Robot"
    _is_copied = True
    _inherit = ["sales.process.robot.listener"]
    _order = "team_id, name, id"
    _text_limits = {"name": 100, "address": 1000, "secret": 200}

    name = fields.Char(
        required=True, help="What you call the group; it is not told to anybody."
    )
    active = fields.Boolean(default=True)
    team_id = fields.Many2one("crm.team", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("wecom", "WeCom"), ("dingtalk", "DingTalk"), ("feishu", "Feishu")],
        string="Messenger",
        required=True,
        default="wecom",
    )
    address = fields.Char(
        string="Webhook Address",
        required=True,
        copy=False,
        groups=MANAGER,
        help="As the messenger shows it when the robot is added to the group. Whoever "
        "knows it can write to the group.",
    )
    secret = fields.Char(
        copy=False,
        groups=MANAGER,
        help="Of the signature, where the robot asks for one (DingTalk, Feishu).",
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self.env.user.lang or "en_US",
        help="In which language the group reads.",
    )
    event_ids = fields.One2many(
        "sales.process.robot.event",
        "robot_id",
        string="Events",
        default=lambda self: self._get_default_events(),
        copy=True,
    )
    message_ids = fields.One2many(
        "sales.process.robot.message", "robot_id", string="Messages", readonly=True
    )
    date_summary = fields.Date(
        string="Last Summary",
        readonly=True,
        copy=False,
        help="The Monday on which the group was last told of the week before.",
    )

    @api.model
    def _get_default_events(self):
        return [
            (0, 0, {"event": event})
            for event in ("expired", "won", "conflict", "weekly_summary")
        ]

    # ------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------

    @api.model
    def _is_open(self):
        """Whether the administrator allows http and private addresses.

        :return: bool
        """
        # sudo: a parameter of the system
        value = self.env["ir.config_parameter"].sudo().get_param(OPEN_PARAMETER)
        try:
            return str2bool(value or "False")
        except ValueError:
            return False

    @api.model
    def _explain(self, error):
        """Say why nothing is sent to an address.

        :param AddressError error: the refusal
        :return: str
        """
        return {
            "https": self.env._("The address of a robot begins with https://."),
            "user": self.env._("The address of a robot holds no user and password."),
            "private": self.env._(
                "The address of a robot leads into a private network: nothing is sent "
                "there."
            ),
            "unknown": self.env._("The host of the robot's address is not known."),
        }.get(
            str(error),
            self.env._("This is no address of a robot: copy it from the messenger."),
        )

    @api.constrains("address")
    def _check_address(self):
        is_open = self._is_open()
        # sudo: the address is hidden from leaders, and checked whoever writes
        for robot in self.sudo():
            try:
                webhook.check_address(robot.address, is_open)
            except webhook.AddressError as error:
                raise ValidationError(self._explain(error)) from error

    @api.model
    @tools.ormcache()
    def _get_listeners(self):
        """Who wants to hear what, kept in memory: most teams have no robot.

        :return: ``{(team id, event): tuple of ids}`` of sales.process.robot.event
        """
        found = {}
        # sudo: kept for everybody
        events = self.env["sales.process.robot.event"].sudo()
        for row in events.search([("robot_id.active", "=", True)], order="id"):
            key = (row.robot_id.team_id.id, row.event)
            found[key] = (*found.get(key, ()), row.id)
        return found

    # ------------------------------------------------------------
    # A TEST, AND ONE MESSAGE
    # ------------------------------------------------------------

    def action_send_test(self):
        """Send one message now, and say what the messenger answers.

        :return: dict, a client action
        :raise AccessError: for anybody but a sales administrator
        :raise UserError: what the messenger, or the rule, says
        """
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a sales administrator tests a robot."))
        self.check_access("write")
        spoken = self.with_context(lang=get_spoken(self.env, self.lang))
        text = spoken.env._(
            "This is a test of %(team)s: the robot is ready.",
            team=webhook.plain(spoken.team_id.name),
        )
        Message = self.env["sales.process.robot.message"]
        if Message._get_room(self) <= 0:
            raise UserError(
                self.env._("A group takes 20 messages a minute: wait a moment.")
            )
        try:
            self._send(text, text)
        except webhook.WebhookError as error:
            raise UserError(
                self.env._("The messenger has not taken it: %s", str(error))
            ) from error
        Message.sudo()._log_test(self, text)  # sudo: written by the system
        return self.env["sales.process.notice"]._toast(
            self.env._("Sent. Look into the group.")
        )

    def _send(self, title, text):
        """Send one message; what follows waits for the network.

        :raise UserError: where nothing may be sent to the address
        :raise WebhookError: where the messenger has not taken it
        """
        self.ensure_one()
        robot = self.sudo()  # sudo: address and secret are for administrators
        try:
            webhook.send(
                robot.kind,
                robot.address,
                robot.secret,
                title,
                text,
                time.time(),
                self._is_open(),
            )
        except webhook.AddressError as error:
            raise UserError(self._explain(error)) from error

    # ------------------------------------------------------------
    # WHAT HAPPENED
    # ------------------------------------------------------------

    @api.model
    def _hear(self, event, records, get_values):
        """Keep for the groups of these records' teams what happened.

        Never refuses: the work that is told of goes on. No query for teams without a
        robot.

        :param str event: of ``sales.process.robot.event``
        :param records: with a ``team_id``
        :param get_values: function of a record in the language of the group, gives
            what stands in the template
        """
        listeners = self._get_listeners()
        if not listeners or not records:
            return
        # sudo: what a group hears does not depend on who acts
        for team, rows in records.sudo().grouped("team_id").items():
            for event_id in listeners.get((team.id, event), ()):
                try:
                    with self.env.cr.savepoint():
                        row = self.env["sales.process.robot.event"].sudo()
                        row.browse(event_id)._queue(rows, get_values)
                except RETRY_ERRORS:
                    raise
                except Exception:
                    # whoever works is not stopped by a robot
                    _logger.exception("A group is not told of %s", event)

    @api.model
    def _cron_summarise(self):
        """Tell groups on Monday of the week before, once.

        A group that fails does not stop the others.
        """
        events = self.env["sales.process.robot.event"].search(
            [("event", "=", "weekly_summary"), ("robot_id.active", "=", True)]
        )
        work_on_each(self.env, events, self._summarise, lambda item, error: None)

    def _summarise(self, events):
        now = self.env.cr.now()
        for row in events:
            robot, team = row.robot_id, row.robot_id.team_id
            zone = team._get_process_timezone(team.user_id)
            today = deadline_tools.local_date(now, zone)
            monday = today - timedelta(days=today.weekday())
            due = deadline_tools.local_moment_utc(monday, SUMMARY_HOUR, zone)
            told = robot.date_summary
            if now < due or (told and told >= monday) or not robot._lock_rows():
                continue
            robot.date_summary = monday
            # a robot that was made in the middle of a week begins with the next
            if told or today == monday:
                row._queue(team, robot._get_week_counter(monday, zone))

    def _get_week_counter(self, monday, zone):
        return lambda team: self._count_week(team, monday, zone)

    def _count_week(self, team, monday, zone):
        """What happened in the week before a Monday.

        :param team: crm.team, in the language of the group
        :param monday: date
        :param zone: pytz zone of the team
        :return: dict, values of the template
        """
        start = deadline_tools.start_of_day_utc(monday - timedelta(days=7), zone)
        end = deadline_tools.start_of_day_utc(monday, zone)

        def count(model, name, *domain):
            return self.env[model].search_count(
                [
                    ("team_id", "=", team.id),
                    (name, ">=", start),
                    (name, "<", end),
                    *domain,
                ]
            )

        periods = "sales.process.ownership"
        first = (("previous_id", "=", False), ("origin", "!=", "backfill"))
        return {
            "team": team.name,
            "from": monday - timedelta(days=7),
            "to": monday - timedelta(days=1),
            "received": count(periods, "date_start", *first),
            "expired": count(periods, "date_end", ("end_reason", "=", "expired")),
            "won": count("crm.lead", "date_closed", ("won_status", "=", "won")),
            "conflicts": count("sales.process.conflict", "date"),
        }
