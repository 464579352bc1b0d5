# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.tools import float_compare

from odoo.addons.sales_process_mgmt.models.sales_process_guard import NUMBER_MAX
from odoo.addons.sales_process_mgmt.tools import orm
from odoo.addons.sales_process_mgmt.tools.transaction import reckoning, writing_sellers
from odoo.addons.sales_process_mgmt_account.models.sales_process_money import acting

from .reckoned import find_reckoned, refuse_reckoned
from .sale_order_credit import CreditHolds

# Who the customer is, what it is offered, who sells, and how far it has come.
GUARDED_FIELDS = frozenset(
    [
        "partner_id",
        "partner_invoice_id",
        "partner_shipping_id",
        "opportunity_id",
        "order_line",
        "state",
        "user_id",
        "team_id",
    ]
)
# What has been paid hangs on the order when somebody pays.
LINKED_FIELDS = frozenset(["transaction_ids"])
# Who buys, who pays and who is delivered to: each of them is sold to.
PARTNER_FIELDS = ("partner_id", "partner_invoice_id", "partner_shipping_id")


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "sales.process.guard"]

    ownership_id = fields.Many2one(
        "sales.process.ownership",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
        help="The period of responsibility in which the order was signed. It stays "
        "with that salesperson when the customer is handed on.",
    )
    process_date_signed = fields.Datetime(
        string="Counted as Signed On",
        copy=False,
        readonly=True,
        help="When the order was confirmed, for the customer's period.",
    )

    process_logistics = fields.Text(
        string="Logistics Needs",
        copy=False,
        prefetch="process_logistics",
        help="How the goods are brought to the customer: taken from the contact when "
        "the order is confirmed. What changes on the contact later changes no order.",
    )
    process_date_sent = fields.Datetime(
        string="First Sent On",
        copy=False,
        readonly=True,
        help="When the quotation was first sent, or marked as sent.",
    )
    process_date_answered = fields.Datetime(
        string="Answered On",
        copy=False,
        readonly=True,
        help="When it was confirmed or cancelled.",
    )
    process_credit_ids = fields.One2many(
        "sales.process.credit.question",
        "order_id",
        string="Credit Questions",
        readonly=True,
    )
    process_credit_state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("asked", "Asked"),
            ("kept", "Hold Kept"),
            ("released", "Hold Lifted"),
        ],
        string="Credit Hold",
        compute="_compute_process_credit",
        help="Whether the customer owes more, and longer, than the team allows.",
    )
    process_credit_text = fields.Char(compute="_compute_process_credit")

    # ------------------------------------------------------------
    # CREDIT
    # ------------------------------------------------------------

    @api.depends_context("lang", "uid")
    @api.depends("partner_id", "company_id", "team_id", "state", "amount_total")
    def _compute_process_credit(self):
        self.process_credit_state = False
        self.process_credit_text = False
        drafts = self.filtered(lambda order: order.state in ("draft", "sent"))
        for order, hold in CreditHolds(drafts).find().items():
            if not order._may_know_credit(hold):
                continue
            order.process_credit_state = order._get_credit_state()
            order.process_credit_text = order._get_credit_sentence(hold)

    def _may_know_credit(self, hold):
        """Tell whether the user learns anything of what the customer owes.

        Of a colleague's customer nothing: a new quotation is no way to ask.

        :param hold: :class:`Hold`
        :return: bool
        """
        return hold.is_shown or not hold.ownership

    def _get_credit_state(self):
        """How far the question is whether the customer may order.

        :return: a value of ``process_credit_state``
        """
        self.ensure_one()
        # sudo: of whoever has asked
        order = self.sudo()
        if order._is_credit_released():
            return "released"
        questions = order._origin.process_credit_ids
        if questions.filtered(lambda row: row.state == "open"):
            return "asked"
        last = questions.sorted("id")[-1:]
        return "kept" if last.state == "kept" else "proposed"

    def _is_credit_released(self):
        """Tell whether the leader has released this quotation, as large as it is.

        :return: bool
        """
        self.ensure_one()
        return any(
            question.state == "released"
            and question.partner_id == self.partner_id.commercial_partner_id
            and question.order_currency_id == self.currency_id
            and self.currency_id.compare_amounts(
                self.amount_total, question.order_amount
            )
            <= 0
            for question in self._origin.process_credit_ids
        )

    def _get_credit_sentence(self, hold):
        """What stands above the quotation.

        :param hold: :class:`Hold`
        :return: str
        """
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id.display_name or ""
        if not hold.is_shown:
            return self.env._(
                "%(customer)s has invoices that are overdue for long. A credit hold is "
                "proposed.",
                customer=customer,
            )
        # sudo: only in which currency the company counts
        return self.env._(
            "%(customer)s owes %(amount)s that is overdue, days: %(days)s. A "
            "credit hold is proposed.",
            customer=customer,
            amount=self.company_id.sudo().currency_id.format(hold.amount),
            days=hold.days,
        )

    def action_ask_credit(self):
        """Ask the team leader to release the quotation.

        :return: dict, a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask to Release the Credit Hold"),
            "res_model": "sales.process.credit.question",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    # ------------------------------------------------------------
    # WHOSE CUSTOMER
    # ------------------------------------------------------------

    def _get_undefaulted_fields(self):
        return super()._get_undefaulted_fields() | self._get_reckoned_fields()

    @tools.ormcache()
    def _get_reckoned_fields(self):
        """What no client says: it follows from lines, invoices and payments.

        :return: frozenset of names
        """
        return find_reckoned(self) | LINKED_FIELDS

    def _refuse_reckoned(self, names):
        """Refuse another word for what Odoo works out.

        :param names: names of fields that somebody writes
        :raise AccessError: one sentence that names the fields
        """
        refuse_reckoned(self, self._get_reckoned_fields().intersection(names))

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_reckoned({name for vals in vals_list for name in vals})
        orders = super().create(vals_list)
        if self.env["sales.process.money"]._is_listening():
            orders._check_process_customer()
            orders._follow_owner()
            orders._correct_sellers()
            orders._check_credit(orders.mapped("state"))
            for state, rows in orders.grouped("state").items():
                rows._mark_answer(state)
        return orders

    def _compute_amounts(self):
        # whoever calls it takes nobody's word
        with reckoning(self.env):
            return super()._compute_amounts()

    def _compute_currency_rate(self):
        with reckoning(self.env):
            return super()._compute_currency_rate()

    def _create_down_payment_section_line_if_needed(self):
        with reckoning(self.env):
            return super()._create_down_payment_section_line_if_needed()

    def _create_down_payment_lines_from_base_lines(self, *args, **kwargs):
        with reckoning(self.env):
            return super()._create_down_payment_lines_from_base_lines(*args, **kwargs)

    def write(self, vals):
        # what an order comes to signs a customer, and what is invoiced of it frees it
        self._refuse_reckoned(vals)
        is_guarded = (
            bool(GUARDED_FIELDS & vals.keys())
            and self.env["sales.process.money"]._is_listening()
        )
        if not is_guarded:
            return super().write(vals)
        self._check_process_customer()
        self._check_credit([vals.get("state")])
        # sudo: an order may already be of somebody whom the user cannot read
        before = {
            order.id: (order._get_process_partners(), order.opportunity_id)
            for order in self.sudo()
        }
        result = super().write(vals)
        if "state" in vals:
            self._mark_answer(vals["state"])
        is_moved = not vals.keys().isdisjoint((*PARTNER_FIELDS, "opportunity_id"))
        if is_moved:
            self._check_credit(self.mapped("state"))
            self._check_process_customer(before)
            self._note_opportunities(before)
            self._tell_new_customers(before)
        if "user_id" in vals and not vals["user_id"]:
            self._follow_owner()
        if is_moved or "user_id" in vals:
            self._correct_sellers()
        return result

    def _mark_answer(self, state):
        """Remember when quotations were first sent, and when they were answered.

        :param str state: into which they have come
        """
        # sudo: written by the system, whoever sends or signs; no query for itself, as
        # it is stored together with the state
        now = self.env.cr.now().replace(microsecond=0)
        orders = self.sudo()
        if state == "sent":
            orders.filtered(
                lambda order: not order.process_date_sent
            ).process_date_sent = now
        answer = now if state in ("sale", "cancel") else False
        orders.filtered(
            lambda order: bool(order.process_date_answered) != bool(answer)
        ).process_date_answered = answer

    def _note_opportunities(self, before):
        """Another opportunity is one line in the chatter: by number, never by name.

        Whoever reads the order need not read the leads; the link opens it to whoever
        does.

        :param dict before: ``{order id: (res.partner, crm.lead)}`` before a change
        """
        bodies = {}
        # sudo: the number of a lead, whoever may read it
        for order in self.sudo():
            leads = before[order.id][1], order.opportunity_id
            if leads[0] != leads[1]:
                was, now = (
                    lead._get_html_link(f"#{lead.id}") if lead else "–"
                    for lead in leads
                )
                bodies[order.id] = self.env._(
                    "Opportunity: %(before)s → %(after)s", before=was, after=now
                )
        if bodies:
            self.browse(bodies)._message_log_batch(bodies=bodies)

    def _tell_new_customers(self, before):
        """An order of another customer now signs that one, and the first no more.

        :param dict before: ``{order id: (res.partner, crm.lead)}`` before a change
        """
        # sudo: whoever changes an order may not read the ledger
        linked = self.sudo().filtered("ownership_id")
        other_lead = linked.filtered(
            lambda order: order.opportunity_id != before[order.id][1]
        )
        moved = linked.filtered(
            lambda order: (
                order.partner_id.commercial_partner_id
                not in before[order.id][0].commercial_partner_id
            )
        )
        moved |= other_lead.filtered(lambda order: not order._is_of_signed_customer())
        if heard := other_lead | moved:
            self.env["sales.process.money"]._hear(orders=heard, moved_orders=moved)

    def _is_of_signed_customer(self):
        """Whether the inquiry of an order is of the customer that signed it.

        Another inquiry of the same customer, or none, moves no order from who signed
        it to who follows.

        :return: bool
        """
        self.ensure_one()
        lead = self.opportunity_id
        if lead.ownership_id and lead.ownership_id == self.ownership_id:
            return True
        partner = lead.ownership_id.partner_id or lead.partner_id or self.partner_id
        customer = self.ownership_id.partner_id.commercial_partner_id
        return bool(customer) and partner.commercial_partner_id == customer

    def _check_credit(self, states):
        """Refuse what may not be sent or confirmed yet, see :class:`CreditHolds`.

        :param states: the states into which the orders come
        :raise UserError: one sentence
        """
        if {"sent", "sale"}.intersection(states):
            CreditHolds(
                self.filtered(lambda order: order.state in ("draft", "sent", "sale"))
            ).check("sale" in states)

    @api.constrains("amount_total")
    def _check_released_total(self):
        """What was released for one total is not made larger once it is an order."""
        if not self.env["sales.process.money"]._is_listening():
            return
        # sudo: of whoever has asked
        asked = self.filtered(lambda order: order.state == "sale").sudo()
        asked = asked.filtered("process_credit_ids").with_env(self.env)
        if asked:
            CreditHolds(asked).check()

    def action_confirm(self):
        if self.env["sales.process.ownership"]._is_attended():
            self._check_credit(["sale"])
        self._lock_process_customers()
        result = super().action_confirm()
        self._keep_logistics()
        return result

    def _lock_process_customers(self):
        """Whoever begins to sign has signed: no release takes the customer meanwhile.

        Also in the last second, when the scheduled action begins.
        """
        if not self.env["sales.process.money"]._is_listening():
            return
        # sudo: who signs on the portal reads no ownership
        orders = self.sudo()
        periods = orders.opportunity_id.ownership_id
        for company, rows in orders.grouped("company_id").items():
            found = periods._find_customers(rows.partner_id, company)
            periods |= periods.union(*found.values())
        periods.filtered(lambda row: row.state == "open")._lock_rows()

    def _keep_logistics(self):
        """An order keeps the logistics needs that hold when it is confirmed."""
        if not self.env["crm.team"]._get_active_process_ids():
            return
        orders = self.filtered(
            lambda row: row.state == "sale" and not row.process_logistics
        )
        texts = orders.partner_shipping_id._get_logistics_texts()
        for order in orders:
            if text := texts.get(order.partner_shipping_id):
                # sudo: also where a customer confirms on the portal
                order.sudo().process_logistics = text

    def action_quotation_send(self):
        self._check_process_customer()
        self._check_credit(["sent"])
        return super().action_quotation_send()

    def message_post(self, **kwargs):
        if kwargs.get("message_type", "notification") == "comment":
            self._check_process_customer()
        return super().message_post(**kwargs)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """A quotation that is sent is contact, as a message from the customer's lead.

        One that comes back is none, and what Odoo sends by itself neither.
        """
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        Lead = self.env["crm.lead"]
        found = recipients or []
        if (
            not self
            or Lead._get_message_channel(message, found, kwargs) != "email"
            or not self.env["crm.team"]._get_active_process_ids()
        ):
            return recipients
        for order in self:
            lead = order._get_process_lead()
            if lead and lead._filter_in_process():
                lead._log_message_contact(message, "email", found, [])
        return recipients

    def _get_process_lead(self):
        """Where contacts about this order are written down.

        :return: crm.lead in sudo, one at most
        """
        self.ensure_one()
        # sudo: whoever quotes may not read the lead
        order = self.sudo()
        lead = order.opportunity_id
        if lead.ownership_id.state in ("open", "pool"):
            return lead
        period = self.env["sales.process.ownership"]._find_customers(
            order.partner_id, order.company_id
        )
        return period.get(order.partner_id, order.ownership_id)._get_collection_lead()

    def _get_process_partners(self):
        """Who is sold to by these orders.

        :return: res.partner
        """
        partners = self.env["res.partner"]
        return partners.union(*(self[name] for name in PARTNER_FIELDS))

    def _check_process_customer(self, before=None):
        """Refuse a salesperson who sells to a colleague's customer.

        Who has signed an order goes on with it when the customer is handed on, with
        the same customer. An opportunity opens the way to its own customer alone.

        :param dict before: ``{order id: (res.partner, crm.lead)}`` before a change;
            only what the change brought in is looked at
        :raise CustomerOwnedError: the customer belongs to somebody else
        """
        if not self.env["sales.process.money"]._is_listening():
            return
        user = self.env.user
        partners_by_company = defaultdict(list)
        opportunities = []
        # sudo: the question is about customers of everybody
        for order in self.sudo():
            partners = order._get_process_partners()
            opportunity = order.opportunity_id
            if order.ownership_id.user_id == user:
                same = before[order.id][0] if before else partners
                partners -= same | partners.filtered(
                    lambda row, same=same: (
                        row.commercial_partner_id in same.commercial_partner_id
                    )
                )
                opportunity -= before[order.id][1] if before else opportunity
            elif before:
                partners -= before[order.id][0]
                opportunity -= before[order.id][1]
            ownership = order.opportunity_id.ownership_id
            if ownership.state in ("open", "pool") and ownership._can_work(user):
                customer = order.opportunity_id.partner_id.commercial_partner_id
                partners -= partners.filtered(
                    lambda row, customer=customer: row.commercial_partner_id == customer
                )
            opportunities.append(opportunity)
            partners_by_company[order.company_id].append(partners)
        self.env["crm.lead"].union(*opportunities)._check_customer_work()
        Ownership = self.env["sales.process.ownership"]
        for company, rows in partners_by_company.items():
            if partners := self.env["res.partner"].union(*rows):
                Ownership._check_customer_work(partners, companies=company)

    def _follow_owner(self):
        """Orders that come in by themselves, or of nobody, are the owner's.

        A helper or a leader who writes a quotation stays its salesperson.
        """
        Ownership = self.env["sales.process.ownership"]
        is_attended = Ownership._is_attended()
        # sudo: whoever orders may not read the ledger, or write who sells
        orders = self.sudo().filtered(lambda order: not (is_attended and order.user_id))
        # who has signed it stays on it
        for row, signed in (
            orders.filtered("ownership_id").grouped("ownership_id").items()
        ):
            signed._write_owner(row)
            orders -= signed
        for company, rows in orders.grouped("company_id").items():
            guarded = Ownership._find_guarded(rows.partner_id, company)
            for partner, mine in rows.grouped("partner_id").items():
                if row := guarded.get(partner):
                    mine._write_owner(row)

    def _correct_sellers(self):
        """No order of an owned customer is under the name of a colleague.

        Who has signed it stays on it when the customer is handed on.
        """
        Ownership = self.env["sales.process.ownership"]
        documents = {}
        # sudo: the question is about customers of everybody
        for order in self.sudo():
            seller = order.user_id
            lead = order.opportunity_id
            if seller == order.ownership_id.user_id or (
                lead.ownership_id.state in ("open", "pool")
                and lead.ownership_id._can_work(seller)
                and lead.partner_id.commercial_partner_id
                == order.partner_id.commercial_partner_id
            ):
                continue
            documents[order] = (
                order._get_process_partners().with_env(self.env),
                order.company_id,
                seller,
            )
        strange = Ownership._find_strange_sellers(documents)
        Ownership._record_strange_sellers(
            strange, {order: documents[order][-1] for order in strange}
        )
        by_owner = {}
        for order, row in strange.items():
            by_owner[row] = by_owner.get(row, order.browse()) | order
        for row, orders in by_owner.items():
            orders._write_owner(row)

    # ------------------------------------------------------------
    # SIGNED
    # ------------------------------------------------------------

    @acting
    def _action_confirm(self):
        return super()._action_confirm()

    @acting
    def _action_cancel(self):
        return super()._action_cancel()

    @api.constrains("state", "amount_total", "invoice_status", "company_id")
    def _tell_sales_process(self):
        # no refusal: Odoo calls this also where an amount has been computed
        Money = self.env["sales.process.money"]
        if Money._is_listening():
            # sudo: whoever changes an order may not read whose customer it is
            orders = self.sudo()
            Money._hear(
                orders=orders.filtered(
                    lambda order: order.state != "draft" or order.ownership_id
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invoiced(self):
        # the database takes the lines along without asking them
        self.order_line._check_stays()

    def unlink(self):
        Money = self.env["sales.process.money"]
        # sudo: whoever deletes may not read the ledger
        ownerships = self.sudo().ownership_id
        if ownerships and Money._is_listening():
            Money._hear(ownerships=ownerships, unsigned=ownerships)
        return super().unlink()

    def _is_signed(self):
        """Whether the customer has signed something with the order.

        A slip of the keyboard that no money in the world pays signs nothing: it would
        be the only figure that is seen.

        :return: bool
        """
        self.ensure_one()
        return bool(self._filter_process_signed())

    def _filter_process_signed(self):
        """The orders with which customers have signed something, see above.

        Asked several times of every order that is confirmed, of all of them at once.

        :return: sale.order
        """
        if not self:
            return self
        names = ("state", "amount_total", "currency_id")
        columns = [orm.get_cached(self, name) for name in names]
        Currency = self.env["res.currency"]
        roundings = {row_id: Currency.browse(row_id).rounding for row_id in columns[2]}
        return self.browse(
            order_id
            for order_id, state, total, currency_id in zip(
                self._ids, *columns, strict=True
            )
            if state == "sale"
            and total < NUMBER_MAX
            and float_compare(total, 0, precision_rounding=roundings[currency_id]) > 0
        )

    def _get_process_total(self, company):
        """What the order is worth, taxes included.

        :param company: res.company
        :return: float, in the currency of the company
        """
        self.ensure_one()
        company = company or self.company_id
        return self.currency_id._convert(
            self.amount_total,
            company.currency_id,
            company,
            self._get_process_moment(),
        )

    def _get_process_moment(self):
        """When it was signed: the date of the order is what whoever sells may write.

        :return: naive UTC datetime
        """
        self.ensure_one()
        return self.process_date_signed or self.date_order

    def _is_after(self, lead):
        """Whether an order of no inquiry answers this one: it was asked before.

        :param lead: crm.lead
        :return: bool
        """
        self.ensure_one()
        return lead.create_date.replace(microsecond=0) <= self._get_process_moment()

    def _link_ownerships(self, moved):
        """Remember in whose period orders were signed; forget it when they are not.

        :param moved: sale.order that are another customer's now
        :return: sales.process.ownership of all these orders, before and after
        """
        touched = self.ownership_id
        if moved:
            moved.write({"ownership_id": False, "process_date_signed": False})
        signed = self._filter_process_signed()
        confirmed = self.filtered(lambda order: order.state == "sale")
        gone = (self - confirmed).filtered("ownership_id")
        if gone:
            gone.write({"ownership_id": False, "process_date_signed": False})
        unsigned = (confirmed - signed).filtered("process_date_signed")
        if unsigned:
            unsigned.write({"process_date_signed": False})
        # an order that becomes one above zero is signed by who owns the customer then
        new = signed.filtered(lambda order: not order.process_date_signed)
        new |= (confirmed - signed).filtered(lambda order: not order.ownership_id)
        Ownership = self.env["sales.process.ownership"]
        ids_by_value = defaultdict(list)
        ownerless = []
        for company, orders in new.grouped("company_id").items():
            plain = orders.filtered(
                lambda order: (
                    order.opportunity_id.ownership_id.state not in ("open", "pool")
                )
            )
            owned = Ownership._find_customers(plain.partner_id, company)
            by_period = {}
            for order in orders:
                period = order.opportunity_id.ownership_id
                if order in plain:
                    period = owned.get(order.partner_id, Ownership.browse())
                by_period[period] = by_period.get(period, orders.browse()) | order
            by_period.pop(Ownership.browse(), None)
            for period, rows in by_period.items():
                ids_by_value["ownership_id", period.id] += rows.ids
                ids_by_value["process_date_signed", self.env.cr.now()] += (
                    rows & signed
                ).ids
                ownerless.append((period, rows.filtered(lambda row: not row.user_id)))
        # each order has a period of its own: as many calls of `write`
        orm.write_decided(new, ids_by_value)
        for period, rows in ownerless:
            rows._write_owner(period)
        return touched | self.ownership_id

    def _filter_shrunk(self, moved):
        """Orders of ended periods that are worth less than when they were signed.

        :param moved: sale.order that are another customer's now
        :return: sale.order
        """
        old = self.filtered(lambda order: order.ownership_id.state == "ended")
        if not old:
            return old
        rows = self.env["sales.process.money"].search(
            [("order_id", "in", old.ids), ("kind", "=", "signed")]
        )
        amounts = {row.order_id: row.amount for row in rows}
        return old.filtered(
            lambda order: (
                order in moved
                or not order._is_signed()
                or order.company_id.currency_id.compare_amounts(
                    order._get_process_total(order.company_id), amounts.get(order, 0)
                )
                < 0
            )
        )

    def _write_owner(self, ownership):
        """Orders of nobody are those of the owner of the customer.

        :param ownership: sales.process.ownership
        """
        if not self or not ownership.user_id:
            return
        team = ownership.team_id
        # an order of a branch takes no team of the company above it
        here = self.filtered(
            lambda order: team.company_id in (order.company_id, order.company_id[:0])
        )
        with writing_sellers(self.env):
            here.write({"user_id": ownership.user_id.id, "team_id": team.id})
            (self - here).write({"user_id": ownership.user_id.id})

    # ------------------------------------------------------------
    # MONEY
    # ------------------------------------------------------------

    def _get_process_paid(self):
        """Money that has arrived for orders without an invoice, such as online.

        An addon that settles orders elsewhere, for example at the till, adds it.

        :return: ``{order: amount in the currency of the order}``
        """
        arrived = self.env["sales.process.money"]._get_arrived_states()
        paid = {}
        for order in self:
            # refunds hang on the transaction that they give back
            found = order.transaction_ids | order.transaction_ids.child_transaction_ids
            paid[order] = sum(
                transaction.currency_id._convert(
                    transaction.amount,
                    order.currency_id,
                    order.company_id,
                    transaction.last_state_change or order.date_order,
                )
                for transaction in found
                if transaction.state == "done"
                and (
                    not transaction.payment_id
                    or transaction.payment_id.state in arrived
                )
            )
        return paid

    def _get_process_rests(self):
        """What is left to invoice of orders, in the currency of their company.

        :return: ``{order: amount}``; 0 for orders that are invoiced or paid
        """
        rests = {}
        posted = {
            order: order.invoice_ids.filtered(lambda move: move.state == "posted")
            for order in self
        }
        drafts = {
            order: order.invoice_ids.filtered(lambda move: move.state == "draft")
            for order in self
        }
        waiting = self.filtered(
            lambda order: (
                order.invoice_status not in ("invoiced", "upselling") or drafts[order]
            )
        )
        paid = waiting.filtered(lambda order: not posted[order])._get_process_paid()
        for order in self:
            rest = 0
            if order in waiting:
                rest = order.amount_total - order.amount_invoiced - paid.get(order, 0)
                if posted[order]:
                    rest = max(rest, order.amount_to_invoice)
            if order.currency_id.compare_amounts(rest, 0) <= 0:
                rest = 0
            rests[order] = order.currency_id._convert(
                rest,
                order.company_id.currency_id,
                order.company_id,
                order._get_process_moment(),
                round=False,
            )
        return rests
