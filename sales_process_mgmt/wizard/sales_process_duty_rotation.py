# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_list

from ..tools import deadline, labels
from .sales_process_duty_rotation_plan import RosterPlan

# So few days left of a month: the roster that is missing is that of the next one.
LAST_DAYS = 7
# Longer rosters are made in several steps: absences that far ahead are not known.
MAX_DAYS = 366


class SalesProcessDutyRotation(models.TransientModel):
    """Make a roster: the team's people take turns in its working hours.

    Places that are filled already stay as they are, so that the same roster can be
    made twice, and a longer one continues a shorter one.
    """

    _name = "sales.process.duty.rotation"
    _description = "Make a Duty Roster"
    _inherit = ["sales.process.guard"]

    team_id = fields.Many2one(
        "crm.team",
        required=True,
        default=lambda self: self.env["sales.process.duty"]._default_team_id(),
        domain="[('id', 'in', led_team_ids)]",
    )
    led_team_ids = fields.Many2many("crm.team", compute="_compute_led_team_ids")
    member_ids = fields.Many2many("res.users", compute="_compute_member_ids")
    user_ids = fields.Many2many(
        "res.users",
        "sales_process_duty_rotation_user_rel",
        "rotation_id",
        "user_id",
        string="People",
        compute="_compute_user_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', member_ids)]",
        help="Who takes turns. By default all members of the team.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        compute="_compute_dates",
        store=True,
        precompute=True,
        readonly=False,
        help="First day, in the zone of the team's calendar. At first the day after "
        "the last shift on the roster.",
    )
    date_to = fields.Date(
        string="To",
        required=True,
        compute="_compute_dates",
        store=True,
        precompute=True,
        readonly=False,
        help="Last day, it belongs to the roster.",
    )
    unit = fields.Selection(
        [("shift", "Shift"), ("day", "Day"), ("week", "Week")],
        string="Change After Each",
        default="day",
        required=True,
        help="Shift: morning and afternoon are turns of their own. Day: one person "
        "from the first to the last working hour. Week: the same person every day of "
        "a week.",
    )
    kind = fields.Selection(
        selection=lambda self: list(
            labels.get_choices(self.env["sales.process.duty"], "kind").items()
        ),
        default="all",
        required=True,
        help="Which customers the people receive in these shifts.",
    )
    person_count = fields.Integer(
        string="People at a Time",
        default=1,
        required=True,
        help="How many people are on duty together.",
    )
    load_weeks = fields.Integer(
        string="Balance With the Last (Weeks)",
        default=4,
        help="Whoever had fewer shifts in the weeks before the roster comes first.",
    )
    has_hours = fields.Boolean(compute="_compute_zone")
    hours_kind = fields.Selection(
        [("calendar", "Working Hours of the Team"), ("own", "Own Hours")],
        string="Hours",
        compute="_compute_hours_kind",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Own hours: a showroom that is open at weekends or at night, whatever "
        "the calendar of the team says. Public holidays stay free in both.",
    )
    hour_from = fields.Float(string="Opens", default=9.0)
    hour_to = fields.Float(
        string="Closes",
        default=18.0,
        help="Not later than it opens: on the next day. The same hour: open around "
        "the clock.",
    )
    shift_count = fields.Integer(
        string="Shifts a Day",
        default=1,
        required=True,
        help="The opening hours are cut into so many shifts of the same length.",
    )
    mon = fields.Boolean(default=True)
    tue = fields.Boolean(default=True)
    wed = fields.Boolean(default=True)
    thu = fields.Boolean(default=True)
    fri = fields.Boolean(default=True)
    sat = fields.Boolean(default=True)
    sun = fields.Boolean(default=True)
    zone = fields.Char(
        string="Time Zone",
        compute="_compute_zone",
        help="The zone of the team's calendar. Days and hours of the roster are in it.",
    )
    is_previewed = fields.Boolean()
    line_ids = fields.One2many(
        "sales.process.duty.rotation.line", "rotation_id", string="New Shifts"
    )
    skipped_count = fields.Integer(
        string="Places Filled Already",
        help="So many places have somebody on duty already and stay as they are.",
    )
    open_count = fields.Integer(
        string="Places Without a Person",
        help="So many places stay empty because everybody is absent or on duty then.",
    )

    _check_numbers = models.Constraint(
        "CHECK(person_count BETWEEN 1 AND 100 AND load_weeks BETWEEN 0 AND 104)",
        "Between 1 and 100 people are on duty together, and at most 104 weeks are "
        "looked back at.",
    )
    _check_hours = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < 24 AND hour_to >= 0 AND hour_to <= 24"
        " AND shift_count BETWEEN 1 AND 12)",
        "The team opens and closes between 0:00 and 24:00, and a day has between 1 "
        "and 12 shifts.",
    )

    # ------------------------------------------------------------
    # DEFAULTS AND COMPUTE
    # ------------------------------------------------------------

    @api.depends("team_id")
    def _compute_dates(self):
        """The first days that are not on the roster yet, up to the end of a month."""
        last_ends = dict(
            self.env["sales.process.duty"]._read_group(
                [("team_id", "in", self.team_id.ids), ("state", "!=", "cancelled")],
                ["team_id"],
                ["date_end:max"],
            )
        )
        now = self.env.cr.now()
        for wizard in self:
            zone = wizard._get_zone() if wizard.team_id else pytz.utc
            first = deadline.local_date(now, zone)
            if last_end := last_ends.get(wizard.team_id):
                # the second at which it is over is no part of the shift
                covered = deadline.local_date(last_end - timedelta(seconds=1), zone)
                first = max(first, covered + timedelta(days=1))
            last = first + relativedelta(day=31)
            if (last - first).days < LAST_DAYS:
                last = first + relativedelta(months=1, day=31)
            wizard.date_from, wizard.date_to = first, last

    @api.depends_context("uid")
    def _compute_led_team_ids(self):
        domain = [("company_id", "in", [False, *self.env.companies.ids])]
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            domain.append(("id", "in", self.env.user.process_led_team_ids.ids))
        self.led_team_ids = self.env["crm.team"].search(domain)

    @api.depends("team_id")
    def _compute_member_ids(self):
        for wizard in self:
            wizard.member_ids = wizard.team_id._get_roster_users()

    @api.depends("team_id")
    def _compute_user_ids(self):
        for wizard in self:
            wizard.user_ids = wizard.team_id.member_ids.filtered("active")

    @api.depends("team_id")
    def _compute_hours_kind(self):
        for wizard in self:
            wizard.hours_kind = (
                "calendar"
                if wizard.team_id and wizard.team_id._get_working_hours_getter()
                else "own"
            )

    @api.depends("team_id")
    def _compute_zone(self):
        for wizard in self:
            team = wizard.team_id
            wizard.zone = wizard._get_zone().zone if team else False
            wizard.has_hours = bool(team and team._get_working_hours_getter())

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def _get_dialog_action(self):
        """This dialog again, with its name in the reader's language.

        :return: dict, a window action
        """
        return self._get_records_action(
            target="new", name=self.env._("Make a Duty Roster")
        )

    def action_preview(self):
        """Show the shifts before they are created.

        :return: dict, the window action of this wizard
        """
        self._check_input()
        plan = RosterPlan(self)
        filled = plan.get_filled()
        slots = plan.get_slots()
        turns = plan.get_turns(slots, filled)
        needed = len(slots) * self.person_count
        filled_count = plan.count_filled(slots, filled)
        self.write(
            {
                "is_previewed": True,
                "line_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "user_id": user_id,
                                "date_start": slot.start,
                                "date_end": slot.end,
                            }
                        )
                        for slot, user_id in turns
                    ),
                ],
                "skipped_count": filled_count,
                "open_count": needed - len(turns) - filled_count,
            }
        )
        return self._get_dialog_action()

    def action_back(self):
        """Go back to the settings of the roster.

        :return: dict, the window action of this wizard
        """
        self.ensure_one()
        self.write({"is_previewed": False, "line_ids": [Command.clear()]})
        return self._get_dialog_action()

    def action_create(self):
        """Create the shifts and say how many there are and how many were left out.

        :return: dict, a notification that closes the wizard
        """
        self._check_input()
        if not self.is_previewed:
            self.action_preview()
        duties = RosterPlan(self).create_duties()
        sentences = [self.env._("Shifts created: %(count)s.", count=len(duties))]
        if self.skipped_count:
            sentences.append(
                self.env._(
                    "Places that had somebody on duty already: %(count)s.",
                    count=self.skipped_count,
                )
            )
        if self.open_count:
            sentences.append(
                self.env._(
                    "Places that stay empty, as nobody is free then: %(count)s.",
                    count=self.open_count,
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if self.open_count or not duties else "success",
                "message": labels.join_sentences(self.env, sentences),
                "next": self._get_roster_action(),
            },
        }

    def _get_roster_action(self):
        """The roster of the team, at the first day of what was made.

        :return: dict, a window action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_duty_action"
        )
        # noon: it is that day in the calendar of nearly everybody
        noon = deadline.local_moment_utc(self.date_from, 12, self._get_zone())
        action["context"] = {
            "search_default_team_id": self.team_id.id,
            "search_default_not_cancelled": 1,
            "initial_date": fields.Datetime.to_string(noon),
        }
        action["target"] = "main"
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _check_input(self):
        """Refuse what makes no roster, in words."""
        self.ensure_one()
        if not self.team_id._is_leader(self.env.user):
            raise AccessError(
                self.env._(
                    "Only the leader of %(team)s or a sales administrator makes its "
                    "roster.",
                    team=self.team_id.name,
                )
            )
        if self.date_to < self.date_from:
            raise UserError(self.env._("The roster ends before it starts."))
        if (self.date_to - self.date_from).days >= MAX_DAYS:
            raise UserError(
                self.env._(
                    "A roster is made for at most %(count)s days.", count=MAX_DAYS
                )
            )
        if not self.user_ids:
            raise UserError(
                self.env._(
                    "Choose the people who take turns in %(team)s.",
                    team=self.team_id.name,
                )
            )
        strangers = self.user_ids - self.team_id._get_roster_users()
        if strangers:
            raise UserError(
                self.env._(
                    "%(people)s do not belong to %(team)s.",
                    people=format_list(self.env, strangers.mapped("name")),
                    team=self.team_id.name,
                )
            )

    def _get_zone(self):
        """The zone in which the team's working hours are meant.

        :return: a pytz zone
        """
        calendar = self.team_id._get_working_calendar()
        if calendar.tz:
            return pytz.timezone(calendar.tz)
        return self.team_id._get_process_timezone(self.team_id.user_id)


class SalesProcessDutyRotationLine(models.TransientModel):
    """One shift of the preview. The person can still be changed."""

    _name = "sales.process.duty.rotation.line"
    _description = "Shift to Create"
    _inherit = ["sales.process.guard"]
    # the preview comes back as the wizard has made it, and is checked again
    _client_fields = frozenset(["date_end", "date_start"])
    _order = "date_start, id"

    rotation_id = fields.Many2one(
        "sales.process.duty.rotation", required=True, index=True, ondelete="cascade"
    )
    member_ids = fields.Many2many(related="rotation_id.member_ids")
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        domain="[('id', 'in', member_ids)]",
    )
    date_start = fields.Datetime(string="Start", required=True, readonly=True)
    date_end = fields.Datetime(string="End", required=True, readonly=True)
