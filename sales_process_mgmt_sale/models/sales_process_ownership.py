# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.tools import orm

from ..tools import signature

# Nothing is asked, and what was asked once may be asked again.
CLOSED_QUESTION = {"is_signature_asked": False, "signature_evidence": False}


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    order_ids = fields.One2many("sale.order", "ownership_id", string="Signed Orders")
    order_count = fields.Integer(compute="_compute_order_data")
    amount_signed = fields.Monetary(
        compute="_compute_order_data",
        help="Total of the confirmed orders of this period, taxes included, in the "
        "currency of the company.",
    )
    signed_basis = fields.Selection(
        [
            ("order", "Order"),
            ("leader", "Confirmed by the Leader"),
            ("team", "Won Is Signed"),
            ("before", "Before Orders Were Recorded"),
        ],
        string="Signed By",
        readonly=True,
        copy=False,
        help="What says that the customer has signed.",
    )
    is_signature_asked = fields.Boolean(
        string="Won Without an Order",
        readonly=True,
        copy=False,
        help="A lead was won without an order, or with one that is small for it. The "
        "team leader is asked whether the customer has signed; meanwhile the timer "
        "goes on.",
    )
    signature_evidence = fields.Char(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Which won leads and orders the team leader was asked about. The same is "
        "not asked twice.",
    )
    signature_date = fields.Datetime(
        string="Signature Confirmed On",
        readonly=True,
        copy=False,
        help="When the team leader said that the customer has signed. Inquiries that "
        "came later are a question of their own.",
    )

    @api.depends("order_ids.state", "order_ids.amount_total", "company_id")
    def _compute_order_data(self):
        for ownership in self:
            # sudo: the owner may not read orders that a colleague has entered
            orders = ownership.sudo().order_ids._filter_process_signed()
            company = ownership.sudo().company_id or self.env.company
            ownership.order_count = len(orders)
            ownership.amount_signed = sum(
                order._get_process_total(company) for order in orders
            )

    # ------------------------------------------------------------
    # SIGNED
    # ------------------------------------------------------------

    def _filter_signed(self):
        """A confirmed order is a signature, also where nobody moved the lead.

        An order of an inquiry signs that one. An order of none, from a shop, a till or
        a plain quotation, signs what was asked for before it. One that is small for
        what is expected signs nothing: the leader is asked.
        """
        signed = super()._filter_signed()
        # sudo: orders of the period, whoever may read them
        signing_orders = set(self.sudo().order_ids._filter_process_signed()._ids)
        with_orders = self.sudo().filtered(
            lambda row: not signing_orders.isdisjoint(row.order_ids._ids)
        )
        if not with_orders:
            return signed
        pending = with_orders._get_open_leads()
        proven = pending._filter_ordered()
        unsigned = (pending - proven).ownership_id
        without = (with_orders - pending.ownership_id)._filter_with_orders()
        signing = (pending.ownership_id - unsigned) | without
        return signed | (with_orders & signing).with_env(self.env)

    def _filter_with_orders(self):
        """The customers that have signed an order in this period.

        What an earlier owner, or an earlier deal, has sold signs no new one: the
        newest of the won leads counts.

        :return: sales.process.ownership
        """
        if not self:
            return self
        # sudo: the owner may not read orders that a colleague has entered
        rows = self.sudo()
        leads = rows.with_context(active_test=False).lead_ids
        newest = {
            lead.ownership_id.id: lead
            for lead in leads.sorted(lambda lead: (lead.create_date, lead.id))
            if lead.won_status == "won"
        }
        sold = leads.browse(lead.id for lead in newest.values())._filter_ordered()
        return self.filtered(
            lambda row: (
                newest[row.id] in sold
                if row.id in newest
                else row.sudo()._is_ordered(
                    sum(row.sudo()._get_signed_amounts().values())
                )
            )
        )

    def _get_signed_amounts(self):
        """Confirmed orders of this period above zero.

        :return: ``{sale.order: total in the currency of the customer's company}``
        """
        self.ensure_one()
        return {
            order: order._get_process_total(self.company_id)
            for order in self.order_ids._filter_process_signed()
        }

    def _is_ordered(self, total, expected=0):
        """Whether orders of this total sign in the team; sudo.

        :param float total: in the currency of the customer's company
        :param float expected: what the inquiry is expected to bring, in the same
        :return: bool
        """
        self.ensure_one()
        team = self.team_id
        company = self.company_id or self.env.company
        least = signature.least_order(
            team._get_least_order(company), team.process_order_share, expected
        )
        return signature.is_signature(total, least, company.currency_id.rounding)

    def _filter_won_unproven(self):
        """Won without an order is a question to the leader, and no signature.

        Nor is it one any more where the order was cancelled.
        """
        unproven = super()._filter_won_unproven()
        rest = self - unproven
        unordered = (rest - rest._filter_with_orders()).filtered(
            lambda row: not row._has_word_for_signature()
        )
        if unordered:
            unordered._ask_signature()
        return unproven | unordered

    def _sync_phase(self, open_leads=None):
        """An order that is small for its inquiry is a question to the leader, too."""
        result = super()._sync_phase(open_leads)
        # sudo: the owner may not read orders that a colleague has entered
        pursued = self.sudo().filtered(
            lambda row: (
                row.state == "open" and row.phase == "pursuing" and not row.is_held
            )
        )
        small = pursued.filtered("order_ids").filtered(
            lambda row: row._get_small_orders()
        )
        if small:
            small._ask_signature()
        # asked for an order or a lead that is no more
        moot = (pursued - small).filtered("is_signature_asked")
        moot = moot.filtered(lambda row: "won" not in row.lead_ids.mapped("won_status"))
        if moot:
            moot.write(CLOSED_QUESTION)
            moot._close_question()
        self._forget_basis()
        return result

    def _sync_successors(self):
        """Whose customer is signed by an earlier owner's order, which is less by now.

        Handed over signed, it is pursued again where the orders of its history sign
        no more; called on the periods of those orders, in sudo.
        """
        ended = self.filtered(lambda row: row.state == "ended")
        chains = ended.chain_ids
        rows = chains.filtered(
            lambda row: (
                row.state != "ended"
                and row.phase != "pursuing"
                and row.signed_basis == "order"
                and not row._is_ordered(
                    sum(
                        amount
                        for past in row.chain_ids
                        for amount in past._get_signed_amounts().values()
                    )
                )
            )
        )
        # won leads stay with who closed them: there may be none to judge by
        asked = rows.filtered("lead_ids")
        asked._sync_phase()
        (rows - asked)._pursue_again()
        chains._forget_basis()

    def _forget_basis(self):
        """What signed is said as long as it is there.

        Of a customer that is pursued again, and of an ended period whose orders are
        gone. The word of a leader stays: it is about what was there when it was given.
        """
        # sudo: the owner may not read orders that a colleague has entered
        based = self.sudo().filtered(lambda row: row.signed_basis in ("order", "team"))
        stale = based.filtered(
            lambda row: row.state != "ended" and row.phase == "pursuing"
        )
        ended = based.filtered(
            lambda row: row.state == "ended" and row.signed_basis == "order"
        )
        stale |= ended.filtered(
            lambda row: not row.chain_ids.order_ids._filter_process_signed()
        )
        if stale:
            stale.signed_basis = False

    def _get_small_orders(self):
        """Orders that sign none of the open inquiries, as they are too small.

        :return: sale.order
        """
        self.ensure_one()
        orders = self.order_ids._filter_process_signed()
        if not orders:
            return orders
        pending = self._get_open_leads()
        unsigned = pending - pending._filter_ordered()
        return orders.filtered(
            lambda order: (
                order.opportunity_id in unsigned
                or (
                    not order.opportunity_id
                    and any(order._is_after(lead) for lead in unsigned)
                )
            )
        )

    def _has_word_for_signature(self, lead=None):
        """Whether the team or its leader says that the customer has signed.

        The leader's word is about what was there when it was given.

        :param lead: crm.lead, by default the newest that was won
        :return: bool
        """
        self.ensure_one()
        # sudo: the owner may not read how the team is set up
        row = self.sudo()
        if row.signed_basis in ("leader", "before") and row.signature_date:
            won = row.with_context(active_test=False).lead_ids.filtered(
                lambda one: one.won_status == "won"
            )
            return all(
                one.create_date.replace(microsecond=0) <= row.signature_date
                for one in (lead or won)
            )
        if row.signed_basis in ("leader", "before"):
            return True
        if row.phase != "pursuing" and row.signed_basis == "team":
            return True
        return row.team_id.process_won_signs

    def _sign(self):
        """Without an order a won lead is a question to the leader."""
        ordered = self._filter_with_orders()
        known = self.browse()
        asked = self.browse()
        basis = {}
        for ownership in self:
            # sudo: the basis is the system's to write; called by hooks, not by clients
            row = ownership.sudo()
            if ownership in ordered:
                basis[ownership] = "order"
            elif row.team_id.process_won_signs:
                basis[ownership] = row.signed_basis or "team"
            elif row._has_word_for_signature():
                basis[ownership] = row.signed_basis
            else:
                asked |= ownership
                continue
            known |= ownership
        for value in set(basis.values()):
            rows = known.filtered(lambda row, value=value: basis[row] == value).sudo()
            rows = rows.filtered(
                lambda row, value=value: (
                    row.signed_basis != value or row.is_signature_asked
                )
            )
            rows.write({"signed_basis": value, **CLOSED_QUESTION})
        if asked:
            asked._ask_signature()
        if not known:
            return None
        known._close_question()
        return super(SalesProcessOwnership, known)._sign()

    def _ask_signature(self):
        """Ask the leaders whether customers have signed without an order."""
        # sudo: the ledger is written by its own methods only
        evidence = {
            row: row._get_signature_evidence()
            for row in self.sudo()
            if not row.is_signature_asked
        }
        rows = self.sudo().browse(
            row.id for row, value in evidence.items() if row.signature_evidence != value
        )
        for row in rows:
            row.write({"is_signature_asked": True, "signature_evidence": evidence[row]})
        for row in rows:
            leader = row.team_id._get_deciders(row.user_id, row.company_id)
            if not leader:
                continue
            self.env["sales.process.notice"]._plan(
                row,
                "sales_process_mgmt_sale.mail_activity_type_signature",
                leader,
                lambda env: env._(
                    "Won without an order, or with a small one: has the customer "
                    "signed?"
                ),
            )

    def _get_signature_evidence(self):
        """What the leader is asked about, so that nothing is asked twice.

        :return: str
        """
        self.ensure_one()
        won = self.with_context(active_test=False).lead_ids.filtered(
            lambda lead: lead.won_status == "won"
        )
        orders = self._get_signed_amounts()
        return " ".join(
            [
                *(f"lead:{lead.id}" for lead in won.sorted("id")),
                *(
                    f"order:{row.id}:{orders[row]}"
                    for row in sorted(orders, key=lambda row: row.id)
                ),
            ]
        )

    def _close_question(self):
        # sudo: the to-do is the leader's, whoever settles it
        rows = self.sudo().filtered("activity_ids")
        rows.activity_unlink(["sales_process_mgmt_sale.mail_activity_type_signature"])

    def _may_answer_signature(self, user):
        """Whether somebody decides if the customer has signed: never its owner.

        :param user: res.users
        :return: bool
        """
        self.ensure_one()
        return self._may_decide(user)

    def _check_signature_question(self):
        self.ensure_one()
        self.check_access("read")
        # sudo: after the check that it may be read; who may answer is asked next
        row = self.sudo()
        if not row._may_answer_signature(self.env.user):
            team = row.team_id.with_env(self.env)
            if team._is_leader(self.env.user):
                raise team._make_own_matter_error(row.user_id, row.company_id)
            raise UserError(
                self.env._("Whether the customer has signed is the team leader's word.")
            )
        [row] = row._lock_rows() or [row.browse()]
        if not row.is_signature_asked:
            raise UserError(
                self.env._("This question has been answered, or is no question now.")
            )
        return row

    def action_confirm_signature(self):
        """The customer has signed without an order.

        :raise UserError: for anybody but the leader, or where nothing is asked
        """
        row = self._check_signature_question()
        row.write(
            {
                "signed_basis": "leader",
                "signature_date": self.env.cr.now(),
                "is_signature_asked": False,
            }
        )
        row._message_log(
            body=self.env._("The customer has signed without an order."),
            author_id=self.env.user.partner_id.id,
        )
        row._sync_phase()
        row._close_question()

    def action_deny_signature(self):
        """The customer has not signed; its timer goes on.

        :raise UserError: for anybody but the leader, or where nothing is asked
        """
        row = self._check_signature_question()
        row.write({"is_signature_asked": False})
        row._close_question()

        def get_text(env):
            return env._(
                "The customer has not signed: there is no order. The timer goes on."
            )

        row._message_log(body=get_text(self.env), author_id=self.env.user.partner_id.id)
        self.env["sales.process.notice"]._tell(
            row.user_id,
            lambda env: (env._("No order: not signed"), get_text(env)),
            row,
            why="customer",
        )

    @api.model
    def _keep_signed_before_orders(self):
        """What had signed before orders could tell stays signed, and says so."""
        # sudo: when the addon is installed, for all customers
        rows = self.sudo().search(
            [("phase", "in", ("signed", "served")), ("signed_basis", "=", False)]
        )
        ordered = rows._filter_with_orders()
        ordered.write({"signed_basis": "order"})
        (rows - ordered).write(
            {"signed_basis": "before", "signature_date": self.env.cr.now()}
        )

    @api.model
    def _keep_signed_by_small_orders(self):
        """What small orders had signed before there was a least order stays signed."""
        # sudo: when the addon is upgraded, for all customers
        rows = self.sudo().search(
            [
                ("state", "in", ("open", "pool")),
                ("phase", "in", ("signed", "served")),
                ("signed_basis", "=", "order"),
            ]
        )
        small = rows - rows._filter_signed() - rows._filter_with_orders()
        small.write({"signed_basis": "before", "signature_date": self.env.cr.now()})

    # ------------------------------------------------------------
    # MONEY
    # ------------------------------------------------------------

    def _get_period_rests(self):
        """What is not invoiced yet is to be collected, too."""
        rests = super()._get_period_rests()
        # sudo: the whole rest of a period, whoever may read the orders
        orders = self.sudo().order_ids._filter_process_signed()
        for order, amount in orders._get_process_rests().items():
            rest, _is_known = rests.get(order.ownership_id.id, (0, False))
            rests[order.ownership_id.id] = (rest + amount, True)
        return rests

    def _get_merged_fields(self):
        return (*super()._get_merged_fields(), "is_signature_asked", "signed_basis")

    @api.model
    def _ask_belongings(self, kept, others, roots):
        self.env["sale.order"].flush_model(["ownership_id"])
        question = SQL(
            "EXISTS (SELECT FROM sale_order"
            " WHERE ownership_id = ANY(%s) OR ownership_id = ANY(%s))",
            *(kept, others),
        )
        return super()._ask_belongings(kept, others, roots) | {"orders": question}

    def _take_belongings(self, others, found):
        """Orders of a merged customer come along, where the salesperson is the same.

        What somebody else has signed stays with that person.
        """
        result = super()._take_belongings(others, found)
        # sudo: the owner may not read orders that a colleague has entered
        periods = (self | others).sudo()
        gone = (periods - self.sudo()).filtered(
            lambda row: row.end_reason == "merged" and row.user_id == self.user_id
        )
        if "orders" not in found:
            # whether the customer has signed is asked next
            orm.fill_cache(periods, "order_ids", [()] * len(periods))
        # read of all at once
        orders = gone and periods.order_ids and gone.order_ids
        if orders:
            orders.ownership_id = self
            self.env["sales.process.money"]._refresh_orders(orders)
        basis = next(filter(None, gone.mapped("signed_basis")), False)
        if basis and not self.sudo().signed_basis:
            self.sudo().signed_basis = basis
        return result

    def _prepare_successor_values(self, *args, **kwargs):
        return {
            **super()._prepare_successor_values(*args, **kwargs),
            **orm.get_row(
                self, ("signed_basis", "signature_date", "signature_evidence")
            ),
        }

    def _hand_over(self, assignments, *args, **kwargs):
        """Open quotations go where the customer goes; what was signed stays."""
        successors = super()._hand_over(assignments, *args, **kwargs)
        self._move_quotations(successors)
        return successors

    def _move_quotations(self, successors):
        news = {old.id: new for old, new in successors.items() if new.user_id}
        if not news:
            return
        # sudo: the quotations of the old owner belong to the customer
        Order = self.env["sale.order"].sudo()
        rows = self.browse().union(*(new for new in news.values())).sudo()
        leads = rows.lead_ids
        customers = rows.partner_id | rows.partner_id.commercial_partner_id
        orders = (
            Order.search(
                [
                    ("state", "in", ("draft", "sent")),
                    "|",
                    ("opportunity_id", "in", leads.ids),
                    "&",
                    ("opportunity_id", "=", False),
                    ("partner_id.commercial_partner_id", "in", customers.ids),
                ]
            )
            if leads or customers
            else Order
        )
        for new in rows if orders else ():
            past = (new.chain_ids - new).user_id
            mine = orders.filtered(
                lambda order, new=new, past=past: (
                    (not order.user_id or order.user_id in past)
                    and order.company_id._get_customer_company() == new.company_id
                    and (
                        order.opportunity_id in new.lead_ids
                        or order.partner_id.commercial_partner_id
                        == new.partner_id.commercial_partner_id
                    )
                )
            )
            mine._write_owner(new)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_orders(self):
        """Open the confirmed orders of the period.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        action["domain"] = [("ownership_id", "=", self.id)]
        action["context"] = {"create": False}
        return action
