# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.models.mail_activity import SUBJECT_LENGTH
from odoo.addons.sales_process_mgmt.tools import orm
from odoo.addons.sales_process_mgmt.tools.transaction import is_writing_sellers


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    money_ids = fields.One2many("sales.process.money", "ownership_id", readonly=True)
    amount_due = fields.Monetary(
        string="To Collect",
        compute="_compute_money",
        help="What the customer still owes on posted invoices of this period, in the "
        "currency of the company.",
    )
    amount_collected = fields.Monetary(
        string="Collected",
        compute="_compute_money",
        help="Money that has arrived for invoices of this period, in the currency of "
        "the company. What was written off, discounted or credited has not arrived.",
    )
    amount_written_off = fields.Monetary(
        string="Written Off",
        compute="_compute_money",
        help="What was taken off the customer's debt without money. The customer stays "
        "signed until the leader says that nothing is left to collect.",
    )
    amount_waived = fields.Monetary(
        string="Not to Be Collected",
        readonly=True,
        copy=False,
        help="How much of what was written off the leader does not want collected.",
    )

    @api.depends("money_ids.amount", "money_ids.kind")
    def _compute_money(self):
        # sudo: salespeople read no invoices, but are responsible for the money
        groups = (
            self.env["sales.process.money"]
            .sudo()
            ._read_group(
                [("ownership_id", "in", self.ids)],
                ["ownership_id", "kind"],
                ["amount:sum"],
            )
        )
        amounts = {(row.id, kind): amount for row, kind, amount in groups}
        for ownership in self:
            for name, kind in (
                ("amount_due", "open"),
                ("amount_collected", "collected"),
                ("amount_written_off", "written_off"),
            ):
                ownership[name] = amounts.get((ownership.id, kind), 0)

    # ------------------------------------------------------------
    # WHOSE CUSTOMER
    # ------------------------------------------------------------

    @api.model
    def _find_customers(self, partners, company):
        """Who is responsible for contacts now, by contact and company of the contact.

        :param partners: res.partner
        :param company: res.company
        :return: ``{partner: running sales.process.ownership}``, in the pool, too
        """
        if not partners:
            return {}
        customers = partners | partners.commercial_partner_id
        keys = self.env["sales.process.ownership.key"].search(
            [
                ("active", "=", True),
                ("kind", "=", "partner"),
                ("value", "in", [str(partner.id) for partner in customers]),
            ]
        )
        # sudo: only which company shares its customers
        rows = self.search(
            Domain("state", "!=", "ended")
            # branches share their customers
            & Domain("company_id", "=", company.sudo()._get_customer_company().id)
            & (
                Domain("partner_id", "in", customers.ids)
                | Domain("id", "in", keys.ownership_id.ids)
            ),
            order="id",
        )
        by_id = {}
        for row in rows:
            by_id.setdefault(row.partner_id.id, row)
        for key in keys:
            if key.ownership_id in rows:
                by_id[int(key.value)] = key.ownership_id
        found = {}
        for partner in partners:
            for candidate in (partner, partner.commercial_partner_id):
                if candidate.id in by_id:
                    found.setdefault(partner, by_id[candidate.id])
        return found

    @api.model
    def _find_strange_sellers(self, documents):
        """Documents under the name of a salesperson whose customer it is not.

        The owner and the leader choose who sells, and so does an administrator.
        Whoever else enters it, a clerk or an application: a colleague's name on the
        document of an owned customer is a conflict.

        :param documents: ``{record: (res.partner, res.company, res.users)}``: to whom
            it is sold and under whose name
        :return: ``{record: running sales.process.ownership in sudo}``
        """
        if is_writing_sellers(self.env):
            return {}
        by_company = defaultdict(dict)
        for record, (partners, company, seller) in documents.items():
            if seller and partners and self._is_judged(seller):
                by_company[company][record] = partners, seller
        if not by_company:
            return {}
        actor = self.env.user
        decides = self._is_attended() and not actor.share
        is_administrator = actor.has_group("sales_team.group_sale_manager")
        strange = {}
        for company, rows in by_company.items():
            partners = self.env["res.partner"].union(*(row[0] for row in rows.values()))
            guarded = self._find_guarded(partners, company)
            for record, (partners, seller) in rows.items():
                owned = [guarded[partner] for partner in partners if partner in guarded]
                if not owned or any(row._can_work(seller) for row in owned):
                    continue
                [row, *_others] = owned
                if decides and (
                    is_administrator
                    or actor == row.user_id
                    or row.team_id._is_leader(actor)
                ):
                    continue
                strange[record] = row
        return strange

    @api.model
    def _record_strange_sellers(self, strange, sellers):
        """Tell the owner and the leader who was named as the seller of a customer.

        :param strange: see :meth:`_find_strange_sellers`
        :param sellers: ``{record: res.users}``, who was named
        """
        actor = self.env.user
        values = {}
        for record, row in strange.items():
            seller = sellers[record]
            values[row, seller] = {
                **row._prepare_work_conflict_values(seller, set(), attended=False),
                "door": "order",
                "actor_id": actor.id if actor != seller else False,
            }
        if values:
            self.env["sales.process.conflict"]._record_work(list(values.values()))

    # ------------------------------------------------------------
    # SIGNED AND PAID
    # ------------------------------------------------------------

    def _sign(self):
        """Signed is not paid: the owner stays responsible until the money is in.

        A customer of whom no money is known is served, as the core has it.
        """
        rests = self._get_rests()
        owing = self.filtered(lambda row: rests[row._get_root().id][0])
        paid = (self - owing).filtered(lambda row: rests[row._get_root().id][1])
        result = super(SalesProcessOwnership, self - owing - paid)._sign()
        owing._collect()
        # nothing is left to collect: nobody would ever say that it is paid
        paid._serve("paid")
        return result

    def _collect(self):
        """There is money to collect: no timer, until it is in."""
        if self:
            # sudo: the ledger is written by its own methods only
            self.sudo().write(
                {"phase": "signed", "date_revisit": False, "date_served_until": False}
            )
            self._update_deadlines()

    def _get_root(self):
        """The first period of the customer.

        :return: sales.process.ownership
        """
        self.ensure_one()
        # sudo: the root may be a period that the reader does not see
        return self.sudo().root_id or self.sudo()

    def _get_rests(self):
        """What is left to collect of customers, over their whole history.

        :return: ``{id of the first period: (ids of the periods with a rest, whether
            there was anything to collect at all)}``
        """
        roots = self._get_root_ids().values()
        # sudo: the owner may not read the periods of earlier ones
        return (
            self.sudo()
            .search(["|", ("id", "in", list(roots)), ("root_id", "in", list(roots))])
            ._get_chain_rests()
        )

    def _get_root_ids(self):
        """The first periods of customers.

        :return: ``{id: id of the first period}``
        """
        # sudo: the root may be a period that the reader does not see
        rows = self.sudo()
        roots = orm.get_cached(rows, "root_id") if rows else ()
        return {
            row_id: root or row_id
            for row_id, root in zip(rows._ids, roots, strict=True)
        }

    def _get_chain_rests(self):
        """See :meth:`_get_rests`, of all periods of these customers, in sudo."""
        periods = self._get_period_rests()
        root_ids = self._get_root_ids()
        rests = {root: (set(), False) for root in root_ids.values()}
        for row in self.browse(periods):
            rest, is_known = periods[row.id]
            owing, was_known = rests[root_ids[row.id]]
            # most have nothing to collect: nobody asks for their currency
            if rest > 0 and row.currency_id.compare_amounts(rest, 0) > 0:
                owing.add(row.id)
            rests[root_ids[row.id]] = (owing, was_known or is_known)
        return rests

    def _get_period_rests(self):
        """What is left to collect of each period.

        :return: ``{id: (amount, whether there was anything to collect at all)}``,
            without those of whom no money is known
        """
        sums = defaultdict(lambda: defaultdict(float))
        # sudo: the whole rest of a period, whoever may read the invoices
        for row, kind, amount in (
            self.env["sales.process.money"]
            .sudo()
            ._read_group(
                [("ownership_id", "in", self.ids)],
                ["ownership_id", "kind"],
                ["amount:sum"],
            )
        ):
            sums[row.id][kind] += amount
        rests = {}
        for row in self.browse(sums):
            known = sums[row.id]
            written_off = known.get("written_off", 0) - row.amount_waived
            rests[row.id] = (known.get("open", 0) + max(written_off, 0), True)
        return rests

    def _settle(self):
        """Bring customers in line with the money that has arrived, or was taken back.

        Paid: served. Taken back: signed again; where somebody else is responsible by
        now, the debt is the earlier owner's to collect, and the customer stays.
        """
        if not self:
            return
        roots = list({*self._get_root_ids().values()})
        # sudo: whoever records money reads no ownership
        chain = self.sudo().search(
            ["|", ("id", "in", roots), ("root_id", "in", roots)], order="id"
        )
        rests = {
            root: (owing_ids, is_known)
            for root, (owing_ids, is_known) in chain._get_chain_rests().items()
            if owing_ids or is_known
        }
        if not rests:
            return
        # of the others there is nothing to say
        root_ids = chain._get_root_ids()
        chain = chain.filtered(lambda row: root_ids[row.id] in rests)
        Collection = self.env["sales.process.collection"]
        # sudo: as above
        collected = Collection.sudo().search(
            [("ownership_id", "in", chain.ids), ("state", "=", "open")]
        )
        paid, again, back, owed = chain._sort_by_rest(root_ids, rests, collected)
        paid._serve("paid")
        again._collect()
        again._tell_taken_back()
        owed |= back._reopen()
        Collection._open_for(owed, collected)

    def _sort_by_rest(self, root_ids, rests, collected):
        """What becomes of customers by what is still open of them.

        :param dict root_ids: ``{id of a period: id of its first one}``
        :param dict rests: ``{id of a first one: (ids of periods that owe, is known)}``
        :param collected: sales.process.collection, the open ones
        :return: periods that are paid; that are signed again; that ended and come back;
            whose earlier owner collects
        """
        running = {
            root_ids[row.id]: row for row in self if row.state in ("open", "pool")
        }
        customers = self.grouped(lambda row: root_ids[row.id])
        paid, again, back, owed = (self.browse() for _i in range(4))
        for root, (owing_ids, is_known) in rests.items():
            row = running.get(root, self.browse())
            periods = customers.get(root, self.browse())
            owing = periods.filtered(lambda period, ids=owing_ids: period.id in ids)
            mine = owing & row._get_own_debts(periods)
            if not owing:
                if row.state == "open" and row.phase == "signed" and is_known:
                    paid |= row
            elif not row:
                back |= owing
            elif row.state == "open" and row.phase == "signed":
                # what an earlier owner collects already stays that one's
                mine -= (collected.ownership_id & mine).filtered(
                    lambda period, row=row: period.user_id != row.user_id
                )
                owed |= owing - mine
                if not mine:
                    paid |= row
            elif row.state == "open" and row.phase == "served":
                again |= row if mine else row.browse()
                owed |= owing - mine
            else:
                owed |= owing.filtered(
                    lambda period, row=row: period.user_id != row.user_id
                )
        return paid, again, back, owed

    def _get_own_debts(self, chain):
        """Of which periods the owner of this one collects what is owed.

        Of the own ones, and of those from which the customer came with its debts:
        handed over signed, not paid. Money that had arrived before and is taken back
        afterwards is collected by who signed it.

        :param chain: sales.process.ownership, all periods of the customer, in sudo
        :return: sales.process.ownership
        """
        if not self:
            return self
        users, period = self.user_id, self
        while period.previous_id.phase == "signed":
            period = period.previous_id
            users |= period.user_id
        return chain.filtered(lambda period: period.user_id in users)

    def _tell_taken_back(self):
        """Say in the chatter why a customer that had paid is signed again."""
        for ownership in self:
            ownership._message_log(body=self.env._("There is money to collect again."))

    def _reopen(self):
        """Give customers whose period ended as paid back to who signed them.

        :return: the periods whose customers belong to somebody else by now, or whose
            owner has left
        """
        rest = self.browse()
        # sudo: keys are the system's to write; called when a payment is taken back
        Key = self.env["sales.process.ownership.key"].sudo()
        for period in self:
            last = (period.chain_ids or period).sorted("id")[-1]
            # each: few payments are taken back together
            keys = Key.with_context(active_test=False).search(
                [("ownership_id", "=", last.id), ("active", "=", False)]
            )
            identities = {
                (key.company_id.id or 0, key.kind, key.value): key for key in keys
            }
            user = period.user_id
            hard = [key for key, row in identities.items() if not row.is_soft]
            if (
                not user.active
                or user.share
                or last.end_reason not in ("paid", "signed")
                or not hard
                or Key._find(hard)
            ):
                rest |= period
                continue
            [again] = self._open_periods(
                [
                    {
                        **last._prepare_successor_values(
                            user, period.team_id, "transfer", "paid"
                        ),
                        "phase": "signed",
                    }
                ]
            )
            Key._insert(
                [
                    {
                        "ownership_id": again.id,
                        "company_id": row.company_id.id,
                        "kind": row.kind,
                        "value": row.value,
                        "label": row.label,
                        "is_manual": row.is_manual,
                    }
                    for row in identities.values()
                ]
            )
            again._tell_taken_back()
        return rest

    def _hand_over(self, *args, **kwargs):
        """A debt of the earlier owner is not the new one's, and is not forgotten."""
        successors = super()._hand_over(*args, **kwargs)
        if successors:
            news = self.browse().union(*successors.values())
            self.env["sales.process.money"]._hear(ownerships=news)
        return successors

    def _has_money(self):
        """Tell whether there are invoices or payments of these customers.

        :return: bool
        """
        if not self:
            return False
        ((found,),) = self.env.execute_query(
            SQL("SELECT %s", self._ask_money(self.ids))
        )
        return found

    @api.model
    def _ask_money(self, ids):
        """See :meth:`_has_money`.

        :param ids: list of ids of periods, or SQL of an array
        :return: SQL that is true or false
        """
        self.env["account.move"].flush_model(["process_ownership_id"])
        self.env["sales.process.money"].flush_model(["ownership_id"])
        return SQL(
            """
            EXISTS (SELECT FROM account_move WHERE process_ownership_id = ANY(%(ids)s))
            OR EXISTS (SELECT FROM sales_process_money
                        WHERE ownership_id = ANY(%(ids)s))
            """,
            ids=ids,
        )

    @api.model
    def _ask_belongings(self, kept, others, roots):
        question = self._ask_money(others)
        return super()._ask_belongings(kept, others, roots) | {"money": question}

    def _take_belongings(self, others, found):
        """Money of a merged customer comes along, where the salesperson is the same."""
        super()._take_belongings(others, found)
        if "money" not in found:
            return
        # sudo: the ledger is written by its own methods only
        gone = (
            others.sudo()
            .filtered(lambda row: row.end_reason == "merged")
            .filtered(lambda row: row.user_id == self.user_id)
        )
        if not gone:
            return
        # sudo: as above
        chases = self.env["sales.process.chase"].sudo()
        known = chases.search([("ownership_id", "=", self.id)]).move_id
        # both have a part of one invoice: it is chased once
        chases.search(
            [("ownership_id", "in", gone.ids), ("move_id", "in", known.ids)]
        ).unlink()
        for model in (
            "sales.process.promise",
            "sales.process.dispute",
            "sales.process.chase",
        ):
            # each: three models
            # sudo: as above
            rows = self.env[model].sudo().search([("ownership_id", "in", gone.ids)])
            rows.write({"ownership_id": self.id, "name": self.name})
        moves = (
            self.env["account.move"]
            .sudo()
            .search([("process_ownership_id", "in", gone.ids)])
        )
        moves._set_process_ownership(self)
        money = gone.money_ids
        if money:
            self.env["sales.process.money"]._hear(moves | money.move_id, self)

    def _log_collection(self, channel, text):
        """Who talks with a customer about money is in contact with it.

        Whether it counts is judged as of any contact: that of an earlier owner does
        not move the clock of the present one.

        :param str channel: as of a follow-up
        :param str text: what was said
        """
        self.ensure_one()
        lead = self._get_collection_lead()
        if not lead._filter_in_process():
            return
        words = " ".join(text.split())
        # sudo: made by the system from what the user did
        self.env["sales.process.followup"].sudo().create(
            {
                "lead_id": lead.id,
                "user_id": self.env.uid,
                "channel": channel,
                "subject": words[:SUBJECT_LENGTH],
                "solution": text if len(words) > SUBJECT_LENGTH else False,
            }
        )

    def _get_collection_lead(self):
        """Where contacts about money are written down.

        :return: crm.lead in sudo, the one of the customer now; one at most
        """
        # sudo: the one who collects may not read the lead any more
        if not self:
            return self.env["crm.lead"].sudo()
        last = self.sudo()._get_root()._get_last_period()
        return (last._get_current_lead() or self.sudo()._get_current_lead()).sudo()

    def _get_last_period(self):
        """The period of now, or the last one, of the customer of a first period."""
        self.ensure_one()
        # sudo: whoever it belongs to
        chain = self.sudo().search(
            ["|", ("id", "=", self.id), ("root_id", "=", self.id)]
        )
        return chain.sorted("id")[-1:]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_waive(self):
        """The leader does not want collected what was written off.

        :raise UserError: for anybody but a leader, or where nothing was written off
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: after the check that it may be read; who may waive is asked next
        row = self.sudo()
        user = self.env.user
        # nobody waives what they have to collect themselves
        if not row._may_decide(user):
            team = row.team_id.with_env(self.env)
            if team._is_leader(user):
                raise team._make_own_matter_error(row.user_id, row.company_id)
            raise UserError(
                self.env._("Only the team leader says that nothing is left to collect.")
            )
        if (
            row.currency_id.compare_amounts(row.amount_written_off, row.amount_waived)
            <= 0
        ):
            raise UserError(self.env._("Nothing of this period has been written off."))
        row.amount_waived = row.amount_written_off
        row._message_log(
            body=self.env._("What was written off is not to be collected."),
            author_id=self.env.user.partner_id.id,
        )
        row.flush_recordset()
        row._settle()

    def action_view_money(self):
        """Open the money of the period.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt_account.sales_process_money_action"
        )
        action["domain"] = [("ownership_id", "=", self.id)]
        action["context"] = {"create": False}
        return action
