# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.exceptions import RETRY_ERRORS

from ..tools.webhook import WebhookError

_logger = logging.getLogger(__name__)

# A group takes so many messages within a minute.
LIMIT = 20
MINUTE = timedelta(minutes=1)
# The first attempt is repeated after a minute, then each time after twice as long.
LONGEST_PAUSE = timedelta(hours=1)
# Nobody wants to read it any more.
GIVEN_UP = timedelta(days=1)
KEPT = timedelta(days=30)


class SalesProcessRobotMessage(models.Model):
    """One message to a group: waits, is sent by a scheduled action, is tried again."""

    _name = "sales.process.robot.message"
    _description = "Message of a Group Robot"
    _inherit = ["sales.process.guard"]
    _order = "id DESC"
    _rec_name = "title"

    robot_id = fields.Many2one(
        "sales.process.robot",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="robot_id.company_id", store=True, readonly=True
    )
    event = fields.Char(readonly=True, help="Technical name of what happened.")
    title = fields.Char(required=True, readonly=True)
    text = fields.Text(required=True, readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("sent", "Sent"), ("given_up", "Given Up")],
        required=True,
        default="waiting",
        readonly=True,
        help="Given up: the messenger has not taken it for a day.",
    )
    attempt_count = fields.Integer(string="Attempts", readonly=True)
    date_due = fields.Datetime(
        string="Next Attempt",
        required=True,
        readonly=True,
        default=lambda self: self.env.cr.now(),
    )
    date_tried = fields.Datetime(
        string="Last Attempt",
        readonly=True,
        help="A group takes 20 messages a minute; attempts that fail count as well.",
    )
    date_sent = fields.Datetime(string="Sent On", readonly=True)
    error = fields.Char(string="What the Messenger Said", readonly=True)

    _waiting_idx = models.Index("(date_due) WHERE state = 'waiting'")

    @api.model
    def _get_room(self, robot):
        """How many messages the group takes at this moment.

        :param robot: sales.process.robot, one
        :return: int
        """
        since = self.env.cr.now() - MINUTE
        # sudo: counted by the system
        return LIMIT - self.sudo().search_count(
            [("robot_id", "=", robot.id), ("date_tried", ">", since)]
        )

    @api.model
    def _log_test(self, robot, text):
        """A test that was sent counts for the limit."""
        now = self.env.cr.now()
        return self.create(
            {
                "robot_id": robot.id,
                "event": "test",
                "title": text,
                "text": text,
                "state": "sent",
                "date_due": now,
                "date_tried": now,
                "date_sent": now,
                "attempt_count": 1,
            }
        )

    # ------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Send what waits, one by one, each committed.

        A message is claimed before it is sent: its next attempt is moved, committed,
        and then the network is asked. Killed in between it is tried again after the
        pause; two servers never send the same one.
        """
        commit = self.env["ir.cron"]._commit_progress
        while True:
            try:
                message = self._claim()
            except RETRY_ERRORS:
                self.env.cr.rollback()
                break
            if not commit(0) or not message:
                break
            message._send()
            if not commit(1):
                break
        waiting = self.search([("state", "=", "waiting")], order="date_due", limit=1)
        if waiting:
            cron = self.env.ref("sales_process_mgmt_robot.ir_cron_send")
            soon = self.env.cr.now() + timedelta(seconds=10)
            cron._trigger(at=max(waiting.date_due, soon))
        commit(0, remaining=0)

    @api.model
    def _claim(self):
        """The next message that may be sent now, its next attempt moved.

        The oldest of each robot, within the limit of a minute: the robot is locked, so
        two servers keep to it together.

        :return: sales.process.robot.message, one at most
        """
        now = self.env.cr.now()
        self.search(
            [("state", "=", "waiting"), ("create_date", "<", now - GIVEN_UP)]
        ).write({"state": "given_up"})
        self.env.flush_all()
        # robots that are wrong themselves pause longer
        paused = self.env["sales.process.failure"]._get_waiting_ids(
            "sales.process.robot"
        )
        found = self.env.execute_query(
            SQL(
                """
                SELECT message.id
                  FROM sales_process_robot_message AS message
                  JOIN sales_process_robot AS robot ON robot.id = message.robot_id
                 WHERE message.state = 'waiting'
                   AND message.date_due <= %(now)s
                   AND robot.active
                   AND robot.id NOT IN %(paused)s
                   AND (SELECT COUNT(*)
                          FROM sales_process_robot_message AS tried
                         WHERE tried.robot_id = robot.id
                           AND tried.date_tried > %(since)s) < %(limit)s
              ORDER BY message.id
                 LIMIT 1
                   FOR UPDATE OF message, robot SKIP LOCKED
                """,
                now=now,
                since=now - MINUTE,
                limit=LIMIT,
                paused=(0, *paused),
            )
        )
        message = self.browse(row[0] for row in found)
        message.invalidate_recordset()
        for row in message:
            pause = min(MINUTE * 2 ** min(row.attempt_count, 10), LONGEST_PAUSE)
            row.write(
                {
                    "attempt_count": row.attempt_count + 1,
                    "date_due": now + pause,
                    "date_tried": now,
                }
            )
        self.env.flush_all()
        return message

    def _send(self):
        """Send one message that was claimed, and keep what the messenger says."""
        self.ensure_one()
        try:
            self.robot_id._send(self.title, self.text)
        except (UserError, WebhookError) as error:
            is_early = getattr(error, "is_early", False)
            _logger.warning("Robot %s has not sent: %s", self.robot_id.id, error)
            self.error = str(error)[:500]
            if not is_early:
                # what is wrong with the robot itself is seen where work is tried again
                self.env["sales.process.failure"]._mark(self.robot_id, error)
            return
        self.write({"state": "sent", "date_sent": self.env.cr.now(), "error": False})
        self.env["sales.process.failure"]._clear(self.robot_id)

    @api.autovacuum
    def _gc_old(self):
        """Forget what was sent, or given up, long ago."""
        self.search(
            [
                ("state", "!=", "waiting"),
                ("create_date", "<", self.env.cr.now() - KEPT),
            ]
        ).unlink()
