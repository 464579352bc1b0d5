# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2
from lxml import etree

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .test_access_matrix import Records

FEW, MANY = 5, 20
# Fifteen rows more take fifteen queries where each asks; people and teams that stand
# further down only take one or two
GROWTH = (MANY - FEW) // 3
ROLES = ("owner", "leader", "manager")
VIEW_TYPES = ("list", "kanban")
TEXTS = ("code", "fingerprint", "name", "value")
# Records of our own models, whichever a row belongs to
PARENTS = "sales.process."
CUSTOMERS = frozenset(("crm.lead", "res.partner"))
# What the copies of a row differ in: the first that its table takes
VARIED = (
    CUSTOMERS,
    CUSTOMERS | {"days"},
    frozenset(("res.users",)),
    frozenset((PARENTS,)),
    CUSTOMERS | {PARENTS, "days", "res.users"},
    CUSTOMERS | {"sales.process.ownership"},
    CUSTOMERS | {"sales.process.ownership", "res.users"},
    CUSTOMERS | {"res.users", "sales.process.duty", "days"},
    frozenset(),
)


class ViewQueries:
    """A list of twenty rows does not ask the database more often than one of five.

    The one record of each model is multiplied in SQL, with other people, customers and
    teams where columns name them; what cannot be multiplied so is named.
    """

    # Models whose row cannot stand there so often: one for each team, person or period
    single = frozenset()
    # Models each record of which asks a query of its own: copies name the same one
    asking = frozenset()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.flush_all()
        cls.unmultiplied = {
            model for model, record in cls.records.items() if not cls._multiply(record)
        }
        cls.env.invalidate_all()

    @classmethod
    def _multiply(cls, record):
        """Insert copies of a row, that differ as much as its constraints ask.

        :return: bool, whether the table took them
        """
        return any(cls._insert_copies(record, varied) for varied in VARIED)

    @classmethod
    def _insert_copies(cls, record, varied):
        columns = [
            field
            for name, field in record._fields.items()
            if field.store and field.column_type and name != "id"
        ]
        query = SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS base, generate_series(1, %s) AS n"
            " WHERE base.id = %s RETURNING id",
            SQL.identifier(record._table),
            SQL(", ").join(SQL.identifier(field.name) for field in columns),
            SQL(", ").join(cls._vary(record, field, varied) for field in columns),
            SQL.identifier(record._table),
            MANY,
            record.id,
        )
        try:
            with cls.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                cls.env.cr.execute(query)
        except psycopg2.IntegrityError:
            return False
        return True

    @classmethod
    def _vary(cls, record, field, varied):
        """What the n-th copy says in a column."""
        column = SQL.identifier("base", field.name)
        if field.type == "char" and field.name in TEXTS and not field.translate:
            return SQL("%s || n", column)
        if field.type in ("date", "datetime") and "days" in varied:
            return SQL("%s + n * INTERVAL '1 day'", column)
        if field.type == "many2one_reference" and "days" in varied:
            return SQL("%s + n", column)
        is_varied = field.comodel_name in varied or (
            PARENTS in varied
            and (field.comodel_name or "").startswith(PARENTS)
            and field.comodel_name not in cls.asking
        )
        if field.type != "many2one" or not is_varied:
            return column
        # of those that are there, another one in each row
        others = cls.env[field.comodel_name].sudo().with_context(active_test=False)
        pool = others.search([("id", "!=", record[field.name].id)], limit=MANY).ids
        if not pool:
            return column
        return SQL(
            "CASE WHEN %s IS NOT NULL THEN (%s::int[])[1 + n %% %s] END",
            column,
            pool,
            len(pool),
        )

    def _get_views(self, model):
        """The lists and cards of ours that show a model.

        :return: ir.ui.view
        """
        ours = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.view"), ("module", "=like", "sales_process_mgmt%")]
        )
        return self.env["ir.ui.view"].search(
            [
                ("id", "in", ours.mapped("res_id")),
                ("model", "=", model),
                ("type", "in", VIEW_TYPES),
                ("mode", "=", "primary"),
            ]
        )

    def _get_specification(self, Model, view):
        """What the web client asks for, to show a view.

        :return: dict, as of ``web_search_read``
        """
        arch = etree.fromstring(Model.get_view(view.id, view.type)["arch"])
        names = {
            node.get("name")
            for node in arch.iter("field")
            # what stands in a list inside of this one is not shown
            if not any(up.tag == "field" for up in node.iterancestors())
        }
        return {
            name: {"fields": {"display_name": {}}}
            if Model._fields[name].relational
            else {}
            for name in sorted(names)
            if name in Model._fields
        }

    def _count_queries(self, Model, rows, specification):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = Model.web_search_read([("id", "in", rows.ids)], specification)
        self.assertEqual(len(found["records"]), len(rows))
        return self.env.cr.sql_log_count - before

    def test_everything_is_multiplied(self):
        """A new model is multiplied, or its reason stands here."""
        # with many people in the database more can be multiplied
        self.assertLessEqual(self.unmultiplied & set(self.matrix), self.single)

    def test_lists_ask_as_often(self):
        checked = 0
        for model in {**self.matrix, **self.sql_views}:
            for view in self._get_views(model):
                for role in ROLES:
                    Model = self.env[model].with_user(self.roles[role])
                    if not Model.has_access("read"):
                        continue
                    many = Model.search([], limit=MANY)
                    if len(many) < MANY:
                        continue
                    with self.subTest(view=view.xml_id, role=role):
                        specification = self._get_specification(Model, view)
                        # what is kept between requests is known by then
                        self._count_queries(Model, many, specification)
                        few = self._count_queries(Model, many[:FEW], specification)
                        more = self._count_queries(Model, many, specification)
                        self.assertLess(more - few, GROWTH, "a query for each row")
                        checked += 1
        self.assertGreater(checked, 0)


@tagged("post_install", "-at_install")
class TestViewQueries(ViewQueries, Records):
    single = frozenset(["sales.process.handover"])
