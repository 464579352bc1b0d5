# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from functools import wraps
from weakref import WeakKeyDictionary

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_on_each
from odoo.addons.sales_process_mgmt.tools import orm
from odoo.addons.sales_process_mgmt.tools.transaction import is_reckoning, scheduled

from ..tools import money as money_tools
from .matches import get_matches_query

WAITS = "sales_process_money"
# {cursor: what has changed}. Not among the callbacks' own data: a savepoint runs these
# and empties it in the middle of an act.
_heard = WeakKeyDictionary()
BATCH = 500
# Invoices that changed by a path past Odoo are looked for this far back.
NIGHTLY_DAYS = 400
SET_OFF = ":set_off"  # changes hands between orders, beside the invoice's money


def acting(method):
    """A method of Odoo that moves money: what it changed is worked when it ends.

    Methods that call each other are one act. What is changed outside of any is worked
    before the commit.

    :param method: a method of a model
    :return: the method
    """

    @wraps(method)
    def act(self, *args, **kwargs):
        Money = self.env["sales.process.money"]
        if not Money._is_listening():
            return method(self, *args, **kwargs)
        heard = Money._get_heard()
        heard["depth"] += 1
        try:
            result = method(self, *args, **kwargs)
        finally:
            heard["depth"] -= 1
        if not heard["depth"]:
            Money._work_heard()
        return result

    return act


class SalesProcessMoney(models.Model):
    """Money of a customer: what was invoiced, has arrived, is owed or written off.

    The rows follow from the accounts and are made again whenever those change. Each
    belongs to the period of responsibility in which the customer has signed.
    """

    _name = "sales.process.money"
    _inherit = ["sales.process.guard"]
    _description = "Money of a Customer"
    _order = "date desc, id desc"
    _rec_name = "ownership_id"
    _is_inserted = True

    kind = fields.Selection(
        [
            ("invoiced", "Invoiced"),
            ("collected", "Collected"),
            ("open", "To Collect"),
            ("written_off", "Written Off"),
        ],
        string="Counts As",
        required=True,
        readonly=True,
        index=True,
        help="Collected: money that has arrived, by the day on which it was matched "
        "with an invoice; what was paid back is taken off. To Collect: by the day on "
        "which it is due.",
    )
    display_kind = fields.Selection(
        "_get_display_kinds",
        string="Kind",
        compute="_compute_display_kind",
        store=True,
        help="What it is: of a credit note, what was credited and paid back; of "
        "orders that come to nothing together, what one is set off for another.",
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        index="btree_not_null",
        help="The owner of the customer when it signed, or was invoiced.",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True, index=True)
    amount = fields.Monetary(
        readonly=True, help="In the currency of the company, taxes included."
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    source = fields.Char(
        required=True,
        readonly=True,
        export_string_translation=False,
        help="Which row of the accounts it was made from.",
    )

    _source_uniq = models.UniqueIndex(
        "(source, kind, ownership_id)", "This money has been counted already."
    )

    @api.model
    def _get_display_kinds(self):
        """The kinds, and what they are called where the invoice is no usual one."""
        names = {
            "credited": self.env._("Credited"),
            "refunded": self.env._("Refunded"),
            "to_refund": self.env._("To Refund or Set Off"),
            "set_off": self.env._("Set Off Between Orders"),
        }
        usual = self._fields["kind"]._description_selection(self.env)
        return [*usual, *names.items()]

    # not by the type of the invoice: nothing is posted as something else, and whoever
    # makes invoices would look for money of each
    @api.depends("kind", "move_id")
    def _compute_display_kind(self):
        for row in self:
            row.display_kind = row.move_id._get_process_kind(row)

    # ------------------------------------------------------------
    # LISTENING
    # ------------------------------------------------------------

    @api.model
    def _is_listening(self):
        """Whether any team uses the process; costs no query.

        :return: bool
        """
        return bool(self.env["crm.team"]._get_active_process_ids())

    @api.model
    def _refuse_computed(self, records, computed, names):
        """What a customer owes or has ordered follows from entries and lines alone.

        :param records: entries, invoices or orders that somebody writes
        :param frozenset computed: names of fields that Odoo works out
        :param names: names of fields that somebody writes
        :raise AccessError: one sentence that names the fields
        """
        said = computed.intersection(names)
        is_told = records.env.su or is_reckoning(self.env)
        if said and not is_told and self._is_listening():
            raise AccessError(self._get_refusal(said, records))

    @api.model
    def _get_open_amounts(self, rows):
        """What is open on the invoices of rows, in the currencies of their companies.

        :param rows: records with ``move_id`` and ``ownership_id``
        :return: ``{(move id, ownership id): amount}``
        """
        groups = self._read_group(
            [("kind", "=", "open"), ("move_id", "in", rows.move_id.ids)],
            ["move_id", "ownership_id"],
            ["amount:sum"],
        )
        return {(move.id, period.id): amount for move, period, amount in groups}

    @api.model
    def _get_heard(self):
        """What has changed in this transaction and is to be worked.

        Ids that a rollback has undone do no harm: the accounts are read again.

        :return: dict of sets of ids, and the depth of acts that are going on
        """
        return _heard.setdefault(
            self.env.cr, {"depth": 0, "moves": set(), "ownerships": set()}
        )

    def _work_heard_at_last(self):
        """Before the commit: work what was changed outside of any act."""
        self.env.cr.precommit.data.pop(WAITS, None)
        if not self._get_heard()["depth"]:
            self._work_heard()

    @api.model
    def _hear(self, moves=(), ownerships=(), **others):
        """Entries, or money of customers, have changed. Costs no query.

        :param moves: account.move, any
        :param ownerships: sales.process.ownership
        :param others: records of which an addon hears
        """
        heard = self._get_heard()
        for name, rows in {
            "moves": moves,
            "ownerships": ownerships,
            **others,
        }.items():
            if rows:
                heard.setdefault(name, set()).update(rows.ids)
        waiting = self.env.cr.precommit.data
        if WAITS not in waiting and not heard["depth"]:
            waiting[WAITS] = True
            self.env.cr.precommit.add(self._work_heard_at_last)

    @api.model
    def _as_worker(self):
        """As what was heard is worked: by nobody, and in no words of a client.

        What somebody writes into the context of the call that moves money neither
        brings archived rules back nor says how customers are brought in line.

        :return: sales.process.money
        """
        said = self.env.context
        kept = {key: said[key] for key in ("allowed_company_ids",) if key in said}
        # Superuser: whoever moves money reads no ownership; who did it is not asked
        return self.with_env(self.env(user=SUPERUSER_ID, context=kept))

    @api.model
    def _work_heard(self):
        """Make the rows of what was heard again, and bring the customers in line."""
        Money = self._as_worker()
        while True:
            heard = Money._get_heard()
            if not heard["moves"] and not heard["ownerships"]:
                return
            # first: what Odoo works out of them is heard with them
            self.env.flush_all()
            moves, ownerships = heard["moves"], heard["ownerships"]
            heard["moves"], heard["ownerships"] = set(), set()
            rows = Money.env["sales.process.ownership"].browse(ownerships).exists()
            Money._work(Money._find_invoices(moves), rows)

    def _work(self, invoices, ownerships):
        """Bring money and customers in line with the accounts.

        :param invoices: account.move, customer invoices and credit notes
        :param ownerships: sales.process.ownership, also to be looked at
        """
        touched = self._refresh(invoices) | ownerships
        touched._settle()
        self.env["sales.process.promise"]._judge_for(touched)
        self.env["sales.process.chase"]._close_for(touched)

    @api.model
    def _find_invoices(self, move_ids):
        """The customers' invoices among entries, and those that these have settled.

        :param move_ids: ids of account.move
        :return: account.move
        """
        if not move_ids:
            return self.env["account.move"]
        rows = self.env.execute_query(
            SQL(
                """
                WITH heard AS (
                    SELECT id FROM account_move WHERE id IN %(ids)s
                ), lines AS (
                    SELECT line.id
                      FROM account_move_line line
                      JOIN heard ON heard.id = line.move_id
                ), near AS (
                    SELECT id FROM heard
                     UNION
                    SELECT other.move_id
                      FROM account_partial_reconcile part
                      JOIN lines ON lines.id = part.debit_move_id
                      JOIN account_move_line other ON other.id = part.credit_move_id
                     UNION
                    SELECT other.move_id
                      FROM account_partial_reconcile part
                      JOIN lines ON lines.id = part.credit_move_id
                      JOIN account_move_line other ON other.id = part.debit_move_id
                )
                SELECT move.id
                  FROM account_move move
                  JOIN near ON near.id = move.id
                 WHERE move.move_type IN %(types)s
              ORDER BY move.id
                """,
                ids=tuple(move_ids),
                types=money_tools.INVOICES,
            )
        )
        return self.env["account.move"].browse(row[0] for row in rows)

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    @api.model
    def _refresh(self, invoices):
        """Make the rows of invoices as the accounts are now.

        :param invoices: account.move
        :return: sales.process.ownership whose money has changed
        """
        if not invoices:
            return self.env["sales.process.ownership"]
        weights = invoices._get_process_weights()
        posted = [move for move in weights if move.state == "posted"]
        parts = self._get_parts(invoices.browse(move.id for move in posted))
        wanted = {}
        for move in posted:
            currency = move.company_currency_id
            # what has become of it is divided as one, what was invoiced as another
            for rows in (
                [part for part in parts[move.id] if part[0] == "invoiced"],
                [part for part in parts[move.id] if part[0] != "invoiced"],
            ):
                divided = money_tools.share(
                    [amount for *_names, amount in rows],
                    weights[move],
                    currency.decimal_places,
                )
                for (kind, source, date, _amount), shares in zip(
                    rows, divided, strict=True
                ):
                    for ownership, value in shares.items():
                        if currency.is_zero(value):
                            continue
                        wanted[source, kind, ownership.id] = {
                            **self._prepare_row(ownership, kind, source, date, value),
                            "company_id": move.company_id.id,
                            "move_id": move.id,
                        }
            for ownership, amount in move._get_process_setoffs().items():
                date = move.invoice_date or move.date
                source = f"account.move:{move.id}"
                if not move._is_process_nothing():
                    source += SET_OFF
                for kind in ("invoiced", money_tools.COLLECTED):
                    wanted[source, kind, ownership.id] = {
                        **self._prepare_row(ownership, kind, source, date, amount),
                        "company_id": move.company_id.id,
                        "move_id": move.id,
                    }
        return self._store(self.search([("move_id", "in", invoices.ids)]), wanted)

    @api.model
    def _prepare_row(self, ownership, kind, source, date, amount):
        """Values of a row.

        :return: dict
        """
        return {
            "kind": kind,
            "source": source,
            "date": date,
            "amount": amount,
            "ownership_id": ownership.id,
            "user_id": ownership.user_id.id,
            "team_id": ownership.team_id.id,
            "company_id": ownership.company_id.id,
        }

    @api.model
    def _store(self, rows, wanted):
        """Replace rows by those that are wanted; equal ones are left as they are.

        :param rows: the rows that are there
        :param dict wanted: values by ``(source, kind, ownership id)``
        :return: sales.process.ownership whose money has changed
        """
        gone = self.browse()
        changed = set()
        for row in rows:
            key = (row.source, row.kind, row.ownership_id.id)
            values = wanted.pop(key, None)
            if (
                values
                and row.date == values["date"]
                and not row.currency_id.compare_amounts(row.amount, values["amount"])
            ):
                continue
            changed.add(row.ownership_id.id)
            if values:
                row.write({"date": values["date"], "amount": values["amount"]})
            else:
                gone |= row
        gone.unlink()
        moves = self.env["account.move"].browse(
            {values.get("move_id") for values in wanted.values()} - {None, False}
        )
        for values in wanted.values():
            move = moves.browse(values.get("move_id")).with_prefetch(moves.ids)
            values["display_kind"] = move._get_process_kind(values)
        created = self.create(list(wanted.values()))
        changed.update(created.ownership_id.ids)
        return self.env["sales.process.ownership"].browse(changed)

    @api.model
    def _get_parts(self, invoices):
        """What has become of posted invoices, in the currency of their company.

        :param invoices: account.move
        :return: ``{move id: [(kind, source, date, amount)]}``; of credit notes the
            amounts are negative
        """
        parts = defaultdict(list)
        if not invoices:
            return parts
        signs = {
            move.id: -1 if move.move_type == "out_refund" else 1 for move in invoices
        }
        for move in invoices:
            parts[move.id].append(
                (
                    "invoiced",
                    f"account.move:{move.id}",
                    move.invoice_date or move.date,
                    move.amount_total_signed,
                )
            )
        residuals = defaultdict(dict)
        for row in self.env.execute_query_dict(self._get_lines_query(invoices)):
            residuals[row["move_id"]][row["line_id"]] = [row["due"], row["residual"]]
        digits = {move.id: move.company_currency_id.decimal_places for move in invoices}
        self._add_matches(parts, residuals, signs, digits)
        self._add_payments_without_entry(parts, residuals, invoices)
        for move_id, lines in residuals.items():
            for line_id, (due, residual) in lines.items():
                if residual:
                    source = f"account.move.line:{line_id}"
                    parts[move_id].append(("open", source, due, residual))
        return parts

    def _get_lines_query(self, invoices):
        return SQL(
            """
            SELECT line.move_id, line.id AS line_id,
                   COALESCE(line.date_maturity, line.date) AS due,
                   line.amount_residual AS residual
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
             WHERE line.move_id IN %s
               AND account.account_type = 'asset_receivable'
          ORDER BY due, line.id
            """,
            invoices._ids,
        )

    def _add_matches(self, parts, residuals, signs, digits):
        """See :meth:`_get_parts`: what is reconciled."""
        line_ids = [line_id for lines in residuals.values() for line_id in lines]
        if not line_ids:
            return
        query = get_matches_query(
            line_ids, self._get_arrived_states(), self._get_liquid_condition()
        )
        for row in self.env.execute_query_dict(query):
            match = money_tools.Match(
                row["amount"],
                row["is_arrived"],
                row["move_type"],
                row["is_exchange"],
                row["liquid"],
                row["discount"],
                row["total"],
                row["before"],
            )
            sign = signs[row["move_id"]]
            split = money_tools.split_match(match, digits[row["move_id"]])
            for kind in (money_tools.COLLECTED, money_tools.WRITTEN_OFF):
                if split.get(kind):
                    parts[row["move_id"]].append(
                        (
                            kind,
                            f"account.partial.reconcile:{row['id']}",
                            row["max_date"],
                            sign * split[kind],
                        )
                    )
            if split.get(money_tools.OPEN):
                line = residuals[row["move_id"]][row["line_id"]]
                line[1] += sign * split[money_tools.OPEN]

    @api.model
    def _get_liquid_condition(self):
        """Which lines of an entry are money; an addon with cash of its own adds them.

        :return: SQL, with the aliases line, account, move and payment
        """
        return SQL(
            """
            account.account_type IN ('asset_cash', 'liability_credit_card')
            OR COALESCE(account.process_is_collected, FALSE)
            OR COALESCE(line.account_id = payment.outstanding_account_id, FALSE)
            """
        )

    def _add_payments_without_entry(self, parts, residuals, invoices):
        """See :meth:`_get_parts`: payments that Odoo keeps without an entry.

        They are given to their invoices in the order in which these are due.
        """
        Payment = self.env["account.payment"]
        payments = Payment.search(
            [
                ("invoice_ids", "in", invoices.ids),
                ("move_id", "=", False),
                ("state", "in", self._get_arrived_states()),
            ],
            order="date, id",
        )
        if not payments:
            return
        others = payments.invoice_ids - invoices
        rest = {
            move_id: [[due, line_id, amount] for line_id, (due, amount) in rows.items()]
            for move_id, rows in residuals.items()
        }
        for row in others and self.env.execute_query_dict(
            self._get_lines_query(others)
        ):
            rest.setdefault(row["move_id"], []).append(
                [row["due"], row["line_id"], row["residual"]]
            )
        for payment in payments:
            company = payment.company_id
            amount = payment.currency_id._convert(
                payment.amount, company.currency_id, company, payment.date
            )
            lines = sorted(
                (due, line_id, move.id, line)
                for move in payment.invoice_ids
                for line in rest.get(move.id, ())
                for due, line_id in [line[:2]]
            )
            for _due, line_id, move_id, line in lines:
                sign = -1 if line[2] < 0 else 1
                used = min(amount, abs(line[2]))
                if company.currency_id.is_zero(used):
                    continue
                amount -= used
                line[2] -= sign * used
                if move_id in residuals:
                    residuals[move_id][line_id][1] -= sign * used
                    source = f"account.payment:{payment.id}:{line_id}"
                    parts[move_id].append(
                        ("collected", source, payment.date, sign * used)
                    )

    @api.model
    def _get_arrived_states(self):
        """The states of a payment whose money is in.

        Where nobody matches bank statements, a payment that was registered has
        arrived; else only one that was found on a statement.

        :return: tuple
        """
        states = self.env["account.payment"]._valid_payment_states()
        return tuple(states) if "paid" in states else ("paid",)

    # ------------------------------------------------------------
    # EVERY NIGHT
    # ------------------------------------------------------------

    @api.model
    @scheduled
    def _cron_refresh(self):
        """Find money that changed by a path past Odoo, and put it right."""
        # sudo: called by the scheduler, for the money of all companies
        Move = self.env["account.move"].sudo()
        since = fields.Date.subtract(self.env.cr.now().date(), days=NIGHTLY_DAYS)
        running = orm.get_query(self.sudo(), [("kind", "=", "open")])
        domain = [
            ("move_type", "in", money_tools.INVOICES),
            "|",
            ("date", ">=", since),
            (
                "id",
                "in",
                running.subselect("move_id"),
            ),
        ]
        remaining = Move.search_count(domain)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        ownerships = self.env["sales.process.ownership"].sudo()

        def work(part):
            self.sudo()._work(part, ownerships)

        last = 0
        while moves := Move.search(
            [("id", ">", last), *domain], order="id", limit=BATCH
        ):
            last = moves[-1].id
            # an invoice that fails does not stop the others
            work_on_each(self.env, moves, work, lambda move, error: None)
            if not self.env["ir.cron"]._commit_progress(len(moves)):
                break
