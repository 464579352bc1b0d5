# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Queries whose plans PostgreSQL keeps, for what every customer is asked all day.

Odoo sends each query as text, and PostgreSQL reads and plans it each time. To lock a
customer and to look at the contacts beside one takes 0.74 ms of its processor time, of
which 0.1 are looking: a function of the database, whose plans a connection keeps, also
behind a pooler, does the same in 0.31 ms.

The functions are made when addons are installed or updated, and carry a digest of their
query in the name. A server whose query is another one (its code is newer than the
database, or an addon is gone) does not find its function, and sends the query itself.
"""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from odoo.tools import SQL

PREFIX = "sales_process_kept_"
# PostgreSQL would go on planning for the values of each call where it takes a list for
# longer than it is.
OPTIONS = "LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan"
# Where a registry keeps which functions there are: {name of the query: SQL of the call}
FOUND = "_sales_process_kept_queries"


class KeptQuery(NamedTuple):
    """A query, always with the same text.

    What is not the same each time is an argument, lists are arrays (``= ANY(%s)``).
    """

    # of lower case letters
    name: str
    # how PostgreSQL calls the types of the arguments
    types: tuple[str, ...]
    # called with the environment and as many values, or places of values, as SQL takes
    build: Callable[..., SQL]
    # writes, and finds nothing
    is_written: bool = False

    def get_query(self, env, *values):
        """The query of some values: a call of the function, if there is one.

        :param values: one for each argument, lists for arrays
        :return: SQL
        """
        call = getattr(env.registry, FOUND, {}).get(self.name)
        return SQL(call, *values) if call else self.build(env, *values)

    def get_text(self, env):
        """The query as the function has it: str, with ``$1`` for the first argument."""
        places = [SQL(f"${number}") for number, _type in enumerate(self.types, 1)]
        query = self.build(env, *places)
        return env.cr.mogrify(query.code, query.params or None).decode()

    def get_function(self, text):
        """The name of the function of a text: str."""
        digest = hashlib.sha256(f"{self.types} {OPTIONS} {text}".encode()).hexdigest()
        return f"{PREFIX}{self.name}_{digest[:12]}"


def make_functions(env, queries):
    """Make the functions of some queries, in place of all that there are.

    :param env: of an installation or an update, when all tables are there
    :param list queries: :class:`KeptQuery`
    """
    drop_functions(env)
    env.cr.execute("SELECT FROM pg_language WHERE lanname = 'plpgsql'")
    if not env.cr.rowcount:
        # whoever has removed it: queries are sent as text
        return
    for query in queries:
        text = query.get_text(env)
        _create_function(env, query, text)


def drop_functions(env):
    """Remove all functions: of an update before, or of an addon that goes."""
    env.cr.execute(
        SQL(
            "SELECT oid::regprocedure::text FROM pg_proc"
            " WHERE starts_with(proname, %s)"
            " AND pronamespace = current_schema()::regnamespace",
            PREFIX,
        )
    )
    for (signature,) in env.cr.fetchall():
        # each: a statement a function, of few
        env.cr.execute(SQL("DROP FUNCTION %s", SQL(signature)))


def find_functions(env, queries):
    """Tell the registry which queries have a function: asked once by each server.

    :param env: of a registry that is complete
    :param list queries: :class:`KeptQuery`
    """
    functions = {query.get_function(query.get_text(env)): query for query in queries}
    rows = env.execute_query(
        SQL(
            "SELECT proname FROM pg_proc WHERE proname IN %s"
            " AND pronamespace = current_schema()::regnamespace",
            tuple(functions),
        )
    )
    found = {}
    for (function,) in rows:
        query = functions[function]
        places = ", ".join(["%s"] * len(query.types))
        found[query.name] = f"SELECT * FROM {function}({places})"  # noqa: S608 ours
    setattr(env.registry, FOUND, found)


def _create_function(env, query, text):
    """Create one function; its result has the columns of the query.

    :param query: :class:`KeptQuery`
    :param str text: see its ``get_text``
    """
    result, kind = "void", ""
    if not query.is_written:
        result, kind = f"TABLE ({_get_columns(env, query)})", "RETURN QUERY"
    # all of it is ours, the names of columns are those of fields
    env.cr.execute(
        f"""
        CREATE FUNCTION {query.get_function(text)}({", ".join(query.types)})
        RETURNS {result}
        {OPTIONS} AS $kept$
        #variable_conflict use_column
        BEGIN
            {kind} {text};
        END
        $kept$
        """
    )


def _get_columns(env, query):
    """The types of what a query finds: str, as a function declares them."""
    nothing = query.build(env, *[SQL(f"NULL::{name}") for name in query.types])
    env.cr.execute(SQL("SELECT * FROM (%s) asked LIMIT 0", nothing))
    columns = [column.type_code for column in env.cr.description]
    env.cr.execute(
        SQL(
            """
            SELECT string_agg('r' || number || ' ' || format_type(type, NULL), ', '
                              ORDER BY number)
              FROM unnest(%s::oid[]) WITH ORDINALITY row(type, number)
            """,
            columns,
        )
    )
    return env.cr.fetchone()[0]
