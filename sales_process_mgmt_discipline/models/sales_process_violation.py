# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_in_steps
from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import violations as violation_tools
from .sales_process_violation_course import UNDECIDED
from .sales_process_violation_proposal import ViolationProposals

COUNTED = ("upheld",)


class SalesProcessViolation(models.Model):
    """A breach of a rule: recorded with its evidence, heard, decided by somebody else.

    It is read by the person, by who leads the team in which it happened, by whoever is
    asked to decide, and by sales administrators. It has no chatter, so that nobody can
    be added to it. It bears points, never an amount of money.
    """

    _name = "sales.process.violation"
    _description = "Violation"
    _is_private = True
    _inherit = [
        "sales.process.violation.record",
        "sales.process.violation.course",
        "sales.process.judged",
        "sales.process.guard",
        "sales.process.evidence.link",
    ]
    _order = "date desc, id desc"
    _text_limits = {"note": texts.NOTE_LENGTH, "statement": texts.NOTE_LENGTH}

    type_id = fields.Many2one(
        "sales.process.violation.type",
        required=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        domain=[("share", "=", False)],
        ondelete="restrict",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Team Then",
        required=True,
        index=True,
        default=lambda self: self.env.user.process_led_team_ids[:1],
        ondelete="restrict",
        help="The team in which it happened: who leads it decides, also after the "
        "person has moved to another one.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    date = fields.Date(
        string="Day",
        required=True,
        index=True,
        help="On which it happened, where the person works.",
    )
    note = fields.Text(string="What Happened", help="Read by the person, too.")
    evidence = fields.Char(
        string="What It Rests On",
        readonly=True,
        help="What it rests on, as it was called when it was recorded.",
    )
    fact_kind = fields.Char(readonly=True, export_string_translation=False)
    res_model = fields.Char(readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference(
        string="Evidence Record",
        model_field="res_model",
        readonly=True,
        export_string_translation=False,
    )
    source = fields.Selection(
        [("fact", "Proposed from a Fact"), ("hand", "Recorded by a Leader")],
        required=True,
        readonly=True,
        default="hand",
    )
    recorded_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        index="btree_not_null",
        help="Somebody else decides.",
    )
    state = fields.Selection(
        [
            ("open", "To Decide"),
            ("upheld", "Upheld"),
            ("appealed", "Appealed"),
            ("waived", "Waived"),
            ("withdrawn", "Withdrawn"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        help="Waived and withdrawn ones stay visible and weigh nothing. An appeal "
        "suspends the points until it is decided.",
    )
    severity = fields.Selection(
        [("minor", "Minor"), ("serious", "Serious"), ("grave", "Grave")],
        readonly=True,
        help="Of the type when it was recorded; serious at least when it is a "
        "repetition.",
    )
    base_severity = fields.Selection(
        [("minor", "Minor"), ("serious", "Serious"), ("grave", "Grave")],
        string="Severity of the First Time",
        readonly=True,
    )
    points = fields.Integer(
        string="Points That Count",
        readonly=True,
        help="0 unless it is upheld. They count in the month in which it happened.",
    )
    base_points = fields.Integer(
        string="Points of the Type",
        readonly=True,
        aggregator=None,
        help="As they were when it was recorded.",
    )
    repeat_points = fields.Integer(
        string="Points of a Repetition", readonly=True, aggregator=None
    )
    repeat_times = fields.Integer(
        string="Heavier from the N-th Time", readonly=True, aggregator=None
    )
    occurrence = fields.Integer(
        string="How Many Times",
        readonly=True,
        aggregator=None,
        help="The same type, upheld and not expired on that day, this one included.",
    )
    date_expire = fields.Date(
        string="Counts as Repetition until",
        readonly=True,
        help="Empty: for ever.",
    )
    is_expired = fields.Boolean(compute="_compute_is_expired")
    decider_id = fields.Many2one(
        "res.users",
        string="Decides",
        readonly=True,
        index="btree_not_null",
        help="Who is asked to decide: neither the person nor who recorded it.",
    )
    date_asked = fields.Datetime(string="Asked On", readonly=True)
    date_statement_due = fields.Datetime(
        string="To Be Heard until",
        readonly=True,
        help="The end of the last day, where the person works. Days of absence do not "
        "count.",
    )
    statement = fields.Text(string="What the Person Says", readonly=True)
    date_statement = fields.Datetime(string="Heard On", readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", string="Ruled By", readonly=True, index="btree_not_null"
    )
    date_decided = fields.Datetime(string="Ruled On", readonly=True)
    decision = fields.Text(string="Reason of the Decision", readonly=True)
    date_appeal_due = fields.Datetime(string="Appeal until", readonly=True)
    appeal = fields.Text(string="Reason of the Appeal", readonly=True)
    date_appealed = fields.Datetime(string="Appealed On", readonly=True)
    appeal_decided_by_id = fields.Many2one(
        "res.users", readonly=True, index="btree_not_null"
    )
    date_appeal_decided = fields.Datetime(readonly=True)
    appeal_decision = fields.Text(string="Decision on the Appeal", readonly=True)
    withdraw_reason = fields.Selection(
        [
            ("leave", "The person was on leave."),
            ("fact", "It did not happen, or was excused."),
        ],
        string="Why Withdrawn",
        readonly=True,
    )
    date_withdrawn = fields.Datetime(string="Withdrawn On", readonly=True)
    is_mine = fields.Boolean(compute="_compute_can")
    can_decide = fields.Boolean(compute="_compute_can")
    can_appeal = fields.Boolean(compute="_compute_can")

    _fact_uniq = models.UniqueIndex(
        "(fact_kind, res_model, res_id, user_id) WHERE res_id > 0",
        "This has been recorded already.",
    )
    _undecided_idx = models.Index("(decider_id) WHERE state IN ('open', 'appealed')")
    _check_points = models.Constraint(
        "CHECK(points >= 0 AND (state = 'upheld' OR points = 0))",
        "Only what is upheld weighs anything.",
    )

    @api.depends("type_id.name", "date", "user_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            # sudo: whoever reads the row reads what it is called
            name, person = row.type_id.sudo().name, row.sudo().user_id.name
            row.display_name = f"{name or ''} · {person or ''} · {row.date or ''}"

    @api.depends("date_expire")
    def _compute_is_expired(self):
        for row in self:
            today = self.env["crm.team"]._get_process_today(row.user_id)
            row.is_expired = bool(row.date_expire) and row.date_expire < today

    @api.depends("state", "user_id", "decider_id", "date_appeal_due")
    @api.depends_context("uid")
    def _compute_can(self):
        user, now = self.env.user, self.env.cr.now()
        for row in self:
            row.is_mine = row.user_id == user
            row.can_decide = row.state in UNDECIDED and row._may_decide(user)
            row.can_appeal = (
                row.is_mine
                and row.state == "upheld"
                and not row.date_appealed
                and bool(row.date_appeal_due)
                and now <= row.date_appeal_due
            )

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def _get_eligible(self):
        """Who may decide, the first one is asked.

        The leader of the team then, the next one above or to whom the team reports,
        and sales administrators: neither the person nor who recorded it, nor who has
        decided before, nor anybody who works below one of them. Where nobody is left,
        an administrator who is not the person.

        :return: list of res.users in sudo, without doubles
        """
        self.ensure_one()
        # sudo: who leads a team does not depend on reading it
        row = self.sudo()
        team, company = row.team_id, row.company_id
        if not team:
            # a form that was just opened
            return []
        people = row.user_id | row.recorded_by_id
        without = people
        if row.date_appealed:
            without |= row.decided_by_id
        return team._get_judges(row.user_id, without, people, company)

    # ------------------------------------------------------------
    # RECORDING
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        if not self.env.su:
            rows._check_recorder()
        # sudo: what follows from the record is the system's
        rows.sudo()._begin()
        return rows

    @api.model
    def _prepare_server_values(self, vals_list):
        Type = self.env["sales.process.violation.type"]
        Team = self.env["crm.team"]
        prepared = []
        for vals in super()._prepare_server_values(vals_list):
            # sudo: what was chosen, which has been asked for
            kind = Type.sudo().browse(vals.get("type_id"))
            team = Team.sudo().browse(vals.get("team_id"))
            person = self.env["res.users"].sudo().browse(vals.get("user_id"))
            day = fields.Date.to_date(vals.get("date"))
            by_hand = (
                {}
                if self.env.su
                else {"recorded_by_id": self.env.uid, "source": "hand"}
            )
            prepared.append(
                {
                    **vals,
                    "company_id": vals.get("company_id")
                    or (team.company_id or person.company_id or self.env.company).id,
                    "severity": kind.severity,
                    "base_severity": kind.severity,
                    "base_points": kind.points,
                    "repeat_points": kind.repeat_points,
                    "repeat_times": kind.repeat_times,
                    "date_expire": day
                    and violation_tools.expiry(day, kind.expire_months),
                    **by_hand,
                }
            )
        return prepared

    def _get_zone(self):
        """Where the person worked when it happened.

        :return: pytz zone
        """
        self.ensure_one()
        return self.team_id._get_process_timezone(self.user_id)

    @api.model
    def _tell(self, users, render, why="work"):
        """Tell people, whoever is named, with a link to the list and no more.

        :param users: res.users
        :param render: function of an environment that gives subject and text
        """
        if users:
            self.env["sales.process.notice"]._tell(users, render, why=why, answer=True)

    # ------------------------------------------------------------
    # HOW HEAVILY
    # ------------------------------------------------------------

    def _update_ladder(self):
        """Points of what is upheld, with repetitions, of these people and types.

        What is not upheld is no repetition, nor heavier for having been one.
        """
        for row in self.filtered(lambda row: row.state not in COUNTED):
            row.write({"occurrence": 0, "severity": row.base_severity})
        counted = self.search(
            [
                ("user_id", "in", self.user_id.ids),
                ("type_id", "in", self.type_id.ids),
                ("state", "in", COUNTED),
            ],
            order="date, id",
        )
        for rows in counted.grouped(lambda row: (row.user_id, row.type_id)).values():
            repeats = violation_tools.count_repeats(
                [(row.date, row.date_expire or None) for row in rows]
            )
            for row, occurrence in zip(rows, repeats, strict=True):
                is_repeated = 0 < row.repeat_times <= occurrence
                severity = row.base_severity
                if is_repeated and severity == "minor":
                    severity = "serious"
                points = row.base_points
                if is_repeated:
                    points = max(points, row.repeat_points)
                if (row.occurrence, row.points, row.severity) != (
                    occurrence,
                    points,
                    severity,
                ):
                    row.write(
                        {
                            "occurrence": occurrence,
                            "points": points,
                            "severity": severity,
                        }
                    )

    # ------------------------------------------------------------
    # LEAVE
    # ------------------------------------------------------------

    @api.model
    def _follow_absences(self, users):
        """Leave was entered, moved or called off.

        What was proposed for a day of leave is withdrawn, also after it was upheld;
        days to be heard and to appeal are computed anew.

        :param users: res.users
        """
        # sudo: whoever enters an absence does not read violations
        rows = self.sudo().search(
            [
                ("user_id", "in", users.ids),
                ("state", "in", ("open", "upheld", "appealed")),
            ]
        )
        if not rows:
            return
        away = ViolationProposals(self.sudo().env).find_away(
            [(row.user_id, row.date, row.team_id) for row in rows]
        )
        excused = rows.filtered(
            lambda row: row.source == "fact" and (row.user_id, row.date) in away
        )
        excused._withdraw("leave")
        rows -= excused
        if not rows:
            return
        absences = rows.user_id._get_absences(
            min(rows.mapped("create_date")), datetime.max
        )
        for row in rows:
            if row.state == "open" and not row.date_statement:
                row._keep_time(
                    "date_statement_due",
                    row.date_asked or row.create_date,
                    row.type_id.statement_days,
                    absences,
                )
            if row.state == "upheld" and not row.date_appealed:
                row._keep_time(
                    "date_appeal_due",
                    row.date_decided,
                    row.type_id.appeal_days,
                    absences,
                )

    # ------------------------------------------------------------
    # EVIDENCE
    # ------------------------------------------------------------

    def _get_evidence_title(self):
        return self.evidence or self.display_name

    def _make_gone_error(self):
        return UserError(
            self.env._(
                "What this rests on does not exist any more; what it was called "
                "stands in “What It Rests On”."
            )
        )

    # ------------------------------------------------------------
    # THE NIGHT
    # ------------------------------------------------------------

    @api.model
    def _cron_violations(self):
        """Propose what the facts say, and withdraw what they do not say any more.

        Safe to run twice, on two servers, and to be killed: each batch is committed.
        """
        work_in_steps(
            self.env, (self._ask_anew, *ViolationProposals(self.env).get_steps())
        )
        self.env["ir.cron"]._commit_progress(remaining=0)
