# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows written past ``create`` and ``write``, where nobody else has a say in it."""

from functools import lru_cache
from typing import NamedTuple

from odoo.tools import SQL

from .memory import fill_cache, fill_rows

# Whose methods do nothing with a plain column but write it.
PLAIN_MODULES = (
    "odoo.addons.crm.",
    "odoo.addons.mail.",
    "odoo.addons.sales_process_mgmt.",
    "odoo.orm.",
)
# So many rows are inserted by one statement.
INSERT_BATCH_SIZE = 1000
# Of more rows than these the lists that they belong to are forgotten, and read anew.
FEW_ROWS = 20
# Whose values become columns alike in all rows
FLAT_TYPES = (
    "boolean",
    "char",
    "date",
    "datetime",
    "float",
    "integer",
    "many2one",
    "selection",
    "text",
)
# Of a row that says nothing of a column
MISSING = object()
# Where a registry keeps who listens to which fields: see :func:`tell`
LISTENERS = "_sales_process_listeners"
# What a row goes through on its way into the database.
INSERT_STEPS = frozenset(
    {
        "create",
        "_create",
        "_prepare_create_values",
        "_add_missing_default_values",
        "_check_company",
        "_track_discard",
        "_validate_fields",
        "modified",
    }
)


def is_plain(records, *names):
    """Tell whether nobody else has a say in these methods of a model.

    Another application extends them in a class of its own; automation rules replace
    them in the class of the registry.

    :param records: of the model
    :param names: names of methods
    :return: bool
    """
    model = type(records)
    # automation rules come and go, the classes stay
    own = vars(model)
    return are_classes_plain(model.__mro__[1:], names) and not any(
        name in own for name in names
    )


@lru_cache(maxsize=256)
def are_classes_plain(classes, names):
    """See :func:`is_plain`, of what does not change while the server runs."""
    return not any(
        name in vars(cls) and not cls.__module__.startswith(PLAIN_MODULES)
        for cls in classes
        for name in names
    )


class Listeners(NamedTuple):
    """Fields of some records that change with others, see :func:`tell`."""

    # whether they are fields of the records themselves
    is_own: bool
    # name of the many2one by which the others belong to them, if that is the way
    via: str | None
    # computed and stored
    stored: frozenset
    # in memory only
    shown: frozenset


def get_log(model, *acts):
    """Who did it and when, as columns.

    :param model: a recordset
    :param acts: ``create`` or ``write``; without one, ``write``
    :return: dict, empty for a model that keeps no log
    """
    if not model._log_access:
        return {}
    acts, env = acts or ("write",), model.env
    return {
        **{f"{act}_uid": env.uid for act in acts},
        **{f"{act}_date": env.cr.now() for act in acts},
    }


def tell(
    records, names, create=False, before=False, settled=frozenset(), is_whole=False
):
    """Tell whoever depends on some fields that they change, as ``modified`` does.

    Odoo gathers each time who depends on them, and leaves those out that are neither
    stored nor in memory: 290 calls of functions for a contact, and mostly nobody is
    left. Who may listen is looked up once; ``modified`` is called where somebody does.

    :param records: a recordset
    :param names: names of fields
    :param bool create: the records are new
    :param bool before: they are about to change
    :param settled: stored fields of the records that are not to be computed
    :param bool is_whole: nor those of any other record that depends on these
    """
    memory = records.env.transaction.field_data
    for is_own, via, stored, shown in _find_listeners(records, tuple(names), create):
        if via and not _is_any(records, via):
            continue
        is_settled = stored <= settled if is_own or is_whole else not stored
        if not is_settled or any(memory[field] for field in memory.keys() & shown):
            records.modified(names, create=create, before=before)
            return


def _is_any(records, name):
    """Whether one of the records may have a value of a field, as far as is known."""
    cache = records._fields[name]._get_cache(records.env)
    return any(cache.get(record_id, True) for record_id in records._ids)


def _find_listeners(model, names, create):
    """See :func:`tell`: looked up once, until Odoo looks it up anew itself.

    :return: list of :class:`Listeners`
    """
    pool = model.pool
    triggers, found = vars(pool).get(LISTENERS) or (None, None)
    if triggers is not pool._field_triggers:
        found = {}
        setattr(pool, LISTENERS, (pool._field_triggers, found))
    key = (model._name, names, create)
    if key not in found:
        tree = pool.get_trigger_tree([model._fields[name] for name in names])
        # nothing is in memory of a row that is new
        root = [field for field in tree.root if field.store or not create]
        found[key] = [_prepare_listeners(True, None, root)] if root else []
        for field, subtree in tree.items():
            if create and field.type in ("many2one", "many2one_reference"):
                # no other row points at it yet
                continue
            via = next(iter(pool.field_inverses[field]), None)
            found[key].append(
                _prepare_listeners(
                    False,
                    via.name if via and via.type == "many2one" else None,
                    [row for part in subtree.depth_first() for row in part.root],
                )
            )
    return found[key]


def _prepare_listeners(is_own, via, fields):
    stored = frozenset(field for field in fields if field.compute and field.store)
    return Listeners(is_own, via, stored, frozenset(fields) - stored)


class InsertPlan(NamedTuple):
    """What :func:`insert` needs to know of a model, see :func:`plan_insert`."""

    # {name: field} of what is nothing but a column of the table
    columns: dict
    # {name: field} of those with a default, which a row without a value gets
    defaults: dict
    # {name: field} of columns that are worked out, where rows do not come with a value
    computed: dict
    # names of columns that follow another record: each row comes with its value
    followed: frozenset
    # those of which other fields are the inverse
    inversed: tuple
    # fields to many, empty in a row that is new
    relations: tuple
    # names of fields with which others change
    triggers: tuple


def plan_insert(model):
    """Find out whether rows of a model are nothing but values of columns.

    :param model: a recordset
    :return: :class:`InsertPlan`, or None where ``create`` would do more
    """
    if model._inherits or model._parent_store or not is_plain(model, *INSERT_STEPS):
        return None
    stored = [field for field in model._fields.values() if field.store]
    plain = [field for field in stored if _is_plain_column(field)]
    computed = {
        field.name: field for field in plain if field.compute and not field.related
    }
    columns = {field.name: field for field in plain if field.name not in computed}
    defaults = {field.name: field for field in model._fields.values() if field.default}
    if not defaults.keys() <= columns.keys() or any(
        field.precompute for field in stored
    ):
        return None
    return InsertPlan(
        columns,
        defaults,
        computed,
        frozenset(name for name, field in columns.items() if field.related),
        tuple(field for field in columns.values() if model.pool.field_inverses[field]),
        tuple(field for field in stored if field.type in ("one2many", "many2many")),
        tuple(name for name in model._fields if _is_trigger(model, name)),
    )


def _is_plain_column(field):
    return (
        field.column_type
        and not (field.inverse or field.company_dependent)
        and not field.translate
        and field.type not in ("html", "properties", "properties_definition")
        and field.name != "id"
    )


def _is_trigger(model, name):
    """Whether a new row changes what is stored, or what other records show."""
    tree = model.pool.get_trigger_tree([model._fields[name]])
    # what is not stored of a row that is new has not been read yet, and no other row
    # points at it: Odoo leaves those out as well, after it has gathered them
    return any(field.store for field in tree.root) or any(
        field.type not in ("many2one", "many2one_reference") for field in tree
    )


def can_insert(model, plan, vals_list):
    """Tell whether :func:`insert` makes of these values what ``create`` would make.

    Not where another application extends a step of it, where somebody has stored
    defaults, or where something else than columns is written. Who may create is asked
    by the caller, and so it is done for the system only.

    :param model: a recordset
    :param plan: see :func:`plan_insert`
    :param list vals_list: values for ``create``
    :return: bool
    """
    context = model.env.context
    if not plan or not vals_list:
        return False
    said = plan.computed.keys() & vals_list[0].keys()
    needed, known = plan.followed | said, plan.columns.keys() | said
    return bool(
        model.env.su
        and all(needed <= vals.keys() <= known for vals in vals_list)
        and not any(key.startswith(("default_", "_import")) for key in context)
        # nobody follows the new rows, and nothing of them is logged
        and (context.get("tracking_disable") or not hasattr(model, "_track_discard"))
        and not model.env["ir.default"]._get_model_defaults(model._name)
        # automation rules come and go while the plan is kept
        and INSERT_STEPS.isdisjoint(vars(type(model)))
    )


def insert(model, plan, vals_list, late=None):
    """Insert rows that are nothing but values of columns, as ``create`` would.

    Most of what ``create`` does is to find out what there is to do: a follow-up takes
    1,600 calls of functions, and half of them here. Defaults, the columns of who and
    when, constraints in Python, caches, inverse fields and what depends on the row
    are as by ``create``.

    :param model: a recordset, see :func:`can_insert`
    :param plan: see :func:`plan_insert`
    :param list vals_list: values for ``create``
    :param late: :class:`LateInsert` with which it waits
    :return: the records
    """
    said = {
        name: plan.computed[name] for name in plan.computed.keys() & vals_list[0].keys()
    }
    if said:
        plan = plan._replace(columns=plan.columns | said)
    rows = _complete_rows(model, plan, vals_list)
    names = sorted({name for row in rows for name in row})
    records = model.browse(_insert_rows(model, plan, names, rows, late))
    _fill_new(records, plan, rows)
    with records.env.protecting(said.values(), records):
        tell(records, plan.triggers, create=True, settled=frozenset(said.values()))
    records._validate_fields(names)
    if records._check_company_auto:
        records._check_company()
    if hasattr(records, "_track_discard"):
        records._track_discard()
    return records


def _complete_rows(model, plan, vals_list):
    """Values with defaults, with who and with when."""
    log = get_log(model, "create", "write")
    rows = [{**vals, **log} for vals in vals_list]
    for name, field in plan.defaults.items():
        missing = [row for row in rows if name not in row]
        if missing:
            value = field.convert_to_cache(field.default(model), model, validate=False)
            value = field.convert_to_write(value, model)
            for row in missing:
                row[name] = value
    return rows


def _insert_rows(model, plan, names, rows, late):
    """Send what is inserted, or let it wait; the ids of the rows."""
    if len(rows) == 1:
        # as every contact: nothing to compare
        (row,) = rows
        columns = {
            name: [plan.columns[name].convert_to_column(row[name], model)]
            for name in names
        }
    else:
        columns = {
            name: _convert_column(
                rows, name, plan.columns[name].convert_to_column, model
            )
            for name in names
        }
    if late and late.fits(model, rows):
        late.wait({name: value for name, (value,) in columns.items()})
        return [late.number]
    ids = []
    for start in range(0, len(rows), INSERT_BATCH_SIZE):
        end = start + INSERT_BATCH_SIZE
        part = {name: column[start:end] for name, column in columns.items()}
        query = SQL("%s RETURNING id", _build_insert(model, part))
        # each: of a thousand rows
        ids += [row_id for (row_id,) in model.env.execute_query(query)]
    return ids


def _fill_new(records, plan, rows):
    """Fill the caches of rows that are new, and of what is the inverse of them."""
    # as the database has it: nothing waits to be written of a row that is new
    env, ids, model = records.env, records._ids, records.browse()
    caches, said = env.transaction.field_data, set().union(*rows)
    for name, field in plan.columns.items():
        if len(rows) == 1:
            caches[field][ids[0]] = (
                field.convert_to_cache(rows[0][name], model) if name in said else None
            )
            continue
        column = [None] * len(ids)
        if name in said:
            column = _convert_column(rows, name, field.convert_to_cache, model)
        caches[field].update(zip(ids, column, strict=True))
    for field in plan.inversed:
        if len(records) > FEW_ROWS and field.type == "many2one":
            owners = {value for value in map(caches[field].get, ids) if value}
            for inverse in records.pool.field_inverses[field]:
                inverse._invalidate_cache(env, owners)
            continue
        for record in records:
            field._update_inverses(record, caches[field][record.id])
    for field in plan.relations:
        field._insert_cache(records, [()] * len(ids))


def _convert_column(rows, name, convert, model):
    """The values of a column of some rows, converted once where all are the same.

    :param list rows: dicts of values
    :param str name: of the column
    :param convert: method of the field, of a value and the model
    :return: list, None for rows without a value
    """
    values = [row.get(name, MISSING) for row in rows]
    same = values[:1] if _are_same(values) else values
    converted = [None if value is MISSING else convert(value, model) for value in same]
    return converted * len(values) if same is not values else converted


def _are_same(values):
    return values.count(values[0]) == len(values)


def _build_insert(model, columns):
    """The statement that inserts rows.

    Of many rows each column is one array, and one value where all are the same: a
    thousand rows of their own take PostgreSQL and its driver longer to read than to
    write.

    :param model: a recordset
    :param dict columns: ``{name of a column: list of values}``, of one length
    :return: SQL
    """
    into = SQL(
        "INSERT INTO %s (%s)",
        SQL.identifier(model._table),
        SQL(", ").join(map(SQL.identifier, columns)),
    )
    number = len(next(iter(columns.values())))
    if number == 1:
        row = tuple(value for (value,) in columns.values())
        return SQL("%s VALUES %s", into, row)
    return SQL("%s %s", into, _select_rows(model, columns, number))


def _select_rows(model, columns, number):
    """See :func:`_build_insert`: so many rows, in their order."""
    selected, names = [], [SQL("number")]
    arrays = [SQL("generate_series(1, %s)", number)]
    for name, values in columns.items():
        kind = SQL(model._fields[name].column_type[0])
        if _are_same(values):
            selected.append(SQL("%s::%s", values[0], kind))
            continue
        column = SQL.identifier(name)
        selected.append(column)
        names.append(column)
        arrays.append(SQL("unnest(%s::%s[])", values, kind))
    return SQL(
        "SELECT %s FROM ROWS FROM (%s) AS new_row (%s)",
        SQL(", ").join(selected),
        SQL(", ").join(arrays),
        SQL(", ").join(names),
    )


def update_rows(records, vals_list):
    """Write many rows of one table, each set of columns by one statement.

    Few (``FEW_ROWS``) are Odoo's, and whoever calls this knows it. Odoo writes a
    hundred rows at a time, each with its values, also where a column becomes the same
    in all of them.

    :param records: a recordset
    :param list vals_list: dicts of values of columns, one for each
    :return: bool, False where it is Odoo's to write them
    """
    names = {name for vals in vals_list for name in vals}
    fields = [records._fields[name] for name in names]
    if (
        records._parent_store
        or any(field.translate or field.company_dependent for field in fields)
        or not is_plain(records, "_write_multi")
    ):
        return False
    log = get_log(records)
    groups = {}
    for row_id, vals in zip(records._ids, vals_list, strict=True):
        row = {"id": row_id, **log, **vals}
        groups.setdefault(tuple(sorted(row)), []).append(row)
    for names, rows in groups.items():
        columns = {name: [row[name] for row in rows] for name in names}
        # each: of a set of columns
        records.env.execute_query(build_update(records, columns))
    return True


def build_update(model, columns):
    """See :func:`update_rows`.

    :param dict columns: ``{name of a column: list of values}``, the id among them
    :return: SQL
    """
    ids = columns.pop("id")
    names, arrays, assignments = [SQL("id")], [SQL("unnest(%s)", ids)], []
    for name, values in columns.items():
        column, kinds = SQL.identifier(name), model._fields[name].column_type
        value = values[0]
        if not _are_same(values):
            names.append(column)
            arrays.append(SQL("unnest(%s::%s[])", values, SQL(kinds[0])))
            value = SQL.identifier("new_row", name)
        assignments.append(SQL("%s = %s::%s", column, value, SQL(kinds[1])))
    table = SQL.identifier(model._table)
    return SQL(
        "UPDATE %(table)s SET %(assignments)s"
        " FROM ROWS FROM (%(arrays)s) AS new_row (%(names)s)"
        " WHERE %(table)s.id = new_row.id",
        table=table,
        assignments=SQL(", ").join(assignments),
        arrays=SQL(", ").join(arrays),
        names=SQL(", ").join(names),
    )


def copy_row(record, columns):
    """Insert copies of a row that differ from it in some columns, by one statement.

    A thousand notes that differ in their text take Odoo 1,700 calls of functions each,
    to find out a thousand times what is the same. Nobody is told of the copies but who
    depends on them, as by ``create``; lists to which they belong are forgotten.

    :param record: the pattern, without rows of other tables that belong to it
    :param dict columns: ``{name of a stored column: list of values}``, of one length
    :return: the copies
    """
    record.flush_recordset()
    model, env = record.browse(), record.env
    fields = [
        field
        for field in model._fields.values()
        if field.store and field.column_type and field.name not in ("id", *columns)
    ]
    values = []
    for name, column in columns.items():
        field, converted = model._fields[name], {}
        for value in column:
            if value not in converted:
                converted[value] = field.convert_to_column(value, model)
        column = [converted[value] for value in column]
        values.append(SQL(f"%s::{field.column_type[0]}[]", column))
    rows = env.execute_query(
        SQL(
            """
            INSERT INTO %(table)s (%(same)s, %(names)s)
            SELECT %(same)s, %(others)s
              FROM %(table)s AS pattern,
                   unnest(%(values)s) AS other (%(names)s)
             WHERE pattern.id = %(id)s
         RETURNING id, %(names)s
            """,
            table=SQL.identifier(model._table),
            same=SQL(", ").join(SQL.identifier(field.name) for field in fields),
            names=SQL(", ").join(SQL.identifier(name) for name in columns),
            others=SQL(", ").join(SQL.identifier("other", name) for name in columns),
            values=SQL(", ").join(values),
            id=record.id,
        )
    )
    copies = model.browse([row[0] for row in rows])
    fill_rows(copies, list(columns), [row[1:] for row in rows])
    triggers = [field.name for field in model._fields.values() if field.store]
    triggers = [name for name in triggers if _is_trigger(model, name)]
    for name in triggers:
        if name not in columns and model._fields[name].column_type:
            value = model._fields[name].convert_to_cache(record[name], record, False)
            fill_cache(copies, name, [value] * len(copies))
    for name in [field.name for field in fields] + list(columns):
        _forget_inverses(record, name, columns.get(name))
    copies.modified(triggers, create=True)
    return copies


def _forget_inverses(record, name, values=None):
    """Forget the lists to which copies of a row belong.

    :param record: the pattern
    :param str name: of a stored column
    :param values: ids that are in it; None: that of the pattern
    """
    field = record._fields[name]
    inverses = record.pool.field_inverses[field]
    if not inverses:
        return
    if values is None:
        values = [field.convert_to_cache(record[name], record, False)]
    ids = [value for value in dict.fromkeys(values) if value]
    reference = getattr(field, "model_field", None)
    for inverse in inverses if ids else ():
        if not reference or inverse.model_name == record[reference]:
            inverse._invalidate_cache(record.env, ids)


def write_decided(records, ids_by_value, computed=()):
    """Write what the ledger has decided, past ``write``; what depends on it is told.

    ``write`` would ask once more whether the ledger agrees, and book an edit by whoever
    acts. Measured, 100 leads: 1.3 ms with a value for each and 1.0 ms with one for all;
    ``write`` takes 4.4 and 1.2 ms, before anybody follows the leads or tracks them.

    :param records: a recordset with all the ids
    :param dict ids_by_value: ``{(field name, value): ids}``, stored fields of the table
    :param computed: names of fields that are among them and are computed otherwise
    """
    names = {name for name, _value in ids_by_value}
    protected = [records._fields[name] for name in computed]
    settled = frozenset(protected)
    tell(records, names, before=True, settled=settled)
    for (name, value), ids in ids_by_value.items():
        records._fields[name].write(records.browse(ids), value)
    with records.env.protecting(protected, records):
        tell(records, names, settled=settled)


def flush_rows(records):
    """Write what waits to be written of many rows, as ``flush_recordset`` does.

    Odoo gathers what waits row by row, and asks each field for each value by itself:
    a customer that is released has 21 of them, in 300 calls of functions. Here each
    column is taken from the cache at once, and equal values are converted once.

    :param records: a recordset; more of its model may be written
    """
    if not _write_waiting(records):
        records.flush_recordset()


def _write_waiting(records):
    """See :func:`flush_rows`: whether it could be done column by column."""
    if records._parent_store or not is_plain(records, "_flush", "_write_multi"):
        return False
    records._recompute_recordset()
    dirty = records.env._field_dirty
    waiting = [field for field in records._fields.values() if dirty.get(field)]
    if any(not _is_flat(records, field) for field in waiting):
        return False
    names_by_id = {}
    for field in waiting:
        for row_id in dirty[field]:
            names_by_id.setdefault(row_id, []).append(field.name)
    ids_by_names = {}
    for row_id, names in names_by_id.items():
        ids_by_names.setdefault(tuple(names), []).append(row_id)
    for field in waiting:
        dirty.pop(field)
    log = get_log(records)
    for names, ids in ids_by_names.items():
        for start in range(0, len(ids), INSERT_BATCH_SIZE):
            part = ids[start : start + INSERT_BATCH_SIZE]
            columns = {name: [value] * len(part) for name, value in log.items()}
            columns["id"] = part
            columns |= {name: _take_column(records, name, part) for name in names}
            # each: of a thousand rows
            records.env.execute_query(build_update(records, columns))
    return True


def _is_flat(records, field):
    """Whether a column holds the value of the cache, the same for everybody."""
    return not (
        field.translate
        or field.company_dependent
        or field in records.env._field_depends_context
    )


def _take_column(records, name, ids):
    """The values of a column of some rows, from the cache: see :func:`flush_rows`."""
    field = records._fields[name]
    if field.type not in FLAT_TYPES:
        # an amount is rounded as its own row says
        return [field.get_column_update(records.browse(row_id)) for row_id in ids]
    cache = field._get_cache(records.env)
    values = [cache[row_id] for row_id in ids]
    model, converted = records.browse(), {}
    for value in values:
        if value not in converted:
            converted[value] = field.convert_to_column_insert(
                value, model, validate=False
            )
    return [converted[value] for value in values]
