# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools.transaction import scheduled

from ..tools import promises as promise_tools

# Nobody agrees on a payment later than this; a longer span is a slip of the keyboard.
PROMISE_DAYS = 366
# What is judged anew in one commit
BATCH = 500
CHANNELS = [
    ("call", "Call"),
    ("visit", "Visit"),
    ("message", "Chat Message"),
    ("other", "Other"),
]


class SalesProcessPromise(models.Model):
    """What a customer has promised to pay until when, and whether the money came.

    Said once: it stays as it was said. What has become of it follows from the money.
    """

    _name = "sales.process.promise"
    _description = "Promise to Pay"
    _inherit = ["sales.process.debt.entry"]
    _order = "date_due desc, id desc"
    _fixed_fields = frozenset(
        (
            "amount",
            "channel",
            "chase_id",
            "date_due",
            "money_id",
            "note",
            "ownership_id",
        )
    )

    money_id = fields.Many2one(
        help="What the customer promised to pay. Without it: anything of the customer.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="Promised", required=True, help="In the currency of the company."
    )
    date_said = fields.Date(
        string="Said On",
        required=True,
        readonly=True,
        default=lambda self: self._default_date_said(),
        help="The day of whoever wrote it down.",
    )
    date_due = fields.Date(
        string="Promised For",
        required=True,
        index=True,
        help="The last day on which the money is in time.",
    )
    channel = fields.Selection(
        CHANNELS,
        string="Said In",
        required=True,
        default="call",
        help="The promise is a follow-up by this channel, too.",
    )
    note = fields.Text(
        string="What Was Said",
        help="It is the subject of the follow-up.",
    )
    amount_before = fields.Monetary(
        readonly=True,
        help="What had arrived on the day of the promise before it was given.",
    )
    amount_arrived = fields.Monetary(
        string="Arrived in Time",
        readonly=True,
        help="Money that came from the day of the promise until the agreed day. No "
        "money keeps two promises: the one that is due first is first.",
    )
    state = fields.Selection(
        [
            ("open", "Waiting"),
            ("kept", "Kept"),
            ("partly", "Partly Kept"),
            ("broken", "Broken"),
            ("cancelled", "Entered by Mistake"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        help="Follows from the money: Kept when all of it has arrived in time, Partly "
        "Kept or Broken when the day is over.",
    )
    kept_percent = fields.Float(
        string="Kept (%)",
        readonly=True,
        aggregator="avg",
        help="100 where the promise was kept, 0 where it was not, also where a part "
        "has come. Counts from the moment at which it is known.",
    )
    date_decided = fields.Datetime(
        string="Known Since",
        readonly=True,
        index="btree_not_null",
        help="When the money was there, or the agreed day was over.",
    )
    date_read = fields.Datetime(
        string="Read by the Leader",
        readonly=True,
        help="It is no open matter any more.",
    )
    _check_amount = models.Constraint(
        "CHECK(amount > 0)", "A promise is about an amount above zero."
    )
    _check_days = models.Constraint(
        "CHECK(date_due >= date_said)", "The promised day is today or later."
    )
    _undecided_idx = models.Index("(date_due) WHERE state = 'open'")

    @api.model
    def _default_date_said(self):
        return self.env["crm.team"]._get_process_today(self.env.user)

    # ------------------------------------------------------------
    # WHAT IS SAID
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        promises = super().create(vals_list)
        if not self.env.su:
            promises._check_said()
            promises._log_contacts()
        # sudo: what has become of it is the system's
        promises.sudo()._judge()
        return promises

    @api.model
    def _prepare_server_values(self, vals_list):
        today = self._default_date_said()
        prepared = []
        for vals in super()._prepare_server_values(vals_list):
            if not self.env.su:
                self._check_values(vals, today)
            debt = self._get_debt(vals, self.env.user)
            prepared.append(
                {
                    **vals,
                    **debt,
                    "date_said": vals.get("date_said") or today,
                    "amount_before": self._get_arrived_before(debt, today),
                }
            )
        return prepared

    def _get_arrived_before(self, debt, day):
        """What came on the day of a promise before it was given."""
        if not debt:
            # nobody has said of which: it is refused as what is missing
            return 0
        # sudo: as in _get_debt, which has asked whether the user collects
        rows = (
            self.env["sales.process.money"]
            .sudo()
            .search(
                [
                    ("ownership_id", "=", debt["ownership_id"]),
                    ("kind", "=", "collected"),
                    ("date", "=", day),
                    *(
                        [("move_id", "=", debt["move_id"])]
                        if debt.get("move_id")
                        else []
                    ),
                ]
            )
        )
        return sum(row.amount for row in rows if row.amount > 0)

    @api.model
    def _check_values(self, vals, today):
        """Refuse what nobody says.

        :param dict vals: what a client sent
        :param today: the day of who writes it down
        :raise UserError: one sentence
        """
        if not (vals.get("note") or "").strip():
            raise UserError(self.env._("Write down what the customer said."))
        amount = vals.get("amount")
        if isinstance(amount, int | float) and amount <= 0:
            raise UserError(self.env._("A promise is about an amount above zero."))
        due = fields.Date.to_date(vals.get("date_due") or today)
        if due < today:
            raise UserError(self.env._("The promised day is today or later."))
        if due > today + timedelta(days=PROMISE_DAYS):
            raise UserError(
                self.env._(
                    "A promise is at most %(days)s days ahead: enter an earlier day.",
                    days=PROMISE_DAYS,
                )
            )

    def _check_said(self):
        """Refuse to be promised more than is owed.

        :raise UserError: one sentence
        """
        Money = self.env["sales.process.money"]
        for promise in self.sudo():
            domain = [("ownership_id", "=", promise.ownership_id.id)]
            if promise.move_id:
                domain.append(("move_id", "=", promise.move_id.id))
            # each: a person promises for one customer at a time
            # sudo: what the customer owes, of whoever collects it
            rows = Money.sudo().search([*domain, ("kind", "=", "open")])
            owed = sum(rows.mapped("amount"))
            waiting = self.sudo().search([*domain, ("state", "=", "open")]) | promise
            promised = sum(row.amount - row.amount_arrived for row in waiting)
            if promise.currency_id.compare_amounts(promised, owed) > 0:
                raise UserError(
                    self.env._(
                        "The customer owes %(owed)s and has promised %(promised)s: "
                        "enter no more than is owed.",
                        owed=promise.currency_id.format(owed),
                        promised=promise.currency_id.format(promised),
                    )
                )

    def _log_contacts(self):
        """Who talked the customer into paying was in contact with it."""
        for promise in self:
            promise.ownership_id._log_collection(promise.channel, promise.note)

    # ------------------------------------------------------------
    # WHAT BECOMES OF IT
    # ------------------------------------------------------------

    @api.model
    def _judge_for(self, ownerships):
        """Money of customers has changed: see what that says of their promises.

        :param ownerships: sales.process.ownership
        """
        if not ownerships:
            return
        # sudo: whoever records money reads no promises
        self.sudo().search(
            [
                ("ownership_id", "in", ownerships.ids),
                ("state", "!=", "cancelled"),
            ]
        )._judge()

    def _judge(self):
        """Bring promises in line with the money, with the others of their customers."""
        if not self:
            return
        periods = self.ownership_id
        promises = self.search(
            [("ownership_id", "in", periods.ids), ("state", "!=", "cancelled")]
        )
        rows = self.env["sales.process.money"].search(
            [("ownership_id", "in", periods.ids), ("kind", "=", "collected")]
        )
        payments = rows.grouped("ownership_id")
        for period, group in promises.grouped("ownership_id").items():
            arrived = promise_tools.fulfil(
                [
                    promise_tools.Promise(
                        row.id,
                        row.date_said,
                        row.date_due,
                        row.amount,
                        row.amount_before,
                        row.move_id.id,
                    )
                    for row in group
                ],
                [
                    promise_tools.Payment(row.date, row.move_id.id, row.amount)
                    for row in payments.get(period, ())
                ],
            )
            for row in group:
                row._decide(arrived[row.id])

    def _decide(self, arrived):
        self.ensure_one()
        zone = self.team_id._get_process_timezone(self.user_id)
        now = self.env.cr.now()
        state = promise_tools.get_state(
            self.amount,
            arrived,
            self.date_due,
            deadline_tools.local_date(now, zone),
            self.currency_id.rounding,
        )
        values = {}
        if self.currency_id.compare_amounts(self.amount_arrived, arrived):
            values["amount_arrived"] = arrived
        if self.state != state:
            decided = False
            if state == "kept":
                decided = now.replace(microsecond=0)
            elif state != "open":
                decided = deadline_tools.end_of_day_utc(self.date_due, zone)
            values.update(
                state=state,
                kept_percent=100 if state == "kept" else 0,
                date_decided=decided,
                date_read=False,
            )
        if values:
            self.write(values)

    @api.model
    @scheduled
    def _cron_judge(self):
        """See which promises are over: their day has passed where the person works.

        Each run finds the same however often it is repeated. One that fails does not
        stop the others, and is tried again later.
        """
        # sudo: of everybody
        Promise = self.sudo()
        # the day that is over last, of all zones
        until = self.env.cr.now().date() + timedelta(days=1)
        Failure = self.env["sales.process.failure"]
        domain = [
            ("state", "=", "open"),
            ("date_due", "<=", until),
            *Failure._get_retry_domain(self._name),
        ]
        last = 0
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=Promise.search_count(domain))
        while rows := Promise.search(
            [("id", ">", last), *domain], order="id", limit=BATCH
        ):
            last = rows[-1].id
            Failure._work_on_each(
                rows,
                lambda part: part._judge(),
                lambda row: (row.ownership_id, row.team_id._get_leaders()),
            )
            if not commit(len(rows)):
                break

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_cancel(self):
        """The leader takes back a promise that was never given.

        :raise AccessError: for anybody else, and in the own matter
        """
        self._check_decider()
        # sudo: written by the system after the check above
        rows = self.sudo()
        rows.write({"state": "cancelled", "kept_percent": 0, "date_decided": False})
        # what it had taken is there for the others
        self._judge_for(rows.ownership_id)

    def action_read(self):
        """The leader knows of a promise that was not kept.

        :raise AccessError: for anybody else, and in the own matter
        """
        self._check_decider()
        # sudo: as above
        self.sudo().filtered(lambda row: row.state in ("partly", "broken")).write(
            {"date_read": self.env.cr.now().replace(microsecond=0)}
        )
