# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a change of a team's rules does, and what holds a release back."""

import logging
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError

from ..exceptions import MAX_RETRIES, RETRY_ERRORS, repeat_lost_races
from ..tools.transaction import scheduled
from .crm_team_change import (
    BATCH_SIZE,
    ReleaseBrake,
    TeamChange,
    TeamDeadlines,
)
from .sales_process_retry import work_on_each

_logger = logging.getLogger(__name__)

# A run that comes so much later than the one before first shows what it would do.
PAUSE = timedelta(hours=24)
MARK_EVERY = timedelta(hours=1)


class SalesProcessTeamRules(models.AbstractModel):
    """Entries to ``TeamChange``, ``TeamDeadlines`` and ``ReleaseBrake``.

    Teams inherit them. Nobody loses a customer in the minute in which a rule changes.
    """

    _name = "sales.process.team.rules"
    _description = "Rules of a Team"

    def _plan_deadlines(self, extended=True):
        """Let the deadlines of the teams' customers move the next day.

        :param bool extended: whether deadlines may move later
        """
        TeamDeadlines(self).plan(extended)

    @api.model
    def _plan_for_calendars(self, calendars):
        """A calendar has changed: deadlines of the teams that work by it move.

        :param calendars: resource.calendar; None: any of them
        """
        if calendars is not None and not calendars:
            return
        # sudo: whoever plans holidays may not read the teams
        teams = self.sudo().search(
            [
                ("process_followup_working_days", "=", True),
                ("process_mode", "in", ("observe", "enforce")),
            ]
        )
        teams.filtered(
            lambda team: calendars is None or team._get_working_calendar() in calendars
        )._plan_deadlines()

    def _plan_working_days(self):
        """Let the deadlines move of teams that count working days."""
        self.filtered("process_followup_working_days")._plan_deadlines()

    def _plan_change(self, values):
        """Plan a change of the rules for the next day.

        :param dict values: as for :meth:`write`
        :raise AccessError: for who may not write the team
        """
        self.ensure_one()
        TeamChange(self, values).plan()

    def _preview_change(self, values):
        """What a change of the rules does to the customers of the team.

        :param dict values: as for :meth:`write`
        :return: dict, see :meth:`TeamChange.preview`
        """
        self.ensure_one()
        return TeamChange(self, values).preview()

    @api.model
    def _trigger_changes(self, moment):
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_team_changes", raise_if_not_found=False
        )
        if cron:
            # sudo: whoever sets the rules may not touch scheduled actions
            cron.sudo()._trigger(at=moment)

    @api.model
    @scheduled
    def _cron_apply_changes(self):
        """Let planned changes take effect and move deadlines, in batches.

        A team or a customer that fails never stops the others.
        """
        now = self.env.cr.now()
        Team = self.with_context(active_test=False)
        Failure = self.env["sales.process.failure"]
        retry = Failure._get_retry_domain(self._name)
        planned = Team.search([("process_change_date", "<=", now), *retry])

        def work():
            Failure._work_on_each(
                planned,
                type(self)._process_changes,
                lambda team: (team, team._get_leaders()),
            )

        if not repeat_lost_races(self.env, work):
            _logger.info("Changes of teams %s are left to the next run", planned.ids)
        domain = [("process_deadlines_date", "<=", now), *retry]
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=Team.search_count(domain))
        lost_races = 0
        while team := Team.search(domain, order="id", limit=1):
            try:
                count = team._process_deadlines()
                self.env.flush_all()
            except RETRY_ERRORS:
                # Somebody followed up at the same instant.
                self.env.cr.rollback()
                lost_races += 1
                if lost_races >= MAX_RETRIES:
                    break
                continue
            if not commit(int(not count)):
                break

    def _process_changes(self):
        """Write what was planned; the deadlines follow at once."""
        for team in self:
            TeamChange(team).apply()

    def _get_possible_change(self):
        """What was planned, without records that have been deleted since.

        :return: dict as for :meth:`write`
        """
        return TeamChange(self).get_possible()

    def _process_deadlines(self, limit=BATCH_SIZE):
        """Move the deadlines of the next customers of the team.

        :return: int, how many were looked at; 0 when the team is done
        """
        self.ensure_one()
        return TeamDeadlines(self).move(limit)

    def _brake_release(self):
        """Nobody loses a customer before the next day, in the leader's time zone."""
        for team in self:
            moment = team._get_effective_date()
            # sudo: when the release begins follows from the switch
            team.sudo().write({"process_date_release_from": moment})

    @api.model
    def _check_release_pause(self):
        """A scheduled action that was down for long first shows what it would do.

        The leaders are told who would lose what; it happens the next day.
        """
        since = self.env.cr.now() - PAUSE
        paused = self.search(
            [
                ("process_mode", "=", "enforce"),
                ("process_date_last_release", "<", since),
            ]
        )
        paused._brake_release()
        work_on_each(
            self.env,
            paused,
            lambda teams: [team._make_release_preview() for team in teams],
            # nothing is taken from anybody before the next day, with or without it
            lambda team, error: None,
        )

    @api.model
    def _mark_release_run(self):
        """Remember that the release has run, for :meth:`_check_release_pause`.

        Once an hour is enough, so that people who change a team are not disturbed.
        """
        now = self.env.cr.now()
        teams = self.search(
            [
                ("process_mode", "=", "enforce"),
                "|",
                ("process_date_last_release", "=", False),
                ("process_date_last_release", "<", now - MARK_EVERY),
            ]
        )
        teams.write({"process_date_last_release": now})

    def _get_release_room(self):
        """How many customers may be released today before the ceiling is reached.

        :return: int, or None where there is no ceiling
        """
        self.ensure_one()
        return ReleaseBrake(self).get_room()

    def _make_release_preview(self):
        """Who would lose what when the release runs next.

        :return: sales.process.release.run with the mode ``preview``, in sudo
        """
        self.ensure_one()
        return ReleaseBrake(self).make_preview()

    # ------------------------------------------------------------
    # WHO SETS THEM
    # ------------------------------------------------------------

    def _check_may_place(self, names):
        """The tree of the teams is the sales administrators'; a leader moves no team.

        Whoever stands above reads a team and decides in it.

        :param names: names of the fields that are written
        :raise AccessError: one sentence
        """
        if "process_parent_id" not in names or self._is_sales_administrator():
            return
        raise AccessError(
            self.env._(
                "Which region a team belongs to is decided by a sales administrator: "
                "ask one."
            )
        )

    def _check_may_start(self):
        """Whoever makes a team and its leader at once does not start its process.

        :raise AccessError: one sentence
        """
        if not self._is_sales_administrator():
            raise AccessError(
                self.env._(
                    "The sales process of a new team is started by a sales "
                    "administrator: create the team with the process off, and ask one."
                )
            )

    def _check_may_set_rules(self, names):
        """The process of a team is its leader's and the sales administrators'.

        Whoever may write sales teams for another reason - the website, the till, an
        application under sudo - does not switch it or change its rules.

        :param names: names of the fields that are written
        :raise AccessError: one sentence
        """
        if self._is_sales_administrator():
            return
        if not any(self._is_process_rule(name) for name in names):
            return
        for team in self:
            if not team._is_leader(self.env.user):
                # sudo: the name in a refusal
                raise AccessError(
                    self.env._(
                        "Only the leader of %(team)s or a sales administrator changes "
                        "the rules of its sales process.",
                        team=team.sudo().name,
                    )
                )

    @api.model
    def _is_sales_administrator(self):
        return self.env.user.has_group("sales_team.group_sale_manager")

    @api.model
    def _is_process_rule(self, name):
        """Tell whether a field is a rule of the process that people set.

        :return: bool
        """
        field = self._fields.get(name)
        return (
            field is not None
            and not field.readonly
            and bool(field._modules)
            and all(part.startswith("sales_process_mgmt") for part in field._modules)
        )
