# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The scheduled action that releases customers: selecting, batches, who receives."""

import logging
from collections import defaultdict
from operator import not_

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import repeat_lost_races
from ..tools import deadline as deadline_tools
from ..tools import orm
from ..tools.transaction import scheduled
from .sales_process_retry import MAX_FAILURES, work_in_batches

_logger = logging.getLogger(__name__)


class SalesProcessRelease(models.AbstractModel):
    """Release what is due, hand out what waits, free what was served long enough.

    Killed at any point, run twice or on two servers at once it goes on where it was;
    a customer that fails never stops the rest. Nothing but the scheduled action itself
    commits.
    """

    _name = "sales.process.release"
    _description = "Release of Due Customers"

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
        for select, process in (
            (self._lock_due, self._release),
            (self._lock_waiting, self._hand_out_waiting),
            (self._lock_served, self._end_served),
        ):
            if not self._work_in_batches(select, process):
                return
        Run = self.env["sales.process.release.run"]
        if not repeat_lost_races(self.env, Run._process_untold):
            _logger.info("People are told of the release by the next run")
        commit(remaining=0)

    @api.model
    def _work_in_batches(self, select, process):
        """Work on customers batch after batch, see :func:`work_in_batches`.

        One that fails is counted, and left to the leader after three times.

        :param select: method ``(limit, after, without, ids)`` that selects and locks
        :param process: method that works on a batch and never commits
        :return: bool, False if the time of the scheduled action is up
        """
        Ownership = self.env["sales.process.ownership"]
        return work_in_batches(
            self.env,
            select,
            process,
            lambda row_id, error: Ownership.browse(row_id)._mark_failure(str(error)),
        )

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
        locked = self.env["sales.process.ownership"].browse(row[0] for row in rows)
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

    @api.model
    def _lock_waiting(self, limit, after=0, without=(), ids=None):
        """Customers that wait for a shift, of teams in which somebody is on duty."""
        Team = self.env["crm.team"]
        teams = Team.search([("process_mode", "=", "enforce")])
        on_duty = teams._get_duty_users_by_team()
        if not ids and self.env["sales.process.ownership"].search_count(
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
        order = SQL("ownership.id")
        return self._lock_selected(condition, order, limit, without, ids)

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
        order = SQL("ownership.id")
        return self._lock_selected(condition, order, limit, without, ids)

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
                SELECT team.id, COALESCE(team.process_release_ceiling_percent, 0) > 0
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

    # ------------------------------------------------------------
    # RELEASE
    # ------------------------------------------------------------

    @api.model
    def _release(self, customers):
        """Release these customers, or record what would have happened.

        :return: the runs that were written, one for each team
        """
        runs = self.env["sales.process.release.run"]
        for team, rows in customers.grouped("team_id").items():
            if team.process_mode == "observe":
                runs |= self._observe(rows, team)
            else:
                runs |= self._release_team(rows, team)
        return runs

    @api.model
    def _observe(self, customers, team):
        """Record what would have happened, once for each deadline."""
        run = self._record_lines(
            team, "observe", self._prepare_observed_lines(customers, team)
        )
        for deadline, rows in customers.grouped(
            lambda row: row.date_deadline or row.date_start
        ).items():
            # sudo: the ledger is written by its own methods only
            rows.sudo().write({"date_observed": deadline})
        return run

    @api.model
    def _prepare_observed_lines(self, customers, team):
        assignments = self._assign_successors(customers, team)
        return [
            self._prepare_line(
                row,
                "observed",
                new_user=assignments[row],
                note=self._get_note(row),
            )
            for row in customers
        ]

    @api.model
    def _release_team(self, customers, team, ceiling=True):
        """Release due customers of one team.

        What is above the ceiling, or waits for the leader, stays with its owner,
        marked, for the next nights.

        :param bool ceiling: hold what is above the team's share of one night until
            the next one, and what only the leader lets go; without it the run stands
            alone, as a decision of the leader
        :return: sales.process.release.run
        """
        room = team._get_release_room() if ceiling else None
        held = customers._filter_awaiting_leader() if ceiling else customers.browse()
        if room is not None:
            held |= (customers - held)[room:]
        newly_held = self._hold(held, team)
        released = customers - held
        self._excuse_absent(released)
        # what the lines say of the old period is read before it ends
        lines = {
            row: self._prepare_line(row, "pool", note=self._get_note(row))
            for row in released
        }
        waiting, successors = self._hand_over_released(released, team)
        for row, successor in successors.items():
            outcome = "handed_over" if successor.user_id else "pool"
            lines[row] |= {
                "successor_id": successor.id,
                "new_user_id": successor.user_id.id,
                "outcome": "waiting" if row in waiting else outcome,
            }
        return self._record_lines(
            team,
            "enforce",
            [self._prepare_line(row, "held") for row in newly_held]
            + [lines[row] for row in successors],
            state="held" if newly_held else "done",
            alone=not ceiling,
        )

    @api.model
    def _hold(self, customers, team):
        """Leave customers with their owners for now: the leader may decide sooner.

        :return: those that were not held before
        """
        new = customers.filtered(lambda row: not row.is_held)
        if customers:
            # sudo: the ledger is written by its own methods only
            customers.sudo().write(
                {"is_held": True, "date_held_until": team._get_effective_date()}
            )
        return new

    @api.model
    def _hand_over_released(self, customers, team):
        """Give customers to who receives them: on duty, in the pool, or the next shift.

        :return: tuple of the customers that wait for a shift, as a set, and of
            ``{old ownership: new ownership}``
        """
        by_reason = defaultdict(dict)
        waiting = set()
        for row, user in self._assign_successors(customers, team).items():
            target = team
            if not user:
                rests = row.is_frozen or self._is_going_to_rest(row)
                if team.process_release_to == "duty" and not rests:
                    waiting.add(row)
                else:
                    target = team.process_pool_team_id or team
            by_reason[self._get_reason(row), target][row] = user
        successors = {}
        for (reason, target), assignments in by_reason.items():
            successors |= customers._hand_over(
                assignments, "release", reason, team=target
            )
        waiting_rows = customers.browse().union(
            *(new for old, new in successors.items() if old in waiting)
        )
        if waiting_rows:
            # sudo: the ledger is written by its own methods only
            waiting_rows.sudo().write({"awaits_duty": True})
        return waiting, successors

    @api.model
    def _record_lines(self, team, mode, lines, state="done", alone=False):
        """Add lines to the run of the team that is going on, or begin one.

        :param bool alone: a run of its own, for a decision of the leader
        :return: sales.process.release.run
        """
        # sudo: runs are written by the system only
        Run = self.env["sales.process.release.run"].sudo()
        run = Run if alone else Run._find_running(team, mode)
        if not run:
            run = Run.create(
                {"team_id": team.id, "company_id": team.company_id.id, "mode": mode}
            )
        if state != "done":
            run.state = state
        values = {
            "run_id": run.id,
            # related fields: written now they need no second statement
            "team_id": run.team_id.id,
            "company_id": run.company_id.id,
        }
        # sudo: as above
        self.env["sales.process.release.line"].sudo().create(
            [{**line, **values} for line in lines]
        )
        return run

    @api.model
    def _prepare_line(
        self, customer, outcome, successor=None, note=None, new_user=None
    ):
        """What a run says of one customer.

        :param str outcome: a value of ``outcome`` of sales.process.release.line
        :return: dict of field values
        """
        if successor:
            new_user = successor.user_id
        return {
            **orm.get_row(customer, ("user_id", "date_deadline")),
            "ownership_id": customer.id,
            "successor_id": successor.id if successor else False,
            "new_user_id": new_user.id if new_user else False,
            "outcome": outcome,
            "note": note or False,
        }

    @api.model
    def _get_reason(self, customer):
        return "owner_archived" if customer.has_owner_left else "expired"

    @api.model
    def _get_note(self, customer):
        return self.env._("The owner has left.") if customer.has_owner_left else False

    @api.model
    def _is_going_to_rest(self, customer):
        """Tell whether too many owners in a row have let this customer go."""
        limit = customer.team_id.process_carousel_limit
        if not limit:
            return False
        lapses = customer.lapse_count + customer._is_lapse(self._get_reason(customer))
        return lapses >= limit

    @api.model
    def _excuse_absent(self, customers):
        """What is lost while its owner is away is not counted against the owner."""
        now = self.env.cr.now()
        due = orm.filter_by(customers, "date_deadline")
        if not due:
            return
        deadlines = orm.get_cached(due, "date_deadline")
        absences = due.user_id._get_absences(min(deadlines), now)
        excused = (
            due.filtered(
                lambda row: any(
                    start <= now and end >= row.date_deadline
                    for start, end in absences.get(row.user_id, ())
                )
            )
            if any(absences.values())
            else due.browse()
        )
        if excused:
            # sudo: the ledger is written by its own methods only
            excused.sudo().write({"is_excused": True})

    @api.model
    def _settle_held(self, customers, outcome):
        """Held customers wait no more: their lines say what became of them.

        A run in which nobody waits any more is closed.

        :param str outcome: ``went`` or ``kept``
        """
        # sudo: lines and runs are written by the system only
        lines = (
            self.env["sales.process.release.line"]
            .sudo()
            .search([("ownership_id", "in", customers.ids), ("outcome", "=", "held")])
        )
        lines.write({"outcome": outcome})
        runs = lines.run_id.filtered(lambda run: run.state == "held")
        runs.filtered(lambda run: "held" not in run.line_ids.mapped("outcome")).write(
            {"state": "done"}
        )

    # ------------------------------------------------------------
    # WHO RECEIVES
    # ------------------------------------------------------------

    @api.model
    def _assign_successors(self, customers, team):
        """Who receives each customer of the team; nobody means the pool.

        :return: ``{ownership: res.users or empty recordset}``
        """
        assignments = dict.fromkeys(customers, self.env["res.users"])
        if team.process_release_to == "duty":
            going = orm.filter_by(customers, "is_frozen", not_)
            if team.process_carousel_limit:
                going = going.filtered(lambda row: not self._is_going_to_rest(row))
            assignments |= self._spread(going, team)
        return assignments

    @api.model
    def _spread(self, customers, team):
        """Spread customers over the people on duty, see ``_get_receivers`` of teams.

        :return: ``{ownership: res.users or empty recordset}``
        """
        return dict(zip(customers, team._get_receivers(list(customers)), strict=True))

    # ------------------------------------------------------------
    # WAITING AND SERVED
    # ------------------------------------------------------------

    @api.model
    def _hand_out_waiting(self, customers):
        """Hand out customers that waited in the pool for the next shift."""
        for team, rows in customers.grouped("team_id").items():
            assignments = {
                row: user for row, user in self._spread(rows, team).items() if user
            }
            if not assignments:
                continue
            successors = rows._hand_over(assignments, "release", "transferred")
            self._record_lines(
                team,
                "enforce",
                [
                    self._prepare_line(old, "assigned", new)
                    for old, new in successors.items()
                ],
            )

    @api.model
    def _end_served(self, customers):
        """Customers whose time after the last order is over are free."""
        over = customers.filtered(self._is_served_time_over)
        (over - over._filter_awaiting_leader())._end("paid")

    @api.model
    def _is_served_time_over(self, customer):
        zone = customer.team_id._get_process_timezone(customer.user_id)
        return customer.date_served_until < deadline_tools.local_date(
            self.env.cr.now(), zone
        )
