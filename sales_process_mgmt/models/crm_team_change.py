# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What changed rules of a team do, how they reach the deadlines, and the brakes."""

from datetime import datetime, timedelta

from odoo.exceptions import UserError

from ..tools import labels
from .sales_process_release_run import RELEASED
from .sales_process_retry import work_on_each

# A change of one of these moves the deadlines of the team's customers.
TIMER_FIELDS = {
    "process_absence_days_max",
    "process_followup_days",
    "process_followup_extension_days",
    "process_followup_working_days",
    "process_hold_days_max",
    "process_calendar_id",
}
BATCH_SIZE = 500


class TeamChange:
    """A change of the rules of one team: planned, shown, carried out the next day.

    A plan is kept as names of fields with their values. A name that is no rule of a
    team cannot be planned, and one that is none any more is not passed over.

    :param team: crm.team
    :param dict values: as for ``write``; by default what is planned
    """

    def __init__(self, team, values=None):
        self.team = team
        self.env = team.env
        self.values = (team.process_change or {}) if values is None else values

    def describe(self):
        """Say which settings change, and to what.

        :return: list of str
        """
        return [
            labels.join_pair(
                self.env,
                labels.get_label(self.team, name) if field else name,
                self._describe_value(field, value) if field else value,
            )
            for name, value in self.values.items()
            for field in [self.team._fields.get(name)]
        ]

    def _describe_value(self, field, value):
        if field.type == "selection":
            return labels.get_choices(self.team, field.name).get(value, value)
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.type == "many2one":
            return self.env[field.comodel_name].browse(value).display_name or ""
        return value

    def plan(self):
        """Keep the change until the next day, and say so in the team's chatter.

        :raise AccessError: for who may not write the team
        """
        strangers = [n for n in self.values if not self.team._is_process_rule(n)]
        if strangers:
            raise ValueError(f"No rules of a team: {strangers}")
        moment = self.team._get_effective_date()
        self.team.check_access("write")
        # sudo: what is planned, and for when, is the system's to write
        self.team.sudo().write(
            {"process_change": self.values, "process_change_date": moment}
        )
        self.team._message_log(
            body=self.env._(
                "Planned for %(moment)s: %(change)s",
                moment=self.env["ir.qweb.field.datetime"].value_to_html(moment, {}),
                change=self.team.process_change_text,
            )
        )
        self.team._trigger_changes(moment)

    def get_possible(self):
        """The values without records that have been deleted since.

        :return: dict as for ``write``
        :raise UserError: for a setting that does not exist any more
        """
        possible = {}
        for name, value in self.values.items():
            field = self.team._fields.get(name)
            if field is None:
                raise UserError(
                    self.env._(
                        "The planned change names the setting “%(name)s”, which does "
                        "not exist any more. Cancel it and plan it again.",
                        name=name,
                    )
                )
            if (
                not value
                or field.type != "many2one"
                or self.env[field.comodel_name].browse(value).exists()
            ):
                possible[name] = value
        return possible

    def apply(self):
        """Write what was planned; the deadlines follow at once."""
        values = self.team._get_possible_change()
        self.team.write(
            {**values, "process_change": False, "process_change_date": False}
        )
        if self.team.process_deadlines_date:
            self.team.process_deadlines_date = self.env.cr.now()

    def preview(self):
        """What the change does to the customers of the team.

        The rules alone do not tell who loses a customer: nobody becomes overdue before
        the end of the day on which they take effect, and no night takes more than the
        team's share. Agreed dates and absences count in both.

        :return: ``{"customers": ownerships that are pursued, "moved": those whose
            deadline moves, "due": those due by the rules when they take effect,
            "released": those that go, unless they are contacted, until the end of that
            day, "held": those that are due then and wait for later nights}``
        """
        customers = find_pursued(self.team, order="date_deadline, id")
        effective = self.team._get_effective_date()
        # sudo: only a leader or an administrator previews, see the dialog
        changed = self.team.sudo().new(self.values, origin=self.team.sudo())
        deadlines = {
            ownership: moment
            for ownership, (moment, _kind) in customers._get_deadlines(
                changed, is_unlimited=bool(TIMER_FIELDS & self.values.keys())
            ).items()
        }
        due = customers.filtered(
            lambda row: deadlines[row] and deadlines[row] < effective
        )
        for ownership in customers.filtered("date_deadline"):
            floor = ownership._get_clock_floor(effective, effective)
            if floor and deadlines[ownership]:
                deadlines[ownership] = max(deadlines[ownership], floor)
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
        # sudo: as find_pursued: all customers of the team
        nobody = self.env["sales.process.ownership"].sudo()
        if changed.process_mode != "enforce":
            return nobody, nobody
        going = sorted(
            (row for row, moment in deadlines.items() if moment and row._may_release()),
            key=lambda row: (deadlines[row], row.id),
        )
        brake = ReleaseBrake(self.team)
        count = brake.count_held()
        released, held = nobody, nobody
        for night in (effective, effective + timedelta(days=1)):
            due = [row for row in going if deadlines[row] < night]
            share = brake.get_share(count) if due else 0
            if (self.team.process_date_release_from or night) > night:
                share = 0
            released = released.union(*due[:share])
            held = nobody.union(*due[share:])
            going = [row for row in going if row not in released]
            count -= min(share, len(due))
        return released, held


class TeamDeadlines:
    """Deadlines of the customers of some teams that move, because rules have changed.

    :param teams: crm.team
    """

    def __init__(self, teams):
        self.teams = teams
        self.env = teams.env

    def plan(self, extended=True):
        """Let the deadlines move the next day.

        The one way by which changed rules reach the clocks, whatever has changed.

        :param bool extended: whether deadlines may move later
        """
        for team in self.teams:
            if team.process_mode not in ("observe", "enforce"):
                continue
            moment = team._get_effective_date()
            # sudo: a rule or a grade may be changed by who may not write the team
            team = team.sudo()
            values = {
                "process_deadlines_date": moment,
                "process_deadlines_last_id": 0,
                "process_are_deadlines_extended": extended
                or bool(
                    team.process_deadlines_date and team.process_are_deadlines_extended
                ),
            }
            if any(team[name] != value for name, value in values.items()):
                team.write(values)
                team._trigger_changes(moment)

    def move(self, limit=BATCH_SIZE):
        """Move the deadlines of the next customers of one team.

        Nobody becomes overdue by it before the end of this day.

        :return: int, how many were looked at; 0 when the team is done
        """
        team = self.teams
        ownerships = find_pursued(
            team, [("id", ">", team.process_deadlines_last_id)], order="id", limit=limit
        )
        if not ownerships:
            team.write(
                {
                    "process_deadlines_date": False,
                    "process_deadlines_last_id": 0,
                    "process_are_deadlines_extended": False,
                }
            )
            return 0
        # one that fails is counted like one that cannot be released
        work_on_each(
            self.env,
            ownerships,
            lambda part: part._lock_rows()._apply_rules(
                self.env.cr.now(), team.process_are_deadlines_extended
            ),
            lambda ownership, error: ownership._mark_failure(str(error)),
        )
        team.process_deadlines_last_id = ownerships[-1].id
        return len(ownerships)


class ReleaseBrake:
    """What holds the release of one team back: a day's grace and a share a night.

    :param team: crm.team
    """

    def __init__(self, team):
        self.team = team
        self.env = team.env

    def get_room(self):
        """How many customers may be released today before the ceiling is reached.

        :return: int, or None where there is no ceiling
        """
        if not self.team.process_release_ceiling_percent:
            return None
        day_start = self.team._get_day_start()
        # sudo: the ceiling counts what the whole team holds
        released = (
            self.env["sales.process.release.line"]
            .sudo()
            .search_count(
                [
                    ("team_id", "=", self.team.id),
                    ("run_id.date", ">=", day_start),
                    ("run_id.mode", "=", "enforce"),
                    # not what only waited in the pool for a shift
                    ("user_id", "!=", False),
                    ("outcome", "in", RELEASED),
                ]
            )
        )
        # what the same night hands on within the team was held once, not twice
        handed_on = self.count_held(
            ("origin", "=", "release"), ("date_start", ">=", day_start)
        )
        count = self.count_held() - handed_on + released
        return max(0, self.get_share(count) - released)

    def count_held(self, *domain):
        """How many open customers the whole team holds.

        :param domain: conditions on ownerships, only those that meet them
        :return: int
        """
        # sudo: the share counts what the whole team holds
        return (
            self.env["sales.process.ownership"]
            .sudo()
            .search_count(
                [("team_id", "=", self.team.id), ("state", "=", "open"), *domain]
            )
        )

    def get_share(self, count):
        """How many customers one night may take at most.

        :param int count: how many the team held when the night began
        :return: int, or ``count`` where there is no ceiling
        """
        percent = self.team.process_release_ceiling_percent
        return max(1, count * percent // 100) if percent else count

    def make_preview(self):
        """Who would lose what when the release runs next.

        :return: sales.process.release.run with the mode ``preview``, in sudo
        """
        moment = max(
            self.env.cr.now(), self.team.process_date_release_from or datetime.min
        )
        # sudo: a preview for the leader of what the system would do
        due = (
            self.env["sales.process.ownership"]
            .sudo()
            .search(
                [
                    ("team_id", "=", self.team.id),
                    ("state", "=", "open"),
                    "|",
                    ("date_deadline", "<", moment),
                    ("has_owner_left", "=", True),
                ]
            )
        )
        Release = due.env["sales.process.release"]
        lines = Release._prepare_observed_lines(due, self.team)
        return Release._record_lines(self.team, "preview", lines, alone=True)


def find_pursued(team, domain=(), **options):
    """The customers of a team whose clock runs.

    :param domain: further conditions
    :param options: as for ``search``
    :return: sales.process.ownership in sudo
    """
    # sudo: rules hold for whatever the team pursues, whoever changes them
    Ownership = team.env["sales.process.ownership"].sudo()
    return Ownership.search(
        [
            ("team_id", "=", team.id),
            ("state", "=", "open"),
            ("phase", "=", "pursuing"),
            *domain,
        ],
        **options,
    )
