# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import datetime

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from odoo.addons.sales_process_mgmt.exceptions import repeat_lost_races
from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import policies as policy_tools
from ..tools import violations as violation_tools
from .sales_process_violation_proposal import ViolationProposals

_logger = logging.getLogger(__name__)

COUNTED = ("upheld",)
UNDECIDED = ("open", "appealed")
# What is older is not held against anybody by hand.
RECORD_YEARS = 2
# What is empty again when somebody is heard anew.
FIELDS_OF_THE_COURSE = (
    "date_statement",
    "decided_by_id",
    "date_decided",
    "decision",
    "date_appeal_due",
    "appeal",
    "date_appealed",
    "appeal_decided_by_id",
    "date_appeal_decided",
    "appeal_decision",
    "withdraw_reason",
    "date_withdrawn",
)


class SalesProcessViolation(models.Model):
    """A breach of a rule: recorded with its evidence, heard, decided by somebody else.

    It is read by the person, by who leads the team in which it happened, by whoever is
    asked to decide, and by sales administrators. It has no chatter, so that nobody can
    be added to it. It bears points, never an amount of money.
    """

    _name = "sales.process.violation"
    _description = "Violation"
    _is_private = True
    _inherit = ["sales.process.guard", "sales.process.evidence.link"]
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
    decided_by_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    date_decided = fields.Datetime(string="Decided On", readonly=True)
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

    @api.depends("type_id", "date", "user_id")
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

    def _may_decide(self, user):
        """Tell whether somebody decides about this.

        :return: bool
        """
        self.ensure_one()
        return user.sudo() in self._get_eligible()

    def _update_decider(self):
        for row in self.sudo():
            row.decider_id = next(iter(row._get_eligible()), False)

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

    def _check_recorder(self):
        """Refuse who may not record this.

        :raise AccessError: for who does not lead the person, and in the own matter
        :raise UserError: one sentence
        """
        user = self.env.user
        for row in self:
            person, team = row.sudo().user_id, row.sudo().team_id
            if person == user:
                raise AccessError(
                    self.env._(
                        "Nobody records a violation of their own: tell your leader."
                    )
                )
            if self.env["crm.team"]._reports_to(user, person):
                raise AccessError(
                    self.env._(
                        "%(person)s leads you: tell a sales administrator instead.",
                        person=person.name,
                    )
                )
            if not team._may_decide(user, person, row.sudo().company_id):
                raise AccessError(
                    self.env._(
                        "Only the leader of %(team)s or a sales administrator records "
                        "this.",
                        team=team.name,
                    )
                )
            if not team.process_violation:
                raise UserError(
                    self.env._(
                        "%(team)s records no violations: switch it on in the team.",
                        team=team.name,
                    )
                )
            row._check_facts()

    def _check_facts(self):
        """Refuse what cannot have happened.

        :raise UserError: one sentence
        """
        self.ensure_one()
        row = self.sudo()
        person, team = row.user_id, row.team_id
        Member = self.env["crm.team.member"].sudo().with_context(active_test=False)
        was_there = person == team.user_id or Member.search_count(
            [("crm_team_id", "=", team.id), ("user_id", "=", person.id)], limit=1
        )
        if not was_there:
            raise UserError(
                self.env._(
                    "%(person)s has never worked in %(team)s: choose the team in which "
                    "it happened.",
                    person=person.name,
                    team=team.name,
                )
            )
        if not (row.note or "").strip():
            raise UserError(self.env._("Write down what happened."))
        today = self.env["crm.team"]._get_process_today(person)
        if row.date > today:
            raise UserError(self.env._("This day is still to come."))
        if row.date < today - relativedelta(years=RECORD_YEARS):
            raise UserError(
                self.env._(
                    "What happened more than %(years)s years ago is not recorded any "
                    "more.",
                    years=RECORD_YEARS,
                )
            )
        if row.type_id.company_id and row.type_id.company_id != row.company_id:
            raise UserError(
                self.env._("This type belongs to another company: choose another one.")
            )
        policy = row.type_id.policy_id
        if policy and not policy._is_in_effect(row.date):
            raise UserError(
                self.env._(
                    "“%(policy)s” was not in effect on that day.",
                    policy=policy.name,
                )
            )

    def _begin(self):
        """Say who decides and until when the person is heard; tell both."""
        now = self.env.cr.now().replace(microsecond=0)
        self.write({"date_asked": now})
        self._update_decider()
        absences = self.user_id._get_absences(now, datetime.max)
        for row in self:
            row.date_statement_due = row._get_deadline(
                now, row.type_id.statement_days, absences
            )
        for user, rows in self.grouped("user_id").items():
            self._tell(
                user,
                lambda env, rows=rows: (
                    env._("A violation was recorded: say what happened"),
                    "; ".join(rows.with_env(env).sudo().mapped("display_name")),
                ),
            )
        self._tell_deciders()

    def _tell_deciders(self):
        """Whoever is asked is told, once of all that waits."""
        for decider, rows in self.grouped("decider_id").items():
            self._tell(
                decider,
                lambda env, rows=rows: (
                    env._("A violation waits for your decision"),
                    "; ".join(rows.with_env(env).sudo().mapped("display_name")),
                ),
                why="leader",
            )

    @api.model
    def _ask_anew(self):
        """Whoever was asked and has left decides no more: the next one is asked."""
        rows = self.search(
            [
                ("state", "in", UNDECIDED),
                "|",
                ("decider_id", "=", False),
                ("decider_id.active", "=", False),
            ]
        )
        rows._update_decider()
        rows._tell_deciders()

    def _get_deadline(self, moment, days, absences):
        """The end of the N-th day of presence of the person after a moment.

        :param moment: naive UTC datetime
        :param int days: how many
        :param dict absences: of people since the moment, see ``_get_absences``
        :return: naive UTC datetime
        """
        self.ensure_one()
        return policy_tools.reading_deadline(
            moment, days, self._get_zone(), absences.get(self.user_id, ())
        ).replace(microsecond=0)

    def _get_zone(self):
        """Where the person worked when it happened.

        :return: pytz zone
        """
        self.ensure_one()
        return self.team_id._get_process_timezone(self.user_id)

    def _keep_time(self, name, moment, days, absences):
        """Compute a deadline anew; leave that is called off makes nobody late at once.

        :param str name: the field of the deadline; see :meth:`_get_deadline`
        """
        self[name] = policy_tools.keep_time(
            self._get_deadline(moment, days, absences),
            self[name],
            self.env.cr.now(),
            self._get_zone(),
        ).replace(microsecond=0)

    @api.model
    def _tell(self, users, render, why="work"):
        """Tell people, whoever is named, with a link to the list and no more.

        :param users: res.users
        :param render: function of an environment that gives subject and text
        """
        if users:
            self.env["sales.process.notice"]._tell(users, render, why=why, answer=True)

    # ------------------------------------------------------------
    # HEARING AND DECIDING
    # ------------------------------------------------------------

    def _open_answer(self, kind, title):
        self.ensure_one()
        self.check_access("read")
        return self.env["sales.process.violation.answer"]._open(
            kind, title, default_violation_id=self.id
        )

    def action_statement(self):
        """The person says what happened.

        :return: dict, a window action
        """
        return self._open_answer("statement", self.env._("Say What Happened"))

    def action_uphold(self):
        """Decide that it counts.

        :return: dict, a window action
        """
        return self._open_answer("uphold", self.env._("Uphold"))

    def action_waive(self):
        """Decide that it does not count.

        :return: dict, a window action
        """
        return self._open_answer("waive", self.env._("Waive"))

    def action_appeal(self):
        """The person does not accept the decision.

        :return: dict, a window action
        """
        return self._open_answer("appeal", self.env._("Appeal"))

    def _lock_for(self, person=None):
        """The row in sudo, locked, for whose turn it is.

        :param bool person: for the person, else for who decides
        :raise AccessError: for anybody else
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if person and self.user_id != user:
            raise AccessError(
                self.env._(
                    "Only %(person)s says this.", person=self.sudo().user_id.name
                )
            )
        # sudo: written by the system about who acts
        row = self.sudo()._lock_rows()
        if not person and not row._may_decide(user):
            decider = next(iter(row._get_eligible()), None)
            raise AccessError(
                self.env._(
                    "You do not decide about this: %(person)s does.",
                    person=decider.name,
                )
                if decider
                else self.env._("Nobody decides in their own matter.")
            )
        return row

    def _state_error(self):
        return UserError(
            self.env._("This has been decided meanwhile: reload the page.")
        )

    def _say(self, text):
        """The person is heard; what was said first stays above what is added.

        :param str text: in the words of the person
        """
        row = self._lock_for(person=True)
        if row.state != "open":
            raise self._state_error()
        row.write(
            {
                "statement": "\n\n".join(filter(None, (row.statement, text))),
                "date_statement": self.env.cr.now().replace(microsecond=0),
            }
        )

    def _decide(self, uphold, text):
        """Uphold or waive, the first time or on appeal.

        :param bool uphold: whether it counts
        :param str text: why
        :raise AccessError: for who recorded it, the person, and who works below them
        :raise UserError: where the person has not been heard
        """
        row = self._lock_for()
        if row.state not in UNDECIDED:
            raise self._state_error()
        now = self.env.cr.now().replace(microsecond=0)
        if row.state == "appealed":
            values = {
                "appeal_decided_by_id": self.env.uid,
                "date_appeal_decided": now,
                "appeal_decision": text,
            }
        else:
            if uphold and not row.date_statement and now <= row.date_statement_due:
                raise UserError(
                    self.env._(
                        "%(person)s may say what happened until %(moment)s: decide "
                        "after that, or waive it now.",
                        person=row.user_id.name,
                        moment=row._format_for_reader(row.date_statement_due),
                    )
                )
            values = {
                "decided_by_id": self.env.uid,
                "date_decided": now,
                "decision": text,
            }
            if uphold:
                values["date_appeal_due"] = row._get_deadline(
                    now,
                    row.type_id.appeal_days,
                    row.user_id._get_absences(now, datetime.max),
                )
        # whoever was asked and has not decided reads it no more
        row.write(
            {
                **values,
                "state": "upheld" if uphold else "waived",
                "points": 0,
                "decider_id": False,
            }
        )
        row._update_ladder()
        self._tell(
            row.user_id,
            lambda env: (
                env._("A violation was upheld")
                if uphold
                else env._("A violation was waived: it weighs nothing"),
                row.with_env(env).sudo().display_name,
            ),
        )

    def _format_for_reader(self, moment):
        """A moment as the reader's clock shows it.

        :return: str
        """
        return format_datetime(self.env, moment, dt_format="short")

    def _appeal(self, text):
        """The person does not accept the decision: somebody else looks at it.

        :param str text: why
        :raise UserError: after the last day where the person works, or twice
        """
        row = self._lock_for(person=True)
        now = self.env.cr.now()
        if row.state == "appealed":
            raise UserError(
                self.env._("You have appealed already: somebody else decides now.")
            )
        if row.date_appealed:
            raise UserError(self.env._("The appeal has been decided: that is the end."))
        if row.state != "upheld":
            raise self._state_error()
        if now > row.date_appeal_due:
            raise UserError(
                self.env._(
                    "The time to appeal was over at %(moment)s.",
                    moment=row._format_for_reader(row.date_appeal_due),
                )
            )
        row.write(
            {
                "state": "appealed",
                "points": 0,
                "appeal": text,
                "date_appealed": now.replace(microsecond=0),
            }
        )
        row._update_decider()
        row._update_ladder()
        self._tell(
            row.decider_id,
            lambda env: (
                env._("An appeal waits for your decision"),
                row.with_env(env).sudo().display_name,
            ),
            why="leader",
        )

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

    def _reopen(self):
        """What was taken back stands again: who is concerned is heard and told anew.

        What was decided before was taken back as well, and may be appealed against
        anew; what the person has said stays.
        """
        for row in self:
            said = "\n\n".join(filter(None, (row.statement, row.appeal)))
            row.statement = said[: texts.NOTE_LENGTH]
        if self:
            self.write({"state": "open", **dict.fromkeys(FIELDS_OF_THE_COURSE, False)})
            self._begin()

    def _withdraw(self, reason):
        """The system takes these back; they stay visible and weigh nothing.

        :param str reason: value of ``withdraw_reason``
        """
        if not self:
            return
        self.write(
            {
                "state": "withdrawn",
                "points": 0,
                "decider_id": False,
                "withdraw_reason": reason,
                "date_withdrawn": self.env.cr.now().replace(microsecond=0),
            }
        )
        self._update_ladder()
        for user, rows in self.grouped("user_id").items():
            self._tell(
                user,
                lambda env, rows=rows: (
                    env._("A violation was withdrawn: it weighs nothing"),
                    "; ".join(rows.with_env(env).sudo().mapped("display_name")),
                ),
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

        Safe to run twice, on two servers, and to be killed.
        """

        def run():
            self._ask_anew()
            ViolationProposals(self.env).run()

        if not repeat_lost_races(self.env, run):
            _logger.info("Violations are proposed by the next run")
        self.env["ir.cron"]._commit_progress(remaining=0)
