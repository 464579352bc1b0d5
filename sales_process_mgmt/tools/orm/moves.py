# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows that go from some records to others, all by one statement."""

from odoo.tools import SQL

from .memory import fill_cache


def move_rows(rows, moves, known=(), touched=None):
    """Let all rows of some records belong to others, by one statement.

    The contacts of a lead that is merged, and of its customer. Finding and writing
    them takes two statements and 600 calls of functions more for each.

    :param rows: a recordset of the model that moves, in sudo
    :param dict moves: ``{name: (records that lose their rows, the one that receives
        them)}``, of stored many2one fields with which nothing else is written
    :param known: names of stored fields that the caller reads next
    :param touched: a record that is written, as it is: whoever waits for its lock
        begins again
    :return: the rows that have moved
    """
    moves = {name: move for name, move in moves.items() if move[0]}
    if not moves:
        return rows.browse()
    read = [*moves, *known]
    rows.flush_model(read)
    found = rows.env.execute_query(_prepare_move(rows, moves, read, touched))
    moved = rows.browse(row[0] for row in found)
    for position, name in enumerate(read, start=1):
        fill_cache(moved, name, [row[position] for row in found])
    # to whom they belonged is told as well
    moved.modified(moves, before=True)
    for position, (name, (sources, target)) in enumerate(moves.items(), start=1):
        field, ids = rows._fields[name], set(sources._ids)
        own = rows.browse(row[0] for row in found if row[position] in ids)
        field._update_cache(own, target.id)
        for inverse in rows.pool.field_inverses[field]:
            inverse._invalidate_cache(rows.env, (*sources._ids, target.id))
    moved.modified(moves)
    return moved


def _prepare_move(rows, moves, read, touched):
    """The statement of :func:`move_rows`: what was read is as it was before."""
    return SQL(
        """
        WITH moving AS (SELECT id, %(columns)s FROM %(table)s WHERE %(condition)s)
        %(touch)s
      UPDATE %(table)s moved SET %(assignments)s
        FROM moving
       WHERE moved.id = moving.id
   RETURNING moved.id, %(read)s
        """,
        columns=SQL(", ").join(SQL.identifier(name) for name in read),
        table=SQL.identifier(rows._table),
        condition=SQL(" OR ").join(
            SQL("%s IN %s", SQL.identifier(name), sources._ids)
            for name, (sources, _target) in moves.items()
        ),
        touch=SQL(
            ", touched AS (UPDATE %s SET write_date = write_date WHERE id = %s)",
            SQL.identifier(touched._table),
            touched.id,
        )
        if touched
        else SQL(),
        assignments=SQL(", ").join(
            SQL(
                "%(column)s = CASE WHEN moving.%(column)s IN %(sources)s"
                " THEN %(target)s ELSE moving.%(column)s END",
                column=SQL.identifier(name),
                sources=sources._ids,
                target=target.id,
            )
            for name, (sources, target) in moves.items()
        ),
        read=SQL(", ").join(SQL("moving.%s", SQL.identifier(name)) for name in read),
    )
