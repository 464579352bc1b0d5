# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import commission as commission_tools
from .sales_process_commission_dispute import DISPUTE_DAYS


class SalesProcessCommissionLine(models.Model):
    """What a person earns by one payment, invoice or order, or gives back of it.

    Lines of an open month follow the money; those of a closed one stay.
    """

    _name = "sales.process.commission.line"
    _description = "Commission Line"
    _is_private = True
    _inherit = ["sales.process.guard"]
    _order = "date_month desc, date desc, id desc"
    _personal_names = ("name",)
    _personal_ownerships = ("ownership_id",)

    name = fields.Char(string="Customer", size=texts.NAME_LENGTH, readonly=True)
    statement_id = fields.Many2one(
        "sales.process.commission.statement",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    date_month = fields.Date(
        string="Commission Month",
        related="statement_id.date_month",
        store=True,
        index=True,
        help="The month in which it is paid.",
    )
    company_id = fields.Many2one(
        related="statement_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="statement_id.state", string="State")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    agreement_id = fields.Many2one(
        "sales.process.commission.agreement",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    ownership_id = fields.Many2one(
        related="agreement_id.ownership_id", store=True, index=True
    )
    document = fields.Char(related="agreement_id.document", string="Order or Invoice")
    version_id = fields.Many2one(
        related="agreement_id.version_id", store=True, string="By the Rules"
    )
    kind = fields.Selection(
        [
            ("collected", "Collected"),
            ("refunded", "Refunded"),
            ("invoiced", "Invoiced"),
            ("credited", "Credited"),
            ("set_off", "Set Off Between Orders"),
            ("signed", "Signed"),
            ("granted", "Granted"),
        ],
        required=True,
        readonly=True,
    )
    date = fields.Date(
        required=True,
        readonly=True,
        help="The day of the payment, the invoice or the signature.",
    )
    source = fields.Char(
        required=True,
        readonly=True,
        index=True,
        export_string_translation=False,
        help="Which row of the accounts it comes from.",
    )
    money_id = fields.Many2one(
        "sales.process.money",
        string="Money Row",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The money of the customer that earns it, as long as it is there.",
    )
    payment = fields.Char(readonly=True, help="The payment, invoice or order by name.")
    invoice = fields.Char(readonly=True)
    amount_money = fields.Monetary(
        string="Money", readonly=True, help="What has arrived, taxes included."
    )
    amount_base = fields.Monetary(
        string="Without Taxes", readonly=True, help="What the rate is for."
    )
    percent = fields.Float(
        related="agreement_id.percent",
        string="Rate (%)",
        digits=(16, commission_tools.RATE_DIGITS),
        aggregator=None,
    )
    share_percent = fields.Float(
        string="Share (%)", digits=(16, 4), readonly=True, aggregator=None
    )
    amount_plain = fields.Monetary(
        string="Rate and Share",
        readonly=True,
        help="Rate × share × money without taxes, to the cent: what all money of the "
        "order has earned, less what it had earned before.",
    )
    amount_adjusted = fields.Monetary(
        string="Tiers and Limit",
        readonly=True,
        help="What the tiers of the month add or take, and its limit cuts off.",
    )
    amount = fields.Monetary(string="Commission", readonly=True)
    is_takeback = fields.Boolean(
        string="Taken Back",
        readonly=True,
        help="Money of a closed month has gone again, and what it had earned with it.",
    )

    is_kept = fields.Boolean(
        string="Kept by the Company",
        readonly=True,
        help="The person had left too long ago when the money came: the plan says that "
        "the share stays with the company.",
    )

    dispute_ids = fields.One2many(
        "sales.process.commission.dispute",
        "line_id",
        string="Disputes and Answers",
        readonly=True,
    )
    date_of = fields.Date(
        string="Corrects the Month",
        readonly=True,
        help="The closed month that the line corrects.",
    )

    _source_uniq = models.UniqueIndex(
        "(statement_id, agreement_id, source, user_id, kind,"
        " COALESCE(date_of, DATE '1970-01-01'))",
        "This money has earned its commission already.",
    )

    @api.depends("name", "payment", "date_month")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " · ".join(
                part for part in (line.name, line.payment or line.invoice) if part
            )

    def action_dispute(self):
        """Say that the line is wrong.

        :return: dict, a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispute a Commission Line"),
            "res_model": "sales.process.commission.dispute",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_line_id": self.id},
        }

    def _check_may_dispute(self, today):
        """Refuse a dispute of somebody else, or one that comes too late.

        :param date today: the day of who disputes
        :raise AccessError: one sentence
        :raise UserError: one sentence
        """
        self.check_access("read")
        # sudo: when the month was closed is not the salesperson's to read
        closed = self.sudo().statement_id.month_id.date_closed
        if self.user_id != self.env.user:
            raise AccessError(
                self.env._("Only who earns the commission disputes a line of it.")
            )
        if self.kind == "granted":
            raise UserError(self.env._("What was granted is the answer to a dispute."))
        zone = self.env["crm.team"]._get_process_timezone(self.env.user)
        day = closed and deadline_tools.local_date(closed, zone)
        if day and (today - day).days > DISPUTE_DAYS:
            raise UserError(
                self.env._(
                    "A line is disputed within %(days)s days after its month was "
                    "closed.",
                    days=DISPUTE_DAYS,
                )
            )

    def _filter_disputed(self):
        """The lines that somebody has disputed, answered or not.

        :return: sales.process.commission.line
        """
        if not self:
            return self
        disputes = self.env["sales.process.commission.dispute"].search(
            [("line_id", "in", self.ids)]
        )
        return self & disputes.line_id

    def action_money(self):
        """Open the money that has earned this.

        :return: dict, a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Money of a Customer"),
            "res_model": "sales.process.money",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "=", self.money_id.id)],
        }
