# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import tokens
from .sales_process_complaint_intake import ComplaintIntake

# Only who decides says these.
OF_THE_DECIDER = frozenset(("against_id", "handler_id", "partner_id", "severity"))


class SalesProcessComplaint(models.Model):
    """A customer complains: somebody answers for it, until the customer has been told.

    It comes in by one way, whatever the door (see ``ComplaintIntake``), and belongs to
    who leads the team of the customer. Whoever it is against neither reads it, follows
    it, is told of it nor closes it, and nobody who works below that person decides.
    """

    _name = "sales.process.complaint"
    _description = "Complaint"
    _is_private = True
    _inherit = [
        "sales.process.complaint.reader",
        "sales.process.complaint.mail",
        "sales.process.complaint.course",
        "sales.process.complaint.deadline",
        "sales.process.judged",
        "sales.process.guard",
        "mail.thread",
    ]
    _order = "date desc, id desc"
    _primary_email = "contact_email"
    _rec_names_search = ["code", "name"]
    _personal_names = ("contact_name", "contact_phone", "contact_email", "name")
    _personal_texts = (
        "action_taken",
        "description",
        "fingerprint",
        "origin_hash",
        "verdict_note",
    )
    _personal_ownerships = ("ownership_id",)
    _text_limits = {
        "name": texts.NAME_LENGTH,
        "description": texts.NOTE_LENGTH,
        "contact_name": texts.NAME_LENGTH,
        "contact_phone": texts.NAME_LENGTH,
        "contact_email": texts.NAME_LENGTH,
        "action_taken": texts.NOTE_LENGTH,
    }

    code = fields.Char(
        string="Number",
        readonly=True,
        copy=False,
        help="Drawn by lot: it says nothing about how many complaints there are.",
    )
    name = fields.Char(
        string="Headline",
        required=True,
        readonly=True,
        size=texts.NAME_LENGTH,
        help="In the words of who complains.",
    )
    description = fields.Text(
        string="In the Customer's Words", readonly=True, help="As it came in."
    )
    channel = fields.Selection(
        [
            ("hand", "By Telephone or in Person"),
            ("email", "E-mail"),
            ("portal", "Portal"),
            ("public", "Public Link"),
        ],
        string="Came by",
        required=True,
        readonly=True,
        default="hand",
    )
    severity = fields.Selection(
        [("minor", "Minor"), ("serious", "Serious"), ("grave", "Grave")],
        required=True,
        default="serious",
        help="It says how many working hours there are. Only who decides changes it.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        ondelete="set null",
    )
    contact_name = fields.Char(
        string="Who Complains", readonly=True, size=texts.NAME_LENGTH
    )
    contact_phone = fields.Char(
        string="Telephone of Who Complains", readonly=True, size=texts.NAME_LENGTH
    )
    contact_email = fields.Char(
        string="E-mail of Who Complains", readonly=True, size=texts.NAME_LENGTH
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Owned",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer behind the contact details, when the complaint came in.",
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Owner Then",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who owned the customer when the complaint came in.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Team Then",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Whose leader decides.",
    )
    addressed_team_id = fields.Many2one(
        "crm.team",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Through whose link or address it came in; the customer may be one of "
        "another team.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    recorded_by_id = fields.Many2one(
        "res.users",
        string="Written Down By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who heard it. What the owner of a customer writes down once the customer "
        "is due does not keep it.",
    )
    against_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        domain=[("share", "=", False)],
        ondelete="restrict",
        help="This person does not see the complaint, follows nothing of it, is told "
        "nothing and does not close it.",
    )
    handler_id = fields.Many2one(
        "res.users",
        string="Works on It",
        index="btree_not_null",
        domain=[("share", "=", False)],
        ondelete="restrict",
        help="Who finds out what happened and tells the customer.",
    )
    decider_id = fields.Many2one(
        "res.users",
        string="Decides",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who answers for it: the leader, else to whom the leader reports, else a "
        "sales administrator. After each deadline that passes, the next one above.",
    )
    state = fields.Selection(
        [
            ("open", "Being Handled"),
            ("decided", "Customer to Be Told"),
            ("closed", "Case Closed"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    date = fields.Datetime(string="Came in On", required=True, readonly=True)
    date_due = fields.Datetime(
        string="Promised until",
        readonly=True,
        help="By then the customer has been told, in working hours of the team by the "
        "severity. The time during which it was closed does not count.",
    )
    date_escalate = fields.Datetime(
        string="Goes Up On",
        readonly=True,
        help="If it is still open then, the next one above decides.",
    )
    escalation = fields.Integer(
        string="Times It Went Up", readonly=True, aggregator=None
    )
    is_late = fields.Boolean(
        string="Answer Overdue", compute="_compute_is_late", search="_search_is_late"
    )
    late_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who worked on it, else who decided, when the promised time was over.",
    )
    date_late = fields.Datetime(
        string="Late On", readonly=True, help="The promised time that was missed."
    )
    hours_left = fields.Float(
        readonly=True,
        aggregator=None,
        help="Working hours that were left when it was closed.",
    )
    cause = fields.Selection(
        [
            ("product", "Product"),
            ("delivery", "Delivery"),
            ("service", "Service"),
            ("price", "Price"),
            ("conduct", "Conduct"),
            ("other", "Other"),
        ],
        help="Why it happened. Of service and conduct the person answers, of the rest "
        "nobody by name.",
    )
    action_taken = fields.Text(
        string="What Was Done", help="For the customer, and so that it does not recur."
    )
    verdict = fields.Selection(
        [
            ("justified", "Justified"),
            ("partly", "Partly Justified"),
            ("unjustified", "Not Justified"),
        ],
        readonly=True,
    )
    verdict_note = fields.Text(string="Reason of the Verdict", readonly=True)
    decided_by_id = fields.Many2one(
        "res.users",
        string="Verdict By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    date_decided = fields.Datetime(string="Verdict On", readonly=True)
    date_told = fields.Datetime(string="Customer Told On", readonly=True)
    customer_agrees = fields.Selection(
        [
            ("yes", "Agrees"),
            ("no", "Does Not Agree"),
            ("unreached", "Could Not Be Reached"),
        ],
        string="What the Customer Says",
        readonly=True,
    )
    closed_by_id = fields.Many2one(
        "res.users",
        string="Case Closed By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    date_closed = fields.Datetime(string="Case Closed On", readonly=True)
    date_reopen_until = fields.Datetime(string="May Be Reopened until", readonly=True)
    reopen_count = fields.Integer(
        string="Times Reopened", readonly=True, aggregator=None
    )
    weighs_on_id = fields.Many2one(
        "res.users",
        string="Counts For",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="For whom a justified complaint is counted: whom it is against, else who "
        "owned the customer then, where service or conduct was the cause.",
    )
    previous_id = fields.Many2one(
        "sales.process.complaint",
        string="Earlier Complaint",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer answered a complaint that could not be reopened any more.",
    )
    fingerprint = fields.Char(readonly=True, export_string_translation=False)
    repeat = fields.Integer(
        readonly=True,
        aggregator=None,
        export_string_translation=False,
        help="How many of the same words came from the same sender before.",
    )
    origin_hash = fields.Char(
        readonly=True,
        index="btree_not_null",
        groups="base.group_system",
        export_string_translation=False,
    )
    can_decide = fields.Boolean(compute="_compute_can")
    can_work = fields.Boolean(compute="_compute_can")

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL")
    _same_uniq = models.UniqueIndex(
        "(fingerprint, company_id, repeat) WHERE length(fingerprint) = 64"
    )
    _late_idx = models.Index("(date_late) WHERE date_late IS NOT NULL")
    _open_idx = models.Index("(date_escalate) WHERE state != 'closed'")
    _open_ownership_idx = models.Index("(ownership_id) WHERE state != 'closed'")
    _check_people = models.Constraint(
        """CHECK(against_id IS NULL
             OR (handler_id IS DISTINCT FROM against_id
                 AND decider_id IS DISTINCT FROM against_id
                 AND decided_by_id IS DISTINCT FROM against_id
                 AND closed_by_id IS DISTINCT FROM against_id))""",
        "Nobody works on a complaint about themselves: choose somebody else.",
    )
    _check_closed = models.Constraint(
        "CHECK((state = 'closed') = (date_closed IS NOT NULL))",
        "A complaint is closed at a moment.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(filter(None, (row.code, row.name)))

    @api.depends("date_due", "state", "date_closed")
    def _compute_is_late(self):
        now = self.env.cr.now()
        for row in self:
            row.is_late = bool(row.date_due) and row.date_due < (row.date_closed or now)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = [("state", "!=", "closed"), ("date_due", "<", self.env.cr.now())]
        return domain if True in value else ["!", "&", *domain]

    @api.depends("state", "against_id", "handler_id", "decider_id", "team_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        for row in self:
            row.can_decide = row._may_decide(user)
            # sudo: who works on it is known to whoever reads it
            row.can_work = row.can_decide or row.sudo().handler_id == user

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def _get_eligible(self):
        """Who may decide, the nearest first: nobody whom it is against, nor below.

        The leader of a team that takes no complaints is not asked about one: a sales
        administrator is, so that none gets lost.

        :return: list of res.users in sudo
        """
        self.ensure_one()
        # sudo: who leads a team does not depend on reading it
        row = self.sudo()
        if not row.company_id:
            # a form that was just opened
            return []
        nobody = row.env["res.users"]
        team = row.team_id if row.team_id.process_complaint else nobody.env["crm.team"]
        eligible = team._get_judges(
            row.against_id, nobody, row.against_id, row.company_id, is_whole_line=True
        )
        return [user for user in eligible if user != row.against_id]

    def _get_asked(self):
        """Who answers for it: as far up the line as it has gone.

        :return: res.users in sudo, one at most
        """
        eligible = self._get_eligible()
        if not eligible:
            # sudo: nobody, as those who are eligible are returned
            return self.env["res.users"].sudo()
        return eligible[min(self.escalation, len(eligible) - 1)]

    def _check_handler(self):
        """Refuse to let somebody work on it who may not.

        :raise UserError: one sentence
        """
        # sudo: a constraint holds whoever writes
        for row in self.sudo().filtered("handler_id"):
            handler, accused = row.handler_id, row.against_id
            if handler == accused:
                raise UserError(
                    self.env._(
                        "Nobody works on a complaint about themselves: choose somebody "
                        "else."
                    )
                )
            if accused and self.env["crm.team"]._reports_to(handler, accused):
                raise UserError(
                    self.env._(
                        "%(person)s works below whom it is against: choose somebody "
                        "else.",
                        person=handler.name,
                    )
                )
            if (
                handler.share
                or not handler.active
                or row.company_id not in handler.company_ids
                or not handler.has_group("sales_team.group_sale_salesman")
            ):
                raise UserError(
                    self.env._(
                        "%(person)s cannot open complaints of %(company)s: choose "
                        "somebody else.",
                        person=handler.name,
                        company=row.company_id.name,
                    )
                )

    # ------------------------------------------------------------
    # RECORDING
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Use “Record a Complaint”: it finds out whose it is.")
            )
        now = self.env.cr.now().replace(microsecond=0)
        prepared = [
            {**vals, "date": now, "code": code}
            for vals, code in zip(
                vals_list, self._draw_codes(len(vals_list)), strict=True
            )
        ]
        rows = super().create(prepared)
        rows._check_handler()
        rows._update_decider()
        rows._start_clock(now)
        rows._tell_deciders()
        handled = rows.filtered("handler_id")
        handled._tell_handlers()
        return rows

    @api.model
    def _draw_codes(self, number):
        """Numbers that no complaint has.

        :param int number: how many
        :return: list of str
        """
        codes = set()
        while len(codes) < number:
            drawn = {tokens.make_reference() for _place in range(number - len(codes))}
            # each: once more only where a number was drawn before
            drawn -= set(self.search([("code", "in", list(drawn))]).mapped("code"))
            codes |= drawn
        return list(codes)

    def _take_up(self, user):
        """Whoever records a complaint of an own customer works on it.

        Unless it is against somebody: then the leader says who does.

        :param user: res.users who has recorded it
        """
        mine = self.filtered(lambda row: row.owner_id == user and not row.against_id)
        if mine:
            mine.handler_id = user

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self.check_access("write")
        locked = self.sudo()._lock_rows()
        if locked.filtered(lambda row: row.state == "closed"):
            raise UserError(
                self.env._("A closed complaint does not change: reopen it first.")
            )
        # what a verdict rests on is the decider's from then on
        if not OF_THE_DECIDER.isdisjoint(vals) or "decided" in locked.mapped("state"):
            self._check_decider()
        before = {row: (row.against_id, row.severity, row.handler_id) for row in locked}
        if vals.get("against_id") == self.env.uid:
            raise UserError(
                self.env._(
                    "Press “It Is About Me”: the complaint leaves your list, and "
                    "somebody else decides."
                )
            )
        if vals.get("against_id"):
            locked._take_away(vals["against_id"])
        result = super().write(vals)
        # sudo: what follows from it is the system's
        self.sudo()._follow_write(before)
        return result

    def _take_away(self, user_id):
        """Whom it is against works on it no more, and what that person decided is void.

        :param int user_id: of res.users
        """
        for row in self:
            if row.handler_id.id == user_id:
                row.handler_id = False
            if row.decider_id.id == user_id:
                row.decider_id = False
            if row.decided_by_id.id == user_id:
                row.write(
                    {
                        "state": "open",
                        "verdict": False,
                        "verdict_note": False,
                        "decided_by_id": False,
                        "date_decided": False,
                    }
                )

    def _follow_write(self, before):
        """What follows from whom it is against, how grave it is, who works on it.

        :param dict before: ``{complaint: (against, severity, handler)}``
        """
        self._check_handler()
        for row in self:
            against, severity, handler = before[row]
            if row.against_id != against:
                row._shut_out()
                row._update_decider()
                row._tell_deciders()
            if row.severity != severity and row.team_id:
                hours = row.team_id._get_complaint_hours(row.severity)
                due = row.team_id._add_working_hours(row.date, hours)
                now = self.env.cr.now().replace(microsecond=0)
                row.write({"date_due": due, "date_escalate": max(due, now)})
                if due > now:
                    row.write({"late_by_id": False, "date_late": False})
            if row.handler_id and row.handler_id != handler:
                row._tell_handlers()
            if row.partner_id and not row.ownership_id:
                row._find_owner()

    def _find_owner(self):
        """The contact is known by now: whose customer it is, too."""
        ownership = ComplaintIntake(self.env, self.team_id).find_customer(
            {"partner_id": self.partner_id.id}, self.company_id
        )
        self.write({"ownership_id": ownership.id, "owner_id": ownership.user_id.id})

    def _check_decider(self):
        """Refuse others than who may decide.

        :raise AccessError: one sentence
        """
        for row in self:
            if not row._may_decide(self.env.user):
                # sudo: the name in a refusal
                decider = row.sudo().decider_id
                raise AccessError(
                    self.env._(
                        "You do not decide about this: %(person)s does.",
                        person=decider.name or "",
                    )
                )

    def _lock_for(self, is_decision=False):
        """The row in sudo, locked, for who works on it, or for who decides.

        :param bool is_decision: whether only who decides may
        :return: sales.process.complaint in sudo
        :raise AccessError: one sentence
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: written by the system about who acts
        row = self.sudo()._lock_rows()
        mine = self.with_env(self.env)
        if is_decision or row.handler_id != self.env.user:
            mine._check_decider()
        return row

    # ------------------------------------------------------------
    # TELLING
    # ------------------------------------------------------------

    def _tell_deciders(self):
        """Whoever answers for it is told; the customer is not named in the message."""
        for decider, rows in self.grouped("decider_id").items():
            self._tell(
                decider,
                lambda env, rows=rows: (
                    env._("A complaint waits for you"),
                    format_list(env, rows.mapped("code")),
                ),
                "leader",
            )

    def _tell_handlers(self):
        """Whoever works on it is told."""
        for handler, rows in self.grouped("handler_id").items():
            self._tell(
                handler,
                lambda env, rows=rows: (
                    env._("You work on a complaint"),
                    format_list(env, rows.mapped("code")),
                ),
                "work",
            )

    @api.model
    def _tell(self, users, render, why):
        users = users.filtered(lambda user: user.active)
        if users:
            self.env["sales.process.notice"]._tell(users, render, why=why, answer=True)
