# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The cache: what queries of ours have read is put there, and taken from it."""

from contextlib import contextmanager

from odoo.tools import SQL


def name_as_relation(records):
    """Call records what the record is called that names them.

    Whoever reads a row reads in its columns what other records are called, also where
    they are a colleague's: Odoo does so. What the row itself is called is no other.

    :param records: of a model whose ``_rec_name`` is a field
    :return: bool, whether it is a relation, and they have got their names
    """
    field = records._fields.get(records._rec_name)
    if not field or field.type != "many2one":
        return False
    for record in records:
        # sudo: only what it is called, once the row itself has been read
        record.display_name = record[field.name].sudo().display_name
    return True


def fill_cache(records, name, values):
    """Put values that a query of ours has read into the cache.

    A customer is locked by a query; what every contact and every release asks next is
    read with it. Measured: one query instead of four for each lock (columns, leads,
    helpers). What has been written and is not in the database yet stays.

    :param records: a recordset, in the context in which it will be read
    :param str name: of a stored field, or of a relation
    :param values: one for each record, as the database has it; tuples of ids for
        relations to many
    """
    records._fields[name]._insert_cache(records, values)


def get_cached(records, name):
    """The values of a field of many records, as the cache has them.

    Odoo answers for each record by itself, in a dozen calls of functions, of which a
    page of cards has 80.

    :param records: a recordset
    :param str name: of a field
    :return: list of values of the cache: ids of relations, None for nothing
    """
    field = records._fields[name]
    if field.compute and field.store:
        field.recompute(records)
    cache = field._get_cache(records.env)
    try:
        return [cache[id_] for id_ in records._ids]
    except KeyError:
        return [field.convert_to_cache(record[name], record) for record in records]


def get_row(record, names):
    """The values of columns of one record, as ``create`` takes them.

    A customer that changes hands passes on a dozen values; Odoo answers for each in a
    dozen calls of functions. Nobody is asked whether they may be read.

    :param record: of a model, one
    :param names: of stored fields that depend on no context: texts, moments,
        selections, yes or no, relations to one
    :return: dict
    """
    (row_id,) = record._ids
    transaction = record.env.transaction
    row = {}
    for name in names:
        field = record._fields[name]
        cache = transaction.field_data[field]
        if row_id in cache and field not in transaction.tocompute:
            value = cache[row_id]
            row[name] = False if value is None else value
        else:
            row[name] = field.convert_to_write(record[name], record)
    return row


def filter_by(records, name, test=bool):
    """The records of which a value of the cache says so, as by ``filtered``.

    :param records: a recordset
    :param str name: of a field
    :param test: function of the value, see :func:`get_cached`
    :return: recordset
    """
    values = get_cached(records, name)
    ids = [id_ for id_, value in zip(records._ids, values, strict=True) if test(value)]
    return records.browse(ids)


def group_by(records, name):
    """The records by a relation to one, as by ``grouped``.

    :param records: a recordset
    :param str name: of a many2one
    :return: dict ``{record: records}``
    """
    ids_by_value = {}
    for id_, value in zip(records._ids, get_cached(records, name), strict=True):
        ids_by_value.setdefault(value, []).append(id_)
    Other = records.env[records._fields[name].comodel_name]
    others = tuple(filter(None, ids_by_value))
    return {
        Other.browse(value).with_prefetch(others): records.browse(ids).with_prefetch(
            records._prefetch_ids
        )
        for value, ids in ids_by_value.items()
    }


def get_memory(model, name):
    """What is in memory of a field, for what is asked again and again.

    :param model: a recordset
    :param str name: of a field that depends on no context
    :return: function of an environment that returns ``{id: value of the cache}``, not
        to be changed
    """
    return model._fields[name]._get_cache


def are_known(records, name, value):
    """Tell whether all records have this value in memory: nothing is asked or read.

    :param records: a recordset
    :param str name: of a stored field that depends on no context
    :param value: as the cache has it
    :return: bool
    """
    field = records._fields[name]
    waiting = records.env.transaction.tocompute.get(field)
    cache = field._get_cache(records.env)
    return not waiting and all(cache.get(id_) == value for id_ in records._ids)


def fill_rows(records, names, rows):
    """See :func:`fill_cache`: several columns at once, of whole rows of a query.

    :param records: a recordset, in the order of the rows
    :param names: of stored fields that depend on no context, nor on a language
    :param rows: list of tuples of as many values
    """
    memory, fields = records.env.transaction.field_data, records._fields
    if len(rows) == 1:
        # as every contact: the list of each column would be longer than the row
        for name, value in zip(names, rows[0], strict=True):
            memory[fields[name]].setdefault(records._ids[0], value)
        return
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        fields[name]._insert_cache(records, values)


def read_columns(records, names, relation=None):
    """Read some columns into the cache, by one plain statement.

    Odoo reads a period with all of its fields, in 50 calls of functions for each.

    :param records: a recordset, in the context in which the relation will be read
    :param names: of stored fields that depend on no context
    :param str relation: name of a one2many without a domain, read along
    """
    if not records:
        return
    table = SQL.identifier(records._table)
    columns = [SQL.identifier(name) for name in names]
    if relation:
        field = records._fields[relation]
        other = records.env[field.comodel_name]
        other.flush_model([field.inverse_name])
        columns.append(
            SQL(
                "ARRAY(SELECT other.id FROM %s other WHERE other.%s = %s.id"
                " ORDER BY other.id)",
                SQL.identifier(other._table),
                SQL.identifier(field.inverse_name),
                table,
            )
        )
    rows = records.env.execute_query(
        SQL(
            "SELECT id, %s FROM %s WHERE id IN %s",
            SQL(", ").join(columns),
            table,
            records._ids,
        )
    )
    found = records.browse([row[0] for row in rows])
    fill_rows(found, names, [row[1 : len(names) + 1] for row in rows])
    if relation:
        fill_cache(found, relation, [tuple(row[-1]) for row in rows])


def forget_lists(records, name):
    """Forget what is in memory of a relation to many, and nothing else.

    ``invalidate_recordset`` forgets as well to whom all the others belong.

    :param records: a recordset
    :param str name: of a relation to many, in all contexts
    """
    records._fields[name]._invalidate_cache(records.env, records._ids)


def _get_caches(env):
    """What is in memory, each field in each context that its values depend on.

    :return: list of ``((field, key of the context), {id: value})``
    """
    found = []
    for field, cache in env.transaction.field_data.items():
        if field in env._field_depends_context:
            found += [((field, key), values) for key, values in cache.items()]
        else:
            found.append(((field, None), cache))
    return found


@contextmanager
def forgetting(env):
    """Leave nothing in memory of what is read inside.

    What a refusal reads in sudo, to say whose customer it is, is found there by whoever
    asks again: Odoo works out a field a second time where it was refused at first, and
    asks no right to what is in memory. What waits to be written stays.
    """
    known = {key: set(cache) for key, cache in _get_caches(env)}
    try:
        yield
    finally:
        for key, cache in _get_caches(env):
            waiting = env.transaction.field_dirty.get(key[0], ())
            for id_ in cache.keys() - known.get(key, set()):
                if id_ and id_ not in waiting:
                    del cache[id_]
