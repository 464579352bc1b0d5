# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..tools import deadline as deadline_tools
from ..tools import orm
from .crm_team import ACTIVE_MODES
from .sales_process_absence import STANDING
from .sales_process_lead_card import make_helped_domain
from .sales_process_ownership_key import (
    CONTACT_DETAILS_PER_CUSTOMER,
    DETAILS_PER_CUSTOMER,
    TYPED_KINDS,
)

ABSENCE_FIELDS = {"out_of_office_from", "out_of_office_to", "process_deputy_id"}

# Dates beyond are as good as none.
LAST_YEAR = 2199

# Whoever sits at the front desk: learns every owner's name, and owns nothing.
RECEPTION_GROUP = "sales_process_mgmt.group_sales_process_reception"


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "sales.process.own.detail"]

    _own_detail_fields = frozenset(("group_ids", "login", "partner_id", "role"))

    process_customer_limit = fields.Integer(
        string="Open Customers at Most",
        help="How many open customers this person may hold. 0 means the limit of the "
        "sales team.",
        prefetch=True,
    )
    process_open_customer_count = fields.Integer(
        string="Open Customer Count", compute="_compute_process_open_customer_count"
    )
    process_availability = fields.Selection(
        [("available", "Available"), ("busy", "Busy"), ("away", "Away")],
        string="Availability on Duty",
        default="available",
        help="Busy: receives a new customer only when nobody else on duty is free. "
        "Away: receives none.",
        prefetch="process_absence",
    )
    process_onboarding_closed = fields.Boolean(
        string="First Steps Closed",
        copy=False,
        help="The person has closed the panel of first steps.",
        prefetch="process_onboarding",
    )
    process_home_given = fields.Boolean(
        string="Home Was Chosen by the Process",
        copy=False,
        help="The person has joined a team that uses the sales process, and signed in "
        "at its home from then on. Another choice of the person is never changed back.",
        prefetch="process_onboarding",
    )
    process_deputy_id = fields.Many2one(
        "res.users",
        string="Deputy When Out of Office",
        domain="[('share', '=', False), ('id', '!=', id)]",
        help="Looks after your customers while you are out of office, and is not their "
        "owner.",
        prefetch="process_absence",
    )
    process_notice = fields.Selection(
        [
            ("now", "At once"),
            ("daily", "In one message a day"),
            ("none", "Not at all"),
        ],
        string="What Only Informs Me",
        help="When you are told what only informs you. What needs your answer is told "
        "at once, in quiet hours when these end. Empty: as your sales team says.",
        prefetch="process_absence",
    )
    process_is_on_duty = fields.Boolean(
        string="On Duty Now",
        compute="_compute_process_is_on_duty",
        search="_search_process_is_on_duty",
        help="The person has a shift right now, on any team's roster.",
    )

    # Asked for by record rules, and kept with them: see _clear_process_cache of
    # crm.team. Teams that are named need not be looked up with every lead.
    process_led_team_ids = fields.Many2many(
        "crm.team",
        string="Led Teams",
        compute="_compute_process_team_ids",
        context={"active_test": False},
        export_string_translation=False,
    )
    process_overseen_team_ids = fields.Many2many(
        "crm.team",
        string="Overseen Teams",
        compute="_compute_process_team_ids",
        context={"active_test": False},
        export_string_translation=False,
        help="The led teams and all that lie below: read, not decided about.",
    )
    process_guarded_team_ids = fields.Many2many(
        "crm.team",
        string="Teams of Others That Enforce",
        compute="_compute_process_team_ids",
        context={"active_test": False},
        export_string_translation=False,
    )

    process_pool_hidden_team_ids = fields.Many2many(
        "crm.team",
        string="Teams Whose Pool Is Hidden",
        compute="_compute_process_team_ids",
        context={"active_test": False},
        export_string_translation=False,
    )

    # Asked for by a record rule with every search of leads: kept for as long as the
    # environment is, and forgotten when helpers change (see write of the ownership).
    process_helped_ownership_ids = fields.Many2many(
        "sales.process.ownership",
        string="Helped Customers",
        compute="_compute_process_helped_ownership_ids",
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )

    # Asked for with each value of a lead that is ours: kept with the environment, too.
    is_process_shown = fields.Boolean(
        compute="_compute_is_process_shown",
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )

    _check_customer_limit = models.Constraint(
        "CHECK(process_customer_limit >= 0)",
        "The number of open customers cannot be negative.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + [
            "process_customer_limit",
            "process_is_on_duty",
            "process_open_customer_count",
            "process_availability",
            "process_deputy_id",
            "process_notice",
        ]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + [
            "process_availability",
            "process_deputy_id",
            "process_notice",
        ]

    def _has_field_access(self, field, operation):
        """What the process says of a person is not for portal users: see the guard."""
        if field.name.startswith("process_") and not (
            self.env.su or self.env.user.is_process_shown
        ):
            return False
        return super()._has_field_access(field, operation)

    def _get_process_today(self):
        """The day on which this person is, in the own zone.

        :return: date
        """
        self.ensure_one()
        zone = self.env["crm.team"]._get_process_timezone(self)
        return deadline_tools.local_date(self.env.cr.now(), zone)

    def _lock_limits(self):
        """Let these people do what is limited in one window at a time.

        The limits of a person hold for two windows at the same instant, too. A lock
        alone would let the second one in with what it saw before; an update makes it
        begin again and count the first.
        """
        self.env.cr.execute(
            """
              WITH locked AS (
                   SELECT id FROM res_users WHERE id = ANY(%s)
                 ORDER BY id FOR NO KEY UPDATE)
            UPDATE res_users SET process_customer_limit = process_customer_limit
              FROM locked WHERE res_users.id = locked.id
            """,
            (self.ids,),
        )

    def _settle_process_home(self):
        """Where people sign in: those who join the process at its home.

        Once, and where they have chosen nothing themselves; whoever is in no team with
        the process any more signs in where everybody does.
        """
        active = self.env["crm.team"]._get_active_process_ids()
        if not self or not (active or self.sudo().filtered("process_home_given")):
            return
        # while the addon is installed, teams may come before their home
        home = self.env.ref(
            "sales_process_mgmt.sales_process_home_action", raise_if_not_found=False
        )
        if not home:
            return
        # sudo: preferences and teams of colleagues
        people = self.sudo()
        inside = people.filtered(
            lambda user: (
                user.active
                and user._is_process_salesperson()
                and active
                & {*user.crm_team_ids.ids, *user.process_overseen_team_ids.ids}
            )
        )
        new = inside.filtered(lambda user: not user.process_home_given)
        new.process_home_given = True
        new.filtered(lambda user: not user.action_id).action_id = home.id
        # who has chosen something else, or nothing, is not asked after coming back
        gone = (people - inside).filtered(
            lambda user: user.process_home_given and user.action_id.id == home.id
        )
        gone.write({"action_id": False, "process_home_given": False})

    def _compute_process_team_ids(self):
        # sudo: record rules ask, on behalf of everybody; archived teams still count
        Team = self.env["crm.team"].sudo().with_context(active_test=False)
        asked = Team.search_fetch(
            [
                *("|", "|", "|"),
                ("user_id", "in", self.ids),
                ("process_mode", "in", ACTIVE_MODES),
                ("process_parent_id", "!=", False),
                ("process_child_ids", "!=", False),
            ],
            ["active", "company_id", "process_mode", "process_parent_id", "user_id"],
        )
        direct = asked.grouped("user_id")
        lines = {
            team: team._get_leader_line() for team in asked if team.process_parent_id
        }
        active = asked.filtered(lambda team: team.process_mode in ACTIVE_MODES)
        enforcing = active.filtered(lambda team: team.process_mode == "enforce")
        observing = active - enforcing
        members = Team.crm_team_member_ids.browse()
        if observing:
            # a team that only observes takes from its own people nothing that they see
            members = members.search_fetch(
                [("user_id", "in", self.ids)], ["crm_team_id", "user_id"]
            )
        teams = {
            user: rows.crm_team_id for user, rows in members.grouped("user_id").items()
        }
        for user in self:
            own = direct.get(user.sudo(), Team)
            below = Team.union(
                *(team for team, line in lines.items() if user.sudo() in line)
            )
            joined = teams.get(user.sudo(), Team)
            # where a team below has a leader, that one decides
            led = own | Team.union(
                *(team for team in below if lines[team][0] == user.sudo())
            )
            overseen = own | below
            user.process_led_team_ids = led
            user.process_overseen_team_ids = overseen
            user.process_guarded_team_ids = enforcing - led
            user.process_pool_hidden_team_ids = (
                active - overseen - (observing & (joined | joined.process_pool_team_id))
            )

    @api.depends("all_group_ids")
    def _compute_is_process_shown(self):
        """What the process says of leads is not for portal and other share users."""
        for user in self:
            user.is_process_shown = user._is_internal()

    def _get_pool_meeting_domain(self):
        """Which meetings the pool leaves to the user, for record rules.

        Those without a customer in a pool that is closed to the user, and those that
        the user holds or is invited to.

        :return: list, a domain of calendar.event
        """
        self.ensure_one()
        teams = self.process_pool_hidden_team_ids
        if (
            not teams
            or not self.has_group("sales_team.group_sale_salesman")
            or self.has_group("sales_team.group_sale_manager")
        ):
            return [(1, "=", 1)]
        hidden = [("process_pool_team_id", "in", teams.ids)]
        pooled = ["&", ("process_is_pooled", "=", True), ("team_id", "in", teams.ids)]
        return [
            "|",
            "|",
            ("user_id", "=", self.id),
            ("partner_ids", "in", self.partner_id.ids),
            "&",
            ("partner_ids", "not any", hidden),
            ("opportunity_id", "not any", pooled),
        ]

    def _get_overseen_leader_ids(self):
        """Who leads the teams below, for record rules: not each is a member, too.

        :return: list of int
        """
        # sudo: who leads a team is no secret
        return self.process_overseen_team_ids.sudo().user_id.ids

    def _get_helped_leads_domain(self):
        """The leads of customers that this person helps with, for record rules.

        :return: Domain on crm.lead that Odoo need not optimise; it may be kept
        """
        return make_helped_domain(self.id)

    def _compute_process_helped_ownership_ids(self):
        Ownership = self.env["sales.process.ownership"]
        rows = self.env.execute_query(
            SQL(
                "SELECT user_id, array_agg(ownership_id)"
                "  FROM sales_process_ownership_collaborator_rel"
                " WHERE user_id = ANY(%s) GROUP BY user_id",
                self.ids,
            )
        )
        helped = dict(rows)
        for user in self:
            user.process_helped_ownership_ids = Ownership.browse(
                helped.get(user.id, ())
            )

    @api.depends_context("uid")
    def _compute_process_open_customer_count(self):
        """How many customers count towards the limit of a person.

        A party that comes together is one customer. A list of numbers is not, wherever
        it is typed: ten details are one customer, each ten more another one; of those
        that stand on contacts of the customer, each fifty.
        """
        counts = {}
        if self.ids:
            self.env["sales.process.ownership"].flush_model(
                ["partner_id", "phase", "state", "user_id"]
            )
            self.env["sales.process.ownership.key"].flush_model()
            self.env["res.partner"].flush_model(
                ["commercial_partner_id", "email_normalized", "phone_sanitized"]
            )
            counts = dict(
                self.env.execute_query(
                    SQL(
                        """
                        SELECT held.user_id, SUM(1 + CASE
                               WHEN party.details <= %(typed)s THEN 0
                               ELSE (
                                   SELECT GREATEST(COUNT(*) - carried.count - 1, 0)
                                          / %(typed)s
                                          + carried.count / %(carried)s
                                     FROM sales_process_ownership_key AS key
                                    CROSS JOIN LATERAL (
                                          SELECT COUNT(DISTINCT detail.id)
                                            FROM res_partner AS contact
                                            JOIN sales_process_ownership_key AS detail
                                              ON detail.ownership_id = held.id
                                             AND detail.active
                                             AND detail.kind IN ('email', 'phone')
                                             AND detail.value IN (
                                                 contact.email_normalized,
                                                 contact.phone_sanitized)
                                           WHERE contact.commercial_partner_id
                                                 = held.partner_id
                                          ) carried
                                    WHERE key.ownership_id = held.id
                                      AND key.active AND key.kind IN %(kinds)s
                                 GROUP BY carried.count)
                               END)
                          FROM sales_process_ownership held
                         CROSS JOIN LATERAL (
                               SELECT COUNT(*) AS details
                                 FROM sales_process_ownership_key
                                WHERE ownership_id = held.id
                                  AND active AND kind IN %(kinds)s
                               ) party
                         WHERE held.user_id IN %(users)s
                           AND held.state = 'open' AND held.phase = 'pursuing'
                      GROUP BY held.user_id
                        """,
                        typed=DETAILS_PER_CUSTOMER,
                        carried=CONTACT_DETAILS_PER_CUSTOMER,
                        kinds=TYPED_KINDS,
                        users=tuple(self.ids),
                    )
                )
            )
        for user in self:
            user.process_open_customer_count = int(counts.get(user._origin.id, 0))

    def _is_process_salesperson(self):
        """Tell whether this person can own customers or help with them.

        Portal users and people without sales rights never do.

        :return: bool
        """
        self.ensure_one()
        return (
            self.active
            and not self.share
            and self.has_group("sales_team.group_sale_salesman")
        )

    def write(self, vals):
        leaving = returning = self.browse()
        if vals.get("active") is False:
            leaving = self.filtered("active")
        elif vals.get("active"):
            returning = self.filtered(lambda user: not user.active)
        result = super().write(vals)
        if ABSENCE_FIELDS & vals.keys():
            self._sync_out_of_office()
        for user in returning:
            self.env["sales.process.ownership"]._unmark_owner_left(
                [(user, team) for team in user.sudo().crm_team_ids]
            )
        if leaving or returning:
            # where a leader has left, the next one above decides
            self.env["crm.team"]._clear_process_cache()
        if leaving or returning or "group_ids" in vals:
            self._settle_process_home()
        if leaving:
            everywhere = self.env["crm.team"]
            self.env["sales.process.ownership"]._mark_owner_left(
                [(user, everywhere) for user in leaving]
            )
        if vals.get("process_availability") in ("available", "busy"):
            # sudo: customers that wait for somebody go out although nobody plans now
            self.env["sales.process.duty"].sudo().search(
                [*self._get_on_duty_domain(), ("duty_user_id", "in", self.ids)]
            )._wake_release()
        return result

    @api.depends_context("uid")
    def _compute_process_is_on_duty(self):
        # sudo: who is on duty is known to everybody who may see the person
        shifts = (
            self.env["sales.process.duty"]
            .sudo()
            .search([*self._get_on_duty_domain(), ("duty_user_id", "in", self.ids)])
        )
        on_duty = set(shifts.duty_user_id.ids)
        for user in self:
            user.process_is_on_duty = user.id in on_duty

    @api.model
    def _search_process_is_on_duty(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: see _compute_process_is_on_duty
        shifts = orm.get_query(
            self.env["sales.process.duty"].sudo(), self._get_on_duty_domain()
        )
        return [("id", "in", shifts.subselect("duty_user_id"))]

    @api.model
    def _get_on_duty_domain(self):
        now = self.env.cr.now()
        return [
            ("state", "!=", "cancelled"),
            ("date_start", "<=", now),
            ("date_end", ">", now),
        ]

    def _get_absences(self, date_from, date_to):
        """When these people are absent between two moments.

        From absences that are confirmed: out-of-office dates, what the leader enters;
        an addon that knows about leave adds its own.

        :param date_from: naive UTC datetime
        :param date_to: naive UTC datetime, may equal ``date_from``
        :return: ``{res.users: [(naive UTC start, naive UTC end)]}``, without those who
            are present all the time
        """
        return self.env["sales.process.absence"]._find_intervals(
            self, date_from, date_to
        )

    # ------------------------------------------------------------
    # RECEPTION
    # ------------------------------------------------------------

    # by all ids: nobody, and a person who is not saved yet, are not the same
    @tools.ormcache("self._ids")
    def _is_process_reception(self):
        """Tell whether the person registers customers for others and owns none.

        :return: bool; false for sales administrators, whatever boxes they tick
        """
        return bool(self) and (
            self.has_group(RECEPTION_GROUP)
            and not self.has_group("sales_team.group_sale_manager")
        )

    def _get_standing_in(self):
        """Who is asked for the customers of this person now.

        :return: tuple of whether the person is away, and the deputy, may be empty
        """
        self.ensure_one()
        now = self.env.cr.now()
        # sudo: that a colleague is away, and who stands in, is told at the desk
        user = self.sudo()
        if user not in user._get_absences(now, now):
            return False, user.browse()
        absence = user.env["sales.process.absence"].search(
            [
                ("user_id", "=", user.id),
                ("state", "=", "confirmed"),
                ("date_start", "<=", now),
                ("deputy_id", "!=", False),
                "|",
                ("date_end", "=", False),
                ("date_end", ">", now),
            ],
            limit=1,
        )
        return True, absence.deputy_id or user._get_process_deputy()

    # ------------------------------------------------------------
    # OUT OF OFFICE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users.filtered("out_of_office_from")._sync_out_of_office()
        return users

    def _filter_own(self):
        # sudo: who is a colleague is no secret
        return self.sudo().filtered(lambda user: not user.share).with_env(self.env)

    def _get_process_deputy(self):
        """The deputy named beforehand, as long as it can be one.

        :return: res.users, may be empty
        """
        self.ensure_one()
        # sudo: people of the own teams
        user = self.sudo()
        return user.process_deputy_id & user._get_roster_teams()._get_roster_users()

    def _get_roster_teams(self):
        """The teams whose customers these people work: as members, or as leaders.

        The reverse of ``_get_roster_users`` of the teams.

        :return: crm.team
        """
        # whoever leads from above works no customers there
        led = self.process_led_team_ids.filtered(
            lambda team: team.active and team.user_id in self
        )
        return self.crm_team_ids | led

    def _sync_out_of_office(self):
        """The out-of-office dates of people are absences, confirmed or to confirm.

        What becomes of those before: ``_follow_out_of_office`` of the absence.
        """
        # sudo: everybody sets the own dates; what they mean is decided below
        Absence = self.env["sales.process.absence"].sudo()
        for user in self.filtered(lambda row: not row.share):
            start, end = user.out_of_office_from, user.out_of_office_to
            if end and end.year > LAST_YEAR:
                # as good as without an end, which no calendar computes with
                end = False
            # each: the days of one person are set, by that person
            known = Absence.search(
                [
                    ("user_id", "=", user.id),
                    ("is_out_of_office", "=", True),
                    ("state", "in", STANDING),
                ]
            )
            if start and end and end <= start:
                start = False
            same = known._follow_out_of_office(start, end)
            if start and not same:
                Absence.create(
                    {
                        "user_id": user.id,
                        "date_start": start,
                        "date_end": end,
                        "deputy_id": user._get_process_deputy().id,
                        "is_out_of_office": True,
                    }
                )
            deputy = user._get_process_deputy()
            known.filtered(
                lambda row, deputy=deputy: (
                    row.is_out_of_office
                    and row.state in STANDING
                    and row.deputy_id != deputy
                )
            ).write({"deputy_id": deputy.id})

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def action_end_process_help(self):
        """A row of the helpers of a customer, on its form: the help ends.

        Which customer it is, is said by the form, in the context; who may is asked
        there, see ``action_remove_helpers``.

        :raise AccessError: for others than the owner and the leader
        :raise UserError: where the form names no customer
        """
        Ownership = self.env["sales.process.ownership"]
        sent = self.env.context.get("process_ownership_id")
        customer = Ownership._browse_sent(Ownership._name, sent)
        return customer.action_remove_helpers(self.ids)
