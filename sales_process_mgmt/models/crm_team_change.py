# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models

from ..exceptions import MAX_RETRIES, RETRY_ERRORS, repeat_lost_races
from ..tools import deadline as deadline_tools
from ..tools.transaction import scheduled
from .sales_process_retry import work_on_each

_logger = logging.getLogger(__name__)

# A change of one of these moves the deadlines of the team's customers.
TIMER_FIELDS = {
    "absence_days_max",
    "followup_days",
    "followup_extension_days",
    "followup_working_days",
    "hold_days_max",
    "process_calendar_id",
}
BATCH_SIZE = 500


class CrmTeam(models.Model):
    """A change of the timer takes effect the next day and moves deadlines in batches.

    Nobody loses a customer in the minute in which a number is changed: the change is
    planned, what it does is shown, and it can be taken back until it takes effect.
    """

    _name = "crm.team"
    _inherit = ["crm.team", "sales.process.guard", "sales.process.retry"]

    process_change = fields.Json(
        string="Planned Change",
        copy=False,
        readonly=True,
        export_string_translation=False,
        help="Settings that take effect at the planned time.",
        prefetch="process_work",
    )
    process_change_date = fields.Datetime(
        string="Change Takes Effect",
        copy=False,
        readonly=True,
        help="When the planned change of the rules takes effect.",
        prefetch="process_work",
    )
    process_change_text = fields.Char(
        string="What Changes", compute="_compute_process_change_text"
    )
    deadlines_date = fields.Datetime(
        string="Deadlines Move",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="From this moment a scheduled action moves the deadlines of the team's "
        "customers in batches, because the rules have changed.",
        prefetch="process_work",
    )
    are_deadlines_extended = fields.Boolean(
        copy=False,
        readonly=True,
        export_string_translation=False,
        help="Whether the deadlines that move may move later: not for another zone of "
        "a person.",
        prefetch="process_work",
    )
    deadlines_last_id = fields.Integer(
        copy=False,
        readonly=True,
        export_string_translation=False,
        help="The ownership up to which the deadlines have been moved.",
        prefetch="process_work",
    )

    @api.depends("process_change")
    def _compute_process_change_text(self):
        for team in self:
            team.process_change_text = ", ".join(
                team._describe_change(team.process_change or {})
            )

    def _describe_change(self, values):
        """Say which settings change, and to what.

        :param dict values: as for :meth:`write`
        :return: list of str
        """
        texts = []
        for name, value in values.items():
            field = self._fields[name]
            if field.type == "selection":
                value = dict(field._description_selection(self.env)).get(value, value)
            elif field.type == "boolean":
                value = self.env._("yes") if value else self.env._("no")
            elif field.type == "many2one":
                value = self.env[field.comodel_name].browse(value).display_name or ""
            texts.append(
                self.env._(
                    "%(setting)s: %(value)s",
                    setting=field._description_string(self.env),
                    value=value,
                )
            )
        return texts

    # ------------------------------------------------------------
    # PLAN
    # ------------------------------------------------------------

    def write(self, vals):
        names = sorted(TIMER_FIELDS & vals.keys())
        before = {team: [team[name] for name in names] for team in self}
        result = super().write(vals)
        if names:
            self.filtered(
                lambda team: before[team] != [team[name] for name in names]
            )._plan_deadlines()
        return result

    def _get_effective_date(self):
        """The first moment of the next day, in the zone of the team.

        :return: naive UTC datetime
        """
        self.ensure_one()
        zone = self._get_process_timezone(self.user_id or self.env.user)
        today = deadline_tools.local_date(self.env.cr.now(), zone)
        return deadline_tools.end_of_day_utc(today, zone) + timedelta(seconds=1)

    def _plan_deadlines(self, extended=True):
        """Let the deadlines of the teams' customers move the next day.

        The one way by which changed rules reach the clocks, whatever has changed.

        :param bool extended: whether deadlines may move later
        """
        teams = self.filtered(lambda team: team.process_mode in ("observe", "enforce"))
        for team in teams:
            moment = team._get_effective_date()
            # sudo: a rule or a grade may be changed by who may not write the team
            team = team.sudo()
            values = {
                "deadlines_date": moment,
                "deadlines_last_id": 0,
                "are_deadlines_extended": extended
                or bool(team.deadlines_date and team.are_deadlines_extended),
            }
            if any(team[name] != value for name, value in values.items()):
                team.write(values)
                team._trigger_changes(moment)

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
                ("followup_working_days", "=", True),
                ("process_mode", "in", ("observe", "enforce")),
            ]
        )
        teams.filtered(
            lambda team: calendars is None or team._get_working_calendar() in calendars
        )._plan_deadlines()

    def _plan_working_days(self):
        """Let the deadlines move of teams that count working days."""
        self.filtered("followup_working_days")._plan_deadlines()

    def _plan_change(self, values):
        """Plan a change of the rules for the next day.

        :param dict values: as for :meth:`write`
        """
        self.ensure_one()
        moment = self._get_effective_date()
        self.check_access("write")
        # sudo: what is planned, and for when, is the system's to write
        self.sudo().write({"process_change": values, "process_change_date": moment})
        self._message_log(
            body=self.env._(
                "Planned for %(moment)s: %(change)s",
                moment=self.env["ir.qweb.field.datetime"].value_to_html(moment, {}),
                change=self.process_change_text,
            )
        )
        self._trigger_changes(moment)

    @api.model
    def _trigger_changes(self, moment):
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_team_changes", raise_if_not_found=False
        )
        if cron:
            # sudo: whoever sets the rules may not touch scheduled actions
            cron.sudo()._trigger(at=moment)

    def action_cancel_change(self):
        """Take a planned change back before it takes effect."""
        self.check_access("write")
        # sudo: see _plan_change
        self.sudo().write({"process_change": False, "process_change_date": False})

    # ------------------------------------------------------------
    # TAKE EFFECT
    # ------------------------------------------------------------

    @api.model
    @scheduled
    def _cron_apply_changes(self):
        """Let planned changes take effect and move deadlines, in batches.

        A team or a customer that fails never stops the others.
        """
        now = self.env.cr.now()
        Team = self.with_context(active_test=False)
        retry = self._get_retry_domain()
        planned = Team.search([("process_change_date", "<=", now), *retry])

        def work():
            planned._work_on_each(type(self)._process_changes)

        if not repeat_lost_races(self.env, work):
            _logger.info("Changes of teams %s are left to the next run", planned.ids)
        domain = [("deadlines_date", "<=", now), *retry]
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
            values = team._get_possible_change()
            team.write(
                {**values, "process_change": False, "process_change_date": False}
            )
            if team.deadlines_date:
                team.deadlines_date = team.env.cr.now()

    def _get_work_failure_users(self):
        return self.user_id

    def _get_possible_change(self):
        """What was planned, without records that have been deleted since.

        :return: dict as for :meth:`write`
        """
        values = self.process_change or {}
        return {
            name: value
            for name, value in values.items()
            if not value
            or self._fields[name].type != "many2one"
            or self.env[self._fields[name].comodel_name].browse(value).exists()
        }

    def _process_deadlines(self, limit=BATCH_SIZE):
        """Move the deadlines of the next customers of the team.

        Nobody becomes overdue by it before the end of this day.

        :return: int, how many were looked at; 0 when the team is done
        """
        self.ensure_one()
        ownerships = (
            self.env["sales.process.ownership"]
            .sudo()
            .search(
                [
                    ("team_id", "=", self.id),
                    ("state", "=", "open"),
                    ("phase", "=", "pursuing"),
                    ("id", ">", self.deadlines_last_id),
                ],
                order="id",
                limit=limit,
            )
        )
        if ownerships:
            # one that fails is counted like one that cannot be released
            work_on_each(
                self.env,
                ownerships,
                lambda rows: rows._lock_rows()._apply_rules(
                    self.env.cr.now(), self.are_deadlines_extended
                ),
                lambda row, error: row._mark_failure(str(error)),
            )
            self.deadlines_last_id = ownerships[-1].id
        else:
            self.write(
                {
                    "deadlines_date": False,
                    "deadlines_last_id": 0,
                    "are_deadlines_extended": False,
                }
            )
        return len(ownerships)

    # ------------------------------------------------------------
    # PREVIEW
    # ------------------------------------------------------------

    def _preview_change(self, values):
        """What a change of the rules does to the customers of the team.

        The rules alone do not tell who loses a customer: nobody becomes overdue before
        the end of the day on which they take effect, and no night takes more than the
        team's share. Agreed dates and absences count in both.

        :param dict values: as for :meth:`write`
        :return: ``{"customers": ownerships that are pursued, "moved": those whose
            deadline moves, "due": those due by the rules when they take effect,
            "released": those that go, unless they are contacted, until the end of that
            day, "held": those that are due then and wait for later nights}``
        """
        self.ensure_one()
        customers = (
            self.env["sales.process.ownership"]
            .sudo()
            .search(
                [
                    ("team_id", "=", self.id),
                    ("state", "=", "open"),
                    ("phase", "=", "pursuing"),
                ],
                order="date_deadline, id",
            )
        )
        effective = self._get_effective_date()
        changed = self.sudo().new(values, origin=self.sudo())
        deadlines = {
            row: moment
            for row, (moment, _kind) in customers._get_deadlines(
                changed, is_unlimited=bool(TIMER_FIELDS & values.keys())
            ).items()
        }
        due = customers.filtered(
            lambda row: deadlines[row] and deadlines[row] < effective
        )
        for row in customers.filtered("date_deadline"):
            floor = row._get_clock_floor(effective, effective)
            if floor and deadlines[row]:
                deadlines[row] = max(deadlines[row], floor)
        moved = customers.filtered(
            lambda row: deadlines[row] != (row.date_deadline or False)
        )
        released, held = self._preview_nights(changed, deadlines, effective)
        return {
            "customers": customers,
            "moved": moved,
            "due": due,
            "released": released,
            "held": held,
        }

    def _preview_nights(self, changed, deadlines, effective):
        """Who goes in the night in which rules take effect and in the one after it.

        :param changed: the team with the changed rules
        :param dict deadlines: ``{ownership: naive UTC datetime or False}``
        :param effective: naive UTC datetime
        :return: tuple of the ownerships that go, and of those that are held
        """
        nobody = self.env["sales.process.ownership"].sudo()
        if changed.process_mode != "enforce":
            return nobody, nobody
        going = sorted(
            (row for row, moment in deadlines.items() if moment and row._may_release()),
            key=lambda row: (deadlines[row], row.id),
        )
        # sudo: the share counts what the whole team holds
        count = nobody.search_count([("team_id", "=", self.id), ("state", "=", "open")])
        released, held = nobody, nobody
        for night in (effective, effective + timedelta(days=1)):
            due = [row for row in going if deadlines[row] < night]
            share = self._get_night_share(count) if due else 0
            if (self.date_release_from or night) > night:
                share = 0
            released = released.union(*due[:share])
            held = nobody.union(*due[share:])
            going = [row for row in going if row not in released]
            count -= min(share, len(due))
        return released, held
