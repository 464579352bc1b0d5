# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.sales_process_mgmt.exceptions import repeat_lost_races
from odoo.addons.sales_process_mgmt.tools import period as period_tools
from odoo.addons.sales_process_mgmt.tools.spoken import get_spoken

_logger = logging.getLogger(__name__)

# A period begins in one zone up to this long before it begins in UTC, and ends later.
ZONE_SPAN = timedelta(hours=14)
BATCH_SIZE = 500


class SalesProcessPlan(models.Model):
    """The goals of a person or a team for a week or a month.

    The person writes the plan, the leader agrees, it is locked when the period
    starts. Goals can be changed after that too, and every change is written down.
    """

    _name = "sales.process.plan"
    _description = "Sales Plan"
    _is_copied = True
    _inherit = [
        "sales.process.plan.course",
        "sales.process.guard",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_from desc, kind, team_id, user_id, id desc"
    _rec_names_search = ["user_id", "team_id"]
    _mail_post_access = "read"

    kind = fields.Selection(
        [("weekly", "Week"), ("monthly", "Month")],
        string="Period",
        required=True,
        default="monthly",
        help="Weeks run from Monday to Sunday.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        index="btree_not_null",
        default=lambda self: self._default_user_id(),
        domain=[("share", "=", False)],
        tracking=True,
        help="Whose plan it is. Empty in the plan of a team.",
    )
    team_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        tracking=True,
        help="The team whose plan it is. Empty in the plan of a person.",
    )
    person_team_id = fields.Many2one(
        "crm.team",
        string="Team of the Person",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The team of the person when the plan was made; its leader agrees.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        readonly=True,
        help="Whose records count, and in whose currency money is.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="From",
        required=True,
        index=True,
        copy=False,
        default=lambda self: self._default_date_from(),
        help="The first day. Any day chooses the week or month in which it lies.",
    )
    date_to = fields.Date(
        string="To",
        compute="_compute_date_to",
        store=True,
        help="The last day, it belongs to the period.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("agreed", "Agreed"), ("locked", "Locked")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
        help="The team leader agrees. An agreed plan is locked when its period starts: "
        "from then on only the leader changes it, and changes are written down.",
    )
    line_ids = fields.One2many(
        "sales.process.plan.line", "plan_id", string="Goals", copy=True
    )
    note = fields.Text(
        string="Focus", help="What matters most in this period, in words."
    )
    progress = fields.Float(
        compute="_compute_progress",
        help="How much of the goals has been reached, in percent, by the weight of "
        "each. No goal counts for more than 100.",
    )
    elapsed = fields.Float(
        string="Time Passed",
        compute="_compute_elapsed",
        digits=(5, 1),
        help="How much of the period has passed, in percent.",
    )
    can_lead = fields.Boolean(
        compute="_compute_can_lead", help="Whether you agree on this plan."
    )
    can_edit = fields.Boolean(
        compute="_compute_can_lead", help="Whether you may change the goals."
    )
    date_actual = fields.Datetime(
        string="Numbers as of",
        readonly=True,
        copy=False,
        help="When the numbers of the analysis were last counted.",
    )
    date_final = fields.Datetime(
        string="Final Since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The numbers are counted a last time when the period has ended and stay "
        "as they are.",
    )

    _check_whose = models.Constraint(
        "CHECK((user_id IS NULL) <> (team_id IS NULL))",
        "A plan belongs either to a person or to a team.",
    )
    _user_uniq = models.UniqueIndex(
        "(user_id, kind, date_from) WHERE user_id IS NOT NULL",
        "This person has a plan for this period already.",
    )
    _team_uniq = models.UniqueIndex(
        "(team_id, kind, date_from) WHERE team_id IS NOT NULL",
        "This team has a plan for this period already.",
    )

    # ------------------------------------------------------------
    # DEFAULTS AND COMPUTED FIELDS
    # ------------------------------------------------------------

    @api.model
    def _default_user_id(self):
        if self.env.context.get("default_team_id"):
            return self.env["res.users"]
        return self.env.user

    @api.model
    def _default_date_from(self):
        kind = self.env.context.get("default_kind") or "monthly"
        user = self.env.user
        # sudo: the zone comes from the team, which need not be readable
        today = user.sale_team_id.sudo()._get_process_today(user)
        return period_tools.period_dates(kind, today)[0]

    @api.depends("date_from", "kind")
    def _compute_date_to(self):
        for plan in self:
            plan.date_to = (
                bool(plan.date_from and plan.kind)
                and (period_tools.period_dates(plan.kind, plan.date_from)[1])
            )

    @api.onchange("date_from", "kind")
    def _onchange_period(self):
        if self.date_from and self.kind:
            self.date_from = period_tools.period_dates(self.kind, self.date_from)[0]

    @api.onchange("team_id")
    def _onchange_team_id(self):
        if self.team_id:
            self.user_id = False
            self._skip_taken()

    @api.onchange("user_id")
    def _onchange_user_id(self):
        if self.user_id:
            self.team_id = False
            self._skip_taken()

    def _skip_taken(self):
        """A new plan is proposed for the first period that has none yet.

        Unless the form was opened for a day, as from a calendar.
        """
        if "default_date_from" in self.env.context or self._origin:
            return
        if self.date_from and self.kind:
            whose = self.team_id or self.user_id
            self.date_from = self._get_free_date(whose, self.kind, self.date_from)

    @api.model
    def _get_free_date(self, whose, kind, day):
        """The first day of the first period without a plan, from a day on.

        :param whose: res.users or crm.team; none: nothing is taken
        :param str kind: ``weekly`` or ``monthly``
        :param date day: in the first period that is asked about
        :return: date
        """
        first, _last = period_tools.period_dates(kind, day)
        if not whose:
            return first
        name = "team_id" if whose._name == "crm.team" else "user_id"
        plans = self.search_fetch(
            [(name, "in", whose.ids), ("kind", "=", kind), ("date_from", ">=", first)],
            ["date_from"],
        )
        taken = set(plans.mapped("date_from"))
        while first in taken:
            first, _last = period_tools.shift_period(kind, first)
        return first

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if "date_from" in values and "default_date_from" not in self.env.context:
            user = self.env["res.users"].browse(values.get("user_id"))
            kind = values.get("kind") or "monthly"
            day = self._get_free_date(user, kind, values["date_from"])
            values["date_from"] = day
        return values

    @api.depends_context("lang")
    @api.depends("date_from", "date_to", "team_id", "user_id")
    def _compute_display_name(self):
        for plan in self:
            # sudo: the name of a colleague or a team
            whose = plan.sudo().team_id.name or plan.sudo().user_id.name or ""
            plan.display_name = self.env._(
                "%(whose)s, %(first)s – %(last)s",
                whose=whose,
                first=format_date(self.env, plan.date_from),
                last=format_date(self.env, plan.date_to),
            )

    @api.depends("line_ids.score", "line_ids.weight")
    def _compute_progress(self):
        # all lines are counted at once: those of one plan would be counted alone
        self.line_ids.mapped("score")
        for plan in self:
            lines = plan.line_ids.filtered(lambda line: line.goal and line.weight)
            weight = sum(lines.mapped("weight"))
            plan.progress = (
                sum(line.score * line.weight for line in lines) / weight
                if weight
                else 0
            )

    @api.depends("date_from", "date_to", "team_id", "user_id")
    def _compute_elapsed(self):
        now = self.env.cr.now()
        for plan in self:
            if not plan.date_from or not plan.date_to:
                plan.elapsed = 0
                continue
            start, end = plan._get_span()
            passed = (min(max(now, start), end) - start) / (end - start)
            plan.elapsed = round(passed * 100, 1)

    @api.depends("person_team_id", "state", "team_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_lead(self):
        user = self.env.user
        for plan in self:
            # sudo: whether somebody leads a team does not depend on reading it
            team = plan.sudo().team_id or plan.sudo().person_team_id
            plan.can_lead = team._may_decide(user, plan.user_id, plan.company_id)
            plan.can_edit = plan.can_lead or (
                plan.state == "draft" and plan.user_id == user
            )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._subscribe_people()
        return plans

    def _prepare_server_values(self, vals_list):
        rows = []
        for vals in super()._prepare_server_values(vals_list):
            row = dict(vals)
            kind = row.get("kind") or "monthly"
            day = fields.Date.to_date(row.get("date_from")) or (
                self._default_date_from()
            )
            row["date_from"] = period_tools.period_dates(kind, day)[0]
            row.update(self._get_standing(row))
            rows.append(row)
        return rows

    def write(self, vals):
        vals = dict(vals)
        if {"date_from", "kind", "team_id", "user_id"} & vals.keys():
            self.check_access("write")
            self._check_not_started()
            if len(self) == 1 and {"date_from", "kind"} & vals.keys():
                day = fields.Date.to_date(vals.get("date_from")) or self.date_from
                kind = vals.get("kind") or self.kind
                vals["date_from"] = period_tools.period_dates(kind, day)[0]
        result = super().write(vals)
        if {"team_id", "user_id"} & vals.keys():
            for plan in self:
                # sudo: the team and the company follow from the person
                plan.sudo().write(
                    plan._get_standing(
                        {"user_id": plan.user_id.id, "team_id": plan.team_id.id}
                    )
                )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        if not self.env.su and any(plan.state == "locked" for plan in self):
            raise UserError(
                self.env._("A locked plan is kept. Its goals can be changed.")
            )

    @api.model
    def _get_standing(self, vals):
        """The team and the company that follow from whose plan it is."""
        user_id = vals.get("user_id", self._default_user_id().id)
        # sudo: a leader plans for people of teams that they only partly see
        team = self.env["crm.team"].sudo().browse(vals.get("team_id") or [])
        user = self.env["res.users"].sudo().browse(user_id or [])
        if team:
            company = team.company_id
            if "user_id" not in vals:
                vals["user_id"] = False
            return {
                "company_id": (company or self.env.company).id,
                "person_team_id": False,
            }
        person_team = user.sale_team_id
        company = person_team.company_id or user.company_id or self.env.company
        return {"company_id": company.id, "person_team_id": person_team.id}

    def _subscribe_people(self):
        for plan in self:
            if plan.user_id:
                # sudo: whoever makes the plan, its owner hears of it
                plan.sudo().message_subscribe(plan.sudo().user_id.partner_id.ids)

    @api.constrains("date_from", "kind")
    def _check_date_from(self):
        for plan in self:
            if (
                plan.date_from
                != period_tools.period_dates(plan.kind, plan.date_from)[0]
            ):
                raise ValidationError(
                    self.env._("A plan starts on the first day of its period.")
                )

    def _check_not_started(self):
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "The period and the person of an agreed plan stay as they are."
                    )
                )

    # ------------------------------------------------------------
    # PEOPLE AND MOMENTS
    # ------------------------------------------------------------

    @api.model
    def _find(self, user, kind, date_from):
        """The plan of a person for the period in which a day lies.

        :param user: res.users
        :param str kind: ``weekly`` or ``monthly``
        :param date_from: date
        :return: the plan, may be empty
        """
        if kind not in dict(self._fields["kind"].selection):
            return self.browse()
        first, _last = period_tools.period_dates(kind, date_from)
        return self.search(
            [
                ("user_id", "=", user.id),
                ("kind", "=", kind),
                ("date_from", "=", first),
            ],
            limit=1,
        )

    def _get_people(self):
        """Whose numbers make up each plan.

        Of a team: its members, and everybody who has a plan of the same period as a
        member, so that people who left in between still count.

        :return: ``{plan: res.users}``, with sudo
        """
        # sudo: members of teams are hidden from each other
        plans = self.sudo()
        of_team = plans.filtered("team_id")
        planned = {}
        if of_team:
            groups = (
                self.env["sales.process.plan"]
                .sudo()
                ._read_group(
                    [
                        ("person_team_id", "in", of_team.team_id.ids),
                        ("date_from", "in", of_team.mapped("date_from")),
                    ],
                    ["person_team_id", "kind", "date_from:day"],
                    ["user_id:recordset"],
                )
            )
            planned = {(team, kind, day): users for team, kind, day, users in groups}
        people = {}
        for plan, row in zip(self, plans, strict=True):
            key = (row.team_id, row.kind, row.date_from)
            people[plan] = row.user_id or (
                row.team_id.crm_team_member_ids.user_id
                | planned.get(key, self.env["res.users"].sudo())
            )
        return people

    def _get_zone(self, user):
        self.ensure_one()
        # sudo: the zone of the person's team
        team = self.sudo().team_id or self.sudo().person_team_id
        return team._get_process_timezone(user)

    def _get_bounds(self):
        """The period of each person in the person's own zone.

        :return: ``{plan: {user id: (naive UTC from, naive UTC to)}}``
        """
        bounds = {}
        for plan, users in self._get_people().items():
            bounds[plan] = {
                user.id: period_tools.dates_to_utc(
                    plan.date_from, plan.date_to, plan._get_zone(user)
                )
                for user in users
            }
        return bounds

    def _get_span(self):
        """The period of the plan as a whole: in the zone of the person or leader."""
        self.ensure_one()
        # sudo: only in which zone the person works
        plan = self.sudo()
        user = plan.user_id or plan.team_id.user_id or self.env.user
        return period_tools.dates_to_utc(
            plan.date_from, plan.date_to, plan._get_zone(user)
        )

    def _is_started(self):
        self.ensure_one()
        return self.env.cr.now() >= self._get_span()[0]

    def _get_previous(self):
        """The plan of the same person or team for the period before."""
        self.ensure_one()
        first, _last = period_tools.shift_period(self.kind, self.date_from, -1)
        return self.search(
            [
                ("user_id", "=", self.user_id.id),
                ("team_id", "=", self.team_id.id),
                ("kind", "=", self.kind),
                ("date_from", "=", first),
            ],
            limit=1,
        )

    # ------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------

    def _count_actuals(self):
        """What has been reached, one query a metric and company.

        :return: ``{(plan id, metric id): value}``
        """
        values = {}
        bounds = self._get_bounds()
        # sudo: by company, whichever the reader has chosen
        for company, plans in self.sudo().grouped("company_id").items():
            rows = [
                (plan.id, user_id, start, end)
                for plan in plans
                for user_id, (start, end) in bounds[self.browse(plan.id)].items()
            ]
            metrics = plans.line_ids.metric_id
            for metric, found in metrics._evaluate_buckets(rows, company).items():
                for plan_id, value in found.items():
                    values[plan_id, metric.id] = value
        return values

    @api.model
    def _cron_update_plans(self):
        """Lock plans whose period started, count the running ones, close the ended.

        Safe to be killed and to run twice: each batch is committed with what is left.
        A plan that fails never stops the others.
        """
        now = self.env.cr.now()
        Failure = self.env["sales.process.failure"]
        domain = [
            ("date_final", "=", False),
            ("date_from", "<=", (now + ZONE_SPAN).date()),
            *Failure._get_retry_domain(self._name),
        ]
        after = 0
        remaining = self.search_count(domain)
        while remaining:
            # each: one query for each batch
            plans = self.search(
                [*domain, ("id", ">", after)], limit=BATCH_SIZE, order="id"
            )
            if not plans:
                break
            after = plans[-1].id

            def work(plans=plans):
                Failure._work_on_each(
                    plans, type(self)._process_updates, type(self)._find_leaders
                )

            if not repeat_lost_races(self.env, work):
                _logger.info("Plans %s are left to the next run", plans.ids)
            remaining = max(remaining - len(plans), 0)
            if not self.env["ir.cron"]._commit_progress(
                len(plans), remaining=remaining
            ):
                break
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _find_leaders(self):
        """Who is told that this plan cannot be counted.

        :return: tuple of the plan and res.users
        """
        # sudo: the leader of the person's team, whoever may read it
        plan = self.sudo()
        return self, (plan.team_id | plan.person_team_id)._get_leaders()

    def _process_updates(self):
        """Lock and count these plans; never commits."""
        now = self.env.cr.now()
        spans = {plan: plan._get_span() for plan in self}
        started = self.filtered(lambda plan: spans[plan][0] <= now)
        # read in the plan's chatter by its person, whoever runs the scheduled action
        agreed = started.filtered(lambda plan: plan.state == "agreed")
        for lang, plans in agreed.grouped(lambda plan: plan.user_id.lang).items():
            plans.with_context(lang=get_spoken(self.env, lang)).write(
                {"state": "locked"}
            )
        values = started._count_actuals()
        for line in started.line_ids:
            value = values.get((line.plan_id.id, line.metric_id.id))
            if line.actual_value != (value or 0) or line.has_value != (
                value is not None
            ):
                line.write({"actual_value": value or 0, "has_value": value is not None})
        started.date_actual = now
        # People of a team end their period up to a day after their leader
        started.filtered(
            lambda plan: (
                spans[plan][1] + (timedelta(days=1) if plan.team_id else timedelta())
                <= now
            )
        ).date_final = now
        self.env["sales.process.plan.line"].invalidate_model(["actual"])
