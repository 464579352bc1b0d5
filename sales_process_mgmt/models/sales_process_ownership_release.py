# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..exceptions import MAX_RETRIES, RETRY_ERRORS, repeat_lost_races
from ..tools.transaction import scheduled

_logger = logging.getLogger(__name__)

BATCH_SIZE = 1000
MAX_FAILURES = 3
# More failures in one batch are no poisoned customers: the work itself is broken.
MAX_FAILED_AT_ONCE = 20


class SalesProcessOwnership(models.Model):
    """The scheduled action that releases: what it selects, how it survives."""

    _inherit = "sales.process.ownership"

    is_held = fields.Boolean(
        string="Held for the Leader",
        readonly=True,
        help="Due, but above the ceiling of one night. It goes out on the next nights, "
        "oldest first, unless the team leader decides sooner.",
    )
    date_held_until = fields.Datetime(
        string="Held Until",
        readonly=True,
        help="From this moment the customer goes out with the next release.",
    )
    is_excused = fields.Boolean(
        string="Lost While Absent",
        readonly=True,
        help="The owner was away when the deadline passed. It is not counted against "
        "the owner.",
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
    release_error = fields.Char(string="Why the Release Failed", readonly=True)

    # With the index on deadlines: a run that finds nothing due reads no table.
    _owner_left_idx = models.Index("(id) WHERE state = 'open' AND has_owner_left")
    _waiting_idx = models.Index("(team_id, id) WHERE state = 'pool' AND awaits_duty")
    _served_until_idx = models.Index(
        "(date_served_until) WHERE state = 'open' AND date_served_until IS NOT NULL"
    )

    # ------------------------------------------------------------
    # SCHEDULED ACTION
    # ------------------------------------------------------------

    @api.model
    @scheduled
    def _cron_release(self):
        """Release the customers that are due, hand out those that wait.

        Works in batches, each committed by itself: it may be killed at any point,
        run twice, or run on two servers at once. People are told at the end, once
        each, what the whole run did to them.
        """
        Team = self.env["crm.team"]
        commit = self.env["ir.cron"]._commit_progress

        def begin():
            Team._check_release_pause()
            Team._mark_release_run()

        if not repeat_lost_races(self.env, begin):
            _logger.info("The teams are being changed: the next run releases")
            return
        commit()
        for lock, process in (
            ("_lock_due", "_process_release"),
            ("_lock_waiting", "_process_waiting"),
            ("_lock_served", "_process_served"),
        ):
            if not self._work_in_batches(lock, process):
                return
        Run = self.env["sales.process.release.run"]
        if not repeat_lost_races(self.env, Run._process_untold):
            _logger.info("People are told of the release by the next run")
        commit(remaining=0)

    @api.model
    def _work_in_batches(self, lock, process):
        """Lock and process batch after batch, each committed by itself.

        :param str lock: method ``(limit, after, without, ids)`` that selects and locks
        :param str process: method that works on a batch and never commits
        :return: bool, False if the time of the scheduled action is up
        """
        after, without, tries = 0, set(), 0
        while tries < MAX_RETRIES:
            rows = self.browse()
            try:
                rows = getattr(self, lock)(BATCH_SIZE, after, without)
                getattr(rows, process)()
                self.env.flush_all()
            except RETRY_ERRORS:
                # Somebody followed up or took a customer at the same instant.
                self.env.cr.rollback()
                tries += 1
                continue
            except Exception:
                self.env.cr.rollback()
                _logger.warning("A batch of %s fails, halving it", process)
                without |= self._halve_batch(lock, process, rows.ids)
            if not rows:
                break
            after = max(rows.ids)
            more = len(rows) == BATCH_SIZE
            if not self.env["ir.cron"]._commit_progress(
                len(rows), remaining=BATCH_SIZE * more
            ):
                return False
        return True

    @api.model
    def _halve_batch(self, lock, process, ids):
        """Work around the customers that fail: halve until they stand alone.

        :return: set of ids that failed; they are counted, and tried by later runs
        """
        failed, parts = set(), [ids]
        while parts:
            part = parts.pop()
            try:
                getattr(getattr(self, lock)(len(part), ids=part), process)()
                self.env.flush_all()
                self.env["ir.cron"]._commit_progress()
            except RETRY_ERRORS:
                # for the next run
                self.env.cr.rollback()
            except Exception as error:
                self.env.cr.rollback()
                if len(part) > 1:
                    middle = len(part) // 2
                    parts += [part[middle:], part[:middle]]
                    continue
                if len(failed) >= MAX_FAILED_AT_ONCE:
                    raise
                _logger.exception("%s fails for ownership %s", process, part[0])
                self.browse(part)._mark_failure(str(error))
                self.env["ir.cron"]._commit_progress()
                failed.add(part[0])
        return failed

    def _mark_failure(self, error):
        """Count the failure; after the last one the leader is told."""
        self.ensure_one()
        error = error[:500]
        # sudo: the ledger is written by its own methods only
        self.sudo().write(
            {
                "release_failure_count": self.release_failure_count + 1,
                "release_error": error,
            }
        )
        if self.release_failure_count >= MAX_FAILURES:
            self._record_lines(
                self.team_id,
                "observe" if self.process_mode == "observe" else "enforce",
                [self._prepare_release_line("failed", note=error)],
            )

    def action_retry_release(self):
        """Let the next run try again what has failed too often."""
        self.check_access("read")
        self._check_leader()
        if not any(self.sudo().mapped("release_failure_count")):
            raise UserError(self.env._("No release of these customers has failed."))
        # sudo: the leader decides, the ledger is written by its own methods
        self.sudo().write({"release_failure_count": 0, "release_error": False})
        self._trigger_release()

    # ------------------------------------------------------------
    # SELECT AND LOCK
    # ------------------------------------------------------------

    @api.model
    def _lock_selected(self, condition, order, limit, without=(), ids=None):
        """Select and lock in one statement; what another server works on is passed.

        What the condition says is read again under the lock of each row.

        :param SQL condition: on ``ownership`` and ``team``
        :param SQL order: of the rows
        :param int limit: how many at most
        :param without: ids to pass over
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
                 WHERE %s
                   AND COALESCE(ownership.release_failure_count, 0) < %s
                   %s %s
              ORDER BY %s
                 LIMIT %s
                   FOR NO KEY UPDATE OF ownership SKIP LOCKED
                """,
                condition,
                MAX_FAILURES,
                SQL("AND ownership.id NOT IN %s", tuple(without)) if without else SQL(),
                SQL("AND ownership.id IN %s", tuple(ids)) if ids else SQL(),
                order,
                limit,
            )
        )
        locked = self.browse(row[0] for row in rows)
        locked.invalidate_recordset()
        return locked

    @api.model
    def _lock_due(self, limit, after=0, without=(), ids=None):
        """Customers whose deadline has passed or whose owner has left.

        The leader may be handing over what the owner leaves: until the deadline that
        goes first. What was held on the nights before goes out, too, oldest first.
        """
        if not ids:
            self._lock_release_teams()
        condition = SQL(
            """
            ownership.state = 'open'
            AND (ownership.date_deadline < %(now)s
                 OR ownership.has_owner_left AND NOT EXISTS (
                     SELECT 1 FROM sales_process_handover handover
                      WHERE handover.user_id = ownership.user_id
                        AND handover.team_id = ownership.team_id
                        AND handover.state IN ('draft', 'confirm')))
            AND (ownership.is_held IS NOT TRUE
                 OR COALESCE(ownership.date_held_until, %(now)s) <= %(now)s)
            AND COALESCE(team.process_date_release_from, %(now)s) <= %(now)s
            AND (team.process_mode = 'enforce'
                 OR (team.process_mode = 'observe'
                     AND ownership.date_observed IS DISTINCT FROM
                         COALESCE(ownership.date_deadline, ownership.date_start)))
            """,
            now=self.env.cr.now(),
        )
        order = SQL("ownership.date_deadline, ownership.id")
        return self._lock_selected(condition, order, limit, without, ids)

    def _may_release(self):
        """Tell whether the scheduled action still tries to release this customer.

        :return: bool, false where it has failed too often
        """
        self.ensure_one()
        return self.release_failure_count < MAX_FAILURES

    @api.model
    def _lock_release_teams(self):
        """Let one run at a time release customers of a team.

        The share of a night holds for two runs side by side, and so does the limit of
        customers a person may hold. A lock alone would let the second run in with what
        it saw before; an update makes it begin again and count the first. Teams and
        people come before the customers: see docs/locks.md.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT team.id, COALESCE(team.release_ceiling_percent, 0) > 0
                  FROM crm_team team
                 WHERE team.process_mode = 'enforce'
                   AND COALESCE(team.process_date_release_from, %(now)s) <= %(now)s
                   AND EXISTS (
                       SELECT 1 FROM sales_process_ownership ownership
                        WHERE ownership.team_id = team.id
                          AND ownership.state = 'open'
                          AND (ownership.date_deadline < %(now)s
                               OR ownership.has_owner_left))
              ORDER BY team.id
                """,
                now=self.env.cr.now(),
            )
        )
        if limited := tuple(team_id for team_id, has_share in rows if has_share):
            # without a share several runs divide the customers of a team
            self.env.execute_query(
                SQL(
                    """
                    UPDATE crm_team SET write_date = write_date
                     WHERE id IN (SELECT id FROM crm_team WHERE id IN %s
                                ORDER BY id FOR NO KEY UPDATE)
                 RETURNING id
                    """,
                    limited,
                )
            )
        self._lock_receivers(self.env["crm.team"].browse(row[0] for row in rows))

    @api.model
    def _lock_receivers(self, teams):
        """Lock the people on duty whose number of customers is limited."""
        users = self.env["res.users"].union(
            *(
                user
                for team, on_duty in teams._get_duty_users_by_team().items()
                for user in on_duty
                if user.process_customer_limit or team.process_customer_limit
            )
        )
        if users:
            self.env.execute_query(
                SQL(
                    """
                    UPDATE res_users SET process_customer_limit = process_customer_limit
                     WHERE id IN (SELECT id FROM res_users WHERE id IN %s
                                ORDER BY id FOR NO KEY UPDATE)
                 RETURNING id
                    """,
                    users._ids,
                )
            )

    @api.model
    def _lock_waiting(self, limit, after=0, without=(), ids=None):
        """Customers that wait for a shift, of teams in which somebody is on duty."""
        Team = self.env["crm.team"]
        teams = Team.search([("process_mode", "=", "enforce")])
        on_duty = teams._get_duty_users_by_team()
        if not ids and self.search_count(
            [("state", "=", "pool"), ("awaits_duty", "=", True)], limit=1
        ):
            self._lock_receivers(teams)
        condition = SQL(
            """
            ownership.state = 'pool' AND ownership.awaits_duty
            AND NOT COALESCE(ownership.is_frozen, FALSE)
            AND NOT COALESCE(ownership.is_dormant, FALSE)
            AND ownership.team_id IN %s
            AND ownership.id > %s
            """,
            tuple(team.id for team in teams if on_duty[team]) or (0,),
            0 if ids else after,
        )
        return self._lock_selected(condition, SQL("ownership.id"), limit, without, ids)

    @api.model
    def _lock_served(self, limit, after=0, without=(), ids=None):
        """Customers whose time after the last order may be over."""
        condition = SQL(
            """
            ownership.state = 'open' AND ownership.phase = 'served'
            AND ownership.date_served_until < %s
            AND team.process_mode = 'enforce'
            AND ownership.id > %s
            """,
            # the last day of a zone ahead of UTC; each owner's own is asked below
            fields.Date.add(self.env.cr.now().date(), days=1),
            0 if ids else after,
        )
        return self._lock_selected(condition, SQL("ownership.id"), limit, without, ids)

    # ------------------------------------------------------------
    # OWNERS THAT LEAVE, TIMERS THAT MOVE
    # ------------------------------------------------------------

    @api.model
    def _trigger_release(self):
        """Run the scheduled action as soon as this transaction is committed."""
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_release", raise_if_not_found=False
        )
        if cron:
            # sudo: who makes customers due need not know the scheduled actions
            cron.sudo()._trigger()

    @api.model
    def _mark_owner_left(self, pairs):
        """Let the customers of people who leave be released by the next run.

        :param pairs: list of ``(res.users, crm.team)``; an empty team means all teams
        """
        left = self._search_owned(pairs)
        if left:
            left.write({"has_owner_left": True})
            self._trigger_release()

    @api.model
    def _unmark_owner_left(self, pairs):
        """Who comes back before the release keeps the customers.

        :param pairs: as for :meth:`_mark_owner_left`
        """
        self._search_owned(pairs).filtered("has_owner_left").write(
            {"has_owner_left": False, "is_held": False}
        )

    @api.model
    def _search_owned(self, pairs):
        domains = [
            fields.Domain("user_id", "in", user.ids)
            & (fields.Domain("team_id", "in", team.ids) if team else fields.Domain.TRUE)
            for user, team in pairs
        ]
        # sudo: whoever manages users or teams may not write the ledger
        return self.sudo().search(
            fields.Domain("state", "=", "open") & fields.Domain.OR(domains)
        )

    def _update_deadlines(self, contacts=None, rules_from=None):
        """A held customer that was contacted in time is not held any more."""
        result = super()._update_deadlines(contacts, rules_from)
        now = self.env.cr.now()
        kept = self.filtered(
            lambda row: (
                row.is_held
                and not row.has_owner_left
                and (not row.date_deadline or row.date_deadline >= now)
            )
        )
        if kept:
            # sudo: the ledger is written by its own methods only
            kept.sudo().write({"is_held": False, "date_held_until": False})
            kept._settle_held("kept")
        return result

    def _before_end(self):
        """Held customers that end are counted where they were released."""
        result = super()._before_end()
        self.filtered("is_held")._settle_held("went")
        return result

    def _settle_held(self, outcome):
        """Held customers wait no more: their lines say what became of them.

        A run in which nobody waits any more is closed.

        :param str outcome: ``went`` or ``kept``
        """
        if not self:
            return
        # sudo: lines and runs are written by the system only
        lines = (
            self.env["sales.process.release.line"]
            .sudo()
            .search([("ownership_id", "in", self.ids), ("outcome", "=", "held")])
        )
        lines.write({"outcome": outcome})
        runs = lines.run_id.filtered(lambda run: run.state == "held")
        runs.filtered(lambda run: "held" not in run.line_ids.mapped("outcome")).write(
            {"state": "done"}
        )
