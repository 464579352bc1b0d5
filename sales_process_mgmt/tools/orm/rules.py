# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rights: who may delete, and record rules in a form that is asked quickly."""

from collections.abc import Collection, Set

from odoo import SUPERUSER_ID
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition, DomainCustom, DomainOr

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

# What a term with one of these means does not depend on the day or on other records.
FIXED_TYPES = ("boolean", "char", "integer", "selection")
FIXED_OPERATORS = ("in", "not in", "=", "!=")


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
