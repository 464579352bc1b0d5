# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from fractions import Fraction

from odoo import api, models

from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_on_each
from odoo.addons.sales_process_mgmt.tools.transaction import scheduled

from ..tools import commission as commission_tools
from .sales_process_commission_kept import KeptTerms

KINDS = ("signed", "invoiced", "collected")
# What lines of such money are called.
LINE_KINDS = (*KINDS, "credited", "refunded", "set_off")
BATCH = 200
# A line whose money has gone.
EARNS_NOTHING = {
    "money_id": False,
    "amount_money": 0,
    "amount_base": 0,
    "amount_plain": 0,
    "amount_adjusted": 0,
    "amount": 0,
    "is_takeback": False,
}


class SalesProcessCommissionLedger(models.AbstractModel):
    """Brings the lines of open months in line with the money of customers.

    For everything signed the closed lines are taken as they are; what they lack of
    what has been earned by now, or hold too much, is the lines of open months.
    """

    _name = "sales.process.commission.ledger"
    _description = "Ledger of Commissions"

    @api.model
    def _refresh(self, invoices=None, orders=None):
        """Money has changed: make the lines of what was signed as it is now.

        :param invoices: account.move, customer invoices and credit notes, in sudo
        :param orders: sale.order, in sudo
        """
        companies = self.env["sales.process.commission.version"]._get_company_ids()
        if not companies:
            return
        invoices = invoices or self.env["account.move"]
        orders = orders or self.env["sale.order"]
        invoices = invoices.filtered(lambda move: move.company_id.id in companies)
        orders = orders.filtered(lambda order: order.company_id.id in companies)
        if not invoices and not orders:
            return
        # sudo: whoever moves money reads no commission
        ledger = self.sudo().with_context(
            lang=None,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
            tracking_disable=True,
        )
        invoices, orders = ledger._collect(
            invoices.with_env(ledger.env), orders.with_env(ledger.env)
        )
        events = ledger._get_events(invoices, orders)
        agreements = ledger.env["sales.process.commission.agreement"]._find_for(
            invoices, orders
        )
        ledger._store(agreements, ledger._get_wanted(agreements, events))

    @api.model
    def _collect(self, invoices, orders):
        """Everything that belongs together: orders, their invoices, credit notes.

        :return: account.move and sale.order
        """
        while True:
            known = (len(invoices), len(orders))
            orders |= invoices.invoice_line_ids.sale_line_ids.order_id
            invoices |= (
                invoices.reversed_entry_id
                | invoices.reversal_move_ids
                | orders.invoice_ids
            )
            if known == (len(invoices), len(orders)):
                return invoices, orders

    # ------------------------------------------------------------
    # WHAT EARNS
    # ------------------------------------------------------------

    @api.model
    def _get_events(self, invoices, orders):
        """The money of documents, by what was fixed when it was signed.

        :return: ``{agreement: {source: (Event, money)}}``
        """
        rows = (
            self.env["sales.process.money"]
            .search(
                [
                    ("kind", "in", KINDS),
                    "|",
                    ("move_id", "in", invoices.ids),
                    ("order_id", "in", orders.ids),
                ],
                order="id",
            )
            .filtered(lambda row: not row._is_between_companies())
        )
        by_order, owners = self._get_signed(orders)
        parts = {row: self._get_parts(row, owners) for row in rows}
        kept = KeptTerms(self.env, by_order, parts, LINE_KINDS).find()
        by_move = self.env["sales.process.commission.agreement"]._get_for_moves(
            {
                (key, row.ownership_id): True
                for row, weights in parts.items()
                for key in weights
                if key._name == "account.move"
            }
        )
        events, sums = defaultdict(dict), defaultdict(int)
        for row, weights in parts.items():
            for key, value in self._divide(row, weights, sums).items():
                agreement = (
                    kept.get((key, row), by_order.get(key))
                    if key._name == "sale.order"
                    else by_move.get((key, row.ownership_id))
                )
                if agreement and agreement.basis == row.kind:
                    event = commission_tools.Event(
                        row.source, row.date, value, row._get_commission_ratio(key)
                    )
                    events[agreement][row.source] = (event, row)
        return self.env["sales.process.money"]._date_commissions(events)

    @api.model
    def _get_signed(self, orders):
        """By what orders earn, and whose customers they are.

        :return: ``{order: agreement}``, ``{order: sales.process.ownership}``
        """
        Agreement = self.env["sales.process.commission.agreement"]
        signed = orders.filtered(
            lambda order: order.ownership_id and order.process_date_signed
        )
        by_order = Agreement._get_for_orders(signed)
        owners = {order: order.ownership_id for order in signed}
        # an order that was cancelled: money that stays earns as it was agreed
        for order, agreement in Agreement._get_last(orders - signed).items():
            by_order[order] = agreement
            owners[order] = agreement.ownership_id
        return by_order, owners

    @api.model
    def _divide(self, row, weights, sums):
        """What is whose of some money.

        All money of an invoice is divided as one: each has what it adds.

        :param row: sales.process.money
        :param dict weights: see :meth:`_get_parts`
        :param dict sums: cents that came before, which grow
        :return: ``{sale.order or account.move: cents}``
        """
        digits = row.currency_id.decimal_places
        if row.display_kind == "set_off":
            set_off = row.move_id._get_process_order_setoffs()
            return {
                order: commission_tools.to_cents(set_off[order], digits)
                for order in weights
                if order in set_off
            }
        place = (row.move_id, row.ownership_id, row.kind)
        before = commission_tools.split(sums[place], weights)
        sums[place] += commission_tools.to_cents(row.amount, digits)
        return {
            key: whole - before[key]
            for key, whole in commission_tools.split(sums[place], weights).items()
        }

    @api.model
    def _get_parts(self, row, owners):
        """To which signatures money belongs, in which proportion.

        :param row: sales.process.money
        :param dict owners: the period in which each order is, or was, signed
        :return: ``{sale.order or account.move: weight}``
        """
        if row.order_id:
            return {row.order_id: 1} if row.order_id in owners else {}
        root = row.move_id
        weights = row.move_id._get_commission_weights()
        while root.reversed_entry_id:
            root = root.reversed_entry_id
            weights = weights or root._get_commission_weights()
        mine = {
            order: weight
            for order, weight in weights.items()
            if owners.get(order) == row.ownership_id
        }
        if not mine:
            return {root: 1}
        if not sum(mine.values()):
            # a down payment that is taken off again may leave nothing
            return dict.fromkeys(mine, 1)
        return mine

    # ------------------------------------------------------------
    # LINES
    # ------------------------------------------------------------

    @api.model
    def _get_wanted(self, agreements, events):
        """The lines that open months should hold.

        :param agreements: sales.process.commission.agreement
        :param dict events: see :meth:`_get_events`
        :return: ``{(agreement, source, user id): values}``
        """
        closed = self._get_closed(agreements)
        first_open = self.env["sales.process.commission.month"]._get_first_open(
            agreements.company_id
        )
        payments = (
            self.env["sales.process.money"]
            .union(
                *(row for found in events.values() for _event, row in found.values())
            )
            ._get_commission_payments()
        )
        wanted = {}
        for agreement in agreements:
            shares = agreement._get_shares()
            if not shares:
                continue
            digits = agreement.company_id.currency_id.decimal_places
            now, before = events.get(agreement, {}), closed[agreement]
            terms = {
                key: self._get_terms(agreement, shares, now.get(key), before.get(key))
                for key in {**now, **before}
            }
            bookings = commission_tools.book(
                [
                    event._replace(terms=terms[key])
                    for key, (event, _row) in now.items()
                ],
                {key: _get_booked(lines, digits) for key, lines in before.items()},
                commission_tools.to_fraction(agreement.percent),
                shares,
            )
            for booking in bookings:
                common = {
                    **self._prepare_lines(
                        agreement,
                        now.get(booking.key),
                        before.get(booking.key),
                        first_open,
                        payments,
                    ),
                    "source": booking.key,
                    "amount_money": commission_tools.from_cents(booking.cents, digits),
                    "is_takeback": booking.is_takeback,
                }
                for values in self._prepare_shares(
                    agreement, booking, terms[booking.key], before.get(booking.key)
                ):
                    place = agreement, booking.key, values["user_id"]
                    wanted[place] = {**common, **values}
        return wanted

    @api.model
    def _get_closed(self, agreements):
        """The lines of closed months, which stay as they are.

        :param agreements: sales.process.commission.agreement
        :return: ``{agreement: {source: lines}}``, empty for what it does not hold
        """
        closed = defaultdict(lambda: defaultdict(list))
        for line in self.env["sales.process.commission.line"].search(
            [
                ("agreement_id", "in", agreements.ids),
                ("statement_id.state", "=", "closed"),
                ("kind", "!=", "granted"),
            ],
            order="id",
        ):
            closed[line.agreement_id][line.source].append(line)
        return closed

    @api.model
    def _prepare_shares(self, agreement, booking, terms, lines):
        """What each person has of one event.

        :param agreement: sales.process.commission.agreement
        :param booking: tools.commission.Booking
        :param terms: tools.commission.Terms of the event
        :param lines: closed lines of the event, or None
        :return: list of dicts of values
        """
        digits = agreement.company_id.currency_id.decimal_places
        parts, kept = terms
        bases = commission_tools.split(booking.base, parts)
        rows = []
        for share in agreement.share_ids:
            user_id = share.user_id.id
            if user_id not in parts:
                continue
            plain = booking.amounts.get(user_id, 0)
            adjusted = _get_taken(lines, booking, user_id)
            amounts = {
                "amount_base": bases[user_id],
                "amount_plain": plain,
                "amount_adjusted": adjusted,
                "amount": plain + adjusted,
            }
            rows.append(
                {
                    "user_id": user_id,
                    "team_id": share.team_id.id,
                    "share_percent": float(parts[user_id]),
                    "is_kept": user_id in kept,
                    **{
                        name: commission_tools.from_cents(cents, digits)
                        for name, cents in amounts.items()
                    },
                }
            )
        return rows

    @api.model
    def _get_terms(self, agreement, shares, found, lines):
        """Who has which share of some money: as a closed month says, else by its day.

        :param agreement: sales.process.commission.agreement
        :param dict shares: its shares
        :param found: ``(Event, money)``, or None where the money is gone
        :param lines: closed lines of the event, or None
        :return: tools.commission.Terms
        """
        booked = [line for line in lines or () if line.kind in LINE_KINDS]
        if not booked:
            event, _row = found
            return agreement._get_terms(shares, event.day)
        return commission_tools.Terms(
            {
                line.user_id.id: commission_tools.to_fraction(line.share_percent)
                for line in booked
            },
            frozenset(line.user_id.id for line in booked if line.is_kept),
        )

    @api.model
    def _prepare_lines(self, agreement, found, lines, first_open, payments):
        """What the lines of one event have in common: by what stands now, else before.

        :param agreement: sales.process.commission.agreement
        :param found: ``(Event, money)``, or None where the money is gone
        :param lines: closed lines of the event, or None
        :param dict first_open: the first open month of companies
        :param dict payments: the names of payments by money
        :return: dict of values
        """
        if found:
            event, row = found
            values = {
                "date": event.day,
                "kind": row.display_kind,
                "money_id": row.id,
                "payment": payments[row],
                "invoice": row.move_id.name,
            }
        else:
            last = [line for line in lines if line.kind in LINE_KINDS][-1]
            values = {
                "date": last.date,
                "kind": last.kind,
                "money_id": False,
                "payment": last.payment,
                "invoice": last.invoice,
            }
        month = commission_tools.month_of(values["date"])
        return {
            **values,
            "month": max(month, first_open.get(agreement.company_id, month)),
            "name": agreement.name,
            "agreement_id": agreement.id,
        }

    @api.model
    def _store(self, agreements, wanted):
        """Replace the lines of open months; equal ones are left as they are.

        :param agreements: whose lines they are
        :param dict wanted: see :meth:`_get_wanted`
        """
        Line = self.env["sales.process.commission.line"]
        changes, gone = self._compare(agreements, wanted)
        if not (gone or changes or wanted):
            return
        statements = self._get_statements(
            [
                (agreement.company_id.id, values["month"], values["user_id"])
                for (agreement, _key, _user), values in wanted.items()
            ]
            + [
                (line.company_id.id, values["month"], line.user_id.id)
                for line, values in changes.items()
                if "month" in values
            ],
            wanted,
        )
        touched = gone.statement_id
        for line in changes:
            touched |= line.statement_id
        self.env["sales.process.commission.month"]._bump(touched | statements["known"])
        for line, values in changes.items():
            month = values.pop("month", None)
            if month:
                key = (line.company_id.id, month, line.user_id.id)
                values["statement_id"] = statements[key].id
            line.write(values)
        gone.unlink()
        new = []
        for (agreement, _key, user_id), values in wanted.items():
            month = values.pop("month")
            statement = statements[agreement.company_id.id, month, user_id]
            new.append({**values, "statement_id": statement.id})
        touched |= Line.create(new).statement_id
        for line in changes:
            touched |= line.statement_id
        self._adjust(touched)
        touched._refresh_totals()

    @api.model
    def _compare(self, agreements, wanted):
        """How the lines of open months differ from those that they should hold.

        :param agreements: whose lines they are
        :param dict wanted: see :meth:`_get_wanted`; what is left of it is new
        :return: ``{line: values that change}``, lines that go
        """
        lines = self.env["sales.process.commission.line"].search(
            [
                ("agreement_id", "in", agreements.ids),
                ("statement_id.state", "=", "open"),
                ("kind", "in", LINE_KINDS),
            ]
        )
        changes, gone = {}, lines.browse()
        for line in lines:
            key = (line.agreement_id, line.source, line.user_id.id)
            values = wanted.pop(key, None)
            if values is None:
                gone |= line
            elif changed := _get_changes(line, values):
                changes[line] = changed
        # what somebody disputes stays to be answered, though it earns nothing now
        disputed = gone._filter_disputed()
        for line in disputed:
            if changed := _get_changes(
                line, {**EARNS_NOTHING, "month": line.date_month}
            ):
                changes[line] = changed
        return changes, gone - disputed

    @api.model
    def _get_statements(self, keys, wanted):
        """The open statements of people and months, made where they are missing.

        :param list keys: ``(company id, first day, user id)``
        :param dict wanted: new lines, for the teams of people
        :return: ``{key: statement}``, and under ``known`` those that were there
        """
        Month = self.env["sales.process.commission.month"]
        Statement = self.env["sales.process.commission.statement"]
        months = Month._get_rows({key[:2] for key in keys}) if keys else {}
        known = Statement.search(
            [
                ("month_id", "in", [month.id for month in months.values()]),
                ("user_id", "in", [key[2] for key in keys]),
            ]
        )
        found = {
            (row.company_id.id, row.date_month, row.user_id.id): row for row in known
        }
        teams = {
            (agreement.company_id.id, user_id): values["team_id"]
            for (agreement, _key, user_id), values in wanted.items()
        }
        missing = sorted(set(keys) - found.keys())
        if missing:
            begun = Month.browse({months[key[:2]].id for key in missing})
            Month._bump(begun)
            created = Statement.create(
                [
                    {
                        "month_id": months[key[:2]].id,
                        "user_id": key[2],
                        "team_id": teams.get((key[0], key[2])),
                    }
                    for key in missing
                ]
            )
            found.update(zip(missing, created, strict=True))
        return {
            **found,
            "known": Statement.union(*(found[key] for key in set(keys) - set(missing))),
        }

    @api.model
    def _adjust(self, statements):
        """What tiers add to open months, and limits cut off.

        What was taken back of closed months takes its own along, and is left out.

        :param statements: sales.process.commission.statement, open ones
        """
        for statement in statements:
            digits = statement.currency_id.decimal_places
            by_version = statement.line_ids.grouped("version_id")
            for version, lines in by_version.items():
                factor = self._get_factor(statement, version)
                if not version._changes_months() and factor == 1:
                    continue
                for line, cents in self._get_added(lines, factor).items():
                    adjusted = commission_tools.from_cents(cents, digits)
                    plain = commission_tools.to_cents(line.amount_plain, digits)
                    amount = commission_tools.from_cents(plain + cents, digits)
                    if line.amount_adjusted != adjusted or line.amount != amount:
                        line.write({"amount_adjusted": adjusted, "amount": amount})

    @api.model
    def _get_factor(self, statement, version):
        """By what an addon multiplies what a month has earned by a version.

        :param statement: sales.process.commission.statement
        :param version: sales.process.commission.version, one that changes months
        :return: Fraction
        """
        return Fraction(1)

    @api.model
    def _get_added(self, lines, factor):
        """What tiers, a factor and the limit add to lines of one month and version.

        :param lines: sales.process.commission.line of a person
        :param factor: Fraction
        :return: ``{line: cents}`` of the lines that count in the month
        """
        version = lines.version_id
        digits = version.currency_id.decimal_places
        counted = lines.filtered(
            lambda line: (
                line.kind in LINE_KINDS and not line.is_takeback and not line.is_kept
            )
        )
        rows = {
            line: (
                commission_tools.to_cents(line.amount_base, digits),
                commission_tools.to_cents(line.amount_plain, digits),
            )
            for line in counted.sorted(lambda line: (line.date, line.id))
        }
        return commission_tools.adjust(
            rows,
            version._get_tiers(),
            version.tier_mode,
            commission_tools.to_cents(version.cap, digits),
            factor,
        )

    # ------------------------------------------------------------
    # EVERY NIGHT
    # ------------------------------------------------------------

    @api.model
    def _get_first_days(self, companies):
        """From which day on money can still change what somebody earns.

        That of the first month that is open; where none was ever closed, that from
        which the first plan is in force.

        :param companies: ids of companies with a plan in force
        :return: ``{res.company: date}``
        """
        # sudo: the scheduler reads all plans and months
        ledger = self.sudo()
        begins = ledger.env["sales.process.commission.version"]._read_group(
            [("state", "=", "force"), ("company_id", "in", list(companies))],
            ["company_id"],
            ["date_from:min"],
        )
        opened = ledger.env["sales.process.commission.month"]._get_first_open(
            self.env["res.company"].browse(companies)
        )
        return {
            **{company: commission_tools.month_of(day) for company, day in begins},
            **opened,
        }

    @api.model
    @scheduled
    def _cron_refresh(self):
        """Find what a path past the money of customers has changed, and mend it."""
        companies = self.env["sales.process.commission.version"]._get_company_ids()
        if not companies:
            return
        # sudo: the scheduler reads all money
        Money = self.env["sales.process.money"].sudo()
        first_open = self._get_first_days(companies)
        domain = [("kind", "in", KINDS), ("company_id", "in", list(companies))]
        for company, day in first_open.items():
            domain += ["|", ("company_id", "!=", company.id), ("date", ">=", day)]
        ids = Money.search(domain).ids
        self.env["ir.cron"]._commit_progress(remaining=len(ids))
        for start in range(0, len(ids), BATCH):
            rows = Money.browse(ids[start : start + BATCH]).exists()
            # what fails does not stop the rest
            work_on_each(
                self.env,
                rows,
                lambda part: self._refresh(part.move_id, part.order_id),
                lambda row, error: None,
            )
            if not self.env["ir.cron"]._commit_progress(BATCH):
                break


def _get_booked(lines, digits):
    """What closed lines hold of one event.

    :return: tools.commission.Booked
    """
    amounts, money, base = defaultdict(int), defaultdict(int), 0
    for line in lines:
        user_id = line.user_id.id
        amounts[user_id] += commission_tools.to_cents(line.amount_plain, digits)
        money[user_id] += commission_tools.to_cents(line.amount_money, digits)
        base += commission_tools.to_cents(line.amount_base, digits)
    # each person's lines name the whole payment
    return commission_tools.Booked(next(iter(money.values())), base, dict(amounts))


def _get_taken(lines, booking, user_id):
    """What tiers and limits have added to money that is taken back now.

    :param lines: closed lines of the event, may be none
    :param booking: tools.commission.Booking
    :param int user_id: the person
    :return: int, cents
    """
    mine = [line for line in lines or () if line.user_id.id == user_id]
    if not mine or not booking.is_takeback:
        return 0
    digits = mine[0].currency_id.decimal_places
    money, adjusted = (
        sum(commission_tools.to_cents(line[name], digits) for line in mine)
        for name in ("amount_money", "amount_adjusted")
    )
    return commission_tools.take_back(money, adjusted, booking.cents)


def _get_changes(line, values):
    """What differs between a line and the values that it should have.

    :return: dict of values, with the month where that differs
    """
    changed = {}
    for name, value in values.items():
        if name == "month":
            current = line.date_month
        elif name == "amount" or name == "amount_adjusted":
            # tiers and limits are worked out at the end
            if not line.is_takeback:
                continue
            current = line[name]
        else:
            current = line[name]
            current = current.id if isinstance(current, models.BaseModel) else current
        if (current or False) != (value or False):
            changed[name] = value
    if "amount_plain" in changed or "is_takeback" in changed:
        changed |= {name: values[name] for name in ("amount", "amount_adjusted")}
    return changed
