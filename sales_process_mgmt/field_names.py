# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fields on models that others extend, too, bear the prefix of this application.

Columns keep their rows, and what users made by the old names - filters, exports,
views, templates, actions, rules, planned changes of a team - knows the new ones.
Each migration says which (``pre-names.py``) and calls :func:`migrate_names`.
"""

import json
import re

from odoo.tools import SQL

# What users make by names of fields: (table, columns, column of the model, whether
# that column is the id of the model)
TEXTS = (
    ("ir_filters", ("domain", "context", "sort"), "model_id", False),
    ("ir_ui_view", ("arch_db",), "model", False),
    ("ir_exports_line", ("name",), None, False),
    ("ir_act_window", ("domain", "context"), "res_model", False),
    ("ir_act_server", ("code", "update_path"), "model_id", True),
    ("ir_rule", ("domain_force",), "model_id", True),
    ("mail_template", ("subject", "body_html", "lang"), "model", False),
    ("base_automation", ("filter_domain", "filter_pre_domain"), "model_id", True),
)
# Planned changes: names of fields of crm.team as keys
PLANS = ("crm_team", "process_change")


def migrate_names(cr, names_by_model):
    """Rename what changed its name with a version.

    :param dict names_by_model: ``{model: {name before: name}}``
    """
    for model, names in names_by_model.items():
        rename_fields(cr, model, names)
    rename_keys(cr, *PLANS, names_by_model["crm.team"])


def rename_fields(cr, model, names):
    """Rename fields of a model: the columns, what Odoo and users know of them.

    :param str model: its name
    :param dict names: ``{name before: name}``; what has its name already is left
    """
    for old, new in names.items():
        rename_column(cr, model.replace(".", "_"), old, new)
        # each: an upgrade renames a field once
        cr.execute(
            """
            UPDATE ir_model_fields AS field SET name = %(new)s
             WHERE model = %(model)s AND name = %(old)s
               AND NOT EXISTS (
                       SELECT FROM ir_model_fields AS other
                        WHERE other.model = field.model AND other.name = %(new)s
                   )
            """,
            {"model": model, "old": old, "new": new},
        )
        rename_external_ids(cr, model, old, new)
    for table, columns, link, is_id in TEXTS:
        for column in columns:
            rename_texts(cr, table, column, (link, is_id), model, names)


def rename_column(cr, table, old, new):
    """Rename a column with its index and its key, unless the new one is there."""
    if not has_column(cr, table, old) or has_column(cr, table, new):
        return
    cr.execute(
        SQL(
            "ALTER TABLE %s RENAME COLUMN %s TO %s",
            *map(SQL.identifier, (table, old, new)),
        )
    )
    cr.execute(
        SQL(
            "ALTER INDEX IF EXISTS %s RENAME TO %s",
            SQL.identifier(f"{table}__{old}_index"),
            SQL.identifier(f"{table}__{new}_index"),
        )
    )
    key = f"{table}_{old}_fkey"
    cr.execute("SELECT FROM pg_constraint WHERE conname = %s", [key])
    if cr.rowcount:
        cr.execute(
            SQL(
                "ALTER TABLE %s RENAME CONSTRAINT %s TO %s",
                *map(SQL.identifier, (table, key, f"{table}_{new}_fkey")),
            )
        )


def rename_external_ids(cr, model, old, new):
    """Fields and the values of selections have external ids made of their names."""
    table = model.replace(".", "_")
    cr.execute(
        """
        UPDATE ir_model_data AS data
           SET name = regexp_replace(name, %(pattern)s, %(name)s)
         WHERE model IN ('ir.model.fields', 'ir.model.fields.selection')
           AND name ~ %(pattern)s
           AND NOT EXISTS (
                   SELECT FROM ir_model_data AS other
                    WHERE other.module = data.module
                      AND other.name = regexp_replace(data.name, %(pattern)s, %(name)s)
               )
        """,
        {
            "pattern": f"^(field_{table}|selection__{table})__{old}(__|$)",
            "name": rf"\1__{new}\2",
        },
    )


def rename_texts(cr, table, column, link, model, names):
    """Write the new names into what users have written.

    In records of the model the whole word is meant, in others only behind a field that
    leads there, as in ``team_id.name``.

    :param tuple link: the column of the model, and whether it is the id of the model
    """
    if not has_column(cr, table, column):
        return
    cr.execute("SELECT DISTINCT name FROM ir_model_fields WHERE relation = %s", [model])
    relations = "|".join(name for (name,) in cr.fetchall()) or model
    words = "|".join(names)
    cr.execute(
        SQL(
            "SELECT id, %(own)s, %(column)s::text, pg_typeof(%(column)s)::text"
            "  FROM %(table)s WHERE %(column)s::text ~ %(pattern)s",
            own=get_own(table, *link, model),
            column=SQL.identifier(column),
            table=SQL.identifier(table),
            pattern=rf"\m({words})\M",
        )
    )
    for record_id, is_own, text, kind in cr.fetchall():
        before = rf"()\b({words})\b" if is_own else rf"\b((?:{relations})\.)({words})\b"
        renamed = re.sub(before, lambda found: found[1] + names[found[2]], text)
        if renamed != text:
            # each: what users have written by these names is little
            cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s::%s WHERE id = %s",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    renamed,
                    SQL("jsonb" if kind == "jsonb" else "text"),
                    record_id,
                )
            )


def get_own(table, link, is_id, model):
    """The condition under which a record is about a model.

    :return: SQL
    """
    if table == "ir_exports_line":
        return SQL(
            "export_id IN (SELECT id FROM ir_exports WHERE resource = %s)", model
        )
    if not link:
        return SQL("FALSE")
    if is_id:
        return SQL(
            "%s IN (SELECT id FROM ir_model WHERE model = %s)",
            SQL.identifier(link),
            model,
        )
    return SQL("%s = %s", SQL.identifier(link), model)


def rename_keys(cr, table, column, names):
    """Write the new names into JSON whose keys are fields of a model."""
    if not has_column(cr, table, column):
        return
    cr.execute(
        SQL(
            """
            UPDATE %(table)s SET %(column)s = (
                       SELECT jsonb_object_agg(
                                  COALESCE(%(names)s::jsonb ->> pair.key, pair.key),
                                  pair.value
                              )
                         FROM jsonb_each(%(column)s::jsonb) AS pair
                   )
             WHERE jsonb_typeof(%(column)s::jsonb) = 'object'
               AND %(column)s::jsonb ?| %(old)s
            """,
            table=SQL.identifier(table),
            column=SQL.identifier(column),
            names=json.dumps(names),
            old=list(names),
        )
    )


def has_column(cr, table, column):
    """Tell whether a table, not a view, has a column."""
    cr.execute(
        """
        SELECT FROM information_schema.columns AS col
          JOIN information_schema.tables AS tab USING (table_schema, table_name)
         WHERE table_schema = current_schema AND table_name = %s AND column_name = %s
           AND tab.table_type = 'BASE TABLE'
        """,
        [table, column],
    )
    return bool(cr.rowcount)
