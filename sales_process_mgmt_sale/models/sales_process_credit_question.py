# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.tools import labels, texts

from .sale_order_credit import CreditHolds

ACTIVITY = "sales_process_mgmt_sale.mail_activity_type_credit"


class SalesProcessCreditQuestion(models.Model):
    """Whether a customer who has not paid may order: the leader answers once.

    What is released is this quotation up to its total of then. Nobody releases the own
    one: neither who asks, nor who sells, nor who owns the customer.
    """

    _name = "sales.process.credit.question"
    _description = "Credit Question"
    _inherit = [
        "sales.process.matter",
        "sales.process.guard",
        "mail.thread",
        "mail.activity.mixin",
    ]
    # what is not answered yet stands first
    _order = "date_decided desc, id desc"
    _mail_post_access = "read"
    _text_limits = {"note": texts.REASON_LENGTH, "answer": texts.REASON_LENGTH}
    _fixed_fields = frozenset(("order_id", "note"))
    _later_fields = frozenset(("answer",))
    _personal_names = ("name",)
    _personal_texts = ("note", "answer")
    _personal_ownerships = ("ownership_id",)

    name = fields.Char(string="Customer", size=texts.NAME_LENGTH, readonly=True)
    order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        required=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer Contact", readonly=True, ondelete="set null"
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Period",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    user_id = fields.Many2one(
        "res.users", string="Asked By", readonly=True, index="btree_not_null"
    )
    seller_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        help="Who stands on the quotation.",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="Overdue",
        readonly=True,
        help="What the customer owed for longer than the team allows when it was "
        "asked, in the currency of the company.",
    )
    days = fields.Integer(
        string="Days Overdue", readonly=True, aggregator="max", help="Of the oldest."
    )
    order_currency_id = fields.Many2one(
        "res.currency", string="Currency of the Quotation", readonly=True
    )
    order_amount = fields.Monetary(
        string="Quotation Total",
        readonly=True,
        currency_field="order_currency_id",
        aggregator=None,
        help="When it was asked. A quotation that becomes larger is a new question.",
    )
    note = fields.Text(
        string="Why It Should Be Released",
        required=True,
        help="What the customer says, and what has been agreed.",
    )
    answer = fields.Text(help="The reason of the leader, which stays on record.")
    state = fields.Selection(
        [("kept", "Hold Kept"), ("released", "Hold Lifted"), ("open", "Asked")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    date_decided = fields.Datetime(string="Decided On", readonly=True)
    can_decide = fields.Boolean(
        compute="_compute_can_decide", help="Whether you answer this question."
    )

    _open_uniq = models.UniqueIndex(
        "(order_id) WHERE state = 'open'", "The leader has been asked already."
    )

    @api.depends_context("uid")
    @api.depends("team_id.user_id", "seller_id", "ownership_id.user_id", "user_id")
    def _compute_can_decide(self):
        for question in self:
            question.can_decide = question._may_decide(self.env.user)

    def _get_people(self):
        """Whom the answer concerns: who asks, who sells, who owns the customer.

        :return: res.users
        """
        return self.user_id | self.seller_id | self.ownership_id.user_id

    # ------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        silent = self.with_context(mail_create_nosubscribe=True)
        questions = super(SalesProcessCreditQuestion, silent).create(vals_list)
        questions = questions.with_env(self.env)
        # sudo: whoever asks plans nothing for the leader by hand
        questions.sudo()._ask_leader()
        return questions

    @api.model
    def _prepare_server_values(self, vals_list):
        vals_list = super()._prepare_server_values(vals_list)
        orders = self.env["sale.order"].browse(
            {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        )
        orders.check_access("write")
        holds = CreditHolds(orders).find()
        # sudo: of whoever has asked
        asked = self.sudo().search(
            [("order_id", "in", orders.ids), ("state", "=", "open")]
        )
        asked_ids = set(asked.order_id.ids)
        prepared = []
        for vals in vals_list:
            order = orders.browse(vals.get("order_id") or ())
            hold = holds.get(order)
            if not self.env.su:
                self._check_question(vals, order, hold, order.id in asked_ids)
            values = {
                "user_id": self.env.uid,
                "seller_id": order.user_id.id,
                "name": order.partner_id.commercial_partner_id.display_name,
                "partner_id": order.partner_id.commercial_partner_id.id,
                "company_id": order.company_id.id,
                "order_currency_id": order.currency_id.id,
                "order_amount": order.amount_total,
            }
            if hold:
                values.update(
                    team_id=hold.team.id,
                    ownership_id=hold.ownership.id,
                    # what the one who asks may not know stands on the quotation only
                    amount=hold.amount if hold.is_shown else 0,
                    days=hold.days if hold.is_shown else 0,
                )
            # what the system writes on its own, it knows
            prepared.append({**values, **vals} if self.env.su else {**vals, **values})
        return prepared

    @api.model
    def _check_question(self, vals, order, hold, is_asked):
        """Refuse what is no question of a person to the leader.

        :param dict vals: of the question
        :param order: sale.order, may be empty
        :param hold: its :class:`Hold`, or None
        :param bool is_asked: whether the leader has been asked, and has not answered
        :raise AccessError: for who answers at once
        :raise UserError: one sentence
        """
        if vals.get("answer"):
            raise AccessError(
                self.env._("The answer is the team leader's: leave it out.")
            )
        if is_asked:
            raise UserError(self.env._("The leader has been asked already."))
        if (
            not hold
            # of a colleague's customer one learns nothing by asking
            or not order._may_know_credit(hold)
            or order.state not in ("draft", "sent")
        ):
            raise UserError(self.env._("There is no credit hold on this quotation."))
        if not (vals.get("note") or "").strip():
            raise UserError(self.env._("Write down why the hold should be released."))

    def _ask_leader(self):
        """Put the question on the list of who answers it."""
        notice = self.env["sales.process.notice"]
        for question in self.filtered(lambda row: row.state == "open"):
            # sudo: whom the question is about, to ask somebody else
            leader = question.team_id._get_deciders(
                question.sudo()._get_people(), question.company_id
            )
            if leader:
                notice._plan(question, ACTIVITY, leader, question._get_summary)

    def _get_summary(self, env):
        """What the to-do of the leader says.

        :param env: environment in the language of whoever reads
        """
        if not self.amount:
            return env._(
                "%(customer)s has not paid for long: release %(order)s?",
                customer=self.name or "",
                order=self.order_id.name or "",
            )
        return env._(
            "%(customer)s owes %(amount)s, days overdue: %(days)s. Release %(order)s?",
            customer=self.name or "",
            amount=self.currency_id.with_env(env).format(self.amount),
            days=self.days,
            order=self.order_id.name or "",
        )

    # ------------------------------------------------------------
    # ANSWERING
    # ------------------------------------------------------------

    def write(self, vals):
        if "answer" in vals and not self.env.su:
            self._check_decider()
            self._check_open()
            if vals.keys() == {"answer"}:
                # sudo: who decides from above, where the leader asks, writes the
                # answer and nothing else
                return super(SalesProcessCreditQuestion, self.sudo()).write(vals)
        return super().write(vals)

    def _check_open(self):
        # sudo: only whether it is open
        if any(row.state != "open" for row in self.sudo()):
            raise UserError(self.env._("This question has been answered already."))

    def action_release(self):
        """The customer may order, for the reason that stands in the answer.

        :raise AccessError: for anybody but a leader, and in the own matter
        :raise UserError: without a reason, or where it has been answered
        """
        self._decide("released")

    def action_keep(self):
        """The hold stays, for the reason that stands in the answer.

        :raise AccessError: for anybody but a leader, and in the own matter
        :raise UserError: without a reason, or where it has been answered
        """
        self._decide("kept")

    def _decide(self, state):
        self.ensure_one()
        self._check_decider()
        # sudo: written by the system after the check above
        row = self.sudo()
        row._lock_rows()
        row.invalidate_recordset(["state"])
        self._check_open()
        if not (row.answer or "").strip():
            raise UserError(self.env._("Write down the reason of your answer."))
        row.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "date_decided": self.env.cr.now().replace(microsecond=0),
            }
        )
        row.activity_unlink([ACTIVITY])
        people = (row.user_id | row.seller_id) - self.env.user
        self.env["sales.process.notice"]._tell(
            people, row._render_answer, row, why="answer", answer=True
        )

    def _render_answer(self, env):
        """What who has asked is told.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        order = self.order_id.name or ""
        if self.state == "released":
            subject = env._("Hold lifted: %(order)s", order=order)
        else:
            subject = env._("The credit hold stays: %(order)s", order=order)
        return subject, labels.join_pair(env, self.name or "", self.answer)
