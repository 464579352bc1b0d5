# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a team asks of its members, who leads it, and the entries to its services.

Days and zones (``sales.process.team.days``), who leads (``sales.process.team.line``),
who sets rules and what a change does (``sales.process.team.rules``), who receives
(``sales.process.team.reception``) and what the card shows (``sales.process.team.card``)
are inherited.
"""

from odoo import api, fields, models, tools
from odoo.api import NewId
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import orm
from ..tools.transaction import forget_kept, has_changed_kept
from .crm_team_change import TIMER_FIELDS

ACTIVE_MODES = ("observe", "enforce")
# Who leads a team, and from above.
LEADING_FIELDS = frozenset(("active", "process_parent_id", "user_id"))
# What record rules know of teams, and which one is the first, kept in memory.
CACHED_FIELDS = {
    "active",
    "company_id",
    "process_mode",
    "process_parent_id",
    "process_pool_team_id",
    "sequence",
    "user_id",
}
# Who is in the process, and signs in at its home
HOME_FIELDS = {"active", "process_mode", "process_parent_id", "user_id"}
# The rules that every contact asks for, see _fetch_field
EVERYDAY = "process_everyday"


class CrmTeam(models.Model):
    """What a team asks of its members.

    The rules that every contact asks for are kept in memory. The other rules, and what
    the process itself writes on a team, are fetched in groups of their own, only where
    they are asked for.

    Nobody loses a customer in the minute in which a number is changed: the change is
    planned, what it does is shown, and it can be taken back until it takes effect.
    """

    _name = "crm.team"
    _inherit = [
        "crm.team",
        "sales.process.guard",
        "sales.process.team.card",
        "sales.process.team.days",
        "sales.process.team.former",
        "sales.process.team.line",
        "sales.process.team.reception",
        "sales.process.team.rules",
    ]
    _parent_name = "process_parent_id"

    process_parent_id = fields.Many2one(
        "crm.team",
        string="Region",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('id', '!=', id), '|', ('company_id', '=', False), "
        "('company_id', '=', company_id)]",
        help="The team above. Its leader reads everything of this team, receives the "
        "reports of its leader, and decides where this team has no leader or the "
        "leader is concerned.",
        prefetch=EVERYDAY,
    )
    process_child_ids = fields.One2many(
        "crm.team", "process_parent_id", string="Teams of the Region", readonly=True
    )
    is_process_overseen = fields.Boolean(
        string="Overseen by Me",
        compute="_compute_is_process_overseen",
        search="_search_is_process_overseen",
        export_string_translation=False,
        help="Teams that the reader leads, and all that lie below them.",
    )
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
        prefetch=EVERYDAY,
    )
    process_followup_days = fields.Integer(
        string="Follow-Up Period (Days)",
        default=7,
        tracking=True,
        help="A customer without contact for more than so many days is released. The "
        "last moment is the end of the last day in the owner's time zone.",
        prefetch=EVERYDAY,
    )
    process_followup_working_days = fields.Boolean(
        string="Count Working Days Only",
        tracking=True,
        help="Days are counted in the team's working calendar instead of all days.",
        prefetch=EVERYDAY,
    )
    process_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Calendar",
        check_company=True,
        help="Working hours and public holidays of the team. Empty: the company's.",
        prefetch="process_rules",
    )
    process_followup_reminder_first_days = fields.Integer(
        string="First Warning (Days Before)",
        default=2,
        help="So many days before the deadline the owner is warned. 0: no warning.",
        prefetch=EVERYDAY,
    )
    process_followup_reminder_second_days = fields.Integer(
        string="Second Warning (Days Before)",
        default=1,
        help="So many days before the deadline the owner and the team leader are "
        "warned. 0: no warning.",
        prefetch="process_rules",
    )
    process_followup_extension_days = fields.Integer(
        string="Agreed Date at Most (Days Beyond)",
        default=30,
        help="How far an agreed next contact may move the deadline beyond the normal "
        "one. More needs the team leader.",
        prefetch="process_rules",
    )
    process_followup_extension_times = fields.Integer(
        string="Agreed Dates in a Row",
        default=2,
        help="How many times in a row an agreed date may move the deadline. More "
        "needs the team leader.",
        prefetch="process_rules",
    )
    process_followup_rank_min = fields.Selection(
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
        prefetch=EVERYDAY,
    )
    process_followup_call_needs = fields.Selection(
        [("words", "What was discussed"), ("duration", "Also how long it took")],
        string="A Call Needs",
        default="words",
        required=True,
        help="A call that lacks it does not count as contact.",
        prefetch=EVERYDAY,
    )
    process_followup_visit_needs = fields.Selection(
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
    process_followup_day_limit = fields.Integer(
        string="Contacts per Person and Day",
        default=200,
        help="Calls, visits and other contacts by hand beyond this number do not "
        "count: nobody does more in a day. 0: no limit.",
        prefetch=EVERYDAY,
    )
    process_followup_min_length = fields.Integer(
        string="Shortest Subject (Characters)",
        default=2,
        help="A follow-up with a shorter subject does not count as contact.",
        prefetch=EVERYDAY,
    )
    process_followup_refuse_repeated = fields.Boolean(
        string="Repeated Text Does Not Count",
        default=True,
        help="The same text as in an earlier follow-up of the same person, or nearly "
        "the same, does not count as contact.",
        prefetch=EVERYDAY,
    )
    process_followup_backdate_days = fields.Integer(
        string="Late Entry (Days)",
        default=3,
        help="How many days after the contact a follow-up may still be entered.",
        prefetch="process_rules",
    )
    process_hold_days_max = fields.Integer(
        string="Maximum Holding Time (Days)",
        help="After so many days the customer is released however often it was "
        "contacted. 0: no such limit.",
        prefetch=EVERYDAY,
    )
    process_cooldown_days = fields.Integer(
        string="Cool-Down (Days)",
        default=7,
        help="Whoever lost or gave up a customer cannot take it again for so many "
        "days.",
        prefetch="process_rules",
    )
    process_absence_days_own = fields.Integer(
        string="Absence Entered Alone (Days)",
        default=3,
        help="How many days of absence within 30 days somebody may enter alone. More "
        "needs the team leader.",
        prefetch="process_rules",
    )
    process_absence_days_max = fields.Integer(
        string="Absence That Stops the Timer (Days)",
        default=14,
        help="So many days of absence at most do not count for the follow-up period.",
        prefetch="process_rules",
    )
    process_served_policy = fields.Selection(
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
    process_served_days = fields.Integer(
        string="Days After the Last Order",
        default=365,
        help="How long a customer that has paid keeps its owner.",
        prefetch="process_rules",
    )
    process_revisit_days = fields.Integer(
        string="Revisit Every (Days)",
        help="How often a served customer is visited whose grade says nothing of it. "
        "0: such customers are not.",
        prefetch="process_revisit",
    )
    process_revisit_window = fields.Integer(
        string="Revisit Within (Days)",
        default=7,
        help="So many days after its day a revisit is overdue.",
        prefetch="process_revisit",
    )
    process_revisit_daily = fields.Integer(
        string="Revisits a Day",
        default=5,
        help="So many revisits at most are handed out to one person a day; the others "
        "follow on the next days. 0: all at once.",
        prefetch="process_revisit",
    )
    process_revisit_channel = fields.Selection(
        [
            ("any", "Any contact that counts"),
            ("spoken", "Calls, visits and meetings"),
            ("visit", "Visits and meetings"),
        ],
        string="What Is a Revisit",
        default="any",
        required=True,
        help="The next revisit is counted from the last of these contacts.",
        prefetch="process_revisit",
    )
    process_revisit_deputy = fields.Boolean(
        string="Deputy Visits",
        help="Revisits of somebody who is away go to the deputy. Otherwise they wait.",
        prefetch="process_revisit",
    )
    process_customer_limit = fields.Integer(
        string="Open Customers per Person",
        help="How many open customers one person may hold. 0: no limit.",
        prefetch=EVERYDAY,
    )
    process_release_to = fields.Selection(
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
    process_pool_team_id = fields.Many2one(
        "crm.team",
        string="Pool",
        index="btree_not_null",
        check_company=True,
        help="The team whose pool receives released customers. Empty: this team.",
        prefetch="process_rules",
    )
    process_pool_take_limit = fields.Integer(
        string="Takes per Day",
        default=5,
        help="How many customers one person may take from the pool in a day. 0: no "
        "limit.",
        prefetch="process_rules",
    )
    process_pool_view_limit = fields.Integer(
        string="Pool Customers Opened per Day",
        default=50,
        help="How many customers of the pool one person may open in a day. 0: no "
        "limit.",
        prefetch="process_rules",
    )
    process_carousel_limit = fields.Integer(
        string="Owners Before Rest",
        default=3,
        help="A customer that so many owners in a row let go rests in the pool as "
        "dormant. 0: never.",
        prefetch="process_rules",
    )
    process_release_ceiling_percent = fields.Integer(
        string="Release Ceiling (%)",
        default=10,
        help="At most this share of the team's open customers is released in one "
        "run. The rest waits for the team leader. 0: no ceiling.",
        prefetch="process_rules",
    )
    process_claim_back_days = fields.Integer(
        string="Claim Back (Days)",
        default=2,
        help="A customer that was received by a colleague without being recognised "
        "goes back to its owner if the owner claims it within so many days.",
        prefetch="process_rules",
    )
    process_notice = fields.Selection(
        [("now", "At once"), ("daily", "In one message a day")],
        string="What Only Informs",
        default="daily",
        required=True,
        help="When people are told what only informs them; each may choose otherwise "
        "in their own preferences. What needs an answer is told at once.",
        prefetch="process_notice",
    )
    process_notice_hour = fields.Float(
        string="Message of the Day",
        default=8.0,
        aggregator=None,
        help="At what time, in the zone of whoever reads.",
        prefetch="process_notice",
    )
    process_quiet_from = fields.Float(
        string="Quiet From",
        default=21.0,
        aggregator=None,
        help="From then on nobody is told anything, in the zone of whoever reads. The "
        "same time as the end: there are no quiet hours.",
        prefetch="process_notice",
    )
    process_quiet_to = fields.Float(
        string="Quiet To",
        default=8.0,
        aggregator=None,
        help="What came in the quiet hours is told then.",
        prefetch="process_notice",
    )
    process_followup_rule_ids = fields.One2many(
        "sales.process.followup.rule",
        "team_id",
        string="Period by Grade and Product Line",
    )
    process_pool_source_ids = fields.One2many(
        "crm.team",
        "process_pool_team_id",
        string="Teams That Share the Pool",
        help="Their customers come to the pool of this team, and their members take "
        "from it.",
    )
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
    process_deadlines_date = fields.Datetime(
        string="Deadlines Move",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="From this moment a scheduled action moves the deadlines of the team's "
        "customers in batches, because the rules have changed.",
        prefetch="process_work",
    )
    process_are_deadlines_extended = fields.Boolean(
        string="Deadlines May Be Extended",
        copy=False,
        readonly=True,
        export_string_translation=False,
        help="Whether the deadlines that move may move later: not for another zone of "
        "a person.",
        prefetch="process_work",
    )
    process_deadlines_last_id = fields.Integer(
        string="Last Deadline Moved",
        copy=False,
        readonly=True,
        export_string_translation=False,
        help="The ownership up to which the deadlines have been moved.",
        prefetch="process_work",
    )
    process_date_release_from = fields.Datetime(
        string="Releases Again From",
        readonly=True,
        copy=False,
        help="After a change of the rules nobody loses a customer before the next "
        "day. Until then the preview shows who would lose what.",
        prefetch="process_work",
    )
    process_date_last_release = fields.Datetime(
        string="Last Release Run",
        readonly=True,
        copy=False,
        prefetch="process_work",
    )
    process_open_count = fields.Integer(
        string="Open Customers",
        compute="_compute_process_counts",
        help="Customers of the team that have an owner and are pursued.",
    )
    process_overdue_count = fields.Integer(
        string="Overdue Customers",
        compute="_compute_process_counts",
        help="Customers of the team whose deadline has passed.",
    )
    process_pool_count = fields.Integer(
        string="Customers in the Pool",
        compute="_compute_process_counts",
    )
    process_conflict_count = fields.Integer(
        string="Open Conflicts",
        compute="_compute_process_counts",
        help="Conflicts of the team that wait for a decision.",
    )
    process_facts_visible = fields.Boolean(
        compute="_compute_process_facts_visible",
        help="Whether you may see customers of the team, so that a zero is a zero.",
    )
    process_duty_user_ids = fields.Many2many(
        "res.users",
        string="On Duty",
        compute="_compute_duty",
        help="Who receives the next customers now, in this order.",
    )
    process_duty_summary = fields.Char(
        string="Duty Summary",
        compute="_compute_duty",
        help="Until when these people are on duty, or when the next shift starts.",
    )
    process_my_duty_availability = fields.Char(
        string="My Duty Availability",
        compute="_compute_duty",
        help="Available, busy or away, while you have a shift in this team.",
    )
    process_can_plan_duty = fields.Boolean(
        string="Can Plan Duty",
        compute="_compute_can_plan_duty",
        help="Whether you decide about the roster of this team.",
    )

    _check_followup_days = models.Constraint(
        "CHECK(process_followup_days BETWEEN 1 AND 3650)",
        "The follow-up period lies between 1 and 3,650 days.",
    )
    _check_process_numbers = models.Constraint(
        "CHECK(process_followup_reminder_first_days BETWEEN 0 AND 3650"
        " AND process_followup_reminder_second_days BETWEEN 0 AND 3650"
        " AND process_followup_extension_days BETWEEN 0 AND 3650"
        " AND process_followup_extension_times BETWEEN 0 AND 1000"
        " AND process_followup_min_length BETWEEN 0 AND 1000"
        " AND process_followup_day_limit BETWEEN 0 AND 100000"
        " AND process_followup_backdate_days BETWEEN 0 AND 3650"
        " AND process_hold_days_max BETWEEN 0 AND 3650"
        " AND process_cooldown_days BETWEEN 0 AND 3650"
        " AND process_absence_days_own BETWEEN 0 AND 3650"
        " AND process_absence_days_max BETWEEN 0 AND 3650"
        " AND process_served_days BETWEEN 0 AND 36500"
        " AND process_revisit_days BETWEEN 0 AND 3650"
        " AND process_revisit_window BETWEEN 0 AND 3650"
        " AND process_revisit_daily BETWEEN 0 AND 1000"
        " AND process_claim_back_days BETWEEN 0 AND 3650)",
        "A number of days in the sales process lies between 0 and 3,650.",
    )
    _check_process_hours = models.Constraint(
        "CHECK(process_notice_hour >= 0 AND process_notice_hour < 24"
        " AND process_quiet_from >= 0 AND process_quiet_from < 24"
        " AND process_quiet_to >= 0 AND process_quiet_to < 24)",
        "The hours of notices lie between 0:00 and 23:59.",
    )
    _check_process_parent_other = models.Constraint(
        "CHECK(process_parent_id != id)", "A team cannot lie below itself."
    )
    _check_process_limits = models.Constraint(
        "CHECK(process_customer_limit >= 0 AND process_pool_take_limit >= 0"
        " AND process_pool_view_limit >= 0 AND process_carousel_limit >= 0"
        " AND process_release_ceiling_percent BETWEEN 0 AND 100)",
        "A limit of the sales process cannot be negative, and the release ceiling is "
        "at most 100 %.",
    )

    @api.depends_context("uid")
    @api.depends("user_id", "process_parent_id")
    def _compute_is_process_overseen(self):
        overseen = self.env.user.process_overseen_team_ids
        for team in self:
            team.is_process_overseen = team._origin in overseen

    def _search_is_process_overseen(self, operator, value):
        """The one meaning of "teams I lead" in all filters."""
        if operator != "in":
            return NotImplemented
        mine = Domain("id", "in", self.env.user.process_overseen_team_ids.ids)
        return Domain.OR(mine if wanted else ~mine for wanted in value)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._rename_former(vals) for vals in vals_list]
        teams = super().create(vals_list)
        starting = teams.filtered(lambda team: team.process_mode in ACTIVE_MODES)
        if starting:
            starting._check_may_start()
        if teams.process_parent_id:
            teams._check_may_place({"process_parent_id"})
        self._clear_process_cache()
        if starting:
            starting._take_over()
            starting._get_people()._settle_process_home()
        return teams

    @api.constrains("company_id", "process_parent_id")
    def _check_process_parent(self):
        """Regions are a tree, and one of a company holds teams of that company only."""
        # two that change the tree at once must not close a circle: whoever comes second
        # begins again
        self._lock_line()
        if self._has_cycle("process_parent_id"):
            raise ValidationError(
                self.env._("A team cannot lie below itself: choose another region.")
            )
        # sudo: the teams above and below may be those of another company
        for team in self.sudo():
            for above in (team.process_parent_id, *team.process_child_ids):
                upper, lower = (
                    (above, team) if above == team.process_parent_id else (team, above)
                )
                if upper.company_id and upper.company_id != lower.company_id:
                    raise ValidationError(
                        self.env._(
                            "%(team)s belongs to another company than the region "
                            "%(region)s: choose a region of its company, or one "
                            "without company.",
                            team=lower.name,
                            region=upper.name,
                        )
                    )

    def _lock_line(self):
        # sudo: teams above belong to others, and are locked with this one
        line, teams = self.browse(), self.sudo().process_parent_id
        while teams:
            line |= teams
            teams = teams.process_parent_id - line
        if line:
            self.env.execute_query(
                SQL(
                    "SELECT id FROM crm_team WHERE id IN %s ORDER BY id FOR UPDATE",
                    tuple(line.ids),
                )
            )

    def write(self, vals):
        vals = self._rename_former(vals)
        self._check_may_place(vals)
        self._check_may_set_rules(vals)
        mode = vals.get("process_mode")
        starting = enforcing = self.browse()
        if mode in ACTIVE_MODES:
            starting = self.filtered(lambda team: team.process_mode not in ACTIVE_MODES)
        # a planned change was shown the day before
        if mode == "enforce" and "process_change_date" not in vals:
            enforcing = self.filtered(lambda team: team.process_mode != "enforce")
        names = sorted(TIMER_FIELDS & vals.keys())
        before = {team: [team[name] for name in names] for team in self if names}
        cycled = self.browse()
        if "process_revisit_days" in vals:
            cycled = self.filtered(
                lambda team: team.process_revisit_days != vals["process_revisit_days"]
            )
        kept = CACHED_FIELDS | self._get_everyday_names()
        is_turned = not HOME_FIELDS.isdisjoint(vals)
        people = self._get_people() if is_turned else None
        try:
            result = super().write(vals)
        finally:
            # what has been refused must not stay in memory either
            if not kept.isdisjoint(vals):
                self._clear_process_cache()
        if is_turned:
            (people | self._get_people())._settle_process_home()
        if not LEADING_FIELDS.isdisjoint(vals):
            self._follow_leaders()
        self._forget_menus(vals)
        if starting:
            starting._take_over()
        moving = self.filtered(
            lambda team: names and before[team] != [team[name] for name in names]
        )
        if moving:
            moving._plan_deadlines()
        if enforcing:
            enforcing._brake_release()
        if cycled:
            cycled._follow_revisit_cycle()
        return result

    @api.model
    def _forget_menus(self, vals):
        """What a team switches on or off is in the menus that Odoo keeps of each user.

        :param dict vals: what has been written
        """
        switches = self.env["ir.ui.menu"]._get_process_switches().values()
        if any(name in vals for names, _model in switches for name in names):
            self.env.registry.clear_cache()

    def _follow_revisit_cycle(self):
        """Served customers are visited as often as their teams say now."""
        # sudo: whoever sets the rules of a team need not read every customer
        Ownership = self.env["sales.process.ownership"].sudo()
        self.env["sales.process.revisit"]._follow_cycle(
            Ownership.search(
                [
                    ("team_id", "in", self.ids),
                    ("state", "=", "open"),
                    ("phase", "=", "served"),
                ]
            )
        )

    @api.model
    def _follow_leaders(self):
        """Somebody else leads now: whoever is asked to decide is asked no more.

        An addon whose records name who is asked asks anew who is asked by now; what is
        decided keeps the name of who decided.
        """

    @api.ondelete(at_uninstall=False)
    def _unlink_except_customers(self):
        """A customer without its team would be guarded by nobody."""
        # sudo: that there are customers is all that is asked
        customers = self.env["sales.process.ownership"].sudo()
        customer = customers.search(
            [("team_id", "in", self.ids), ("state", "!=", "ended")], limit=1
        )
        if customer:
            raise UserError(
                self.env._(
                    "%(team)s still has customers: transfer them to another team "
                    "first, or archive the team.",
                    team=customer.team_id.with_env(self.env).name,
                )
            )

    def unlink(self):
        people = self._get_people()
        result = super().unlink()
        self._clear_process_cache()
        people._settle_process_home()
        return result

    def _get_people(self):
        """Who works in these teams or leads them, those above included.

        :return: res.users; none where neither these teams nor others use the process
        """
        # sudo: who is in a team does not depend on reading it
        teams = self.sudo()
        active = teams._get_active_process_ids()
        if not active and not any(team.process_mode in ACTIVE_MODES for team in teams):
            return self.env["res.users"]
        people = teams.crm_team_member_ids.user_id | teams.user_id
        for team in teams:
            people |= self.env["res.users"].union(*team._get_leader_line())
        return people.sudo(False)

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
        team_id = self._get_first_process_team_id(company.id)
        # sudo: whoever asks need not read that team
        return self.sudo().browse(
            team_id if team_id in self._get_process_modes() else ()
        )

    @api.model
    @tools.ormcache("company_id")
    def _get_first_process_team_id(self, company_id):
        """The first team of a company: asked for with every lead without team.

        :param company_id: of res.company, or False
        :return: int, False where there is none
        """
        # sudo: kept for everybody
        companies = [False, company_id] if company_id else [False]
        return self.sudo().search([("company_id", "in", companies)], limit=1).id

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

    @tools.ormcache()
    def _get_everyday_names(self):
        """The rules that every contact asks for.

        :return: frozenset of names
        """
        return frozenset(
            name for name, field in self._fields.items() if field.prefetch == EVERYDAY
        )

    @tools.ormcache("self.id")
    def _get_everyday_rules(self):
        """What every contact asks of the rules of this team.

        :return: ``{name: value in the cache}``, not to be changed; empty where there is
            no such team
        """
        names = self._get_everyday_names()
        # sudo: kept for everybody; those read along are asked for next
        self.sudo().browse(filter(None, self._prefetch_ids)).fetch(names)
        found = {name: orm.get_memory(self, name)(self.env) for name in names}
        if any(self.id not in values for values in found.values()):
            return {}
        return {name: values[self.id] for name, values in found.items()}

    def _fetch_field(self, field):
        """Rules that every contact asks for are read from memory.

        Odoo reads a field along with the row of the team in 60 calls of functions, and
        there are a dozen, of which a team that is off needs none; a query of their own
        is as dear.
        """
        if (
            field.prefetch != EVERYDAY
            or NewId in map(type, self._ids)
            or has_changed_kept(self.env)
        ):
            return super()._fetch_field(field)
        if not self.env.su:
            self.check_access("read")
        rules = [team._get_everyday_rules() for team in self]
        if not all(rules):
            return super()._fetch_field(field)
        for name in rules[0]:
            orm.fill_cache(self, name, [row[name] for row in rules])
        return None

    @api.model
    def _clear_process_cache(self):
        """Forget what is kept of modes, leaders and rules of periods."""
        self.env["res.users"].invalidate_model(
            [
                "process_led_team_ids",
                "process_overseen_team_ids",
                "process_guarded_team_ids",
                "process_pool_hidden_team_ids",
            ],
            flush=False,
        )
        forget_kept(self.env)

    def _take_over(self):
        """Existing leads of teams that begin with the process get their owner."""
        # sudo: leads of all people of the team are taken over; only counted here
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        if self and leads.search_count([("team_id", "in", self.ids)], limit=1):
            self.env["sales.process.backfill"]._start(self)

    def _get_lead_to_assign_domain(self):
        """Odoo's own assignment does not hand out customers past the roster."""
        return Domain(super()._get_lead_to_assign_domain()) & (
            Domain("process_is_pooled", "=", False)
            | Domain("team_id.process_mode", "!=", "enforce")
        )
