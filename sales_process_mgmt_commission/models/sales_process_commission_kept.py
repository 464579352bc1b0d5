# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


class KeptTerms:
    """Money that has earned goes on to earn as it was agreed when it came.

    Also when its order is cancelled and signed once more: whoever does that changes
    nothing of what others have been promised, and paid. What is paid back of an invoice
    goes where the money of the invoice is.

    :param env: environment of the ledger, in sudo
    :param dict by_order: the agreement that holds now of each order; where money stays
        that earns by another basis, the earlier one holds for all of it
    :param dict parts: to which signatures money belongs, by money
    :param line_kinds: of the lines that money makes
    """

    def __init__(self, env, by_order, parts, line_kinds):
        self.env = env
        self.by_order = by_order
        self.parts = parts
        self.line_kinds = line_kinds

    def find(self):
        """The money that earns by another agreement than the last one.

        :return: ``{(order, money): agreement}``
        """
        by_source = self.get_earned()
        if not by_source:
            return {}
        for (order, _source), agreement in by_source.items():
            if agreement.basis != self.by_order[order].basis:
                self.by_order[order] = agreement
        kept, by_root = {}, {}
        for row, weights in self.parts.items():
            for order in weights:
                if agreement := by_source.get((order, row.source)):
                    kept[order, row] = agreement
                    by_root.setdefault((order, _get_root(row.move_id)), agreement)
        for row, weights in self.parts.items():
            for order in weights if row.move_id.reversed_entry_id else ():
                if agreement := by_root.get((order, _get_root(row.move_id))):
                    kept.setdefault((order, row), agreement)
        return kept

    def get_earned(self):
        """By which agreement money earns of orders that were signed more than once.

        :return: ``{(order, source): agreement}``, the first one
        """
        signed = self.env["sales.process.commission.agreement"]._get_all(self.by_order)
        agreements = signed.browse().union(
            *(rows for rows in signed.grouped("order_id").values() if len(rows) > 1)
        )
        if not agreements:
            return {}
        groups = self.env["sales.process.commission.line"]._read_group(
            [("agreement_id", "in", agreements.ids), ("kind", "in", self.line_kinds)],
            ["agreement_id", "source", "user_id"],
            ["amount_money:sum"],
        )
        places = {agreement: place for place, agreement in enumerate(agreements)}
        earned = {}
        for agreement, source, _user, amount in sorted(
            groups, key=lambda group: places[group[0]]
        ):
            if not agreement.company_id.currency_id.is_zero(amount):
                earned.setdefault((agreement.order_id, source), agreement)
        return earned


def _get_root(move):
    """The invoice that a credit note, or one of a credit note, takes back.

    :param move: account.move
    :return: account.move
    """
    while move.reversed_entry_id:
        move = move.reversed_entry_id
    return move
