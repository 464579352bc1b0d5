# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the two contracts share by which areas meet: rows that others contribute.

A *fact* (``sales.process.fact``) and an *agenda item* (``sales.process.agenda.item``)
are no tables: each addon contributes one query for each kind that it knows, and the
rows are read where they stand. Nothing is copied, so nothing grows old, and an area
that is not installed leaves nothing behind.
"""

from collections.abc import Collection
from zlib import crc32

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import orm

# An identifier is the slot of the kind and the identifier of the evidence. Together
# they stay below 2 ** 53, the largest number that a browser keeps apart.
ID_BITS = 32
SLOT_BITS = 21


def get_slot(kind):
    """The number of a kind: the same in each database, whatever is installed.

    :param str kind: technical name
    :return: int, from 1 on
    """
    return crc32(kind.encode()) % (2**SLOT_BITS - 1) + 1


class SalesProcessEvidenceMixin(models.AbstractModel):
    """Rows that addons contribute by queries, each with its evidence.

    A contributed query selects, one row for each evidence of the kind: ``id`` (of the
    evidence), ``user_id``, ``team_id``, ``company_id``, ``name`` and what the model
    names in ``_contributed`` (column and its SQL type). The model has a selection
    ``kind``.
    """

    _name = "sales.process.evidence.mixin"
    _inherit = ["sales.process.report.mixin", "sales.process.evidence.link"]
    _description = "Rows with Evidence"

    # {column that each query contributes: its type in SQL}
    _contributed = {}

    name = fields.Char(string="What", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    res_model = fields.Char(
        string="Evidence Model", readonly=True, export_string_translation=False
    )
    res_id = fields.Many2oneReference(
        string="Evidence",
        model_field="res_model",
        readonly=True,
        export_string_translation=False,
    )

    def _get_queries(self):
        """What addons contribute.

        :return: ``{kind: (model name of the evidence, SQL)}``
        """
        return {}

    @property
    def _table_query(self):
        queries = self._get_queries() or {"": (self._name, self._get_no_rows())}
        return SQL(" UNION ALL ").join(
            self._select(kind, model, query) for kind, (model, query) in queries.items()
        )

    def _get_no_rows(self):
        """What is read where no addon contributes: a question without an answer."""
        names = ("id", "name", "user_id", "team_id", "company_id", *self._contributed)
        columns = [SQL("NULL AS %s", SQL.identifier(name)) for name in names]
        return SQL("SELECT %s WHERE FALSE", SQL(", ").join(columns))

    def _select(self, kind, model, query):
        """One kind, with the columns that all have; the types hold the union together.

        :param str kind: technical name
        :param str model: model name of the evidence
        :param SQL query: what was contributed
        :return: SQL
        """
        return SQL(
            """
            SELECT (%(slot)s::int8 << %(bits)s) | evidence.id AS id,
                   %(kind)s::varchar AS kind,
                   evidence.name::varchar AS name,
                   evidence.user_id::int4 AS user_id,
                   evidence.team_id::int4 AS team_id,
                   (SELECT team.process_parent_id FROM crm_team team
                     WHERE team.id = evidence.team_id::int4) AS region_id,
                   evidence.company_id::int4 AS company_id,
                   %(model)s::varchar AS res_model,
                   evidence.id::int4 AS res_id,
                   %(columns)s
              FROM (%(query)s) AS evidence
            """,
            slot=get_slot(kind),
            bits=ID_BITS,
            kind=kind,
            model=model,
            columns=SQL(", ").join(self._get_columns()),
            query=query,
        )

    def _get_columns(self):
        return [
            SQL("evidence.%s::" + sql_type + " AS %s", column, column)
            for name, sql_type in self._contributed.items()
            for column in [SQL.identifier(name)]
        ]

    # ------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------

    def _search(self, domain, *args, **kwargs):
        """Say what is asked for also in columns by which the sources are indexed."""
        domain = Domain(domain).optimize_full(self).map_conditions(self._narrow)
        return super()._search(domain, *args, **kwargs)

    def _as_query(self, ordered=True):
        query = super()._as_query(ordered)
        if self.ids:
            # without it each source would be read as a whole
            narrowed = self._narrow_ids(self.ids)
            query.add_where(orm.get_condition(self, self._table, narrowed, query))
        return query

    def _narrow(self, condition):
        """A condition, with what follows from it for columns that are indexed.

        :param condition: a Domain of one condition
        :return: Domain that is true for the same rows
        """
        values = self._get_listed(condition)
        if condition.field_expr == "id" and values:
            return condition & self._narrow_ids(values)
        return condition

    def _get_listed(self, condition):
        """The values that a condition lists.

        :return: collection; None where it lists none, or nothing among them
        """
        values = condition.value
        if condition.operator == "in" and isinstance(values, Collection) and values:
            return values if all(values) else None
        return None

    def _narrow_ids(self, ids):
        ids = [record_id for record_id in ids if isinstance(record_id, int)]
        slots = {record_id >> ID_BITS for record_id in ids}
        kinds = [kind for kind in self._get_queries() if get_slot(kind) in slots]
        evidence_ids = {record_id & (2**ID_BITS - 1) for record_id in ids}
        return Domain("kind", "in", kinds) & Domain("res_id", "in", evidence_ids)

    def _get_evidence_title(self):
        return self.name
