# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo import models

from ..tools import deadline as deadline_tools


class SalesProcessOwnership(models.Model):
    """What a release does with a batch of customers; nothing here commits."""

    _inherit = "sales.process.ownership"

    # ------------------------------------------------------------
    # RELEASE
    # ------------------------------------------------------------

    def _process_release(self):
        """Release these customers, or record what would have happened.

        :return: the runs that were written, one for each team
        """
        runs = self.env["sales.process.release.run"]
        for team, rows in self.grouped("team_id").items():
            if team.process_mode == "observe":
                runs |= rows._observe_release(team)
            else:
                runs |= rows._release_team(team)
        return runs

    def _prepare_release_line(self, outcome, successor=None, note=None, new_user=None):
        self.ensure_one()
        if successor:
            new_user = successor.user_id
        return {
            "ownership_id": self.id,
            "successor_id": successor.id if successor else False,
            "user_id": self.user_id.id,
            "new_user_id": new_user.id if new_user else False,
            "date_deadline": self.date_deadline,
            "outcome": outcome,
            "note": note or False,
        }

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

    def _observe_release(self, team):
        """Record what would have happened, once for each deadline."""
        run = self._record_lines(team, "observe", self._prepare_observed_lines(team))
        for deadline, rows in self.grouped(
            lambda row: row.date_deadline or row.date_start
        ).items():
            # sudo: the ledger is written by its own methods only
            rows.sudo().write({"date_observed": deadline})
        return run

    def _prepare_observed_lines(self, team):
        assignments = self._assign_successors(team)
        return [
            row._prepare_release_line(
                "observed",
                new_user=assignments[row],
                note=row._get_release_note(),
            )
            for row in self
        ]

    def _get_release_reason(self):
        return "owner_archived" if self.has_owner_left else "expired"

    def _get_release_note(self):
        return self.env._("The owner has left.") if self.has_owner_left else False

    def _excuse_absent(self):
        """What is lost while its owner is away is not counted against the owner."""
        now = self.env.cr.now()
        due = self.filtered("date_deadline")
        if not due:
            return
        absences = due.user_id._get_absences(min(due.mapped("date_deadline")), now)
        excused = due.filtered(
            lambda row: any(
                start <= now and end >= row.date_deadline
                for start, end in absences.get(row.user_id, ())
            )
        )
        if excused:
            # sudo: the ledger is written by its own methods only
            excused.sudo().write({"is_excused": True})

    def _is_going_to_rest(self):
        """Tell whether too many owners in a row have let this customer go."""
        limit = self.team_id.process_carousel_limit
        lapses = self.lapse_count + self._is_lapse(self._get_release_reason())
        return bool(limit) and lapses >= limit

    def _release_team(self, team, ceiling=True):
        """Release due customers of one team.

        :param bool ceiling: hold what is above the team's share of one night until
            the next one; without it the run stands alone, as a decision of the leader
        :return: sales.process.release.run
        """
        held = self.browse()
        if ceiling:
            room = team._get_release_room()
            held = self[room:] if room is not None else held
        newly_held = held.filtered(lambda row: not row.is_held)
        if held:
            # sudo: the ledger is written by its own methods only
            held.sudo().write(
                {"is_held": True, "date_held_until": team._get_effective_date()}
            )
        released = self - held
        released._excuse_absent()
        assignments = released._assign_successors(team)
        # what the lines say of the old period is read before it ends
        prepared = {
            row: row._prepare_release_line("pool", note=row._get_release_note())
            for row in released
        }
        by_reason = defaultdict(dict)
        waiting = set()
        for row, user in assignments.items():
            target = team
            if not user:
                rests = row.is_frozen or row._is_going_to_rest()
                if team.process_release_to == "duty" and not rests:
                    waiting.add(row)
                else:
                    target = team.process_pool_team_id or team
            by_reason[row._get_release_reason(), target][row] = user
        successors = {}
        for (reason, target), rows in by_reason.items():
            successors |= self._hand_over(rows, "release", reason, team=target)
        for row, successor in successors.items():
            outcome = "handed_over" if successor.user_id else "pool"
            if row in waiting:
                outcome = "waiting"
            prepared[row] |= {
                "successor_id": successor.id,
                "new_user_id": successor.user_id.id,
                "outcome": outcome,
            }
        waiting_rows = self.browse().union(
            *(new for old, new in successors.items() if old in waiting)
        )
        if waiting_rows:
            # sudo: the ledger is written by its own methods only
            waiting_rows.sudo().write({"awaits_duty": True})
        return self._record_lines(
            team,
            "enforce",
            [row._prepare_release_line("held") for row in newly_held]
            + [prepared[row] for row in successors],
            state="held" if newly_held else "done",
            alone=not ceiling,
        )

    # ------------------------------------------------------------
    # WHO RECEIVES
    # ------------------------------------------------------------

    def _assign_successors(self, team):
        """Who receives each customer of the team; nobody means the pool.

        :return: ``{ownership: res.users or empty recordset}``
        """
        assignments = dict.fromkeys(self, self.env["res.users"])
        if team.process_release_to == "duty":
            going = self.filtered(
                lambda row: not row.is_frozen and not row._is_going_to_rest()
            )
            assignments |= going._spread(team)
        return assignments

    def _spread(self, team):
        """Spread customers over the people on duty, see ``_get_receivers`` of teams.

        :return: ``{ownership: res.users or empty recordset}``
        """
        return dict(zip(self, team._get_receivers(list(self)), strict=True))

    def _get_barred_users(self):
        """Who may not receive these customers yet, and from when they may.

        Whoever let the customer go rests for as long as the team from which it was
        taken says, whosever pool it lies in now; an open period counts as let go, it
        is about to be released. Nor does a customer that arrives again come to whoever
        goes on with a clock that has run out: it would be released at once.

        :return: ``{ownership: {user id: naive UTC datetime}}``
        """
        roots = list({(row.root_id or row).id for row in self})
        if not roots:
            return {}
        # sudo: who let a customer go decides, also for who may not read that
        past = self.sudo().search_fetch(
            [
                "|",
                ("root_id", "in", roots),
                ("id", "in", roots),
                ("state", "=", "ended"),
                ("user_id", "!=", False),
            ],
            ["root_id", "user_id", "team_id", "date_end", "end_reason", "is_excused"],
        )
        chains = past.grouped(lambda row: (row.root_id or row).id)
        now = self.env.cr.now()
        barred = {}
        for row in self:
            times = barred[row] = {}
            days = timedelta(days=row.team_id.process_cooldown_days)
            if row.state == "open" and days and not row.is_excused:
                times[row.user_id.id] = now + days
            for period in chains.get((row.root_id or row).id, ()):
                until = period._get_barred_until(
                    row.state == "ended" or row._is_arrival()
                )
                if until > times.get(period.user_id.id, now):
                    times[period.user_id.id] = until
        return barred

    def _get_barred_until(self, is_arriving):
        """Until when whoever had this period does not receive the customer again.

        :param bool is_arriving: whether the customer comes anew, with its old clock
        :return: naive UTC datetime, in the past where nothing bars
        """
        self.ensure_one()
        until = self.date_end
        if self._is_lapse(self.end_reason):
            until += timedelta(days=self.team_id.process_cooldown_days)
        if (
            is_arriving
            and self._is_clock_remembered()
            and self.date_clock_limit < self.env.cr.now()
        ):
            until = max(until, self.date_end + self.team_id._get_clock_memory())
        return until

    # ------------------------------------------------------------
    # WAITING AND SERVED
    # ------------------------------------------------------------

    def _process_waiting(self):
        """Hand out customers that waited in the pool for the next shift."""
        for team, rows in self.grouped("team_id").items():
            assignments = {
                row: user for row, user in rows._spread(team).items() if user
            }
            if not assignments:
                continue
            successors = rows._hand_over(assignments, "release", "transferred")
            self._record_lines(
                team,
                "enforce",
                [
                    old._prepare_release_line("assigned", new)
                    for old, new in successors.items()
                ],
            )

    def _process_served(self):
        """Customers whose time after the last order is over are free."""
        self.filtered(lambda row: row._is_served_time_over())._end("paid")

    def _is_served_time_over(self):
        self.ensure_one()
        zone = self.team_id._get_process_timezone(self.user_id)
        return self.date_served_until < deadline_tools.local_date(
            self.env.cr.now(), zone
        )
