# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, format_list

from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_on_each
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import texts
from odoo.addons.sales_process_mgmt.tools.transaction import scheduled

MANAGER = "sales_team.group_sale_manager"
# So long after the closing a line may be disputed, and so long an answer may take.
DISPUTE_DAYS = 30
ANSWER_DAYS = 7


class SalesProcessCommissionDispute(models.Model):
    """Somebody says that a line is wrong; a sales administrator answers."""

    _name = "sales.process.commission.dispute"
    _description = "Disputed Commission Line"
    _is_private = True
    _inherit = ["sales.process.guard"]
    _order = "date_open desc, id desc"
    _text_limits = {"note": texts.NOTE_LENGTH, "answer": texts.NOTE_LENGTH}
    _fixed_fields = frozenset(("line_id", "note"))
    _later_fields = frozenset(("answer", "amount_granted"))
    _personal_texts = ("note", "answer")
    _personal_ownerships = ("line_id.ownership_id",)

    line_id = fields.Many2one(
        "sales.process.commission.line",
        string="Commission Line",
        required=True,
        index=True,
        ondelete="cascade",
    )
    note = fields.Text(string="Reason of the Dispute", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_open = fields.Date(string="Disputed On", required=True, readonly=True)
    date_due = fields.Date(
        string="Answer Until",
        required=True,
        readonly=True,
        help="A sales administrator answers within seven days.",
    )
    state = fields.Selection(
        [("open", "To Answer"), ("granted", "Granted"), ("refused", "Refused")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    answer = fields.Text(help="The salesperson reads it.")
    amount_granted = fields.Monetary(
        string="Granted Amount",
        help="A line of the first open month, more or less than zero.",
    )
    answered_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    date_answered = fields.Datetime(string="Answered On", readonly=True)
    is_late = fields.Boolean(
        string="Answered Late",
        compute="_compute_is_late",
        store=True,
        help="The answer came after the day until which it was due, where the "
        "salesperson is.",
    )
    can_answer = fields.Boolean(
        compute="_compute_can_answer", help="Whether you may answer."
    )

    date_reminded = fields.Date(
        string="Reminded On",
        readonly=True,
        help="The last day on which who answers was told that the answer is late.",
    )

    _open_uniq = models.UniqueIndex(
        "(line_id) WHERE state = 'open'", "This line is disputed already."
    )

    @api.depends("line_id.name", "user_id.name")
    def _compute_display_name(self):
        for dispute in self:
            # sudo: who disputes is named to whoever reads the dispute
            row = dispute.sudo()
            dispute.display_name = f"{row.user_id.name or ''}, {row.line_id.name or ''}"

    @api.depends("date_answered", "date_due")
    def _compute_is_late(self):
        for dispute in self:
            day = dispute._get_day_answered()
            dispute.is_late = bool(day) and day > dispute.date_due

    def _get_day_answered(self):
        """The day of the answer, where the salesperson is.

        :return: date, or None
        """
        self.ensure_one()
        if not self.date_answered:
            return None
        # sudo: where somebody works is known to the system
        zone = self.env["crm.team"]._get_process_timezone(self.sudo().user_id)
        return deadline_tools.local_date(self.date_answered, zone)

    def _is_late_today(self):
        """Whether the answer came late, or has not come and is late by now.

        :return: bool
        """
        self.ensure_one()
        # sudo: as above
        today = self.env["crm.team"]._get_process_today(self.sudo().user_id)
        return self.is_late or (self.state == "open" and self.date_due < today)

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_can_answer(self):
        is_manager = self.env.user.has_group(MANAGER)
        for dispute in self:
            dispute.can_answer = (
                is_manager
                and dispute.state == "open"
                and dispute.user_id != self.env.user
            )

    @api.model_create_multi
    def create(self, vals_list):
        disputes = super().create(vals_list)
        # sudo: who is above does not depend on reading it
        for dispute in disputes.sudo():
            self.env["sales.process.notice"]._tell(
                dispute._find_answerer(),
                dispute._render_told,
                dispute,
                why="answer",
                answer=True,
            )
        return disputes

    def _find_answerer(self):
        """Who is asked for the answer: an administrator, never who disputes.

        :return: res.users in sudo, one at most
        """
        self.ensure_one()
        return self.env["crm.team"]._find_above(self.company_id, self.user_id)

    @api.model
    def _prepare_server_values(self, vals_list):
        today = self.env["crm.team"]._get_process_today(self.env.user)
        Line = self.env["sales.process.commission.line"]
        begin = self.default_get(["line_id"])
        prepared = []
        for vals in super()._prepare_server_values(vals_list):
            vals = {**begin, **vals}
            # read as who asks: the line of somebody else is refused below
            line = Line.browse(vals.get("line_id") or ()).exists()
            if not line:
                raise UserError(self.env._("Choose the line that you dispute."))
            if not self.env.su:
                line._check_may_dispute(today)
                if self._later_fields & vals.keys():
                    raise AccessError(
                        self.env._("Only a sales administrator answers a dispute.")
                    )
            prepared.append(
                {
                    **vals,
                    "user_id": line.user_id.id,
                    "team_id": line.team_id.id,
                    "company_id": line.company_id.id,
                    "date_open": today,
                    "date_due": today + timedelta(days=ANSWER_DAYS),
                }
            )
        return prepared

    def write(self, vals):
        if not self.env.su:
            self._check_may_answer()
        return super().write(vals)

    def _check_may_answer(self):
        """Refuse who may not answer, or would answer what was answered.

        :raise AccessError: one sentence
        :raise UserError: one sentence
        """
        self.check_access("read")
        for dispute in self:
            if not self.env.user.has_group(MANAGER):
                raise AccessError(
                    self.env._("Only a sales administrator answers a dispute.")
                )
            if dispute.user_id == self.env.user:
                raise dispute.team_id._make_own_matter_error(
                    dispute.user_id, dispute.company_id
                )
            if dispute.state != "open":
                raise UserError(self.env._("This dispute was answered already."))

    def action_grant(self):
        """The line was wrong: what is granted is a line of the first open month.

        :raise AccessError: for whoever may not answer
        """
        self._answer("granted")

    def action_refuse(self):
        """The line is right.

        :raise AccessError: for whoever may not answer
        """
        self._answer("refused")

    def _answer(self, state):
        for dispute in self:
            # each by itself: a row that stands twice in a request is answered once
            dispute._check_may_answer()
            if not (dispute.answer or "").strip():
                raise UserError(
                    self.env._("Write down the answer: the salesperson reads it.")
                )
            if state == "granted" and not dispute.amount_granted:
                raise UserError(
                    self.env._("Enter the amount that you grant, or refuse.")
                )
            # sudo: written by the system after the check above
            row = dispute.sudo()._lock_rows()
            row.write(
                {
                    "state": state,
                    "answered_by_id": self.env.uid,
                    "date_answered": self.env.cr.now(),
                    **({} if state == "granted" else {"amount_granted": 0}),
                }
            )
            if state == "granted":
                row._book()
            self.env["sales.process.notice"]._tell(
                row.user_id, row._render_answered, row
            )

    def _book(self):
        """What was granted is a line of the first open month; in sudo."""
        self.ensure_one()
        line, company = self.line_id, self.company_id
        Month = self.env["sales.process.commission.month"]
        day = Month._get_today(company)
        month = max(
            line.date_month,
            Month._get_first_open(company).get(company, line.date_month),
        )
        key = (company.id, month, self.user_id.id)
        Ledger = self.env["sales.process.commission.ledger"]
        statement = Ledger._get_statements([key], {})[key]
        Month._bump(statement)
        self.env["sales.process.commission.line"].create(
            {
                "statement_id": statement.id,
                "user_id": self.user_id.id,
                "team_id": self.team_id.id,
                "agreement_id": line.agreement_id.id,
                "kind": "granted",
                "date": day,
                "name": line.name,
                "source": f"sales.process.commission.dispute:{self.id}",
                "payment": line.payment,
                "invoice": line.invoice,
                "share_percent": line.share_percent,
                "amount_plain": self.amount_granted,
                "amount": self.amount_granted,
            }
        )
        statement._refresh_totals()

    # ------------------------------------------------------------
    # LATE ANSWERS
    # ------------------------------------------------------------

    @api.model
    @scheduled
    def _cron_remind(self):
        """Remind who has to answer of late answers: one message a day and person."""
        # sudo: the scheduler reads all disputes
        rows = self.sudo().search([("state", "=", "open")], order="date_due, id")
        by_person = {}
        for dispute in rows:
            person = dispute._find_answerer()
            if not person:
                continue
            today = person._get_process_today()
            if dispute.date_due < today and (dispute.date_reminded or today) <= today:
                by_person.setdefault(person, []).append(dispute)

        def work(people):
            for person in people:
                self.browse(dispute.id for dispute in by_person[person]).sudo()._remind(
                    person
                )

        work_on_each(self.env, list(by_person), work, lambda person, error: None)

    def _remind(self, person):
        """Tell somebody once a day that answers are late.

        :param person: res.users
        """
        today = person._get_process_today()
        if all(dispute.date_reminded == today for dispute in self):
            return
        self.date_reminded = today
        self.env["sales.process.notice"]._tell(
            person, self._render_late, self[0], why="answer", answer=True
        )

    def _render_late(self, env):
        """What the administrator is told; no amount, it is private.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        names = format_list(env, sorted(set(self.user_id.mapped("name"))))
        if len(self) == 1:
            return env._("An answer about commission is late"), env._(
                "%(names)s waits for your answer about a commission line since "
                "%(day)s.",
                names=names,
                day=format_date(env, self.date_due),
            )
        return env._("Answers about commission are late"), env._(
            "%(count)s disputed commission lines wait for your answer, the oldest "
            "since %(day)s: %(names)s.",
            count=len(self),
            day=format_date(env, self[0].date_due),
            names=names,
        )

    def _render_told(self, env):
        """What the administrator is told; no amount, it is private.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        return env._("A commission line is disputed"), env._(
            "%(user)s disputes a line of the commission: %(note)s Answer until "
            "%(day)s.",
            user=self.user_id.name,
            note=self.note,
            day=format_date(env, self.date_due),
        )

    def _render_answered(self, env):
        """What the salesperson is told.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        return env._("Your dispute about a commission line was answered"), self.answer
