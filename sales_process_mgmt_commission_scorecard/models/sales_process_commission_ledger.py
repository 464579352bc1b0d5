# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from fractions import Fraction

from odoo import api, models

from odoo.addons.sales_process_mgmt_commission.tools import (
    commission as commission_tools,
)


class SalesProcessCommissionLedger(models.AbstractModel):
    """Multiplies months by closed scorecards, and books what these say later.

    A month that is open has the factor of the scorecard that is closed by now. A closed
    month keeps its own: the difference is lines of the first open month.
    """

    _inherit = "sales.process.commission.ledger"

    @api.model
    def _find_cards(self, keys):
        """The scorecards that count: of each month the one that was closed last.

        One that is opened anew counts until the new one is closed.

        :param keys: ``(company id, first day, user id)``
        :return: ``{key: sales.process.scorecard}``
        """
        if not keys:
            return {}
        companies, days, users = map(set, zip(*keys, strict=True))
        cards = self.env["sales.process.scorecard"].search(
            [
                ("company_id", "in", list(companies)),
                ("date_from", "in", list(days)),
                ("user_id", "in", list(users)),
                ("state", "=", "closed"),
            ],
            order="date_closed, id",
        )
        return {
            (card.company_id.id, card.date_from, card.user_id.id): card
            for card in cards
        }

    @api.model
    def _adjust(self, statements):
        mine = statements.filtered(
            lambda row: any(row.line_ids.version_id.mapped("is_by_scorecard"))
        )
        cards = self._find_cards([_get_key(row) for row in mine])
        for statement in statements:
            card = cards.get(_get_key(statement))
            if card and statement in mine and statement.scorecard_id != card:
                statement.scorecard_id = card
            elif statement not in mine and statement.scorecard_id:
                statement.scorecard_id = False
        return super()._adjust(statements)

    @api.model
    def _get_factor(self, statement, version):
        if version.is_by_scorecard:
            return _get_coefficient(statement.scorecard_id)
        return super()._get_factor(statement, version)

    @api.model
    def _store(self, agreements, wanted):
        result = super()._store(agreements, wanted)
        if set(agreements.company_id.ids) & self._get_scorecard_companies():
            # what is booked of a scorecard goes and comes with the money it is for
            lines = self.env["sales.process.commission.line"].search(
                [
                    ("agreement_id", "in", agreements.ids),
                    ("version_id.is_by_scorecard", "=", True),
                    ("statement_id.state", "=", "closed"),
                ]
            )
            statements = lines.statement_id
            cards = self._find_cards([_get_key(row) for row in statements])
            later = [
                cards[_get_key(row)]
                for row in statements
                if cards.get(_get_key(row), row.scorecard_id) != row.scorecard_id
            ]
            self._apply_scorecards(self.env["sales.process.scorecard"].union(*later))
        return result

    @api.model
    def _get_scorecard_companies(self):
        return self.env["sales.process.commission.version"]._get_scorecard_company_ids()

    @api.model
    def _apply_scorecards(self, cards):
        """Scorecards were closed: multiply open months, correct closed ones.

        :param cards: sales.process.scorecard, in sudo
        """
        companies = self._get_scorecard_companies()
        cards = cards.filtered(
            lambda card: card.state == "closed" and card.company_id.id in companies
        )
        if not cards:
            return
        # sudo: see _refresh
        ledger = self.sudo().with_context(lang=None, tracking_disable=True)
        keys = {_get_key(card) for card in cards}
        current = ledger._find_cards(keys)
        Statement = ledger.env["sales.process.commission.statement"]
        statements = Statement.search(
            [
                ("company_id", "in", cards.company_id.ids),
                ("user_id", "in", cards.user_id.ids),
                ("date_month", "in", cards.mapped("date_from")),
            ]
        ).filtered(lambda row: _get_key(row) in keys)
        # who closes the month at the same time begins anew, or this does
        ledger.env["sales.process.commission.month"]._bump(statements)
        opened = statements.filtered(lambda row: row.state == "open")
        ledger._adjust(opened)
        opened._refresh_totals()
        for statement in statements - opened:
            ledger._correct(statement, current[_get_key(statement)])

    @api.model
    def _correct(self, statement, card):
        """What a closed month would have earned more by a scorecard of later.

        :param statement: sales.process.commission.statement, closed
        :param card: sales.process.scorecard that counts now
        """
        known = self.env["sales.process.commission.line"].search(
            [
                ("kind", "=", "scorecard"),
                ("user_id", "=", statement.user_id.id),
                ("company_id", "=", statement.company_id.id),
                ("date_of", "=", statement.date_month),
            ],
            order="id",
        )
        closed = known.filtered(lambda line: line.state == "closed")
        before = closed[-1:].scorecard_id or statement.scorecard_id
        wanted = self._get_corrections(statement, before, card)
        month = self.env["sales.process.commission.month"]._get_first_open(
            statement.company_id
        )[statement.company_id]
        key = (statement.company_id.id, month, statement.user_id.id)
        opened = known - closed
        if not wanted and not opened:
            return
        target = self._get_statements(
            [key],
            {
                (line.agreement_id, line.source, line.user_id.id): {
                    "team_id": statement.team_id.id
                }
                for line in wanted
            },
        )[key]
        self.env["sales.process.commission.month"]._bump(target | opened.statement_id)
        touched = target | opened.statement_id
        self._book_corrections(target, opened, wanted, card)
        touched._refresh_totals()

    @api.model
    def _book_corrections(self, statement, opened, wanted, card):
        """Replace what an open month corrects of a closed one.

        :param statement: sales.process.commission.statement, open, that takes them
        :param opened: sales.process.commission.line, corrections of open months
        :param dict wanted: ``{line of the closed month: cents}``
        :param card: sales.process.scorecard that counts now
        """
        # what somebody disputes stays to be answered, though it is nothing now
        disputed = opened._filter_disputed()
        (opened - disputed).unlink()
        rows = {(line.agreement_id, line.source): line for line in disputed}
        new = []
        for line, cents in wanted.items():
            amount = commission_tools.from_cents(cents, line.currency_id.decimal_places)
            values = {
                "amount_adjusted": amount,
                "amount": amount,
                "scorecard_id": card.id,
            }
            if row := rows.pop((line.agreement_id, line.source), None):
                row.write(values)
                continue
            new.append(
                {
                    **values,
                    "statement_id": statement.id,
                    "user_id": line.user_id.id,
                    "team_id": line.team_id.id,
                    "agreement_id": line.agreement_id.id,
                    "kind": "scorecard",
                    "date_of": line.date_month,
                    "date": card.date_closed.date(),
                    "name": line.name,
                    "source": line.source,
                    "payment": line.payment,
                    "invoice": line.invoice,
                    "share_percent": line.share_percent,
                }
            )
        for row in rows.values():
            row.write({"amount_adjusted": 0, "amount": 0})
        self.env["sales.process.commission.line"].create(new)

    @api.model
    def _get_corrections(self, statement, before, card):
        """By how much each line of a closed month would be another one.

        :param statement: sales.process.commission.statement, closed
        :param before: sales.process.scorecard that is booked, may be empty
        :param card: the one that counts now
        :return: ``{line: cents}``, without those that are the same
        """
        old, new = _get_coefficient(before), _get_coefficient(card)
        if old == new:
            return {}
        wanted = {}
        for version, lines in statement.line_ids.grouped("version_id").items():
            if not version.is_by_scorecard:
                continue
            was = self._get_added(lines, old)
            would = self._get_added(lines, new)
            parts = self._get_left(list(would))
            for line, cents in would.items():
                difference = commission_tools.round_half_up(
                    (cents - was[line]) * parts[line]
                )
                if difference:
                    wanted[line] = difference
        return wanted

    @api.model
    def _get_left(self, lines):
        """Which part of the money of lines is still there.

        What was taken back has taken along its part of all that had come before it.

        :param list lines: closed lines of a person
        :return: ``{line: Fraction}``
        """
        Line = self.env["sales.process.commission.line"]
        mine = Line.union(*lines)
        rows = Line.search(
            [
                ("agreement_id", "in", mine.agreement_id.ids),
                ("user_id", "in", mine.user_id.ids),
                ("source", "in", mine.mapped("source")),
                ("kind", "not in", ("granted", "scorecard")),
            ],
            order="date_month, id",
        )
        found = {}
        for _key, events in rows.grouped(
            lambda row: (row.agreement_id, row.source, row.user_id)
        ).items():
            money, parts = 0, defaultdict(Fraction)
            for row in events:
                digits = row.currency_id.decimal_places
                cents = commission_tools.to_cents(row.amount_money, digits)
                if row.is_takeback and money:
                    kept = Fraction(money + cents, money)
                    parts = {line: part * kept for line, part in parts.items()}
                else:
                    parts[row] = Fraction(1)
                money += cents
            found |= parts
        return {line: found.get(line, Fraction(1)) for line in lines}


def _get_key(row):
    """Which month of whom a scorecard or a statement is.

    :return: tuple ``(company id, first day, user id)``
    """
    day = row.date_month if "date_month" in row else row.date_from
    return (row.company_id.id, day, row.user_id.id)


def _get_coefficient(card):
    """By what a scorecard multiplies: by nothing where there is none.

    :return: Fraction
    """
    return commission_tools.to_fraction(card.coefficient) if card else Fraction(1)
