# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.sales_process_mgmt.tools.transaction import reckoning, writing_sellers

from ..tools import money as money_tools
from .sales_process_money import SET_OFF, acting

# Odoo works these out from the lines, and would take another word for it.
COMPUTED_FIELDS = frozenset(
    [
        "amount_residual",
        "amount_residual_signed",
        "amount_tax_signed",
        "amount_total",
        "amount_total_in_currency_signed",
        "amount_total_signed",
        "amount_untaxed",
        "amount_untaxed_in_currency_signed",
        "amount_untaxed_signed",
        "payment_state",
    ]
)

# What money is called on a credit note.
CREDIT_KINDS = {"invoiced": "credited", "collected": "refunded", "open": "to_refund"}


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "sales.process.guard"]

    process_ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Period",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
        help="The period of responsibility in which the customer was invoiced, where "
        "no order says it. The owner of that period is responsible for the money.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._correct_sellers()
        return moves

    def write(self, vals):
        self.env["sales.process.money"]._refuse_computed(self, COMPUTED_FIELDS, vals)
        is_moved = "partner_id" in vals
        listens = self.env["sales.process.money"]._is_listening()
        # sudo: the bookkeeper reads no ownership
        before = {
            move: move.commercial_partner_id
            for move in (self.sudo() if is_moved and listens else self.browse())
            if move.process_ownership_id
        }
        result = super().write(vals)
        # an invoice of another customer now is found anew when it is posted
        moved = self.browse(
            move.id
            for move, customer in before.items()
            if move.commercial_partner_id != customer
        ).sudo()
        if moved:
            moved._set_process_ownership(False)
            moved.filtered(
                lambda move: move.state == "posted"
            )._find_process_ownership()
            moved._tell_sales_process()
        if is_moved or "invoice_user_id" in vals:
            self._correct_sellers()
        return result

    def _compute_amount(self):
        # Odoo calls it by itself, too, where taxes are written on a bill
        with reckoning(self.env):
            return super()._compute_amount()

    def _compute_payment_state(self):
        with reckoning(self.env):
            return super()._compute_payment_state()

    def action_toggle_block_payment(self):
        # a block is no word about what is paid, and the button decides who may
        with reckoning(self.env):
            return super().action_toggle_block_payment()

    def _correct_sellers(self):
        """No invoice of an owned customer is under the name of a colleague."""
        if not self.env["sales.process.money"]._is_listening():
            return
        Ownership = self.env["sales.process.ownership"]
        documents = {}
        # sudo: the question is about customers of everybody
        for move in self.sudo():
            seller = move.invoice_user_id
            if (
                move.move_type in money_tools.INVOICES
                and seller
                and seller not in move._get_process_sellers()
            ):
                documents[move] = (
                    move.partner_id.with_env(self.env),
                    move.company_id,
                    seller,
                )
        strange = Ownership._find_strange_sellers(documents)
        if not strange:
            return
        Ownership._record_strange_sellers(
            strange, {move: documents[move][-1] for move in strange}
        )
        with writing_sellers(self.env):
            for move, row in strange.items():
                if row.user_id:
                    move.invoice_user_id = row.user_id

    def _get_process_sellers(self):
        """Who may stand on the invoice, whosever customer it is by now.

        :return: res.users, in sudo
        """
        self.ensure_one()
        return (
            self.process_ownership_id | self.reversed_entry_id.process_ownership_id
        ).user_id

    @acting
    def _post(self, soft=True):
        # sudo: whoever posts may not read every customer. Odoo makes a customer of one
        # contact after the other, and each is asked for what is tracked.
        customers = self.sudo().partner_id
        (customers | customers.commercial_partner_id).filtered(
            lambda partner: not partner.customer_rank
        ).fetch(["process_proposed_grade_id"])
        posted = super()._post(soft=soft)
        posted._find_process_ownership()
        return posted

    @acting
    def button_draft(self):
        return super().button_draft()

    @acting
    def button_cancel(self):
        return super().button_cancel()

    @api.constrains("state", "payment_state", "amount_residual", "invoice_date_due")
    def _tell_sales_process(self):
        # no refusal: Odoo calls this also where a state has been computed
        Money = self.env["sales.process.money"]
        if Money._is_listening():
            Money._hear(self)

    def unlink(self):
        self._tell_sales_process()
        return super().unlink()

    def _find_process_ownership(self):
        """Remember whose customer it was when an invoice was posted."""
        if not self.env["sales.process.money"]._is_listening():
            return
        # sudo: the bookkeeper reads no ownership
        invoices = self.sudo().filtered(
            lambda move: (
                move.move_type in money_tools.INVOICES and not move.process_ownership_id
            )
        )
        for refund in invoices.filtered("reversed_entry_id"):
            refund._set_process_ownership(refund.reversed_entry_id.process_ownership_id)
        invoices = invoices.filtered(lambda move: not move.process_ownership_id)
        Ownership = self.env["sales.process.ownership"].sudo()
        for company, moves in invoices.grouped("company_id").items():
            owned = Ownership._find_customers(moves.commercial_partner_id, company)
            for customer, rows in moves.grouped("commercial_partner_id").items():
                if customer in owned:
                    rows._set_process_ownership(owned[customer])

    def _set_process_ownership(self, ownership):
        """Point at a period; all that wait are written with one statement.

        Whose it is changes no amount, and nothing follows from it. A write of Odoo's
        would look through the lines and sums of each customer's invoices once more,
        half of what posting costs.

        :param ownership: sales.process.ownership, or False
        """
        # sudo: the bookkeeper writes no period
        moves = self.sudo()
        with self.env.protecting([self._fields["process_ownership_id"]], moves):
            moves.process_ownership_id = ownership

    def _is_process_nothing(self):
        """Whether an invoice comes to nothing: it is paid when it is posted.

        :return: bool
        """
        self.ensure_one()
        return self.currency_id.is_zero(self.amount_total)

    def _get_process_kind(self, money):
        """What money of an invoice is called; of orders that are none it is as it is.

        :param money: sales.process.money of this invoice, or the values of one
        :return: str, see ``display_kind`` of the money
        """
        kind = money["kind"]
        if self and (self._is_process_nothing() or money["source"].endswith(SET_OFF)):
            return "set_off"
        if self.move_type == "out_refund":
            return CREDIT_KINDS.get(kind, kind)
        return kind

    def _get_process_setoffs(self):
        """What an invoice takes from one period, or one order of it, for another.

        That is paid when the invoice is posted, and by no payment.

        :return: ``{sales.process.ownership: amount}`` in the currency of the company,
            that come to nothing together; nothing where only orders of one period are
            set off against each other; empty where nothing is
        """
        return {}

    def _get_process_weights(self):
        """In which periods of responsibility invoices were earned.

        :return: ``{move: {sales.process.ownership: weight}}``, without moves of
            nobody's customers
        """
        return {
            move: {move.process_ownership_id: 1}
            for move in self
            if move.process_ownership_id
        }
