# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Queries of the reader that are not run: they become a part of another one."""

from odoo.fields import Domain
from odoo.tools import SQL

# Their value is a filter of the records behind a field.
ANY_OPERATORS = ("any", "not any", "any!", "not any!")


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
            get_condition(model, query.table, case, query),
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


def get_condition(model, alias, domain, query):
    """A filter as SQL, of a table in a query; joins go to the query.

    :param model: an empty recordset, as the reader sees it
    :param str alias: of its table in the query
    :param domain: the filter
    :param query: the Query that gets the joins
    :return: SQL
    """
    return Domain(domain).optimize_full(model)._to_sql(model, alias, query)


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
