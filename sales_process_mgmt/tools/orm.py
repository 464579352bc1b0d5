# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What we use of Odoo's inside, each with the gain that is worth it.

``tests/test_orm_contract.py`` fails where Odoo changes what is relied on here, and
where it changes what reports override of it (``_read_grouping_sets``,
``_read_group_select``). With ``kept.py`` the only files of ``tools/`` that know Odoo.
"""

from collections.abc import Collection, Set
from functools import lru_cache
from typing import NamedTuple
from uuid import uuid4

from odoo import SUPERUSER_ID
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition, DomainCustom, DomainOr
from odoo.tools import SQL

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

# Whose methods do nothing with a plain column but write it.
PLAIN_MODULES = (
    "odoo.addons.crm.",
    "odoo.addons.mail.",
    "odoo.addons.sales_process_mgmt.",
    "odoo.orm.",
)

# What a term with one of these means does not depend on the day or on other records.
FIXED_TYPES = ("boolean", "char", "integer", "selection")
FIXED_OPERATORS = ("in", "not in", "=", "!=")
# Their value is a filter of the records behind a field.
ANY_OPERATORS = ("any", "not any", "any!", "not any!")

# So many rows are inserted by one statement.
INSERT_BATCH_SIZE = 1000
# Of more rows than these the lists that they belong to are forgotten, and read anew.
FEW_ROWS = 20
# So many savepoints of a transaction end with it.
MOST_LEVELS = 50
LATE_LEVELS = "sales_process_late_savepoints"
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


def without_uninstall(records):
    """The same records, as whoever deletes them may.

    What ``@api.ondelete`` refuses is not refused while an addon is uninstalled. Odoo
    says so in the context, as its superuser; a client can say so, too.

    :param records: of any model
    :return: the same records
    """
    env = records.env
    if env.uid == SUPERUSER_ID or MODULE_UNINSTALL_FLAG not in env.context:
        return records
    context = dict(env.context)
    # replaced, not added to: a key that is left out is gone
    del context[MODULE_UNINSTALL_FLAG]
    return records.with_env(env(context=context))


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


def optimize_once(domain, model, asked_in_sql=()):
    """Bring a domain into the form that a search would bring it to, to be kept.

    Odoo keeps record rules as they are written, and works them out with each search:
    2,100 calls of functions for each lead that a salesperson reads, 400 of them with
    stock rules. Terms that the database or the moment has a say in stay as they are.

    :param domain: Domain
    :param model: an empty recordset
    :param asked_in_sql: names of fields whose search reads nothing before the query
    :return: Domain that finds the same
    """
    # sudo: names are turned into ids; the rows are found by whoever asks
    reader = model.sudo().with_context(active_test=False)

    def is_fixed(condition):
        field = model._fields.get(condition.field_expr)
        if field is None or condition.operator not in FIXED_OPERATORS:
            return False
        if field.search or field.inherited or not field.store:
            return field.name in asked_in_sql
        if field.type == "many2one":
            # a name would be looked for
            values = condition.value
            values = values if isinstance(values, Collection) else [values]
            return all(isinstance(value, int) for value in values)
        return field.type in FIXED_TYPES

    if all(is_fixed(condition) for condition in domain.iter_conditions()):
        return domain.optimize_full(reader)
    return domain.map_conditions(
        lambda condition: (
            condition.optimize_full(reader) if is_fixed(condition) else condition
        )
    )


def is_bound_to(domain, name, number):
    """Tell whether a domain finds nothing but records that bear this number.

    :param domain: Domain, as it was written
    :param str name: of a field that points to one record
    :param int number: id of that record
    :return: bool; where it is not plain to see, no
    """
    if isinstance(domain, DomainAnd):
        return any(is_bound_to(term, name, number) for term in domain.children)
    if isinstance(domain, DomainOr):
        return all(is_bound_to(term, name, number) for term in domain.children)
    if not isinstance(domain, DomainCondition) or domain.field_expr != name:
        return False
    value = domain.value
    if domain.operator == "in" and isinstance(value, list | tuple | Set):
        [value, *others] = value or [None]
        return not others and type(value) is int and value == number
    # true equals one
    return domain.operator == "=" and type(value) is int and value == number


def decide_by(domain, name, number):
    """What is left of a domain for records that bear this number.

    :param domain: Domain that has been optimised
    :param str name: of a field that points to one record
    :param int number: id of that record
    :return: Domain that finds the same among those
    """

    def decide(condition):
        if condition.field_expr == name and isinstance(condition.value, Set):
            if condition.operator == "in":
                return Domain(number in condition.value)
            if condition.operator == "not in":
                return Domain(number not in condition.value)
        return condition

    return domain.map_conditions(decide)


class WrittenOnce:
    """What terms have become in SQL is kept with them."""

    __slots__ = ()

    def _to_sql(self, model, alias, query):
        if alias != model._table:
            return super()._to_sql(model, alias, query)
        if not hasattr(self, "_written"):
            written = super()._to_sql(model, alias, query)
            object.__setattr__(self, "_written", written)
        return self._written


class AndWrittenOnce(WrittenOnce, DomainAnd):
    __slots__ = ("_written",)

    # what is made of other terms is written anew
    apply = DomainAnd.apply


class OrWrittenOnce(WrittenOnce, DomainOr):
    __slots__ = ("_written",)

    apply = DomainOr.apply


def write_once(domain, model, steady=()):
    """Keep the SQL of a domain with it, if it is the same whoever asks and whenever.

    A read rule becomes SQL with each search and each lead that is opened: 500 calls of
    functions.

    :param domain: Domain that has been optimised
    :param model: an empty recordset
    :param steady: functions of conditions that are SQL, see ``Domain.custom``
    :return: Domain that finds the same
    """

    def is_steady(term):
        if isinstance(term, DomainAnd | DomainOr):
            return all(map(is_steady, term.children))
        if isinstance(term, DomainCustom):
            return getattr(term._sql, "func", None) in steady
        if not isinstance(term, DomainCondition):
            return True
        field = model._fields.get(term.field_expr)
        return bool(
            field
            and field.store
            and field.column_type
            and field.type in (*FIXED_TYPES, "many2one")
            and not (field.company_dependent or field.translate)
            and term.operator in FIXED_OPERATORS
            and isinstance(term.value, Set)
        )

    for kind, kept in ((DomainAnd, AndWrittenOnce), (DomainOr, OrWrittenOnce)):
        if (
            isinstance(domain, kind)
            and is_steady(domain)
            # one that may still become another is not kept
            and domain.optimize_full(model) is domain
        ):
            result = kept(domain.children)
            object.__setattr__(result, "_opt_level", domain._opt_level)
            return result
    return domain


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


class LateSavepoint:
    """A savepoint that begins together with the first query that needs it.

    What is done inside is taken back by an exception, as by ``cr.savepoint()``, which
    sends a statement of its own to begin with: a tenth of a millisecond, with what
    both sides have to fetch into their caches again.

    Nothing may be written inside before it has begun.

    It ends with the transaction, which costs no statement; where one finishes very much
    by itself, only the first ones do: PostgreSQL keeps a level for each.
    """

    def __init__(self, env):
        self._cr = env.cr
        self._name = None
        # what was written before is not taken back, and what fails of it is not caught
        self._cr.flush()

    def __enter__(self):
        return self

    def begin(self, query=None):
        """Begin, and ask something.

        :param query: SQL, or None
        :return: SQL that begins and asks; where nothing is asked, it has begun
        """
        self._name = SQL.identifier(f"late_{uuid4()}")
        begin = SQL("SAVEPOINT %s", self._name)
        if query:
            return SQL("%s; %s", begin, query)
        self._cr.execute(begin)
        return None

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                self._cr.flush()
        except Exception as late:
            kind = type(late)
            raise
        finally:
            if kind is not None:
                self._cr.clear()
            if self._name:
                if kind is not None:
                    self._cr.execute(SQL("ROLLBACK TO SAVEPOINT %s", self._name))
                if kind is not None or not self._may_stay():
                    self._cr.execute(SQL("RELEASE SAVEPOINT %s", self._name))

    def _may_stay(self):
        """Whether it may end with the transaction: bool."""
        # forgotten when the transaction ends
        data = self._cr.postcommit.data
        data[LATE_LEVELS] = data.get(LATE_LEVELS, 0) + 1
        return data[LATE_LEVELS] <= MOST_LEVELS


class LateInsert:
    """A row that is inserted together with what it changes, by one statement.

    Its number was reserved before: it is a record meanwhile, and what it counts for is
    decided from the cache. Until :func:`update_together` or :meth:`run` has sent it,
    nothing may ask the table for it, or write it.

    :param str model: name of the model
    :param int number: the id of the row
    """

    def __init__(self, model, number):
        self.model = model
        self.number = number
        # what waits, with its number; None: nothing
        self.row = None
        self._is_used = False

    def fits(self, model, rows):
        """Tell whether a row is the one that has been waited for.

        :param model: an empty recordset
        :param list rows: values of the rows that are inserted
        :return: bool
        """
        return (
            not self._is_used
            and model._name == self.model
            and len(rows) == 1
            # a constraint may ask the table
            and not model._constraint_methods
        )

    def wait(self, row):
        """Keep the row until it is inserted.

        :param dict row: ``{name of a column: value}``
        """
        self._is_used = True
        self.row = {"id": self.number, **row}

    def leave(self):
        """Whoever has sent the row in a statement of its own says so."""
        self.row = None

    def take(self):
        """The statement, once: whoever takes it sends it.

        :return: SQL, or None where nothing waits
        """
        row, self.row = self.row, None
        if row is None:
            return None
        # the names are those of fields: nothing of it comes from a client
        return SQL(
            "INSERT INTO %s (%s) VALUES %s",
            SQL.identifier(self.model.replace(".", "_")),
            SQL(", ").join(map(SQL.identifier, row)),
            tuple(row.values()),
        )

    def run(self, env):
        """Insert the row now, if it waits."""
        if query := self.take():
            env.cr.execute(query)


def update_together(changes, late=None, is_whole=False, prepare=None):
    """Write plain columns of records of several models now, by one statement.

    A contact moves the dates of a period and of its leads. By ``write``, a computation
    and two statements at the next flush, an activity that is done takes 0.3 to 0.4 ms
    of 17 more (medians of 40, in turns).

    The caches hold the new values afterwards and what depends on them is told, as by
    ``write``; what is written here is not computed again.

    :param list changes: ``(records, {name of a stored column: value})``, or pairs of
        name and value; texts, moments, selections and ids
    :param late: :class:`LateInsert` that is sent with it
    :param bool is_whole: what is written of some records is all that depends on others
        of them, and is stored
    :param prepare: function of the environment, the row that waits and the changes as
        columns, that returns a statement for all of it, or None
    """
    changes = [
        (records, {name: value or None for name, value in dict(values).items()})
        for records, values in changes
        if records
    ]
    if not changes:
        return
    env = changes[0][0].env
    columns = []
    for records, values in changes:
        # what waits to be written must not come after this
        records.flush_recordset(values)
        row = {
            name: records._fields[name].convert_to_column(value, records)
            for name, value in values.items()
        }
        columns.append((records, row))
    query = None
    if prepare and late and late.row and (query := prepare(env, late.row, columns)):
        late.leave()
    env.execute_query(query or _prepare_updates(columns, late))
    written = []
    for records, values in changes:
        if records._log_access:
            values |= {"write_uid": env.uid, "write_date": env.cr.now()}
        fields = [records._fields[name] for name in values]
        written.append((fields, records))
        for field, value in zip(fields, values.values(), strict=True):
            if field.compute:
                env.remove_to_compute(field, records)
            field._update_cache(records, value)
    together = frozenset(field for fields, _rows in written for field in fields)
    with env.protecting(written):
        for (records, values), (own, _rows) in zip(changes, written, strict=True):
            settled = together if is_whole else frozenset(own)
            tell(records, values, settled=settled, is_whole=is_whole)


def _prepare_updates(changes, late):
    """One statement for all changes: see :func:`update_together`.

    :return: SQL
    """
    steps = [_prepare_update(records, row) for records, row in changes]
    if inserted := late and late.take():
        steps.insert(0, inserted)
    *first, last = steps
    if not first:
        return last
    return SQL(
        "WITH %s %s",
        SQL(", ").join(
            SQL("%s AS (%s)", SQL.identifier(f"step_{number}"), step)
            for number, step in enumerate(first)
        ),
        last,
    )


def _prepare_update(records, row):
    if records._log_access:
        row = {**row, "write_uid": records.env.uid, "write_date": records.env.cr.now()}
    # the names are those of fields: nothing of it comes from a client
    assignments = ", ".join([f'"{name}" = %s' for name in row])
    return SQL(
        f'UPDATE "{records._table}" SET {assignments} WHERE id IN %s',  # noqa: S608
        *row.values(),
        records._ids,
    )


class InsertPlan(NamedTuple):
    """What :func:`insert` needs to know of a model, see :func:`plan_insert`."""

    # {name: field} of what is nothing but a column of the table
    columns: dict
    # {name: field} of those with a default, which a row without a value gets
    defaults: dict
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
    columns = {
        field.name: field
        for field in stored
        if field.column_type
        and not (field.compute and not field.related)
        and not (field.inverse or field.company_dependent)
        and not field.translate
        and field.type not in ("html", "properties", "properties_definition")
        and field.name != "id"
    }
    defaults = {field.name: field for field in model._fields.values() if field.default}
    if not defaults.keys() <= columns.keys() or any(
        field.precompute for field in stored
    ):
        return None
    return InsertPlan(
        columns,
        defaults,
        frozenset(name for name, field in columns.items() if field.related),
        tuple(field for field in columns.values() if model.pool.field_inverses[field]),
        tuple(field for field in stored if field.type in ("one2many", "many2many")),
        tuple(name for name in model._fields if _is_trigger(model, name)),
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
    return bool(
        plan
        and model.env.su
        and vals_list
        and all(
            plan.followed <= vals.keys() <= plan.columns.keys() for vals in vals_list
        )
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
    rows = _complete_rows(model, plan, vals_list)
    names = sorted({name for row in rows for name in row})
    records = model.browse(_insert_rows(model, plan, names, rows, late))
    _fill_new(records, plan, rows)
    tell(records, plan.triggers, create=True)
    records._validate_fields(names)
    if records._check_company_auto:
        records._check_company()
    if hasattr(records, "_track_discard"):
        records._track_discard()
    return records


def _complete_rows(model, plan, vals_list):
    """Values with defaults, with who and with when."""
    log = {}
    if model._log_access:
        log = dict.fromkeys(("create_uid", "write_uid"), model.env.uid)
        log |= dict.fromkeys(("create_date", "write_date"), model.env.cr.now())
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
    columns = {}
    for name in names:
        convert = plan.columns[name].convert_to_column
        columns[name] = _convert_column(rows, name, convert, model)
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

    :param list rows: dicts of values, one at least
    :param str name: of the column
    :param convert: method of the field, of a value and the model
    :return: list, None for rows without a value
    """
    if len(rows) == 1:
        return [convert(rows[0][name], model) if name in rows[0] else None]
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
    log = {}
    if records._log_access:
        log = {"write_uid": records.env.uid, "write_date": records.env.cr.now()}
    groups = {}
    for row_id, vals in zip(records._ids, vals_list, strict=True):
        row = {"id": row_id, **log, **vals}
        groups.setdefault(tuple(sorted(row)), []).append(row)
    for names, rows in groups.items():
        columns = {name: [row[name] for row in rows] for name in names}
        # each: of a set of columns
        records.env.execute_query(_build_update(records, columns))
    return True


def _build_update(model, columns):
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
    :param names: of stored fields that depend on no context
    :param rows: tuples of as many values
    """
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        records._fields[name]._insert_cache(records, values)


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


def get_query(model, domain, limit=None):
    """The query of a search that is not run: it becomes a part of another one.

    The record rules of the reader are in it. Measured: a number for all people and all
    periods of a plan is one query, instead of one for each person and period.

    :param model: an empty recordset, as the reader sees it
    :param domain: what is searched for
    :param int limit: how many at most
    :return: Query, whose ``table`` is the alias of the model
    """
    return model._search(domain, limit=limit)


def get_reached_models(model, domain):
    """The models to which the fields of a filter lead.

    :param model: an empty recordset
    :param domain: Domain as it was written, valid for the model
    :return: list of empty recordsets, without the model itself
    """
    reached = []
    for condition in domain.iter_conditions():
        place = model
        for name in condition.field_expr.split("."):
            field = place._fields.get(name)
            if field is None or not field.relational:
                break
            place = model.env[field.comodel_name]
            reached.append(place)
        if condition.operator in ANY_OPERATORS and isinstance(
            condition.value, list | tuple | Domain
        ):
            reached += get_reached_models(place, Domain(condition.value))
    return reached


def tally(model, domain, cases, group=None):
    """Count records under several conditions at once, with the reader's rules.

    One query instead of one for each figure of a home: 5 instead of 14 for a leader.

    :param model: an empty recordset, as the reader sees it
    :param domain: what is looked at
    :param dict cases: ``{name: domain}``, over stored fields of the model itself
    :param str group: name of a stored many2one; None: all together
    :return: ``{name: count}``, by identifier of the group where there is one
    """
    query = get_query(model, domain)
    columns = [
        SQL(
            "COUNT(*) FILTER (WHERE %s)",
            Domain(case).optimize_full(model)._to_sql(model, query.table, query),
        )
        for case in cases.values()
    ]
    if group:
        query.groupby = get_sql(model, query.table, group, query)
        columns.append(query.groupby)
    found = {}
    for row in model.env.execute_query(query.select(*columns)):
        found[row[len(cases)] if group else None] = dict(
            zip(cases, row[: len(cases)], strict=True)
        )
    return found if group else found.get(None) or dict.fromkeys(cases, 0)


def get_sql(model, alias, name, query=None):
    """A field as SQL, of an inherited or related one as well; joins go to the query.

    Who may not read the field is refused by it. It is part of what :func:`get_query`
    saves: no other way names a column of a query that is not run.

    :param model: an empty recordset, as the reader sees it
    :param str alias: of its table in the query
    :param str name: of the field
    :param query: the Query that gets the joins
    :return: SQL
    """
    return model._field_to_sql(alias, name, query)


def get_columns(model, query, names):
    """Several fields of the model of a query as SQL: see :func:`get_sql`.

    :param model: an empty recordset, as the reader sees it
    :param query: the Query that gets the joins
    :param names: of the fields
    :return: dict ``{name: SQL}``
    """
    return {name: model._field_to_sql(query.table, name, query) for name in names}
