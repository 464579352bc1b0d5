# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError

from ..tools import deadline as deadline_tools
from ..tools import rotation

_logger = logging.getLogger(__name__)

ACTIVE_MODES = ("observe", "enforce")


class CrmTeam(models.Model):
    """What a team asks of its members.

    Every lead reads its team, and with it the rules that every contact asks for. The
    other rules, and what the process itself writes on a team, are fetched in groups of
    their own, only where they are asked for.
    """

    _inherit = "crm.team"

    process_mode = fields.Selection(
        [
            ("off", "Off"),
            ("observe", "Observe"),
            ("enforce", "Enforce"),
        ],
        string="First-Contact Responsibility",
        default="off",
        tracking=True,
        help="Off: nothing happens. Observe: owners and timers are recorded and what "
        "would happen is shown, nothing is taken from anybody. Enforce: customers "
        "belong to their owner and are released when the timer ends.",
    )
    followup_days = fields.Integer(
        string="Follow-Up Period (Days)",
        default=7,
        tracking=True,
        help="A customer without contact for more than so many days is released. The "
        "last moment is the end of the last day in the owner's time zone.",
    )
    followup_working_days = fields.Boolean(
        string="Count Working Days Only",
        tracking=True,
        help="Days are counted in the team's working calendar instead of all days.",
    )
    process_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Calendar",
        check_company=True,
        help="Working hours and public holidays of the team. Empty: the company's.",
    )
    followup_reminder_first_days = fields.Integer(
        string="First Warning (Days Before)",
        default=2,
        help="So many days before the deadline the owner is warned. 0: no warning.",
    )
    followup_reminder_second_days = fields.Integer(
        string="Second Warning (Days Before)",
        default=1,
        help="So many days before the deadline the owner and the team leader are "
        "warned. 0: no warning.",
        prefetch="process_rules",
    )
    followup_extension_days = fields.Integer(
        string="Agreed Date at Most (Days Beyond)",
        default=30,
        help="How far an agreed next contact may move the deadline beyond the normal "
        "one. More needs the team leader.",
    )
    followup_extension_times = fields.Integer(
        string="Agreed Dates in a Row",
        default=2,
        help="How many times in a row an agreed date may move the deadline. More "
        "needs the team leader.",
        prefetch="process_rules",
    )
    followup_rank_min = fields.Selection(
        [
            ("machine", "Any, without words once a day"),
            ("stated", "Stated or proven"),
            ("proven", "Proven only"),
        ],
        string="Evidence That Resets the Timer",
        default="stated",
        required=True,
        tracking=True,
        help="Proven: a message that arrived, a meeting with the customer, a visit "
        "with position or photograph. Stated: somebody wrote what was discussed. A "
        "finished activity or meeting without a word asks for the words.",
    )
    followup_call_needs = fields.Selection(
        [("words", "What was discussed"), ("duration", "Also how long it took")],
        string="A Call Needs",
        default="words",
        required=True,
        help="A call that lacks it does not count as contact.",
    )
    followup_visit_needs = fields.Selection(
        [
            ("words", "What was discussed"),
            ("place", "Also the place"),
            ("position", "Also a position or photograph"),
        ],
        string="A Visit Needs",
        default="words",
        required=True,
        help="A visit that lacks it does not count as contact.",
        prefetch="process_rules",
    )
    followup_day_limit = fields.Integer(
        string="Contacts per Person and Day",
        default=200,
        help="Calls, visits and other contacts by hand beyond this number do not "
        "count: nobody does more in a day. 0: no limit.",
    )
    followup_min_length = fields.Integer(
        string="Shortest Subject (Characters)",
        default=2,
        help="A follow-up with a shorter subject does not count as contact.",
    )
    followup_refuse_repeated = fields.Boolean(
        string="Repeated Text Does Not Count",
        default=True,
        help="The same text as in an earlier follow-up of the same person, or nearly "
        "the same, does not count as contact.",
    )
    followup_backdate_days = fields.Integer(
        string="Late Entry (Days)",
        default=3,
        help="How many days after the contact a follow-up may still be entered.",
    )
    hold_days_max = fields.Integer(
        string="Maximum Holding Time (Days)",
        help="After so many days the customer is released however often it was "
        "contacted. 0: no such limit.",
    )
    cooldown_days = fields.Integer(
        string="Cool-Down (Days)",
        default=7,
        help="Whoever lost or gave up a customer cannot take it again for so many "
        "days.",
        prefetch="process_rules",
    )
    absence_days_own = fields.Integer(
        string="Absence Entered Alone (Days)",
        default=3,
        help="How many days of absence within 30 days somebody may enter alone. More "
        "needs the team leader.",
        prefetch="process_rules",
    )
    absence_days_max = fields.Integer(
        string="Absence That Stops the Timer (Days)",
        default=14,
        help="So many days of absence at most do not count for the follow-up period.",
        prefetch="process_rules",
    )
    served_policy = fields.Selection(
        [
            ("keep", "Keeps the owner until transferred"),
            ("limited", "Keeps the owner for some days"),
            ("end", "Is free at once"),
        ],
        string="A Customer That Has Paid",
        default="keep",
        required=True,
        help="What happens to a customer after it has signed and paid.",
        prefetch="process_rules",
    )
    served_days = fields.Integer(
        string="Days After the Last Order",
        default=365,
        help="How long a customer that has paid keeps its owner.",
        prefetch="process_rules",
    )
    customer_limit = fields.Integer(
        string="Open Customers per Person",
        help="How many open customers one person may hold. 0: no limit.",
    )
    release_to = fields.Selection(
        [
            ("duty", "To the salesperson on duty"),
            ("pool", "To the pool"),
        ],
        string="Released Customers Go",
        default="duty",
        required=True,
        help="Where a customer goes when its owner has lost it or given it up.",
        prefetch="process_rules",
    )
    pool_team_id = fields.Many2one(
        "crm.team",
        string="Pool",
        index="btree_not_null",
        check_company=True,
        help="The team whose pool receives released customers. Empty: this team.",
        prefetch="process_rules",
    )
    pool_take_limit = fields.Integer(
        string="Takes per Day",
        default=5,
        help="How many customers one person may take from the pool in a day. 0: no "
        "limit.",
        prefetch="process_rules",
    )
    pool_view_limit = fields.Integer(
        string="Pool Customers Opened per Day",
        default=50,
        help="How many customers of the pool one person may open in a day. 0: no "
        "limit.",
        prefetch="process_rules",
    )
    carousel_limit = fields.Integer(
        string="Owners Before Rest",
        default=3,
        help="A customer that so many owners in a row let go rests in the pool as "
        "dormant. 0: never.",
        prefetch="process_rules",
    )
    release_ceiling_percent = fields.Integer(
        string="Release Ceiling (%)",
        default=10,
        help="At most this share of the team's open customers is released in one "
        "run. The rest waits for the team leader. 0: no ceiling.",
        prefetch="process_rules",
    )
    claim_back_days = fields.Integer(
        string="Claim Back (Days)",
        default=2,
        help="A customer that was received by a colleague without being recognised "
        "goes back to its owner if the owner claims it within so many days.",
        prefetch="process_rules",
    )
    followup_rule_ids = fields.One2many(
        "sales.process.followup.rule",
        "team_id",
        string="Period by Grade and Product Line",
    )
    pool_source_ids = fields.One2many(
        "crm.team",
        "pool_team_id",
        string="Teams That Share the Pool",
        help="Their customers come to the pool of this team, and their members take "
        "from it.",
    )

    _check_followup_days = models.Constraint(
        "CHECK(followup_days BETWEEN 1 AND 3650)",
        "The follow-up period lies between 1 and 3,650 days.",
    )
    _check_process_numbers = models.Constraint(
        "CHECK(followup_reminder_first_days BETWEEN 0 AND 3650"
        " AND followup_reminder_second_days BETWEEN 0 AND 3650"
        " AND followup_extension_days BETWEEN 0 AND 3650"
        " AND followup_extension_times BETWEEN 0 AND 1000"
        " AND followup_min_length BETWEEN 0 AND 1000"
        " AND followup_day_limit BETWEEN 0 AND 100000"
        " AND followup_backdate_days BETWEEN 0 AND 3650"
        " AND hold_days_max BETWEEN 0 AND 3650"
        " AND cooldown_days BETWEEN 0 AND 3650"
        " AND absence_days_own BETWEEN 0 AND 3650"
        " AND absence_days_max BETWEEN 0 AND 3650"
        " AND served_days BETWEEN 0 AND 36500"
        " AND claim_back_days BETWEEN 0 AND 3650)",
        "A number of days in the sales process lies between 0 and 3,650.",
    )
    _check_process_limits = models.Constraint(
        "CHECK(customer_limit >= 0 AND pool_take_limit >= 0 AND pool_view_limit >= 0"
        " AND carousel_limit >= 0 AND release_ceiling_percent BETWEEN 0 AND 100)",
        "A limit of the sales process cannot be negative, and the release ceiling is "
        "at most 100 %.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        if any(team.process_mode in ACTIVE_MODES for team in teams):
            teams._check_may_set_rules({"process_mode"}, may_lead=False)
        starting = teams.filtered(lambda team: team.process_mode in ACTIVE_MODES)
        self._clear_process_cache()
        starting._take_over()
        return teams

    def write(self, vals):
        self._check_may_set_rules(vals)
        starting = self.browse()
        if vals.get("process_mode") in ACTIVE_MODES:
            starting = self.filtered(lambda team: team.process_mode not in ACTIVE_MODES)
        result = super().write(vals)
        # record rules name the teams that somebody leads
        if not vals.keys().isdisjoint({"pool_team_id", "process_mode", "user_id"}):
            self._clear_process_cache()
        starting._take_over()
        return result

    def _check_may_set_rules(self, names, may_lead=True):
        """The process of a team is its leader's and the sales administrators'.

        Whoever may write sales teams for another reason - the website, the till, an
        application under sudo - does not switch it or change its rules.

        :param names: names of the fields that are written
        :param bool may_lead: the leader may, too; not where somebody makes a team and
            its leader at once
        :raise AccessError: one sentence
        """
        user = self.env.user
        if user.has_group("sales_team.group_sale_manager"):
            return
        if not any(self._is_process_rule(name) for name in names):
            return
        for team in self:
            if not may_lead or not team._is_leader(user):
                raise AccessError(
                    self.env._(
                        "Only the leader of %(team)s or a sales administrator changes "
                        "the rules of its sales process.",
                        team=team.sudo().name,
                    )
                )

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

    # ------------------------------------------------------------
    # WHOSE TEAM
    # ------------------------------------------------------------

    def _get_team_of(self, user):
        """The team in which ``user`` works a customer of this team.

        :return: crm.team, this one unless the user only works in another one
        """
        self.ensure_one()
        # sudo: memberships of a colleague
        teams = user.sudo().crm_team_ids.filtered(
            lambda team: (
                team.process_mode in ACTIVE_MODES
                and team.company_id in (self.company_id, team.company_id.browse())
            )
        )
        return self if self in teams or not teams else teams[0]

    @api.model
    def _get_process_team(self, user, company):
        """Where a customer without team is judged: the salesperson's team, else the
        default team of the company.

        :param user: res.users, may be empty
        :param company: res.company, may be empty
        :return: crm.team, empty where that team does not use the process
        """
        companies = [False, *company.ids]
        # sudo: memberships of a colleague
        for team in user.sudo().crm_team_ids:
            if team.process_mode in ACTIVE_MODES and team.company_id.id in companies:
                return team
        team = self.sudo().search([("company_id", "in", companies)], limit=1)
        return team if team.process_mode in ACTIVE_MODES else team.browse()

    def unlink(self):
        result = super().unlink()
        self._clear_process_cache()
        return result

    @api.model
    @tools.ormcache()
    def _get_active_process_ids(self):
        """The teams that observe or enforce; asked for at every write of a lead.

        :return: frozenset of ids
        """
        return frozenset(self._get_process_modes())

    @api.model
    @tools.ormcache()
    def _get_process_modes(self):
        """The modes of the teams that observe or enforce.

        :return: ``{id: mode}``, not to be changed
        """
        # sudo: kept for everybody
        teams = self.sudo().with_context(active_test=False)
        active = teams.search_fetch(
            [("process_mode", "in", ACTIVE_MODES)], ["process_mode"]
        )
        return {team.id: team.process_mode for team in active}

    @api.model
    def _clear_process_cache(self):
        """Forget what is kept of modes, leaders and rules of periods.

        Now, and when others see the change: another thread of this server that reads
        between now and the commit would keep what was before. And when the change is
        taken back.
        """
        self.env["res.users"].invalidate_model(
            ["led_team_ids", "guarded_team_ids", "pool_hidden_team_ids"], flush=False
        )
        clear_cache = self.env.registry.clear_cache
        clear_cache()
        self.env.cr.postcommit.add(clear_cache)
        self.env.cr.postrollback.add(clear_cache)

    def _take_over(self):
        """Existing leads of teams that begin with the process get their owner."""
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        if self and leads.search_count([("team_id", "in", self.ids)], limit=1):
            self.env["sales.process.backfill"]._start(self)

    # ------------------------------------------------------------
    # WHO LEADS, IN WHICH ZONE, HOW MANY DAYS
    # ------------------------------------------------------------

    def _is_leader(self, user):
        """Tell whether ``user`` decides for this team.

        :return: bool, true for the team leader and for sales administrators
        """
        return bool(self.user_id and user == self.user_id) or user.has_group(
            "sales_team.group_sale_manager"
        )

    def _get_process_timezone(self, user):
        """The zone in which the days of ``user`` are counted.

        The person's zone, else the team leader's, else that of the company's
        calendar, else UTC with a warning in the log.

        :return: a pytz zone
        """
        for name in self._iterate_timezone_names(user):
            if name:
                try:
                    return pytz.timezone(name)
                except pytz.UnknownTimeZoneError:
                    continue
        _logger.warning(
            "No time zone for user %s, team %s: days are counted in UTC.",
            user.id,
            self.id,
        )
        return pytz.utc

    def _get_process_today(self, user):
        """The date on the wall where ``user`` works, by the database's clock.

        What is "today" for a person is asked here, never of the server's day.

        :return: date
        """
        zone = self._get_process_timezone(user)
        return deadline_tools.local_date(self.env.cr.now(), zone)

    def _iterate_timezone_names(self, user):
        """See :meth:`_get_process_timezone`; reads no more than is needed."""
        yield user.tz
        yield self.user_id.tz
        company = self.company_id or user.company_id or self.env.company
        yield company.resource_calendar_id.tz

    def _get_clock_memory(self):
        """For how long a clock that stopped is not forgotten.

        Whoever begins again with a customer within this time goes on with it.

        :return: timedelta
        """
        return timedelta(days=max(self.cooldown_days, self.followup_days))

    def _get_warning_span(self):
        """How long before its deadline a customer is due soon.

        :return: timedelta
        """
        return deadline_tools.warning_span(self.followup_reminder_first_days or 0)

    def _get_warning_level(self, deadline, user):
        """Which warning of a deadline is to be given by now, in the days of the owner.

        :param deadline: naive UTC datetime
        :param user: res.users, the owner
        :return: 0: none yet, 1: the first, 2: the second
        """
        self.ensure_one()
        zone = self._get_process_timezone(user)
        numbers = (
            self.followup_reminder_first_days,
            self.followup_reminder_second_days,
        )
        now = self.env.cr.now()
        levels = [
            level
            for level, (days, moment) in enumerate(
                zip(
                    numbers,
                    deadline_tools.reminder_moments(deadline, zone, numbers),
                    strict=True,
                ),
                start=1,
            )
            if days and moment <= now
        ]
        return max(levels, default=0)

    def _get_followup_days(self, grade, tags=()):
        """The follow-up period of a customer, in days.

        The first rule of the team that fits grade and product line wins, then the
        period of the grade, then that of the team.

        :param grade: sales.process.customer.grade, may be empty
        :param tags: crm.tag records of the customer's open leads
        :return: int
        """
        self.ensure_one()
        tag_ids = {tag.id for tag in tags}
        for grade_id, tag_id, days in self._get_followup_rules():
            if grade_id and grade_id != grade.id:
                continue
            if tag_id and tag_id not in tag_ids:
                continue
            return days
        return grade.followup_days or self.followup_days or 7

    @tools.ormcache("self.id")
    def _get_followup_rules(self):
        """The rules of the team in their order; asked for at every contact.

        :return: tuple of ``(grade id or False, tag id or False, days)``
        """
        return tuple(
            (rule.grade_id.id, rule.tag_id.id, rule.followup_days)
            # sudo: kept for everybody
            for rule in self.sudo().followup_rule_ids
        )

    def _has_product_line_rules(self):
        """Tell whether the period of a customer depends on the tags of its leads.

        :return: bool
        """
        return any(tag_id for _grade_id, tag_id, _days in self._get_followup_rules())

    def _get_working_calendar(self):
        """The calendar that says on which days the team works.

        :return: resource.calendar, may be empty
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        return self.process_calendar_id or company.resource_calendar_id

    def _get_working_day_checker(self):
        """A function that tells whether the team works on a day.

        Days are read year by year as they are asked for. Dated exceptions of the
        team, such as make-up working days, stand above the calendar.

        :return: ``callable(date) -> bool``, or None where all days count
        """
        self.ensure_one()
        if not self.followup_working_days:
            return None
        calendar = self._get_working_calendar()
        if not calendar:
            return None
        return self._is_working_day_factory(calendar)

    def _is_working_day_factory(self, calendar, exceptions=None, unusual=None):
        """A function that tells whether the team works on a day.

        :param calendar: resource.calendar
        :param dict exceptions: ``{date: bool}``, if they have been read already
        :param dict unusual: kept between teams of one calendar and company
        :return: ``callable(date) -> bool``
        """
        zone = pytz.timezone(calendar.tz or "UTC")
        if exceptions is None:
            exceptions = self._get_working_day_exceptions()
        if unusual is None:
            unusual = {}

        def is_working_day(day):
            if day in exceptions:
                return exceptions[day]
            if day.year not in unusual:
                first = zone.localize(datetime(day.year, 1, 1))
                last = zone.localize(
                    datetime.combine(first.replace(month=12, day=31), time.max)
                )
                unusual[day.year] = calendar._get_process_days_off(
                    first, last, self.company_id
                )
            return day not in unusual[day.year]

        return is_working_day

    def _get_working_day_exceptions(self):
        """Dated exceptions above the calendar.

        :return: ``{date: bool}``, true for a make-up working day
        """
        return {
            row.date: row.is_working
            for row in self.env["sales.process.calendar.exception"]
            .sudo()
            .search([("team_id", "in", self.ids)])
        }

    # ------------------------------------------------------------
    # WHO RECEIVES THE NEXT CUSTOMERS
    # ------------------------------------------------------------

    def _get_receivers(self, periods, kind=None):
        """Who on duty receives each of these customers: the one rule of the roster.

        Evenly, beginning with whoever was given a customer longest ago; not to the
        owner before while others are on duty, to nobody who let the customer go within
        the cool-down, not above a person's limit.

        :param list periods: for each customer the period that ends, waits or ended
            last; an empty recordset for one that nobody has had
        :param str kind: how the customers arrive, see :meth:`_get_duty_users`
        :return: list of res.users, empty where nobody may receive the customer
        """
        self.ensure_one()
        queue = self._get_duty_users(kind=kind) if periods else self.env["res.users"]
        if not queue:
            return [queue] * len(periods)
        barred = self.env["sales.process.ownership"].union(*periods)._get_barred_users()
        receivers = rotation.spread(
            queue.ids,
            {user.id: self._get_customer_room(user) for user in queue},
            [barred.get(period, ()) for period in periods],
            [
                (period.user_id or period.previous_id.user_id).id or None
                for period in periods
            ],
        )
        # the next batch of this transaction counts again
        queue.invalidate_recordset(["open_customer_count"])
        return [queue.browse(user_id and [user_id]) for user_id in receivers]

    def _get_customer_room(self, user):
        """How many more open customers ``user`` may hold.

        :return: int, or infinity where there is no limit
        """
        limit = user.customer_limit or self.customer_limit
        return limit - user.open_customer_count if limit else float("inf")

    def _tell_nobody_on_duty(self, count):
        """Tell the leader that new customers wait because nobody is on duty."""
        self.ensure_one()
        leader = self.user_id
        if leader:

            def render(env):
                name = self.with_env(env).name
                return (
                    env._("Nobody is on duty in %(team)s", team=name),
                    env._(
                        "%(count)s new customers wait in the pool of %(team)s because "
                        "nobody is on duty.",
                        count=count,
                        team=name,
                    ),
                )

            self.env["sales.process.notice"]._tell(leader, render, self)

    def _get_taking_team(self, user):
        """The team for which ``user`` takes a customer from the pool of this team.

        This team for its members and leaders; else the team of the user that shares
        the pool.

        :return: crm.team, empty for somebody who may not take
        """
        self.ensure_one()
        sharing = self.pool_source_ids.filtered(lambda row: row.process_mode != "off")
        for team in self | sharing:
            if user in team.crm_team_member_ids.user_id:
                return team
        return (self | sharing).filtered(lambda team: team._is_leader(user))[:1]

    def _get_day_start(self):
        """Midnight of today where the team works.

        In the zone of the leader, else of the company: a person who changes the own
        zone begins no new day, and has no other limits.

        :return: naive UTC datetime
        """
        zone = self._get_process_timezone(self.user_id)
        today = deadline_tools.local_date(self.env.cr.now(), zone)
        yesterday = today - timedelta(days=1)
        return deadline_tools.end_of_day_utc(yesterday, zone) + timedelta(seconds=1)
