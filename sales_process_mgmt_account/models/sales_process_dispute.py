# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# For so long an invoice waits without the leader
DISPUTE_DAYS = 60


class SalesProcessDispute(models.Model):
    """An invoice that the customer disputes: it stands apart until it is settled."""

    _name = "sales.process.dispute"
    _description = "Disputed Invoice"
    _inherit = ["sales.process.debt.entry", "mail.thread"]
    _order = "date_open desc, id desc"
    _mail_post_access = "read"
    _fixed_fields = frozenset(
        ("chase_id", "money_id", "note", "ownership_id", "reason")
    )

    money_id = fields.Many2one(help="What the customer does not want to pay.")
    move_id = fields.Many2one(required=True, index=True)
    said_by_id = fields.Many2one(
        "res.users", string="Entered By", readonly=True, index="btree_not_null"
    )
    reason = fields.Selection(
        [
            ("quality", "Quality of the Goods"),
            ("quantity", "Quantity or Damage"),
            ("price", "Price"),
            ("delivery", "Late Delivery"),
            ("document", "Mistake in the Invoice"),
            ("agreement", "Something Else Was Agreed"),
            ("other", "Other"),
        ],
        required=True,
    )
    note = fields.Text(
        string="What the Customer Says",
        help="The leader reads it, and settles it.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_due = fields.Monetary(
        string="Open Amount",
        compute="_compute_amount_due",
        help="What is open on the invoice, in the currency of the company.",
    )
    date_open = fields.Datetime(string="Disputed Since", required=True, readonly=True)
    date_until = fields.Date(
        string="Waits Until",
        required=True,
        tracking=True,
        help="Until this day the invoice stands apart. Only the team leader moves it "
        "later.",
    )
    state = fields.Selection(
        [("open", "Disputed"), ("closed", "Resolved")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    closed_by_id = fields.Many2one("res.users", string="Resolved By", readonly=True)
    date_closed = fields.Datetime(string="Resolved On", readonly=True)
    _open_uniq = models.UniqueIndex(
        "(move_id) WHERE state = 'open'", "This invoice is disputed already."
    )

    @api.depends("move_id", "ownership_id")
    def _compute_amount_due(self):
        # sudo: who reads a dispute reads about how much it is
        amounts = self.env["sales.process.money"].sudo()._get_open_amounts(self.sudo())
        for dispute in self:
            row = dispute.sudo()
            dispute.amount_due = amounts.get((row.move_id.id, row.ownership_id.id), 0)

    @api.model_create_multi
    def create(self, vals_list):
        silent = self.with_context(mail_create_nosubscribe=True)
        disputes = super(SalesProcessDispute, silent).create(vals_list)
        disputes = disputes.with_env(self.env)
        if not self.env.su:
            disputes._check_until()
            disputes._check_not_settled()
        # sudo: the leader is told, whoever disputes
        disputes.sudo()._tell_leader()
        return disputes

    @api.model
    def _prepare_server_values(self, vals_list):
        now = self.env.cr.now().replace(microsecond=0)
        prepared = []
        for vals in super()._prepare_server_values(vals_list):
            debt = self._get_debt(vals, self.env.user)
            if not debt.get("move_id"):
                raise UserError(self.env._("Choose the invoice that is disputed."))
            # each: a person disputes one invoice at a time
            # sudo: of whoever collects it
            twice = self.sudo().search_count(
                [("move_id", "=", debt["move_id"]), ("state", "=", "open")], limit=1
            )
            if twice:
                raise UserError(self.env._("This invoice is disputed already."))
            prepared.append(
                {
                    **vals,
                    **debt,
                    "said_by_id": self.env.uid,
                    "date_open": vals.get("date_open") or now,
                }
            )
        return prepared

    def write(self, vals):
        if "date_until" in vals and not self.env.su:
            self._check_decider()
            if vals.keys() == {"date_until"}:
                # sudo: who decides from above, where the leader is in the matter,
                # writes the day and nothing else
                return super(SalesProcessDispute, self.sudo()).write(vals)
        return super().write(vals)

    def _check_until(self):
        """Refuse a wait that is over, or longer than who collects may choose.

        :raise UserError: one sentence
        """
        today = self.env["crm.team"]._get_process_today(self.env.user)
        for dispute in self:
            if not (dispute.note or "").strip():
                raise UserError(self.env._("Write down what the customer says."))
            if dispute.date_until < today:
                raise UserError(
                    self.env._("The day until which the invoice waits is over.")
                )
            latest = today + timedelta(days=DISPUTE_DAYS)
            if dispute.date_until > latest and not dispute.can_lead:
                raise UserError(
                    self.env._(
                        "A disputed invoice waits at most %(days)s days; for longer "
                        "ask the team leader.",
                        days=DISPUTE_DAYS,
                    )
                )

    def _check_not_settled(self):
        """What the leader has settled only the leader opens again.

        :raise AccessError: one sentence
        """
        for dispute in self:
            if dispute.can_lead:
                continue
            # each: a person disputes one invoice at a time
            # sudo: of whoever collects it
            if self.sudo().search_count(
                [("move_id", "=", dispute.sudo().move_id.id), ("state", "=", "closed")],
                limit=1,
            ):
                raise AccessError(
                    self.env._(
                        "The team leader has settled a dispute about this invoice: "
                        "ask the leader to open it again."
                    )
                )

    def _tell_leader(self):
        """The leader learns of a dispute of somebody else."""
        notice = self.env["sales.process.notice"]
        for dispute in self:
            leader = dispute.team_id._get_leaders() - dispute.said_by_id
            if leader:
                notice._tell(
                    leader, dispute._render_told, dispute, why="leader", answer=True
                )

    def _render_told(self, env):
        """What the leader is told.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        return env._("A customer disputes an invoice"), env._(
            "%(customer)s disputes invoice %(invoice)s: %(note)s Settle it.",
            customer=self.name or "",
            invoice=self.move_id.name or "",
            note=self.note,
        )

    def action_close(self):
        """The leader has settled the dispute: the invoice is due as any other.

        :raise AccessError: for anybody else, and in the own matter
        """
        self._check_decider()
        # sudo: written by the system after the check above
        self.sudo().filtered(lambda row: row.state == "open").write(
            {
                "state": "closed",
                "closed_by_id": self.env.uid,
                "date_closed": self.env.cr.now().replace(microsecond=0),
            }
        )
