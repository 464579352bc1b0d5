# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import models
from odoo.tools import SQL


class SalesProcessTurn(models.AbstractModel):
    """Whose turn it is with rows, or with what is no row; the guard inherits it."""

    _name = "sales.process.turn"
    _description = "Turn"

    def _lock_rows(self):
        """Wait for whoever changes these rows now, and see what became of them.

        Locked in the order of their ids. A row that changed after this transaction
        began raises a serialization failure, which requests and scheduled actions
        repeat. Rows that only refer to these are not kept waiting.

        A client may name a record twice: whoever goes on with what is returned does
        nothing twice.

        :return: the same records, each once, to be read again
        """
        if self:
            self.flush_recordset()
            self.env.execute_query(
                SQL(
                    "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    SQL.identifier(self._table),
                    self._ids,
                )
            )
            self.invalidate_recordset()
        return self.union()

    def _take_turn(self, *names, wait=False):
        """Take the turn of something that is no row, until the transaction ends.

        What the others have kept meanwhile is not seen by a transaction that began
        before: whoever counts looks with :meth:`_look_now`, too.

        :param names: what it is of, as texts
        :param bool wait: wait for whoever has it now
        :return: bool, False where somebody has one of them and nobody waits
        """
        take = SQL.identifier(f"pg_{'' if wait else 'try_'}advisory_xact_lock")
        return all(
            # each: one after the other in one order, or two would wait for each other
            self.env.execute_query(
                SQL(
                    "SELECT %s(hashtextextended(%s, 0))::text <> 'false'",
                    take,
                    f"{self._table}:{name}",
                )
            )[0][0]
            for name in sorted(names)
        )

    @contextmanager
    def _look_now(self):
        """Look in this transaction, and at what was committed since it began.

        :return: context manager of a tuple, the model in both
        """
        with self.env.registry.cursor() as cr:
            yield self, self.with_env(self.env(cr=cr))
