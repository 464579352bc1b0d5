# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import defaultdict, deque
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import RETRY_ERRORS
from ..tools import deadline as deadline_tools

_logger = logging.getLogger(__name__)

BATCH_SIZE = 1000
MAX_FAILURES = 3
MAX_RETRIES = 5
# A run that comes so much later than the one before first shows what it would do.
PAUSE = timedelta(hours=24)


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    is_held = fields.Boolean(
        string="Held for the Leader",
        readonly=True,
        help="Due, but above the ceiling of one day. The team leader decides.",
    )
    has_owner_left = fields.Boolean(
        string="Owner Left",
        readonly=True,
        help="The owner was archived or left the team. The customer is released.",
    )
    date_observed = fields.Datetime(
        readonly=True,
        help="The deadline for which a team that observes recorded what would have "
        "happened.",
    )
    release_failure_count = fields.Integer(
        string="Failed Releases",
        readonly=True,
        help="After three failures the customer is left to the team leader.",
    )
    release_error = fields.Char(readonly=True)

    # ------------------------------------------------------------
    # SCHEDULED ACTION
    # ------------------------------------------------------------

    @api.model
    def _cron_release(self):
        """Release the customers that are due, hand out those that wait.

        Works in batches, each committed by itself: it may be killed at any point,
        run twice, or run on two servers at once.
        """
        commit = self.env["ir.cron"]._commit_progress
        self.env["crm.team"]._check_release_pause()
        commit()
        tries = 0
        while tries < MAX_RETRIES:
            due = self.browse()
            try:
                due = self._lock_due(BATCH_SIZE)
                due._process_release()
                count = len(due)
            except RETRY_ERRORS:
                # Somebody followed up or took a customer at the same instant.
                self.env.cr.rollback()
                tries += 1
                continue
            except Exception:
                self.env.cr.rollback()
                _logger.warning("A batch of the release is done one by one")
                count = self._release_one_by_one(due.ids)
            if not count:
                break
            if not commit(count, remaining=self._count_due()):
                return
        for process in (self._process_waiting, self._process_served):
            try:
                process()
            except RETRY_ERRORS:
                self.env.cr.rollback()
            commit()
        self.env["crm.team"]._mark_release_run()
        commit(remaining=0)

    def _get_due_condition(self):
        """What is due, as SQL on ``ownership`` and ``team``.

        The deadline is read again under the lock of the row.
        """
        now = self.env.cr.now()
        return SQL(
            """
            ownership.state = 'open'
            AND (ownership.date_deadline < %(now)s OR ownership.has_owner_left)
            AND NOT COALESCE(ownership.is_held, FALSE)
            AND COALESCE(ownership.release_failure_count, 0) < %(failures)s
            AND COALESCE(team.date_release_from, %(now)s) <= %(now)s
            AND (team.process_mode = 'enforce'
                 OR (team.process_mode = 'observe'
                     AND ownership.date_observed IS DISTINCT FROM
                         COALESCE(ownership.date_deadline, ownership.date_start)))
            """,
            now=now,
            failures=MAX_FAILURES,
        )

    def _lock_due(self, limit, ids=None):
        """Select and lock what is due, in one statement.

        Rows that another server works on are passed over.

        :param int limit: how many at most
        :param ids: look only at these
        :return: sales.process.ownership
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ownership.id
                  FROM sales_process_ownership ownership
                  JOIN crm_team team ON team.id = ownership.team_id
                 WHERE %s %s
              ORDER BY ownership.date_deadline, ownership.id
                 LIMIT %s
                   FOR NO KEY UPDATE OF ownership SKIP LOCKED
                """,
                self._get_due_condition(),
                SQL("AND ownership.id IN %s", tuple(ids)) if ids else SQL(),
                limit,
            )
        )
        due = self.browse(row[0] for row in rows)
        due.invalidate_recordset()
        return due

    def _count_due(self):
        return self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FROM (
                    SELECT 1
                      FROM sales_process_ownership ownership
                      JOIN crm_team team ON team.id = ownership.team_id
                     WHERE %s LIMIT %s
                ) AS due
                """,
                self._get_due_condition(),
                BATCH_SIZE,
            )
        )[0][0]

    def _release_one_by_one(self, ids):
        """A batch with a customer that fails: release the others, mark this one.

        :return: int, how many were looked at
        """
        for row_id in ids:
            try:
                self._lock_due(1, [row_id])._process_release()
                self.env.cr.commit()
            except RETRY_ERRORS:
                self.env.cr.rollback()
            except Exception as error:
                self.env.cr.rollback()
                _logger.exception("Ownership %s cannot be released", row_id)
                self.browse(row_id)._mark_failure(str(error))
                self.env.cr.commit()
        return len(ids)

    def _mark_failure(self, error):
        """Count the failure; after the last one the leader is told."""
        self.ensure_one()
        self.write(
            {
                "release_failure_count": self.release_failure_count + 1,
                "release_error": error[:500],
            }
        )
        if self.release_failure_count >= MAX_FAILURES and self.team_id.user_id:
            self.env["sales.process.release.run"].create(
                {
                    "team_id": self.team_id.id,
                    "company_id": self.company_id.id,
                    "mode": self.process_mode,
                    "line_ids": [
                        fields.Command.create(
                            self._prepare_release_line("failed", note=error[:500])
                        )
                    ],
                }
            )
            self._notify(
                self.team_id.user_id,
                self.env._("A customer could not be released"),
                [self],
            )

    # ------------------------------------------------------------
    # RELEASE
    # ------------------------------------------------------------

    def _process_release(self):
        """Release these customers; never commits.

        :return: the runs that were made, one for each team
        """
        runs = self.env["sales.process.release.run"]
        for team, ownerships in self.grouped("team_id").items():
            if team.process_mode == "observe":
                runs |= ownerships._observe_release(team)
            else:
                runs |= ownerships._release_team(team)
        return runs

    def _prepare_release_line(self, outcome, successor=None, note=None):
        self.ensure_one()
        return {
            "ownership_id": self.id,
            "successor_id": successor.id if successor else False,
            "user_id": self.user_id.id,
            "new_user_id": successor.user_id.id if successor else False,
            "date_deadline": self.date_deadline,
            "outcome": outcome,
            "note": note or False,
        }

    def _make_run(self, team, mode, lines, state="done"):
        return (
            self.env["sales.process.release.run"]
            .sudo()
            .create(
                {
                    "team_id": team.id,
                    "company_id": team.company_id.id,
                    "mode": mode,
                    "state": state,
                    "line_ids": [fields.Command.create(line) for line in lines],
                }
            )
        )

    def _observe_release(self, team):
        """Record what would have happened, once for each deadline."""
        run = self._make_run(
            team, "observe", [row._prepare_release_line("observed") for row in self]
        )
        for deadline, rows in self.grouped(
            lambda row: row.date_deadline or row.date_start
        ).items():
            rows.sudo().write({"date_observed": deadline})
        return run

    def _release_team(self, team, ceiling=True):
        """Release due customers of one team.

        :param bool ceiling: hold what is above the team's ceiling of one day
        :return: sales.process.release.run
        """
        held = self.browse()
        if ceiling:
            room = team._get_release_room()
            held = self[room:] if room is not None else held
        released = self - held
        lines = [row._prepare_release_line("held") for row in held]
        if held:
            held.sudo().write({"is_held": True})
        assignments = released._assign_successors(team)
        # what the lines say of the old period is read before it ends
        prepared = {row: row._prepare_release_line("pool") for row in released}
        successors = {}
        by_reason = defaultdict(dict)
        for row, user in assignments.items():
            reason = "owner_archived" if row.has_owner_left else "expired"
            target = team if user else team.pool_team_id or team
            by_reason[reason, target][row] = user
        for (reason, target), rows in by_reason.items():
            successors.update(self._hand_over(rows, "release", reason, team=target))
        waiting = self.browse()
        for row, successor in successors.items():
            if not successor.user_id and not successor.is_dormant:
                waiting |= successor
            prepared[row] |= {
                "successor_id": successor.id,
                "new_user_id": successor.user_id.id,
                "outcome": "handed_over" if successor.user_id else "pool",
            }
        if team.release_to == "duty" and waiting:
            waiting.sudo().write({"awaits_duty": True})
            for row, successor in successors.items():
                if successor in waiting:
                    prepared[row]["outcome"] = "waiting"
        lines += [prepared[row] for row in successors]
        run = self._make_run(team, "enforce", lines, state="held" if held else "done")
        self._tell_release(team, successors, held, waiting)
        return run

    def _assign_successors(self, team):
        """Who receives each customer: people on duty, in turn, within limits.

        Nobody receives a customer again within the cool-down; a customer that too
        many owners let go goes to the pool to rest.

        :return: ``{ownership: res.users or empty recordset}``
        """
        nobody = self.env["res.users"]
        if team.release_to == "pool" or not self:
            return dict.fromkeys(self, nobody)
        queue = deque(team._get_duty_users())
        room = {user: team._get_customer_room(user) for user in queue}
        cooling = self._get_cooling_users(team)
        assignments = {}
        for row in self:
            assignments[row] = nobody
            if team.carousel_limit and row.lapse_count + 1 >= team.carousel_limit:
                continue
            for _position in range(len(queue)):
                user = queue[0]
                queue.rotate(-1)
                if room[user] > 0 and user not in cooling[row]:
                    assignments[row] = user
                    room[user] -= 1
                    break
        return assignments

    def _get_cooling_users(self, team):
        """Who may not receive these customers yet: the cool-down holds for all.

        :return: ``{ownership: res.users}``, the present owner included
        """
        cooling = {row: row.user_id for row in self}
        roots = {(row.root_id or row).id for row in self}
        since = self.env.cr.now() - timedelta(days=team.cooldown_days)
        past = self.sudo().search_fetch(
            [
                "|",
                ("root_id", "in", list(roots)),
                ("id", "in", list(roots)),
                ("end_reason", "in", ("expired", "released")),
                ("date_end", ">", since),
                ("user_id", "!=", False),
            ],
            ["root_id", "user_id"],
        )
        by_root = defaultdict(self.env["res.users"].browse)
        for row in past:
            by_root[(row.root_id or row).id] |= row.user_id
        return {
            row: users | by_root[(row.root_id or row).id]
            for row, users in cooling.items()
        }

    # ------------------------------------------------------------
    # WAITING AND SERVED
    # ------------------------------------------------------------

    @api.model
    def _process_waiting(self):
        """Hand out the customers that waited for the next shift."""
        waiting = self.search(
            [
                ("state", "=", "pool"),
                ("awaits_duty", "=", True),
                ("is_frozen", "=", False),
                ("team_id.process_mode", "=", "enforce"),
            ],
            order="date_start, id",
            limit=BATCH_SIZE,
        )
        for team, rows in waiting.grouped("team_id").items():
            queue = deque(team._get_duty_users())
            room = {user: team._get_customer_room(user) for user in queue}
            if not queue:
                continue
            rows = rows._lock_rows().filtered(lambda row: row.state == "pool")
            cooling = rows._get_cooling_users(team)
            assignments = {}
            for row in rows:
                for _position in range(len(queue)):
                    user = queue[0]
                    queue.rotate(-1)
                    if room[user] > 0 and user not in cooling[row]:
                        assignments[row] = user
                        room[user] -= 1
                        break
            successors = rows._hand_over(assignments, "release", "transferred")
            self._tell_release(team, successors, self.browse(), self.browse())

    @api.model
    def _process_served(self):
        """Customers whose time after the last order is over are free."""
        today = fields.Date.today()
        served = self.search(
            [
                ("state", "=", "open"),
                ("phase", "=", "served"),
                ("date_served_until", "<", today),
            ],
            limit=BATCH_SIZE,
        )
        served.filtered(lambda row: row._is_served_time_over())._end("paid")

    def _is_served_time_over(self):
        self.ensure_one()
        zone = self.team_id._get_process_timezone(self.user_id)
        return self.date_served_until < deadline_tools.local_date(
            self.env.cr.now(), zone
        )

    # ------------------------------------------------------------
    # MESSAGES
    # ------------------------------------------------------------

    def _tell_release(self, team, successors, held, waiting):
        """One message for each person and run, with the list."""
        received = defaultdict(self.browse)
        lost = defaultdict(self.browse)
        for old, new in successors.items():
            if new.user_id:
                received[new.user_id] |= new
            if old.user_id and old.user_id.active:
                lost[old.user_id] |= old
        for user, rows in received.items():
            rows._notify(user, self.env._("Customers handed to you"), rows)
        for user, rows in lost.items():
            rows._notify(user, self.env._("Customers released"), rows)
        leader = team.user_id
        if leader and held:
            held._notify(
                leader, self.env._("Customers held above the release ceiling"), held
            )
        if leader and waiting:
            waiting._notify(
                leader,
                self.env._("Nobody on duty: customers wait in the pool"),
                waiting,
            )

    def _notify(self, user, subject, rows):
        """Send one person one message with a list of customers."""
        items = Markup().join(
            Markup("<li>%s</li>") % (row.name or self.env._("Customer"))
            for row in list(rows)[:100]
        )
        more = len(rows) - 100
        if more > 0:
            items += Markup("<li>%s</li>") % self.env._("and %s more", more)
        # sudo: sent by the system on behalf of the team
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=Markup("<p>%s</p><ul>%s</ul>") % (subject, items),
        )

    # ------------------------------------------------------------
    # OWNERS THAT LEAVE
    # ------------------------------------------------------------

    @api.model
    def _mark_owner_left(self, pairs):
        """Let the customers of people who leave be released by the next run.

        :param pairs: list of ``(res.users, crm.team)``; an empty team means all teams
        """
        domains = [
            fields.Domain("user_id", "in", user.ids)
            & (fields.Domain("team_id", "in", team.ids) if team else fields.Domain.TRUE)
            for user, team in pairs
        ]
        if not domains:
            return
        # sudo: whoever manages users or teams may not write the ledger
        left = self.sudo().search(
            fields.Domain("state", "=", "open") & fields.Domain.OR(domains)
        )
        if not left:
            return
        left.write({"has_owner_left": True})
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_release", raise_if_not_found=False
        )
        if cron:
            cron._trigger()
