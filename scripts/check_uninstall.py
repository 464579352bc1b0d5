"""Uninstall addons inside Odoo's shell and say what is left of them.

    SPM_SCRIPTS=scripts SPM_FIRST=sales_process_mgmt_sale \\
        scripts/odoo shell -d DATABASE <THIS FILE

Those of SPM_FIRST go one after the other (commas between them), then the core. They
have been used before: what hinders an addon to go is what people made with it.
The database is changed for good. The last line is NOTHING IS LEFT if all is well.
"""

# ruff: noqa: F821  (`env` is the shell's)
import os
import sys
import time

from psycopg2 import sql

sys.path.insert(0, os.environ["SPM_SCRIPTS"])
from database_state import count_names

from odoo.exceptions import UserError

CORE = "sales_process_mgmt"
MODULES = """
    SELECT name FROM ir_module_module
     WHERE state = 'installed' AND name LIKE 'sales_process_mgmt%'
"""
# Whatever of the schema tells by its name or text that it is ours. A field of ours on a
# table of Odoo's need not: see get_columns.
SCHEMA = """
    SELECT 'table ' || relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S')
       AND relname ~ '(^|_)sales_process'
    UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes
     WHERE schemaname = 'public' AND indexdef ~ 'sales_process'
    UNION ALL
    SELECT 'constraint ' || conname FROM pg_constraint
     WHERE conname || pg_get_constraintdef(oid) ~ 'sales_process'
    UNION ALL
    SELECT 'trigger ' || tgname FROM pg_trigger
     WHERE NOT tgisinternal AND pg_get_triggerdef(oid) ~ 'sales_process'
    UNION ALL
    SELECT 'function ' || proname FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace
       AND proname || prosrc ~ 'sales_process'
    UNION ALL
    SELECT 'scheduled action ' || cron_name FROM ir_cron
     WHERE cron_name LIKE 'Sales Process%'
    UNION ALL
    SELECT 'name ' || module || '.' || name FROM ir_model_data
     WHERE model LIKE 'ir.model%'
       AND name ~ '^[a-z]+(_[a-z]+)?_+sales_process_'
    UNION ALL
    SELECT 'parameter ' || key FROM ir_config_parameter
     WHERE key LIKE 'sales_process%'
"""
COLUMNS = """
    SELECT columns.table_name, columns.column_name
      FROM information_schema.columns
      JOIN ir_model_fields AS field
        ON columns.table_name = replace(field.model, '.', '_')
       AND columns.column_name = field.name
      JOIN ir_model_data AS data
        ON data.model = 'ir.model.fields' AND data.res_id = field.id
     WHERE columns.table_schema = 'public'
  GROUP BY 1, 2
    HAVING bool_and(data.module LIKE 'sales_process_mgmt%%')
       AND bool_and(data.module = ANY(%(gone)s))
"""
# What is ours alone; the people, teams and leads of a demonstration stay on purpose.
RECORDS = """
    SELECT model, res_id, min(module || '.' || name) FROM ir_model_data
     WHERE NOT starts_with(model, 'ir.model') AND model <> 'ir.module.module'
  GROUP BY model, res_id
    HAVING bool_and(module = ANY(%(gone)s)) AND NOT bool_or(name LIKE '%%\\_demo%%')
"""


def read(query, parameters=None):
    env.cr.execute(query, parameters)
    return env.cr.fetchall()


def read_names(query):
    return {row[0] for row in read(query)}


def use():
    """Do what people do: to-dos of each type of ours, on what is not ours.

    Some are done: Odoo keeps those archived, and still they have a type.
    """
    types = env["ir.model.data"].search(
        [("module", "=like", f"{CORE}%"), ("model", "=", "mail.activity.type")]
    )
    person = env.user.partner_id
    env["mail.activity"].create(
        [
            {
                "res_model_id": env["ir.model"]._get_id(person._name),
                "res_id": person.id,
                "activity_type_id": type_id,
                "user_id": env.uid,
                "active": active,
            }
            for type_id in types.mapped("res_id")
            for active in (True, False)
        ]
    )
    env["ir.config_parameter"].set_param(f"{CORE}.read_again_after", "1")
    env.cr.commit()


def uninstall(name):
    module = env["ir.module.module"].search(
        [("name", "=", name), ("state", "=", "installed")]
    )
    if module:
        # PostgreSQL may just be cleaning the new copy: Odoo does not wait for it
        for seconds in (1, 5, 30, 0):
            try:
                module.button_immediate_uninstall()
                return
            except UserError:
                if not seconds:
                    raise
                env.cr.rollback()
                time.sleep(seconds)


def find_taken(name):
    """The addons of ours that go when one goes.

    :param str name: of the addon
    :return: list of str
    """
    module = env["ir.module.module"].search(
        [("name", "=", name), ("state", "=", "installed")]
    )
    return [*module.mapped("name"), *module.downstream_dependencies().mapped("name")]


def check_crm():
    """A salesperson works with what is left."""
    team = env["crm.team"].search([], limit=1)
    lead = env["crm.lead"].create(
        {"name": "Afterwards", "type": "opportunity", "phone": "13800000000"}
    )
    lead.write({"team_id": team.id, "partner_name": "Somebody"})
    lead.action_set_won()
    env["crm.lead"].search([], limit=10).read()
    env.cr.rollback()


def check_records(records):
    """Records that lost their names, and are there.

    :param records: rows of RECORDS
    :return: list of str
    """
    left = []
    for model, record_id, name in records:
        if model in env and not env[model]._abstract and env[model]._auto:
            query = sql.SQL("SELECT FROM {} WHERE id = %s").format(
                sql.Identifier(env[model]._table)
            )
            if read(query, [record_id]):
                left.append(f"record {name}: {model} {record_id}")
    return left


def check_columns(columns):
    """Columns on the tables of others.

    :param columns: rows of COLUMNS
    :return: list of str
    """
    there = set(
        read(
            """
            SELECT table_name, column_name FROM information_schema.columns
             WHERE table_schema = 'public'
            """
        )
    )
    return [f"column {'.'.join(column)}" for column in columns if column in there]


def main():
    left = []
    use()
    for name in (*os.environ["SPM_FIRST"].split(","), CORE):
        before = read_names(MODULES)
        going = {"gone": find_taken(name)}
        records, columns = read(RECORDS, going), read(COLUMNS, going)
        uninstall(name)
        gone = before - read_names(MODULES)
        if name in before and name not in gone:
            left.append(f"module {name}")
        env.cr.execute(
            """
            SELECT module || ': ' || model || ' ' || name
              FROM ir_model_data WHERE module = ANY(%s)
            """,
            [list(gone)],
        )
        left += [row[0] for row in env.cr.fetchall()]
        left += check_records(records) + check_columns(columns)
        check_crm()
    left += sorted(read_names(SCHEMA))
    left += [
        f"{count} rows of {place} name a model of ours"
        for place, count in count_names(env.cr, "sales.process.").items()
    ]
    print("\n".join(left) if left else "NOTHING IS LEFT")


main()
